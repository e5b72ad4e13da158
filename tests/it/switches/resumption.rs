//! `edge.resumption`: a key store that is renewed, a certificate that ends or is revoked, while sessions resume.

use std::io::Write;
use std::net::Shutdown;
use std::sync::{Arc, Mutex};

use jiff::SignedDuration;
use mockorg::Scenario;
use mockorg::journal::Kind;
use mockorg::journal::event::Handshake;
use mockorg::org::Door;
use openssl::ssl::{SslSession, SslSessionCacheMode, SslVersion};

use super::{LIMITS, session};
use crate::wire::{Answer, Client, Failure, Org, failure};

const VERSIONS: [SslVersion; 2] = [SslVersion::TLS1_2, SslVersion::TLS1_3];
const SCENARIO: &str = include_str!("../../../scenarios/edge/resumes-sessions.toml");

/// The org of the scenario, with another value of the switch.
fn org(resumption: &str) -> Org {
    let text = SCENARIO.replacen("resumption = \"rejudge\"", &format!("resumption = {resumption:?}"), 1);
    Org::start(Scenario::from_text(&text, "test.toml", std::path::Path::new(".")).unwrap())
}

/// What came of one connection: the answer to a call, whether the client saw its session resumed, and the sessions that it
/// was given.
struct Outcome {
    answer: Result<Answer, Failure>,
    reused: bool,
    sessions: Vec<SslSession>,
}

impl Outcome {
    fn status(&self) -> Result<u16, Failure> {
        self.answer.clone().map(|answer| answer.status)
    }

    fn last(&self) -> &SslSession {
        self.sessions.last().expect("a session to resume")
    }
}

/// One call on a connection of its own, which offers that session.
fn connect(client: &Client, token: &str, offered: Option<&SslSession>) -> Outcome {
    let given = Arc::new(Mutex::new(Vec::new()));
    let mut builder = client.builder();
    builder.set_session_cache_mode(SslSessionCacheMode::CLIENT | SslSessionCacheMode::NO_INTERNAL);
    let keep = given.clone();
    builder.set_new_session_callback(move |_, session| keep.lock().unwrap().push(session));
    let (reused, answer) = match client.resume(builder, offered) {
        Err(failed) => (false, Err(failed)),
        Ok(mut stream) => {
            let head = format!(
                "GET {LIMITS} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
            );
            let _ = stream.write_all(head.as_bytes());
            let (mut read, mut chunk) = (Vec::new(), [0; 4096]);
            let ended = loop {
                match stream.ssl_read(&mut chunk) {
                    Ok(0) => break None,
                    Ok(count) => read.extend_from_slice(&chunk[..count]),
                    Err(error) => break Some(failure(&error)),
                }
            };
            let _ = stream.get_ref().shutdown(Shutdown::Both);
            let answer = match ended {
                Some(Failure::Alert(number)) => Err(Failure::Alert(number)),
                _ => Answer::read(&read),
            };
            (stream.ssl().session_reused(), answer)
        }
    };
    let sessions = std::mem::take(&mut *given.lock().unwrap());
    Outcome { answer, reused, sessions }
}

/// The handshakes so far, in order.
fn handshakes(org: &Org) -> Vec<Handshake> {
    let events = org.journal().since(0);
    let handshakes = events.iter().filter_map(|event| match &event.kind {
        Kind::Handshake(handshake) => Some((**handshake).clone()),
        _ => None,
    });
    handshakes.collect()
}

fn last(org: &Org) -> Handshake {
    handshakes(org).pop().unwrap()
}

fn reports(org: &Org) -> String {
    session(&org.door(Door::Standard), "reports@acme.example", "reports-password")
}

#[test]
fn a_session_is_resumed_and_told_where_its_certificate_was_shown() {
    for (resumption, remembered) in [("trust", true), ("rejudge", false)] {
        for version in VERSIONS {
            let org = org(resumption);
            let token = session(&org.mutual("billing"), "billing@acme.example", "billing-password");
            let client = org.mutual("billing").version(version);
            let first = connect(&client, &token, None);
            assert_eq!((first.status(), first.reused), (Ok(200), false), "{version:?}");
            let shown = last(&org);
            let again = connect(&client, &token, Some(first.last()));
            assert_eq!((again.status(), again.reused), (Ok(200), true), "{version:?}");
            let resumed = last(&org);
            assert_eq!(resumed.resumed_from, Some(shown.id));
            assert_eq!(resumed.verdict.unwrap().remembered, remembered);
            let names: Vec<_> = resumed.certificates.iter().map(|sent| sent.name.as_deref()).collect();
            assert_eq!(names, [Some("billing")]);
            // a session that was handed out by a resumed handshake leads back to the first one
            if let Some(second) = again.sessions.last() {
                assert!(connect(&client, &token, Some(second)).reused);
                assert_eq!(last(&org).resumed_from, Some(shown.id));
            }
        }
    }
}

#[test]
fn a_revoked_certificate_goes_on_in_a_trusted_session_and_not_in_a_rejudged_one() {
    for version in VERSIONS {
        for (resumption, expected) in [("trust", Ok(200)), ("rejudge", Err(Failure::Alert(44)))] {
            let org = org(resumption);
            let token = reports(&org);
            let client = org.mutual("billing").version(version);
            let first = connect(&client, &token, None);
            org.revoke("billing").unwrap();
            let again = connect(&client, &token, Some(first.last()));
            assert_eq!(again.status(), expected, "{resumption} {version:?}");
            assert_eq!(again.reused, resumption == "trust");
            let unresumed = connect(&client, &token, None).status();
            assert_eq!(unresumed, Err(Failure::Alert(44)), "a full handshake is refused either way");
        }
    }
}

#[test]
fn an_expired_certificate_goes_on_in_a_trusted_session_alone() {
    for version in VERSIONS {
        for (resumption, expected) in [("trust", Ok(200)), ("rejudge", Err(Failure::Alert(45)))] {
            let org = org(resumption);
            let first = connect(&org.mutual("billing").version(version), "none", None);
            org.advance(SignedDuration::from_hours(24 * 11)).unwrap();
            let token = reports(&org);
            let again = connect(&org.mutual("billing").version(version), &token, Some(first.last()));
            assert_eq!(again.status(), expected, "{resumption} {version:?}");
        }
    }
}

/// The film: the client is given its next certificate, the old one is revoked, and it goes on resuming.
#[test]
fn a_renewed_key_store_is_shown_only_where_the_old_session_is_passed_over() {
    for version in VERSIONS {
        for (resumption, shown) in [("trust", "billing"), ("rejudge", "billing-next")] {
            let org = org(resumption);
            let token = reports(&org);
            let old = connect(&org.mutual("billing").version(version), &token, None);
            let origin = last(&org).id;
            org.revoke("billing").unwrap();
            let renewed = connect(&org.mutual("billing-next").version(version), &token, Some(old.last()));
            assert_eq!(renewed.status(), Ok(200), "{resumption} {version:?}: nobody is locked out");
            let told = last(&org);
            assert_eq!(told.certificates[0].name.as_deref(), Some(shown), "{resumption} {version:?}");
            match resumption {
                "trust" => assert_eq!((told.resumed_from, told.not_resumed), (Some(origin), None)),
                _ => {
                    let why = format!("the session of handshake {origin}: CN=billing,O=Acme, revoked");
                    assert_eq!((told.resumed_from, told.not_resumed), (None, Some(why)));
                }
            }
        }
    }
}

#[test]
fn a_session_without_a_certificate_stays_without_one() {
    for version in VERSIONS {
        let org = org("rejudge");
        let token = reports(&org);
        let first = connect(&org.door(Door::Mutual).version(version), &token, None);
        let again = connect(&org.mutual("billing").version(version), &token, Some(first.last()));
        assert_eq!((again.status(), again.reused), (Ok(200), true));
        let told = last(&org);
        assert!(told.certificates.is_empty() && told.verdict.is_none() && told.resumed_from.is_some(), "{told:?}");
    }
}

#[test]
fn a_session_of_one_door_is_none_of_the_others() {
    for version in VERSIONS {
        let org = org("trust");
        let token = reports(&org);
        let (standard, mutual) = (org.door(Door::Standard).version(version), org.mutual("billing").version(version));
        let from_standard = connect(&standard, &token, None);
        let from_mutual = connect(&mutual, &token, None);
        assert!(!connect(&mutual, &token, Some(from_standard.last())).reused, "{version:?}");
        assert!(!connect(&standard, &token, Some(from_mutual.last())).reused, "{version:?}");
        assert!(connect(&standard, &token, Some(from_standard.last())).reused, "{version:?}: at home it is good");
    }
}

#[test]
fn a_switch_that_is_set_ends_every_session() {
    for version in VERSIONS {
        let org = org("trust");
        let token = reports(&org);
        let client = org.mutual("billing").version(version);
        for (name, value) in [("edge.resumption", "rejudge"), ("edge.security-level", "1"), ("edge.resumption", "off")]
        {
            let first = connect(&client, &token, None);
            assert!(connect(&client, &token, Some(first.last())).reused);
            org.set_switch(name, value).unwrap();
            let again = connect(&client, &token, Some(first.last()));
            assert_eq!((again.status(), again.reused), (Ok(200), false), "{version:?} {name} {value}");
        }
        assert!(connect(&client, &token, None).sessions.is_empty(), "off: none is handed out");
    }
}

#[test]
fn a_session_of_one_org_is_none_of_the_next() {
    let before = org("trust");
    let first = connect(&before.mutual("billing"), "none", None);
    before.stop();
    let after = org("trust");
    assert!(!connect(&after.mutual("billing"), "none", Some(first.last())).reused);
}

#[test]
fn a_broken_chain_that_is_shown_the_page_leaves_no_session() {
    for version in VERSIONS {
        let org = Org::quickstart_with("", "resumption = \"trust\"\nbad-chain = \"page\"");
        let client = org.mutual("expired").version(version);
        let first = connect(&client, "none", None);
        assert!(first.answer.as_ref().is_ok_and(|answer| answer.body.contains("certificate has expired")));
        if let Some(offered) = first.sessions.last() {
            assert!(!connect(&client, "none", Some(offered)).reused, "{version:?}");
        }
    }
}

#[test]
fn a_verdict_that_was_trusted_is_still_rechecked_at_each_request() {
    let org = Org::quickstart_with("", "resumption = \"trust\"\nlive-connections = \"recheck\"");
    let token = org.reports();
    let first = connect(&org.mutual("visitor"), &token, None);
    org.revoke("visitor").unwrap();
    let again = connect(&org.mutual("visitor"), &token, Some(first.last()));
    assert!(again.reused && again.answer.unwrap().body.contains("certificate revoked"));
}
