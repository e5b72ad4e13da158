//! One certificate of a sketch, before it is signed: what is asked for, and what no CA would do to it.

use const_oid::db::rfc5912;
use der::Encode;
use der::asn1::{Any, Null, ObjectIdentifier};
use jiff::{SignedDuration, Timestamp};
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, PKeyRef, Private};
use openssl::rsa::Padding;
use openssl::sign::{RsaPssSaltlen, Signer};
use x509_cert::AlgorithmIdentifier;

use super::Made;
use super::patch::{BIT_STRING, Fields, element, elements, sequence};
use crate::pki::Certificate;
use crate::pki::mint::{self, Extension, Issuer, Request, Validity, algorithm};

/// A certificate about to be signed.
#[derive(Clone)]
pub(super) struct Draft {
    pub request: Request,
    pub key: PKey<Private>,
    pub now: Timestamp,
    pub signing: Signing,
    /// What is done to its fields before it is signed.
    pub change: Option<fn(&mut Fields)>,
    /// What is done to its DER afterwards.
    pub damage: Option<fn(&mut [u8])>,
}

/// How its signer signs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Signing {
    /// ECDSA with SHA-256, and inside the certificate it says SHA-384.
    Contradictory,
    /// RSA with MD5.
    Md5WithRsa,
    /// As goes with the signer's key.
    Proper,
    /// RSASSA-PSS with SHA-256.
    Pss,
    /// ECDSA with SHA-1.
    Sha1WithEcdsa,
}

impl Draft {
    pub(super) fn new(request: Request, key: PKey<Private>, now: Timestamp) -> Self {
        Self { request, key, now, signing: Signing::Proper, change: None, damage: None }
    }

    /// Valid from so many days after `now` until so many.
    pub(super) fn valid(&mut self, from: i64, until: i64) {
        self.request.validity = Validity { from: days(self.now, from), until: days(self.now, until) };
    }

    /// Has an extension besides.
    pub(super) fn extend(&mut self, extension: Extension) {
        self.request.other.push(extension);
    }

    /// Signed by `issuer`.
    pub(super) fn issue(&self, issuer: &Issuer) -> Made<Certificate> {
        self.finish(mint::certificate(&self.request, &self.key, issuer)?, &issuer.key)
    }

    /// Signed with its own key.
    pub(super) fn sign_itself(&self) -> Made<Certificate> {
        self.finish(mint::self_signed(&self.request, &self.key)?, &self.key)
    }

    fn finish(&self, proper: Certificate, signer: &PKeyRef<Private>) -> Made<Certificate> {
        let mut der = proper.der().to_vec();
        if self.change.is_some() || self.signing != Signing::Proper {
            let mut fields = Fields::read(&elements(&der)?[0])?;
            let algorithm = self.signing.algorithm(signer)?;
            let inner = if self.signing == Signing::Contradictory { ECDSA_WITH_SHA_384 } else { &algorithm };
            fields.algorithm = inner.to_vec();
            self.change.into_iter().for_each(|change| change(&mut fields));
            let content = fields.write();
            let signature = [&[0], &self.signing.sign(&content, signer)?[..]].concat();
            der = sequence([content, algorithm, element(BIT_STRING, &signature)]);
        }
        self.damage.into_iter().for_each(|damage| damage(&mut der));
        Ok(Certificate::from_der(&der)?)
    }
}

impl Signing {
    fn algorithm(self, key: &PKeyRef<Private>) -> Made<Vec<u8>> {
        let named = |oid: ObjectIdentifier, parameters| AlgorithmIdentifier { oid, parameters };
        let identifier = match self {
            Self::Contradictory | Self::Proper => algorithm(key)?.0,
            Self::Md5WithRsa => named(rfc5912::MD_5_WITH_RSA_ENCRYPTION, Some(Any::from(Null))),
            Self::Sha1WithEcdsa => named(ECDSA_WITH_SHA_1, None),
            Self::Pss => return Ok(sequence([&rfc5912::ID_RSASSA_PSS.to_der()?[..], PSS_WITH_SHA_256])),
        };
        Ok(identifier.to_der()?)
    }

    fn sign(self, content: &[u8], key: &PKeyRef<Private>) -> Made<Vec<u8>> {
        let digest = match self {
            Self::Contradictory | Self::Proper => algorithm(key)?.1,
            Self::Md5WithRsa => Some(MessageDigest::md5()),
            Self::Pss => Some(MessageDigest::sha256()),
            Self::Sha1WithEcdsa => Some(MessageDigest::sha1()),
        };
        let mut signer = match digest {
            Some(digest) => Signer::new(digest, key)?,
            None => Signer::new_without_digest(key)?,
        };
        if self == Self::Pss {
            signer.set_rsa_padding(Padding::PKCS1_PSS)?;
            signer.set_rsa_pss_saltlen(RsaPssSaltlen::DIGEST_LENGTH)?;
            signer.set_rsa_mgf1_md(MessageDigest::sha256())?;
        }
        Ok(signer.sign_oneshot_to_vec(content)?)
    }
}

/// So many days after `now`.
pub(super) fn days(now: Timestamp, days: i64) -> Timestamp {
    now.saturating_add(SignedDuration::from_hours(24 * days)).unwrap_or(now)
}

/// ecdsa-with-SHA1 (RFC 3279 2.2.3)
const ECDSA_WITH_SHA_1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.1");

/// The whole `AlgorithmIdentifier`.
const ECDSA_WITH_SHA_384: &[u8] = &[0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03];

/// `RSASSA-PSS-params`: SHA-256, MGF1 with SHA-256, 32 octets of salt (RFC 4055 3.1).
const PSS_WITH_SHA_256: &[u8] = &[
    0x30, 0x34, 0xa0, 0x0f, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
    0xa1, 0x1c, 0x30, 0x1a, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08, 0x30, 0x0d, 0x06, 0x09,
    0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0xa2, 0x03, 0x02, 0x01, 0x20,
];
