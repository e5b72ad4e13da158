//! PKCS#12, JKS and DER: what a client would send from them, and clear words where nothing can be read.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use mockorg::Certificate;
use openssl::pkcs12::Pkcs12;
use openssl::pkey::PKey;
use openssl::sha::Sha1;
use openssl::stack::Stack;
use p12_keystore::{KeyStore, KeyStoreEntry, PrivateKey, PrivateKeyChain};

use super::{certs, mockorg};

const PASSWORD: &str = "ä secret";

fn chain(certs: &Path, client: &str) -> Vec<Certificate> {
    Certificate::from_pem(&fs::read(certs.join(format!("clients/{client}.crt"))).unwrap()).unwrap()
}

/// As OpenSSL writes it, with the client's key.
fn pkcs12(certs: &Path, client: &str, password: &str) -> Vec<u8> {
    let key = fs::read(certs.join(format!("clients/{client}.key"))).unwrap();
    let chain = chain(certs, client);
    let mut issuers = Stack::new().unwrap();
    for issuer in &chain[1..] {
        issuers.push(issuer.x509().to_owned()).unwrap();
    }
    let key = PKey::private_key_from_pem(&key).unwrap();
    let mut builder = Pkcs12::builder();
    builder.name(client).pkey(&key).cert(chain[0].x509()).ca(issuers);
    builder.build2(password).unwrap().to_der().unwrap()
}

fn entry(certificate: &Certificate) -> p12_keystore::Certificate {
    p12_keystore::Certificate::from_der(certificate.der()).unwrap()
}

/// As Java writes it: clients by name, each with its key; then certificates that are trusted.
fn java(certs: &Path, clients: &[&str], trusted: &[(&str, Certificate)]) -> Vec<u8> {
    let mut store = KeyStore::new();
    for client in clients {
        let pem = fs::read(certs.join(format!("clients/{client}.key"))).unwrap();
        let key = PKey::private_key_from_pem(&pem).unwrap().private_key_to_pkcs8().unwrap();
        let chain: Vec<_> = chain(certs, client).iter().map(entry).collect();
        let key = PrivateKeyChain::new(client.as_bytes(), PrivateKey::from_der(&key).unwrap(), chain);
        store.add_entry(client, KeyStoreEntry::PrivateKeyChain(key));
    }
    for (alias, certificate) in trusted {
        store.add_entry(alias, KeyStoreEntry::Certificate(entry(certificate)));
    }
    store.writer("changeit").encryption_iterations(1).mac_iterations(1).write().unwrap()
}

/// As `keytool -storetype JKS` lays it out: keys with their chains.
fn jks(entries: &[(&str, Vec<Certificate>)], password: &str) -> Vec<u8> {
    let mut bytes = vec![0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2];
    let number = |bytes: &mut Vec<u8>, number: usize| bytes.extend(u32::try_from(number).unwrap().to_be_bytes());
    let text = |bytes: &mut Vec<u8>, text: &str| {
        bytes.extend(u16::try_from(text.len()).unwrap().to_be_bytes());
        bytes.extend(text.as_bytes());
    };
    number(&mut bytes, entries.len());
    for (alias, chain) in entries {
        number(&mut bytes, 1);
        text(&mut bytes, alias);
        bytes.extend([0; 8]);
        number(&mut bytes, 4);
        bytes.extend(b"key!");
        number(&mut bytes, chain.len());
        for certificate in chain {
            text(&mut bytes, "X.509");
            number(&mut bytes, certificate.der().len());
            bytes.extend(certificate.der());
        }
    }
    let mut digest = Sha1::new();
    password.encode_utf16().for_each(|unit| digest.update(&unit.to_be_bytes()));
    digest.update(b"Mighty Aphrodite");
    digest.update(&bytes);
    bytes.extend(digest.finish());
    bytes
}

struct Shelf {
    _folder: tempfile::TempDir,
    certs: PathBuf,
}

impl Shelf {
    fn new() -> Self {
        let (folder, certs) = certs();
        fs::write(certs.join("password"), format!("{PASSWORD}\n")).unwrap();
        fs::write(certs.join("wrong"), "another").unwrap();
        Self { _folder: folder, certs }
    }

    fn put(&self, file: &str, bytes: &[u8]) {
        fs::write(self.certs.join(file), bytes).unwrap();
    }

    fn explain(&self, file: &str, extra: &[&str]) -> Command {
        let mut command = mockorg(&["explain", file, "--scenario", "scenario.toml"]);
        command.current_dir(&self.certs).env_remove("MOCKORG_STORE_PASSWORD").args(extra);
        command
    }

    /// Judged; what is printed.
    #[track_caller]
    fn judged(&self, file: &str, extra: &[&str], code: i32) -> String {
        let output = self.explain(file, extra).assert().code(code).get_output().clone();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(!said.contains("PRIVATE KEY"), "{said}");
        said
    }

    /// Not judged, for that reason.
    #[track_caller]
    fn refused(&self, file: &str, extra: &[&str], words: &str) {
        let output = self.explain(file, extra).assert().code(2).stdout("").get_output().clone();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(words), "{file} {extra:?}: {words:?} is missing in: {said}");
    }
}

#[test]
fn a_pkcs12_store_is_judged_with_a_password_from_a_file_or_the_environment() {
    let shelf = Shelf::new();
    shelf.put("billing.p12", &pkcs12(&shelf.certs, "billing", PASSWORD));
    let told = shelf.judged("billing.p12", &["--password-file", "password"], 0);
    for words in ["  2  CN=acme-issuing,O=Acme\n", "uploaded as 'Billing 2026'", "entry billing of the key store"] {
        assert!(told.contains(words), "{told}");
    }
    shelf.explain("billing.p12", &[]).env("MOCKORG_STORE_PASSWORD", PASSWORD).assert().code(0);
    shelf.put("expired.p12", &pkcs12(&shelf.certs, "expired", PASSWORD));
    shelf.judged("expired.p12", &["--password-file", "password"], 1);
    shelf.put("usual.p12", &pkcs12(&shelf.certs, "billing", "changeit"));
    shelf.put("open.p12", &pkcs12(&shelf.certs, "billing", ""));
    shelf.judged("usual.p12", &[], 0);
    shelf.judged("open.p12", &[], 0);
}

#[test]
fn a_password_that_does_not_open_says_where_it_came_from() {
    let shelf = Shelf::new();
    let store = pkcs12(&shelf.certs, "billing", PASSWORD);
    shelf.put("billing.p12", &store);
    shelf.put("short.p12", &store[..store.len() / 2]);
    shelf.put("long", &[b'x'; 5000]);
    shelf.refused("billing.p12", &["--password-file", "wrong"], "another password than the one from wrong");
    shelf.refused("billing.p12", &[], "--password-file FILE or MOCKORG_STORE_PASSWORD");
    shelf.refused("billing.p12", &["--password-file", "missing"], "missing: No such file");
    shelf.refused("billing.p12", &["--password-file", "long"], "not a password");
    shelf.refused("short.p12", &["--password-file", "password"], "cut short");
}

#[test]
fn of_several_entries_one_has_to_be_named() {
    let shelf = Shelf::new();
    shelf.put("both.p12", &java(&shelf.certs, &["billing", "expired"], &[]));
    shelf.refused("both.p12", &[], "--alias NAME picks one of \"billing\", \"expired\"");
    assert!(shelf.judged("both.p12", &["--alias", "billing"], 0).contains("  2  CN=acme-issuing,O=Acme\n"));
    shelf.judged("both.p12", &["--alias", "EXPIRED"], 1);
    shelf.refused("both.p12", &["--alias", "nobody"], "no entry \"nobody\" in it; it has \"billing\", \"expired\"");
    shelf.refused("clients/billing.crt", &["--alias", "x"], "not a key store");
}

#[test]
fn a_store_without_a_key_is_no_clients() {
    let shelf = Shelf::new();
    let leaf = chain(&shelf.certs, "billing");
    let one = java(&shelf.certs, &[], &[("leaf", leaf[0].clone())]);
    shelf.put("one.p12", &one);
    shelf.put("two.p12", &java(&shelf.certs, &[], &[("leaf", leaf[0].clone()), ("issuer", leaf[1].clone())]));
    shelf.put("none.p12", &java(&shelf.certs, &[], &[]));
    shelf.put("empty.jks", &jks(&[], "changeit"));
    let told = shelf.judged("one.p12", &[], 1);
    assert!(told.contains("a client could not prove itself with it"), "{told}");
    shelf.refused("two.p12", &[], "without a private key: no client's; --alias NAME picks one of \"issuer\", \"leaf\"");
    shelf.refused("none.p12", &[], "a key store without certificates");
    shelf.refused("empty.jks", &[], "a key store without certificates");
}

#[test]
fn a_jks_store_is_judged_without_a_password_and_checked_with_one() {
    let shelf = Shelf::new();
    let billing = jks(&[("billing", chain(&shelf.certs, "billing"))], PASSWORD);
    shelf.put("billing.jks", &billing);
    shelf.put("short.jks", &billing[..billing.len() - 40]);
    shelf.put("bare.jks", &jks(&[("bare", Vec::new())], PASSWORD));
    shelf.put("old.jceks", &[0xce, 0xce, 0xce, 0xce, 0, 0, 0, 2]);
    assert!(shelf.judged("billing.jks", &[], 0).contains("  2  CN=acme-issuing,O=Acme\n"));
    shelf.judged("billing.jks", &["--password-file", "password"], 0);
    shelf.refused("billing.jks", &["--password-file", "wrong"], "another password");
    shelf.refused("short.jks", &[], "cut short");
    shelf.refused("bare.jks", &[], "\"bare\" is a private key without a certificate");
    shelf.refused("old.jceks", &[], "keytool -importkeystore");
}

#[test]
fn der_is_read_one_certificate_after_the_other() {
    let shelf = Shelf::new();
    let [leaf, issuing] = &chain(&shelf.certs, "billing")[..] else { panic!("two certificates") };
    shelf.put("leaf.der", leaf.der());
    shelf.put("both.der", &[leaf.der(), issuing.der()].concat());
    assert!(shelf.judged("leaf.der", &[], 1).contains("has an issuer that was not sent"));
    shelf.judged("both.der", &[], 0);
}
