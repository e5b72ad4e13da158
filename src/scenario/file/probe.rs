//! `[[probe]]` as on disk: what the outcomes of exchanges say about an org.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{OutcomeTable, Spot, SwitchTable};

/// `[[probe]]`: a line of docs/fidelity.md, and how to tell which way an org has it.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "probe")]
pub struct ProbeTable {
    /// The subject of the line, as docs/fidelity.md has it.
    pub line: Spot<String>,
    /// What would settle it, where no reading holds; why it cannot be settled from outside, where there is no reading.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needs: Option<Spot<String>>,
    /// What the outcomes may say; the first that holds counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reading: Vec<Spot<ReadingTable>>,
}

/// `[[probe.reading]]`: it holds if everything that it names came out so.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "reading")]
pub struct ReadingTable {
    /// What it says, in a few words (default: the values that it shows).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub says: Option<Spot<String>>,
    /// The switches that an org has which comes out so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shows: Option<Spot<SwitchTable>>,
    /// Whether an org that comes out so is otherwise than is documented (default false).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contradicts: Option<Spot<bool>>,
    /// The exchanges that are answered with a status of 2xx, and not by the edge's page.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub granted: Vec<Spot<String>>,
    /// The exchanges that are refused: by an alert, by a close without one, by the edge's page, or by a status of 4xx or 500.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<Spot<String>>,
    /// The exchanges with an outcome of their own.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub when: BTreeMap<String, Spot<OutcomeTable>>,
}
