//! The words where the certificate may be fine, and the CRL that should cover it is not.

use jiff::Timestamp;

use super::{Case, Words};
use crate::pki::chain::timestamp;
use crate::pki::ffi::{self, Objection};
use crate::pki::{Certificate, Rejection};

impl Case<'_> {
    pub(super) fn crl(&self, rejection: Rejection, it: &Certificate, objection: &Objection) -> Words {
        let issuer = it.issuer();
        let objected = objection.crl.as_ref().and_then(|crl| {
            let next = crl.next_update().and_then(|next| timestamp(next).ok());
            Some(span(timestamp(crl.last_update()).ok()?, next))
        });
        let mut loaded = self.crls.issued_by(it.x509().issuer_name());
        let span = objected.or_else(|| loaded.next().map(|crl| span(crl.this_update, crl.next_update)));
        let now = self.second();
        let found = match (rejection, span) {
            (Rejection::CrlMissing, None) => format!("none of {issuer} is loaded"),
            (Rejection::CrlMissing, Some(_)) => {
                format!("one of {issuer}, but of another key or for other certificates")
            }
            (Rejection::CrlInvalid, Some(span)) => format!("{}: {span}", ffi::words(objection.code)),
            (_, Some(span)) => format!("{span}; it is {now} by the org's clock"),
            (_, None) => ffi::words(objection.code).to_owned(),
        };
        let cure = match rejection {
            Rejection::CrlInvalid => "have the CA publish a CRL that it has signed with the key of its certificate",
            Rejection::CrlMissing => "have the CA publish a CRL and load it (trust.crls), or see edge.revocation",
            Rejection::CrlNotYetValid => "wait until it is valid, or set the org's clock",
            _ => "have the CA publish a fresh CRL (a minted CA does unless it is withheld), or see edge.revocation",
        };
        (format!("a CRL of {issuer} that is current and covers it"), found, cure.into())
    }
}

fn span(this_update: Timestamp, next_update: Option<Timestamp>) -> String {
    match next_update {
        Some(next) => format!("a CRL from {this_update} to {next}"),
        None => format!("a CRL of {this_update}"),
    }
}
