//! What outlives the process: an org taken up again is the org that was left.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use jiff::SignedDuration;
use mockorg::controls::{Controls, CrlChange};
use mockorg::journal::Kind;
use mockorg::org::Door;
use mockorg::scenario::Permission;
use mockorg::seed::Seed;
use mockorg::{Certificate, RenewalKey, Scenario, Simulator};

use crate::wire::Org;

mod errors;
mod full;
mod killed;
mod process;
mod reset;

const BILLING: &str = "billing@acme.example";
const REPORTS: &str = "reports@acme.example";

/// The quickstart on a clock that stands, in a folder.
fn open(folder: &Path) -> Org {
    Org::with(Simulator::default().data_dir(folder), standing())
}

fn standing() -> Scenario {
    let text = include_str!("../../scenarios/quickstart.toml");
    let text = text.replacen("[org]\n", "[org]\nclock = \"2027-03-01T12:00:00Z\"\n", 1);
    Scenario::from_text(&text, "test.toml", Path::new(".")).unwrap_or_else(|wrong| panic!("{}", wrong.render(false)))
}

/// Everything that must not change from one process to the next, one thing a line.
fn dump(org: &Controls, tokens: &[&str]) -> String {
    let (snapshot, identities) = (org.snapshot(), org.identities());
    let (state, edge) = (&snapshot.org, &snapshot.edge);
    let mut text = String::new();
    let mut line = |what: &str, said: String| writeln!(text, "{what}: {said}").unwrap();
    line("head", format!("{:?}", state.head()));
    state.users.iter().for_each(|user| line("user", format!("{user:?}")));
    state.apps.iter().for_each(|app| line("app", format!("{app:?}")));
    state.uploads.iter().for_each(|upload| line("upload", format!("{upload:?} {}", upload.leaf().fingerprint())));
    line("edge", format!("{:?} {:?} {:?}", edge.switches, edge.policy, edge.ca_names));
    for anchor in edge.trust.anchors() {
        line("root", format!("{} {} {}", anchor.alias, anchor.source, anchor.certificate.fingerprint()));
    }
    line("known", format!("{:?}", edge.trust.known()));
    edge.minted_crls.crls.iter().for_each(|(ca, der, _)| line("crl", format!("{ca} {der:?}")));
    line("crls", format!("{} until {}", edge.crls.iter().count(), edge.minted_crls.until));
    line("names", format!("{:?}", edge.names.iter().collect::<BTreeMap<_, _>>()));
    identities.authorities().iter().for_each(|ca| line("ca", format!("{ca:?}")));
    for client in identities.clients() {
        let key = client.key.private_key_to_pkcs8().unwrap();
        line("client", format!("{client:?} {} {key:?}", client.leaf.fingerprint()));
        line("sends", format!("{:?}", identities.sends(client)));
    }
    for app in identities.apps() {
        let made = app.key().unwrap().expect("minted");
        line("app key", format!("{} {:?}", made.certificate.fingerprint(), made.key.private_key_to_pkcs8().unwrap()));
    }
    let now = org.clock().org_now();
    tokens.iter().for_each(|token| line("session", format!("{:?}", org.store().session(token, now))));
    tokens.iter().for_each(|token| line("refresh", format!("{:?}", org.store().refresh(token))));
    org.store().logins().iter().for_each(|login| line("login", format!("{login:?}")));
    line("clock", format!("{:?}", org.clock().hands()));
    line("seed", org.seed().number().to_string());
    text
}

/// A root that is not on the list.
fn elsewhere(org: &Org) -> Certificate {
    let identities = org.identities();
    identities.authorities().iter().find(|ca| ca.name == "elsewhere-root").unwrap().certificate.clone()
}

#[test]
fn an_org_that_is_taken_up_again_is_the_org_that_was_left() {
    let folder = tempfile::tempdir().unwrap();
    let org = open(folder.path());
    let (kept, ended, expired) = (org.reports(), org.reports(), org.billing());
    assert_eq!(
        org.door(Door::Standard).post("/services/oauth2/token", crate::wire::FORM, REFUSED).unwrap().status,
        400
    );
    let visitor = org.client("visitor").unwrap().certificates_pem;
    org.upload("Visitor", visitor.as_bytes()).unwrap();
    org.delete_certificate("Leaf only").unwrap();
    org.deny(BILLING, Permission::EnforceMutualAuthentication).unwrap();
    org.grant(REPORTS, Permission::ModifyAllData).unwrap();
    org.set_switch("org.refusal-status", "403").unwrap();
    org.set_switch("edge.ca-names", "acme-issuing").unwrap();
    org.set_switch("edge.revocation", "require").unwrap();
    org.list("elsewhere", elsewhere(&org)).unwrap();
    let builtin = org.snapshot().edge.trust.anchors().nth(3).unwrap().alias.clone();
    org.delist(&builtin).unwrap();
    org.issue("visitor", RenewalKey::Replace).unwrap();
    org.issue("visitor", RenewalKey::Keep).unwrap();
    org.revoke("visitor").unwrap();
    org.set_crl("acme-root", CrlChange::Withhold).unwrap();
    org.set_crl("elsewhere-root", CrlChange::Drop).unwrap();
    org.advance(SignedDuration::from_hours(1)).unwrap();
    org.expire_sessions(BILLING).unwrap();
    let logout = format!("token={ended}");
    let answer = org.door(Door::Standard).post("/services/oauth2/revoke", crate::wire::FORM, &logout).unwrap();
    assert_eq!(answer.status, 200, "{}", answer.body);

    let tokens = [&*kept, &*ended, &*expired];
    let left = dump(&org, &tokens);
    assert!(left.contains("session: Some") && left.contains("login: ") && left.contains("Invalid Password"), "{left}");
    org.stop();
    let again = open(folder.path());
    assert_eq!(dump(&again, &tokens), left);
    again.stop();
    assert_eq!(dump(&open(folder.path()), &tokens), left, "and once more");
}

const REFUSED: &str = "grant_type=password&client_id=quickstart-client-id&client_secret=quickstart-secret\
                       &username=reports@acme.example&password=wrong";

/// Dropped without a stop, it lets go of its folder all the same.
#[test]
fn an_org_that_was_dropped_can_be_taken_up_at_once() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..5 {
        let org = open(folder.path());
        org.reports();
        drop(org);
    }
    assert_eq!(open(folder.path()).store().logins().len(), 5);
}

#[test]
fn what_clients_were_handed_goes_on_working() {
    let folder = tempfile::tempdir().unwrap();
    let org = open(folder.path());
    let (session, billing) = (org.billing(), org.client("billing").unwrap());
    org.stop();
    let again = open(folder.path());
    let client = again.door(Door::Mutual).presenting(billing).session(&session);
    assert_eq!(client.get("/services/data/v68.0/limits").unwrap().status, 200);
    assert_eq!(again.client("billing").unwrap().key_pem, client.identity.unwrap().key_pem);
}

/// Else the first session after a restart would be the first one before it.
#[test]
fn nothing_is_drawn_twice() {
    let folder = tempfile::tempdir().unwrap();
    let mut drawn = Vec::new();
    for _ in 0..3 {
        let org = Org::with(Simulator::default().seed(7).data_dir(folder.path()), standing());
        drawn.extend([org.reports(), org.reports()]);
        let ids: Vec<_> = org.store().logins().iter().map(|row| row.id.clone()).collect();
        assert_eq!(ids.iter().collect::<std::collections::BTreeSet<_>>().len(), ids.len(), "{ids:?}");
        org.stop();
    }
    assert_eq!(drawn.iter().collect::<std::collections::BTreeSet<_>>().len(), 6);
}

#[test]
fn a_session_that_was_used_late_in_its_life_is_kept_as_renewed() {
    let folder = tempfile::tempdir().unwrap();
    let org = open(folder.path());
    let session = org.reports();
    org.advance(SignedDuration::from_mins(90)).unwrap();
    let limits = "/services/data/v68.0/limits";
    assert_eq!(org.door(Door::Standard).session(&session).get(limits).unwrap().status, 200);
    org.advance(SignedDuration::from_mins(90)).unwrap();
    org.stop();
    assert_eq!(open(folder.path()).door(Door::Standard).session(&session).get(limits).unwrap().status, 200);
}

#[test]
fn crl_numbers_never_go_back() {
    let folder = tempfile::tempdir().unwrap();
    let numbers = |org: &Org| -> Vec<i64> {
        let ders: Vec<_> = org.snapshot().edge.minted_crls.crls.iter().map(|(_, der, _)| der.clone()).collect();
        ders.iter().map(|der| number(der)).collect()
    };
    let mut before = vec![0; 3];
    for _ in 0..3 {
        let org = open(folder.path());
        org.reset().unwrap();
        org.advance(SignedDuration::from_hours(24 * 10)).unwrap();
        // the first handshake that finds them due renews them
        org.reports();
        let now = numbers(&org);
        assert!(now.iter().zip(&before).all(|(now, before)| now > before), "{now:?} after {before:?}");
        before = now;
        org.stop();
    }
}

fn number(der: &[u8]) -> i64 {
    use x509_cert::der::Decode;
    let list = x509_cert::crl::CertificateList::<x509_cert::certificate::Rfc5280>::from_der(der).unwrap();
    let extensions = list.tbs_cert_list.crl_extensions.unwrap();
    let number = extensions.iter().find(|extension| extension.extn_id.to_string() == "2.5.29.20").unwrap();
    number.extn_value.as_bytes()[2..].iter().fold(0, |number, byte| number << 8 | i64::from(*byte))
}

#[test]
fn the_journal_goes_on_counting_in_the_data_folder() {
    let folder = tempfile::tempdir().unwrap();
    let org = open(folder.path());
    org.reports();
    let last = org.journal().last_seq();
    org.stop();
    let again = open(folder.path());
    assert_eq!((again.journal().last_seq(), again.journal().since(0).len()), (last, 0));
    again.grant(REPORTS, Permission::ModifyAllData).unwrap();
    assert!(matches!(&again.journal().since(last)[0].kind, Kind::Permission { .. }));
    again.stop();
    let text = std::fs::read_to_string(folder.path().join("journal.jsonl")).unwrap();
    let seqs: Vec<u64> = text
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["seq"].as_u64().unwrap())
        .collect();
    assert_eq!(seqs, (1..=last + 1).collect::<Vec<_>>());
}

#[test]
fn a_clock_that_runs_goes_on_while_nobody_looks() {
    let folder = tempfile::tempdir().unwrap();
    let start = || Org::with(Simulator::default().data_dir(folder.path()), Scenario::quickstart());
    let org = start();
    org.advance(SignedDuration::from_hours(24 * 30)).unwrap();
    let (hands, before) = (org.clock().hands(), org.clock().org_now());
    org.stop();
    let again = start();
    assert_eq!(again.clock().hands(), hands);
    assert!(again.clock().org_now() > before);
}

/// The same files in another place, with other comments, mean the same; the file's own name does not matter either.
#[test]
fn a_scenario_that_means_the_same_is_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let org = open(folder.path());
    let id = org.snapshot().org.id.clone();
    org.stop();
    let text = include_str!("../../scenarios/quickstart.toml").replacen(
        "[org]\n",
        "[org]\n# moved\nclock='2027-03-01T12:00:00Z'\n",
        1,
    );
    let moved = tempfile::tempdir().unwrap();
    let scenario = Scenario::from_text(&text, "elsewhere.toml", moved.path())
        .unwrap_or_else(|wrong| panic!("{}", wrong.render(false)));
    assert_eq!(Org::with(Simulator::default().data_dir(folder.path()), scenario).snapshot().org.id, id);
}

#[test]
fn without_a_data_folder_nothing_is_written() {
    let org = Org::quickstart();
    org.reports();
    assert_eq!(org.store().folder(), None);
    assert_ne!(Org::with(Simulator::default(), Scenario::quickstart()).seed(), Seed::new(7));
}
