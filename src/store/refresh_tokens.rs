//! How many refresh tokens a user's app may hold, and which took the place of which. What each stands for is kept beside.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::RefreshGrant;
use super::bounded::Bounded;
use crate::data::Id;

/// So many refresh tokens one user's app holds; the oldest is ended for the sixth (documented).
pub const MAX_APPROVALS: usize = 5;

/// So many refresh tokens that were replaced are remembered; the oldest go.
pub const REPLACED_KEPT: usize = 10_000;

/// The order in which refresh tokens were given.
#[derive(Debug)]
pub(super) struct Order(Mutex<Inner>);

#[derive(Debug)]
struct Inner {
    /// Oldest first.
    given: HashMap<(Id, String), VecDeque<String>>,
    /// A token that was replaced, and the one that took its place.
    replaced: Bounded<String, String>,
}

impl Default for Order {
    fn default() -> Self {
        Self(Mutex::new(Inner { given: HashMap::new(), replaced: Bounded::new(REPLACED_KEPT) }))
    }
}

impl Order {
    /// Notes a token that was given; the one that has to go for it, if one has.
    pub(super) fn give(&self, token: &str, grant: &RefreshGrant) -> Option<String> {
        let mut inner = self.inner();
        let given = inner.given.entry((grant.user_id.clone(), grant.client_id.clone())).or_default();
        if !given.iter().any(|kept| kept == token) {
            given.push_back(token.to_owned());
        }
        if given.len() > MAX_APPROVALS { given.pop_front() } else { None }
    }

    /// Notes that a token took another's place; false if one has already.
    pub(super) fn replace(&self, old: &str, new: &str) -> bool {
        let (mut inner, old) = (self.inner(), old.to_owned());
        let is_first = inner.replaced.get(&old).is_none();
        if is_first {
            inner.replaced.insert(old, new.to_owned());
        }
        is_first
    }

    /// Notes that a token has ended.
    pub(super) fn end(&self, token: &str, grant: &RefreshGrant) {
        let (mut inner, key) = (self.inner(), (grant.user_id.clone(), grant.client_id.clone()));
        if let Some(given) = inner.given.get_mut(&key) {
            given.retain(|kept| kept != token);
            if given.is_empty() {
                inner.given.remove(&key);
            }
        }
    }

    /// The token that stands where this one stood, however often it was replaced since; `None` if it was not.
    pub(super) fn successor(&self, token: &str) -> Option<String> {
        let inner = self.inner();
        let mut last = inner.replaced.get(&token.to_owned())?;
        while let Some(next) = inner.replaced.get(last) {
            last = next;
        }
        Some(last.clone())
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
