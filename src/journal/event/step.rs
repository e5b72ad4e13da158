//! A step of the scenario was played.

use serde::Serialize;

use super::Explanation;

/// A step, once its verb is done or has failed. What the verb itself leaves behind comes before.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// Its name in the scenario.
    pub name: String,
    /// Why now: `at +30d`, `after 3 events`, `when an event came`, `on call`.
    pub trigger: String,
    /// As the scenario has it after `do.`: `issue`.
    pub verb: &'static str,
    /// What it was done to, and how: `billing, with a new key`.
    pub what: String,
    /// `done` or `failed`
    pub outcome: &'static str,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Explanation>,
}
