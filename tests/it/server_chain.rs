//! What the doors prove themselves with: each flaw is the one that clients name, and a renewal ends it.

use std::sync::{Arc, Mutex};

use mockorg::org::Door;
use mockorg::pki::Certificate;
use mockorg::scenario::ServerFlaw;
use openssl::ssl::SslVerifyMode;

use crate::wire::Org;

/// What OpenSSL says of the chain, or the leaf's serial number.
fn seen(org: &Org, door: Door) -> Result<String, String> {
    let client = org.door(door);
    let (mut builder, said) = (client.builder(), Arc::new(Mutex::new(String::new())));
    let saying = said.clone();
    builder.set_verify_callback(SslVerifyMode::PEER, move |holds, context| {
        if !holds {
            *saying.lock().unwrap() = context.error().error_string().to_owned();
        }
        holds
    });
    match client.connect_with(builder) {
        Ok(stream) => {
            let leaf = stream.ssl().peer_certificate().unwrap();
            Ok(Certificate::from_der(&leaf.to_der().unwrap()).unwrap().serial().to_owned())
        }
        Err(_) => Err(said.lock().unwrap().clone()),
    }
}

#[test]
fn each_flaw_of_the_server_chain_is_the_one_that_a_client_names() {
    let org = Org::quickstart();
    let words = |flaw| match flaw {
        ServerFlaw::Expired => "certificate has expired",
        ServerFlaw::Incomplete | ServerFlaw::OtherRoot => "unable to get local issuer certificate",
        ServerFlaw::WrongName => "hostname mismatch",
    };
    for flaw in ServerFlaw::ALL {
        org.spoil_server_certificate(flaw).unwrap();
        for door in [Door::Standard, Door::Mutual] {
            let error = seen(&org, door).unwrap_err();
            assert!(error.contains(words(flaw)), "{flaw:?} at {door:?}: {error}");
        }
        let kind = serde_json::to_value(&org.journal().query(&query("server")).pop().unwrap().kind).unwrap();
        assert_eq!(kind["shows"], flaw.name());
    }
    org.renew_server_certificate().unwrap();
    seen(&org, Door::Mutual).unwrap();
}

#[test]
fn a_renewed_server_certificate_has_another_serial_number_under_the_same_root() {
    let org = Org::quickstart();
    let first = seen(&org, Door::Standard).unwrap();
    assert_eq!(seen(&org, Door::Mutual).unwrap(), first, "both doors show one certificate");
    org.renew_server_certificate().unwrap();
    let second = seen(&org, Door::Standard).unwrap();
    assert_ne!(second, first);
    assert_eq!(seen(&org, Door::Mutual).unwrap(), second);
    org.spoil_server_certificate(ServerFlaw::Expired).unwrap();
    seen(&org, Door::Mutual).unwrap_err();
    org.renew_server_certificate().unwrap();
    assert!(![first, second].contains(&seen(&org, Door::Mutual).unwrap()));
}

#[test]
fn a_connection_that_lives_does_not_notice_another_server_certificate() {
    let org = Org::quickstart();
    let client = org.door(Door::Standard);
    let mut open = client.connect().unwrap();
    org.spoil_server_certificate(ServerFlaw::OtherRoot).unwrap();
    std::io::Write::write_all(&mut open, b"GET /services/data HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let mut head = [0; 12];
    std::io::Read::read_exact(&mut open, &mut head).unwrap();
    assert_eq!(&head, b"HTTP/1.1 200");
}

fn query(kind: &str) -> mockorg::journal::Query {
    mockorg::journal::Query { kind: Some(kind.to_owned()), ..Default::default() }
}
