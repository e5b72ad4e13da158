//! The connections of a run as a report lists them: what was negotiated, what was sent, what was asked and answered.

use serde::Serialize;

use super::history::{Connection, History, injected, name_of};
use crate::journal::event::{Login, Request};
use crate::org::Door;

/// A connection.
#[derive(Clone, Debug, Serialize)]
pub struct Visit {
    /// Counted from 1.
    pub n: usize,
    /// By which door.
    pub door: Door,
    /// What the client asked the proxy door for, if it came through that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connect: Option<String>,
    /// `TLSv1.3`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_version: Option<String>,
    /// The server name that the client asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sni: Option<String>,
    /// `h2`, `http/1.1`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alpn: Option<String>,
    /// The names of the certificates in the scenario, or their common names, as sent.
    pub certificates: Vec<String>,
    /// Whether the chain holds; absent if none was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holds: Option<bool>,
    /// How it ended, if HTTP never began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ending: Option<&'static str>,
    /// The alert that went over it, from either side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alert: Option<String>,
    /// What was wrong on purpose with the server chain that it showed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_flaw: Option<&'static str>,
    /// The fault that struck its handshake.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub injected_fault: Option<String>,
    /// What was asked over it.
    pub requests: Vec<Entry>,
}

/// A request and its answer.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// `GET`
    pub method: String,
    /// Without query, ids and tokens masked.
    pub path: String,
    /// Of HTTP.
    pub status: u16,
    /// Whose session, or whose login.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The flow, if it was a login.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login: Option<&'static str>,
    /// The org's error code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The fault that struck it, or `[chaos]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub injected_fault: Option<String>,
    /// `granted` or `refused`; absent where nobody asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<&'static str>,
    /// Why, in one line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

pub(super) fn of(history: &History<'_>) -> Vec<Visit> {
    history.connections.iter().map(visit).collect()
}

fn visit(connection: &Connection<'_>) -> Visit {
    let handshake = connection.handshake;
    let mut logins = connection.logins.iter();
    Visit {
        n: connection.n,
        door: handshake.door,
        connect: handshake.connect.clone(),
        tls_version: handshake.tls_version.clone(),
        sni: handshake.sni.clone(),
        alpn: handshake.alpn.clone(),
        certificates: handshake.certificates.iter().map(|sent| name_of(sent).to_owned()).collect(),
        holds: handshake.verdict.as_ref().map(|verdict| verdict.holds),
        ending: handshake.ending,
        alert: handshake.alert_sent.clone().or_else(|| handshake.alert_received.clone()),
        server_flaw: handshake.server_flaw,
        injected_fault: handshake.injected_fault.clone(),
        requests: connection.requests.iter().map(|request| entry(request, &mut logins)).collect(),
    }
}

/// The journal tells of a login just before the request that it came in.
fn entry<'a>(request: &Request, logins: &mut impl Iterator<Item = &'a &'a Login>) -> Entry {
    let logs_in = matches!(request.action, Some("login" | "token"));
    let login = if logs_in { logins.next().copied() } else { None };
    Entry {
        method: request.method.clone(),
        path: request.path.clone(),
        status: request.status,
        user: request.user.clone(),
        login: login.map(|login| login.flow),
        error: request.error.clone(),
        injected_fault: injected(request).map(str::to_owned),
        decision: request.decision,
        why: request
            .explanation
            .as_ref()
            .map(|explanation| explanation.headline.clone())
            .or_else(|| request.ground.clone()),
    }
}
