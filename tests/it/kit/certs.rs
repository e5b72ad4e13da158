//! Identities handed out as files, and the scenario that reads them.

use std::fs;

use mockorg::Scenario;
use mockorg::controls::edge;
use mockorg::controls::identities::Identities;
use mockorg::pki::mint::KeyKind;
use mockorg::pki::{Rejection, validate};
use mockorg::scenario::switches::CaNames;
use mockorg::scenario::{ClockSpec, JwtSpec, Outside, Paths, Sends, UploadSpec, Uploaded, When};
use mockorg::simulator::kit;
use openssl::pkey::PKey;

use super::files;
use crate::mint::{START, at};

#[test]
fn another_org_judges_the_very_same_keys() {
    let dir = tempfile::tempdir().unwrap();
    let scenario = Scenario::quickstart();
    let mut minted = Identities::mint(&scenario, at(START)).unwrap();
    kit::write_certs(dir.path(), &mut minted, &scenario, at(START)).unwrap();
    let read = Scenario::from_path(&dir.path().join("scenario.toml"), Outside::Refuse).unwrap();
    // Long after the CRLs of the first org would have gone stale.
    let later = at("2029-03-01T00:00:00Z");
    let mut again = Identities::mint(&read, later).unwrap();
    let edges = [edge::found(&scenario, &mut minted, later), edge::found(&read, &mut again, later)].map(Result::unwrap);
    let mut verdicts = Vec::new();
    for client in minted.clients() {
        let same = again.client(&client.name).unwrap();
        assert!(same.key.public_eq(&client.key));
        assert_eq!(again.sends(same), minted.sends(client), "{}", client.name);
        let sent = minted.sends(client);
        let [before, after] = edges.each_ref().map(|edge| {
            let verdict = validate(&sent, &edge.trust, &edge.crls, later, &edge.policy);
            verdict.faults.first().map(|fault| fault.rejection)
        });
        assert_eq!(before.is_none(), after.is_none(), "{}", client.name);
        verdicts.push((client.name.as_str(), after));
    }
    let expected = [
        ("billing", None),
        ("visitor", None),
        ("expired", Some(Rejection::Expired)),
        ("revoked", Some(Rejection::Revoked)),
        // The first org knows that root and says so; to the second it is a stranger.
        ("unlisted", Some(Rejection::NoIssuer)),
        ("server-only", Some(Rejection::NoClientAuth)),
        ("leaf-only", Some(Rejection::MissingIntermediate)),
    ];
    assert_eq!(verdicts, expected);
    let app = minted.app("quickstart").unwrap().certificate().unwrap();
    assert!(matches!(&read.apps[0].jwt, Some(JwtSpec::Certificate(certificate)) if certificate == app));
}

#[test]
fn the_scenario_of_the_quickstarts_files_reads_well() {
    let dir = tempfile::tempdir().unwrap();
    let scenario = Scenario::quickstart();
    let mut identities = Identities::mint(&scenario, at(START)).unwrap();
    kit::write_certs(dir.path(), &mut identities, &scenario, at(START)).unwrap();
    let text = fs::read_to_string(dir.path().join("scenario.toml")).unwrap();
    expect_test::expect_file!["../../golden/certs.toml"].assert_eq(&text);
}

#[test]
fn the_file_says_which_tables_are_left_out() {
    for (path, text) in crate::scenario::scenarios() {
        let dir = tempfile::tempdir().unwrap();
        let scenario = Scenario::from_path(&path, Outside::Refuse).unwrap();
        let start = scenario.org.clock.clock().org_second();
        let mut identities = Identities::mint(&scenario, start).unwrap();
        kit::write_certs(dir.path(), &mut identities, &scenario, start).unwrap();
        let written = fs::read_to_string(dir.path().join("scenario.toml")).unwrap();
        let left_out = written.lines().find_map(|line| line.strip_prefix("# Left out of what the scenario had: "));
        let says = |table: &str| left_out.is_some_and(|tables| tables.contains(table));
        for table in ["[[exchange]]", "[[expect]]", "[[step]]", "[[fault]]", "[chaos]"] {
            let has = |text: &str| text.lines().any(|line| line.starts_with(table));
            assert_eq!(says(table), has(&text) && !has(&written), "{table} of {}", path.display());
        }
        let read = Scenario::from_path(&dir.path().join("scenario.toml"), Outside::Refuse);
        assert!(read.is_ok(), "{}: {}", path.display(), read.unwrap_err().render(false));
    }
}

#[test]
fn no_file_holds_the_key_of_a_ca() {
    let dir = tempfile::tempdir().unwrap();
    let scenario = Scenario::quickstart();
    let mut identities = Identities::mint(&scenario, at(START)).unwrap();
    kit::write_certs(dir.path(), &mut identities, &scenario, at(START)).unwrap();
    let mut keys = 0;
    for file in files(dir.path()) {
        let Ok(key) = PKey::private_key_from_pem(&fs::read(dir.path().join(&file)).unwrap()) else { continue };
        keys += 1;
        for authority in identities.authorities() {
            let of_ca = authority.certificate.x509().public_key().unwrap();
            assert!(!of_ca.public_eq(&key), "{file} is the key of {}", authority.name);
        }
    }
    assert_eq!(keys, 2 * scenario.clients.len() + 1, "a .key and a .pem for each client, and the app's key");
}

#[test]
fn uploads_and_what_a_client_sends_come_along() {
    let dir = tempfile::tempdir().unwrap();
    let mut scenario = Scenario::quickstart();
    scenario.clients[0].sends = Sends::List(vec!["acme-issuing".into(), "billing".into()]);
    scenario.clients[1].sends = Sends::ChainAndRoot;
    let stranger = KeyKind::P256.generate().unwrap().public_key_to_pem().unwrap();
    let upload = |label: &str, of| UploadSpec {
        label: label.into(),
        of,
        uploaded_at: Some(When::FromStart(jiff::SignedDuration::from_hours(-24))),
    };
    scenario.uploads =
        vec![upload("One", Uploaded::Pem(stranger.clone())), upload("Two", Uploaded::Client("visitor".into()))];
    scenario.org.clock = ClockSpec::System(jiff::SignedDuration::from_hours(-36));
    let mut identities = Identities::mint(&scenario, at(START)).unwrap();
    kit::write_certs(dir.path(), &mut identities, &scenario, at(START)).unwrap();
    let read = Scenario::from_path(&dir.path().join("scenario.toml"), Outside::Refuse).unwrap();
    let again = Identities::mint(&read, at(START)).unwrap();

    let names = |identities: &Identities, client: &str| -> Vec<String> {
        let sent = identities.sends(identities.client(client).unwrap());
        sent.iter().map(|certificate| certificate.common_name().to_owned()).collect()
    };
    assert_eq!(names(&again, "visitor"), ["visitor", "acme-issuing", "acme-root"]);
    assert_eq!(names(&identities, "billing"), ["acme-issuing", "billing"]);
    assert_eq!(names(&again, "billing"), ["billing", "acme-issuing"], "what fits the key comes first");
    assert_eq!(read.org.clock, scenario.org.clock);
    assert!(matches!(&read.uploads[0].of, Uploaded::Pem(pem) if *pem == stranger));
    assert!(matches!(&read.uploads[1].of, Uploaded::Client(name) if name == "visitor"));
    assert_eq!(read.uploads[1].uploaded_at, Some(When::At(at("2028-12-29T00:00:00Z"))));
}

#[test]
fn a_scenario_keeps_its_switches_people_and_apps_as_a_file() {
    for (path, text) in crate::scenario::scenarios() {
        let folder = path.parent().unwrap();
        let mut scenario = Scenario::from_text(&text, "x.toml", folder).unwrap();
        for app in &mut scenario.apps {
            app.jwt = None;
        }
        if let CaNames::These(_) = scenario.edge.ca_names {
            // the CAs are no [[ca]] of that file, which its header says
            scenario.edge.ca_names = CaNames::Empty;
        }
        let paths = Paths { apps: vec![None; scenario.apps.len()], ..Paths::default() };
        let written = scenario.to_file(at(START), &paths).to_toml().unwrap();
        let read = Scenario::from_text(&written, "y.toml", folder).unwrap_or_else(|wrong| panic!("{wrong}\n{written}"));
        assert_eq!(read.org, scenario.org, "{}", path.display());
        assert_eq!(read.edge, scenario.edge, "{}", path.display());
        assert_eq!(read.users, scenario.users, "{}", path.display());
        assert_eq!(read.profiles, scenario.profiles, "{}", path.display());
        assert_eq!(read.permission_sets, scenario.permission_sets, "{}", path.display());
        assert_eq!(format!("{:?}", read.apps), format!("{:?}", scenario.apps), "{}", path.display());
        assert!(read.cas.is_empty() && read.trust.builtin == scenario.trust.builtin);
    }
}
