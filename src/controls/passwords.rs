//! Setting a user's password, and letting it expire.

use std::sync::Arc;

use super::{Controls, UnknownUser, UserError};
use crate::journal::Kind;
use crate::scenario::UserSpec;
use crate::store::Snapshot;

impl Controls {
    /// Sets a user's password: the former one is wrong from the next login on, and one that had expired no longer has.
    /// Sessions live on.
    pub fn set_password(&self, username: &str, password: &str) -> Result<(), UserError> {
        let change = |spec: &mut UserSpec| (spec.password, spec.password_expired) = (password.to_owned(), false);
        self.change_password(username, "set", change)
    }

    /// Lets a user's password expire: a new one must be set before anything else is done.
    pub fn expire_password(&self, username: &str) -> Result<(), UserError> {
        self.change_password(username, "expired", |spec| spec.password_expired = true)
    }

    fn change_password(
        &self,
        username: &str,
        what: &'static str,
        change: impl FnOnce(&mut UserSpec),
    ) -> Result<(), UserError> {
        let user = self.store().try_update(|now| {
            let changed = now.org.with_user(username, change).ok_or_else(|| UnknownUser(username.to_owned()))?;
            let user = changed.user_named(username).map(|user| user.spec.username.clone()).unwrap_or_default();
            Ok::<_, UserError>((Snapshot { org: Arc::new(changed), edge: now.edge.clone() }, user))
        })?;
        self.journal().append(Kind::Password { user, change: what });
        Ok(())
    }
}
