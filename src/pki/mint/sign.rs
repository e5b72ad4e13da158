//! Signing: the algorithm that fits a key, the signature over any structure, and who signs.

use const_oid::db::{rfc5912, rfc8410};
use der::asn1::{Any, BitString, Null};
use der::{Decode, Encode, Sequence};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{Id, PKey, PKeyRef, Private};
use openssl::sign::Signer;
use serde::{Deserialize, Serialize};
use x509_cert::AlgorithmIdentifier;
use x509_cert::name::Name;

use super::Unmintable;
use crate::pki::Certificate;

/// A CA as the one who signs: its name, its key, and how its certificates and CRLs point at that key.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Issuer {
    /// Its name, as its certificate writes it.
    #[serde(with = "crate::pki::text::name")]
    pub name: Name,
    /// Its private key.
    #[serde(with = "crate::pki::text::key")]
    pub key: PKey<Private>,
    /// The subject key identifier of its certificate; without one nothing points at the key.
    pub key_id: Option<Vec<u8>>,
}

impl Issuer {
    /// The CA with this certificate and key.
    pub fn new(certificate: &Certificate, key: PKey<Private>) -> Result<Self, Unmintable> {
        let x509 = certificate.x509();
        let name = Name::from_der(&x509.subject_name().to_der()?)?;
        let key_id = x509.subject_key_id().map(|id| id.as_slice().to_vec());
        Ok(Self { name, key, key_id })
    }
}

/// What certificates and CRLs have in common: something, and a signature over it.
#[derive(Sequence)]
struct Signed {
    content: Any,
    algorithm: AlgorithmIdentifier,
    signature: BitString,
}

/// The DER of `content` with a signature over it.
pub(in crate::pki) fn sign(content: &impl Encode, key: &PKeyRef<Private>) -> Result<Vec<u8>, Unmintable> {
    let content = content.to_der()?;
    let (algorithm, digest) = algorithm(key)?;
    let mut signer = match digest {
        Some(digest) => Signer::new(digest, key)?,
        None => Signer::new_without_digest(key)?,
    };
    let signature = BitString::from_bytes(&signer.sign_oneshot_to_vec(&content)?)?;
    Ok(Signed { content: Any::from_der(&content)?, algorithm, signature }.to_der()?)
}

/// The algorithm that goes with a key: the digest is as strong as the key.
pub(in crate::pki) fn algorithm(
    key: &PKeyRef<Private>,
) -> Result<(AlgorithmIdentifier, Option<MessageDigest>), Unmintable> {
    let (oid, parameters, digest) = match key.id() {
        Id::ED25519 => (rfc8410::ID_ED_25519, None, None),
        Id::RSA => (rfc5912::SHA_256_WITH_RSA_ENCRYPTION, Some(Any::from(Null)), Some(MessageDigest::sha256())),
        Id::EC => match key.ec_key()?.group().curve_name() {
            Some(Nid::SECP384R1) => (rfc5912::ECDSA_WITH_SHA_384, None, Some(MessageDigest::sha384())),
            Some(Nid::SECP521R1) => (rfc5912::ECDSA_WITH_SHA_512, None, Some(MessageDigest::sha512())),
            _ => (rfc5912::ECDSA_WITH_SHA_256, None, Some(MessageDigest::sha256())),
        },
        other => return Err(Unmintable::Key(format!("OpenSSL's number {}", other.as_raw()))),
    };
    Ok((AlgorithmIdentifier { oid, parameters }, digest))
}
