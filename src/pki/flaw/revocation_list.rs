//! A CRL before it is signed: whole or partial, its own or somebody else's.

use const_oid::db::rfc5280::{ID_CE_CERTIFICATE_ISSUER, ID_CE_ISSUING_DISTRIBUTION_POINT};
use der::Encode;
use der::asn1::{OctetString, Uint};
use jiff::Timestamp;
use x509_cert::Version;
use x509_cert::crl::{RevokedCert, TbsCertList};
use x509_cert::ext::pkix::crl::BaseCrlNumber;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{CrlNumber, CrlReason, IssuingDistributionPoint};
use x509_cert::serial_number::SerialNumber;

use super::Made;
use super::draft::days;
use crate::pki::Certificate;
use crate::pki::mint::{Extension, Issuer, Name, algorithm, authority_key_id, extension, sign, time};

/// A CRL about to be signed.
pub(super) struct List {
    issuer: Issuer,
    number: u32,
    now: Timestamp,
    validity: (i64, i64),
    entries: Vec<RevokedCert>,
    extensions: Vec<Extension>,
}

impl List {
    /// An empty one, current for long.
    pub(super) fn of(issuer: &Issuer, now: Timestamp) -> Self {
        let (issuer, entries) = (issuer.clone(), Vec::new());
        Self { issuer, number: 1, now, validity: (-1, 3_650), entries, extensions: Vec::new() }
    }

    /// Valid from so many days after `now` until so many.
    pub(super) fn valid(mut self, from: i64, until: i64) -> Self {
        self.validity = (from, until);
        self
    }

    pub(super) fn number(mut self, number: u32) -> Self {
        self.number = number;
        self
    }

    /// What has changed since the list of that number.
    pub(super) fn since(self, base: u8) -> Made<Self> {
        let base = BaseCrlNumber(Uint::new(&[base])?);
        Ok(self.extended(extension(&base, true)?))
    }

    pub(super) fn extended(mut self, extension: Extension) -> Self {
        self.extensions.push(extension);
        self
    }

    /// For these certificates only. (The OID of the type is another's in x509-cert 0.3.0.)
    pub(super) fn scoped(self, scope: &IssuingDistributionPoint) -> Made<Self> {
        let value = OctetString::new(scope.to_der()?)?;
        Ok(self.extended(Extension { extn_id: ID_CE_ISSUING_DISTRIBUTION_POINT, critical: true, extn_value: value }))
    }

    /// With this certificate on it.
    pub(super) fn revoking(mut self, certificate: &Certificate, reason: Option<CrlReason>) -> Made<Self> {
        let reason = reason.map(|reason| extension(&reason, false)).transpose()?;
        self.enter(certificate, reason.into_iter().collect())?;
        Ok(self)
    }

    /// With a certificate of another issuer on it (RFC 5280 5.3.3).
    pub(super) fn revoking_of(mut self, issuer: &Name, certificate: &Certificate) -> Made<Self> {
        let names = vec![GeneralName::DirectoryName(issuer.clone())];
        let extn_value = OctetString::new(names.to_der()?)?;
        self.enter(certificate, vec![Extension { extn_id: ID_CE_CERTIFICATE_ISSUER, critical: true, extn_value }])?;
        Ok(self)
    }

    fn enter(&mut self, certificate: &Certificate, extensions: Vec<Extension>) -> Made<()> {
        let serial = certificate.x509().serial_number().to_bn()?.to_vec();
        self.entries.push(RevokedCert {
            serial_number: SerialNumber::new(&serial)?,
            revocation_date: time(days(self.now, -1))?,
            crl_entry_extensions: Some(extensions).filter(|extensions| !extensions.is_empty()),
        });
        Ok(())
    }

    /// Its DER.
    pub(super) fn sign(self) -> Made<Vec<u8>> {
        let mut extensions = vec![extension(&CrlNumber::try_from(self.number)?, false)?];
        if let Some(id) = &self.issuer.key_id {
            extensions.push(authority_key_id(id)?);
        }
        extensions.extend(self.extensions);
        let content = TbsCertList {
            version: Version::V2,
            signature: algorithm(&self.issuer.key)?.0,
            issuer: self.issuer.name.clone(),
            this_update: time(days(self.now, self.validity.0))?,
            next_update: Some(time(days(self.now, self.validity.1))?),
            revoked_certificates: Some(self.entries).filter(|entries| !entries.is_empty()),
            crl_extensions: Some(extensions),
        };
        sign(&content, &self.issuer.key)
    }
}
