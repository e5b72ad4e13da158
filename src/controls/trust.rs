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
        self.list_as(Some(alias), root).map(|_| ())
    }

    /// The same; without an alias one is made from the root's common name. The alias.
    pub fn list_as(&self, alias: Option<&str>, root: Certificate) -> Result<String, TrustError> {
        if let Some(alias) = alias.filter(|alias| !is_alias(alias)) {
            return Err(TrustError::BadAlias(alias.to_owned()));
        }
        let alias = self.set_trust(|trust| {
            if let Some(taken) = alias.filter(|alias| trust.anchor(alias).is_some()) {
                return Err(TrustError::AliasTaken(taken.to_owned()));
            }
            if let Some(other) = trust.anchors().find(|other| other.certificate == root) {
                return Err(TrustError::AlreadyListed(other.alias.clone()));
            }
            let mut next = trust.clone();
            let alias = next.push(alias, root, "listed while running".into())?;
            Ok((next, alias))
        })?;
        self.journal().append(Kind::Trust { alias: alias.clone(), listed: true });
        Ok(alias)
    }

    /// Takes a root off the list: chains that end in it are refused from the next handshake on.
    pub fn delist(&self, alias: &str) -> Result<(), TrustError> {
        self.set_trust(|trust| {
            let mut next = trust.clone();
            if next.remove(alias) { Ok((next, ())) } else { Err(TrustError::UnknownAlias(alias.to_owned())) }
        })?;
        self.journal().append(Kind::Trust { alias: alias.to_owned(), listed: false });
        Ok(())
    }

    fn set_trust<T>(
        &self,
        next: impl FnOnce(&TrustList) -> Result<(TrustList, T), TrustError>,
    ) -> Result<T, TrustError> {
        self.store().try_update(|now| {
            let (trust, made) = next(&now.edge.trust)?;
            let edge = EdgeState { trust, ..EdgeState::clone(&now.edge) };
            Ok((Snapshot { org: now.org.clone(), edge: Arc::new(edge) }, made))
        })
    }
}

fn is_alias(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
}
