//! The second layer under every value of `org.enforced-login`, `org.identity-match` and `org.session-binding`.

use std::fmt::Write;
use std::sync::Arc;

use expect_test::{expect, expect_file};
use mockorg::journal::Explanation;
use mockorg::org::{Action, Door, Edge, Grant, Org, Refusal, Session, authorize, authorize_session};
use mockorg::scenario::switches::{EnforcedLogin, IdentityMatch, SessionBinding};

use super::{USERS, check_explained, found_line, holds, leaf_with_key, org_with, start};
use crate::uploads::paper::{Paper, ca, leaf};

const MATCHES: [IdentityMatch; 3] = [IdentityMatch::Certificate, IdentityMatch::IssuerSerial, IdentityMatch::PublicKey];
const BINDINGS: [SessionBinding; 3] = [SessionBinding::None, SessionBinding::Door, SessionBinding::Certificate];

fn told(answer: &Result<Grant, Refusal>) -> String {
    match answer {
        Ok(grant) => format!("granted {}", grant.ground()),
        Err(refusal) => {
            check_explained(&Explanation::from(refusal), refusal.anchor);
            format!("{} #{}", refusal.code, refusal.anchor)
        }
    }
}

/// The uploaded certificate, and those that share some of it.
fn papers() -> (Paper, Vec<(&'static str, Edge)>) {
    let (issuing, elsewhere) = (ca("Acme Issuing CA", 2).self_signed(), ca("Elsewhere CA", 3).self_signed());
    let billing = leaf("billing", 0x1001).signed_by(&issuing);
    let edges = vec![
        ("no certificate", Edge::NoCertificate),
        ("uploaded", holds(&billing)),
        ("renewed, same key", holds(&leaf_with_key(&billing, "billing", 0x1002).signed_by(&issuing))),
        ("renewed, new key", holds(&leaf("billing", 0x1002).signed_by(&issuing))),
        ("reissued, same serial", holds(&leaf("invoices", 0x1001).signed_by(&issuing))),
        ("same serial elsewhere", holds(&leaf("billing", 0x1001).signed_by(&elsewhere))),
    ];
    (billing, edges)
}

#[test]
fn the_whole_table_of_logins_and_identities() {
    let (billing, edges) = papers();
    let mut org = org_with(&[USERS[0], USERS[3]], &[&billing]);
    let mut table = String::new();
    for enforced_login in [EnforcedLogin::AnyDoor, EnforcedLogin::Mutual] {
        for identity_match in MATCHES {
            (org.switches.enforced_login, org.switches.identity_match) = (enforced_login, identity_match);
            for user in &org.users {
                let name = &user.spec.username;
                writeln!(table, "org.enforced-login {enforced_login:?}, org.identity-match {identity_match:?}, {name}")
                    .unwrap();
                for (action, door) in [
                    (Action::Login, Door::Standard),
                    (Action::Token, Door::Standard),
                    (Action::Call, Door::Standard),
                    (Action::Logout, Door::Standard),
                    (Action::Login, Door::Mutual),
                    (Action::Call, Door::Mutual),
                ] {
                    for (edge_name, edge) in &edges {
                        let answer = told(&authorize(&org, user, action, door, edge));
                        let (action, door) = (action.name(), door.name());
                        writeln!(table, "  {action:<6}  {door:<8}  {edge_name:<21}  {answer}").unwrap();
                    }
                }
            }
        }
    }
    expect_file!["../../golden/authorize-logins.txt"].assert_eq(&table);
}

fn session(org: &Org, user: usize, door: Door, edge: &Edge) -> Session {
    let certificate = match edge {
        Edge::Holds(leaf) => Some(*leaf.sha256()),
        Edge::NoCertificate => None,
    };
    Session {
        token: "00D!AQ".into(),
        user_id: org.users[user].id.clone(),
        opened: start(),
        expires: start(),
        door,
        certificate,
        client_id: None,
        scope: None,
    }
}

/// The ways to come: by which door, and with what.
fn ways(billing: &Paper, other: Edge) -> [(&'static str, Door, Edge); 4] {
    [
        ("standard", Door::Standard, Edge::NoCertificate),
        ("mutual, none", Door::Mutual, Edge::NoCertificate),
        ("mutual, uploaded", Door::Mutual, holds(billing)),
        ("mutual, other", Door::Mutual, other),
    ]
}

#[test]
fn the_whole_table_of_bound_sessions() {
    let (billing, edges) = papers();
    let mut org = org_with(&[USERS[0], USERS[3]], &[&billing]);
    let ways = ways(&billing, edges[3].1.clone());
    let mut table = String::new();
    for binding in BINDINGS {
        org.switches.session_binding = binding;
        for (at, user) in org.users.iter().enumerate() {
            writeln!(table, "org.session-binding {binding:?}, {}", user.spec.username).unwrap();
            for (opened, opened_by, opened_with) in &ways {
                let session = session(&org, at, *opened_by, opened_with);
                for (used, door, edge) in &ways {
                    for action in [Action::Call, Action::Identity, Action::Logout] {
                        let answer = told(&authorize_session(&org, user, &session, action, *door, edge));
                        let action = action.name();
                        writeln!(table, "  opened {opened:<16}  {action:<8}  {used:<16}  {answer}").unwrap();
                    }
                }
            }
        }
    }
    expect_file!["../../golden/authorize-sessions.txt"].assert_eq(&table);
}

#[test]
fn a_near_miss_is_told_by_what_the_org_compares() {
    let (billing, edges) = papers();
    let mut org = org_with(&USERS[..1], &[&billing]);
    let renewed = |name: &str| {
        let Some((_, Edge::Holds(leaf))) = edges.iter().find(|(edge, _)| *edge == name) else { panic!("no {name}") };
        leaf.clone()
    };
    let mut lines = Vec::new();
    for by in [IdentityMatch::IssuerSerial, IdentityMatch::PublicKey] {
        org.switches.identity_match = by;
        for name in ["renewed, new key", "same serial elsewhere"] {
            lines.push(found_line(&org, &renewed(name)));
        }
    }
    expect![[r#"
        CN=billing (serial 1002); CN=billing is uploaded as 'Billing 2026', with another serial (1001): renewed but not uploaded?
        CN=billing (serial 1001); CN=billing is uploaded as 'Billing 2026', with another issuer (CN=Acme Issuing CA, here CN=Elsewhere CA): moved to another CA?
        CN=billing (serial 1002); CN=billing is uploaded as 'Billing 2026', with another key: renewed for a new key?
        CN=billing (serial 1001); CN=billing is uploaded as 'Billing 2026', with another key: renewed for a new key?"#]]
    .assert_eq(&lines.join("\n"));
}

#[test]
fn of_several_uploads_for_one_key_the_newest_is_named() {
    let issuing = ca("Acme Issuing CA", 2).self_signed();
    let billing = leaf("billing", 0x1001).signed_by(&issuing);
    let renewed = leaf_with_key(&billing, "billing", 0x1002).signed_by(&issuing);
    let again = leaf_with_key(&billing, "billing", 0x1003).signed_by(&issuing);
    let mut org = org_with(&USERS[..1], &[&billing]).with_upload(super::upload("Billing 2027", &[&renewed]));
    org.switches.identity_match = IdentityMatch::PublicKey;
    assert_eq!(org.upload_of(&again.certificate).unwrap().label, "Billing 2027");
    let org = org.without_upload("Billing 2027").unwrap();
    assert_eq!(org.upload_of(&again.certificate).unwrap().label, "Billing 2026");
}

#[test]
fn a_bound_session_says_how_it_was_opened_and_how_it_came() {
    let (billing, edges) = papers();
    let mut org = org_with(&[USERS[3]], &[&billing]);
    org.switches.session_binding = SessionBinding::Certificate;
    let opened = session(&org, 0, Door::Mutual, &holds(&billing));
    let user: &Arc<_> = &org.users[0];
    let refusal = authorize_session(&org, user, &opened, Action::Call, Door::Standard, &edges[0].1).unwrap_err();
    let sha256 = &billing.certificate.fingerprint()[..11];
    assert_eq!(
        refusal.headline,
        format!("free came without a certificate with a session that was opened with the certificate {sha256}…")
    );
    assert_eq!(refusal.code, "INVALID_SESSION_ID");
}
