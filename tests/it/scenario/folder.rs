//! A folder of certificates, keys and stores for scenarios to name, made once. Their dates lie decades apart.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::sha::Sha1;
use openssl::symm::Cipher;
use openssl::x509::{X509, X509Name};
use p12_keystore::{Certificate, KeyStore, KeyStoreEntry};
use tempfile::TempDir;

/// The password of `store.p12` and `store.jks`.
pub const STORE_PASSWORD: &str = "store-password";

/// The folder that the scenarios of the tests stand in; files beside it are outside.
pub fn path() -> &'static Path {
    static FOLDER: LazyLock<(TempDir, PathBuf)> = LazyLock::new(|| {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("scenarios");
        fs::create_dir(&folder).unwrap();
        fill(&folder, root.path());
        (root, folder)
    });
    &FOLDER.1
}

fn fill(folder: &Path, outside: &Path) {
    let write = |name: &str, bytes: &[u8]| fs::write(folder.join(name), bytes).unwrap();
    let (root_key, leaf_key, other_key) = (key(), key(), key());
    let root = certificate("Root", "Root", &root_key, &root_key);
    let leaf = certificate("Leaf", "Root", &leaf_key, &root_key);
    let other = certificate("Other", "Other", &other_key, &other_key);

    write("root.pem", &root.to_pem().unwrap());
    write("root.der", &root.to_der().unwrap());
    write("leaf.pem", &leaf.to_pem().unwrap());
    write("other.pem", &other.to_pem().unwrap());
    write("chain.pem", &[leaf.to_pem().unwrap(), root.to_pem().unwrap()].concat());
    write("damaged.pem", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    write("damaged.crl", b"-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n");
    write("root.key", &root_key.private_key_to_pem_pkcs8().unwrap());
    write("leaf.key", &leaf_key.private_key_to_pem_pkcs8().unwrap());
    write("other.key", &other_key.private_key_to_pem_pkcs8().unwrap());
    write("encrypted.key", &root_key.private_key_to_pem_pkcs8_passphrase(Cipher::aes_128_cbc(), b"secret").unwrap());

    write("store.p12", &pkcs12(&root, STORE_PASSWORD));
    write("usual.p12", &pkcs12(&root, "changeit"));
    let jks = jks(&[&root, &leaf, &other], STORE_PASSWORD);
    write("store.jks", &jks);
    write("short.jks", &jks[..200]);

    fs::create_dir(folder.join("empty")).unwrap();
    fs::create_dir(folder.join("roots")).unwrap();
    fs::create_dir(folder.join("leaky")).unwrap();
    write("roots/a.pem", &root.to_pem().unwrap());
    write("roots/b.der", &other.to_der().unwrap());
    write("roots/again.crt", &root.to_pem().unwrap());
    write("roots/README.md", b"not a certificate");
    // sparse: they take no room
    fs::File::create(folder.join("huge.pem")).unwrap().set_len(17 << 20).unwrap();
    fs::File::create(folder.join("large.pem")).unwrap().set_len(2 << 20).unwrap();

    fs::write(outside.join("root.pem"), root.to_pem().unwrap()).unwrap();
    #[cfg(unix)]
    for link in ["link.pem", "leaky/link.pem"] {
        std::os::unix::fs::symlink(outside.join("root.pem"), folder.join(link)).unwrap();
    }
}

fn key() -> PKey<Private> {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap()
}

fn certificate(subject: &str, issuer: &str, key: &PKey<Private>, signer: &PKey<Private>) -> X509 {
    let name = |text: &str| {
        let mut name = X509Name::builder().unwrap();
        name.append_entry_by_text("CN", text).unwrap();
        name.build()
    };
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    builder.set_serial_number(&BigNum::from_u32(1).unwrap().to_asn1_integer().unwrap()).unwrap();
    builder.set_subject_name(&name(subject)).unwrap();
    builder.set_issuer_name(&name(issuer)).unwrap();
    builder.set_not_before(&Asn1Time::from_str("20000101000000Z").unwrap()).unwrap();
    builder.set_not_after(&Asn1Time::from_str("99981231235959Z").unwrap()).unwrap();
    builder.set_pubkey(key).unwrap();
    builder.sign(signer, MessageDigest::sha256()).unwrap();
    builder.build()
}

fn pkcs12(root: &X509, password: &str) -> Vec<u8> {
    let mut store = KeyStore::new();
    let certificate = Certificate::from_der(&root.to_der().unwrap()).unwrap();
    store.add_entry("root", KeyStoreEntry::Certificate(certificate));
    store.writer(password).encryption_iterations(1).mac_iterations(1).write().unwrap()
}

/// As `keytool -storetype JKS` lays it out: a private key with its chain, then trusted certificates.
fn jks(certificates: &[&X509; 3], password: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let number = |bytes: &mut Vec<u8>, number: u32| bytes.extend(number.to_be_bytes());
    let text = |bytes: &mut Vec<u8>, text: &str| {
        bytes.extend((text.len() as u16).to_be_bytes());
        bytes.extend(text.as_bytes());
    };
    let block = |bytes: &mut Vec<u8>, block: &[u8]| {
        bytes.extend((block.len() as u32).to_be_bytes());
        bytes.extend(block);
    };
    bytes.extend([0xfe, 0xed, 0xfe, 0xed]);
    number(&mut bytes, 2);
    number(&mut bytes, 2);
    for (kind, certificates) in [(1, &certificates[..2]), (2, &certificates[2..])] {
        number(&mut bytes, kind);
        text(&mut bytes, if kind == 1 { "key" } else { "trusted" });
        bytes.extend([0; 8]);
        if kind == 1 {
            block(&mut bytes, b"an encrypted key");
            number(&mut bytes, certificates.len() as u32);
        }
        for certificate in certificates {
            text(&mut bytes, "X.509");
            block(&mut bytes, &certificate.to_der().unwrap());
        }
    }
    let mut digest = Sha1::new();
    password.encode_utf16().for_each(|unit| digest.update(&unit.to_be_bytes()));
    digest.update(b"Mighty Aphrodite");
    digest.update(&bytes);
    bytes.extend(digest.finish());
    bytes
}
