//! What a client team is handed: files, modes, `kit.json`; and the certificate of the doors.

use std::fs;
use std::path::Path;

use jiff::SignedDuration;
use mockorg::controls::identities::Identities;
use mockorg::pki::Certificate;
use mockorg::pki::mint::Unmintable;
use mockorg::simulator::kit::{self, Kit, KitDoors, KitError, KitInput, KitUser, Reach};
use mockorg::simulator::server_certificate::ServerCertificate;
use openssl::pkcs12::Pkcs12;
use openssl::pkey::PKey;

use crate::mint::{START, at, scenario};

mod certs;
mod deliveries;

#[test]
fn kit_json_says_what_the_contract_says() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path());
    let text = fs::read_to_string(dir.path().join("kit.json")).unwrap();
    let mut text = text.replace(dir.path().to_str().unwrap(), "DIR");
    for secret in secrets(&serde_json::from_str(&text).unwrap()) {
        assert_eq!(secret.len(), 32);
        text = text.replace(&secret, "…");
    }
    expect_test::expect_file!["../golden/kit.json"].assert_eq(&text);
}

#[test]
fn only_the_owner_may_read_a_kit() {
    use std::os::unix::fs::PermissionsExt;

    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().join("deep/kit");
    fs::create_dir_all(dir.parent().unwrap()).unwrap();
    write(&dir);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&dir), 0o700);
    assert_eq!(mode(&dir.join("clients")), 0o700);
    let files = files(&dir);
    assert_eq!(files.len(), 33, "{files:?}");
    for file in files {
        assert_eq!(mode(&dir.join(&file)), 0o600, "{file}");
    }
}

#[test]
fn a_kit_replaces_an_old_one_and_leaves_other_files_alone() {
    use std::os::unix::fs::PermissionsExt;

    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::create_dir(dir.join("clients")).unwrap();
    fs::write(dir.join("notes.txt"), "mine").unwrap();
    fs::write(dir.join("clients/billing.key"), "old").unwrap();
    fs::set_permissions(dir.join("clients/billing.key"), fs::Permissions::from_mode(0o644)).unwrap();
    fs::write(dir.join("outside"), "untouched").unwrap();
    std::os::unix::fs::symlink(dir.join("outside"), dir.join("kit.json")).unwrap();
    write(dir);
    assert_eq!(fs::read_to_string(dir.join("notes.txt")).unwrap(), "mine");
    assert_eq!(fs::read_to_string(dir.join("outside")).unwrap(), "untouched");
    assert!(fs::symlink_metadata(dir.join("kit.json")).unwrap().is_file());
    assert_eq!(fs::metadata(dir.join("clients/billing.key")).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn an_old_kit_json_is_gone_even_if_the_new_kit_fails() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path());
    let mut scenario = scenario();
    scenario.clients[6].name = "../unlisted".into();
    let server = ServerCertificate::mint(&[], at(START)).unwrap();
    let identities = Identities::mint(&scenario, at(START)).unwrap();
    let refused = kit::write(dir.path(), &input(&identities, &scenario.apps, &server.ca));
    assert!(matches!(refused, Err(KitError::Name(name)) if name == "../unlisted"));
    assert!(!dir.path().join("kit.json").exists());
}

#[test]
fn every_form_of_a_client_holds_the_same_key_and_chain() {
    let dir = tempfile::tempdir().unwrap();
    let (kit, identities) = write(dir.path());
    let read = |file: &str| fs::read(dir.path().join(file)).unwrap();
    for client in &kit.clients {
        let expected = identities.client(&client.name).unwrap();
        let sends = identities.sends(expected);
        assert_eq!(Certificate::from_pem(&read(&client.cert)).unwrap(), sends, "{}", client.name);
        assert_eq!(Certificate::from_pem(&read(&client.pem)).unwrap(), sends, "{}", client.name);
        assert!(read(&client.pem).starts_with(&read(&client.key)), "native-tls wants the key at byte 0");
        assert!(read(&client.key).starts_with(b"-----BEGIN PRIVATE KEY-----"), "PKCS#8");
        assert!(PKey::private_key_from_pem(&read(&client.pem)).unwrap().public_eq(&expected.key));

        let store = Pkcs12::from_der(&read(&client.p12)).unwrap().parse2(&client.p12_password).unwrap();
        assert!(store.pkey.unwrap().public_eq(&expected.key));
        assert_eq!(store.cert.unwrap().to_der().unwrap(), expected.leaf.der());
        let others = store.ca.map_or(0, |others| others.len());
        assert_eq!(others, sends.len() - 1, "{}", client.name);
    }
}

#[test]
fn no_bundle_holds_an_issuer_of_clients_and_no_file_the_key_of_a_ca() {
    let dir = tempfile::tempdir().unwrap();
    let (kit, identities) = write(dir.path());
    let bundle = Certificate::from_pem(&fs::read(dir.path().join(&kit.ca_bundle)).unwrap()).unwrap();
    let server_ca = Certificate::from_pem(&fs::read(dir.path().join(&kit.server_ca)).unwrap()).unwrap();
    assert_eq!(bundle.len(), webpki_root_certs::TLS_SERVER_ROOT_CERTS.len() + 1);
    assert_eq!(server_ca, bundle[bundle.len() - 1..]);
    assert!(identities.authorities().iter().all(|authority| !bundle.contains(&authority.certificate)));

    let known: Vec<_> = identities.clients().iter().map(|client| client.key.public_key_to_der().unwrap()).collect();
    let app = identities.app("quickstart").unwrap().key().unwrap().unwrap().key.public_key_to_der().unwrap();
    for file in files(dir.path()) {
        let content = fs::read(dir.path().join(&file)).unwrap();
        if let Ok(key) = PKey::private_key_from_pem(&content) {
            let key = key.public_key_to_der().unwrap();
            assert!(known.contains(&key) || key == app, "{file}");
        }
    }
}

#[test]
fn the_doors_certificate_holds_for_every_name_and_no_other() {
    let now = at("2026-05-01T12:00:00.5Z");
    let advertised = ["Org.Example".to_owned(), "192.0.2.7".to_owned()];
    let server = ServerCertificate::mint(&advertised, now).unwrap();
    assert_eq!(server.ca.not_before(), at("2026-05-01T11:00:00Z"));
    assert_eq!(server.leaf.not_after(), at("2026-05-31T12:00:00Z"));
    let hosts = [
        "localhost",
        "login.salesforce.com",
        "acme.my.salesforce.com",
        "acme--dev.sandbox.my.salesforce.com",
        "na1.salesforce.com",
    ];
    for host in hosts.iter().chain(&["org.example"]) {
        assert!(holds_for(&server, host, now + SignedDuration::from_hours(1)), "{host}");
    }
    for address in ["127.0.0.1", "::1", "192.0.2.7"] {
        assert!(holds_for(&server, address, now), "{address}");
    }
    for other in ["salesforce.com", "bank.example", "192.0.2.8", "a.b.my.salesforce.com"] {
        assert!(!holds_for(&server, other, now), "{other}");
    }
    let refused = ServerCertificate::mint(&["https://org.example".to_owned()], now);
    assert!(matches!(refused, Err(Unmintable::Host(_))));
}

#[test]
fn only_a_kit_that_says_so_sends_clients_through_the_proxy() {
    let doors = |reach| KitDoors {
        standard_url: "https://localhost:4443".into(),
        mutual_url: "https://localhost:8443".into(),
        proxy_url: Some("http://127.0.0.1:8441".into()),
        direct_names: ["localhost", "127.0.0.1", "::1", "org.test"].map(str::to_owned).to_vec(),
        reach,
        ..KitDoors::default()
    };
    let env = |reach| {
        let dir = tempfile::tempdir().unwrap();
        let identities = Identities::mint(&scenario(), at(START)).unwrap();
        let server = ServerCertificate::mint(&[], at(START)).unwrap();
        let input = KitInput { doors: doors(reach), ..input(&identities, &[], &server.ca) };
        kit::write(dir.path(), &input).unwrap().env
    };
    let names = ["HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"];
    let direct = env(Reach::Direct);
    assert_eq!(direct["MOCKORG_PROXY_URL"], "http://127.0.0.1:8441");
    assert!(names.iter().all(|name| !direct.contains_key(*name)));
    assert!(!direct["JAVA_TOOL_OPTIONS"].contains("proxy"), "{}", direct["JAVA_TOOL_OPTIONS"]);

    let proxied = env(Reach::ThroughProxy);
    let (url, exceptions) = ("http://127.0.0.1:8441", "localhost,127.0.0.1,::1,org.test");
    assert_eq!(names.map(|name| proxied[name].as_str()), [url, url, exceptions, exceptions]);
    let java =
        " -Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=8441 -Dhttp.nonProxyHosts=localhost|127.0.0.1|[::1]|org.test";
    assert!(proxied["JAVA_TOOL_OPTIONS"].ends_with(java), "{}", proxied["JAVA_TOOL_OPTIONS"]);
}

fn write(dir: &Path) -> (Kit, Identities) {
    let scenario = scenario();
    let identities = Identities::mint(&scenario, at(START)).unwrap();
    let server = ServerCertificate::mint(&[], at(START)).unwrap();
    let kit = kit::write(dir, &input(&identities, &scenario.apps, &server.ca)).unwrap();
    (kit, identities)
}

fn input<'a>(
    identities: &'a Identities,
    apps: &'a [mockorg::scenario::AppSpec],
    server_ca: &'a Certificate,
) -> KitInput<'a> {
    let user = |username: &str, security_token: Option<&str>, enforced| KitUser {
        username: username.into(),
        password: "a-password".into(),
        security_token: security_token.map(Into::into),
        enforced,
    };
    KitInput {
        org_id: "00D000000000001EAA",
        my_domain: "acme",
        doors: KitDoors {
            standard_url: "https://localhost:4443".into(),
            mutual_url: "https://localhost:8443".into(),
            admin_url: Some("http://127.0.0.1:8440".into()),
            ..KitDoors::default()
        },
        identities,
        server_ca,
        users: vec![
            user("billing@acme.example", Some("BILLINGTOKEN"), true),
            user("reports@acme.example", None, false),
        ],
        apps,
        now: at(START),
        edge: None,
    }
}

fn secrets(kit: &Kit) -> Vec<String> {
    let clients = kit.clients.iter().map(|client| client.p12_password.clone());
    clients.chain([kit.server_truststore_password.clone()]).collect()
}

/// Paths below `dir`, in order.
fn files(dir: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => found.push(path.strip_prefix(dir).unwrap().to_str().unwrap().to_owned()),
            }
        }
    }
    found.sort();
    found
}

/// As a client would judge it: chain, time, purpose and name.
fn holds_for(server: &ServerCertificate, host: &str, now: jiff::Timestamp) -> bool {
    use openssl::x509::{X509PurposeId, verify::X509VerifyParam};

    let mut param = X509VerifyParam::new().unwrap();
    param.set_time(now.as_second());
    param.set_purpose(X509PurposeId::SSL_SERVER).unwrap();
    match host.parse() {
        Ok(address) => param.set_ip(address).unwrap(),
        Err(_) => param.set_host(host).unwrap(),
    }
    let mut store = openssl::x509::store::X509StoreBuilder::new().unwrap();
    store.set_param(&param).unwrap();
    store.add_cert(server.ca.x509().to_owned()).unwrap();
    let others = openssl::stack::Stack::new().unwrap();
    let mut context = openssl::x509::X509StoreContext::new().unwrap();
    let leaf = server.leaf.x509();
    context.init(&store.build(), leaf, &others, openssl::x509::X509StoreContextRef::verify_cert).unwrap()
}
