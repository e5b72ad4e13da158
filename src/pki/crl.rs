//! The CRLs that the edge has loaded. Signing new ones is [`mint`](super::mint)'s work.

use std::cmp::Ordering;
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;

use jiff::Timestamp;
use openssl::x509::{X509Crl, X509NameRef};

use super::Unreadable;
use super::chain::{malformed, name, timestamp};
use super::ffi::{self, CrlStack};

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
    /// When the next one is due, if it says.
    pub next_update: Option<Timestamp>,
}

impl Crls {
    /// Takes these CRLs.
    pub fn new(crls: Vec<Arc<Crl>>) -> Self {
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
        self.iter().filter(|crl| ffi::crl_issuer(&crl.x509).try_cmp(issuer).is_ok_and(Ordering::is_eq))
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
        Ok(Self { issuer: name(ffi::crl_issuer(&x509)), this_update, next_update, x509 })
    }
}

impl Debug for Crl {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "Crl({}, {})", self.issuer, self.this_update)
    }
}
