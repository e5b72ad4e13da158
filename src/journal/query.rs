//! Asking the journal: by place, kind, door, client, user and outcome.

use std::collections::HashSet;
use std::sync::Arc;

use super::event::{Event, Handshake, Kind};
use crate::org::Door;

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

/// How something came out.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It was allowed.
    Granted,
    /// It was not.
    Refused,
}

impl Query {
    /// The events that answer it; the handshakes of a `client` are looked for in the same events.
    pub fn select(&self, events: &[Arc<Event>]) -> Vec<Arc<Event>> {
        let connections: Option<HashSet<u64>> = self.client.as_ref().map(|client| {
            let handshakes = events.iter().filter_map(|event| match &event.kind {
                Kind::Handshake(handshake) => Some(handshake),
                _ => None,
            });
            handshakes.filter(|handshake| presents(handshake, client)).map(|handshake| handshake.id).collect()
        });
        let of_client = |kind: &Kind| match &connections {
            Some(connections) => kind.handshake().is_some_and(|id| connections.contains(&id)),
            None => true,
        };
        events.iter().filter(|event| self.matches(event) && of_client(&event.kind)).cloned().collect()
    }

    fn matches(&self, event: &Event) -> bool {
        event.seq > self.since
            && self.kind.as_deref().is_none_or(|kind| kind == event.kind.name())
            && self.door.is_none_or(|door| event.kind.door() == Some(door))
            && self.outcome.is_none_or(|outcome| event.kind.outcome() == Some(outcome))
            && self
                .user
                .as_ref()
                .is_none_or(|wanted| event.kind.user().is_some_and(|user| user.to_lowercase() == wanted.to_lowercase()))
    }
}

impl Kind {
    /// How it came out; none where nobody asked for anything.
    pub fn outcome(&self) -> Option<Outcome> {
        let granted = match self {
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

fn presents(handshake: &Handshake, client: &str) -> bool {
    handshake.certificates.first().is_some_and(|leaf| {
        leaf.name.as_deref() == Some(client)
            || leaf.subject.split(',').find_map(|part| part.strip_prefix("CN=")) == Some(client)
    })
}
