//! The catalogue as files, served: every flaw through the doors in both versions of TLS, against the manifest.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use mockorg::Scenario;
use mockorg::journal::Kind;
use mockorg::org::Door;
use mockorg::pki::flaw::Caught;
use mockorg::pki::{Certificate, Flaw};
use mockorg::scenario::Outside;
use mockorg::simulator::Identity;
use mockorg::simulator::kit::catalogue::{Expected, FlawEntry, Manifest, Outcome, SCENARIO, User};
use mockorg::simulator::kit::write_catalogue;
use openssl::ssl::SslVersion;

use super::NOW;
use crate::mint::at;
use crate::wire::{Client, FORM, Failure, Org, PATIENCE};

#[test]
fn every_flaw_meets_what_the_manifest_expects() {
    let folder = tempfile::tempdir().unwrap();
    write_catalogue(folder.path(), at(NOW)).unwrap();
    let manifest = Manifest::read(folder.path()).unwrap();
    let org = served(folder.path());
    let sessions = [User::Enforced, User::Free].map(|kind| session(&org, &manifest, kind));
    let next = AtomicUsize::new(0);
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let work = || {
            let mut wrong = Vec::new();
            while let Some(flaw) = manifest.flaws.get(next.fetch_add(1, Ordering::Relaxed)) {
                // the standard door asks for no certificate: a few flaws are enough to see that
                let rows = flaw.expected.iter().filter(|row| row.door == "mutual" || flaw.tags[0] == "identity");
                wrong.extend(rows.filter_map(|row| differs(&org, folder.path(), flaw, row, &sessions)));
            }
            wrong
        };
        let workers: Vec<_> = (0..4).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    for flaw in &manifest.flaws {
        assert_eq!(journaled(&org, &flaw.id), expected_rule(flaw), "{}", flaw.id);
        assert_eq!(expected_rule(flaw), claimed_rule(&flaw.id), "{}", flaw.id);
    }
}

/// What differs from what is expected, if anything does.
fn differs(org: &Org, folder: &Path, flaw: &FlawEntry, row: &Expected, sessions: &[String; 2]) -> Option<String> {
    let door = if row.door == "mutual" { Door::Mutual } else { Door::Standard };
    let version = if row.tls == "1.2" { SslVersion::TLS1_2 } else { SslVersion::TLS1_3 };
    let session = &sessions[usize::from(row.user == User::Free)];
    let client = org.door(door).presenting(identity(folder, flaw)).version(version).session(session);
    let expected = match &row.outcome {
        Outcome::Alert { alert, seen, .. } => format!("alert {} at {seen}", alert.number),
        Outcome::Granted { status, .. } => format!("{status}"),
        Outcome::Refused { status, error_code, .. } => format!("{status} {error_code}"),
    };
    let found = found(&client);
    (found != expected).then(|| format!("{} {} {:?} {}: {expected}, {found}", flaw.id, row.door, row.user, row.tls))
}

fn found(client: &Client) -> String {
    match client.get("/services/data/v68.0/limits") {
        Ok(answer) if answer.status == 200 => "200".into(),
        Ok(answer) => format!("{} {}", answer.status, answer.error_code()),
        Err(Failure::Alert(number)) => {
            let seen = if client.connect().is_err() { "handshake" } else { "first-read" };
            format!("alert {number} at {seen}")
        }
        Err(other) => format!("{other:?}"),
    }
}

/// The rule that the journal names for the flaw, if the edge refused it.
fn journaled(org: &Org, id: &str) -> Option<String> {
    let of_flaw = |kind: &Kind| match kind {
        Kind::Handshake(handshake) => {
            handshake.certificates.first().is_some_and(|leaf| leaf.name.as_deref() == Some(id))
        }
        _ => false,
    };
    let event = org.journal().wait_for(0, PATIENCE, |event| of_flaw(&event.kind)).unwrap_or_else(|| panic!("{id}"));
    let Kind::Handshake(handshake) = &event.kind else { unreachable!("asked for a handshake") };
    handshake.verdict.as_ref().unwrap().faults.first().map(|fault| fault.rule.to_owned())
}

fn expected_rule(flaw: &FlawEntry) -> Option<String> {
    flaw.expected.iter().find_map(|row| match &row.outcome {
        Outcome::Alert { rule, .. } if rule != "handshake" => Some(rule.clone()),
        _ => None,
    })
}

/// The rule that the flaw itself says it breaks.
fn claimed_rule(id: &str) -> Option<String> {
    match Flaw::of_id(id).unwrap().caught() {
        Caught::Edge(rejection) => Some(rejection.code().into()),
        Caught::Handshake | Caught::Nobody | Caught::Org => None,
    }
}

fn served(folder: &Path) -> Org {
    let scenario = Scenario::from_path(&folder.join(SCENARIO), Outside::Refuse);
    Org::start(scenario.unwrap_or_else(|wrong| panic!("{}", wrong.render(false))))
}

fn session(org: &Org, manifest: &Manifest, kind: User) -> String {
    let user = manifest.users.iter().find(|user| user.kind == kind).unwrap();
    let Manifest { client_id, client_secret, .. } = manifest;
    let body = format!(
        "grant_type=password&client_id={client_id}&client_secret={client_secret}&username={}&password={}",
        user.username, user.password
    );
    let answer = org.door(Door::Standard).post("/services/oauth2/token", FORM, &body).unwrap();
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["access_token"].as_str().unwrap().to_owned()
}

fn identity(folder: &Path, flaw: &FlawEntry) -> Identity {
    let read = |file: &str| std::fs::read_to_string(folder.join(file)).unwrap();
    let certificates_pem = read(&flaw.cert);
    let certificates = Certificate::from_pem(certificates_pem.as_bytes()).unwrap();
    Identity { certificates, certificates_pem, key_pem: read(&flaw.key) }
}
