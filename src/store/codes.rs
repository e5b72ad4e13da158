//! Authorization codes: each good once and for a quarter of an hour of the wall's clock. Who may ask is asked elsewhere.

use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::bounded::Bounded;
use crate::data::Id;

/// So many codes are kept, spent ones among them; the oldest go.
pub const MAX_CODES: usize = 10_000;

/// How long a code is good, on the wall's clock (documented: 15 minutes).
pub const CODE_TIMEOUT: SignedDuration = SignedDuration::from_secs(15 * 60);

/// What a code stands for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CodeGrant {
    /// Whose.
    pub user_id: Id,
    /// The consumer key of the app it was given to.
    pub client_id: String,
    /// Where it was sent; the token request must name the same.
    pub redirect_uri: String,
    /// Scopes, space-separated.
    pub scope: String,
    /// `code_challenge` of the authorization request, the SHA-256 of a verifier.
    pub challenge: Option<String>,
    /// `nonce` of the authorization request, for the id token.
    pub nonce: Option<String>,
    /// When it was given, on the wall's clock.
    pub issued: Timestamp,
}

impl CodeGrant {
    /// Whether it is still good at `now`, on the wall's clock.
    pub fn is_good_at(&self, now: Timestamp) -> bool {
        now.duration_since(self.issued) < CODE_TIMEOUT
    }
}

/// The tokens that a code was exchanged for.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Exchanged {
    /// The session.
    pub session: Option<String>,
    /// The refresh token, if one was given.
    pub refresh_token: Option<String>,
}

/// What became of asking for a code.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Spent {
    /// It is spent now.
    First,
    /// It was spent before, for these tokens.
    Again(Exchanged),
}

#[derive(Debug)]
struct Kept {
    grant: CodeGrant,
    spent: bool,
    replayed: bool,
    exchanged: Exchanged,
}

/// The codes.
#[derive(Debug)]
pub struct Codes(Mutex<Bounded<String, Kept>>);

impl Default for Codes {
    fn default() -> Self {
        Self(Mutex::new(Bounded::new(MAX_CODES)))
    }
}

impl Codes {
    /// Forgets them all.
    pub(super) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Keeps a code.
    pub fn keep(&self, code: String, grant: CodeGrant) {
        self.codes().insert(code, Kept { grant, spent: false, replayed: false, exchanged: Exchanged::default() });
    }

    /// What a code stands for, spent or not.
    pub fn find(&self, code: &str) -> Option<CodeGrant> {
        self.codes().get(&code.to_owned()).map(|kept| kept.grant.clone())
    }

    /// Spends a code; `None` if there is none.
    pub fn spend(&self, code: &str) -> Option<Spent> {
        let mut codes = self.codes();
        let kept = codes.get_mut(&code.to_owned())?;
        if kept.spent {
            kept.replayed = true;
            return Some(Spent::Again(std::mem::take(&mut kept.exchanged)));
        }
        kept.spent = true;
        Some(Spent::First)
    }

    /// Remembers what a spent code was exchanged for; false if it was replayed meanwhile, so that the tokens must go.
    pub fn exchanged(&self, code: &str, tokens: Exchanged) -> bool {
        match self.codes().get_mut(&code.to_owned()) {
            Some(kept) if kept.replayed => false,
            Some(kept) => {
                kept.exchanged = tokens;
                true
            }
            None => true,
        }
    }

    fn codes(&self) -> MutexGuard<'_, Bounded<String, Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant() -> CodeGrant {
        CodeGrant {
            user_id: Id::new("005", 1),
            client_id: "app".into(),
            redirect_uri: "https://app.example/".into(),
            scope: "api".into(),
            challenge: None,
            nonce: None,
            issued: "2029-03-01T00:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn a_code_is_good_for_a_quarter_of_an_hour() {
        let (grant, second) = (grant(), SignedDuration::from_secs(1));
        assert!(grant.is_good_at(grant.issued + CODE_TIMEOUT - second));
        assert!(!grant.is_good_at(grant.issued + CODE_TIMEOUT));
    }

    #[test]
    fn a_replay_is_given_the_tokens_whenever_it_comes() {
        let codes = Codes::default();
        let tokens = Exchanged { session: Some("s".into()), refresh_token: None };
        codes.keep("late".into(), grant());
        assert_eq!(codes.spend("late"), Some(Spent::First));
        assert!(codes.exchanged("late", tokens.clone()));
        assert_eq!(codes.spend("late"), Some(Spent::Again(tokens.clone())));
        codes.keep("between".into(), grant());
        assert_eq!(codes.spend("between"), Some(Spent::First));
        assert_eq!(codes.spend("between"), Some(Spent::Again(Exchanged::default())));
        assert!(!codes.exchanged("between", tokens));
        assert_eq!(codes.spend("never"), None);
    }
}
