//! `--listen`: a client is pointed at the door once, and what it sent is judged as the mutual door does.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use mockorg::Certificate;
use mockorg::simulator::Identity;
use serde_json::Value;

use super::{certs, mockorg};
use crate::wire::{Client, Failure};

/// `explain --listen --json`, with its door open.
struct Listening {
    child: Child,
    lines: BufReader<ChildStdout>,
    port: u16,
    ca: Certificate,
}

impl Listening {
    fn start(certs: &Path, extra: &[&str]) -> Self {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin("mockorg"));
        command.args(["explain", "--listen", "--json", "--scenario"]).arg(certs.join("scenario.toml")).args(extra);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let listening = &line(&mut lines)["listening"];
        let url = listening["url"].as_str().unwrap();
        let port = url.trim_end_matches('/').rsplit(':').next().unwrap().parse().unwrap();
        let ca = fs::read(listening["server_ca"].as_str().unwrap()).unwrap();
        let ca = Certificate::from_pem(&ca).unwrap().remove(0);
        Self { child, lines, port, ca }
    }

    fn client(&self, identity: Option<Identity>) -> Client {
        Client {
            port: self.port,
            proxy: None,
            ca: self.ca.clone(),
            identity,
            version: None,
            sni: Some("localhost".into()),
            host: "localhost".into(),
            headers: Vec::new(),
        }
    }

    fn report(&mut self) -> Value {
        line(&mut self.lines)
    }

    /// How it ended, and what it told people.
    fn end(mut self) -> (Option<i32>, String) {
        let code = self.child.wait().unwrap().code();
        let mut said = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        (code, said)
    }
}

fn line(lines: &mut impl BufRead) -> Value {
    let mut text = String::new();
    lines.read_line(&mut text).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text:?}"))
}

fn identity(certs: &Path, client: &str) -> Option<Identity> {
    let pem = fs::read_to_string(certs.join(format!("clients/{client}.crt"))).unwrap();
    let certificates = Certificate::from_pem(pem.as_bytes()).unwrap();
    let key_pem = fs::read_to_string(certs.join(format!("clients/{client}.key"))).unwrap();
    Some(Identity { certificates, certificates_pem: pem, key_pem })
}

#[test]
fn a_client_that_holds_is_answered_and_told() {
    let (_folder, certs) = certs();
    let mut door = Listening::start(&certs, &[]);
    let answer = door.client(identity(&certs, "billing")).get("/services/data").unwrap();
    assert_eq!(answer.status, 200);
    assert!(answer.body.starts_with("The chain holds"), "{}", answer.body);
    let report = door.report();
    assert_eq!((&report["verdict"]["holds"], &report["uploaded_as"]), (&true.into(), &"Billing 2026".into()));
    assert_eq!(report["certificates"].as_array().unwrap().len(), 2);
    let (code, said) = door.end();
    assert_eq!(code, Some(0));
    assert!(said.contains("curl --cacert") && said.contains("came by TLSv1.3, SNI localhost"), "{said}");
}

#[test]
fn a_client_that_does_not_hold_reads_the_alert_of_the_mutual_door() {
    let (_folder, certs) = certs();
    let drawing = certs.join("drawn.svg");
    let mut door = Listening::start(&certs, &["--svg", drawing.to_str().unwrap()]);
    assert_eq!(door.client(identity(&certs, "expired")).get("/").err(), Some(Failure::Alert(45)));
    let report = door.report();
    assert_eq!(report["verdict"]["faults"][0]["rule"], "expired");
    let client = report["explanation"]["client"].as_str().unwrap();
    assert!(client.starts_with("saw TLS alert certificate_expired (45) on its first read"), "{client}");
    assert_eq!(door.end().0, Some(1));
    assert!(fs::read_to_string(drawing).unwrap().contains("<svg"));
}

#[test]
fn what_says_nothing_about_a_certificate_does_not_count() {
    let (_folder, certs) = certs();
    let mut door = Listening::start(&certs, &["--count", "2"]);
    let distrusting = Client { ca: identity(&certs, "billing").unwrap().certificates[1].clone(), ..door.client(None) };
    assert!(distrusting.get("/").is_err());
    let plain = std::net::TcpStream::connect(("127.0.0.1", door.port)).unwrap();
    std::io::Write::write_all(&mut &plain, b"GET / HTTP/1.1\r\n\r\n").unwrap();
    let mut answer = String::new();
    (&plain).read_to_string(&mut answer).unwrap();
    assert!(answer.contains("it speaks TLS"), "{answer}");
    assert_eq!(door.client(None).get("/").unwrap().body, "No client certificate was sent.\n");
    assert_eq!(door.report()["verdict"], Value::Null);
    assert_eq!(door.client(identity(&certs, "visitor")).get("/").unwrap().status, 200);
    assert_eq!(door.report()["verdict"]["holds"], true);
    let (code, said) = door.end();
    assert_eq!(code, Some(1), "one of the two sent no certificate");
    assert_eq!(said.matches("does not count").count(), 2, "{said}");
}

#[test]
fn an_org_at_another_time_judges_by_that_time() {
    let (_folder, certs) = certs();
    let mut door = Listening::start(&certs, &["--at", "2099-01-01T00:00:00Z"]);
    assert_eq!(door.client(identity(&certs, "billing")).get("/").err(), Some(Failure::Alert(45)));
    assert_eq!(door.report()["at"], "2099-01-01T00:00:00Z");
    assert_eq!(door.end().0, Some(1));
}

#[test]
fn nobody_is_waited_for_longer_than_asked() {
    let output = mockorg(&["explain", "--listen", "--max-life", "1s"]).assert().code(2).stdout("").get_output().clone();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("1 of 1 handshakes did not come in time"), "{said}");
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = mockorg(&["explain", "--listen", &port]).assert().code(2).get_output().clone();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(&format!("cannot listen on port {port}")) && said.contains("--listen 0"), "{said}");
}
