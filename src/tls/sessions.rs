//! The TLS sessions that a door's clients may resume, each with what was shown when it began. Whether one still counts is
//! [`hearing`](super::hearing)'s to say.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::hearing::Heard;
use crate::scenario::EdgeSwitches;

/// So many sessions of one door can be resumed; the oldest go first.
pub const MAX_RESUMABLE: usize = 2_048;

/// The sessions of one door. They are kept here and not in the tickets, which carry an id alone: a ticket could hold the
/// client's certificate, but not its chain.
#[derive(Debug, Default)]
pub(super) struct Sessions(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    by_id: HashMap<Vec<u8>, Session>,
    /// Ids, the oldest first; those of sessions that have been dropped stay until their turn comes.
    order: VecDeque<Vec<u8>>,
    /// What the sessions were made under.
    switches: Option<EdgeSwitches>,
}

/// One session.
#[derive(Clone, Debug)]
pub(super) struct Session {
    /// As OpenSSL writes it: read anew for each resumption, so that it belongs to no context.
    pub der: Vec<u8>,
    /// The handshake in which the client showed its certificates, or none.
    pub handshake: u64,
    /// What it showed then.
    pub heard: Option<Heard>,
}

impl Sessions {
    /// Forgets what was made under other switches.
    pub(super) fn begin(&self, switches: &EdgeSwitches) {
        let mut kept = self.lock();
        if kept.switches.as_ref() != Some(switches) {
            *kept = Kept { switches: Some(switches.clone()), ..Kept::default() };
        }
    }

    /// Keeps a session that was made under these switches, if they are still the ones.
    pub(super) fn keep(&self, id: &[u8], session: Session, switches: &EdgeSwitches) {
        let mut kept = self.lock();
        if kept.switches.as_ref() != Some(switches) || kept.by_id.insert(id.to_owned(), session).is_some() {
            return;
        }
        kept.order.push_back(id.to_owned());
        while kept.order.len() > MAX_RESUMABLE {
            if let Some(oldest) = kept.order.pop_front() {
                kept.by_id.remove(&oldest);
            }
        }
    }

    /// The session of that id, if it was made under these switches.
    pub(super) fn find(&self, id: &[u8], switches: &EdgeSwitches) -> Option<Session> {
        let kept = self.lock();
        kept.switches.as_ref().filter(|made_under| *made_under == switches)?;
        kept.by_id.get(id).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::switches::Resumption;

    fn session(handshake: u64) -> Session {
        Session { der: Vec::new(), handshake, heard: None }
    }

    #[test]
    fn the_oldest_session_makes_way() {
        let (sessions, switches) = (Sessions::default(), EdgeSwitches::default());
        sessions.begin(&switches);
        (0..=MAX_RESUMABLE as u64).for_each(|n| sessions.keep(&n.to_be_bytes(), session(n), &switches));
        assert!(sessions.find(&0_u64.to_be_bytes(), &switches).is_none());
        let last = MAX_RESUMABLE as u64;
        assert_eq!(sessions.find(&last.to_be_bytes(), &switches).map(|found| found.handshake), Some(last));
        assert_eq!(sessions.lock().by_id.len(), MAX_RESUMABLE);
    }

    #[test]
    fn other_switches_end_every_session() {
        let (sessions, before) = (Sessions::default(), EdgeSwitches::default());
        let after = EdgeSwitches { resumption: Resumption::Trust, ..before.clone() };
        sessions.begin(&before);
        sessions.keep(b"one", session(1), &before);
        sessions.begin(&after);
        sessions.keep(b"two", session(2), &before);
        for id in [b"one", b"two"] {
            assert!(sessions.find(id, &before).is_none() && sessions.find(id, &after).is_none());
        }
        sessions.begin(&before);
        assert!(sessions.find(b"one", &before).is_none(), "nor do they come back");
    }
}
