//! Going back to the scenario: in the process that founded the org or in a later one, and when it is cut short.

use std::path::Path;

use jiff::SignedDuration;
use mockorg::controls::CrlChange;
use mockorg::org::Door;
use mockorg::scenario::Permission;
use mockorg::{RenewalKey, Simulator};

use super::{BILLING, REPORTS, dump, elsewhere, open, standing};
use crate::wire::Org;

/// Moves everything that can be moved; a session and a refresh token that it gave.
fn change(org: &Org) -> [String; 2] {
    let token = org.reports();
    let given = org.store().refresh("refresh-1").is_some();
    assert!(!given, "nobody has given one yet");
    let user_id = org.snapshot().org.users[0].id.clone();
    let grant = mockorg::store::RefreshGrant { user_id, client_id: "quickstart-client-id".into(), scope: "api".into() };
    org.store().give_refresh("refresh-1".into(), grant).unwrap();
    org.upload("Visitor", org.client("visitor").unwrap().certificates_pem.as_bytes()).unwrap();
    org.delete_certificate("Leaf only").unwrap();
    org.deny(BILLING, Permission::EnforceMutualAuthentication).unwrap();
    org.grant(REPORTS, Permission::ModifyAllData).unwrap();
    org.set_switch("org.refusal-status", "403").unwrap();
    org.set_switch("edge.revocation", "require").unwrap();
    org.list("elsewhere", elsewhere(org)).unwrap();
    org.delist("acmeroot").unwrap();
    org.issue("billing", RenewalKey::Replace).unwrap();
    org.revoke("visitor").unwrap();
    org.set_crl("acme-issuing", CrlChange::Drop).unwrap();
    org.advance(SignedDuration::from_hours(48)).unwrap();
    [token, "refresh-1".into()]
}

/// Without what goes on: the CRLs' numbers and dates, and the names of certificates that were made meanwhile.
fn settled(dump: &str) -> String {
    let goes_on = |line: &&str| ["crl: ", "crls: ", "ca: ", "names: "].iter().any(|thing| line.starts_with(thing));
    // of a client: its fingerprint and its key, which are said last
    let said = |line: &str| match line.strip_prefix("client: ") {
        Some(client) => client.rsplit_once("} ").unwrap().1.to_owned(),
        None => line.to_owned(),
    };
    dump.lines().filter(|line| !goes_on(line)).map(|line| said(line) + "\n").collect()
}

fn holds_again(org: &Org, founded: &str, tokens: &[String]) {
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    let (now, founded) = (settled(&dump(org, &tokens)), settled(founded));
    let differ: Vec<_> = now.lines().zip(founded.lines()).filter(|(now, founded)| now != founded).collect();
    assert!(differ.is_empty() && now.lines().count() == founded.lines().count(), "{differ:#?}");
    let session = org.billing();
    let call = |client: &str| {
        let client = org.door(Door::Mutual).presenting(org.client(client).unwrap()).session(&session);
        client.get("/services/data/v68.0/limits").map(|answer| answer.status)
    };
    assert_eq!(call("billing").unwrap(), 200);
    call("revoked").expect_err("its CRL is published again");
}

#[test]
fn a_reset_outlives_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let org = open(folder.path());
    let (founded, tokens) = (dump(&org, &["a", "b"]), change(&org));
    org.reset().unwrap();
    let left = dump(&org, &[]);
    org.stop();
    let again = open(folder.path());
    assert_eq!(dump(&again, &[]), left);
    holds_again(&again, &founded, &tokens);
}

#[test]
fn an_org_that_was_taken_up_again_goes_back_to_its_founding() {
    let folder = tempfile::tempdir().unwrap();
    let org = open(folder.path());
    let (founded, tokens) = (dump(&org, &["a", "b"]), change(&org));
    let renewed = org.client("billing").unwrap().certificates[0].clone();
    org.stop();
    let again = open(folder.path());
    assert_ne!(settled(&dump(&again, &["a", "b"])), settled(&founded));
    again.reset().unwrap();
    assert_eq!(again.identities().name_of(&renewed), Some("billing"), "what was renewed is still known by name");
    holds_again(&again, &founded, &tokens);
    again.stop();
    let once_more = open(folder.path());
    assert_eq!(once_more.identities().name_of(&renewed), Some("billing"));
}

#[test]
fn a_reset_that_was_cut_short_is_finished_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let org = open(folder.path());
    let (founded, tokens) = (dump(&org, &["a", "b"]), change(&org));
    // as far as a process comes that is killed right after its first word
    org.store().keep(|changes| changes.put("starting-over", &true)).unwrap();
    org.stop();
    let again = open(folder.path());
    assert_eq!(again.journal().since(0).last().unwrap().kind.name(), "reset");
    holds_again(&again, &founded, &tokens);
    let session = again.reports();
    again.stop();
    let once_more = open(folder.path());
    assert!(once_more.store().session(&session, once_more.clock().org_now()).is_some(), "and only then");
}

#[test]
fn the_ids_of_an_org_stay_when_it_is_put_back() {
    let folder = tempfile::tempdir().unwrap();
    let start = |folder: &Path| Org::with(Simulator::default().seed(11).data_dir(folder), standing());
    let org = start(folder.path());
    let ids = |org: &Org| {
        let org = org.snapshot().org.clone();
        let uploads = org.uploads.iter().map(|upload| upload.id.clone());
        org.users.iter().map(|user| user.id.clone()).chain(uploads).collect::<Vec<_>>()
    };
    let founded = ids(&org);
    change(&org);
    org.reset().unwrap();
    assert_eq!(ids(&org), founded);
    org.stop();
    let again = start(folder.path());
    again.reset().unwrap();
    assert_eq!(ids(&again), founded);
}
