//! Deliveries: the files of a kit that is handed out follow what a client has, when somebody says so.

use std::fs;
use std::path::Path;

use mockorg::controls::RenewalKey;
use mockorg::pki::Certificate;
use mockorg::scenario::Sends;
use mockorg::simulator::{Running, Simulator};
use mockorg::{Scenario, controls::ResetError};

use crate::wire::Org;

/// An org and its kit.
fn org() -> (Org, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let simulator = Simulator::default().ports(0, 0, 0).proxy_port(0).kit(dir.path());
    (Org::with(simulator, Scenario::quickstart()), dir)
}

fn leaf(dir: &Path, file: &str) -> Certificate {
    Certificate::from_pem(&fs::read(dir.join("clients").join(file)).unwrap()).unwrap().swap_remove(0)
}

fn present(org: &Running) -> Certificate {
    org.client("billing").unwrap().certificates.swap_remove(0)
}

#[test]
fn a_renewal_is_in_the_files_once_it_is_delivered() {
    let (org, dir) = org();
    let (old, kit) = (present(&org), fs::read(dir.path().join("kit.json")).unwrap());
    org.issue("billing", RenewalKey::Replace).unwrap();
    assert_eq!(leaf(dir.path(), "billing.pem"), old, "in place when the team says so");
    org.deliver("billing", None).unwrap();
    let new = present(&org);
    assert_ne!(new, old);
    assert_eq!([leaf(dir.path(), "billing.pem"), leaf(dir.path(), "billing.crt")], [new.clone(), new.clone()]);
    let key = fs::read_to_string(dir.path().join("clients/billing.key")).unwrap();
    assert_eq!(key, org.client("billing").unwrap().key_pem);
    assert!(fs::read_to_string(dir.path().join("clients/billing.pem")).unwrap().starts_with(&key));
    assert_eq!(fs::read(dir.path().join("kit.json")).unwrap(), kit);
    let told: mockorg::simulator::kit::Kit = serde_json::from_slice(&kit).unwrap();
    let entry = told.clients.iter().find(|client| client.name == "billing").unwrap();
    let store = openssl::pkcs12::Pkcs12::from_der(&fs::read(dir.path().join(&entry.p12)).unwrap()).unwrap();
    let store = store.parse2(&entry.p12_password).expect("the password is the one of the start");
    assert_eq!(store.cert.unwrap().to_der().unwrap(), new.der());
    org.reset().unwrap();
    assert_eq!(leaf(dir.path(), "billing.pem"), old, "back as at the start");
}

#[test]
#[cfg(unix)]
fn files_that_are_replaced_are_for_their_owner_and_leave_nothing_beside_them() {
    use std::os::unix::fs::PermissionsExt;

    let (org, dir) = org();
    let clients = dir.path().join("clients");
    let names = || {
        let mut names: Vec<_> = fs::read_dir(&clients).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let before = names();
    org.deliver("billing", Some(Sends::Leaf)).unwrap();
    assert_eq!(names(), before);
    for end in ["pem", "crt", "key", "p12"] {
        let mode = fs::metadata(clients.join(format!("billing.{end}"))).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{end}");
    }
    assert_eq!(Certificate::from_pem(&fs::read(clients.join("billing.crt")).unwrap()).unwrap().len(), 1);
}

#[test]
fn nobody_ever_reads_half_a_file() {
    let (org, dir) = org();
    let path = dir.path().join("clients/billing.pem");
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut reads = 0;
            while !done.load(std::sync::atomic::Ordering::Relaxed) || reads == 0 {
                let pem = fs::read(&path).expect("the file is there at every moment");
                let key = openssl::pkey::PKey::private_key_from_pem(&pem).unwrap();
                let chain = Certificate::from_pem(&pem).unwrap();
                assert!(chain[0].x509().public_key().unwrap().public_eq(&key), "key and certificate of one delivery");
                reads += 1;
            }
            reads
        });
        for _ in 0..50 {
            org.issue("billing", RenewalKey::Replace).unwrap();
            org.deliver("billing", None).unwrap();
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        assert!(reader.join().unwrap() > 0);
    });
}

#[test]
fn a_file_that_cannot_be_written_is_told_and_harms_nothing() {
    let (org, dir) = org();
    fs::remove_dir_all(dir.path().join("clients")).unwrap();
    fs::write(dir.path().join("clients"), "a file stands where the folder was").unwrap();
    let told = org.deliver("billing", Some(Sends::ChainAndRoot)).unwrap_err().to_string();
    assert!(told.starts_with("the files of the client \"billing\" are not as the org has it now: "), "{told}");
    assert_eq!(org.client("billing").unwrap().certificates.len(), 3, "the org has it");
    assert_eq!(org.mutual("billing").get("/services/data").unwrap().status, 200);
    assert!(matches!(org.reset(), Err(ResetError::Undelivered(_))));
    assert_eq!(org.client("billing").unwrap().certificates.len(), 2, "it was put back all the same");
}

#[test]
fn a_kit_that_was_taken_back_is_left_alone() {
    let (org, dir) = org();
    let old = present(&org);
    org.kit_writer().retract(dir.path());
    org.issue("billing", RenewalKey::Keep).unwrap();
    org.deliver("billing", None).unwrap();
    assert_eq!(leaf(dir.path(), "billing.pem"), old);
}
