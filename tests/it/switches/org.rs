//! `org.enforced-login`, `org.identity-match` and `org.session-binding`.

use std::path::Path;

use mockorg::journal::Kind;
use mockorg::org::Door;
use mockorg::{RenewalKey, Scenario, Simulator};

use super::{call, granted, log_in, refused, session};
use crate::cli::mockorg;
use crate::wire::{FORM, Org};

const BILLING: (&str, &str) = ("billing@acme.example", "billing-password");
const REPORTS: (&str, &str) = ("reports@acme.example", "reports-password");
const DENIED: &str = "MUTUAL_AUTHENTICATION_FAILED";

fn enforced_login() -> Org {
    Org::from_toml(include_str!("../../../scenarios/org/refuses-a-login-on-the-standard-door.toml"))
}

fn bound() -> Org {
    Org::from_toml(include_str!("../../../scenarios/org/binds-sessions-to-their-certificate.toml"))
}

#[test]
fn an_enforced_login_on_the_standard_door_is_refused_and_kept_in_the_history() {
    let org = enforced_login();
    let refused = log_in(&org.door(Door::Standard), BILLING.0, BILLING.1);
    assert_eq!(refused.status, 500);
    assert!(refused.body.contains("<sf:exceptionCode>MUTUAL_AUTHENTICATION_FAILED<"), "{}", refused.body);
    let history: Vec<_> = org.controls().store().logins().iter().map(|row| row.status.clone()).collect();
    assert_eq!(history, ["Mutual authentication failed"]);
    let told = org.event(|event| matches!(&event.kind, Kind::Login(login) if login.decision == "refused"));
    let why = told.kind.explanation().unwrap();
    assert!(why.cure.ends_with("docs/refusals.md#login-on-the-standard-door"), "{why}");

    let session = session(&org.mutual("billing"), BILLING.0, BILLING.1);
    assert_eq!(call(&org.mutual("billing"), &session), granted());
    assert_eq!(log_in(&org.door(Door::Standard), REPORTS.0, REPORTS.1).status, 200, "who is not enforced may");
}

#[test]
fn an_enforced_login_is_switched_while_the_org_runs() {
    let org = enforced_login();
    org.set_switch("org.enforced-login", "any-door").unwrap();
    let session = session(&org.door(Door::Standard), BILLING.0, BILLING.1);
    assert_eq!(call(&org.door(Door::Standard), &session), refused(DENIED), "as was seen in 2018");
    org.set_switch("org.enforced-login", "mutual").unwrap();
    assert_eq!(log_in(&org.door(Door::Standard), BILLING.0, BILLING.1).status, 500);
}

#[test]
fn an_enforced_token_request_on_the_standard_door_is_refused_too() {
    let org = Org::quickstart_with("enforced-login = \"mutual\"", "");
    let form = "grant_type=client_credentials&client_id=quickstart-client-id&client_secret=quickstart-secret";
    let token = |client: crate::wire::Client| client.post("/services/oauth2/token", FORM, form).unwrap();
    let refused = token(org.door(Door::Standard));
    assert_eq!((refused.status, refused.json()["error"].as_str()), (400, Some("invalid_grant")));
    assert_eq!(token(org.mutual("billing")).status, 200);
}

#[test]
fn a_renewal_of_the_same_key_is_let_in_by_its_key_alone() {
    let org = Org::from_toml(include_str!("../../../scenarios/org/accepts-a-renewal-of-the-same-key.toml"));
    let session = session(&org.mutual("billing"), BILLING.0, BILLING.1);
    org.issue("billing", RenewalKey::Keep).unwrap();
    assert_eq!(call(&org.mutual("billing"), &session), granted());
    for other in ["certificate", "issuer-serial"] {
        org.set_switch("org.identity-match", other).unwrap();
        assert_eq!(call(&org.mutual("billing"), &session), refused(DENIED), "{other}");
    }
    org.set_switch("org.identity-match", "public-key").unwrap();
    org.issue("billing", RenewalKey::Replace).unwrap();
    assert_eq!(call(&org.mutual("billing"), &session), refused(DENIED), "renewed for a new key");
    let told =
        org.event(|event| event.kind.explanation().is_some_and(|why| why.found.contains("renewed for a new key?")));
    let why = told.kind.explanation().unwrap();
    assert!(why.headline.contains("whose key is not uploaded") && why.cure.contains("for its old key"), "{why}");
}

#[test]
fn explain_compares_by_what_the_org_compares() {
    let text = include_str!("../../../scenarios/org/accepts-a-renewal-of-the-same-key.toml");
    for (by, told) in [("public-key", "lets an enforced user in"), ("certificate", "refuses an enforced user")] {
        let folder = tempfile::tempdir().unwrap();
        let (kit, chain) = (folder.path().join("kit"), folder.path().join("renewed.pem"));
        let scenario = Scenario::from_text(&text.replacen("public-key", by, 1), "test.toml", Path::new(".")).unwrap();
        let org = Org::with(Simulator::default().kit(&kit), scenario);
        std::fs::write(&chain, org.issue("billing", RenewalKey::Keep).unwrap().leaf.pem()).unwrap();
        let (chain, kit) = (chain.to_str().unwrap(), kit.to_str().unwrap());
        let output = mockorg(&["explain", chain, "--kit", kit]).output().unwrap();
        let output = String::from_utf8(output.stdout).unwrap();
        assert!(output.contains(told), "{by}: {output}");
    }
}

/// Another CA took the same name, and happened upon the same serial number.
#[test]
fn a_certificate_is_matched_by_issuer_and_serial_if_so_switched() {
    let text = include_str!("../../../scenarios/org/accepts-a-renewal-of-the-same-key.toml");
    let twin = "[[ca]]\nname = \"twin-root\"\nlisted = true\nsubject = \"CN=acme-root,O=Acme\"\n\n\
                [[client]]\nname = \"twin\"\nissuer = \"twin-root\"\nserial = \"1001\"\n\n[[mutual";
    let text = text.replacen("[[mutual", twin, 1).replacen("public-key", "issuer-serial", 1);
    let org = Org::from_toml(&text);
    let session = session(&org.mutual("billing"), BILLING.0, BILLING.1);
    assert_eq!(call(&org.mutual("twin"), &session), granted(), "another CA of that name, the same serial number");
    org.set_switch("org.identity-match", "certificate").unwrap();
    assert_eq!(call(&org.mutual("twin"), &session), refused(DENIED));
    assert_eq!(call(&org.mutual("billing"), &session), granted());
}

#[test]
fn a_session_that_is_bound_to_its_certificate_works_with_no_other() {
    let org = bound();
    let session = session(&org.mutual("billing"), BILLING.0, BILLING.1);
    assert_eq!(call(&org.mutual("billing"), &session), granted());
    assert_eq!(call(&org.mutual("billing-next"), &session), refused("INVALID_SESSION_ID"));
    let told = org.event(|event| event.kind.explanation().is_some_and(|why| why.cure.contains("#session-binding")));
    assert!(told.kind.explanation().unwrap().headline.contains("came with the certificate"), "{told:?}");
    org.set_switch("org.session-binding", "none").unwrap();
    assert_eq!(call(&org.mutual("billing-next"), &session), granted());
}

#[test]
fn a_session_that_was_opened_without_a_certificate_is_bound_to_that() {
    let org = bound();
    let session = session(&org.door(Door::Standard), REPORTS.0, REPORTS.1);
    assert_eq!(call(&org.door(Door::Standard), &session), granted());
    assert_eq!(call(&org.door(Door::Mutual), &session), granted(), "by the other door, but without one too");
    assert_eq!(call(&org.mutual("billing"), &session), refused("INVALID_SESSION_ID"));
}

#[test]
fn a_session_that_is_bound_to_its_door_works_by_no_other() {
    let org = bound();
    org.set_switch("org.session-binding", "door").unwrap();
    let standard = session(&org.door(Door::Standard), REPORTS.0, REPORTS.1);
    assert_eq!(call(&org.door(Door::Standard), &standard), granted());
    assert_eq!(call(&org.mutual("billing"), &standard), refused("INVALID_SESSION_ID"));
    let mutual = session(&org.mutual("billing"), REPORTS.0, REPORTS.1);
    assert_eq!(call(&org.mutual("billing-next"), &mutual), granted(), "the door counts, not the certificate");
    assert_eq!(call(&org.door(Door::Standard), &mutual), refused("INVALID_SESSION_ID"));
    let ended = org.door(Door::Standard).post("/services/oauth2/revoke", FORM, &format!("token={mutual}")).unwrap();
    assert_eq!(ended.status, 200, "ending a session asks for nothing");
}
