//! A disk that refuses: nothing half-done, a clear answer, and the org goes on serving what it has.
//!
//! The disk is made to refuse by a limit on the size of files, with its signal ignored, as a full one needs privileges.

use std::process::Command;

use jiff::SignedDuration;
use mockorg::RenewalKey;
use mockorg::controls::identities::MintError;
use mockorg::journal::Kind;
use mockorg::org::Door;
use mockorg::scenario::Permission;
use serde_json::Value;

use super::process::{Served, serve};
use super::{REPORTS, dump, elsewhere, open};
use crate::wire::{Answer, FORM};

/// Blocks of 512 bytes in dash, of 1,024 in others: too few for some thousand logins either way, enough for an org
/// and its kit.
const LIMIT: &str = "trap '' XFSZ; ulimit -f 1000";

#[test]
fn a_login_that_cannot_be_kept_is_refused_and_the_org_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::start(folder.path(), LIMIT);
    let mut sessions = Vec::new();
    let refused = loop {
        let answer = log_in(&served);
        if answer.status != 200 {
            break answer;
        }
        sessions.push(answer.json()["access_token"].as_str().unwrap().to_owned());
        assert!(sessions.len() < 5_000, "the limit was never met");
    };
    assert_eq!(
        (refused.status, refused.json()["error"].as_str()),
        (500, Some("UNKNOWN_EXCEPTION")),
        "{}",
        refused.body
    );
    assert_eq!(log_in(&served).status, 500, "and again");
    // what it has is served on, and what was refused did not happen
    let (first, last) = (&sessions[0], &sessions[sessions.len() - 1]);
    let logins = query(&served, last, "SELECT COUNT() FROM LoginHistory")["totalSize"].clone();
    assert_eq!(logins, sessions.len());
    let revoked = served.door(Door::Standard).post("/services/oauth2/revoke", FORM, &format!("token={first}")).unwrap();
    assert_eq!(revoked.status, 500);
    query(&served, first, "SELECT Id FROM User");
    served.kill();

    let again = Served::start(folder.path(), "");
    assert_eq!(query(&again, first, "SELECT COUNT() FROM LoginHistory")["totalSize"], sessions.len());
    sessions.iter().step_by(7).for_each(|session| drop(query(&again, session, "SELECT Id FROM User")));
    assert_eq!(log_in(&again).status, 200);
}

#[test]
fn an_org_that_cannot_be_founded_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let output = serve(folder.path(), "trap '' XFSZ; ulimit -f 4").args(["--max-life", "20s"]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("the data folder cannot be written (File too large"), "{said}");
    assert!(!said.contains("panicked"), "{said}");
    drop(Served::start(folder.path(), ""));
}

pub fn log_in(served: &Served) -> Answer {
    let body = "grant_type=password&client_id=quickstart-client-id&client_secret=quickstart-secret\
                &username=reports@acme.example&password=reports-password";
    served.door(Door::Standard).post("/services/oauth2/token", FORM, body).unwrap()
}

fn query(served: &Served, session: &str, soql: &str) -> Value {
    let path = format!("/services/data/v68.0/query?q={}", soql.replace(' ', "+"));
    let answer = served.door(Door::Standard).session(session).get(&path).unwrap();
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

const FOLDER: &str = "MOCKORG_TEST_FULL";

#[test]
fn verbs_that_cannot_be_kept_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new("sh")
        .args(["-c", &format!("{LIMIT}\nexec \"$@\""), "sh"])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "state::full::the_process_with_a_full_disk", "--ignored", "--nocapture", "--quiet"])
        .env(FOLDER, folder.path())
        .output()
        .unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{told}\n{}", String::from_utf8_lossy(&output.stderr));
    // what it had in memory then is what the disk has
    let left = dump(&open(folder.path()), &[]);
    assert!(told.contains(&left), "{left}");
}

#[test]
#[ignore = "the process that another test starts under a limit"]
fn the_process_with_a_full_disk() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let org = open(folder.as_ref());
    let session = org.reports();
    let renewed = (0..5_000).map(|_| org.issue("visitor", RenewalKey::Replace)).find_map(Result::err);
    assert!(matches!(renewed, Some(MintError::Unkept(_))), "{renewed:?}");
    let before = dump(&org, &[&session]);
    let visitor = org.client("visitor").unwrap().certificates_pem;
    let results = [
        org.upload("Visitor", visitor.as_bytes()).err().map(|error| error.to_string()),
        org.delete_certificate("Leaf only").err().map(|error| error.to_string()),
        org.grant(REPORTS, Permission::ModifyAllData).err().map(|error| error.to_string()),
        org.set_switch("edge.ca-names", "listed").err().map(|error| error.to_string()),
        org.list("elsewhere", elsewhere(&org)).err().map(|error| error.to_string()),
        org.delist("acmeroot").err().map(|error| error.to_string()),
        org.advance(SignedDuration::from_hours(1)).err().map(|error| error.to_string()),
        org.set_clock("2028-01-01T00:00:00Z".parse().unwrap()).err().map(|error| error.to_string()),
        org.revoke("billing").err().map(|error| error.to_string()),
        org.expire_sessions(REPORTS).err().map(|error| error.to_string()),
    ];
    for said in results {
        let said = said.expect("a disk that refuses one refuses all");
        assert!(said.contains("cannot be written (File too large"), "{said}");
    }
    assert_eq!(dump(&org, &[&session]), before);
    println!("{}", dump(&org, &[]));
    let refused = org.event(|event| matches!(&event.kind, Kind::Upload { outcome: "refused", .. }));
    assert!(
        matches!(&refused.kind, Kind::Upload { explanation: Some(why), .. } if why.found.contains("File too large"))
    );
    // CRLs that come due are renewed all the same, and clients are served
    org.clock().advance(SignedDuration::from_hours(24 * 30)).unwrap();
    let billing = org.mutual("billing").get("/services/data").unwrap();
    assert_eq!(billing.status, 200, "{}", billing.body);
    org.stop();
}
