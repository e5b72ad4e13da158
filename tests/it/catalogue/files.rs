//! The catalogue's folder: the manifest and its schema, what each file holds, and who may read it.

use std::path::{Path, PathBuf};

use expect_test::expect_file;
use mockorg::pki::flaw::Caught;
use mockorg::pki::{Certificate, Flaw};
use mockorg::simulator::kit::catalogue::{self, Manifest};
use mockorg::simulator::kit::write_catalogue;
use openssl::pkcs12::Pkcs12;
use openssl::pkey::PKey;
use serde_json::Value;

use super::NOW;
use crate::mint::at;

#[test]
fn the_published_schema_is_the_manifests() {
    let published = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/catalogue.schema.json");
    expect_file![published].assert_eq(&format!("{:#}\n", catalogue::schema()));
}

#[test]
fn the_manifest_is_as_its_schema_says() {
    let (_folder, dir) = written();
    let manifest: Value = serde_json::from_slice(&std::fs::read(dir.join("manifest.json")).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&catalogue::schema()).unwrap();
    let wrong: Vec<String> = validator.iter_errors(&manifest).map(|error| error.to_string()).collect();
    assert_eq!(wrong, Vec::<String>::new());
    let mut torn = manifest.clone();
    torn["flaws"][3]["expected"][0]["outcome"] = "perhaps".into();
    assert!(!validator.is_valid(&torn), "a schema that takes anything proves nothing");
    assert_eq!(manifest["flaws"].as_array().unwrap().len(), Flaw::ALL.len());
}

#[test]
fn pem_and_pkcs_12_hold_the_same_key_and_chain() {
    let (_folder, dir) = written();
    for flaw in Manifest::read(&dir).unwrap().flaws {
        let read = |file: &str| std::fs::read(dir.join(file)).unwrap();
        let key = PKey::private_key_from_pem(&read(&flaw.key)).unwrap();
        let sent = Certificate::from_pem(&read(&flaw.cert)).unwrap();
        assert!(sent[0].x509().public_key().unwrap().public_eq(&key), "{}", flaw.id);
        assert_eq!(read(&flaw.pem), [read(&flaw.key), read(&flaw.cert)].concat(), "{}", flaw.id);
        let store = Pkcs12::from_der(&read(&flaw.p12)).unwrap().parse2(&flaw.p12_password).unwrap();
        assert!(store.pkey.unwrap().public_eq(&key), "{}", flaw.id);
        let others = store.ca.into_iter().flatten().collect::<Vec<_>>();
        let stored: Vec<&openssl::x509::X509Ref> =
            store.cert.iter().map(|cert| &**cert).chain(others.iter().map(|cert| &**cert)).collect();
        assert_eq!(stored.len(), sent.len(), "{}", flaw.id);
        assert!(stored.iter().zip(&sent).all(|(stored, sent)| *stored == sent.x509()), "{}", flaw.id);
    }
}

#[test]
fn a_catalogue_of_another_day_has_the_same_shape() {
    let shape = |now: &str| {
        let cases = Flaw::ALL.iter().map(|flaw| (flaw, flaw.case(at(now)).unwrap()));
        cases
            .map(|(flaw, case)| {
                let verdict = case.verdict(at(now)).unwrap();
                let subjects: Vec<String> =
                    case.sent.iter().map(|sent| format!("{} by {}", sent.subject(), sent.issuer())).collect();
                let faults: Vec<_> = verdict.faults.iter().map(|fault| (fault.rejection, fault.position)).collect();
                (flaw, subjects, faults, case.roots.len(), case.crls.len(), case.uploaded.len())
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(shape(NOW), shape("2026-11-24T00:00:00Z"));
    assert_eq!(shape(NOW), shape("2047-02-28T23:59:59Z"));
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_it() {
    use std::os::unix::fs::PermissionsExt;

    let (_folder, dir) = written();
    let mut folders = vec![dir];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        assert_eq!(folder.metadata().unwrap().permissions().mode() & 0o777, 0o700, "{}", folder.display());
        for entry in folder.read_dir().unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{}", path.display());
                files += 1;
            }
        }
    }
    assert!(files > 5 * Flaw::ALL.len());
}

#[test]
fn the_docs_tell_of_every_flaw_under_its_rule() {
    let page = |name: &str| std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap();
    let refusals = page("docs/refusals.md");
    let mut violations = Vec::new();
    for flaw in Flaw::ALL {
        let heading = match flaw.caught() {
            Caught::Edge(rejection) => rejection.code(),
            Caught::Handshake => "handshake",
            Caught::Nobody => "what-is-let-in",
            Caught::Org => "not-uploaded",
        };
        let section = section(&refusals, heading);
        if !section.contains(&format!("`{flaw}`")) {
            violations.push(format!("docs/refusals.md: {heading} does not name `{flaw}`"));
        }
    }
    assert!(violations.is_empty(), "\n{}\n", violations.join("\n"));
    expect_file![concat!(env!("CARGO_MANIFEST_DIR"), "/docs/flaws.md")].assert_eq(&table());
}

/// From a heading to the next.
fn section<'a>(page: &'a str, heading: &str) -> &'a str {
    let starts = page.split("\n##").find(|part| {
        let title = part.trim_start_matches('#').lines().next().unwrap_or_default().trim();
        title.to_lowercase().replace(' ', "-") == heading
    });
    starts.unwrap_or_else(|| panic!("docs/refusals.md has no heading {heading}"))
}

/// `docs/flaws.md`, whole.
fn table() -> String {
    let mut text = String::from(
        "# Every flaw of the catalogue\n\n\
         Made from the list in `src/pki/flaw`; a test keeps it. What the columns mean, and how a chain is drawn:\n\
         [catalogue.md](catalogue.md). *Caught* is what comes of a call to the mutual door: the rule of\n\
         [refusals.md](refusals.md) by which the edge refuses it, *org* where an enforced user alone is refused, nothing where\n\
         it is let in.\n",
    );
    let mut group = "";
    for flaw in Flaw::ALL {
        if flaw.group() != group {
            group = flaw.group();
            text += &format!("\n## {group}\n\n| flaw | chain | caught | matters |\n|---|---|---|---|\n");
        }
        let caught = match flaw.caught() {
            Caught::Edge(rejection) => format!("[{0}](refusals.md#{0})", rejection.code()),
            Caught::Handshake => "[handshake](refusals.md#handshake)".into(),
            Caught::Nobody => String::new(),
            Caught::Org => "[org](refusals.md#not-uploaded)".into(),
        };
        let matters = format!("{:?}", flaw.importance()).to_lowercase();
        text += &format!(
            "| **{flaw}**: {} {} | `{}` | {caught} | {matters} |\n",
            flaw.title(),
            flaw.lesson(),
            flaw.drawn()
        );
    }
    text
}

fn written() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("catalogue");
    write_catalogue(&dir, at(NOW)).unwrap();
    (folder, dir)
}
