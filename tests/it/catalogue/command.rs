//! `certs --catalogue`, `serve --catalogue` and `explain`, by the built binary.

use std::path::Path;

use crate::cli::mockorg;

#[test]
fn the_catalogue_is_written_and_each_of_it_can_be_explained() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("catalogue");
    let out = dir.display().to_string();
    let written =
        mockorg(&["certs", "--catalogue", "--at", super::NOW, "--out", &out]).assert().code(0).get_output().clone();
    assert_eq!(String::from_utf8(written.stdout).unwrap(), format!("{out}/manifest.json\n"));
    let scenario = format!("{out}/scenario.toml");
    for (flaw, code, says) in [
        ("expired-intermediate", 1, "certificate 2 of 2, CN=expired-intermediate issuing,O=Acme, expired"),
        ("leaf-only", 1, "send CN=leaf-only issuing,O=Acme too"),
        ("shuffled", 0, "uploaded as 'shuffled'"),
        ("not-uploaded", 0, "it is not uploaded"),
    ] {
        let chain = format!("{out}/flaws/{flaw}/chain.pem");
        let told = mockorg(&["explain", &chain, "--scenario", &scenario]).assert().code(code).get_output().clone();
        assert!(
            String::from_utf8_lossy(&told.stdout).contains(says),
            "{flaw}: {}",
            String::from_utf8_lossy(&told.stdout)
        );
    }
}

#[test]
fn a_folder_that_is_no_catalogue_is_not_served() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |says: &str| {
        let dir = folder.path().display().to_string();
        let told = mockorg(&["serve", "--catalogue", &dir]).assert().code(2).get_output().clone();
        assert!(String::from_utf8_lossy(&told.stderr).contains(says), "{}", String::from_utf8_lossy(&told.stderr));
    };
    refused("mockorg certs --catalogue --out DIR writes one");
    put(folder.path(), "{\"version\": 1}");
    refused("is not the manifest of a catalogue");
    put(folder.path(), &manifest(2));
    refused("is of version 2, and this mockorg reads 1");
    put(folder.path(), &manifest(1));
    refused("scenario.toml");
}

#[test]
fn a_scenario_and_the_catalogue_are_not_served_or_written_together() {
    mockorg(&["serve", "scenarios/quickstart.toml", "--catalogue", "catalogue"]).assert().code(2);
    mockorg(&["certs", "scenarios/quickstart.toml", "--catalogue", "--out", "catalogue"]).assert().code(2);
    mockorg(&["certs", "--at", super::NOW, "--out", "certs"]).assert().code(2);
}

fn put(folder: &Path, manifest: &str) {
    std::fs::write(folder.join("manifest.json"), manifest).unwrap();
}

fn manifest(version: u32) -> String {
    format!(
        "{{\"version\": {version}, \"org_time\": \"{}\", \"users\": [], \"client_id\": \"\", \"client_secret\": \"\", \
         \"call\": \"/\", \"flaws\": []}}",
        super::NOW
    )
}
