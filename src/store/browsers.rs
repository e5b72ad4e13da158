//! Browsers that a user has logged in to, by their cookie, and what users let apps do. Good for pages, never for the API.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::bounded::Bounded;
use crate::data::Id;
use crate::org::session::end_of_life;

/// So many browsers may be logged in at once; the oldest go.
pub const MAX_BROWSERS: usize = 10_000;

/// So many consents are kept, one for each user and app; the oldest go.
pub const MAX_CONSENTS: usize = 10_000;

/// So many passes are kept; the oldest go.
pub const MAX_PASSES: usize = 10_000;

/// How long a pass is good, on the wall's clock.
pub const PASS_TIMEOUT: SignedDuration = SignedDuration::from_secs(60);

#[derive(Debug)]
struct Browser {
    user_id: Id,
    /// On the org's clock, as a session's.
    expires: Timestamp,
}

/// The browsers, the consents, and passes that log a browser in.
#[derive(Debug)]
pub struct Browsers {
    open: Mutex<Bounded<String, Browser>>,
    consents: Mutex<Bounded<(Id, String), BTreeSet<String>>>,
    /// Whose, and since when on the wall's clock.
    passes: Mutex<Bounded<String, (Id, Timestamp)>>,
}

impl Default for Browsers {
    fn default() -> Self {
        Self {
            open: Mutex::new(Bounded::new(MAX_BROWSERS)),
            consents: Mutex::new(Bounded::new(MAX_CONSENTS)),
            passes: Mutex::new(Bounded::new(MAX_PASSES)),
        }
    }
}

impl Browsers {
    /// Remembers that this user has logged in to the browser with that cookie.
    pub fn open(&self, cookie: String, user_id: Id, now: Timestamp) {
        self.browsers().insert(cookie, Browser { user_id, expires: end_of_life(now) });
    }

    /// The user of the browser with that cookie; using it lengthens its life.
    pub fn user(&self, cookie: &str, now: Timestamp) -> Option<Id> {
        let (mut browsers, cookie) = (self.browsers(), cookie.to_owned());
        let browser = browsers.get_mut(&cookie)?;
        if now < browser.expires {
            browser.expires = end_of_life(now);
            return Some(browser.user_id.clone());
        }
        browsers.remove(&cookie);
        None
    }

    /// Logs the browser out.
    pub fn end(&self, cookie: &str) {
        self.browsers().remove(&cookie.to_owned());
    }

    /// Forgets every browser, consent and pass.
    pub(super) fn clear(&self) {
        self.browsers().clear();
        self.consents.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.passes.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Logs a user out of every browser; of how many.
    pub fn end_of_user(&self, user: &Id) -> usize {
        self.browsers().retain(|_, browser| browser.user_id != *user)
    }

    /// Keeps a pass that logs a browser in.
    pub fn give_pass(&self, pass: String, user_id: Id, now: Timestamp) {
        self.passes.lock().unwrap_or_else(PoisonError::into_inner).insert(pass, (user_id, now));
    }

    /// The user of a pass, which is used up by it.
    pub fn take_pass(&self, pass: &str, now: Timestamp) -> Option<Id> {
        let taken = self.passes.lock().unwrap_or_else(PoisonError::into_inner).remove(&pass.to_owned());
        taken.filter(|(_, since)| now.duration_since(*since) < PASS_TIMEOUT).map(|(user, _)| user)
    }

    /// Remembers that a user lets an app have these scopes, besides those from before.
    pub fn consent<'a>(&self, user: &Id, client_id: &str, scopes: impl Iterator<Item = &'a str>) {
        let (mut consents, key) = (self.consents(), (user.clone(), client_id.to_owned()));
        let mut all = consents.get(&key).cloned().unwrap_or_default();
        all.extend(scopes.map(str::to_owned));
        consents.insert(key, all);
    }

    /// Whether a user lets an app have all of these scopes.
    pub fn consented<'a>(&self, user: &Id, client_id: &str, mut scopes: impl Iterator<Item = &'a str>) -> bool {
        let consents = self.consents();
        let given = consents.get(&(user.clone(), client_id.to_owned()));
        given.is_some_and(|given| scopes.all(|scope| given.contains(scope)))
    }

    /// Forgets what a user lets an app do.
    pub fn withdraw(&self, user: &Id, client_id: &str) {
        self.consents().remove(&(user.clone(), client_id.to_owned()));
    }

    fn browsers(&self) -> MutexGuard<'_, Bounded<String, Browser>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn consents(&self) -> MutexGuard<'_, Bounded<(Id, String), BTreeSet<String>>> {
        self.consents.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::org::session::LIFETIME;

    #[test]
    fn a_browser_unused_for_two_hours_is_logged_out() {
        let (browsers, user) = (Browsers::default(), Id::new("005", 1));
        let start: Timestamp = "2029-03-01T00:00:00Z".parse().unwrap();
        browsers.open("cookie".into(), user.clone(), start);
        assert_eq!(browsers.user("cookie", start + LIFETIME / 2), Some(user.clone()));
        assert_eq!(browsers.user("cookie", start + LIFETIME), Some(user.clone()), "it was used in between");
        assert_eq!(browsers.user("cookie", start + LIFETIME * 2), None);
        browsers.open("cookie".into(), user.clone(), start);
        assert_eq!((browsers.end_of_user(&user), browsers.end_of_user(&user)), (1, 0));
    }

    #[test]
    fn a_pass_is_good_once_and_for_a_minute() {
        let (browsers, user) = (Browsers::default(), Id::new("005", 1));
        let start: Timestamp = "2029-03-01T00:00:00Z".parse().unwrap();
        for pass in ["a", "b"] {
            browsers.give_pass(pass.into(), user.clone(), start);
        }
        assert_eq!(browsers.take_pass("a", start), Some(user));
        assert_eq!(browsers.take_pass("a", start), None);
        assert_eq!(browsers.take_pass("b", start + PASS_TIMEOUT), None);
    }

    #[test]
    fn a_consent_holds_for_its_scopes_its_user_and_its_app() {
        let (browsers, user) = (Browsers::default(), Id::new("005", 1));
        browsers.consent(&user, "app", ["api", "id"].into_iter());
        let given = |user: &Id, app, scopes: &[&'static str]| browsers.consented(user, app, scopes.iter().copied());
        assert!(given(&user, "app", &["id"]));
        assert!(!given(&user, "app", &["api", "full"]));
        assert!(!given(&user, "another", &["api"]));
        assert!(!given(&Id::new("005", 2), "app", &["api"]));
        browsers.withdraw(&user, "app");
        assert!(!given(&user, "app", &["api"]));
    }
}
