//! Certificates: what is asked for, and the structure of RFC 5280 4.1 that is signed.

use std::net::IpAddr;

use der::asn1::BitString;
use der::{Decode, Sequence};
use jiff::Timestamp;
use openssl::pkey::{HasPublic, PKeyRef, Private};
use x509_cert::ext::{Extension, Extensions};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::{AlgorithmIdentifier, SubjectPublicKeyInfo, Version, time};

use super::sign::{Issuer, algorithm, sign};
use super::time::time;
use super::{ExtendedKeyUsage, KeyUsage, NameConstraints, Unmintable, extension};
use crate::pki::Certificate;
use crate::seed;

/// What a certificate is to say, but for its key and its issuer.
#[derive(Clone, Debug)]
pub struct Request {
    /// Whose it is.
    pub subject: Name,
    /// The octets of its serial number; `None`: 16 random ones.
    pub serial: Option<Vec<u8>>,
    /// When it is valid.
    pub validity: Validity,
    /// Whether it may issue.
    pub role: Role,
    /// Empty: no extension.
    pub key_usage: Vec<KeyUsage>,
    /// Empty: no extension.
    pub extended_key_usage: Vec<ExtendedKeyUsage>,
    /// Empty: no extension.
    pub alternative_names: Vec<AlternativeName>,
    /// Which names it may issue for.
    pub name_constraints: Option<NameConstraints>,
    /// Where its issuer's CRL is.
    pub distribution_point: Option<String>,
    /// Any other extensions, as they are.
    pub other: Vec<Extension>,
}

/// The first and the last second of a certificate; fractions are cut off.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Validity {
    /// notBefore
    pub from: Timestamp,
    /// notAfter
    pub until: Timestamp,
}

/// Whether a certificate may issue others.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Role {
    /// A CA.
    Authority {
        /// How many intermediates may follow.
        path_length: Option<u8>,
    },
    /// A client or a server.
    EndEntity,
}

/// An entry of subjectAltName.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum AlternativeName {
    /// dNSName
    Dns(String),
    /// iPAddress
    Ip(IpAddr),
}

impl Request {
    /// A CA that signs certificates and CRLs.
    pub fn authority(subject: Name, validity: Validity) -> Self {
        let role = Role::Authority { path_length: None };
        Self { role, key_usage: vec![KeyUsage::KeyCertSign, KeyUsage::CrlSign], ..Self::end_entity(subject, validity) }
    }

    /// A client: digitalSignature and clientAuth.
    pub fn client(subject: Name, validity: Validity) -> Self {
        Self { extended_key_usage: vec![ExtendedKeyUsage::ClientAuth], ..Self::end_entity(subject, validity) }
    }

    /// A server of these names: digitalSignature and serverAuth.
    pub fn server(subject: Name, validity: Validity, names: Vec<AlternativeName>) -> Self {
        Self {
            extended_key_usage: vec![ExtendedKeyUsage::ServerAuth],
            alternative_names: names,
            ..Self::end_entity(subject, validity)
        }
    }

    /// Somebody who signs, for no purpose in particular.
    pub fn end_entity(subject: Name, validity: Validity) -> Self {
        Self {
            subject,
            serial: None,
            validity,
            role: Role::EndEntity,
            key_usage: vec![KeyUsage::DigitalSignature],
            extended_key_usage: Vec::new(),
            alternative_names: Vec::new(),
            name_constraints: None,
            distribution_point: None,
            other: Vec::new(),
        }
    }
}

/// The certificate that `issuer` makes of `request` for the holder of `key`.
pub fn certificate(
    request: &Request,
    key: &PKeyRef<impl HasPublic>,
    issuer: &Issuer,
) -> Result<Certificate, Unmintable> {
    let spki = SubjectPublicKeyInfo::from_der(&key.public_key_to_der()?)?;
    let id = key_id(&spki);
    mint(request, spki, &id, &issuer.name, &issuer.key, issuer.key_id.as_deref())
}

/// A certificate that signs itself: a root, or a client that nobody vouches for.
pub fn self_signed(request: &Request, key: &PKeyRef<Private>) -> Result<Certificate, Unmintable> {
    let spki = SubjectPublicKeyInfo::from_der(&key.public_key_to_der()?)?;
    let id = key_id(&spki);
    mint(request, spki, &id, &request.subject, key, Some(&id))
}

/// Another certificate for the name and the key of `of`, made by `by` or by itself: whatever `of` signed hangs below either.
pub fn reissued(request: &Request, of: &Issuer, by: Option<&Issuer>) -> Result<Certificate, Unmintable> {
    let spki = SubjectPublicKeyInfo::from_der(&of.key.public_key_to_der()?)?;
    // one from a file may have an identifier of another make, and what it signed points at that
    let id = of.key_id.clone().unwrap_or_else(|| key_id(&spki));
    let (name, key, name_of_key) =
        by.map_or((&of.name, &of.key, Some(&*id)), |by| (&by.name, &by.key, by.key_id.as_deref()));
    mint(request, spki, &id, name, key, name_of_key)
}

/// Reads `0A1B…` or `0a:1b:…`.
pub fn serial_from_hex(text: &str) -> Result<Vec<u8>, Unmintable> {
    let wrong = || Unmintable::Serial(text.to_owned());
    let digits: String = text.chars().filter(|&c| c != ':').collect();
    let digits = if digits.len().is_multiple_of(2) { digits } else { format!("0{digits}") };
    if digits.is_empty() || digits.len() > 42 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(wrong());
    }
    let octets: Result<Vec<u8>, _> =
        (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16)).collect();
    let octets = octets.map_err(|_| wrong())?;
    serial(&octets).map_err(|_| wrong())?;
    Ok(octets)
}

pub(super) fn serial(octets: &[u8]) -> Result<SerialNumber, der::Error> {
    SerialNumber::new(octets)
}

/// `TBSCertificate`. Our own, because x509-cert's has private fields and builds no certificate with a flaw.
#[derive(Sequence)]
struct Tbs {
    #[asn1(context_specific = "0", default = "Default::default")]
    version: Version,
    serial: SerialNumber,
    signature: AlgorithmIdentifier,
    issuer: Name,
    validity: time::Validity,
    subject: Name,
    key: SubjectPublicKeyInfo,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    issuer_unique_id: Option<BitString>,
    #[asn1(context_specific = "2", tag_mode = "IMPLICIT", optional = "true")]
    subject_unique_id: Option<BitString>,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT", optional = "true")]
    extensions: Option<Extensions>,
}

fn mint(
    request: &Request,
    spki: SubjectPublicKeyInfo,
    key_id: &[u8],
    issuer: &Name,
    issuer_key: &PKeyRef<Private>,
    issuer_key_id: Option<&[u8]>,
) -> Result<Certificate, Unmintable> {
    let octets = request.serial.clone().unwrap_or_else(random_serial);
    let tbs = Tbs {
        version: Version::V3,
        serial: serial(&octets)?,
        signature: algorithm(issuer_key)?.0,
        issuer: issuer.clone(),
        validity: time::Validity::new(time(request.validity.from)?, time(request.validity.until)?),
        subject: request.subject.clone(),
        key: spki,
        issuer_unique_id: None,
        subject_unique_id: None,
        extensions: Some(extension::extensions(request, key_id, issuer_key_id)?),
    };
    Ok(Certificate::from_der(&sign(&tbs, issuer_key)?)?)
}

/// Positive and always 16 octets long, so that no serial number stands out.
fn random_serial() -> Vec<u8> {
    let mut octets = [0; 16];
    seed::secret(&mut octets);
    octets[0] = octets[0] & 0x7f | 0x40;
    octets.to_vec()
}

/// The leftmost 160 bits of SHA-256 over the key (RFC 7093 2.1).
fn key_id(spki: &SubjectPublicKeyInfo) -> Vec<u8> {
    openssl::sha::sha256(spki.subject_public_key.raw_bytes())[..20].to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_serial_numbers_as_people_write_them() {
        assert_eq!(serial_from_hex("0a:1B:2c").unwrap(), [0x0a, 0x1b, 0x2c]);
        assert_eq!(serial_from_hex("A1B").unwrap(), [0x0a, 0x1b]);
        for text in ["", "0x12", "-1", &"11".repeat(21), &"ff".repeat(20)] {
            assert!(matches!(serial_from_hex(text), Err(Unmintable::Serial(_))), "{text}");
        }
    }
}
