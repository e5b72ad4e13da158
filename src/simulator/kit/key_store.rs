//! PKCS#12 as Java and OpenSSL read it today (PBES2, AES-256, HMAC with SHA-256), and PKCS#8.

use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkcs12::Pkcs12;
use openssl::pkey::{PKey, Private};
use openssl::stack::Stack;
use p12_keystore::{KeyStore, KeyStoreEntry};

use super::KitError;
use crate::controls::identities::Client;
use crate::pki::Certificate;
use crate::pki::mint::Unmintable;
use crate::seed;

/// A client's key with its certificate and the others of `sends`; the certificate comes first whatever it sends,
/// because without it nobody finds the key.
pub fn client_key_store(client: &Client, sends: &[Certificate], password: &str) -> Result<Vec<u8>, KitError> {
    let others = sends.iter().filter(|certificate| **certificate != client.leaf);
    let chain: Vec<Certificate> = std::iter::once(&client.leaf).chain(others).cloned().collect();
    identity(&client.name, &client.key, &chain, password)
}

/// A key with the certificates that go with it, its own first; there is at least that one.
pub(super) fn identity(
    name: &str,
    key: &PKey<Private>,
    certificates: &[Certificate],
    password: &str,
) -> Result<Vec<u8>, KitError> {
    by_openssl(name, key, certificates, password).map_err(|cause| KitError::Unmintable(cause.into()))
}

/// OpenSSL, unlike p12-keystore, takes certificates that are not what they should be; it is quicker, too.
fn by_openssl(
    name: &str,
    key: &PKey<Private>,
    certificates: &[Certificate],
    password: &str,
) -> Result<Vec<u8>, ErrorStack> {
    let mut others = Stack::new()?;
    for certificate in &certificates[1..] {
        others.push(certificate.to_x509())?;
    }
    let mut builder = Pkcs12::builder();
    builder.name(name).pkey(key).cert(certificates[0].x509()).ca(others);
    builder.key_algorithm(Nid::AES_256_CBC).cert_algorithm(Nid::AES_256_CBC).mac_md(MessageDigest::sha256());
    builder.key_iter(ITERATIONS).mac_iter(ITERATIONS).build2(password)?.to_der()
}

/// A trust store with one CA in it. The JDK's attribute marks it as trusted: without it Java sees no entry.
pub(super) fn trust_store(alias: &str, ca: &Certificate, password: &str) -> Result<Vec<u8>, KitError> {
    write(alias, entry(ca).map(KeyStoreEntry::Certificate), password)
}

/// A key in PKCS#8 PEM.
pub(in crate::simulator) fn pkcs8_pem(key: &PKey<Private>) -> Result<String, KitError> {
    let pem = key.private_key_to_pem_pkcs8().map_err(Unmintable::from)?;
    Ok(String::from_utf8_lossy(&pem).into_owned())
}

/// 128 bits in hexadecimal: no character that a shell, a URL or a property file would take for something else.
pub fn random_password() -> String {
    let mut bytes = [0; 16];
    seed::secret(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn entry(certificate: &Certificate) -> p12_keystore::Result<p12_keystore::Certificate> {
    p12_keystore::Certificate::from_der(certificate.der())
}

fn write(alias: &str, entry: p12_keystore::Result<KeyStoreEntry>, password: &str) -> Result<Vec<u8>, KitError> {
    let written = entry.and_then(|entry| {
        let mut store = KeyStore::new();
        store.add_entry(alias, entry);
        store.writer(password).encryption_iterations(ITERATIONS).mac_iterations(ITERATIONS).write()
    });
    written.map_err(|cause| KitError::KeyStore { name: alias.to_owned(), cause })
}

/// Stretching helps weak passwords; [`random_password`] is none, and kits are written at every start.
const ITERATIONS: u32 = 2048;
