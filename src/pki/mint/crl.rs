//! CRLs: version 2, whole and direct (RFC 5280 5). When one is due is not decided here.

use jiff::Timestamp;
use openssl::asn1::Asn1IntegerRef;
use serde::{Deserialize, Serialize};
use x509_cert::Version;
use x509_cert::crl::{RevokedCert, TbsCertList};
use x509_cert::ext::pkix::{CrlNumber, CrlReason};

use super::certificate::serial;
use super::extension::{authority_key_id, extension};
use super::sign::{Issuer, algorithm, sign};
use super::time::time;
use super::{Unmintable, Validity};
use crate::pki::Certificate;

/// An entry of a CRL.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Revoked {
    /// The octets of the certificate's serial number.
    #[serde(with = "crate::pki::text::octets")]
    pub serial: Vec<u8>,
    /// When.
    pub at: Timestamp,
    /// Why; unspecified is written by leaving it out (RFC 5280 5.3.1).
    #[serde(with = "crate::pki::text::reason")]
    pub reason: Option<CrlReason>,
}

impl Revoked {
    /// The entry for this certificate.
    pub fn new(certificate: &Certificate, at: Timestamp, reason: Option<CrlReason>) -> Result<Self, Unmintable> {
        let serial: &Asn1IntegerRef = certificate.x509().serial_number();
        let number = serial.to_bn()?;
        if number.is_negative() {
            return Err(Unmintable::Serial(certificate.serial().to_owned()));
        }
        Ok(Self { serial: number.to_vec(), at, reason })
    }
}

/// The DER of a CRL, valid for `validity` (thisUpdate until nextUpdate).
pub fn crl(issuer: &Issuer, number: u64, validity: Validity, revoked: &[Revoked]) -> Result<Vec<u8>, Unmintable> {
    let mut extensions = vec![extension(&CrlNumber::try_from(number)?, false)?];
    if let Some(id) = &issuer.key_id {
        extensions.push(authority_key_id(id)?);
    }
    let entries: Vec<RevokedCert> = revoked.iter().map(entry).collect::<Result<_, _>>()?;
    let content = TbsCertList {
        version: Version::V2,
        signature: algorithm(&issuer.key)?.0,
        issuer: issuer.name.clone(),
        this_update: time(validity.from)?,
        next_update: Some(time(validity.until)?),
        revoked_certificates: Some(entries).filter(|entries| !entries.is_empty()),
        crl_extensions: Some(extensions),
    };
    sign(&content, &issuer.key)
}

fn entry(revoked: &Revoked) -> Result<RevokedCert, Unmintable> {
    let octets: &[u8] = if revoked.serial.is_empty() { &[0] } else { &revoked.serial };
    Ok(RevokedCert {
        serial_number: serial(octets)?,
        revocation_date: time(revoked.at)?,
        crl_entry_extensions: match revoked.reason {
            Some(reason) => Some(vec![extension(&reason, false)?]),
            None => None,
        },
    })
}
