//! The table of expected results, and the certificates, CRLs and keys that it names.

use std::collections::HashMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use mockorg::pki::Certificate;
use openssl::pkey::{Id, PKey, Private};
use p12_keystore::{KeyStore, KeyStoreEntry, Pkcs12ImportPolicy};
use serde::Deserialize;

pub type Failure = Box<dyn Error>;

/// The whole suite.
pub struct Suite {
    /// The folder with `certs`, `crls` and `pkcs12`.
    pub data: PathBuf,
    pub entries: Vec<Entry>,
    pub policy_oids: HashMap<String, String>,
}

#[derive(Deserialize)]
struct Table {
    policy_oids: HashMap<String, String>,
    tests: Vec<Entry>,
}

/// One certification path, how it is to be judged, and what should come of it.
#[derive(Deserialize)]
pub struct Entry {
    pub id: String,
    pub section: String,
    pub section_name: String,
    pub trust_anchor: String,
    /// From the anchor down.
    pub intermediates: Vec<String>,
    pub leaf: String,
    pub crls: Vec<String>,
    pub settings: Settings,
    pub default_settings: bool,
    pub expected: Expected,
    /// Signers of CRLs.
    pub off_path_certs: Vec<String>,
}

#[derive(Deserialize)]
pub struct Settings {
    pub initial_policy_set: Vec<String>,
    pub initial_explicit_policy: bool,
    pub initial_policy_mapping_inhibit: bool,
    pub initial_inhibit_any_policy: bool,
}

#[derive(Clone, Copy, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum Expected {
    Valid,
    Invalid,
}

impl Suite {
    pub fn read(table: &Path, data: &Path) -> Result<Self, Failure> {
        let Table { policy_oids, tests } = serde_json::from_slice(&read(table)?)?;
        Ok(Self { data: data.to_owned(), entries: tests, policy_oids })
    }

    pub fn certificate(&self, name: &str) -> Result<Certificate, Failure> {
        let path = self.data.join("certs").join(format!("{name}.crt"));
        Ok(Certificate::from_der(&read(&path)?).map_err(|error| format!("{}: {error}", path.display()))?)
    }

    pub fn crl(&self, name: &str) -> Result<Vec<u8>, Failure> {
        read(&self.data.join("crls").join(format!("{name}.crl")))
    }

    /// What a client would send: leaf first, then up to the anchor, which stays at home, then signers of CRLs.
    pub fn sent(&self, entry: &Entry) -> Result<Vec<Certificate>, Failure> {
        let up = entry.intermediates.iter().rev();
        let names = std::iter::once(&entry.leaf).chain(up).chain(&entry.off_path_certs);
        names.map(|name| self.certificate(name)).collect()
    }

    /// The leaf's key; none if there is none, or if TLS 1.3 has no way to sign with it.
    pub fn identity(&self, entry: &Entry) -> Result<Option<PKey<Private>>, Failure> {
        let path = self.data.join("pkcs12").join(format!("{}.p12", entry.leaf));
        if !path.exists() {
            return Ok(None);
        }
        let store = KeyStore::from_pkcs12(&read(&path)?, PASSWORD, Pkcs12ImportPolicy::Relaxed)?;
        let chain = store.entries().find_map(|(_, entry)| match entry {
            KeyStoreEntry::PrivateKeyChain(chain) => Some(chain),
            _ => None,
        });
        let chain = chain.ok_or_else(|| format!("{} has no key", path.display()))?;
        let key = PKey::private_key_from_der(chain.key().as_der())?;
        Ok((key.id() != Id::DSA).then_some(key))
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()).into())
}

/// Of every PKCS#12 file of the suite.
const PASSWORD: &str = "password";
