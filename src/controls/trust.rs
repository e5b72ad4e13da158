//! Putting roots on the outbound CA list and taking them off.

use std::sync::Arc;

use super::Controls;
use crate::journal::Kind;
use crate::pki::{Anchor, Certificate, TrustList};
use crate::store::{EdgeState, Snapshot};

/// Why the trust list stays as it is.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TrustError {
    /// Another root has that alias.
    #[error("the alias {0:?} is taken")]
    AliasTaken(String),
    /// The root is on the list under that alias.
    #[error("it is already listed as {0:?}")]
    AlreadyListed(String),
    /// An alias is the anchor of a page.
    #[error("an alias is made of lower-case letters and digits; found {0:?}")]
    BadAlias(String),
    /// Only self-issued certificates can be listed.
    #[error("{subject} is issued by {issuer}: only roots are listed")]
    NotARoot {
        /// Its subject.
        subject: String,
        /// Its issuer.
        issuer: String,
    },
    /// No root has that alias.
    #[error("no root {0:?} on the trust list")]
    UnknownAlias(String),
}

impl Controls {
    /// Puts a root on the list: chains that end in it hold from the next handshake on.
    pub fn list(&self, alias: &str, root: Certificate) -> Result<(), TrustError> {
        if alias.is_empty() || !alias.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()) {
            return Err(TrustError::BadAlias(alias.to_owned()));
        }
        if !root.is_self_issued() {
            let (subject, issuer) = (root.subject().to_owned(), root.issuer().to_owned());
            return Err(TrustError::NotARoot { subject, issuer });
        }
        let anchor = Anchor { alias: alias.to_owned(), certificate: root, source: "listed while running".into() };
        self.set_trust(|trust| {
            if trust.anchors().any(|other| other.alias == alias) {
                return Err(TrustError::AliasTaken(alias.to_owned()));
            }
            match trust.anchors().find(|other| other.certificate == anchor.certificate) {
                Some(other) => Err(TrustError::AlreadyListed(other.alias.clone())),
                None => Ok(trust.with(anchor)),
            }
        })?;
        self.journal().append(Kind::Trust { alias: alias.to_owned(), listed: true });
        Ok(())
    }

    /// Takes a root off the list: chains that end in it are refused from the next handshake on.
    pub fn delist(&self, alias: &str) -> Result<(), TrustError> {
        self.set_trust(|trust| {
            let listed = trust.anchors().any(|anchor| anchor.alias == alias);
            if listed { Ok(trust.without(alias)) } else { Err(TrustError::UnknownAlias(alias.to_owned())) }
        })?;
        self.journal().append(Kind::Trust { alias: alias.to_owned(), listed: false });
        Ok(())
    }

    fn set_trust(&self, next: impl FnOnce(&TrustList) -> Result<TrustList, TrustError>) -> Result<(), TrustError> {
        self.store().try_update(|now| {
            let edge = EdgeState { trust: next(&now.edge.trust)?, ..EdgeState::clone(&now.edge) };
            Ok((Snapshot { org: now.org.clone(), edge: Arc::new(edge) }, ()))
        })
    }
}
