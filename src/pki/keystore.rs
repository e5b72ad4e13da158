//! Key stores of clients and of Java, PKCS#12 and JKS: which entries they hold. Private keys in them are noticed, never
//! handed on. PKCS#12 takes the feature `pkcs12`, which brings many crates.

use super::Certificate;

mod jks;
#[cfg(feature = "pkcs12")]
mod pkcs12;

pub use jks::is_jks;
#[cfg(feature = "pkcs12")]
pub use pkcs12::{MOST_UNTRUSTED, pkcs12, pkcs12_certificates};

/// A key with its chain, or a certificate that is trusted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Entry {
    /// What the store calls it; empty if it has no name.
    pub alias: String,
    /// Whether a private key belongs to it.
    pub has_key: bool,
    /// Leaf first; empty if the key has no certificate.
    pub certificates: Vec<Certificate>,
}

/// Why a key store is not read.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum StoreError {
    /// Not a store, or not all of it.
    #[error("{0}")]
    Malformed(String),
    /// The password is another.
    #[error("another password")]
    Password,
}

/// The entries of a JKS file, in its order; its digest is checked where a password is given, as `keytool` does.
pub fn jks(bytes: &[u8], password: Option<&str>) -> Result<Vec<Entry>, StoreError> {
    jks::entries(bytes, password)
}

fn read(der: &[u8]) -> Result<Certificate, StoreError> {
    let malformed = |error| StoreError::Malformed(format!("a store with something else in it, {error}"));
    Certificate::from_der(der).map_err(malformed)
}
