//! The events of contract: handshake, request, login, upload, and the verbs.

use jiff::Timestamp;
use serde::Serialize;

use super::Explanation;
use crate::org::Door;

mod delivery;
mod expectation;
mod fault;
mod proxy;
mod step;
mod verdict;

pub use delivery::Delivery;
pub use expectation::FailedExpectation;
pub use fault::Fault;
pub use proxy::Proxy;
pub use step::Step;
pub use verdict::{FaultEntry, SentCertificate, VerdictEntry};

/// One thing that happened.
#[derive(Clone, Debug, Serialize)]
pub struct Event {
    /// Of this format: 1.
    pub version: u32,
    /// Counted from 1.
    pub seq: u64,
    /// The org's clock.
    pub org_time: Timestamp,
    /// The wall's clock.
    pub wall_time: Timestamp,
    /// What.
    #[serde(flatten)]
    pub kind: Kind,
}

/// What happened.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Kind {
    /// The admin door refused a request.
    Admin(Box<Admin>),
    /// What answers say of where the doors are was set; nothing means that they follow each request again.
    Advertise {
        /// The host.
        #[serde(skip_serializing_if = "Option::is_none")]
        host: Option<String>,
        /// The port that leads to the standard door.
        #[serde(skip_serializing_if = "Option::is_none")]
        standard_port: Option<u16>,
        /// The port that leads to the mutual door.
        #[serde(skip_serializing_if = "Option::is_none")]
        mutual_port: Option<u16>,
        /// The port that leads to the proxy door.
        #[serde(skip_serializing_if = "Option::is_none")]
        proxy_port: Option<u16>,
        /// The port that leads to the admin door.
        #[serde(skip_serializing_if = "Option::is_none")]
        admin_port: Option<u16>,
    },
    /// The org's clock was moved.
    Clock {
        /// By what or to when, as asked.
        change: String,
    },
    /// A CRL was issued, published, withheld or replaced.
    Crl {
        /// The CA.
        ca: String,
        /// What was done.
        change: String,
    },
    /// What a client has was put into its kit's files.
    Deliver(Delivery),
    /// An expectation failed, for good.
    Expectation(Box<FailedExpectation>),
    /// A fault was set, cleared, or is about to strike.
    Fault(Box<Fault>),
    /// A TLS connection was tried.
    Handshake(Box<Handshake>),
    /// A client's certificate was renewed.
    Issue {
        /// Its name in the scenario.
        client: String,
        /// Of the new certificate, hexadecimal.
        serial: String,
        /// Whether the key stayed.
        kept_key: bool,
    },
    /// Somebody tried to log in.
    Login(Box<Login>),
    /// A place in the journal was given a name.
    Mark {
        /// Its name.
        name: String,
    },
    /// A user's password was set, or expired.
    Password {
        /// Whose.
        user: String,
        /// `set` or `expired`; never the password.
        change: &'static str,
    },
    /// A permission was granted or taken away.
    Permission {
        /// Whose.
        user: String,
        /// Which.
        permission: String,
        /// Granted, or taken away.
        granted: bool,
    },
    /// The proxy door refused what a client asked it for. A tunnel that it grants is told by its handshake.
    Proxy(Box<Proxy>),
    /// A request was answered.
    Request(Box<Request>),
    /// The org went back to the scenario as it was loaded.
    Reset,
    /// The doors prove themselves with another chain.
    Server {
        /// `renewed`, or the flaw of the chain: `expired`, `incomplete`, `other-root`, `wrong-name`.
        shows: String,
    },
    /// A user's sessions were ended by a verb.
    Sessions {
        /// Whose.
        user: String,
        /// How many.
        ended: usize,
    },
    /// A step of the scenario was played.
    Step(Box<Step>),
    /// A switch was set.
    Switch {
        /// `edge.…` or `org.…`
        name: String,
        /// Its new value.
        value: String,
    },
    /// A root was put on the trust list or taken off.
    Trust {
        /// Its name on the list.
        alias: String,
        /// On, or off.
        listed: bool,
    },
    /// A mutual authentication certificate was uploaded, refused or deleted.
    Upload {
        /// Its label.
        label: String,
        /// `uploaded`, `refused`, `deleted`
        outcome: &'static str,
        /// Why it was refused.
        #[serde(skip_serializing_if = "Option::is_none")]
        explanation: Option<Explanation>,
    },
}

impl Kind {
    /// Its name in JSON.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Admin(_) => "admin",
            Self::Advertise { .. } => "advertise",
            Self::Clock { .. } => "clock",
            Self::Crl { .. } => "crl",
            Self::Deliver(_) => "deliver",
            Self::Expectation(_) => "expectation",
            Self::Fault(_) => "fault",
            Self::Handshake(_) => "handshake",
            Self::Issue { .. } => "issue",
            Self::Login(_) => "login",
            Self::Mark { .. } => "mark",
            Self::Password { .. } => "password",
            Self::Permission { .. } => "permission",
            Self::Proxy(_) => "proxy",
            Self::Request(_) => "request",
            Self::Reset => "reset",
            Self::Server { .. } => "server",
            Self::Sessions { .. } => "sessions",
            Self::Step(_) => "step",
            Self::Switch { .. } => "switch",
            Self::Trust { .. } => "trust",
            Self::Upload { .. } => "upload",
        }
    }

    /// The handshake that it belongs to; none for a verb.
    pub fn handshake(&self) -> Option<u64> {
        match self {
            Self::Fault(fault) => fault.handshake,
            Self::Handshake(handshake) => Some(handshake.id),
            Self::Login(login) => Some(login.handshake),
            Self::Request(request) => Some(request.handshake),
            _ => None,
        }
    }

    /// By which door it came, if by any.
    pub fn door(&self) -> Option<Door> {
        match self {
            Self::Fault(fault) => fault.door,
            Self::Handshake(handshake) => Some(handshake.door),
            Self::Login(login) => Some(login.door),
            Self::Request(request) => request.door,
            _ => None,
        }
    }

    /// The username that it names, if any.
    pub fn user(&self) -> Option<&str> {
        match self {
            Self::Login(login) => Some(&login.username),
            Self::Password { user, .. } | Self::Permission { user, .. } | Self::Sessions { user, .. } => Some(user),
            Self::Request(request) => request.user.as_deref(),
            _ => None,
        }
    }

    /// Why something was refused, if it was and somebody said why.
    pub fn explanation(&self) -> Option<&Explanation> {
        match self {
            Self::Admin(refused) => Some(&refused.explanation),
            Self::Handshake(handshake) => handshake.explanation.as_ref(),
            Self::Login(login) => login.explanation.as_ref(),
            Self::Proxy(proxy) => Some(&proxy.explanation),
            Self::Request(request) => request.explanation.as_ref(),
            Self::Step(step) => step.explanation.as_ref(),
            Self::Upload { explanation, .. } => explanation.as_ref(),
            _ => None,
        }
    }
}

impl Handshake {
    /// Whether the connection came to be: the chain holds (or none was sent), and neither side sent an alert.
    pub fn succeeded(&self) -> bool {
        let holds = self.verdict.as_ref().is_none_or(|verdict| verdict.holds);
        holds && self.alert_sent.is_none() && self.alert_received.is_none() && self.explanation.is_none()
    }
}

/// A TLS connection, as far as it came.
#[derive(Clone, Debug, Serialize)]
pub struct Handshake {
    /// Joins requests to it.
    pub id: u64,
    /// By which door.
    pub door: Door,
    /// `127.0.0.1:50000`
    pub remote: String,
    /// `acme.my.salesforce.com:8443`: what the client asked the proxy door for, if it came through that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connect: Option<String>,
    /// The server name that the client asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sni: Option<String>,
    /// `TLSv1.3`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_version: Option<String>,
    /// OpenSSL's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cipher: Option<String>,
    /// `h2`, `http/1.1`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alpn: Option<String>,
    /// The handshake in which the client showed its certificates (or none), if this one resumed its session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resumed_from: Option<u64>,
    /// The session that was not resumed, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_resumed: Option<String>,
    /// In the order sent; none means that none was sent.
    pub certificates: Vec<SentCertificate>,
    /// What the edge found; absent if no certificate was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<VerdictEntry>,
    /// `certificate_expired (45)`, if we sent one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alert_sent: Option<String>,
    /// `unknown_ca (48)`: a client that does not trust us.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alert_received: Option<String>,
    /// How it ended, if HTTP never began: `alert-received`, `failed`, `injected` (by a fault), `left`, `plain-http`, `refused`, `timed-out`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ending: Option<&'static str>,
    /// Why it ended, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Explanation>,
    /// The fault that struck it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub injected_fault: Option<String>,
    /// What was wrong on purpose with the server chain that it showed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_flaw: Option<&'static str>,
    /// How long it took.
    pub duration_us: u64,
}

/// A request and its answer. No secrets; bodies only where they were asked for.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Request {
    /// The connection it came on.
    pub handshake: u64,
    /// By which door.
    pub door: Option<Door>,
    /// `GET`
    pub method: String,
    /// Path without query, ids and tokens masked as `{id}`.
    pub path: String,
    /// `rest`, `soap`, `oauth`, `identity`, `page`
    pub family: &'static str,
    /// How long ago, on the org's clock, the edge judged the client's chain; absent if none was shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict_age_s: Option<u64>,
    /// Username, if a session or login named one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// First characters of the session's SHA-256, to tell sessions apart without showing them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// `call`, `login` …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<&'static str>,
    /// `granted` or `refused`; absent where nobody asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<&'static str>,
    /// Why granted: `by CN=billing`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ground: Option<String>,
    /// Why refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Explanation>,
    /// HTTP status.
    pub status: u16,
    /// The org's error code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The fault that struck it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub injected_fault: Option<String>,
    /// What `[chaos]` did to it, each in words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub chaos: Vec<String>,
    /// What was sent, its secrets masked; only with `--log-bodies`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_body: Option<String>,
    /// What was answered, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_body: Option<String>,
    /// How long it took.
    pub duration_us: u64,
}

/// A login.
#[derive(Clone, Debug, Serialize)]
pub struct Login {
    /// The connection it came on.
    pub handshake: u64,
    /// By which door.
    pub door: Door,
    /// As given.
    pub username: String,
    /// `soap`, `password`, `client-credentials`, `jwt-bearer`, `refresh-token`, `web-server`, `device`, `browser`
    pub flow: &'static str,
    /// LoginHistory's status.
    pub status: &'static str,
    /// `granted` or `refused`
    pub decision: &'static str,
    /// Why refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Explanation>,
}

/// A request that the admin door refused. What it grants is a verb, which leaves its own event, or changes nothing.
#[derive(Clone, Debug, Serialize)]
pub struct Admin {
    /// `DELETE`
    pub method: String,
    /// Path without query.
    pub path: String,
    /// HTTP status.
    pub status: u16,
    /// The code of the problem: `no-token`.
    pub error: String,
    /// Why.
    pub explanation: Explanation,
}
