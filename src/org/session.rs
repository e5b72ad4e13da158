//! Sessions: opened by a login, found by their token, ended by logout or by the org's clock.

use jiff::{SignedDuration, Timestamp};

use super::Door;
use crate::data::Id;

/// How long a session lives unused, on the org's clock (the real default: 2 hours).
pub const LIFETIME: SignedDuration = SignedDuration::from_hours(2);

/// A session.
#[derive(Clone, Debug)]
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
