//! What comes to a door and is not TLS, or half of it, or nothing; and connections that stand still.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use mockorg::journal::Kind;
use mockorg::journal::event::Handshake;
use mockorg::org::Door;
use openssl::ssl::{SslConnector, SslMethod, SslVerifyMode};

use super::{hurried, unharmed};
use crate::wire::{Answer, Org, PATIENCE, plain};

const DOORS: [Door; 2] = [Door::Mutual, Door::Standard];

#[test]
fn plain_http_on_a_tls_door_is_told_to_use_https() {
    let org = Org::quickstart();
    for door in DOORS {
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "BREW", "get"] {
            let request =
                format!("{method} /services/data HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc");
            let answer = Answer::read(&plain(org.port(door), request.as_bytes())).unwrap();
            assert_eq!(answer.status, 400, "{method}");
            assert!(answer.body.contains("it speaks TLS: use https, not http"), "{}", answer.body);
            assert!(answer.head.contains("connection: close"));
        }
        let told = handshake(&org, |handshake| handshake.door == door);
        assert_eq!(told.explanation.unwrap().headline, "plain HTTP on a TLS door");
    }
    unharmed(&org);
}

#[test]
fn a_plain_body_of_200_kb_does_not_cost_the_client_its_answer() {
    let org = Org::quickstart();
    for _ in 0..20 {
        let mut request = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 200000\r\n\r\n".to_vec();
        request.resize(200_000, b'x');
        assert_eq!(Answer::read(&plain(org.port(Door::Mutual), &request)).unwrap().status, 400);
    }
    unharmed(&org);
}

#[test]
fn tls_on_the_admin_door_is_refused_and_not_waited_for() {
    let org = Org::quickstart();
    let tcp = connect(org.ports().admin);
    let mut builder = SslConnector::builder(SslMethod::tls_client()).unwrap();
    builder.set_verify(SslVerifyMode::NONE);
    assert!(builder.build().connect("localhost", tcp).is_err());
    let health = plain(org.ports().admin, b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assert_eq!(Answer::read(&health).unwrap().status, 200);
    unharmed(&org);
}

#[test]
fn garbage_ends_the_connection_and_is_explained() {
    let org = Org::quickstart();
    let zeros = vec![0; 4_096];
    let noise: Vec<u8> = (0..4_096_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8 | 0x80).collect();
    let huge_record = [&[22, 3, 1, 0xff, 0xff][..], &[0; 2_000]].concat();
    let empty_records = [22, 3, 1, 0, 0].repeat(1_000);
    let wrong_message = [22, 3, 1, 0, 4, 99, 0, 0, 0];
    let torn_hello = [&[22, 3, 1, 0, 44, 1, 0, 0, 40, 3, 3][..], &[7; 38]].concat();
    for garbage in [&zeros[..], &noise, &huge_record, &empty_records, &wrong_message, &torn_hello] {
        let seen = org.journal().last_seq();
        let answer = plain(org.port(Door::Mutual), garbage);
        assert!(answer.is_empty() || answer[0] == 21, "an alert or nothing: {answer:?}");
        let told = org.journal().wait_for(seen, PATIENCE, |event| matches!(event.kind, Kind::Handshake(_))).unwrap();
        let explanation = told.kind.explanation().expect("a handshake that failed is explained");
        assert!(!explanation.cure.is_empty() && !explanation.found.is_empty(), "{explanation}");
    }
    unharmed(&org);
}

#[test]
fn a_connection_that_is_opened_and_closed_leaves_a_line_and_nothing_else() {
    let org = Org::quickstart();
    for port in [org.port(Door::Mutual), org.port(Door::Standard), org.ports().admin] {
        for _ in 0..100 {
            drop(connect(port));
        }
    }
    let told = handshake(&org, |handshake| handshake.explanation.is_some());
    assert_eq!(told.explanation.unwrap().headline, "the client left during the handshake");
    unharmed(&org);
}

#[test]
fn silence_and_half_a_client_hello_are_given_up_after_the_handshake_time_out() {
    let org = hurried(|simulator| simulator.handshake_timeout(Duration::from_millis(100)));
    let half = [&[22, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3][..], &[7; 60]].concat();
    for sent in [&[][..], &half, &half[..1]] {
        let seen = org.journal().last_seq();
        assert_eq!(until_closed(connect(org.port(Door::Mutual)), sent), b"");
        let told = org.journal().wait_for(seen, PATIENCE, |event| matches!(event.kind, Kind::Handshake(_))).unwrap();
        let explanation = told.kind.explanation().unwrap();
        assert_eq!(explanation.headline, "the handshake took too long");
        assert_eq!(explanation.expected, "a whole handshake within 100ms");
    }
}

#[test]
fn a_head_that_does_not_come_or_does_not_end_is_given_up_after_the_header_time_out() {
    let org = hurried(|simulator| simulator.header_timeout(Duration::from_millis(100)));
    for sent in [&b""[..], b"G", b"GET /services/data HTTP/1.1\r\nHost: local", b"PRI * HTTP/2.0\r\n"] {
        let answers = [
            until_closed(org.door(Door::Standard).connect().unwrap(), sent),
            until_closed(connect(org.ports().admin), sent),
        ];
        for answer in answers {
            // a client that begins to speak h2 without having chosen it has sent a head that is none
            let expected = if sent.starts_with(b"PRI") { &b"HTTP/1.1 400"[..] } else { b"" };
            assert_eq!(&answer[..expected.len().max(answer.len().min(12))], expected, "{sent:?}");
        }
    }
}

#[test]
fn a_client_that_chose_h2_and_says_nothing_is_given_up_too() {
    let org = hurried(|simulator| simulator.header_timeout(Duration::from_millis(100)));
    for sent in [&b""[..], b"PRI * HTTP/2.0\r\n\r\nSM", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0"] {
        let client = org.door(Door::Standard);
        let mut builder = client.builder();
        builder.set_alpn_protos(b"\x02h2").unwrap();
        let tls = client.connect_with(builder).unwrap();
        assert_eq!(tls.ssl().selected_alpn_protocol(), Some(&b"h2"[..]));
        until_closed(tls, sent);
    }
}

#[test]
fn a_client_that_asks_and_does_not_read_is_given_up_after_the_header_time_out() {
    let org = hurried(|simulator| simulator.header_timeout(Duration::from_millis(100)));
    let mut tls = org.door(Door::Standard).connect().unwrap();
    let request = b"GET /cacerts.jsp HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(20);
    let mut asked = 0;
    // the answers fill every buffer on the way; then nobody reads ours either, and at last the door hangs up
    tls.get_ref().set_write_timeout(Some(PATIENCE)).unwrap();
    while asked < 100_000 && tls.write_all(&request).is_ok() {
        asked += 20;
    }
    assert!(asked < 100_000, "the door answered {asked} requests that nobody read");
}

fn connect(port: u16) -> TcpStream {
    let tcp = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    tcp.set_read_timeout(Some(PATIENCE)).unwrap();
    tcp
}

/// What comes after these bytes, until the door hangs up; this side stays open.
fn until_closed(mut stream: impl Read + Write, bytes: &[u8]) -> Vec<u8> {
    stream.write_all(bytes).unwrap();
    let mut read = Vec::new();
    let ended = stream.read_to_end(&mut read);
    assert!(!ended.is_err_and(|error| error.kind() == ErrorKind::WouldBlock), "the door waits for ever");
    read
}

fn handshake(org: &Org, wanted: impl Fn(&Handshake) -> bool) -> Handshake {
    let event = org.event(|event| matches!(&event.kind, Kind::Handshake(handshake) if wanted(handshake)));
    let Kind::Handshake(handshake) = &event.kind else { unreachable!("asked for a handshake") };
    (**handshake).clone()
}
