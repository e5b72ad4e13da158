//! The events of a run by connection, in the order in which connections came, with the questions that rules ask of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::journal::event::{Handshake, Login, Proxy, Request, SentCertificate};
use crate::journal::{Event, Kind};
use crate::org::Door;

/// Everything that happened.
#[derive(Debug)]
pub(super) struct History<'a> {
    pub connections: Vec<Connection<'a>>,
    /// What the proxy door refused.
    pub turned_away: Vec<&'a Proxy>,
    /// What each fault does that struck, by its name.
    pub effects: BTreeMap<&'a str, &'a str>,
}

/// A connection, and what came over it.
#[derive(Debug)]
pub(super) struct Connection<'a> {
    /// Counted from 1.
    pub n: usize,
    pub handshake: &'a Handshake,
    pub logins: Vec<&'a Login>,
    pub requests: Vec<&'a Request>,
}

impl<'a> History<'a> {
    /// What came over connections whose handshake is not among the events is left out.
    pub fn of(events: &'a [Arc<Event>]) -> Self {
        let (mut turned_away, mut effects) = (Vec::new(), BTreeMap::new());
        let mut connections: BTreeMap<u64, Connection<'a>> = BTreeMap::new();
        for event in events {
            match &event.kind {
                Kind::Handshake(handshake) => {
                    let (logins, requests) = (Vec::new(), Vec::new());
                    connections.insert(handshake.id, Connection { n: 0, handshake, logins, requests });
                }
                Kind::Login(login) => {
                    connections.entry(login.handshake).and_modify(|connection| connection.logins.push(login));
                }
                Kind::Request(request) => {
                    connections.entry(request.handshake).and_modify(|connection| connection.requests.push(request));
                }
                Kind::Fault(fault) => _ = effects.insert(fault.name.as_str(), fault.effect.as_str()),
                Kind::Proxy(proxy) => turned_away.push(&**proxy),
                _ => {}
            }
        }
        let mut connections: Vec<_> = connections.into_values().collect();
        connections.iter_mut().enumerate().for_each(|(at, connection)| connection.n = at + 1);
        Self { connections, turned_away, effects }
    }

    /// The connections to that door.
    pub fn at(&self, door: Door) -> impl Iterator<Item = &Connection<'a>> {
        self.connections.iter().filter(move |connection| connection.handshake.door == door)
    }

    /// Every request with its connection.
    pub fn requests(&self) -> impl Iterator<Item = (&Connection<'a>, &'a Request)> {
        self.connections
            .iter()
            .flat_map(|connection| connection.requests.iter().map(move |&request| (connection, request)))
    }

    /// Every login with its connection.
    pub fn logins(&self) -> impl Iterator<Item = (&Connection<'a>, &'a Login)> {
        self.connections.iter().flat_map(|connection| connection.logins.iter().map(move |&login| (connection, login)))
    }
}

impl Connection<'_> {
    /// Whether HTTP could begin.
    pub fn is_open(&self) -> bool {
        self.handshake.ending.is_none()
    }

    pub fn is_mutual(&self) -> bool {
        self.handshake.door == Door::Mutual
    }

    /// What was sent first, if anything was.
    pub fn leaf(&self) -> Option<&SentCertificate> {
        self.handshake.certificates.first()
    }

    /// Whether a chain was sent that holds.
    pub fn holds(&self) -> bool {
        self.leaf().is_some() && self.handshake.verdict.as_ref().is_some_and(|verdict| verdict.holds)
    }

    /// Whether it was shown a server chain that is bad on purpose: no client has to trust that.
    pub fn was_shown_a_bad_chain(&self) -> bool {
        self.handshake.server_flaw.is_some()
    }

    /// The fault that struck its handshake.
    pub fn injected(&self) -> Option<&str> {
        self.handshake.injected_fault.as_deref()
    }

    /// The number of the alert that the client sent.
    pub fn alert_received(&self) -> Option<u8> {
        let alert = self.handshake.alert_received.as_ref()?;
        alert.rsplit_once('(')?.1.trim_end_matches(')').parse().ok()
    }
}

/// The name of a certificate in the scenario, or its common name, or its subject.
pub(super) fn name_of(certificate: &SentCertificate) -> &str {
    let common_name = || certificate.subject.split(',').find_map(|part| part.strip_prefix("CN="));
    certificate.name.as_deref().or_else(common_name).unwrap_or(&certificate.subject)
}

/// Whether the org refused it because of mutual authentication.
pub(super) fn failed_mutually(request: &Request) -> bool {
    request.error.as_deref() == Some(crate::org::Refusal::MUTUAL_AUTHENTICATION_FAILED)
}

/// The fault that struck a request; or `[chaos]`, if that refused it.
pub(super) fn injected(request: &Request) -> Option<&str> {
    let by_chaos = request.error.is_some() && !request.chaos.is_empty();
    request.injected_fault.as_deref().or(by_chaos.then_some("[chaos]"))
}

/// Whether it was let in to do something within a session.
pub(super) fn is_granted_call(request: &Request) -> bool {
    request.decision == Some("granted") && matches!(request.action, Some("call" | "identity"))
}

/// `GET /services/data/v68.0/limits`
pub(super) fn asked(request: &Request) -> String {
    format!("{} {}", request.method, request.path)
}

/// Things in a row, the first few of them.
pub(super) fn listed(things: impl IntoIterator<Item = String>) -> String {
    const SHOWN: usize = 4;
    let mut distinct: Vec<String> = Vec::new();
    for thing in things {
        if !distinct.contains(&thing) {
            distinct.push(thing);
        }
    }
    let more = distinct.len().saturating_sub(SHOWN);
    distinct.truncate(SHOWN);
    let shown = distinct.join(", ");
    if more == 0 { shown } else { format!("{shown} and {more} more") }
}

/// `once`, `2 times`
pub(super) fn times(count: usize) -> String {
    match count {
        1 => "once".into(),
        count => format!("{count} times"),
    }
}

/// `1 call`, `2 calls`
pub(super) fn counted(count: usize, thing: &str) -> String {
    if count == 1 { format!("1 {thing}") } else { format!("{count} {thing}s") }
}
