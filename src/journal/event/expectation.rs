//! The event of an expectation that failed.

use serde::Serialize;

/// An expectation that failed and will not be met any more.
#[derive(Clone, Debug, Serialize)]
pub struct FailedExpectation {
    /// In the team's words.
    pub name: String,
    /// What was expected.
    pub expected: String,
    /// What was there.
    pub found: String,
    /// The places of the events that failed it, or came nearest.
    pub events: Vec<u64>,
}
