//! Minting certificates and CRLs: `x509-cert` builds, OpenSSL signs. Who gets which certificate is not decided here.

use std::net::IpAddr;

use jiff::Timestamp;
use openssl::error::ErrorStack;
use serde::{Deserialize, Serialize};

mod certificate;
mod crl;
mod extension;
mod key;
mod name;
mod sign;
mod time;

pub use certificate::{AlternativeName, Request, Role, Validity, certificate, reissued, self_signed, serial_from_hex};
pub use crl::{Revoked, crl};
pub use key::{KeyKind, private_key_from_pem};
pub use name::{name_from_text, named};
pub use sign::Issuer;
pub use x509_cert::ext::Extension;
pub use x509_cert::ext::pkix::CrlReason;
pub use x509_cert::name::Name;
pub(in crate::pki) use {
    extension::{authority_key_id, extension},
    sign::{algorithm, sign},
    time::time,
};

use super::Unreadable;

/// Why something cannot be minted.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Unmintable {
    /// A date outside the years 1970 to 9999.
    #[error("{0} is no date that a certificate can hold (1970 to 9999)")]
    Date(Timestamp),
    /// Something does not fit into DER.
    #[error("does not fit into DER: {0}")]
    Encoding(#[from] der::Error),
    /// A key that nothing here signs with.
    #[error("cannot sign with a key of this kind: {0}")]
    Key(String),
    /// OpenSSL refuses.
    #[error("{}", reason(.0))]
    OpenSsl(#[from] ErrorStack),
    /// Not `CN=…,O=…`.
    #[error("\"{0}\" is not a name such as CN=billing,O=Acme")]
    Name(String),
    /// Neither a DNS name nor an IP address.
    #[error("\"{0}\" is neither a DNS name nor an IP address")]
    Host(String),
    /// Not hexadecimal, or longer than 20 octets.
    #[error("\"{0}\" is not a serial number: up to 20 octets in hexadecimal")]
    Serial(String),
    /// What was minted cannot be read back.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

fn reason(stack: &ErrorStack) -> &str {
    stack.errors().last().and_then(|error| error.reason()).unwrap_or("OpenSSL refuses")
}

/// `name-constraints` on a `[[ca]]`.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct NameConstraints {
    /// DNS names permitted.
    pub permitted_dns: Vec<String>,
    /// DNS names excluded.
    pub excluded_dns: Vec<String>,
    /// Networks permitted, each with the length of its prefix.
    pub permitted_networks: Vec<(IpAddr, u8)>,
}

/// Purposes by their field names.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExtendedKeyUsage {
    /// `anyExtendedKeyUsage`
    Any,
    /// `clientAuth`
    ClientAuth,
    /// `codeSigning`
    CodeSigning,
    /// `emailProtection`
    EmailProtection,
    /// `serverAuth`
    ServerAuth,
}

/// Key usage bits by their field names.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyUsage {
    /// `cRLSign`
    CrlSign,
    /// `digitalSignature`
    DigitalSignature,
    /// `keyAgreement`
    KeyAgreement,
    /// `keyCertSign`
    KeyCertSign,
    /// `keyEncipherment`
    KeyEncipherment,
    /// `nonRepudiation`
    NonRepudiation,
}
