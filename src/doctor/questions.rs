//! What everybody asks of a client first, answered in a line each; why it is so is the findings' part.

use serde::Serialize;

use super::history::{Connection, counted, failed_mutually, is_granted_call, listed, name_of};
use super::rule::Case;
use crate::journal::event::Request;
use crate::org::Door;

/// A question about the run, and its answer.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Question {
    /// `did it log in`
    pub question: &'static str,
    /// The answer.
    pub answer: Answer,
    /// In a few words.
    pub detail: String,
}

/// An answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// No.
    No,
    /// In part.
    Partly,
    /// Nothing came that would tell.
    Unknown,
    /// Yes.
    Yes,
}

impl Answer {
    /// As people say it.
    pub fn word(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Partly => "in part",
            Self::Unknown => "cannot tell",
            Self::Yes => "yes",
        }
    }

    fn of(good: usize, all: usize) -> Self {
        match (good, all) {
            (_, 0) => Self::Unknown,
            (0, _) => Self::No,
            (good, all) if good < all => Self::Partly,
            _ => Self::Yes,
        }
    }
}

/// How a question is answered: the answer, and its detail.
type Answering = fn(&Case<'_>) -> (Answer, String);

pub(super) fn answer(case: &Case<'_>) -> Vec<Question> {
    let asked: [(&'static str, Answering); 6] = [
        ("did it come", came),
        ("did it trust the server", trusted),
        ("did it send a certificate", sent),
        ("did it log in", logged_in),
        ("did it call on the mutual door", changed_port),
        ("did every request there carry the certificate", carried),
    ];
    let answered = asked.into_iter().map(|(question, answer)| {
        let (answer, detail) = answer(case);
        Question { question, answer, detail }
    });
    answered.collect()
}

fn came(case: &Case<'_>) -> (Answer, String) {
    let at = |door| case.history.at(door).count();
    let (standard, mutual) = (at(Door::Standard), at(Door::Mutual));
    if standard + mutual == 0 {
        return (Answer::No, String::new());
    }
    let detail = format!("{} to the standard door, {mutual} to the mutual one", counted(standard, "connection"));
    (Answer::Yes, detail)
}

fn trusted(case: &Case<'_>) -> (Answer, String) {
    let judged = || case.history.connections.iter().filter(|one| !one.was_shown_a_bad_chain());
    let alerts = listed(judged().filter_map(|one| one.handshake.alert_received.clone()));
    // whoever sends a certificate has got past the server's
    let went_on = |one: &&Connection<'_>| !one.requests.is_empty() || one.handshake.ending == Some("refused");
    let spoke = judged().filter(went_on).count();
    match (alerts.is_empty(), spoke) {
        (false, 0) => (Answer::No, format!("it sent the alert {alerts}")),
        (false, _) => (Answer::Partly, format!("on some connections it sent the alert {alerts}")),
        (true, 0) if judged().any(|one| one.handshake.ending == Some("left")) => {
            (Answer::Unknown, "it left during the handshake, without an alert".into())
        }
        (true, 0) => (Answer::Unknown, "no request came".into()),
        (true, _) => (Answer::Yes, "or it does not check".into()),
    }
}

fn sent(case: &Case<'_>) -> (Answer, String) {
    let asked: Vec<_> =
        case.history.at(Door::Mutual).filter(|one| one.handshake.ending.is_none_or(|how| how == "refused")).collect();
    let with = asked.iter().filter(|one| one.leaf().is_some()).count();
    let chains = asked.iter().filter_map(|one| chain(one));
    let detail = if asked.is_empty() { "it was never asked for one".into() } else { listed(chains) };
    (Answer::of(with, asked.len()), detail)
}

/// `billing and 1 more`, `leaf-only alone`
fn chain(connection: &Connection<'_>) -> Option<String> {
    let name = name_of(connection.leaf()?);
    let rest = connection.handshake.certificates.len() - 1;
    let sent = if rest == 0 {
        format!("{name} alone")
    } else {
        format!("{name} with {}", counted(rest, "further certificate"))
    };
    Some(if connection.holds() { sent } else { format!("{sent} (does not hold)") })
}

fn logged_in(case: &Case<'_>) -> (Answer, String) {
    let logins: Vec<_> = case.history.logins().collect();
    let granted = logins.iter().filter(|(_, login)| login.decision == "granted");
    let detail = listed(
        granted.clone().map(|(_, login)| format!("{} ({}, {} door)", login.username, login.flow, login.door.name())),
    );
    if logins.is_empty() {
        return (Answer::No, "it did not try".into());
    }
    let refused = || listed(logins.iter().map(|(_, login)| format!("{}: {}", login.username, login.status)));
    let detail = if detail.is_empty() { refused() } else { detail };
    (Answer::of(granted.count(), logins.len()), detail)
}

fn changed_port(case: &Case<'_>) -> (Answer, String) {
    let calls: Vec<_> = case.history.requests().filter(|(_, request)| is_call(request)).collect();
    let there = calls.iter().filter(|(connection, _)| connection.is_mutual()).count();
    let detail =
        if calls.is_empty() { "no call came".into() } else { format!("{there} of {}", counted(calls.len(), "call")) };
    (Answer::of(there, calls.len()), detail)
}

fn is_call(request: &Request) -> bool {
    is_granted_call(request) || failed_mutually(request) && matches!(request.action, Some("call" | "identity"))
}

fn carried(case: &Case<'_>) -> (Answer, String) {
    let requests: Vec<_> = case.history.requests().filter(|(connection, _)| connection.is_mutual()).collect();
    let with = requests.iter().filter(|(connection, _)| connection.leaf().is_some()).count();
    let detail = match requests.len() {
        0 => "no request came there".into(),
        all => format!("{with} of {}", counted(all, "request")),
    };
    (Answer::of(with, requests.len()), detail)
}
