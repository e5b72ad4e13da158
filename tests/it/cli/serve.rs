//! `serve`, `healthcheck` and `certs`, as a script uses them.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdin, Stdio};

use mockorg::Certificate;
use mockorg::org::Door;
use serde_json::Value;

use super::{mockorg, stdout};
use crate::wire::Client;

/// A process that serves until this is dropped.
struct Served {
    process: Child,
    stdin: Option<ChildStdin>,
    lines: Vec<String>,
    output: BufReader<std::process::ChildStdout>,
}

const FREE_PORTS: [&str; 8] = ["--standard-port", "0", "--mutual-port", "0", "--proxy-port", "0", "--admin-port", "0"];

impl Served {
    /// Starts it and returns once it says that it is ready.
    fn start(args: &[&str]) -> Self {
        let program = assert_cmd::cargo::cargo_bin("mockorg");
        let mut process = std::process::Command::new(program)
            .arg("serve")
            .args(args)
            .args(FREE_PORTS)
            .arg("--until-stdin-closes")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (stdin, output) = (process.stdin.take(), BufReader::new(process.stdout.take().unwrap()));
        let mut served = Self { process, stdin, lines: Vec::new(), output };
        served.read_until(|line| line == "ready");
        served
    }

    fn read_until(&mut self, wanted: impl Fn(&str) -> bool) {
        loop {
            let mut line = String::new();
            assert_ne!(self.output.read_line(&mut line).unwrap(), 0, "it ended after {:#?}", self.lines);
            self.lines.push(line.trim_end().to_owned());
            if wanted(line.trim_end()) {
                return;
            }
        }
    }

    /// Closes its standard input and waits for its end.
    fn stop(mut self) -> Option<i32> {
        self.stdin = None;
        self.process.wait().unwrap().code()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn kit(folder: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(folder.join("kit.json")).unwrap()).unwrap()
}

/// A client that knows nothing but the kit.
fn client_of(kit_folder: &Path, door: Door) -> Client {
    let kit = kit(kit_folder);
    let url = match door {
        Door::Mutual => &kit["mutual_url"],
        Door::Standard => &kit["standard_url"],
    };
    let port = url.as_str().unwrap().rsplit(':').next().unwrap().parse().unwrap();
    let ca = Certificate::from_pem(&std::fs::read(kit_folder.join("server-ca.pem")).unwrap()).unwrap().remove(0);
    Client {
        port,
        proxy: None,
        ca,
        identity: None,
        version: None,
        sni: Some("localhost".into()),
        host: "localhost".into(),
        headers: Vec::new(),
    }
}

#[test]
fn serve_prints_its_doors_and_one_line_an_event() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kit");
    let mut served = Served::start(&["scenarios/quickstart.toml", "--seed", "7", "--kit", path.to_str().unwrap()]);
    let doors = served.lines.join("\n");
    for word in ["mockorg ", "Acme", "seed 7", "standard", "mutual", "proxy", "admin", "kit ", "not for production"] {
        assert!(doors.contains(word), "{word:?} is missing in:\n{doors}");
    }
    assert!(!doors.contains('\u{1b}'), "colour is for terminals");
    let client = client_of(&path, Door::Standard);
    assert_eq!(client.get("/services/data").unwrap().status, 200);
    let line = format!("{} - GET /services/data 200", client.port);
    served.read_until(|printed| printed == line);
    assert_eq!(served.stop(), Some(0));
}

#[test]
fn serve_prints_events_as_json_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kit");
    let program = assert_cmd::cargo::cargo_bin("mockorg");
    let mut process = std::process::Command::new(program)
        .args(["serve", "--json", "--max-life", "1m", "--until-stdin-closes", "--kit", path.to_str().unwrap()])
        .args(FREE_PORTS)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let ready = BufReader::new(process.stderr.take().unwrap()).lines().map(Result::unwrap).any(|line| line == "ready");
    assert!(ready);
    client_of(&path, Door::Mutual).get("/services/data").unwrap();
    drop(process.stdin.take());
    let output = BufReader::new(process.stdout.take().unwrap());
    let kinds: Vec<String> = output
        .lines()
        .map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap()["kind"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(kinds, ["handshake", "request"]);
    assert!(process.wait().unwrap().success());
}

#[test]
fn for_tests_it_says_where_its_kit_is_and_leaves_nothing() {
    let program = assert_cmd::cargo::cargo_bin("mockorg");
    let mut command = std::process::Command::new(program);
    command.args(["serve", "scenarios/quickstart.toml", "--for-tests"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut process = command.spawn().unwrap();
    let (stdin, mut output) = (process.stdin.take(), BufReader::new(process.stdout.take().unwrap()));
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    let folder = Path::new(line.trim_end().strip_prefix("ready ").unwrap()).to_owned();
    // one that came first may have the ports that are usual
    assert_ne!(kit(&folder)["mutual_url"], "https://localhost:8443");
    assert_eq!(client_of(&folder, Door::Mutual).get("/services/data").unwrap().status, 200);
    drop(stdin);
    assert!(process.wait().unwrap().success());
    let mut rest = String::new();
    output.read_to_string(&mut rest).unwrap();
    assert_eq!((rest.as_str(), folder.exists()), ("", false));
}

#[test]
fn a_busy_port_is_named_with_the_flag_that_moves_it() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let busy =
        mockorg(&["serve", "--standard-port", "0", "--mutual-port", &port, "--proxy-port", "0", "--admin-port", "0"]);
    let output = { busy }.assert().code(2).get_output().clone();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(&port) && said.contains("--mutual-port"), "{said}");
}

#[test]
fn a_name_that_is_none_cannot_be_advertised_and_one_that_is_appears() {
    for wrong in ["bad name", "-x.test", "a..b", "*.test", ""] {
        let output = mockorg(&["serve", &format!("--advertise={wrong}")]).assert().code(2).get_output().clone();
        assert!(String::from_utf8(output.stderr).unwrap().contains("is neither a host name"), "{wrong}");
    }
    let served = Served::start(&["--advertise", "Org.Test", "--advertise", "192.0.2.7"]);
    assert!(served.lines.iter().any(|line| line.contains("org.test, 192.0.2.7 too")), "{:#?}", served.lines);
    assert_eq!(served.stop(), Some(0));
}

#[test]
fn a_scenario_with_a_mistake_does_not_serve() {
    let output = mockorg(&["serve", "tests/bad/user-permission-unknown.toml"]).assert().code(2).get_output().clone();
    assert!(String::from_utf8(output.stderr).unwrap().contains("did you mean"));
}

#[test]
fn healthcheck_tells_ready_from_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kit");
    let path = path.to_str().unwrap();
    mockorg(&["healthcheck", "--kit", path]).assert().code(1);
    let served = Served::start(&["--kit", path]);
    assert_eq!(stdout(&["healthcheck", "--kit", path]), "ready\n");
    let admin = kit(Path::new(path))["admin_url"].as_str().unwrap().to_owned();
    assert_eq!(stdout(&["healthcheck", "--admin", &admin]), "ready\n");
    assert_eq!(served.stop(), Some(0));
    assert!(!Path::new(path).join("kit.json").exists(), "it says that an org is ready, and none is");
    mockorg(&["healthcheck", "--kit", path]).assert().code(1);
}

#[test]
fn healthcheck_needs_to_know_whom_to_ask() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("kit.json"), "{}").unwrap();
    mockorg(&["healthcheck", "--kit", folder.path().to_str().unwrap()]).assert().code(2);
    mockorg(&["healthcheck", "--admin", "8440"]).assert().code(2);
}

#[test]
fn an_org_that_answers_with_the_edges_page_is_ready_whatever_its_status() {
    let folder = tempfile::tempdir().unwrap();
    let (scenario, path) = (folder.path().join("page.toml"), folder.path().join("kit"));
    let text = "format = 1\n[org]\nname = \"Acme\"\n[edge]\nno-certificate = \"page\"\npage-status = 403\n";
    std::fs::write(&scenario, text).unwrap();
    let served = Served::start(&[scenario.to_str().unwrap(), "--kit", path.to_str().unwrap()]);
    assert_eq!(stdout(&["healthcheck", "--kit", path.to_str().unwrap()]), "ready\n");
    assert_eq!(served.stop(), Some(0));
}

#[test]
fn a_file_in_the_place_of_the_kit_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kit");
    std::fs::write(&path, "").unwrap();
    let ports = FREE_PORTS;
    let output = mockorg(&["serve", "--kit", path.to_str().unwrap()]).args(ports).assert().code(2).get_output().clone();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("kit: there already, and not a folder"), "{said}");
}

/// Two orgs that share nothing but the files judge the very same keys alike.
#[test]
fn certs_can_be_served_by_another_org() {
    let folder = tempfile::tempdir().unwrap();
    let (certs, path) = (folder.path().join("certs"), folder.path().join("kit"));
    stdout(&["certs", "scenarios/quickstart.toml", "--out", certs.to_str().unwrap()]);
    let scenario = certs.join("scenario.toml");
    let served = Served::start(&[scenario.to_str().unwrap(), "--kit", path.to_str().unwrap()]);
    for (client, expected) in [("billing", 0), ("expired", 1), ("revoked", 1), ("unlisted", 1), ("leaf-only", 1)] {
        let chain = certs.join(format!("clients/{client}.crt"));
        let chain = chain.to_str().unwrap();
        mockorg(&["explain", chain, "--kit", path.to_str().unwrap()]).assert().code(expected);
        mockorg(&["explain", chain, "--scenario", scenario.to_str().unwrap()]).assert().code(expected);
    }
    assert_eq!(served.stop(), Some(0));
}

/// A test runner that starts an org with a pipe and never reads it must not find its doors stuck.
#[test]
fn an_output_that_nobody_reads_holds_up_no_door() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kit");
    let served = Served::start(&["--kit", path.to_str().unwrap()]);
    let client = client_of(&path, Door::Standard);
    let long = "x".repeat(900);
    let ask = |last: bool| {
        let connection = if last { "Connection: close\r\n" } else { "" };
        format!("GET /{long} HTTP/1.1\r\nHost: localhost\r\n{connection}\r\n")
    };
    // a line of 900 characters for each: 360 kB, where a pipe holds 64
    let requests: String = (1..=400).map(|n| ask(n == 400)).collect();
    let answers = client.exchange(requests.as_bytes()).unwrap();
    assert_eq!(answers.body.matches("HTTP/1.1 404").count(), 399, "all but the first head, which is apart");
    assert_eq!(client.get("/services/data").unwrap().status, 200);
    assert_eq!(served.stop(), Some(0));
}
