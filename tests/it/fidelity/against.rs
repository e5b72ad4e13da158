//! `mockorg fidelity --against`: a second mockorg stands for somebody's sandbox, with or without all that is asked for.

use std::collections::BTreeSet;
use std::fs;

use assert_cmd::Command;
use mockorg::journal::Kind;
use mockorg::org::Door;
use mockorg::replay::{Against, Sources};
use mockorg::scenario::file::File;
use mockorg::{RenewalKey, Simulator};
use serde_json::Value;
use tempfile::TempDir;

use super::*;

/// One org that is all the probe files together, and its kit.
struct Sandbox {
    org: Org,
    folder: TempDir,
}

struct Run {
    code: i32,
    out: String,
    err: String,
}

impl Run {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {} {}", self.out, self.err))
    }

    fn line(&self, subject: &str) -> Value {
        let report = self.json();
        let lines = report["lines"].as_array().unwrap();
        lines.iter().find(|line| line["subject"] == subject).unwrap_or_else(|| panic!("no {subject}")).clone()
    }
}

fn union() -> File {
    let mut files = fidelity::FILES.iter().map(|(name, text)| File::from_toml(text, name).unwrap());
    let mut whole = files.next().unwrap();
    for file in files {
        let cas: BTreeSet<String> = whole.ca.iter().map(|ca| ca.name.to_string()).collect();
        whole.ca.extend(file.ca.into_iter().filter(|ca| !cas.contains(ca.name.as_str())));
        let clients: BTreeSet<String> = whole.client.iter().map(|client| client.name.to_string()).collect();
        whole.client.extend(file.client.into_iter().filter(|client| !clients.contains(client.name.as_str())));
        let users: BTreeSet<String> = whole.user.iter().map(|user| user.username.to_string()).collect();
        whole.user.extend(file.user.into_iter().filter(|user| !users.contains(user.username.as_str())));
        whole.mutual_auth_certificate.extend(file.mutual_auth_certificate);
        let has_app = !whole.connected_app.is_empty();
        whole.connected_app.extend(file.connected_app.into_iter().filter(|_| !has_app));
    }
    whole.probe.clear();
    whole
}

impl Sandbox {
    fn new(switches: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let scenario = Scenario::from_text(&union().to_toml().unwrap(), "x.toml", folder.path()).unwrap();
        let org = Org::with(Simulator::default(), scenario);
        org.issue("renewed", RenewalKey::Keep).unwrap();
        org.kit_writer().write(&folder.path().join("kit")).unwrap();
        for (name, value) in switches {
            org.set_switch(name, value).unwrap();
        }
        Self { org, folder }
    }

    fn run(&self, more: &[&str]) -> Run {
        let (standard, mutual) = (self.org.standard_url(), self.org.mutual_url());
        run(
            self.folder.path(),
            &[&["--against", "--standard", &standard, "--mutual", &mutual, "--rate", "100"], more].concat(),
        )
    }

    fn with_kit(&self, more: &[&str]) -> Run {
        self.run(&[&["--kit", "kit", "--json"], more].concat())
    }
}

fn run(folder: &std::path::Path, args: &[&str]) -> Run {
    let mut command = Command::cargo_bin("mockorg").unwrap();
    let output = command.current_dir(folder).env_clear().arg("fidelity").args(args).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    Run { code: output.status.code().unwrap(), out: text(&output.stdout), err: text(&output.stderr) }
}

/// How many lines came out so.
fn count(report: &Value, verdict: &str) -> u64 {
    report["counts"][verdict].as_u64().unwrap_or_default()
}

#[test]
fn an_org_of_ours_is_as_its_probes_say() {
    let run = run(std::path::Path::new("."), &["--json"]);
    let report = run.json();
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert_eq!((count(&report, "open"), count(&report, "not-tried")), (0, 0));
    assert!(count(&report, "same") > 50, "{}", report["counts"]);
    assert_eq!(report["seen"]["edge"]["tls"], serde_json::json!(["1.2", "1.3"]));
    assert_eq!(report["switches"], serde_json::json!({}));
}

#[test]
fn another_org_at_its_defaults_is_the_same_in_every_line_but_one_that_no_kit_can_try() {
    let run = Sandbox::new(&[]).with_kit(&["--allow-writes"]);
    let report = run.json();
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{report:#}");
    let counts = ["differs", "open", "not-tried"].map(|verdict| count(&report, verdict));
    assert_eq!(counts, [0, 0, 1], "{report:#}");
    let order = run.line("order of intermediates, extra certificates");
    assert_eq!(order["theirs"]["untried"], "the root of the client's chain is not at hand");
}

#[test]
fn a_documented_line_that_is_otherwise_there_exits_with_1_and_the_switch_is_there_to_paste() {
    let sandbox = Sandbox::new(&[("edge.client-auth-eku", "if-present"), ("org.refusal-status", "403")]);
    let run = sandbox.run(&["--kit", "kit"]);
    assert_eq!(run.code, 1, "{}", run.out);
    let block = "[edge]\nclient-auth-eku = \"if-present\"\n\n[org]\nrefusal-status = 403\n";
    assert!(run.out.contains(block), "{}", run.out);
    assert!(run.out.contains("otherwise there: clientAuth required in the leaf\n"), "{}", run.out);
    let pasted = format!("format = 1\n{}", block.replace("[org]\n", "[org]\nname = \"Acme\"\n"));
    let scenario = Scenario::from_text(&pasted, "x.toml", sandbox.folder.path()).unwrap();
    assert_eq!(scenario.org.switches.refusal_status.code(), 403);
}

#[test]
fn what_nothing_documents_may_differ() {
    let run = Sandbox::new(&[("org.session-binding", "door"), ("org.soap-login", "disabled")]).with_kit(&[]);
    assert_eq!(run.code, 0, "{}", run.out);
    let wanted = serde_json::json!({ "org": { "session-binding": "door", "soap-login": "disabled" } });
    assert_eq!(run.json()["switches"], wanted);
}

#[test]
fn a_team_with_one_client_and_one_user_settles_a_part_and_hears_what_is_missing() {
    let sandbox = Sandbox::new(&[]);
    let text = "[client.sound]\ncertificate = \"kit/clients/sound.crt\"\nkey-file = \"kit/clients/sound.key\"\n\
                [user.\"plain@acme.example\"]\npassword-env = \"PLAIN\"\n";
    fs::write(
        sandbox.folder.path().join("uat.toml"),
        text.replace("password-env = \"PLAIN\"", "password = \"plain-password\""),
    )
    .unwrap();
    let run = sandbox.run(&["--credentials", "uat.toml", "--server-ca", "kit/server-ca.pem", "--json"]);
    let report = run.json();
    assert_eq!((run.code, count(&report, "differs"), count(&report, "open")), (0, 0, 0), "{report:#}");
    assert!(count(&report, "same") > 15 && count(&report, "not-tried") > 10, "{}", report["counts"]);
    let missing = run.line("clientAuth required in the leaf");
    assert_eq!(missing["verdict"], "not-tried");
    let why = missing["theirs"]["untried"].as_str().unwrap();
    assert!(why.contains("the client \"without-purpose\": MOCKORG_CLIENT_WITHOUT_PURPOSE_PEM"), "{why}");
    assert_eq!(missing["needs"], "a certificate without the extension extendedKeyUsage");
    let login = run.line("off until Support turns it on");
    assert!(login["theirs"]["untried"].as_str().unwrap().contains("enforced@acme.example"), "{login}");
    let writes = run.line("revocation of what is no token");
    assert!(writes["theirs"]["untried"].as_str().unwrap().contains("--allow-writes"), "{writes}");
}

#[test]
fn a_line_is_compared_by_what_was_tried_at_both() {
    let sandbox = Sandbox::new(&[]);
    fs::remove_file(sandbox.folder.path().join("kit/clients/renewed.crt")).unwrap();
    let kit = fs::read_to_string(sandbox.folder.path().join("kit/kit.json")).unwrap();
    let mut kit: Value = serde_json::from_str(&kit).unwrap();
    kit["clients"].as_array_mut().unwrap().retain(|client| client["name"] != "renewed" && client["name"] != "revoked");
    fs::write(sandbox.folder.path().join("kit/kit.json"), kit.to_string()).unwrap();
    let run = sandbox.with_kit(&[]);
    assert_eq!(run.code, 0, "{}", run.out);
    let line = run.line("enforced user: the certificate must be uploaded; else access is denied");
    assert_eq!((&line["verdict"], &line["theirs"]["says"]), (&Value::from("same"), &Value::from("it must be")));
    let line = run.line("signatures, dates, CRLs of every certificate");
    assert_eq!(
        (&line["verdict"], &line["theirs"]["says"]),
        (&Value::from("same"), &Value::from("an expired leaf is refused"))
    );
}

#[test]
fn an_org_that_cannot_be_reached_exits_with_2() {
    let sandbox = Sandbox::new(&[]);
    let url = "https://localhost:1";
    let args = ["--against", "--standard", url, "--mutual", url, "--kit", "kit", "--rate", "100"];
    let run = run(sandbox.folder.path(), &args);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(run.err.contains("nothing was found out of the other org: "), "{}", run.err);
}

#[test]
fn an_org_that_says_it_is_no_sandbox_is_asked_nothing_more() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = scenarios()
        .into_iter()
        .find(|scenario| scenario.exchanges.first().and_then(|first| first.name.as_deref()) == Some("plain"))
        .unwrap();
    let kit = folder.path().join("kit");
    let org = Org::with(Simulator::default().advertise(["org.test"]).kit(&kit), scenario.clone());
    let url = |door| format!("https://org.test:{}", org.port(door));
    let roots = vec![org.server_ca().x509().to_owned()];
    let against = Against::new(&url(Door::Standard), &url(Door::Mutual), roots, false).unwrap();
    let kit = Sources::read_kit(&kit).unwrap();
    let sources = Sources { file: None, environment: Box::new(|_| None), kit: Some(kit) };
    let given = sources.gather(&scenario).unwrap_or_else(|missing| panic!("{missing:?}"));
    let mut player = Player::new(Party::other(&against, given).reached_at("127.0.0.1"));
    runtime().block_on(fidelity::play(&mut player, &scenario, &Withheld::new(), || ()));
    assert!(player.stopped().is_some_and(|why| why.contains("no sandbox")));
    let came = org.journal().since(0).iter().filter(|event| matches!(event.kind, Kind::Handshake(_))).count();
    assert_eq!(came, 1, "the login that said so");
}

#[test]
fn what_may_be_production_is_not_asked_without_a_word() {
    let url = "https://acme.my.salesforce.com";
    let run = run(std::path::Path::new("."), &["--against", "--standard", url, "--mutual", url]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("--production"), "{}", run.err);
}
