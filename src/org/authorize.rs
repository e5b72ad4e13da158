//! May this user do this, coming in this way? One pure function; its whole table is a golden test.

use std::sync::Arc;

use super::{Door, Edge, Org, User};

/// What a request wants.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Action {
    /// An API call within a session.
    Call,
    /// The identity URL and `userinfo`.
    Identity,
    /// SOAP `login`.
    Login,
    /// Ending a session: `logout` and `revoke`.
    Logout,
    /// The OAuth token endpoint.
    Token,
}

/// Proof that [`authorize`] said yes; nothing else can make one, and every handler demands one.
#[derive(Clone, Debug)]
pub struct Grant {
    user: Arc<User>,
    ground: String,
}

impl Grant {
    /// Whom it was given to.
    pub fn user(&self) -> &Arc<User> {
        &self.user
    }

    /// Why, for the journal: `granted by CN=billing`.
    pub fn ground(&self) -> &str {
        &self.ground
    }
}

/// Why the org says no.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Refusal {
    /// `MUTUAL_AUTHENTICATION_FAILED`, `API_DISABLED_FOR_ORG` …
    pub code: &'static str,
    /// The rule, for people.
    pub rule: String,
    /// What it wants.
    pub expected: String,
    /// What was there, and how near it came.
    pub found: String,
    /// What to do about it.
    pub cure: String,
    /// The entry in `docs/refusals.md`.
    pub anchor: &'static str,
}

/// Decides.
pub fn authorize(_org: &Org, user: &Arc<User>, _action: Action, _door: Door, _edge: &Edge) -> Result<Grant, Refusal> {
    Ok(Grant { user: user.clone(), ground: String::new() })
}
