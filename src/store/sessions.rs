//! The open sessions, by token. Who may use one is asked elsewhere.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock, RwLockWriteGuard};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::disk::{Changes, Disk, Unkept};
use super::folder::DataError;
use crate::data::Id;
use crate::org::Session;
use crate::org::session::end_of_life;

/// So many sessions are kept; where a standing clock ends none, the older half goes then.
pub const MAX_SESSIONS: usize = 100_000;

const SESSION: &str = "session/";

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

#[derive(Debug, Deserialize, Serialize)]
struct Kept {
    /// Tells the older from the newer, whatever the org's clock does.
    number: u64,
    session: Session,
}

impl Sessions {
    pub(super) fn read(disk: &Disk) -> Result<Self, DataError> {
        let mut open = Open::default();
        for (token, kept) in disk.list::<Kept>(SESSION)? {
            open.last_number = open.last_number.max(kept.number);
            open.by_token.insert(token, kept);
        }
        Ok(Self(RwLock::new(open)))
    }

    /// Opens a session; it and `more` are kept before it can be found.
    pub(super) fn open(
        &self,
        disk: Option<&Disk>,
        session: Session,
        more: impl FnOnce(&mut Changes),
    ) -> Result<(), Unkept> {
        let number = {
            let mut open = self.write();
            if open.by_token.len() >= open.sweep_at {
                forget(disk, open.sweep(session.opened).into_iter());
            }
            open.last_number += 1;
            open.last_number
        };
        let kept = Kept { number, session };
        if let Some(disk) = disk {
            let mut changes = Changes::default();
            changes.put(key(&kept.session.token), &kept);
            more(&mut changes);
            disk.commit(changes)?;
        }
        self.write().by_token.insert(kept.session.token.clone(), kept);
        Ok(())
    }

    pub(super) fn find(&self, disk: Option<&Disk>, token: &str, now: Timestamp) -> Option<Session> {
        {
            let open = self.0.read().unwrap_or_else(PoisonError::into_inner);
            let session = &open.by_token.get(token)?.session;
            if session.lives_at(now) && !session.wants_renewal(now) {
                return Some(session.clone());
            }
        }
        self.renew_or_end(disk, token, now)
    }

    /// The session as it stands, neither renewed nor ended.
    pub(super) fn peek(&self, token: &str, now: Timestamp) -> Option<Session> {
        let open = self.0.read().unwrap_or_else(PoisonError::into_inner);
        open.by_token.get(token).map(|kept| kept.session.clone()).filter(|session| session.lives_at(now))
    }

    pub(super) fn end(&self, disk: Option<&Disk>, token: &str) -> Result<bool, Unkept> {
        let ended = self.write().by_token.remove(token);
        self.ended(disk, ended.into_iter().collect()).map(|ended| ended > 0)
    }

    pub(super) fn end_all(&self, disk: Option<&Disk>) -> Result<usize, Unkept> {
        let ended = self.write().by_token.drain().map(|(_, kept)| kept).collect();
        self.ended(disk, ended)
    }

    pub(super) fn end_of_user(&self, disk: Option<&Disk>, user: &Id) -> Result<usize, Unkept> {
        let of_user = |_: &String, kept: &mut Kept| kept.session.user_id == *user;
        let ended = self.write().by_token.extract_if(of_user).map(|(_, kept)| kept).collect();
        self.ended(disk, ended)
    }

    /// Sessions that have been taken out are taken off the disk, or put back.
    fn ended(&self, disk: Option<&Disk>, ended: Vec<Kept>) -> Result<usize, Unkept> {
        if let Some(disk) = disk {
            let mut changes = Changes::default();
            ended.iter().for_each(|kept| changes.remove(key(&kept.session.token)));
            if let Err(unkept) = disk.commit_many(changes) {
                let back = ended.into_iter().map(|kept| (kept.session.token.clone(), kept));
                self.write().by_token.extend(back);
                return Err(unkept);
            }
        }
        Ok(ended.len())
    }

    /// Between the two locks another thread may have come first, so everything is asked again.
    ///
    /// A renewal is only noted: nobody was told of it. It is noted under the lock, lest it follow the session's end.
    fn renew_or_end(&self, disk: Option<&Disk>, token: &str, now: Timestamp) -> Option<Session> {
        let mut open = self.write();
        let kept = open.by_token.get_mut(token)?;
        if !kept.session.lives_at(now) {
            open.by_token.remove(token);
            forget(disk, [token.to_owned()].into_iter());
            return None;
        }
        if kept.session.wants_renewal(now) {
            kept.session.expires = end_of_life(now);
            if let Some(disk) = disk {
                let mut changes = Changes::default();
                changes.put(key(token), kept);
                disk.note(changes);
            }
        }
        Some(kept.session.clone())
    }

    fn write(&self) -> RwLockWriteGuard<'_, Open> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(token: &str) -> String {
    format!("{SESSION}{token}")
}

/// Takes sessions off the disk that would end by themselves.
fn forget(disk: Option<&Disk>, tokens: impl Iterator<Item = String>) {
    if let Some(disk) = disk {
        let mut changes = Changes::default();
        tokens.for_each(|token| changes.remove(key(&token)));
        disk.note(changes);
    }
}

impl Open {
    /// Makes room; the sessions that are gone.
    fn sweep(&mut self, now: Timestamp) -> Vec<String> {
        let over = self.by_token.extract_if(|_, kept| !kept.session.lives_at(now));
        let mut gone: Vec<String> = over.map(|(token, _)| token).collect();
        if self.by_token.len() >= MAX_SESSIONS {
            let mut numbers: Vec<u64> = self.by_token.values().map(|kept| kept.number).collect();
            let (_, &mut middle, _) = numbers.select_nth_unstable(MAX_SESSIONS / 2);
            gone.extend(self.by_token.extract_if(|_, kept| kept.number < middle).map(|(token, _)| token));
        }
        // Twice what is left: a sweep costs each session opened since the last one a constant.
        self.sweep_at = (self.by_token.len() * 2).clamp(SWEEP_FROM, MAX_SESSIONS);
        gone
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
        (0..=MAX_SESSIONS).for_each(|number| sessions.open(None, session(number), |_| ()).unwrap());
        assert_eq!(sessions.0.read().unwrap().by_token.len(), MAX_SESSIONS / 2 + 1);
        assert!(sessions.find(None, "0", now).is_none());
        assert!(sessions.find(None, &MAX_SESSIONS.to_string(), now).is_some());
    }
}
