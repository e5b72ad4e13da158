//! Scenario files: read, refused at the right place, written back.

use std::path::{Path, PathBuf};

use mockorg::Scenario;
use mockorg::scenario::file::File;
use mockorg::scenario::{ClockSpec, Diagnostics, Outside, Source, When};

mod failures;
mod folder;
mod mistakes;
mod reference;
mod round_trip;
mod trust;

/// Every scenario of the repository, with its text.
pub fn scenarios() -> Vec<(PathBuf, String)> {
    let found =
        files_below(Path::new("scenarios")).into_iter().filter(|path| path.extension().is_some_and(|e| e == "toml"));
    let found: Vec<_> = found.map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect();
    assert!(!found.is_empty());
    found
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect();
    files.sort();
    files
}

/// Reads text that names files of the test's own folder.
fn read(text: &str) -> Result<Scenario, Diagnostics> {
    Scenario::from_text(text, "x.toml", folder::path())
}

/// The scenario of an org with these lines added to its file.
fn org_with(lines: &str) -> Scenario {
    read(&format!("format = 1\n[org]\nname = \"Acme\"\n{lines}")).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

#[test]
fn every_scenario_of_the_repository_is_right() {
    for (path, _) in scenarios() {
        if let Err(mistakes) = Scenario::from_path(&path, Outside::Refuse) {
            panic!("{mistakes}");
        }
    }
}

#[test]
fn the_built_in_scenario_is_the_quickstart() {
    let built_in = Scenario::quickstart();
    let read = Scenario::from_path(Path::new("scenarios/quickstart.toml"), Outside::Refuse).unwrap();
    assert_eq!(built_in.source, None);
    assert_eq!(format!("{:?}", Scenario { source: None, ..read }), format!("{built_in:?}"));
}

#[test]
fn an_org_with_nothing_but_a_name_has_the_defaults() {
    let scenario = org_with("");
    assert_eq!(scenario.org.my_domain, "acme");
    assert_eq!(scenario.org.clock, ClockSpec::System(jiff::SignedDuration::ZERO));
    assert_eq!(scenario.edge, mockorg::scenario::EdgeSwitches::default());
    assert!(scenario.trust.builtin && scenario.trust.roots.is_empty());
    let profiles: Vec<&str> = scenario.profiles.iter().map(|profile| profile.name.as_str()).collect();
    assert_eq!(profiles, ["Standard User", "System Administrator"]);
}

#[test]
fn my_domain_is_made_from_the_name() {
    let scenario = read("format = 1\n[org]\nname = \"Acme & Söhne GmbH\"\n").unwrap();
    assert_eq!(scenario.org.my_domain, "acme-s-hne-gmbh");
}

#[test]
fn a_ca_comes_after_its_issuer_wherever_it_stands() {
    let ca = |name: &str, issuer: &str| format!("[[ca]]\nname = \"{name}\"\nissuer = \"{issuer}\"\n");
    let scenario = org_with(&(ca("third", "second") + &ca("second", "root") + "[[ca]]\nname = \"root\"\n"));
    let order: Vec<&str> = scenario.cas.iter().map(|ca| ca.name.as_str()).collect();
    assert_eq!(order, ["root", "second", "third"]);
}

#[test]
fn the_clock_stands_runs_or_runs_shifted() {
    let clock = |text: &str| org_with(&format!("clock = \"{text}\"\n")).org.clock;
    assert_eq!(clock("system"), ClockSpec::System(jiff::SignedDuration::ZERO));
    assert_eq!(clock("-36h"), ClockSpec::System(jiff::SignedDuration::from_hours(-36)));
    assert_eq!(clock("2029-03-01T00:00:00Z"), ClockSpec::Standing("2029-03-01T00:00:00Z".parse().unwrap()));
}

#[test]
fn a_time_is_a_date_or_counted_from_the_start() {
    let scenario =
        org_with("[[client]]\nname = \"c\"\nvalid = { from = \"-1d12h\", until = \"2099-01-01T00:00:00Z\" }\n");
    let valid = scenario.clients[0].valid.unwrap();
    assert_eq!(valid.from, When::FromStart(jiff::SignedDuration::from_hours(-36)));
    assert_eq!(valid.until, When::At("2099-01-01T00:00:00Z".parse().unwrap()));
}

#[test]
fn identities_are_read_from_files() {
    let scenario = org_with(
        "[[ca]]\nname = \"root\"\ncertificate = \"root.pem\"\nkey-file = \"root.key\"\nlisted = true\n\
         [[client]]\nname = \"leaf\"\nissuer = \"root\"\ncertificate = \"leaf.pem\"\nkey-file = \"leaf.key\"\n",
    );
    let Source::Files { chain, key_pem } = &scenario.clients[0].source else { panic!("not read from a file") };
    assert_eq!(chain[0].subject(), "CN=Leaf");
    assert!(key_pem.starts_with(b"-----BEGIN PRIVATE KEY-----"));
}

#[test]
fn the_defaults_of_switches_may_be_written() {
    org_with(
        "enforced-login = \"any-door\"\nidentity-match = \"certificate\"\nsession-binding = \"none\"\n\
         [edge]\nalerts = \"openssl\"\nlive-connections = \"keep\"\nresumption = \"off\"\n",
    );
}

#[test]
fn a_file_written_by_code_is_read() {
    let text = File::new("Acme").to_toml().unwrap();
    assert_eq!(read(&text).unwrap().org.name, "Acme");
}

#[test]
fn every_scenario_has_its_place_in_the_reading_order() {
    let readme = std::fs::read_to_string("scenarios/README.md").unwrap();
    for (path, _) in scenarios() {
        let link = format!("]({})", path.strip_prefix("scenarios").unwrap().display());
        assert!(readme.contains(&link), "{link}");
    }
}
