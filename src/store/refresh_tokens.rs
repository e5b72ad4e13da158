//! Refresh tokens: what each stands for, how many a user's app may hold, and which took the place of which.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError, RwLock, RwLockReadGuard};

use serde::{Deserialize, Serialize};

use super::bounded::Bounded;
use super::disk::{Changes, Disk, Unkept};
use super::folder::DataError;
use crate::data::Id;

/// So many refresh tokens one user's app holds; the oldest is ended for the sixth (documented).
pub const MAX_APPROVALS: usize = 5;

/// So many refresh tokens that were replaced are remembered; the oldest go. A restart forgets them.
pub const REPLACED_KEPT: usize = 10_000;

const REFRESH: &str = "refresh/";

/// What a refresh token stands for.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct RefreshGrant {
    /// Whose.
    pub user_id: Id,
    /// The consumer key of the app it was given to.
    pub client_id: String,
    /// Scopes, space-separated.
    pub scope: String,
}

#[derive(Debug, Default)]
pub(super) struct RefreshTokens {
    /// Held by whoever changes something; readers never wait for the disk.
    turn: Mutex<()>,
    held: RwLock<Held>,
}

#[derive(Debug)]
struct Held {
    living: HashMap<String, Living>,
    /// The living ones of a user's app, oldest first.
    of_app: HashMap<(Id, String), Vec<String>>,
    /// A token that was replaced, and the one that took its place.
    replaced: Bounded<String, String>,
    next: u64,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
struct Living {
    /// Tells the older from the newer.
    number: u64,
    grant: RefreshGrant,
}

impl Default for Held {
    fn default() -> Self {
        let replaced = Bounded::new(REPLACED_KEPT);
        Self { living: HashMap::new(), of_app: HashMap::new(), replaced, next: 0 }
    }
}

impl RefreshTokens {
    pub(super) fn read(disk: &Disk) -> Result<Self, DataError> {
        let mut all = disk.list::<Living>(REFRESH)?;
        all.sort_by_key(|(_, living)| living.number);
        let tokens = Self::default();
        tokens.change(|held| all.into_iter().for_each(|(token, living)| held.insert(token, living)));
        Ok(tokens)
    }

    /// What it stands for, if it lives.
    pub(super) fn find(&self, token: &str) -> Option<RefreshGrant> {
        self.held().living.get(token).map(|living| living.grant.clone())
    }

    /// Gives a token; a user's app holds at most [`MAX_APPROVALS`], so the oldest may end.
    pub(super) fn give(&self, disk: Option<&Disk>, token: String, grant: RefreshGrant) -> Result<(), Unkept> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        self.exchange(disk, None, token, grant)
    }

    /// Ends a token and gives another in its place; false if it had ended already.
    pub(super) fn replace(&self, disk: Option<&Disk>, old: &str, new: String) -> Result<bool, Unkept> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(grant) = self.find(old) else { return Ok(false) };
        self.exchange(disk, Some(old), new, grant)?;
        Ok(true)
    }

    /// Ends a token; whether it lived.
    pub(super) fn end(&self, disk: Option<&Disk>, token: &str) -> Result<bool, Unkept> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        self.finish(disk, token)
    }

    /// Ends them all, and forgets which took the place of which.
    pub(super) fn end_all(&self, disk: Option<&Disk>) -> Result<(), Unkept> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let ended: Vec<String> = self.held().living.keys().map(|token| key(token)).collect();
        if let Some(disk) = disk {
            let mut changes = Changes::default();
            ended.into_iter().for_each(|key| changes.remove(key));
            disk.commit_many(changes)?;
        }
        self.change(|held| {
            let next = held.next;
            *held = Held { next, ..Held::default() };
        });
        Ok(())
    }

    /// The same, with the turn held.
    fn finish(&self, disk: Option<&Disk>, token: &str) -> Result<bool, Unkept> {
        if self.find(token).is_none() {
            return Ok(false);
        }
        keep(disk, |changes| changes.remove(key(token)))?;
        self.change(|held| held.remove(token));
        Ok(true)
    }

    /// Ends the token of that app that stands where this one stood, however often it was replaced since; whether there
    /// was one.
    pub(super) fn end_successor(&self, disk: Option<&Disk>, replaced: &str, client: &str) -> Result<bool, Unkept> {
        // nobody replaces the successor meanwhile
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(living) = self.held().successor(replaced) else { return Ok(false) };
        let is_theirs = self.find(&living).is_some_and(|grant| grant.client_id == client);
        if is_theirs { self.finish(disk, &living) } else { Ok(false) }
    }

    /// With the turn held: everything on the disk at once, then in memory.
    fn exchange(
        &self,
        disk: Option<&Disk>,
        old: Option<&str>,
        token: String,
        grant: RefreshGrant,
    ) -> Result<(), Unkept> {
        let (living, ended) = {
            let held = self.held();
            let mut ended: Vec<String> = old.map(str::to_owned).into_iter().collect();
            let present = held.of_app.get(&(grant.user_id.clone(), grant.client_id.clone()));
            let staying = present.into_iter().flatten().filter(|kept| Some(kept.as_str()) != old && **kept != token);
            let staying: Vec<&String> = staying.collect();
            let spare = (staying.len() + 1).saturating_sub(MAX_APPROVALS);
            ended.extend(staying.into_iter().take(spare).cloned());
            (Living { number: held.next, grant }, ended)
        };
        keep(disk, |changes| {
            changes.put(key(&token), &living);
            ended.iter().for_each(|old| changes.remove(key(old)));
        })?;
        self.change(|held| {
            ended.iter().for_each(|old| held.remove(old));
            if let Some(old) = old {
                held.replaced.insert(old.to_owned(), token.clone());
            }
            held.insert(token, living);
        });
        Ok(())
    }

    fn held(&self) -> RwLockReadGuard<'_, Held> {
        self.held.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Held)) {
        change(&mut self.held.write().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Held {
    fn insert(&mut self, token: String, living: Living) {
        self.remove(&token);
        self.next = self.next.max(living.number + 1);
        let app = (living.grant.user_id.clone(), living.grant.client_id.clone());
        self.of_app.entry(app).or_default().push(token.clone());
        self.living.insert(token, living);
    }

    fn remove(&mut self, token: &str) {
        let Some(Living { grant, .. }) = self.living.remove(token) else { return };
        let app = (grant.user_id, grant.client_id);
        if let Some(tokens) = self.of_app.get_mut(&app) {
            tokens.retain(|kept| kept != token);
            if tokens.is_empty() {
                self.of_app.remove(&app);
            }
        }
    }

    fn successor(&self, token: &str) -> Option<String> {
        let mut last = self.replaced.get(&token.to_owned())?;
        while let Some(next) = self.replaced.get(last) {
            last = next;
        }
        Some(last.clone())
    }
}

fn keep(disk: Option<&Disk>, records: impl FnOnce(&mut Changes)) -> Result<(), Unkept> {
    let Some(disk) = disk else { return Ok(()) };
    let mut changes = Changes::default();
    records(&mut changes);
    disk.commit(changes)
}

fn key(token: &str) -> String {
    format!("{REFRESH}{token}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_users_app_holds_five_and_the_oldest_makes_way() {
        let tokens = RefreshTokens::default();
        let grant = |client: &str| RefreshGrant {
            user_id: Id::new("005", 1),
            client_id: client.to_owned(),
            scope: "refresh_token".into(),
        };
        tokens.give(None, "another".into(), grant("another")).unwrap();
        for number in 0..=MAX_APPROVALS {
            tokens.give(None, number.to_string(), grant("app")).unwrap();
        }
        assert_eq!((tokens.find("0"), tokens.find("1")), (None, Some(grant("app"))));
        assert_eq!(tokens.find("another"), Some(grant("another")));
        // the same token again is no sixth one, and neither is one that takes another's place
        tokens.give(None, "3".into(), grant("app")).unwrap();
        assert_eq!(tokens.replace(None, "2", "new".into()), Ok(true));
        assert!(["1", "3", "4", "5", "new"].iter().all(|token| tokens.find(token).is_some()));
    }

    #[test]
    fn a_replaced_token_leads_to_the_one_that_lives() {
        let tokens = RefreshTokens::default();
        let grant = RefreshGrant { user_id: Id::new("005", 1), client_id: "app".into(), scope: String::new() };
        tokens.give(None, "first".into(), grant).unwrap();
        assert_eq!(tokens.replace(None, "first", "second".into()), Ok(true));
        assert_eq!(tokens.replace(None, "second", "third".into()), Ok(true));
        assert_eq!(tokens.replace(None, "first", "fourth".into()), Ok(false));
        assert_eq!(tokens.end_successor(None, "first", "another"), Ok(false));
        assert_eq!(tokens.end_successor(None, "first", "app"), Ok(true));
        assert_eq!((tokens.find("third"), tokens.end(None, "third")), (None, Ok(false)));
    }
}
