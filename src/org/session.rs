//! Sessions: opened by a login, found by their token, ended by logout or by the org's clock.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Door;
use crate::data::Id;
use crate::seed::Chance;

/// How long a session lives unused, on the org's clock (the real default: 2 hours).
pub const LIFETIME: SignedDuration = SignedDuration::from_hours(2);

/// A session.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Session {
    /// `00D…!…`
    pub token: String,
    /// Whose.
    pub user_id: Id,
    /// When it was opened, on the org's clock.
    pub opened: Timestamp,
    /// When it ends, on the org's clock.
    pub expires: Timestamp,
    /// The door it was opened by.
    pub door: Door,
    /// SHA-256 of the client certificate it was opened with.
    pub certificate: Option<[u8; 32]>,
    /// The consumer key of the connected app it was opened through.
    pub client_id: Option<String>,
    /// The scopes granted, space-separated (OAuth only).
    pub scope: Option<String>,
}

impl Session {
    /// Whether it still lives at `now`.
    pub fn lives_at(&self, now: Timestamp) -> bool {
        now < self.expires
    }

    /// Whether a use at `now` renews it: the second half of its life has begun, or the clock was set back and left it more
    /// than a whole one.
    pub fn wants_renewal(&self, now: Timestamp) -> bool {
        let left = self.expires.duration_since(now);
        left <= LIFETIME / 2 || left > LIFETIME
    }
}

/// When a session that is opened or renewed at `now` ends.
pub fn end_of_life(now: Timestamp) -> Timestamp {
    now.saturating_add(LIFETIME).unwrap_or(Timestamp::MAX)
}

/// A new session token: `00D…!AQ…`, the shape that clients check for.
pub fn token(org: &Id, chance: &Chance) -> String {
    format!("{}!AQ{}", org.short(), chance.alphanumeric(TOKEN_LENGTH))
}

const TOKEN_LENGTH: usize = 94;
