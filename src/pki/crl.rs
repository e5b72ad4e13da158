//! The CRLs that the edge has loaded. Signing new ones is [`mint`](super::mint)'s work.

use std::cmp::{Ordering, Reverse};
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;

use const_oid::AssociatedOid;
use const_oid::db::rfc5280::ID_CE_ISSUING_DISTRIBUTION_POINT;
use der::Decode;
use jiff::Timestamp;
use openssl::x509::{X509Crl, X509NameRef};
use x509_cert::crl::CertificateList;
use x509_cert::ext::pkix::{CrlNumber, IssuingDistributionPoint};

use super::chain::{malformed, name, timestamp};
use super::ffi::{self, CrlStack};
use super::{Certificate, Unreadable};

/// Every loaded CRL, ready for validation; clones share them.
#[derive(Clone)]
pub struct Crls(Arc<Loaded>);

struct Loaded {
    crls: Vec<Arc<Crl>>,
    stack: CrlStack,
}

/// One CRL.
pub struct Crl {
    x509: X509Crl,
    /// The issuer's name, most specific part first.
    pub issuer: String,
    /// When it was issued.
    pub this_update: Timestamp,
    /// When the next one is due, if it says: the last second at which this one counts.
    pub next_update: Option<Timestamp>,
    /// Its number in big-endian octets, if it has one.
    number: Vec<u8>,
    /// Whether it may cover certificates of other issuers.
    pub(crate) indirect: bool,
}

impl Crls {
    /// Takes these CRLs, in whatever order: of two of one time OpenSSL uses the first, so the higher number goes first.
    pub fn new(mut crls: Vec<Arc<Crl>>) -> Self {
        crls.sort_by_cached_key(|crl| Reverse(crl.precedence()));
        let stack = CrlStack::new(crls.iter().map(|crl| &crl.x509));
        Self(Arc::new(Loaded { crls, stack }))
    }

    /// Reads CRLs, each in DER.
    pub fn from_der<D: AsRef<[u8]>>(ders: impl IntoIterator<Item = D>) -> Result<Self, Unreadable> {
        ders.into_iter().map(|der| Crl::from_der(der.as_ref()).map(Arc::new)).collect::<Result<_, _>>().map(Self::new)
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Crl> {
        self.0.crls.iter().map(AsRef::as_ref)
    }

    /// The CRLs that this name has issued.
    pub(crate) fn issued_by<'a>(&'a self, issuer: &'a X509NameRef) -> impl Iterator<Item = &'a Crl> {
        self.iter().filter(|crl| crl.is_by(issuer))
    }

    pub(crate) fn stack(&self) -> &CrlStack {
        &self.0.stack
    }
}

impl Default for Crls {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl Debug for Crls {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl Crl {
    /// Reads a CRL from DER.
    pub fn from_der(der: &[u8]) -> Result<Self, Unreadable> {
        let x509 = X509Crl::from_der(der).map_err(|stack| malformed(&stack))?;
        let next_update = x509.next_update().map(timestamp).transpose()?;
        let this_update = timestamp(x509.last_update())?;
        // what cannot be read here (OpenSSL is more lenient) may be about anybody's certificates
        let (number, indirect) = numbering(der).unwrap_or((Vec::new(), true));
        Ok(Self { issuer: name(ffi::crl_issuer(&x509)), this_update, next_update, number, indirect, x509 })
    }

    /// The DER of a CRL that is in PEM or DER.
    pub fn der_of(file: &[u8]) -> Result<Vec<u8>, Unreadable> {
        let read = if file.starts_with(b"0") { X509Crl::from_der(file) } else { X509Crl::from_pem(file) };
        read.and_then(|crl| crl.to_der()).map_err(|stack| malformed(&stack))
    }

    /// Whether it may be about certificates of this issuer: it has its name, or is an indirect one.
    pub fn may_cover(&self, issuer: &Certificate) -> bool {
        self.indirect || self.is_by(issuer.x509().subject_name())
    }

    pub(crate) fn is_by(&self, issuer: &X509NameRef) -> bool {
        ffi::crl_issuer(&self.x509).try_cmp(issuer).is_ok_and(Ordering::is_eq)
    }

    fn precedence(&self) -> (Timestamp, usize, Vec<u8>, Vec<u8>) {
        (self.this_update, self.number.len(), self.number.clone(), self.x509.to_der().unwrap_or_default())
    }
}

/// Its number, and whether it is indirect.
fn numbering(der: &[u8]) -> Result<(Vec<u8>, bool), der::Error> {
    let (mut number, mut indirect) = (Vec::new(), false);
    let list: CertificateList = CertificateList::from_der(der)?;
    for extension in list.tbs_cert_list.crl_extensions.iter().flatten() {
        let value = extension.extn_value.as_bytes();
        match extension.extn_id {
            CrlNumber::OID => number = CrlNumber::from_der(value)?.0.as_bytes().to_vec(),
            // x509-cert 0.3.0 gives the type another extension's OID
            ID_CE_ISSUING_DISTRIBUTION_POINT => indirect = IssuingDistributionPoint::from_der(value)?.indirect_crl,
            _ => {}
        }
    }
    Ok((number, indirect))
}

impl Debug for Crl {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "Crl({}, {})", self.issuer, self.this_update)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pki::Flaw;

    #[test]
    fn knows_an_indirect_crl_from_a_direct_one() {
        let now = "2029-06-01T12:00:00Z".parse().unwrap();
        let indirect = |flaw: Flaw| {
            let crls = flaw.case(now).unwrap().crls;
            crls.iter().map(|der| Crl::from_der(der).unwrap().indirect).collect::<Vec<_>>()
        };
        assert_eq!(indirect(Flaw::IndirectSound), [true, false]);
        assert_eq!(indirect(Flaw::CrlOfUsersOnly), [false]);
    }
}
