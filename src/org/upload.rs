//! Mutual authentication certificates: what an upload must be. Why one is refused is worded in [`refusal`].

use std::sync::Arc;

use jiff::Timestamp;
use openssl::x509::X509ExtendedKeyUsage;
use serde::{Deserialize, Serialize};

use crate::data::Id;
use crate::pki::Certificate;

mod pem;
pub mod refusal;

pub use refusal::{Source, UploadRefusal};

/// More bytes than this in one file are refused unread (documented for the sibling UserAuthCertificate).
pub const MAX_BYTES: usize = 1_048_576;
/// More certificates than this in one chain are refused (documented for the sibling UserAuthCertificate).
pub const MAX_CERTIFICATES: usize = 10;
/// A longer label is refused (documented: InboundCertificate's masterLabel).
pub const MAX_LABEL: usize = 64;
/// The first characters of an upload's id; ours, since the real object's prefix is not published.
pub const KEY_PREFIX: &str = "0P1";

/// An uploaded mutual authentication certificate.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Upload {
    /// Key of the record.
    pub id: Id,
    /// At most 64 characters, unique.
    pub label: String,
    /// Leaf first; at most 10.
    pub chain: Vec<Certificate>,
    /// When, on the org's clock.
    pub at: Timestamp,
}

impl Upload {
    /// The certificate that clients must present.
    pub fn leaf(&self) -> &Certificate {
        &self.chain[0]
    }
}

/// Reads an upload and checks it as of `now`; gives its certificates, the client's first.
///
/// Whether the chain ends at a listed root is not asked here: the edge asks it at every handshake. A certificate that
/// is not yet valid may be uploaded, so that a renewal can be prepared.
pub fn check(
    label: &str,
    pem: &[u8],
    existing: &[Arc<Upload>],
    now: Timestamp,
) -> Result<Vec<Certificate>, UploadRefusal> {
    check_label(label, existing)?;
    if pem.len() > MAX_BYTES {
        return Err(UploadRefusal::TooLarge { bytes: pem.len() });
    }
    let chain = pem::certificates(pem)?;
    if chain.len() > MAX_CERTIFICATES {
        return Err(UploadRefusal::TooMany { certificates: chain.len() });
    }
    let leaf = &chain[0];
    check_not_self_signed(leaf)?;
    check_links(&chain)?;
    check_client_auth(leaf)?;
    check_dates(&chain, now)?;
    match existing.iter().find(|upload| upload.leaf() == leaf) {
        Some(upload) => Err(UploadRefusal::Duplicate { subject: subject(leaf), label: upload.label.clone() }),
        None => Ok(chain),
    }
}

fn check_label(label: &str, existing: &[Arc<Upload>]) -> Result<(), UploadRefusal> {
    let length = label.chars().count();
    if length > MAX_LABEL || label.trim().is_empty() || label.chars().any(char::is_control) {
        return Err(UploadRefusal::BadLabel { label: label.chars().take(MAX_LABEL).collect(), length });
    }
    let taken = existing.iter().any(|upload| upload.label == label);
    if taken { Err(UploadRefusal::LabelTaken { label: label.to_owned() }) } else { Ok(()) }
}

fn check_not_self_signed(leaf: &Certificate) -> Result<(), UploadRefusal> {
    if signed(leaf, leaf) { Err(UploadRefusal::SelfSigned { subject: subject(leaf) }) } else { Ok(()) }
}

/// Each certificate must be signed by the next one.
fn check_links(chain: &[Certificate]) -> Result<(), UploadRefusal> {
    for (at, pair) in chain.windows(2).enumerate() {
        let [certificate, next] = pair else { continue };
        if signed(next, certificate) {
            continue;
        }
        let signer = chain.iter().position(|other| other != certificate && signed(other, certificate));
        let next_is_signed = chain.iter().any(|other| other != next && signed(other, next));
        let (position, subject, next) = (at + 1, subject(certificate), subject(next));
        return Err(match signer {
            Some(signer) => UploadRefusal::OutOfOrder { position, subject, next, signer: Some(signer + 1) },
            None if next_is_signed => UploadRefusal::OutOfOrder { position, subject, next, signer: None },
            None => UploadRefusal::Broken { position, subject, next },
        });
    }
    Ok(())
}

/// anyExtendedKeyUsage does not stand in for clientAuth, and neither does a missing extension.
fn check_client_auth(leaf: &Certificate) -> Result<(), UploadRefusal> {
    let purposes = leaf.x509().extended_key_usage();
    if purposes.is_some_and(|purposes| purposes.contains(X509ExtendedKeyUsage::SSL_CLIENT)) {
        return Ok(());
    }
    Err(UploadRefusal::NoClientAuth { subject: subject(leaf), extension: purposes.is_some() })
}

fn check_dates(chain: &[Certificate], now: Timestamp) -> Result<(), UploadRefusal> {
    let expired = chain.iter().enumerate().find(|(_, certificate)| certificate.not_after() < now);
    match expired {
        Some((at, certificate)) => Err(UploadRefusal::Expired {
            position: at + 1,
            certificates: chain.len(),
            subject: subject(certificate),
            not_after: certificate.not_after(),
            now,
        }),
        None => Ok(()),
    }
}

/// Whether `issuer` signed `certificate`. Names are compared first: they are cheaper than a signature.
fn signed(issuer: &Certificate, certificate: &Certificate) -> bool {
    issuer.subject() == certificate.issuer()
        && issuer.x509().public_key().is_ok_and(|key| certificate.x509().verify(&key).unwrap_or(false))
}

fn subject(certificate: &Certificate) -> String {
    certificate.subject().to_owned()
}
