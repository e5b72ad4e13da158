//! The client's side of a scenario: plays its exchanges at an org and compares every outcome. What is sent and how it is
//! compared is decided in `exchange`; nothing is judged here.

use std::time::Duration;

use serde::Serialize;

use crate::exchange::Difference;
use crate::journal::Explanation;
use crate::scenario::Scenario;
use crate::simulator::{Simulator, StartError};

mod against;
mod connection;
mod ending;
pub mod fidelity;
mod given;
mod http;
mod identity;
mod keys;
mod party;
mod player;
pub mod record;
mod steps;
mod tunnel;

pub use against::{Against, Pace, USUAL_RATE};
pub use connection::{CONNECT_TIMEOUT, HANDSHAKE_TIMEOUT};
pub use given::{CredentialsFile, Given, Sources};
pub use http::{ANSWER_TIMEOUT, LARGEST_ANSWER, LARGEST_ANSWER_HEAD, MOST_ANSWER_HEADERS};
pub use party::Party;
pub use player::Player;

/// How the exchanges of one scenario came out, in order.
#[derive(Clone, Debug, Serialize)]
pub struct Played {
    /// Each of them.
    pub exchanges: Vec<Exchanged>,
    /// How long they took together.
    pub duration_us: u64,
}

/// How one exchange came out.
#[derive(Clone, Debug, Serialize)]
pub struct Exchanged {
    /// Its name, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where it stands in its file.
    pub line: usize,
    /// By which door; none for a step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub door: Option<&'static str>,
    /// The client whose certificate was shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// What was done: `step renewal`, `login soap billing@acme.example`, `GET /services/data`.
    pub action: String,
    /// What came of it.
    pub found: String,
    /// Whether that is as expected.
    pub outcome: Judged,
    /// Where it is not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<Difference>,
    /// What it answered, where that is not as expected: the beginning, without sessions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// What came of it at an org of ours, where another org's outcome is not as expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ours: Option<String>,
    /// Why the org that we started refused, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Explanation>,
    /// How long it took.
    pub duration_us: u64,
}

/// Whether an outcome is as expected.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Judged {
    /// It is.
    AsExpected,
    /// It is not.
    Different,
    /// It was not sent: an earlier exchange did not give what it needs, or a secret is missing.
    NotPlayed,
}

impl Played {
    /// Whether every outcome is as expected.
    pub fn is_as_expected(&self) -> bool {
        self.exchanges.iter().all(|exchange| exchange.outcome == Judged::AsExpected)
    }

    /// The first exchange that is not as expected.
    pub fn first_difference(&self) -> Option<&Exchanged> {
        self.exchanges.iter().find(|exchange| exchange.outcome != Judged::AsExpected)
    }
}

/// Starts an org from a scenario on free ports, plays the scenario's exchanges, and stops it. Where there are none, its steps
/// are played: those that have their moment or are called.
///
/// # Errors
/// The org does not start.
pub async fn replay(simulator: Simulator, scenario: Scenario) -> Result<Played, StartError> {
    let played = scenario.clone();
    let org = simulator.run(scenario).await?;
    let player = Player::new(Party::own(&org, &played));
    let outcomes = if played.exchanges.is_empty() { player.film().await } else { player.all(&played.exchanges).await };
    org.stop().await;
    Ok(outcomes)
}

impl Played {
    /// Beside each outcome that is not as expected, what came of it at an org of ours, and why.
    pub fn beside(mut self, ours: &Self) -> Self {
        // both have the same steps in the same places
        for (theirs, ours) in self.exchanges.iter_mut().zip(&ours.exchanges) {
            if theirs.outcome != Judged::AsExpected {
                theirs.ours = Some(ours.found.clone());
                theirs.explanation.clone_from(&ours.explanation);
            }
        }
        self
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
