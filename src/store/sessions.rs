//! The open sessions, by token. Who may use one is asked elsewhere.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use jiff::Timestamp;

use crate::data::Id;
use crate::org::Session;
use crate::org::session::end_of_life;

/// So many sessions are kept; where a standing clock ends none, the older half goes then.
pub const MAX_SESSIONS: usize = 100_000;

/// The open sessions; those whose time is over go at their next use or at a sweep.
#[derive(Debug, Default)]
pub(super) struct Sessions(RwLock<Open>);

#[derive(Debug, Default)]
struct Open {
    by_token: HashMap<String, Kept>,
    /// Counts sessions.
    last_number: u64,
    /// Sweep once there are so many.
    sweep_at: usize,
}

#[derive(Debug)]
struct Kept {
    /// Tells the older from the newer, whatever the org's clock does.
    number: u64,
    session: Session,
}

impl Sessions {
    pub(super) fn open(&self, session: Session) {
        let mut open = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if open.by_token.len() >= open.sweep_at {
            open.sweep(session.opened);
        }
        open.last_number += 1;
        let kept = Kept { number: open.last_number, session };
        open.by_token.insert(kept.session.token.clone(), kept);
    }

    pub(super) fn find(&self, token: &str, now: Timestamp) -> Option<Session> {
        {
            let open = self.0.read().unwrap_or_else(PoisonError::into_inner);
            let session = &open.by_token.get(token)?.session;
            if session.lives_at(now) && !session.wants_renewal(now) {
                return Some(session.clone());
            }
        }
        self.renew_or_end(token, now)
    }

    pub(super) fn end(&self, token: &str) -> bool {
        self.0.write().unwrap_or_else(PoisonError::into_inner).by_token.remove(token).is_some()
    }

    pub(super) fn clear(&self) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Open::default();
    }

    pub(super) fn end_of_user(&self, user: &Id) -> usize {
        let mut open = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let before = open.by_token.len();
        open.by_token.retain(|_, kept| kept.session.user_id != *user);
        before - open.by_token.len()
    }

    /// Between the two locks another thread may have come first, so everything is asked again.
    fn renew_or_end(&self, token: &str, now: Timestamp) -> Option<Session> {
        let mut open = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let session = &mut open.by_token.get_mut(token)?.session;
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

impl Open {
    fn sweep(&mut self, now: Timestamp) {
        self.by_token.retain(|_, kept| kept.session.lives_at(now));
        if self.by_token.len() >= MAX_SESSIONS {
            let mut numbers: Vec<u64> = self.by_token.values().map(|kept| kept.number).collect();
            let (_, &mut middle, _) = numbers.select_nth_unstable(MAX_SESSIONS / 2);
            self.by_token.retain(|_, kept| kept.number >= middle);
        }
        // Twice what is left: a sweep costs each session opened since the last one a constant.
        self.sweep_at = (self.by_token.len() * 2).clamp(SWEEP_FROM, MAX_SESSIONS);
    }
}

const SWEEP_FROM: usize = 1_024;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::org::Door;

    #[test]
    fn on_a_standing_clock_the_older_sessions_make_way() {
        let sessions = Sessions::default();
        let now = "2029-03-01T00:00:00Z".parse().unwrap();
        let session = |number: usize| Session {
            token: number.to_string(),
            user_id: Id::new("005", 1),
            opened: now,
            expires: end_of_life(now),
            door: Door::Standard,
            certificate: None,
            client_id: None,
            scope: None,
        };
        (0..=MAX_SESSIONS).for_each(|number| sessions.open(session(number)));
        assert_eq!(sessions.0.read().unwrap().by_token.len(), MAX_SESSIONS / 2 + 1);
        assert!(sessions.find("0", now).is_none());
        assert!(sessions.find(&MAX_SESSIONS.to_string(), now).is_some());
    }
}
