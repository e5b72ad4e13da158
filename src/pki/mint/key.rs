//! Keys: made, read from PEM, and named by kind.

use openssl::ec::{EcGroup, EcKey};
use openssl::error::ErrorStack;
use openssl::nid::Nid;
use openssl::pkey::{HasPublic, Id, PKey, PKeyRef, Private};
use openssl::rsa::Rsa;
use serde::{Deserialize, Serialize};

use super::Unmintable;

/// `key` on `[[ca]]` and `[[client]]`.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyKind {
    /// `ed25519`
    Ed25519,
    /// `p-256`
    #[default]
    P256,
    /// `p-384`
    P384,
    /// `rsa-2048`
    Rsa2048,
    /// `rsa-3072`
    Rsa3072,
    /// `rsa-4096`
    Rsa4096,
}

impl KeyKind {
    /// Makes a key of this kind; RSA takes from a tenth of a second to a few seconds.
    pub fn generate(self) -> Result<PKey<Private>, ErrorStack> {
        match self {
            Self::Ed25519 => PKey::generate_ed25519(),
            Self::P256 => elliptic(Nid::X9_62_PRIME256V1),
            Self::P384 => elliptic(Nid::SECP384R1),
            Self::Rsa2048 => Rsa::generate(2048).and_then(PKey::from_rsa),
            Self::Rsa3072 => Rsa::generate(3072).and_then(PKey::from_rsa),
            Self::Rsa4096 => Rsa::generate(4096).and_then(PKey::from_rsa),
        }
    }

    /// Whether [`generate`](Self::generate) takes so long that somebody might notice.
    pub fn is_slow(self) -> bool {
        match self {
            Self::Ed25519 | Self::P256 | Self::P384 => false,
            Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096 => true,
        }
    }

    /// The kind of a key, or the nearest that can be made: a successor of `key` should look like it.
    pub fn like(key: &PKeyRef<impl HasPublic>) -> Self {
        match key.id() {
            Id::ED25519 => Self::Ed25519,
            Id::EC if key.bits() > 256 => Self::P384,
            Id::RSA if key.bits() > 3072 => Self::Rsa4096,
            Id::RSA if key.bits() > 2048 => Self::Rsa3072,
            Id::RSA => Self::Rsa2048,
            _ => Self::P256,
        }
    }
}

/// Reads an unencrypted private key: PKCS#8, PKCS#1 or SEC1.
pub fn private_key_from_pem(pem: &[u8]) -> Result<PKey<Private>, Unmintable> {
    // Without a callback OpenSSL would ask the terminal for the password of an encrypted key.
    Ok(PKey::private_key_from_pem_callback(pem, |_| Ok(0))?)
}

fn elliptic(curve: Nid) -> Result<PKey<Private>, ErrorStack> {
    let group = EcGroup::from_curve_name(curve)?;
    EcKey::generate(&group).and_then(PKey::from_ec_key)
}
