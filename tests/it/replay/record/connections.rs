//! Connections in a recording: shared, resumed, over HTTP/2, by the proxy door; and what no exchange can play.

use std::io::Write;

use mockorg::Simulator;
use mockorg::org::Door;
use mockorg::replay::record::Recorder;
use mockorg::replay::{Party, Player, replay};
use mockorg::scenario::file::File;
use openssl::ssl::SslVersion;

use super::{Recording, Taped, scenario};
use crate::replay::{all_as_expected, runtime};
use crate::wire::{Org, connect};

const SCENARIO: &str = include_str!("../../../../scenarios/quickstart.toml");

/// The exchanges of a recording, without the org.
fn exchanges(recording: &Recording) -> &str {
    recording.toml.find("[[exchange]]").map_or("", |at| &recording.toml[at..])
}

/// Plays these and gives what was recorded of them, which replays clean.
fn recorded(edge: &str, played: &str) -> Recording {
    let toml = SCENARIO.replacen("[[ca]]", &format!("[edge]\n{edge}\n\n[[ca]]"), 1);
    let (org, _) = toml.split_once("\n[[exchange]]").unwrap();
    let whole = mockorg::Scenario::from_text(&format!("{org}\n{played}"), "x.toml", ".".as_ref()).unwrap();
    let recorder = Recorder::new();
    let taped = Org::with(Simulator::default().seed(7).tap(recorder.tap()), whole.clone());
    runtime().block_on(Player::new(Party::own(&taped, &whole)).all(&whole.exchanges));
    let file = File::from_toml(&toml, "x.toml").unwrap();
    let recording = recorder.recording(&file, &whole, taped.journal()).unwrap();
    all_as_expected(&runtime().block_on(replay(Simulator::default().seed(7), scenario(&recording))).unwrap());
    recording
}

#[test]
fn requests_that_shared_a_connection_share_it_again() {
    let one = "[[exchange]]\nconnection = \"a\"\nrequest = \"GET /services/data\"\n";
    let first = format!("{one}http = \"2\"\nclient = \"billing\"\n");
    let alone = "[[exchange]]\nhttp = \"1.1\"\nrequest = \"GET /services/data\"\n";
    let recording = recorded("", &[&first, alone, one].concat());
    expect_test::expect![[r#"
        [[exchange]]
        client = "billing"
        http = "2"
        connection = "connection-1"
        request = "GET /services/data"

        [exchange.expect]
        status = 200

        [[exchange]]
        http = "1.1"
        request = "GET /services/data"

        [exchange.expect]
        status = 200

        [[exchange]]
        connection = "connection-1"
        request = "GET /services/data"

        [exchange.expect]
        status = 200
    "#]]
    .assert_eq(exchanges(&recording));
}

#[test]
fn a_session_that_was_resumed_is_offered_again() {
    let call = "[[exchange]]\nclient = \"billing\"\nrequest = \"GET /services/data\"\n";
    let again = format!("{call}resume = \"first\"\n");
    let recording = recorded("resumption = \"trust\"", &format!("{call}name = \"first\"\n{again}"));
    let found = exchanges(&recording);
    for part in ["name = \"exchange-1\"", "resume = \"exchange-1\"", "resumed = true"] {
        assert!(found.contains(part), "{part} in {found}");
    }
}

#[test]
fn a_session_that_was_offered_in_vain_is_offered_again() {
    let step = "[[step]]\nname = \"revoked\"\non = \"call\"\ndo.revoke = \"billing\"\n";
    let call = "[[exchange]]\nclient = \"billing\"\nrequest = \"GET /services/data\"\n";
    let other = "[[exchange]]\nclient = \"visitor\"\nstep = \"revoked\"\nresume = \"first\"\nrequest = \"GET /services/data\"\n";
    let toml = SCENARIO.replacen("[[ca]]", "[edge]\nresumption = \"rejudge\"\n\n[[ca]]", 1);
    let (org, _) = toml.split_once("\n[[exchange]]").unwrap();
    let whole = format!("{org}\n{step}{call}name = \"first\"\n{other}");
    let whole = mockorg::Scenario::from_text(&whole, "x.toml", ".".as_ref()).unwrap();
    let recorder = Recorder::new();
    let taped = Org::with(Simulator::default().seed(7).tap(recorder.tap()), whole.clone());
    runtime().block_on(Player::new(Party::own(&taped, &whole)).all(&whole.exchanges));
    let file = File::from_toml(&toml, "x.toml").unwrap();
    let recording = recorder.recording(&file, &whole, taped.journal()).unwrap();
    let found = exchanges(&recording);
    // nobody revokes anything when it is replayed, and so the difference is seen
    for part in ["resume = \"exchange-1\"", "resumed = false"] {
        assert!(found.contains(part), "{part} in {found}");
    }
    let played = runtime().block_on(replay(Simulator::default().seed(7), scenario(&recording))).unwrap();
    assert_eq!(played.exchanges[1].differences[0].what, "resumed");
}

#[test]
fn calls_by_the_proxy_door_and_its_refusals_are_written_as_such() {
    let taped = Taped::quickstart();
    let login = "login.salesforce.com";
    taped.org.by_proxy(login, 443).get("/services/data").unwrap();
    let billing = taped.org.client("billing").unwrap();
    taped.org.by_proxy("acme.my.salesforce.com", 8443).presenting(billing).get("/services/data").unwrap();
    taped.org.by_proxy("localhost", taped.org.ports().mutual).get("/services/data").unwrap();
    let mut tcp = std::net::TcpStream::connect(("127.0.0.1", taped.org.ports().proxy)).unwrap();
    assert!(connect(&mut tcp, "CONNECT example.com:443 HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 403 "));
    let recording = taped.recording();
    all_as_expected(&runtime().block_on(replay(Simulator::default().seed(7), scenario(&recording))).unwrap());
    let found = exchanges(&recording);
    for part in [
        "by-proxy = \"login.salesforce.com:443\"",
        "by-proxy = \"acme.my.salesforce.com:8443\"",
        "door = \"mutual\"\nby-proxy = \"localhost\"",
        "by-proxy = \"example.com:443\"",
        "proxy = 403",
    ] {
        assert!(found.contains(part), "{part} in {found}");
    }
    assert!(!found.contains("Host"), "{found}");
}

#[test]
fn a_host_that_is_asked_for_over_http_2_is_kept() {
    let call = "[[exchange]]\nhttp = \"2\"\nsni = \"acme.my.salesforce.com\"\nrequest = \"GET /services/data\"\n\
                headers = { Host = \"login.salesforce.com\" }\nexpect.status = 421\n";
    let found = recorded("sni-mismatch = \"421\"", call);
    assert!(exchanges(&found).contains("Host = \"login.salesforce.com\""), "{}", exchanges(&found));
}

#[test]
fn a_handshake_that_nobody_refused_and_that_failed_is_left_out_and_named() {
    let taped = Taped::quickstart();
    let mut tcp = taped.org.door(Door::Mutual).open();
    tcp.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    taped.org.event(|event| event.kind.handshake().is_some());
    // and one that is refused, in a version of TLS of its own
    taped.org.mutual("revoked").version(SslVersion::TLS1_2).get("/").unwrap_err();
    let recording = taped.recording();
    assert_eq!(recording.exchanges, 1, "{}", exchanges(&recording));
    assert_eq!(recording.left_out, ["handshake 1: plain HTTP on a TLS door"]);
    let mut tcp = std::net::TcpStream::connect(("127.0.0.1", taped.org.ports().proxy)).unwrap();
    assert!(connect(&mut tcp, "GET http://example.com/ HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 405 "));
    let left_out = taped.recording().left_out;
    assert!(left_out.contains(&"what the proxy door refused: it was no CONNECT to a host and a port".to_owned()));
}
