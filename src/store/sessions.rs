//! The open sessions, by token. Who may use one is asked elsewhere.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use jiff::Timestamp;

use crate::data::Id;
use crate::org::Session;
use crate::org::session::end_of_life;

/// The open sessions; those whose time is over go at their next use or at a sweep.
#[derive(Debug, Default)]
pub(super) struct Sessions(RwLock<Open>);

#[derive(Debug, Default)]
struct Open {
    by_token: HashMap<String, Session>,
    /// Sweep once there are so many.
    sweep_at: usize,
}

impl Sessions {
    pub(super) fn open(&self, session: Session) {
        let mut open = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if open.by_token.len() >= open.sweep_at {
            open.by_token.retain(|_, other| other.lives_at(session.opened));
            // Twice what is left: a sweep costs each session opened since the last one a constant.
            open.sweep_at = (open.by_token.len() * 2).max(SWEEP_FROM);
        }
        open.by_token.insert(session.token.clone(), session);
    }

    pub(super) fn find(&self, token: &str, now: Timestamp) -> Option<Session> {
        {
            let open = self.0.read().unwrap_or_else(PoisonError::into_inner);
            let session = open.by_token.get(token)?;
            if session.lives_at(now) && !session.wants_renewal(now) {
                return Some(session.clone());
            }
        }
        self.renew_or_end(token, now)
    }

    pub(super) fn end(&self, token: &str) -> bool {
        self.0.write().unwrap_or_else(PoisonError::into_inner).by_token.remove(token).is_some()
    }

    pub(super) fn end_of_user(&self, user: &Id) -> usize {
        let mut open = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let before = open.by_token.len();
        open.by_token.retain(|_, session| session.user_id != *user);
        before - open.by_token.len()
    }

    /// Between the two locks another thread may have come first, so everything is asked again.
    fn renew_or_end(&self, token: &str, now: Timestamp) -> Option<Session> {
        let mut open = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let session = open.by_token.get_mut(token)?;
        if !session.lives_at(now) {
            open.by_token.remove(token);
            return None;
        }
        if session.wants_renewal(now) {
            session.expires = end_of_life(now);
        }
        Some(session.clone())
    }
}

const SWEEP_FROM: usize = 1_024;
