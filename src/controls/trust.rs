//! Putting roots on the outbound CA list and taking them off.

use std::sync::Arc;

use super::Controls;
use crate::journal::Kind;
use crate::pki::trust::NotARoot;
use crate::pki::{Certificate, TrustList};
use crate::store::{EdgeState, Snapshot, Unkept};

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
    /// Only roots can be listed.
    #[error(transparent)]
    NotARoot(#[from] NotARoot),
    /// The data folder refuses it.
    #[error(transparent)]
    Unkept(#[from] Unkept),
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
        self.set_trust(|trust| {
            if trust.anchor(alias).is_some() {
                return Err(TrustError::AliasTaken(alias.to_owned()));
            }
            if let Some(other) = trust.anchors().find(|other| other.certificate == root) {
                return Err(TrustError::AlreadyListed(other.alias.clone()));
            }
            let mut next = trust.clone();
            next.push(Some(alias), root, "listed while running".into())?;
            Ok(next)
        })?;
        self.journal().append(Kind::Trust { alias: alias.to_owned(), listed: true });
        Ok(())
    }

    /// Takes a root off the list: chains that end in it are refused from the next handshake on.
    pub fn delist(&self, alias: &str) -> Result<(), TrustError> {
        self.set_trust(|trust| {
            let mut next = trust.clone();
            if next.remove(alias) { Ok(next) } else { Err(TrustError::UnknownAlias(alias.to_owned())) }
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
