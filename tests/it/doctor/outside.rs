//! Failures outside of the org, as far as the doctor sees them: docs/troubleshooting.md has its very words.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

use mockorg::doctor::{Ended, Facts, Report, diagnose};
use mockorg::org::Door;
use openssl::pkey::PKey;
use openssl::ssl::{SslAcceptor, SslMethod, SslVerifyMode};

use super::{LIMITS, breaking, call, codes, facts, gone, log_in, org, report, text};
use crate::wire::Org;

/// What the document says that the doctor says of this failure: each block under its heading.
fn quoted(number: u32) -> Vec<String> {
    let docs = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/troubleshooting.md")).unwrap();
    let (_, section) = docs.split_once(&format!("\n### {number}. ")).expect("it has a section");
    let section = section.split("\n### ").next().unwrap_or(section).split("\n## ").next().unwrap_or("");
    let blocks: Vec<_> = section.split("```text\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    blocks.into_iter().map(str::to_owned).collect()
}

/// The block of this number under the heading is what the doctor says here.
#[track_caller]
fn says(report: &Report, number: u32, block: usize) {
    let said = text(report);
    let quoted = quoted(number);
    let block = quoted.get(block).unwrap_or_else(|| panic!("{number} has no block {block}:\n{said}"));
    assert!(said.contains(block.as_str()), "{number}: the document\n{block}\nthe doctor\n{said}");
}

/// One connection through a proxy that opens TLS: its own certificate towards the client, none towards the org.
fn inspected(org: &Org, session: &str, trusting: bool) -> bool {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let mut client = org.mutual("billing").session(session);
    client.port = listener.local_addr().unwrap().port();
    let (server, onwards) = (org.client("server-only").unwrap(), org.door(Door::Mutual));
    let relay = thread::spawn(move || {
        let mut acceptor = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server()).unwrap();
        acceptor.set_certificate(server.certificates[0].x509()).unwrap();
        acceptor.set_private_key(&PKey::private_key_from_pem(server.key_pem.as_bytes()).unwrap()).unwrap();
        acceptor.set_verify_callback(SslVerifyMode::PEER, |_, _| true);
        let Ok(mut stream) = acceptor.build().accept(listener.accept().unwrap().0) else { return };
        let (mut request, mut chunk) = (Vec::new(), [0; 4096]);
        while !request.windows(4).any(|end| end == b"\r\n\r\n") {
            match stream.read(&mut chunk) {
                Ok(0) | Err(_) => return,
                Ok(read) => request.extend_from_slice(&chunk[..read]),
            }
        }
        let answer = onwards.exchange(&request).unwrap();
        let _ = write!(stream, "HTTP/1.1 {}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", answer.status);
        let _ = stream.shutdown();
    });
    let mut builder = client.builder();
    if trusting {
        builder.set_verify(SslVerifyMode::NONE);
    }
    let came = client.connect_with(builder).is_ok_and(|mut stream| {
        write!(
            stream,
            "GET {LIMITS} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {session}\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        !answer.is_empty()
    });
    relay.join().unwrap();
    came
}

#[test]
fn tls_inspection_takes_the_clients_certificate_away() {
    let org = org();
    assert!(inspected(&org, &org.billing(), true));
    assert_eq!(breaking(&report(&org)), ["no-certificate"]);
    says(&report(&org), 16, 0);
}

/// The relay's certificate is under a root that the client does not trust: it never comes.
#[test]
fn tls_inspection_that_the_client_does_not_trust_keeps_it_away() {
    let org = org();
    let session = org.billing();
    let before = org.journal().last_seq();
    assert!(!inspected(&org, &session, false));
    let report = diagnose(&facts(&org, &["./client"]), &org.journal().since(before));
    assert_eq!(breaking(&report), ["never-came"]);
    says(&report, 16, 1);
}

#[test]
fn a_blocked_port_shows_as_a_login_and_then_nothing() {
    let org = org();
    org.billing();
    let facts = Facts { ended: Ended::ExitCode(1), ..facts(&org, &["./client"]) };
    let report = diagnose(&facts, &org.journal().since(0));
    says(&report, 16, 2);
}

#[test]
fn a_client_without_a_server_name_is_told_what_comes_of_it() {
    let org = org();
    let mut client = org.mutual("billing");
    client.sni = None;
    let session = log_in(&client, "billing");
    assert_eq!(call(&client, &session), 200);
    assert_eq!(codes(&report(&org)), ["no-sni"]);
    says(&report(&org), 17, 0);
}

#[test]
fn a_foreign_server_name_is_named() {
    let org = org();
    let mut client = org.mutual("billing");
    client.sni = Some("cdn.example.net".into());
    // a client that checks the name leaves: the certificate is for others
    client.connect().unwrap_err();
    gone(&org, "alert-received");
    let report = report(&org);
    assert_eq!(codes(&report), ["untrusted-server", "foreign-sni"]);
    says(&report, 17, 1);
}

#[test]
fn names_of_the_service_are_not_foreign() {
    for name in ["localhost", "acme.my.salesforce.com", "LOGIN.salesforce.com"] {
        let org = org();
        let mut client = org.mutual("billing");
        client.sni = Some(name.into());
        let session = log_in(&client, "billing");
        assert_eq!(call(&client, &session), 200);
        assert_eq!(codes(&report(&org)), Vec::<&str>::new(), "{name}");
    }
}

#[test]
fn a_library_that_refuses_a_port_never_comes() {
    let org = org();
    let facts = Facts { ended: Ended::ExitCode(1), ..facts(&org, &["./client"]) };
    says(&diagnose(&facts, &[]), 18, 0);
}

#[test]
fn a_streaming_client_is_told_that_nothing_lies_at_its_path() {
    let org = org();
    let client = org.mutual("billing");
    let session = log_in(&client, "billing");
    let body = r#"[{"channel":"/meta/handshake"}]"#;
    let answer = client.session(&session).post("/cometd/64.0", "application/json", body).unwrap();
    assert_eq!(answer.status, 404);
    says(&report(&org), 22, 0);
}

#[test]
fn a_pub_sub_client_asks_the_proxy_door_for_another_host() {
    let org = org();
    let target = "api.pubsub.salesforce.com:7443";
    let asked = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n");
    crate::wire::plain(org.ports().proxy, asked.as_bytes());
    assert_eq!(breaking(&report(&org)), ["proxy-refused"]);
    says(&report(&org), 22, 1);
}
