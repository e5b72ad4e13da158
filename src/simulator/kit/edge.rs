//! What the org judges by, as the kit keeps it for `mockorg explain --kit`: no file that a client could load as a bundle.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::KitError;
use super::folder::at;
use crate::controls::Controls;
use crate::controls::identities::{Identities, MintError};
use crate::data::Id;
use crate::org::Upload;
use crate::pki::{Certificate, ClientAuthEku, Crls, Policy, Revocation, TrustList};
use crate::scenario::switches::IdentityMatch;

/// The name of the file in the kit.
pub const EDGE_JSON: &str = "edge.json";

/// Roots, CRLs, switches and uploads as they stood when the kit was written. Certificates and CRLs are base64 of DER.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct EdgeFile {
    version: u32,
    /// The org's clock then.
    pub now: Timestamp,
    client_auth_eku: ClientAuthEku,
    revocation: Revocation,
    security_level: u8,
    builtin_roots: bool,
    roots: Vec<Root>,
    known: Vec<String>,
    crls: Vec<String>,
    uploads: Vec<Uploaded>,
    /// `org.identity-match`
    #[serde(default)]
    pub identity_match: IdentityMatch,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
struct Root {
    alias: String,
    source: String,
    der: String,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
struct Uploaded {
    label: String,
    at: Timestamp,
    chain: Vec<String>,
}

/// Why such a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum EdgeFileError {
    /// It cannot be read.
    #[error("{0}: {1}")]
    File(String, std::io::Error),
    /// It does not say what it should.
    #[error("{0}: {1}")]
    Malformed(String, String),
}

impl EdgeFile {
    /// What `controls` judges by now. CRLs of minted CAs last until their CA's end.
    pub fn of(controls: &Controls) -> Result<Self, MintError> {
        let snapshot = controls.snapshot();
        let (edge, now) = (&snapshot.edge, controls.clock().org_second());
        let builtin = TrustList::builtin();
        // with one of them taken off the list they all come one by one
        let builtin_roots = builtin.anchors().all(|anchor| edge.trust.lists(anchor.certificate.x509()));
        let own = edge.trust.anchors().filter(|anchor| !builtin_roots || !builtin.lists(anchor.certificate.x509()));
        let roots = own.map(|anchor| Root {
            alias: anchor.alias.clone(),
            source: anchor.source.to_string(),
            der: text(anchor.certificate.der()),
        });
        let minted = Identities::clone(&controls.identities()).lasting_crls(now)?;
        let given = controls.scenario().trust.crls.iter();
        let upload = |upload: &Arc<Upload>| Uploaded {
            label: upload.label.clone(),
            at: upload.at,
            chain: upload.chain.iter().map(|certificate| text(certificate.der())).collect(),
        };
        Ok(Self {
            version: 1,
            now,
            client_auth_eku: edge.policy.client_auth_eku,
            revocation: edge.policy.revocation,
            security_level: edge.policy.security_level,
            builtin_roots,
            roots: roots.collect(),
            known: edge.trust.known().iter().map(|certificate| text(certificate.der())).collect(),
            crls: given.map(|der| text(der)).chain(minted.iter().map(|(_, der)| text(der))).collect(),
            uploads: snapshot.org.uploads.iter().map(upload).collect(),
            identity_match: snapshot.org.switches.identity_match,
        })
    }

    /// The file of the kit in `folder`.
    pub fn read(folder: &Path) -> Result<Self, EdgeFileError> {
        let path = folder.join(EDGE_JSON);
        let name = path.display().to_string();
        let bytes = fs::read(&path).map_err(|cause| EdgeFileError::File(name.clone(), cause))?;
        Self::parse(name, &bytes)
    }

    /// The same from where it was asked for.
    pub fn parse(name: String, bytes: &[u8]) -> Result<Self, EdgeFileError> {
        serde_json::from_slice(bytes).map_err(|cause| EdgeFileError::Malformed(name, cause.to_string()))
    }

    pub(super) fn write(&self, folder: &super::Folder) -> Result<(), KitError> {
        let bytes = serde_json::to_vec_pretty(self).map_err(std::io::Error::from);
        folder.write(EDGE_JSON, &bytes.map_err(at(&folder.path().join(EDGE_JSON)))?)
    }

    /// The switches that validation takes.
    pub fn policy(&self) -> Policy {
        Policy {
            client_auth_eku: self.client_auth_eku,
            revocation: self.revocation,
            security_level: self.security_level.min(5),
            ..Policy::default()
        }
    }

    /// The outbound CA list.
    pub fn trust(&self) -> Result<TrustList, EdgeFileError> {
        let mut trust = if self.builtin_roots { TrustList::builtin().clone() } else { TrustList::default() };
        for root in &self.roots {
            let pushed = trust.push(Some(&root.alias), certificate(&root.der)?, root.source.as_str().into());
            pushed.map_err(|cause| malformed(&cause.to_string()))?;
        }
        trust.set_known(self.known.iter().map(|der| certificate(der)).collect::<Result<_, _>>()?);
        Ok(trust)
    }

    /// The CRLs.
    pub fn crls(&self) -> Result<Crls, EdgeFileError> {
        let ders: Vec<Vec<u8>> = self.crls.iter().map(|der| bytes(der)).collect::<Result<_, _>>()?;
        Crls::from_der(ders).map_err(|cause| malformed(&cause.to_string()))
    }

    /// The org's mutual authentication certificates.
    pub fn uploads(&self) -> Result<Vec<Arc<Upload>>, EdgeFileError> {
        let upload = |(number, uploaded): (u64, &Uploaded)| {
            let chain: Vec<_> = uploaded.chain.iter().map(|der| certificate(der)).collect::<Result<_, _>>()?;
            if chain.is_empty() {
                return Err(malformed("an upload without a certificate"));
            }
            let id = Id::new(crate::org::upload::KEY_PREFIX, number);
            Ok(Arc::new(Upload { id, label: uploaded.label.clone(), chain, at: uploaded.at }))
        };
        (0..).zip(&self.uploads).map(upload).collect()
    }
}

fn text(der: &[u8]) -> String {
    BASE64_STANDARD.encode(der)
}

fn bytes(text: &str) -> Result<Vec<u8>, EdgeFileError> {
    BASE64_STANDARD.decode(text).map_err(|cause| malformed(&cause.to_string()))
}

fn certificate(text: &str) -> Result<Certificate, EdgeFileError> {
    Certificate::from_der(&bytes(text)?).map_err(|cause| malformed(&cause.to_string()))
}

fn malformed(cause: &str) -> EdgeFileError {
    EdgeFileError::Malformed(EDGE_JSON.into(), cause.into())
}
