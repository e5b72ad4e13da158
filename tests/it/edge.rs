//! Certificates on the wire: the two layers, alerts, pages, switches, and a parting that lets the client read why.

use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use mockorg::RenewalKey;
use mockorg::journal::event::Handshake;
use mockorg::journal::{Event, Kind};
use mockorg::org::Door;
use openssl::ssl::{SslSessionCacheMode, SslVersion};

use crate::wire::{Answer, FORM, Failure, Org, PATIENCE, plain};

const LIMITS: &str = "/services/data/v68.0/limits";
const VERSIONS: [SslVersion; 2] = [SslVersion::TLS1_2, SslVersion::TLS1_3];

#[test]
fn an_enforced_user_is_let_in_with_the_uploaded_certificate_alone() {
    let org = Org::quickstart();
    let session = org.billing();
    for version in VERSIONS {
        let call = |client: &str| org.mutual(client).version(version).session(&session).get(LIMITS);
        assert_eq!(call("billing").unwrap().status, 200);
        let refused = call("visitor").unwrap();
        assert_eq!((refused.status, refused.error_code().as_str()), (401, "MUTUAL_AUTHENTICATION_FAILED"));
    }
    for door in [Door::Mutual, Door::Standard] {
        let refused = org.door(door).session(&session).get(LIMITS).unwrap();
        assert_eq!((refused.status, refused.error_code().as_str()), (401, "MUTUAL_AUTHENTICATION_FAILED"), "{door:?}");
    }
}

#[test]
fn a_user_who_is_not_enforced_comes_with_any_chain_that_holds_or_none() {
    let org = Org::quickstart();
    let session = org.reports();
    assert_eq!(org.mutual("billing").session(&session).get(LIMITS).unwrap().status, 200);
    assert_eq!(org.mutual("visitor").session(&session).get(LIMITS).unwrap().status, 200);
    assert_eq!(org.door(Door::Mutual).session(&session).get(LIMITS).unwrap().status, 200);
    assert_eq!(org.door(Door::Standard).session(&session).get(LIMITS).unwrap().status, 200);
}

#[test]
fn a_chain_that_does_not_hold_ends_in_the_alert_of_its_fault() {
    let org = Org::quickstart();
    let session = org.reports();
    for (client, alert, rule) in [
        ("expired", 45, "expired"),
        ("revoked", 44, "revoked"),
        ("unlisted", 48, "unlisted-root"),
        ("server-only", 43, "no-client-auth"),
        ("leaf-only", 48, "missing-intermediate"),
    ] {
        for version in VERSIONS {
            let answer = org.mutual(client).version(version).session(&session).get(LIMITS);
            assert_eq!(answer.err(), Some(Failure::Alert(alert)), "{client} {version:?}");
        }
        let handshake = org.handshake_of(&format!("CN={client}"));
        assert_eq!(handshake.verdict.unwrap().faults[0].rule, rule);
        assert!(handshake.alert_sent.unwrap().contains(&alert.to_string()));
        assert_eq!(handshake.certificates[0].name.as_deref(), Some(client));
        let explanation = handshake.explanation.unwrap();
        assert!(explanation.headline.contains(&format!("CN={client}")), "{explanation}");
        assert!(!explanation.cure.is_empty());
    }
}

#[test]
fn every_chain_that_the_wire_refuses_can_be_shown_as_a_page() {
    let org = Org::quickstart_with("", "bad-chain = \"page\"\nno-certificate = \"page\"\npage-status = 418");
    let page = |reason: &str| {
        format!(
            "<html><head><title>Certificate Error</title></head><body bgcolor=#ffffff text=#3198d8><center><img src=\"http://www.sfdcstatic.com/common/assets/img/logo-company.png\"><p><h3>Client certificate error:<i>{reason}</i></h3></center></body></html>"
        )
    };
    let none = org.door(Door::Mutual).get(LIMITS).unwrap();
    assert!(!none.head.contains("sforce-limit-info"), "the edge does not know of the org's limits: {}", none.head);
    assert_eq!((none.status, none.body), (418, page("No client certificate provided.")));
    let expired = org.mutual("expired").get("/whatever").unwrap();
    assert_eq!((expired.status, expired.body), (418, page("certificate has expired")));
    let billing = org.mutual("billing").session(&org.billing()).get(LIMITS).unwrap();
    assert_eq!(billing.status, 200, "a chain that holds meets no page");
    assert_eq!(org.door(Door::Standard).get("/services/data").unwrap().status, 200, "nor does the standard door");
}

#[test]
fn the_standard_door_asks_for_no_certificate() {
    let org = Org::quickstart();
    let expired = org.door(Door::Standard).presenting(org.client("expired").unwrap());
    assert_eq!(expired.get("/services/data").unwrap().status, 200);
}

#[test]
fn order_and_extras_do_not_matter_but_intermediates_do() {
    let org = Org::quickstart();
    let (billing, unlisted) = (org.client("billing").unwrap(), org.client("unlisted").unwrap());
    let root = org.snapshot().edge.trust.anchor("acmeroot").unwrap().certificate.clone();
    let issuing = billing.certificates[1].clone();
    let session = org.billing();
    let extra = unlisted.certificates[0].clone();
    for rest in [vec![root.clone(), issuing.clone()], vec![extra.clone(), root, issuing.clone(), extra.clone()]] {
        let answer = org.mutual("billing").sending(rest).session(&session).get(LIMITS);
        assert_eq!(answer.unwrap().status, 200);
    }
    let answer = org.mutual("billing").sending(vec![extra]).session(&session).get(LIMITS);
    assert_eq!(answer.err(), Some(Failure::Alert(48)));
}

#[test]
fn revocation_and_the_clock_are_read_at_each_handshake() {
    let org = Org::quickstart();
    let session = org.reports();
    let call = |client: &str| org.mutual(client).session(&session).get(LIMITS).map(|answer| answer.status);
    assert_eq!(call("visitor"), Ok(200));
    org.revoke("visitor").unwrap();
    assert_eq!(call("visitor"), Err(Failure::Alert(44)));
    assert_eq!(call("billing"), Ok(200));
    org.advance(jiff::SignedDuration::from_hours(24 * 47)).unwrap();
    assert_eq!(call("billing"), Ok(401), "47 days break no chain, but the session is over");
    org.advance(jiff::SignedDuration::from_hours(24 * 365)).unwrap();
    assert_eq!(call("billing"), Err(Failure::Alert(45)));
}

#[test]
fn a_connection_opened_before_a_revocation_is_judged_after_it() {
    let org = Org::quickstart();
    let client = org.mutual("visitor").version(SslVersion::TLS1_2);
    let opened = client.open();
    assert!(org.mutual("billing").get("/").is_ok(), "by now the door has taken in the one before, too");
    org.revoke("visitor").unwrap();
    assert_eq!(client.shake_hands(opened, client.builder()).err(), Some(Failure::Alert(44)));
}

#[test]
fn a_renewed_certificate_is_refused_until_it_is_uploaded() {
    let org = Org::quickstart();
    let session = org.billing();
    let call = || org.mutual("billing").session(&session).get(LIMITS).unwrap();
    org.issue("billing", RenewalKey::Replace).unwrap();
    let refused = call();
    assert_eq!(refused.error_code(), "MUTUAL_AUTHENTICATION_FAILED");
    let explained = org.event(|event| event.kind.explanation().is_some_and(|why| why.found.contains("another serial")));
    let found = &explained.kind.explanation().unwrap().found;
    assert!(found.contains("renewed but not uploaded?"), "{found}");
    let renewed = org.client("billing").unwrap();
    org.upload("Billing renewed", renewed.certificates_pem.as_bytes()).unwrap();
    assert_eq!(call().status, 200);
}

#[test]
fn a_refresh_token_opens_a_session_as_the_org_lets_its_user_in() {
    let org = Org::from_toml(include_str!("../../scenarios/org/keeps-a-refresh-token.toml"));
    let form = "grant_type=refresh_token&client_id=nightly-client-id&client_secret=nightly-secret&refresh_token=5Aep861nightly";
    let token = |client: crate::wire::Client| client.post("/services/oauth2/token", FORM, form).unwrap();
    let answer = token(org.mutual("billing"));
    assert_eq!(answer.status, 200, "{}", answer.body);
    let session = answer.json()["access_token"].as_str().unwrap().to_owned();
    assert!(answer.json().get("refresh_token").is_none(), "the one that was given stays good");
    assert_eq!(org.mutual("billing").session(&session).get(LIMITS).unwrap().status, 200);
    assert_eq!(token(org.door(Door::Mutual)).status, 400, "without a certificate");
    assert_eq!(token(org.door(Door::Standard)).status, 200, "by any door, as logins are");
    let revoked = org.door(Door::Standard).post("/services/oauth2/revoke", FORM, "token=5Aep861nightly").unwrap();
    assert_eq!(revoked.status, 200);
    assert_eq!(token(org.mutual("billing")).json()["error"], "invalid_grant");
}

#[test]
fn bodies_are_kept_only_when_asked_for_and_never_with_their_secrets() {
    let with = |bodies| {
        let org = Org::with(mockorg::Simulator::default().bodies(bodies), mockorg::Scenario::quickstart());
        let session = org.billing();
        org.mutual("billing").session(&session).get(LIMITS).unwrap();
        let events = org.journal().since(0);
        (serde_json::to_string(&events.iter().map(|event| &**event).collect::<Vec<_>>()).unwrap(), session)
    };
    let (omitted, _) = with(mockorg::api::Bodies::Omit);
    assert!(!omitted.contains("_body") && !omitted.contains("DailyApiRequests"));
    let (logged, session) = with(mockorg::api::Bodies::Log);
    let (_, secret) = session.split_once('!').unwrap();
    for kept in ["request_body", "response_body", "grant_type=password", "password={masked}", "DailyApiRequests"] {
        assert!(logged.contains(kept), "{kept} is missing in {logged}");
    }
    for leaked in ["billing-password", "quickstart-secret", secret] {
        assert!(!logged.contains(leaked), "{leaked} in {logged}");
    }
    let docs = include_str!("../../docs/journal.md");
    assert!(docs.contains("`request_body`") && docs.contains("`response_body`"));
}

#[test]
fn switches_choose_versions_purposes_and_revocation() {
    let only_12 = Org::quickstart_with("", "tls = [\"1.2\"]");
    assert!(only_12.mutual("billing").version(SslVersion::TLS1_3).get("/").is_err());
    assert!(only_12.mutual("billing").version(SslVersion::TLS1_2).get("/").is_ok());
    let no_crl = Org::quickstart_with("", "revocation = \"ignore\"");
    assert!(no_crl.mutual("revoked").get("/").is_ok());
    let require = Org::quickstart_with("", "revocation = \"require\"");
    assert!(require.mutual("billing").get("/").is_ok());
}

#[test]
fn a_host_other_than_the_sni_is_misdirected_if_so_switched() {
    let org = Org::quickstart_with("", "sni-mismatch = \"421\"");
    let mut client = org.door(Door::Standard);
    assert_eq!(client.get("/services/data").unwrap().status, 200);
    client.host = "acme.my.salesforce.com".into();
    assert_eq!(client.get("/services/data").unwrap().status, 421);
    client.sni = Some("acme.my.salesforce.com".into());
    assert_eq!(client.get("/services/data").unwrap().status, 200);
}

#[test]
fn plain_http_is_told_to_use_tls() {
    let org = Org::quickstart();
    for port in [org.ports().standard, org.ports().mutual] {
        let answer = plain(port, b"DELETE / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        let answer = Answer::read(&answer).unwrap();
        assert_eq!(answer.status, 400);
        assert!(answer.head.contains("connection: close") && answer.body.contains("https"), "{answer:?}");
    }
}

/// A client that writes right after its Finished must still read the alert: the socket is drained, not reset.
#[test]
fn a_client_in_mid_write_reads_the_alert_in_1000_tries_of_1000() {
    let org = Org::quickstart();
    let client = org.mutual("expired").version(SslVersion::TLS1_3);
    let block = vec![b'x'; 64 * 1024];
    let mut lost = Vec::new();
    for round in 0..1_000 {
        let answer = client.exchange(&block);
        if !matches!(answer, Err(Failure::Alert(45))) {
            lost.push((round, answer.err()));
        }
    }
    assert!(lost.is_empty(), "{} of 1000 did not read alert 45: {:?}", lost.len(), &lost[..lost.len().min(5)]);
}

#[test]
fn a_client_that_does_not_trust_us_is_told_how_to() {
    let org = Org::quickstart();
    let mut client = org.mutual("billing");
    client.ca = org.client("billing").unwrap().certificates[0].clone();
    assert!(client.get("/").is_err());
    let event = org.event(|event| event.kind.explanation().is_some_and(|why| why.cure.contains("NODE_EXTRA_CA_CERTS")));
    let Kind::Handshake(handshake) = &event.kind else { panic!("{event:?}") };
    assert_eq!(handshake.alert_received.as_deref(), Some("unknown_ca (48)"));
}

#[test]
fn nothing_is_resumed() {
    let org = Org::quickstart();
    for version in VERSIONS {
        let client = org.mutual("billing").version(version);
        let sessions = Arc::new(AtomicUsize::new(0));
        let mut builder = client.builder();
        let seen = sessions.clone();
        builder.set_session_cache_mode(SslSessionCacheMode::CLIENT);
        builder.set_new_session_callback(move |_, _| {
            seen.fetch_add(1, Ordering::SeqCst);
        });
        let mut stream = client.connect_with(builder).unwrap();
        stream.write_all(b"GET /services/data HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        assert!(answer.starts_with(b"HTTP/1.1 200"));
        assert_eq!(sessions.load(Ordering::SeqCst), 0, "{version:?} left a session to resume");
    }
}

/// The handshake that comes of it, waiting for it if need be: a client may read an alert before the journal has it.
fn handshake_after(org: &Org, connect: impl FnOnce()) -> Handshake {
    let before = org.journal().last_seq();
    connect();
    let told = |event: &Event| matches!(event.kind, Kind::Handshake(_));
    let event = org.journal().wait_for(before, PATIENCE, told).expect("a handshake");
    let Kind::Handshake(handshake) = &event.kind else { unreachable!("asked for a handshake") };
    (**handshake).clone()
}

#[test]
fn the_verdict_on_a_chain_that_comes_back_is_remembered_until_something_changes() {
    let org = Org::quickstart();
    let remembered = |client: &str| {
        let verdict = handshake_after(&org, || drop(org.mutual(client).get("/"))).verdict;
        verdict.map(|verdict| (verdict.holds, verdict.remembered))
    };
    let (found, known) = (Some((true, false)), Some((true, true)));
    assert_eq!([remembered("billing"), remembered("billing"), remembered("visitor")], [found, known, found]);
    for change in [
        |org: &Org| org.revoke("leaf-only").unwrap(),
        |org: &Org| org.set_switch("edge.revocation", "require").unwrap(),
        |org: &Org| org.delist("isrgrootx1").unwrap(),
        // past the end of the CRLs, which are renewed
        |org: &Org| assert!(org.advance(jiff::SignedDuration::from_hours(24 * 8)).is_ok()),
    ] {
        change(&org);
        assert_eq!([remembered("billing"), remembered("billing")], [found, known]);
    }
    let refused = Some((false, false));
    assert_eq!([remembered("expired"), remembered("expired")], [refused, refused], "told in the words of the hour");
    org.revoke("billing").unwrap();
    assert_eq!(remembered("billing"), refused);
    assert_eq!(remembered("visitor"), found);
    org.advance(jiff::SignedDuration::from_hours(24 * 400)).unwrap();
    assert_eq!(remembered("visitor"), refused, "it has expired");
}

#[test]
fn a_chain_is_remembered_with_all_that_was_sent_and_in_its_order() {
    let org = Org::quickstart();
    let root = org.snapshot().edge.trust.anchor("acmeroot").unwrap().certificate.clone();
    let issuing = org.client("billing").unwrap().certificates[1].clone();
    for rest in [vec![issuing.clone()], vec![issuing.clone(), root.clone()], vec![root, issuing]] {
        for remembered in [false, true] {
            let client = org.mutual("billing").sending(rest.clone());
            let told = handshake_after(&org, || assert!(client.get("/").is_ok()));
            assert_eq!((told.certificates.len(), told.verdict.unwrap().remembered), (1 + rest.len(), remembered));
        }
    }
    let leaf = org.mutual("billing").sending(Vec::new()).get("/");
    assert_eq!(leaf.err(), Some(Failure::Alert(48)), "the leaf alone is another chain");
}
