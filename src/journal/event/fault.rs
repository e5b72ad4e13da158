//! The event of a fault: set, struck, or cleared.

use serde::Serialize;

use crate::org::Door;

/// A fault was set or cleared by a verb, or is about to strike.
#[derive(Clone, Debug, Serialize)]
pub struct Fault {
    /// Its name.
    pub name: String,
    /// `set`, `injected` (nothing of it has reached the wire yet), `cleared`
    pub change: &'static str,
    /// What it does, in words.
    pub effect: String,
    /// The connection that it strikes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handshake: Option<u64>,
    /// By which door that came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub door: Option<Door>,
}
