//! `[[expect]]` as on disk.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{PatternTable, Spot};

/// `[[expect]]`: one of `event`, `never` and `every`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "expect")]
pub struct ExpectTable {
    /// What is expected, in the team's words; unique.
    pub name: Spot<String>,
    /// Events that are counted (default at least one).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<Spot<PatternTable>>,
    /// Events that must not be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub never: Option<Spot<PatternTable>>,
    /// Events of which each must be as `has` says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub every: Option<Spot<PatternTable>>,
    /// How each of `every` must be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has: Option<Spot<PatternTable>>,
    /// So many at least.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least: Option<Spot<i64>>,
    /// So many at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_most: Option<Spot<i64>>,
    /// So many, neither more nor fewer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exactly: Option<Spot<i64>>,
    /// How long, on the wall's clock, one of them must wait after the end of the one before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub apart: Option<Spot<String>>,
    /// Only what begins after the first event of these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Spot<PatternTable>>,
    /// Only what comes before the first event of these (that comes after `after`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Spot<PatternTable>>,
}
