//! Whether an event is as a pattern wants it, and in what it differs. Reading patterns from a file is `scenario`'s.

use super::connections::{Connections, Shown, number};
use super::event::{Delivery, Event, Kind};
use crate::scenario::pattern::{Age, Alert, Sent, SentWord, Status};

pub use crate::scenario::pattern::Pattern;

impl Pattern {
    /// Whether an event is as wanted. `connections` has observed every event so far, this one too.
    pub fn matches(&self, event: &Event, connections: &Connections) -> bool {
        self.is_of_kind(event) && self.checks(event, connections).all(|(_, holds)| holds)
    }

    /// Whether the event is of the kind that is asked for, if one is.
    pub fn is_of_kind(&self, event: &Event) -> bool {
        self.kind.is_none_or(|kind| kind.name() == event.kind.name())
    }

    /// The keys in which an event of the right kind is not as wanted.
    pub fn differences(&self, event: &Event, connections: &Connections) -> Vec<&'static str> {
        self.checks(event, connections).filter(|(_, holds)| !holds).map(|(key, _)| key).collect()
    }

    /// Every key that is set, and whether the event has it so.
    fn checks(&self, event: &Event, connections: &Connections) -> impl Iterator<Item = (&'static str, bool)> {
        let kind = &event.kind;
        let shown = || kind.handshake().and_then(|id| connections.shown(id));
        let check = |key, holds: Option<bool>| holds.map(|holds| (key, holds));
        [
            check("door", self.door.map(|door| kind.door() == Some(door))),
            check("client", self.client.as_ref().map(|client| is_of_client(kind, shown(), client))),
            check("user", self.user.as_ref().map(|user| names_user(kind, user))),
            check("outcome", self.outcome.map(|outcome| kind.outcome() == Some(outcome))),
            check("sent", self.sent.as_ref().map(|sent| shown().is_some_and(|shown| was_sent(shown, sent)))),
            check("serial", self.serial.as_ref().map(|serial| has_serial(kind, shown(), serial))),
            check("certificate", self.certificate.map(|age| is_of_age(shown(), age, connections))),
            check("rule", self.rule.map(|rule| breaks(kind, rule.name()))),
            check("alert-sent", self.alert_sent.map(|alert| alerts(kind)[0].is_some_and(|sent| is(alert, sent)))),
            check("alert-received", self.alert_received.map(|alert| alerts(kind)[1].is_some_and(|got| is(alert, got)))),
            check("ending", self.ending.map(|ending| ended(kind) == Some(ending.name()))),
            check("method", self.method.as_ref().map(|method| method_of(kind) == Some(method.as_str()))),
            check(
                "path",
                self.path.as_ref().map(|path| request(kind).is_some_and(|request| fits(path, &request.path))),
            ),
            check("status", self.status.map(|status| status_of(kind).is_some_and(|found| is_status(found, status)))),
            check("action", self.action.map(|a| request(kind).is_some_and(|r| r.action == Some(a.name())))),
            check("family", self.family.map(|f| request(kind).is_some_and(|r| r.family == f.name()))),
            check("flow", self.flow.map(|flow| matches!(kind, Kind::Login(login) if login.flow == flow.name()))),
            check("error", self.error.map(|e| request(kind).is_some_and(|r| r.error.as_deref() == Some(e.name())))),
            check("name", self.name.as_ref().map(|name| kind.label() == Some(name.as_str()))),
        ]
        .into_iter()
        .flatten()
    }
}

impl Kind {
    /// The name that it goes by: a mark's, a step's, an upload's label, a CA, a switch.
    pub fn label(&self) -> Option<&str> {
        match self {
            Self::Crl { ca, .. } => Some(ca),
            Self::Expectation(failed) => Some(&failed.name),
            Self::Fault(fault) => Some(&fault.name),
            Self::Mark { name } => Some(name),
            Self::Step(step) => Some(&step.name),
            Self::Switch { name, .. } => Some(name),
            Self::Trust { alias, .. } => Some(alias),
            Self::Upload { label, .. } => Some(label),
            _ => None,
        }
    }
}

fn request(kind: &Kind) -> Option<&super::event::Request> {
    match kind {
        Kind::Request(request) => Some(request),
        _ => None,
    }
}

fn is_of_client(kind: &Kind, shown: Option<&Shown>, client: &str) -> bool {
    match kind {
        Kind::Deliver(delivery) => delivery.client == client,
        Kind::Issue { client: renewed, .. } => renewed == client,
        _ => shown.is_some_and(|shown| shown.is_of(client)),
    }
}

fn names_user(kind: &Kind, wanted: &str) -> bool {
    kind.user().is_some_and(|user| user.to_lowercase() == wanted.to_lowercase())
}

fn was_sent(shown: &Shown, wanted: &Sent) -> bool {
    match wanted {
        Sent::Names(names) => shown.sent.iter().map(Option::as_deref).eq(names.iter().map(|name| Some(name.as_str()))),
        Sent::Word(SentWord::Any) => !shown.sent.is_empty(),
        Sent::Word(SentWord::Chain) => shown.sent.len() > 1,
        Sent::Word(SentWord::Leaf) => shown.sent.len() == 1,
        Sent::Word(SentWord::None) => shown.sent.is_empty(),
    }
}

fn has_serial(kind: &Kind, shown: Option<&Shown>, wanted: &str) -> bool {
    match kind {
        Kind::Deliver(Delivery { serial, .. }) | Kind::Issue { serial, .. } => number(serial) == number(wanted),
        _ => shown.is_some_and(|shown| shown.serial.as_ref() == Some(&number(wanted))),
    }
}

fn is_of_age(shown: Option<&Shown>, age: Age, connections: &Connections) -> bool {
    let renewed = shown.and_then(|shown| connections.is_renewed(shown));
    match age {
        Age::Renewed => renewed == Some(true),
        Age::Replaced => renewed == Some(false),
    }
}

/// Handshakes have every rule that was broken; of the rest the explanation says where to read on.
fn breaks(kind: &Kind, rule: &str) -> bool {
    if let Kind::Handshake(handshake) = kind {
        return handshake.verdict.iter().flat_map(|verdict| &verdict.faults).any(|fault| fault.rule == rule);
    }
    kind.explanation().and_then(|explanation| explanation.anchor()) == Some(rule)
}

/// Sent, and received.
fn alerts(kind: &Kind) -> [Option<&str>; 2] {
    match kind {
        Kind::Handshake(handshake) => [handshake.alert_sent.as_deref(), handshake.alert_received.as_deref()],
        _ => [None, None],
    }
}

/// `unknown_ca (48)` is `unknown_ca`.
fn is(alert: Alert, found: &str) -> bool {
    alert.name() == "any" || found.split(' ').next() == Some(alert.name())
}

fn ended(kind: &Kind) -> Option<&'static str> {
    match kind {
        Kind::Handshake(handshake) => handshake.ending,
        _ => None,
    }
}

fn method_of(kind: &Kind) -> Option<&str> {
    match kind {
        Kind::Request(request) => Some(&request.method),
        Kind::Proxy(proxy) => proxy.method.as_deref(),
        _ => None,
    }
}

fn status_of(kind: &Kind) -> Option<u16> {
    match kind {
        Kind::Request(request) => Some(request.status),
        Kind::Proxy(proxy) => proxy.status,
        _ => None,
    }
}

fn is_status(found: u16, wanted: Status) -> bool {
    match wanted {
        Status::Class(digit) => found / 100 == digit,
        Status::Exactly(status) => found == status,
    }
}

/// Whether a path is like this one, in any case; `*` stands for any characters. Linear in the path for each `*`.
fn fits(wanted: &str, path: &str) -> bool {
    let (wanted, path) = (wanted.to_lowercase(), path.to_lowercase());
    let mut pieces = wanted.split('*');
    let Some(mut rest) = pieces.next().and_then(|first| path.strip_prefix(first)) else { return false };
    let mut pieces: Vec<&str> = pieces.collect();
    let Some(last) = pieces.pop() else { return rest.is_empty() };
    for piece in pieces {
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_characters_and_case_makes_no_difference() {
        for (wanted, path, expected) in [
            ("/services/data/*", "/services/data/v68.0/limits", true),
            ("/services/data/*", "/services/Soap/u/64.0", false),
            ("/Services/data", "/services/DATA", true),
            ("/services/data", "/services/data/v68.0", false),
            ("*/limits", "/services/data/v68.0/limits", true),
            ("/a*b*c", "/a1b2b3c", true),
            ("/a*b*c", "/abcd", false),
            ("/ab*ba", "/aba", false),
            ("*", "", true),
        ] {
            assert_eq!(fits(wanted, path), expected, "{wanted} {path}");
        }
    }

    #[test]
    fn a_serial_number_has_one_spelling() {
        assert_eq!(number("00:1a:2B"), "1A2B");
    }
}
