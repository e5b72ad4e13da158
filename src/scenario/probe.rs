//! Probes: what the outcomes of exchanges say about an org. Playing them is `replay`'s, reading them `exchange`'s.

use std::collections::BTreeMap;

use super::exchange::Expected;

/// `[[probe]]`: every exchange in it exists.
#[derive(Clone, Debug)]
pub struct ProbeSpec {
    /// The subject of a line of docs/fidelity.md.
    pub line: String,
    /// What would settle it.
    pub needs: Option<String>,
    /// The first that holds counts; none for a line that cannot be settled from outside.
    pub readings: Vec<ReadingSpec>,
}

/// `[[probe.reading]]`
#[derive(Clone, Debug)]
pub struct ReadingSpec {
    /// In a few words.
    pub says: String,
    /// Switches by table and name, as a scenario file writes their values.
    pub shows: Switches,
    /// Whether that is otherwise than is documented.
    pub contradicts: bool,
    /// What holds if this does, by the exchange's name.
    pub conditions: Vec<(String, Condition)>,
}

/// `[edge]` and `[org]`, as far as they are known.
pub type Switches = BTreeMap<String, toml::Table>;

/// What is asked of an exchange's outcome.
#[derive(Clone, Debug)]
pub enum Condition {
    /// Answered with a status of 2xx, and not by the edge's page.
    Granted,
    /// Exactly so.
    Like(Box<Expected>),
    /// An alert, a close without one, the edge's page, a status of 4xx or 500.
    Refused,
}

impl ProbeSpec {
    /// The exchanges that its readings ask about.
    pub fn exchanges(&self) -> impl Iterator<Item = &str> {
        self.readings.iter().flat_map(|reading| &reading.conditions).map(|(name, _)| name.as_str())
    }
}
