//! Faults of a connection, before any certificate is seen.

use std::io::{ErrorKind, Read, Write};
use std::time::Duration;

use mockorg::Simulator;
use mockorg::org::Door;
use mockorg::scenario::Outside;
use openssl::ssl::SslVersion;

use super::{fault, last_handshake, told};
use crate::wire::{Failure, Org};

const VERSIONS: [SslVersion; 2] = [SslVersion::TLS1_2, SslVersion::TLS1_3];

#[test]
fn a_reset_meets_a_client_that_has_said_nothing() {
    let org = fault("effect = \"reset\"\ndoor = \"mutual\"");
    let mut tcp = org.door(Door::Mutual).open();
    let error = tcp.read(&mut [0]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    let handshake = last_handshake(&org, |handshake| handshake.injected_fault.is_some());
    assert_eq!((handshake.injected_fault.as_deref(), handshake.ending), (Some("reset"), Some("injected")));
    let explanation = handshake.explanation.unwrap();
    assert_eq!(explanation.headline, "injected: the fault \"reset\" ended the connection");
    assert_eq!(told(&org), [("reset".to_owned(), "injected", "reset".to_owned())]);
    assert_eq!(org.door(Door::Standard).get("/services/data").unwrap().status, 200, "the other door is not meant");
}

#[test]
fn the_journal_has_a_fault_before_the_wire_has() {
    let org = fault("effect = \"reset\"");
    for expected in 1..=20 {
        let error = org.door(Door::Mutual).open().read(&mut [0]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionReset);
        assert_eq!(told(&org).len(), expected);
    }
}

#[test]
fn a_reset_in_the_handshake_comes_after_the_server_hello() {
    let org = fault("effect = \"reset-in-handshake\"\ndoor = \"mutual\"");
    let mut tcp = org.door(Door::Mutual).open();
    tcp.write_all(&client_hello(&org)).unwrap();
    let mut read = Vec::new();
    let error = tcp.read_to_end(&mut read).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    assert_eq!((read[0], read[5]), (22, 2), "a ServerHello came first");
    let handshake = last_handshake(&org, |handshake| handshake.ending == Some("injected"));
    assert_eq!(handshake.injected_fault.as_deref(), Some("reset-in-handshake"));
    assert_eq!(handshake.sni.as_deref(), Some("localhost"), "what it had said is told");
    for version in VERSIONS {
        let closed = org.mutual("billing").version(version).get("/services/data").unwrap_err();
        assert_eq!(closed, Failure::Closed);
    }
}

#[test]
fn a_plain_alert_answers_the_client_hello() {
    for (word, number) in [("handshake_failure", 40), ("protocol_version", 70), ("unrecognized_name", 112)] {
        let org = fault(&format!("effect = \"alert\"\nalert = \"{word}\""));
        let mut tcp = org.door(Door::Standard).open();
        tcp.write_all(&client_hello(&org)).unwrap();
        let mut read = [0; 7];
        tcp.read_exact(&mut read).unwrap();
        assert_eq!(read, [21, 3, 3, 0, 2, 2, number], "in the clear");
        for version in VERSIONS {
            let failure = org.door(Door::Standard).version(version).get("/services/data").unwrap_err();
            assert_eq!(failure, Failure::Alert(number), "{word}");
        }
        let handshake = last_handshake(&org, |handshake| handshake.injected_fault.is_some());
        assert!(handshake.explanation.unwrap().client.unwrap().contains(word));
    }
}

#[test]
fn plain_http_is_not_answered_by_an_alert() {
    let org = fault("effect = \"alert\"");
    let answer = crate::wire::plain(org.port(Door::Standard), b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert!(answer.starts_with(b"HTTP/1.1 400 "));
    assert_eq!(told(&org), []);
}

#[test]
fn a_held_server_hello_comes_in_the_end_and_not_within_the_handshakes_time_out() {
    // held for longer than a handshake may take
    let text = include_str!("../../../scenarios/quickstart.toml");
    let text = format!("{text}\n[[fault]]\neffect = \"hold-server-hello\"\nfor = \"400ms\"\n");
    let scenario = mockorg::Scenario::from_text(&text, "test.toml", std::path::Path::new(".")).unwrap();
    let org = Org::with(Simulator::default().seed(7).handshake_timeout(Duration::from_millis(300)), scenario);
    let watch = mockorg::clock::Stopwatch::start();
    assert_eq!(org.door(Door::Standard).get("/services/data").unwrap().status, 200);
    assert!(watch.elapsed() >= Duration::from_millis(400));
    let handshake = last_handshake(&org, |handshake| handshake.injected_fault.is_some());
    assert_eq!((handshake.ending, handshake.explanation), (None, None));
    assert!(handshake.duration_us >= 400_000);
    assert_eq!(told(&org)[0].2, "hold-server-hello, 400ms");
}

#[test]
fn an_org_stops_while_a_server_hello_is_held() {
    let org = fault("effect = \"hold-server-hello\"\nfor = \"5m\"");
    let mut tcp = org.door(Door::Standard).open();
    tcp.write_all(&client_hello(&org)).unwrap();
    org.event(|event| event.kind.name() == "fault");
    let watch = mockorg::clock::Stopwatch::start();
    org.stop();
    assert!(watch.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_bad_server_chain_is_shown_once_and_the_client_that_refuses_it_is_told_that_it_is_right() {
    for (effect, alert) in [("server-expired", 45), ("server-incomplete", 48), ("server-other-root", 48)] {
        for version in VERSIONS {
            let org = fault(&format!("effect = \"{effect}\"\ndoor = \"mutual\"\ntimes = 1"));
            let client = org.mutual("billing").version(version);
            assert!(matches!(client.get("/services/data"), Err(Failure::Other(_))), "{effect}");
            let handshake = last_handshake(&org, |handshake| handshake.injected_fault.as_deref() == Some(effect));
            assert_eq!(handshake.ending, Some("alert-received"));
            assert!(handshake.alert_received.unwrap().ends_with(&format!("({alert})")), "{effect}");
            let cure = handshake.explanation.unwrap().cure;
            assert!(cure.contains("it is right to refuse"), "{cure}");
            assert_eq!(client.get("/services/data").unwrap().status, 200, "once");
        }
    }
}

#[test]
fn a_client_that_refuses_a_spoiled_server_certificate_is_told_that_it_is_right() {
    let quickstart = include_str!("../../../scenarios/quickstart.toml");
    let step = "[[step]]\nname = \"spoil\"\non = \"call\"\ndo.server-certificate = \"expired\"\n";
    let org = Org::from_toml(&format!("{quickstart}\n{step}"));
    org.step("spoil").unwrap();
    assert!(matches!(org.mutual("billing").get("/services/data"), Err(Failure::Other(_))));
    let handshake = last_handshake(&org, |handshake| handshake.ending == Some("alert-received"));
    assert_eq!((handshake.server_flaw, handshake.injected_fault), (Some("expired"), None));
    let cure = handshake.explanation.unwrap().cure;
    assert!(cure.contains("it is right to refuse"), "{cure}");
}

#[test]
fn a_server_certificate_of_another_name_is_met_by_those_who_look() {
    let org = fault("effect = \"server-wrong-name\"\nnth = 1");
    let client = org.door(Door::Standard);
    let Err(Failure::Other(error)) = client.connect().map(drop) else { panic!("it was taken") };
    assert!(error.contains("certificate verify failed"), "{error}");
    client.connect().unwrap();
}

#[test]
fn a_bad_server_chain_is_not_hidden_by_a_resumed_session() {
    let quickstart = include_str!("../../../scenarios/quickstart.toml");
    let org = Org::from_toml(&format!(
        "{quickstart}\n[edge]\nresumption = \"trust\"\n[[fault]]\neffect = \"server-expired\"\nnth = 2\n"
    ));
    let client = org.door(Door::Standard).version(SslVersion::TLS1_2);
    let first = client.connect().unwrap();
    let session = first.ssl().session().unwrap().to_owned();
    drop(first);
    assert!(client.resume(client.builder(), Some(&session)).is_err(), "it was shown the expired one");
    let third = client.resume(client.builder(), Some(&session)).unwrap();
    assert!(third.ssl().session_reused());
}

#[test]
fn the_scenarios_of_faults_are_right() {
    let mut seen = 0;
    for entry in std::fs::read_dir("scenarios/faults").unwrap() {
        let path = entry.unwrap().path();
        let scenario = mockorg::Scenario::from_path(&path, Outside::Refuse).unwrap_or_else(|wrong| panic!("{wrong}"));
        let honest = scenario.chaos == mockorg::scenario::fault::Preset::Honest;
        assert!(honest || !scenario.faults.is_empty(), "{}", path.display());
        let text = std::fs::read_to_string(&path).unwrap();
        let org = text.lines().take_while(|line| *line != "[[exchange]]");
        assert!(org.count() <= 60, "{}", path.display());
        seen += 1;
    }
    assert!(seen >= 6, "{seen} scenarios");
}

/// What a client that asks for localhost says first.
fn client_hello(org: &Org) -> Vec<u8> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let client = crate::wire::Client { port, ..org.door(Door::Standard) };
    let speaker = std::thread::spawn(move || client.connect().is_ok());
    let (mut stream, _) = listener.accept().unwrap();
    let mut head = [0; 5];
    stream.read_exact(&mut head).unwrap();
    let mut body = vec![0; usize::from(u16::from_be_bytes([head[3], head[4]]))];
    stream.read_exact(&mut body).unwrap();
    drop(stream);
    assert!(!speaker.join().unwrap());
    [head.to_vec(), body].concat()
}
