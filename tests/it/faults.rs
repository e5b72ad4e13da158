//! What goes wrong on purpose: each fault as a client meets it, and what the journal says of it.

use std::sync::Arc;

use mockorg::journal::{Event, Kind, event};

use crate::wire::Org;

mod connections;
mod counting;
mod requests;
mod verbs;

pub const LIMITS: &str = "/services/data/v68.0/limits";

/// The quickstart with these faults.
pub fn with(faults: &str) -> Org {
    Org::from_toml(&format!("{}\n{faults}", include_str!("../../scenarios/quickstart.toml")))
}

/// The quickstart with one.
pub fn fault(keys: &str) -> Org {
    with(&format!("[[fault]]\n{keys}\n"))
}

/// What faults did so far: name, change, effect.
pub fn told(org: &Org) -> Vec<(String, &'static str, String)> {
    let events = org.journal().since(0);
    let faults = events.iter().filter_map(|event| match &event.kind {
        Kind::Fault(fault) => Some((fault.name.clone(), fault.change, fault.effect.clone())),
        _ => None,
    });
    faults.collect()
}

/// The last handshake, once it is there.
pub fn last_handshake(org: &Org, wanted: impl Fn(&event::Handshake) -> bool) -> event::Handshake {
    let event = org.event(|event| matches!(&event.kind, Kind::Handshake(handshake) if wanted(handshake)));
    let Kind::Handshake(handshake) = &event.kind else { unreachable!("asked for a handshake") };
    (**handshake).clone()
}

/// The last request.
pub fn last_request(org: &Org) -> event::Request {
    let events: Vec<Arc<Event>> = org.journal().since(0);
    let request = events.iter().rev().find_map(|event| match &event.kind {
        Kind::Request(request) => Some((**request).clone()),
        _ => None,
    });
    request.expect("a request was answered")
}
