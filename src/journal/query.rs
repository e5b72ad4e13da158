//! Asking the journal: by place, kind, door, client, user and outcome.

use std::sync::Arc;

use super::connections::Connections;
use super::event::{Event, Kind};
use super::pattern::Pattern;
use crate::org::Door;

pub use crate::scenario::Outcome;

/// What is asked for; what is left out is not looked at.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Query {
    /// Only events after this place.
    pub since: u64,
    /// Only this kind: `handshake`, `request` …
    pub kind: Option<String>,
    /// Only what came by this door.
    pub door: Option<Door>,
    /// Only connections whose first certificate has this name in the scenario (or this common name), and what came
    /// over them.
    pub client: Option<String>,
    /// Only what names this user, in any case.
    pub user: Option<String>,
    /// Only what came out so.
    pub outcome: Option<Outcome>,
}

impl Query {
    /// The events that answer it; the handshakes of a `client` are looked for in the same events.
    pub fn select(&self, events: &[Arc<Event>]) -> Vec<Arc<Event>> {
        let Some(pattern) = self.pattern() else { return Vec::new() };
        let mut connections = Connections::new();
        events.iter().for_each(|event| connections.observe(event));
        // an expectation may ask for a client's renewal; a query asks for its connections
        let came_in = |event: &Event| self.client.is_none() || event.kind.handshake().is_some();
        let wanted =
            |event: &&Arc<Event>| event.seq > self.since && came_in(event) && pattern.matches(event, &connections);
        events.iter().filter(wanted).cloned().collect()
    }

    /// What is asked for, but for the place; `None` if there is no such kind, which no event answers.
    fn pattern(&self) -> Option<Pattern> {
        let of_kind = self.kind.as_deref().map_or_else(|| Some(Pattern::default()), Pattern::of_kind)?;
        let Self { door, client, user, outcome, .. } = self.clone();
        Some(Pattern { door, client, user, outcome, ..of_kind })
    }
}

impl Kind {
    /// How it came out; none where nobody asked for anything.
    pub fn outcome(&self) -> Option<Outcome> {
        let granted = match self {
            Self::Admin(_) => false,
            Self::Handshake(handshake) => handshake.succeeded(),
            Self::Login(login) => login.decision == "granted",
            Self::Proxy(_) => false,
            Self::Request(request) => request.decision? == "granted",
            Self::Step(step) => step.outcome == "done",
            Self::Upload { outcome, .. } => *outcome != "refused",
            _ => return None,
        };
        Some(if granted { Outcome::Granted } else { Outcome::Refused })
    }
}
