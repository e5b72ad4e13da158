//! What a client did, told from the journal: one planted mistake after the other, and a client without any.

use std::time::Duration;

use expect_test::{expect, expect_file};
use mockorg::doctor::{Code, Ended, Facts, Report, Severity, UploadFact, diagnose, story};
use mockorg::journal::{Kind, line};
use mockorg::org::Door;
use mockorg::scenario::switches::ApiEndpoint;

use crate::wire::{Client, FORM, Org, PATIENCE};

mod command;
mod findings;
mod injected;
mod outside;

const LIMITS: &str = "/services/data/v68.0/limits";
const TOKEN: &str = "/services/oauth2/token";

/// The quickstart at a time that stands still, with the serial number that is told, so that the story stands still, too.
fn org() -> Org {
    let text = include_str!("../../scenarios/quickstart.toml");
    let text = text.replacen("my-domain = \"acme\"\n", "my-domain = \"acme\"\nclock = \"2026-11-24T09:00:00Z\"\n", 1);
    Org::from_toml(&text.replacen("name = \"visitor\"\n", "name = \"visitor\"\nserial = \"1001\"\n", 1))
}

/// What is known of a run besides its events; the doors have the numbers that they have in the docs.
fn facts(org: &Org, command: &[&str]) -> Facts {
    let state = org.snapshot();
    let enforced = state.org.users.iter().filter(|user| state.org.enforces(user));
    let uploads = state.org.uploads.iter().map(|upload| UploadFact {
        label: upload.label.clone(),
        name: state.edge.names.get(upload.leaf().sha256()).map(|name| name.to_string()),
        subject: upload.leaf().subject().to_owned(),
        sha256: upload.leaf().fingerprint(),
    });
    Facts {
        command: command.iter().map(|word| (*word).to_owned()).collect(),
        took: Duration::from_millis(120),
        standard_url: "https://localhost:4443".into(),
        mutual_url: "https://localhost:8443".into(),
        enforced: enforced.map(|user| user.spec.username.clone()).collect(),
        uploads: uploads.collect(),
        urls_as_arrived: state.org.switches.api_endpoint == ApiEndpoint::AsArrived,
        ..Facts::default()
    }
}

fn report(org: &Org) -> Report {
    diagnose(&facts(org, &["./client"]), &org.journal().since(0))
}

fn codes(report: &Report) -> Vec<&'static str> {
    report.findings.iter().map(|finding| finding.code.name()).collect()
}

/// The findings that break in production.
fn breaking(report: &Report) -> Vec<&'static str> {
    let breaking = report.findings.iter().filter(|finding| finding.severity == Severity::Breaks);
    breaking.map(|finding| finding.code.name()).collect()
}

fn text(report: &Report) -> String {
    line::plain(&story::lines(report)).lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

fn password(user: &str) -> String {
    format!(
        "grant_type=password&client_id=quickstart-client-id&client_secret=quickstart-secret\
         &username={user}@acme.example&password={user}-password"
    )
}

/// A login by the password flow; the session.
fn log_in(client: &Client, user: &str) -> String {
    let answer = client.post(TOKEN, FORM, &password(user)).unwrap();
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["access_token"].as_str().unwrap().to_owned()
}

fn call(client: &Client, session: &str) -> u16 {
    client.clone().session(session).get(LIMITS).unwrap().status
}

/// A client whose chain does not hold; its alert may arrive before the journal has the handshake.
fn turned_away(org: &Org, client: &str) {
    let before = org.journal().last_seq();
    org.mutual(client).get(LIMITS).unwrap_err();
    let arrived = org.journal().wait_for(before, PATIENCE, |event| event.kind.handshake().is_some());
    assert!(arrived.is_some(), "{client} came");
}

/// Waits for what the journal says of a connection whose client has gone.
fn gone(org: &Org, ending: &str) {
    org.event(|event| matches!(&event.kind, Kind::Handshake(handshake) if handshake.ending == Some(ending)));
}

#[test]
fn finds_nothing_wrong_with_a_sound_client() {
    let org = org();
    let client = org.mutual("billing");
    let session = log_in(&client, "billing");
    assert_eq!(call(&client, &session), 200);
    let report = report(&org);
    assert!(!report.breaks);
    assert_eq!(codes(&report), Vec::<&str>::new());
    expect![[r#"
        mockorg doctor: `./client` ended with exit code 0

          1 mutual   TLSv1.3, SNI localhost: certificate billing + acme-issuing, holds
              POST /services/oauth2/token 200 login (password) billing@acme.example granted
          2 mutual   TLSv1.3, SNI localhost: certificate billing + acme-issuing, holds
              GET /services/data/v68.0/limits 200 billing@acme.example granted

          did it come                                    yes: 0 connections to the standard door, 2 to the mutual one
          did it trust the server                        yes: or it does not check
          did it send a certificate                      yes: billing with 1 further certificate
          did it log in                                  yes: billing@acme.example (password, mutual door)
          did it call on the mutual door                 yes: 1 of 1 call
          did every request there carry the certificate  yes: 2 of 2 requests

        sound: nothing here breaks in production
    "#]]
    .assert_eq(&text(&report));
}

/// The eight mistakes that client teams make most, and the word that the doctor has for each.
#[test]
fn names_eight_planted_mistakes() {
    let told: String = MISTAKES
        .iter()
        .map(|(name, plant, expected)| {
            let org = org();
            plant(&org);
            let report = report(&org);
            assert_eq!(breaking(&report), [*expected], "{name}:\n{}", text(&report));
            assert!(report.breaks);
            format!("# {name}\n{}\n", text(&report))
        })
        .collect();
    expect_file![concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/doctor.txt")].assert_eq(&told);
}

type Mistake = (&'static str, fn(&Org), &'static str);

const MISTAKES: [Mistake; 8] = [
    ("no certificate", no_certificate, "no-certificate"),
    ("leaf only", leaf_only, "leaf-only"),
    ("wrong port", wrong_port, "wrong-port"),
    ("untrusted server", untrusted_server, "untrusted-server"),
    ("wrong keystore alias", wrong_alias, "wrong-certificate"),
    ("plain HTTP", plain_http, "plain-http"),
    ("expired", expired, "expired"),
    ("port not changed after login", port_not_changed, "port-not-changed"),
];

fn no_certificate(org: &Org) {
    let session = org.billing();
    assert_eq!(call(&org.door(Door::Mutual), &session), 401);
}

fn leaf_only(org: &Org) {
    turned_away(org, "leaf-only");
}

fn wrong_port(org: &Org) {
    let session = org.billing();
    assert_eq!(call(&org.door(Door::Standard), &session), 401);
}

fn untrusted_server(org: &Org) {
    let mut client = org.door(Door::Standard);
    client.ca = org.client("billing").unwrap().certificates[1].clone();
    client.get(LIMITS).unwrap_err();
    gone(org, "alert-received");
}

fn wrong_alias(org: &Org) {
    let answer = org.mutual("visitor").post(TOKEN, FORM, &password("billing")).unwrap();
    assert_eq!(answer.status, 400, "{}", answer.body);
}

fn plain_http(org: &Org) {
    crate::wire::plain(org.ports().mutual, b"GET /services/data HTTP/1.1\r\nHost: localhost\r\n\r\n");
}

fn expired(org: &Org) {
    turned_away(org, "expired");
}

fn port_not_changed(org: &Org) {
    let session = log_in(&org.mutual("billing"), "billing");
    assert_eq!(call(&org.door(Door::Standard), &session), 401);
}

#[test]
fn every_code_has_its_entry_in_the_docs_and_its_place_in_the_order() {
    let docs = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/doctor.md")).unwrap();
    let headings: Vec<_> = docs.lines().filter_map(|line| line.strip_prefix("### ")).collect();
    let names = Code::ALL.map(Code::name);
    assert_eq!(headings, names, "docs/doctor.md (left) and the code (right), in that order");
    for code in Code::ALL {
        assert_eq!(serde_json::to_value(code).unwrap(), code.name());
    }
}

#[test]
fn a_report_in_json_has_what_the_story_has() {
    let org = org();
    no_certificate(&org);
    let mut facts = facts(&org, &["./client", "--all"]);
    facts.ended = Ended::ExitCode(3);
    let report = serde_json::to_value(diagnose(&facts, &org.journal().since(0))).unwrap();
    assert_eq!(report["version"], 1);
    assert_eq!(report["command"], serde_json::json!(["./client", "--all"]));
    assert_eq!(report["ended"], serde_json::json!({"exit-code": 3}));
    assert_eq!(report["breaks"], true);
    assert_eq!(report["connections"][1]["door"], "mutual");
    assert_eq!(report["connections"][1]["requests"][0]["error"], "MUTUAL_AUTHENTICATION_FAILED");
    assert_eq!(report["findings"][0]["code"], "no-certificate");
    assert_eq!(report["findings"][0]["severity"], "breaks");
    assert_eq!(report["findings"][0]["connections"], serde_json::json!([2]));
}
