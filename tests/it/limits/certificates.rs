//! Chains that no CA should have signed: each gets a verdict with a reason, quickly, and none brings the edge down.

use std::net::{Ipv4Addr, TcpStream};

use mockorg::journal::event::Handshake;
use mockorg::journal::{Kind, LONGEST_TEXT};
use mockorg::org::Door;
use mockorg::pki::mint::KeyKind;
use mockorg::pki::validate::MAX_SENT;
use mockorg::pki::{Certificate, chain};
use mockorg::tls::MAX_CHAIN_BYTES;
use openssl::ec::{Asn1Flag, EcGroup, EcKey};
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::ssl::{HandshakeError, SslVersion};

use super::forgery::*;
use super::unharmed;
use crate::wire::{Failure, Org, PATIENCE};

const VERSIONS: [SslVersion; 2] = [SslVersion::TLS1_2, SslVersion::TLS1_3];

#[test]
fn a_hundred_certificates_are_refused_unread() {
    let org = Org::quickstart();
    let issuing = org.client("billing").unwrap().certificates[1].clone();
    for version in VERSIONS {
        let client = org.mutual("billing").version(version).sending(vec![issuing.clone(); 99]);
        let (outcome, handshake) = come(&org, &client);
        assert_eq!((outcome.as_str(), rule(&handshake)), ("alert 48", "too-many"), "{version:?}");
        let why = handshake.explanation.unwrap();
        assert_eq!((why.expected.as_str(), why.found.as_str()), ("1 to 32 certificates", "100"));
        assert_eq!(handshake.certificates.len(), MAX_SENT, "the journal keeps no more than anybody would read");
    }
    let client = org.mutual("billing").sending(vec![issuing; MAX_SENT - 1]);
    assert_eq!(come(&org, &client).0, "200");
    unharmed(&org);
}

#[test]
fn certificates_of_more_bytes_than_the_limit_end_the_handshake() {
    let org = Org::quickstart();
    let issuing = org.client("billing").unwrap().certificates[1].clone();
    let count = MAX_CHAIN_BYTES as usize / issuing.der().len() + 1;
    for version in VERSIONS {
        let client = org.mutual("billing").version(version).sending(vec![issuing.clone(); count]);
        let (outcome, handshake) = come(&org, &client);
        assert_eq!(outcome, "alert 47", "{version:?}");
        let why = handshake.explanation.unwrap();
        assert_eq!(why.found, "excessive message size");
        assert!(why.expected.contains(&MAX_CHAIN_BYTES.to_string()) && why.cure.contains("nothing else"), "{why}");
    }
    unharmed(&org);
}

#[test]
fn a_key_of_16384_bits_is_slow_and_no_more() {
    let (org, forger) = forged();
    let key = rsa_16384();
    let client = forger.client("big", &key);
    assert_eq!(come(&org, &present(&org, vec![client], &key)).0, "200");
    let small = KeyKind::P256.generate().unwrap();
    let big = forger.intermediate("Big", key);
    let below = big.client("below", &small);
    assert_eq!(come(&org, &present(&org, vec![below, big.certificate], &small)).0, "200");
    unharmed(&org);
}

#[test]
fn explicit_curve_parameters_get_a_verdict() {
    let (org, forger) = forged();
    let mut group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    group.set_asn1_flag(Asn1Flag::EXPLICIT_CURVE);
    let explicit = PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap();
    assert!(explicit.public_key_to_der().unwrap().len() > 200, "the curve is written out");
    let odd = forger.intermediate("Explicit", explicit.clone());
    let key = KeyKind::P256.generate().unwrap();
    let below = odd.client("below", &key);
    let (outcome, handshake) = come(&org, &present(&org, vec![below, odd.certificate], &key));
    assert_eq!((outcome.as_str(), rule(&handshake)), ("alert 42", "other"));
    assert_eq!(handshake.explanation.unwrap().found, "one whose curve is spelt out");
    unharmed(&org);
}

#[test]
fn every_flaw_of_a_leaf_gets_a_verdict() {
    let (org, forger) = forged();
    let key = KeyKind::P256.generate().unwrap();
    let sound = forger.client("flawed", &key);
    let mut table = String::new();
    for (flaw, change) in FLAWS {
        table += &match Certificate::from_der(&forger.forge(&sound, change)) {
            Ok(certificate) => {
                let (outcome, handshake) = come(&org, &present(&org, vec![certificate.clone()], &key));
                assert_eq!(handshake.certificates[0].sha256, certificate.fingerprint(), "{flaw}");
                format!("{flaw}: {outcome} {}\n", rule(&handshake))
            }
            Err(unreadable) => format!("{flaw}: {unreadable}\n"),
        };
    }
    expect_test::expect![[r#"
        nothing: 200 holds
        a month 13: alert 42 other
        dates that are words: not a certificate: nested asn1 error
        dates without a zone: not a certificate: nested asn1 error
        empty dates: not a certificate: nested asn1 error
        year 0 to 9999: 200 holds
        an end before its start: alert 45 expired
        a serial below zero: 200 holds
        a serial of zero: 200 holds
        a serial of 21 octets: 200 holds
        a serial of 40,000 octets: 200 holds
        no subject: 200 holds
        no issuer: alert 48 no-issuer
        a subject of 1,000 parts: 200 holds
        version 1 with extensions: 200 holds
        version 9: 200 holds
        no extensions: alert 43 no-client-auth
        extensions twice: alert 48 other
        1,000 extensions: 200 holds
        an unknown critical extension: alert 46 unknown-critical-extension
        basic constraints that are none: alert 48 other
        a key usage that is none: alert 48 other
        an empty extended key usage: alert 48 other
        a path length below zero: alert 48 other
        name constraints on nothing: 200 holds
    "#]]
    .assert_eq(&table);
    unharmed(&org);
}

#[test]
fn every_flaw_of_an_intermediate_gets_a_verdict() {
    let (org, forger) = forged();
    let key = KeyKind::P256.generate().unwrap();
    let between = forger.intermediate("Between", key.clone());
    let below = between.client("below", &key);
    let mut table = String::new();
    for (flaw, change) in FLAWS {
        // what OpenSSL cannot read is not sent by this client: see the torn message below
        let Ok(certificate) = Certificate::from_der(&forger.forge(&between.certificate, change)) else { continue };
        let (outcome, handshake) = come(&org, &present(&org, vec![below.clone(), certificate], &key));
        table += &format!("{flaw}: {outcome} {}\n", rule(&handshake));
    }
    expect_test::expect![[r#"
        nothing: 200 holds
        a month 13: alert 42 other
        year 0 to 9999: 200 holds
        an end before its start: alert 45 expired
        a serial below zero: 200 holds
        a serial of zero: 200 holds
        a serial of 21 octets: 200 holds
        a serial of 40,000 octets: 200 holds
        no subject: alert 48 no-issuer
        no issuer: alert 48 no-issuer
        a subject of 1,000 parts: alert 48 no-issuer
        version 1 with extensions: 200 holds
        version 9: 200 holds
        no extensions: alert 48 issuer-not-ca
        extensions twice: alert 48 other
        1,000 extensions: 200 holds
        an unknown critical extension: alert 46 unknown-critical-extension
        basic constraints that are none: alert 48 other
        a key usage that is none: alert 48 other
        an empty extended key usage: alert 43 issuer-without-client-auth
        a path length below zero: alert 48 other
        name constraints on nothing: 200 holds
    "#]]
    .assert_eq(&table);
    unharmed(&org);
}

#[test]
fn names_of_any_text_and_length_are_shown_short_and_on_one_line() {
    let (org, forger) = forged();
    let key = KeyKind::P256.generate().unwrap();
    let sound = forger.client("named", &key);
    for (tag, text) in [
        (UTF8_STRING, &b"billing\0.evil\r\n8443 granted\x1b[2K"[..]),
        (T61_STRING, b"\xff\xfe\xf4\x90\x80\x80\x85"),
        (UTF8_STRING, &[b'x'; 60_000]),
        (UTF8_STRING, b"a,CN=billing"),
        (UTF8_STRING, b""),
    ] {
        let der = forger.forge(&sound, |fields| fields[SUBJECT] = common_name(tag, text));
        let certificate = Certificate::from_der(&der).unwrap();
        assert!(certificate.subject().chars().count() <= chain::LONGEST_NAME + 1);
        assert!(!certificate.subject().contains(char::is_control), "{}", certificate.subject());
        assert_ne!(certificate.common_name(), "billing");
        let (outcome, handshake) = come(&org, &present(&org, vec![certificate], &key));
        assert_eq!(outcome, "200", "{tag:x} {text:?}");
        assert!(handshake.certificates[0].subject.chars().count() <= LONGEST_TEXT);
    }
    for (tag, no_text) in [
        (UTF8_STRING, &b"\xff\xfe"[..]),
        (UTF8_STRING, b"\xf4\x90\x80\x80"),
        (UTF8_STRING, b"\xed\xa0\x80"),
        (BMP_STRING, b"\xd8\0\xd8\0\0A"),
    ] {
        let der = forger.forge(&sound, |fields| fields[SUBJECT] = common_name(tag, no_text));
        assert!(Certificate::from_der(&der).is_err(), "{no_text:x?}");
    }
    unharmed(&org);
}

#[test]
fn twins_that_lead_everywhere_do_not_keep_the_edge_busy() {
    let (org, forger) = forged();
    let key = KeyKind::P256.generate().unwrap();
    // each signs each other, and each is signed by a root on the list: ways without number
    let twin = forger.intermediate("Twin", key.clone());
    let twins: Vec<Certificate> = (0..MAX_SENT as u8 - 1)
        .map(|n| {
            let der = forger.forge(&twin.certificate, |fields| {
                fields[SERIAL] = element(INTEGER, &[n + 1]);
                fields.truncate(EXTENSIONS);
                fields[VERSION] = Vec::new();
            });
            Certificate::from_der(&der).unwrap()
        })
        .collect();
    let leaf = twin.client("lost", &key);
    let expired = twin.forge(&leaf, |fields| {
        fields[VALIDITY] = times(UTC_TIME, b"200101000000Z", b"210101000000Z");
        fields.truncate(EXTENSIONS);
        fields[VERSION] = Vec::new();
    });
    let chain = [vec![Certificate::from_der(&expired).unwrap()], twins].concat();
    let (outcome, handshake) = come(&org, &present(&org, chain, &key));
    assert!(outcome.starts_with("alert"), "{outcome}");
    assert!(!rule(&handshake).is_empty());
    unharmed(&org);
}

#[test]
fn a_certificate_message_torn_on_its_way_is_refused_and_explained() {
    let org = Org::quickstart();
    let client = org.mutual("billing").version(SslVersion::TLS1_2);
    let leaf = client.identity.as_ref().unwrap().certificates[0].clone();
    let head = leaf.der()[..24].to_vec();
    let length = u32::try_from(leaf.der().len()).unwrap().to_be_bytes();
    let counted = [&length[1..], &head].concat();
    let with = |at: usize, byte: u8| {
        let mut put = counted.clone();
        put[at] = byte;
        put
    };
    for put in [
        with(0, 0xff),
        with(2, length[3].wrapping_add(1)),
        with(2, length[3].wrapping_sub(1)),
        with(3, 0x31),
        with(4, 0x84),
        with(4, 0x80),
        with(5, 0xff),
        with(7, 0xff),
        with(15, 0xff),
        [&[0, 0, 0][..], &head].concat(),
    ] {
        let seen = org.journal().last_seq();
        let tcp = TcpStream::connect((Ipv4Addr::LOCALHOST, client.port)).unwrap();
        tcp.set_read_timeout(Some(PATIENCE)).unwrap();
        let torn = Torn { tcp, find: counted.clone(), put: put.clone(), done: false };
        let Err(HandshakeError::Failure(middle)) = client.builder().build().connect("localhost", torn) else {
            panic!("{put:x?} was let through")
        };
        assert!(middle.get_ref().done, "the message came by");
        let told = org.journal().wait_for(seen, PATIENCE, |event| matches!(event.kind, Kind::Handshake(_))).unwrap();
        let why = told.kind.explanation().expect("a torn handshake is explained");
        assert!(!why.found.is_empty() && !why.cure.is_empty(), "{why}");
    }
    unharmed(&org);
}

type Change = fn(&mut Vec<Vec<u8>>);

/// What a CA should not sign, by the field at fault.
const FLAWS: &[(&str, Change)] = &[
    ("nothing", |_| {}),
    ("a month 13", |fields| fields[VALIDITY] = times(UTC_TIME, b"251301000000Z", b"491301000000Z")),
    ("dates that are words", |fields| fields[VALIDITY] = times(UTC_TIME, b"once", b"upon a time")),
    ("dates without a zone", |fields| fields[VALIDITY] = times(UTC_TIME, b"200101000000", b"490101000000")),
    ("empty dates", |fields| fields[VALIDITY] = times(GENERALIZED_TIME, b"", b"")),
    ("year 0 to 9999", |fields| fields[VALIDITY] = times(GENERALIZED_TIME, b"00000101000000Z", b"99991231235959Z")),
    ("an end before its start", |fields| fields[VALIDITY] = times(UTC_TIME, b"490101000000Z", b"200101000000Z")),
    ("a serial below zero", |fields| fields[SERIAL] = element(INTEGER, &[0xff])),
    ("a serial of zero", |fields| fields[SERIAL] = element(INTEGER, &[0])),
    ("a serial of 21 octets", |fields| fields[SERIAL] = element(INTEGER, &[0x7f; 21])),
    ("a serial of 40,000 octets", |fields| fields[SERIAL] = element(INTEGER, &[0x7f; 40_000])),
    ("no subject", |fields| fields[SUBJECT] = element(SEQUENCE, b"")),
    ("no issuer", |fields| fields[ISSUER] = element(SEQUENCE, b"")),
    ("a subject of 1,000 parts", |fields| fields[SUBJECT] = parts(1_000)),
    ("version 1 with extensions", |fields| fields[VERSION] = Vec::new()),
    ("version 9", |fields| fields[VERSION] = element(EXPLICIT_0, &element(INTEGER, &[9]))),
    ("no extensions", |fields| fields.truncate(EXTENSIONS)),
    ("extensions twice", |fields| extend(fields, |extensions| extensions.extend_from_within(..))),
    ("1,000 extensions", |fields| {
        extend(fields, |extensions| (0..1_000).for_each(|n| extensions.push(unknown(n, false))))
    }),
    ("an unknown critical extension", |fields| extend(fields, |extensions| extensions.push(unknown(1, true)))),
    ("basic constraints that are none", |fields| {
        extend(fields, |extensions| extensions[0] = extension(19, b"\xff\xff"))
    }),
    ("a key usage that is none", |fields| extend(fields, |extensions| extensions[1] = extension(15, b"words"))),
    ("an empty extended key usage", |fields| extend(fields, |extensions| extensions.push(extension(37, b"\x30\x00")))),
    ("a path length below zero", |fields| {
        extend(fields, |extensions| extensions[0] = extension(19, b"\x30\x06\x01\x01\xff\x02\x01\x80"));
    }),
    ("name constraints on nothing", |fields| extend(fields, |extensions| extensions.push(extension(30, b"\x30\x00")))),
];

fn times(tag: u8, from: &[u8], until: &[u8]) -> Vec<u8> {
    element(SEQUENCE, &[element(tag, from), element(tag, until)].concat())
}

fn parts(count: usize) -> Vec<u8> {
    element(SEQUENCE, &contents(&common_name(UTF8_STRING, b"x")).repeat(count))
}

fn extend(fields: &mut [Vec<u8>], change: impl FnOnce(&mut Vec<Vec<u8>>)) {
    let mut extensions = elements(contents(contents(&fields[EXTENSIONS])));
    change(&mut extensions);
    fields[EXTENSIONS] = element(EXPLICIT_3, &element(SEQUENCE, &extensions.concat()));
}

/// id-ce `number`.
fn extension(number: u8, value: &[u8]) -> Vec<u8> {
    element(SEQUENCE, &[element(OID, &[0x55, 0x1d, number]), element(OCTET_STRING, value)].concat())
}

fn unknown(number: u16, critical: bool) -> Vec<u8> {
    // two octets in base 128
    let number = number + 128;
    let [high, low] = [(number >> 7) as u8 | 0x80, number as u8 & 0x7f];
    let oid = element(OID, &[0x2b, 6, 1, 4, 1, 0x84, 0x7f, high, low]);
    let critical = if critical { element(1, &[0xff]) } else { Vec::new() };
    element(SEQUENCE, &[oid, critical, element(OCTET_STRING, b"x")].concat())
}

/// An org that lists a root which signs anything.
fn forged() -> (Org, Forger) {
    let org = Org::quickstart();
    let forger = Forger::root("Forger", org.clock().org_now());
    org.list("forger", forger.certificate.clone()).unwrap();
    (org, forger)
}

fn present(org: &Org, certificates: Vec<Certificate>, key: &PKey<Private>) -> crate::wire::Client {
    org.door(Door::Mutual).presenting(identity(certificates, key))
}

/// What the client saw of a request that asks for no session, and what the journal has of its handshake.
fn come(org: &Org, client: &crate::wire::Client) -> (String, Handshake) {
    let seen = org.journal().last_seq();
    let outcome = match client.get("/services/data") {
        Ok(answer) => answer.status.to_string(),
        Err(Failure::Alert(number)) => format!("alert {number}"),
        Err(other) => format!("{other:?}"),
    };
    let event = org.journal().wait_for(seen, PATIENCE, |event| matches!(event.kind, Kind::Handshake(_))).unwrap();
    let Kind::Handshake(handshake) = &event.kind else { unreachable!("asked for a handshake") };
    (outcome, (**handshake).clone())
}

fn rule(handshake: &Handshake) -> &'static str {
    let verdict = handshake.verdict.as_ref();
    verdict.map_or("unjudged", |verdict| verdict.faults.first().map_or("holds", |fault| fault.rule))
}
