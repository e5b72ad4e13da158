//! An event as `serve` prints it: one line, and under a refusal its explanation. Colours are the caller's.

use std::fmt::Display;

use super::Explanation;
use super::event::{Delivery, Event, FailedExpectation, Fault, Handshake, Kind, Login, Proxy, Request, Step};
use crate::org::Door;

/// What a piece of a line is, for whoever gives it a colour.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Tone {
    /// A refusal.
    Bad,
    /// Of less interest.
    Dim,
    /// A grant.
    Good,
    /// A label.
    Label,
    /// Anything else.
    Plain,
}

/// A piece of a line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Span {
    /// What it is.
    pub tone: Tone,
    /// What it says, without control characters.
    pub text: String,
}

/// The lines of an event; `port` gives the number, or another word, that stands for a door.
///
/// A refused login is explained by the request that it came in, which follows, and not twice.
pub fn lines<D: Display>(event: &Event, port: impl Fn(Door) -> D) -> Vec<Vec<Span>> {
    let door = |door: Option<Door>| span(Tone::Dim, door.map_or_else(|| "-".to_owned(), |door| port(door).to_string()));
    let first = match &event.kind {
        Kind::Admin(refused) => vec![
            span(Tone::Label, "admin"),
            span(Tone::Plain, format!("{} {} {}", refused.method, refused.path, refused.status)),
            headline(&refused.explanation),
        ],
        Kind::Advertise { host, standard_port, mutual_port, .. } => {
            advertise_line(host.as_deref(), [standard_port, mutual_port])
        }
        Kind::Clock { change } => vec![span(Tone::Label, "clock"), span(Tone::Plain, change)],
        Kind::Crl { ca, change } => vec![span(Tone::Label, "crl"), span(Tone::Plain, format!("{ca} {change}"))],
        Kind::Deliver(Delivery { client, serial, sent }) => {
            let what = format!("{client} is handed serial {serial}, and sends {}", sent.join(", "));
            vec![span(Tone::Label, "deliver"), span(Tone::Plain, what)]
        }
        Kind::Expectation(failed) => return failed_lines(failed),
        Kind::Fault(fault) => fault_line(fault, door(fault.door)),
        Kind::Handshake(handshake) => handshake_line(handshake, door(Some(handshake.door))),
        Kind::Issue { client, serial, kept_key } => {
            let key = if *kept_key { "the same key" } else { "a new key" };
            vec![span(Tone::Label, "issue"), span(Tone::Plain, format!("{client} renewed: serial {serial}, {key}"))]
        }
        Kind::Login(login) => login_line(login, door(Some(login.door))),
        Kind::Mark { name } => vec![span(Tone::Label, "mark"), span(Tone::Plain, name)],
        Kind::Password { user, change } => {
            vec![span(Tone::Label, "password"), span(Tone::Plain, format!("{user} {change}"))]
        }
        Kind::Permission { user, permission, granted } => {
            let what = if *granted { "now has" } else { "no longer has" };
            vec![span(Tone::Label, "permission"), span(Tone::Plain, format!("{user} {what} {permission}"))]
        }
        Kind::Proxy(proxy) => proxy_line(proxy),
        Kind::Request(request) => request_line(request, door(request.door)),
        Kind::Reset => vec![span(Tone::Label, "reset"), span(Tone::Plain, "back to the scenario as it was loaded")],
        Kind::Server { shows } => {
            vec![span(Tone::Label, "server"), span(Tone::Plain, format!("shows a certificate: {shows}"))]
        }
        Kind::Sessions { user, ended } => {
            vec![span(Tone::Label, "sessions"), span(Tone::Plain, format!("{user} {ended} ended"))]
        }
        Kind::Step(step) => step_line(step),
        Kind::Switch { name, value } => {
            vec![span(Tone::Label, "switch"), span(Tone::Plain, format!("{name} = {value}"))]
        }
        Kind::Trust { alias, listed } => {
            let what = if *listed { "listed" } else { "no longer listed" };
            vec![span(Tone::Label, "trust"), span(Tone::Plain, format!("{alias} {what}"))]
        }
        Kind::Upload { label, outcome, explanation } => {
            let mut line = vec![span(Tone::Label, "upload"), span(Tone::Plain, format!("'{label}'"))];
            line.push(explanation.as_ref().map_or_else(|| span(Tone::Plain, outcome), headline));
            line
        }
    };
    let explanation = event.kind.explanation().filter(|_| !matches!(event.kind, Kind::Login(_)));
    let below = explanation.into_iter().flat_map(Explanation::lines);
    let below = below.map(|(label, text)| vec![span(Tone::Dim, format!("  {label:<8} ")), span(Tone::Plain, text)]);
    std::iter::once(first).chain(below).collect()
}

/// The lines as plain text, each with its end.
pub fn plain(lines: &[Vec<Span>]) -> String {
    lines.iter().map(|line| line.iter().map(|span| span.text.as_str()).collect::<Vec<_>>().join(" ") + "\n").collect()
}

fn advertise_line(host: Option<&str>, ports: [&Option<u16>; 2]) -> Vec<Span> {
    let port = |port: &Option<u16>| port.map_or_else(|| "as asked for".to_owned(), |port| port.to_string());
    let [standard, mutual] = ports.map(port);
    let host = host.unwrap_or("as asked for");
    let text = format!("host {host}, standard port {standard}, mutual port {mutual}");
    vec![span(Tone::Label, "advertise"), span(Tone::Plain, text)]
}

fn fault_line(fault: &Fault, door: Span) -> Vec<Span> {
    let (name, change, effect) = (&fault.name, fault.change, &fault.effect);
    // one without a name of its own is called by its effect
    let effect = if name == effect { String::new() } else { format!(": {effect}") };
    let what = span(Tone::Plain, format!("'{name}' {change}{effect}"));
    let label = span(Tone::Label, "fault");
    if fault.handshake.is_some() { vec![door, label, what] } else { vec![label, what] }
}

fn failed_lines(failed: &FailedExpectation) -> Vec<Vec<Span>> {
    let first = vec![span(Tone::Label, "expectation"), span(Tone::Bad, format!("failed: {}", failed.name))];
    let below = [("expected", &failed.expected), ("found", &failed.found)];
    let below = below.map(|(label, text)| vec![span(Tone::Dim, format!("  {label:<8} ")), span(Tone::Plain, text)]);
    std::iter::once(first).chain(below).collect()
}

fn proxy_line(proxy: &Proxy) -> Vec<Span> {
    let mut line = vec![span(Tone::Label, "proxy")];
    line.extend([&proxy.method, &proxy.connect].into_iter().flatten().map(|text| span(Tone::Plain, text)));
    line.extend(proxy.status.map(|status| span(Tone::Plain, status.to_string())));
    line.push(headline(&proxy.explanation));
    line
}

fn step_line(step: &Step) -> Vec<Span> {
    let Step { name, trigger, verb, what, outcome, explanation } = step;
    let mut line = vec![
        span(Tone::Label, "step"),
        span(Tone::Plain, format!("'{name}'")),
        span(Tone::Dim, format!("{trigger}:")),
        span(Tone::Plain, format!("{verb} {what}")),
    ];
    line.push(explanation.as_ref().map_or_else(|| span(Tone::Good, outcome), headline));
    line
}

fn request_line(request: &Request, door: Span) -> Vec<Span> {
    let user = request.user.as_deref().unwrap_or("-");
    let mut line = vec![
        door,
        span(Tone::Plain, user),
        span(Tone::Plain, format!("{} {}", request.method, request.path)),
        span(Tone::Plain, request.status.to_string()),
    ];
    match (&request.explanation, request.decision, &request.ground, &request.error) {
        (Some(explanation), ..) => line.push(headline(explanation)),
        (None, Some("granted"), Some(ground), _) => line.push(span(Tone::Good, format!("granted {ground}"))),
        (None, Some("granted"), None, _) => line.push(span(Tone::Good, "granted")),
        (None, Some(other), _, _) => line.push(span(Tone::Bad, other)),
        (None, None, _, Some(error)) => line.push(span(Tone::Plain, error)),
        (None, None, _, None) => {}
    }
    line.extend(request.chaos.iter().map(|decision| span(Tone::Label, format!("chaos: {decision}"))));
    line
}

fn login_line(login: &Login, door: Span) -> Vec<Span> {
    let mut line = vec![door, span(Tone::Plain, &login.username), span(Tone::Plain, format!("login ({})", login.flow))];
    line.push(match login.decision {
        "granted" => span(Tone::Good, "granted"),
        decision => span(Tone::Bad, format!("{decision}: {}", login.status)),
    });
    line
}

fn handshake_line(handshake: &Handshake, door: Span) -> Vec<Span> {
    let mut line = vec![door, span(Tone::Dim, "handshake")];
    line.extend(handshake.tls_version.as_ref().map(|version| span(Tone::Dim, version)));
    line.extend(handshake.connect.as_ref().map(|target| span(Tone::Dim, format!("by proxy as {target}"))));
    if let Some(leaf) = handshake.certificates.first() {
        line.push(span(Tone::Dim, &leaf.subject));
    } else if handshake.door == Door::Mutual && handshake.alert_received.is_none() {
        line.push(span(Tone::Dim, "no certificate"));
    }
    line.extend(handshake.resumed_from.map(|from| span(Tone::Dim, format!("resumed from {from}"))));
    line.extend(handshake.not_resumed.as_ref().map(|why| span(Tone::Dim, format!("did not resume {why};"))));
    line.extend(handshake.server_flaw.map(|flaw| span(Tone::Label, format!("shown a bad server chain ({flaw}):"))));
    if let Some(explanation) = &handshake.explanation {
        line.push(headline(explanation));
    } else if let Some(alert) = &handshake.alert_received {
        line.push(span(Tone::Bad, format!("the client sent the alert {alert}")));
    } else if let Some(alert) = &handshake.alert_sent {
        line.push(span(Tone::Bad, format!("refused with the alert {alert}")));
    } else if handshake.verdict.as_ref().is_some_and(|verdict| verdict.holds) {
        line.push(span(Tone::Dim, "holds"));
    }
    line
}

fn headline(explanation: &Explanation) -> Span {
    span(Tone::Bad, &explanation.headline)
}

pub(crate) fn span(tone: Tone, text: impl AsRef<str>) -> Span {
    Span { tone, text: harmless(text.as_ref()) }
}

/// Paths and usernames come from the network: what moves the cursor, ends a line or turns text round must not reach the
/// terminal, where it could forge a line.
pub fn harmless(text: &str) -> String {
    text.chars().map(|c| if is_treacherous(c) { '\u{fffd}' } else { c }).collect()
}

/// Control characters, separators of lines, and marks of direction.
fn is_treacherous(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
