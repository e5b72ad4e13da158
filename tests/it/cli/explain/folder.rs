//! A folder: every file by itself, the others to name what it lacks.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{certs, explain, mockorg};

fn told(certs: &Path, folder: &str, code: i32) -> String {
    explain(certs, folder, code)
}

#[test]
fn every_chain_of_a_folder_is_judged_once_under_all_its_names() {
    let (_folder, certs) = certs();
    let told = told(&certs, "clients", 1);
    assert!(told.contains("--- billing.crt, billing.pem\n"), "{told}");
    assert!(told.contains("passed over: billing.key, a private key without a certificate"), "{told}");
    assert!(told.contains("2 of 7 chains hold\n"), "{told}");
}

#[test]
fn a_file_that_lies_beside_a_chain_is_named_but_never_used() {
    let (_folder, certs) = certs();
    let folder = certs.join("delivered");
    fs::create_dir(&folder).unwrap();
    fs::copy(certs.join("clients/leaf-only.crt"), folder.join("leaf.pem")).unwrap();
    fs::copy(certs.join("cas/acme-issuing.crt"), folder.join("intermediate.crt")).unwrap();
    fs::write(folder.join("readme.txt"), "for your eyes only").unwrap();
    fs::create_dir(folder.join("below")).unwrap();
    let said = told(&certs, "delivered", 1);
    for words in [
        "--- leaf.pem\n",
        "CN=acme-issuing,O=Acme, missing, in intermediate.crt\n",
        "that holds\n",
        "0 of 1 chains hold\n",
        "a CA's, not a client's: intermediate.crt, CN=acme-issuing,O=Acme\n",
        "passed over: readme.txt, neither PEM nor DER",
    ] {
        assert!(said.contains(words), "{words:?} is missing in:\n{said}");
    }
    // without a scenario nobody knows the intermediate but the folder
    let output = mockorg(&["explain", folder.to_str().unwrap(), "--json"]).assert().code(1).get_output().clone();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["chains"][0]["send"]["certificates"][1]["file"], "intermediate.crt");
    assert_eq!(report["authorities"][0], "intermediate.crt");
    assert_eq!(report["passed_over"][0]["file"], "readme.txt");
    // and once it is in the file, all is well
    let joined = [fs::read(folder.join("leaf.pem")).unwrap(), fs::read(folder.join("intermediate.crt")).unwrap()];
    fs::write(folder.join("leaf.pem"), joined.concat()).unwrap();
    assert!(told(&certs, "delivered", 0).contains("1 of 1 chains hold\n"));
}

#[test]
fn a_folder_without_a_clients_certificate_could_not_be_judged() {
    let (_folder, certs) = certs();
    for (folder, extra, words) in [
        ("cas", &[][..], "no client's certificate"),
        ("clients", &["--svg", "x.svg"], "for one file"),
        ("clients", &["--alias", "x"], "for one file"),
    ] {
        let folder = certs.join(folder);
        let output = mockorg(&["explain", folder.to_str().unwrap()])
            .args(extra)
            .assert()
            .code(2)
            .stdout("")
            .get_output()
            .clone();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(words), "{said}");
    }
}
