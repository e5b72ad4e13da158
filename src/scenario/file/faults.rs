//! `[[fault]]` and `[chaos]` as on disk; a step's `do.fault` is the same table.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Spot, Word};
use crate::scenario::Door;
use crate::scenario::fault::{EffectName, PlainAlert, Preset, RetryAfterForm};

/// `[[fault]]`
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "fault")]
pub struct FaultTable {
    /// Its name, unique (default: its effect).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Spot<String>>,
    /// What it does.
    pub effect: Word<EffectName>,
    /// Only by this door.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub door: Option<Word<Door>>,
    /// Only from this network: "10.0.0.0/8", one address, or "10.0.0.1-10.0.0.9".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote: Option<Spot<String>>,
    /// Only the n-th connection or request that fits otherwise, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub nth: Option<Spot<i64>>,
    /// Only this part of those that fit otherwise, drawn by the seed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 1))]
    pub probability: Option<Spot<f64>>,
    /// Only requests of this client of the scenario.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<Spot<String>>,
    /// Only requests of this user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<Spot<String>>,
    /// Only requests for this path; * stands for any characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<Spot<String>>,
    /// How often at most (default: as often as it fits).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub times: Option<Spot<i64>>,
    /// How long it holds something up.
    #[serde(rename = "for", skip_serializing_if = "Option::is_none")]
    pub lasting: Option<Spot<String>>,
    /// Which alert (default "handshake_failure").
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alert: Option<Word<PlainAlert>>,
    /// After how many bytes of the answer's body (default 0).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0))]
    pub after_bytes: Option<Spot<i64>>,
    /// What Retry-After says (default: there is none).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<Spot<String>>,
    /// The form of Retry-After (default "seconds").
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_form: Option<Word<RetryAfterForm>>,
}

/// `[chaos]`
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "chaos")]
pub struct ChaosTable {
    /// What the seed may do to clients (default "faithful": nothing).
    pub preset: Word<Preset>,
}

impl FaultTable {
    /// A fault with nothing but its effect.
    pub fn new(effect: EffectName) -> Self {
        Self {
            name: None,
            effect: Word::of(effect),
            door: None,
            remote: None,
            nth: None,
            probability: None,
            client: None,
            user: None,
            path: None,
            times: None,
            lasting: None,
            alert: None,
            after_bytes: None,
            retry_after: None,
            retry_after_form: None,
        }
    }
}
