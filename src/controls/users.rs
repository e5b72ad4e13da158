//! What users may do, and ending their sessions.

use std::sync::Arc;

use super::Controls;
use crate::journal::Kind;
use crate::scenario::Permission;
use crate::store::{Snapshot, Unkept};

/// Nobody has that username.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no user {0:?}")]
pub struct UnknownUser(pub String);

/// Why a user stays as they are.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum UserError {
    /// Nobody has that username.
    #[error(transparent)]
    Unknown(#[from] UnknownUser),
    /// The data folder refuses it.
    #[error(transparent)]
    Unkept(#[from] Unkept),
}

impl Controls {
    /// Gives a user a permission; from the next request on it counts.
    pub fn grant(&self, username: &str, permission: Permission) -> Result<(), UserError> {
        self.set_permission(username, permission, true)
    }

    /// Takes a permission from a user, wherever it came from; from the next request on it is missing.
    pub fn deny(&self, username: &str, permission: Permission) -> Result<(), UserError> {
        self.set_permission(username, permission, false)
    }

    /// Ends the sessions of a user; how many there were. Refresh tokens stay good.
    pub fn expire_sessions(&self, username: &str) -> Result<usize, UserError> {
        let snapshot = self.snapshot();
        let user = snapshot.org.user_named(username).ok_or_else(|| UnknownUser(username.to_owned()))?;
        let ended = self.store().expire_sessions(&user.id)?;
        self.journal().append(Kind::Sessions { user: user.spec.username.clone(), ended });
        Ok(ended)
    }

    fn set_permission(&self, username: &str, permission: Permission, granted: bool) -> Result<(), UserError> {
        let user = self.store().try_update(|now| {
            let unknown = || UnknownUser(username.to_owned());
            let user = now.org.user_named(username).ok_or_else(unknown)?.spec.username.clone();
            let org = now.org.with_permission(username, permission, granted).ok_or_else(unknown)?;
            Ok::<_, UserError>((Snapshot { org: Arc::new(org), edge: now.edge.clone() }, user))
        })?;
        self.journal().append(Kind::Permission { user, permission: permission.name().to_owned(), granted });
        Ok(())
    }
}
