//! The events that came nearest to a pattern, for the text of a failure: few, whatever the length of the run.

use std::sync::Arc;

use crate::journal::connections::Connections;
use crate::journal::event::{Event, Kind};
use crate::journal::pattern::Pattern;

/// So many are kept.
const MOST_NEAREST: usize = 3;

/// The nearest so far, the best first.
#[derive(Clone, Debug, Default)]
pub(super) struct Nearest(Vec<Near>);

/// An event, and in what it is not as wanted.
#[derive(Clone, Debug)]
pub(super) struct Near {
    pub event: Arc<Event>,
    pub differs: Vec<&'static str>,
}

impl Nearest {
    /// An event that does not match.
    pub fn consider(&mut self, pattern: &Pattern, event: &Arc<Event>, connections: &Connections) {
        let mut differs = Vec::new();
        if !pattern.is_of_kind(event) {
            // where no request came about, the handshake that was refused tells why
            if !is_a_failed_connection(event) || !pattern.kind.is_some_and(|kind| is_of_connections(kind.name())) {
                return;
            }
            differs.push("kind");
        }
        differs.extend(pattern.differences(event, connections));
        let rank = |near: &Near| (distance(&near.differs), near.event.kind.explanation().is_none(), near.event.seq);
        self.0.push(Near { event: event.clone(), differs });
        self.0.sort_by_key(rank);
        self.0.truncate(MOST_NEAREST);
    }

    /// The best first.
    pub fn iter(&self) -> impl Iterator<Item = &Near> {
        self.0.iter()
    }
}

/// Who it was says more than how it went.
fn distance(differs: &[&str]) -> usize {
    let weight = |key: &&str| if matches!(*key, "client" | "name" | "path" | "user") { 3 } else { 1 };
    differs.iter().map(weight).sum()
}

fn is_of_connections(kind: &str) -> bool {
    matches!(kind, "handshake" | "login" | "request")
}

fn is_a_failed_connection(event: &Event) -> bool {
    matches!(&event.kind, Kind::Handshake(handshake) if !handshake.succeeded())
}
