//! What becomes of a CA's CRL: published, withheld, replaced, or none at all.

use super::Controls;
use super::identities::MintError;
use crate::journal::Kind;
use crate::pki::Unreadable;
use crate::pki::crl::Crl;

/// What is to become of a CRL.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum CrlChange {
    /// The CA has none any more.
    Drop,
    /// A new one is signed, and renewed on the org's clock.
    Publish,
    /// This one (PEM or DER) takes its place, whoever signed it; it is not renewed.
    Replace(Vec<u8>),
    /// One that says all takes its place, but its nextUpdate has passed; it is not renewed.
    Stale,
    /// The present one stays: revocations do not appear on it, and it grows stale.
    Withhold,
}

/// Why a CRL stays as it is.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CrlError {
    /// No such CA, or nothing can be signed.
    #[error(transparent)]
    Mint(#[from] MintError),
    /// Another CA's.
    #[error("the CRL is issued by {found}, and this CA is {expected}")]
    OfAnother {
        /// The CA's subject.
        expected: String,
        /// The CRL's issuer.
        found: String,
    },
    /// No CRL at all.
    #[error("neither PEM nor DER of a CRL: {0}")]
    Unreadable(#[from] Unreadable),
}

impl Controls {
    /// Changes what the edge knows, and `/crl` serves, of a CA's revocations; it counts from the next handshake on.
    pub fn set_crl(&self, ca: &str, change: CrlChange) -> Result<(), CrlError> {
        let now = self.clock().org_now();
        let (ca, done) = self.change_identities(now, |identities| {
            // of two certificates for one name and key there is one CRL
            let keeper = identities.keeper(identities.authority(ca)?).name.clone();
            let done = match change {
                CrlChange::Drop => identities.drop_crl(ca).map(|()| "dropped")?,
                CrlChange::Publish => identities.publish_crl(ca).map(|()| "published")?,
                CrlChange::Replace(file) => {
                    let der = Crl::der_of(&file)?;
                    let (crl, authority) = (Crl::from_der(&der)?, identities.authority(ca)?);
                    if !crl.may_cover(&authority.certificate) {
                        let (expected, found) = (authority.certificate.subject().to_owned(), crl.issuer.clone());
                        return Err(CrlError::OfAnother { expected, found });
                    }
                    identities.replace_crl(ca, der).map(|()| "replaced")?
                }
                CrlChange::Stale => identities.spoil_crl(ca, now).map(|()| "stale")?,
                CrlChange::Withhold => identities.withhold_crl(ca, now).map(|()| "withheld")?,
            };
            Ok((keeper, done))
        })?;
        self.journal().append(Kind::Crl { ca, change: done.into() });
        Ok(())
    }
}
