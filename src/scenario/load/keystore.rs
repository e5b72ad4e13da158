//! Certificates out of Java's key stores, in the words of a scenario; how they are read is `pki`'s.

use crate::pki::Certificate;
use crate::pki::keystore::{self, StoreError};

/// The passwords tried where none is given: Java's own, and none.
#[cfg(feature = "pkcs12")]
const USUAL: [&str; 2] = ["changeit", ""];

/// Whether these are the first bytes of a JKS file.
pub(super) fn is_jks(bytes: &[u8]) -> bool {
    keystore::is_jks(bytes)
}

/// Every certificate of a PKCS#12 file.
#[cfg(feature = "pkcs12")]
pub(super) fn pkcs12(bytes: &[u8], password: Option<&str>) -> Result<Vec<Certificate>, String> {
    let given = password.as_slice();
    let tried = if given.is_empty() { &USUAL[..] } else { given };
    let read = tried.iter().find_map(|password| keystore::pkcs12_certificates(bytes, password).ok());
    read.ok_or_else(|| match password {
        Some(_) => "neither a certificate nor a PKCS#12 store with this `store-password`".to_owned(),
        None => "neither a certificate nor a PKCS#12 store with the password \"changeit\"; set `store-password`".into(),
    })
}

/// What stands for PKCS#12 in a build without it: a refusal.
#[cfg(not(feature = "pkcs12"))]
pub(super) fn pkcs12(_bytes: &[u8], _password: Option<&str>) -> Result<Vec<Certificate>, String> {
    Err("no certificate; PKCS#12 stores are read with the crate's feature `pkcs12`".into())
}

/// Every certificate of a JKS file; its digest is checked where a password is given, as `keytool` does.
pub(super) fn jks(bytes: &[u8], password: Option<&str>) -> Result<Vec<Certificate>, String> {
    let entries = keystore::jks(bytes, password).map_err(|error| match error {
        StoreError::Malformed(why) => why,
        StoreError::Password => "a JKS store with another `store-password`, or damaged".into(),
    })?;
    Ok(entries.into_iter().flat_map(|entry| entry.certificates).collect())
}
