//! A handshake as the journal will tell it: who came, what they sent, how it ended, and why.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use openssl::ssl::{Error, ErrorCode, NameType, SslRef};

use super::Presented;
use super::hearing::Hearing;
use crate::journal::Explanation;
use crate::journal::event::{Handshake, SentCertificate, VerdictEntry};
use crate::org::Door;
use crate::pki::rejection::alert;
use crate::pki::validate::MAX_SENT;

mod words;

use words::{alert_name, expected_instead_of, failure_cure, trust_cure};

/// What is known of a handshake so far.
pub(super) struct Account {
    id: u64,
    door: Door,
    remote: SocketAddr,
    connect: Option<String>,
    sni: Option<String>,
    version: Option<String>,
    cipher: Option<String>,
    alpn: Option<String>,
    hearing: Option<Arc<Hearing>>,
}

/// How a handshake ended.
pub(super) enum Ending {
    /// The client sent this alert: it does not trust us, or does not like what we offer.
    AlertReceived(u8),
    /// HTTP may begin.
    Completed,
    /// OpenSSL's words.
    Failed(String),
    /// The client closed the connection.
    Left,
    /// It was not TLS.
    PlainHttp,
    /// It took longer than this.
    TimedOut(Duration),
}

impl Ending {
    /// The journal's word for it; none if HTTP may begin.
    fn name(&self) -> Option<&'static str> {
        Some(match self {
            Self::AlertReceived(_) => "alert-received",
            Self::Completed => return None,
            Self::Failed(_) => "failed",
            Self::Left => "left",
            Self::PlainHttp => "plain-http",
            Self::TimedOut(_) => "timed-out",
        })
    }

    /// How a failed `accept` ended.
    pub(super) fn of(error: &Error) -> Self {
        let Some(stack) = error.ssl_error() else {
            return match error.code() {
                ErrorCode::SYSCALL | ErrorCode::ZERO_RETURN => Self::Left,
                _ => Self::Failed(error.to_string()),
            };
        };
        // SSL_R_SSLV3_ALERT_… and SSL_R_TLSV1_ALERT_… are 1000 + the number of the alert read
        let received =
            stack.errors().iter().find_map(|error| u8::try_from(error.reason_code().checked_sub(1000)?).ok());
        if let Some(number) = received {
            return Self::AlertReceived(number);
        }
        let reason = stack.errors().first().and_then(|error| error.reason()).unwrap_or("handshake failed");
        match reason {
            "unexpected eof while reading" => Self::Left,
            reason => Self::Failed(reason.to_owned()),
        }
    }
}

impl Account {
    pub(super) fn new(id: u64, door: Door, remote: SocketAddr, connect: Option<String>) -> Self {
        Self { id, door, remote, connect, sni: None, version: None, cipher: None, alpn: None, hearing: None }
    }

    /// Takes note of what the client's certificates are going to be judged by.
    pub(super) fn hear(&mut self, hearing: Arc<Hearing>) {
        self.hearing = Some(hearing);
    }

    /// Reads what the handshake brought, however far it came.
    pub(super) fn read(&mut self, ssl: &SslRef) {
        self.sni = ssl.servername(NameType::HOST_NAME).map(str::to_owned);
        self.version = Some(ssl.version_str().to_owned());
        self.cipher = ssl.current_cipher().map(|cipher| cipher.name().to_owned());
        self.alpn = ssl.selected_alpn_protocol().map(|protocol| String::from_utf8_lossy(protocol).into_owned());
    }

    /// What the layers above are told.
    pub(super) fn presented(&self) -> Presented {
        match self.hearing.as_ref().and_then(|hearing| hearing.heard()) {
            None => Presented::Nothing,
            Some(heard) => match heard.certificates.first() {
                Some(leaf) if heard.verdict.holds() => Presented::Holds(leaf.clone(), heard.verdict.clone()),
                _ => Presented::Broken(heard.verdict.clone()),
            },
        }
    }

    /// The journal's entry.
    pub(super) fn close(self, ending: &Ending, took: Duration) -> Handshake {
        let hearing = self.hearing.as_deref();
        let heard = hearing.and_then(Hearing::heard);
        let fault = heard.and_then(|heard| heard.verdict.fault());
        let alert_sent = hearing.and_then(Hearing::refused).map(|fault| named(alert(fault.openssl)));
        let refused = alert_sent.is_some();
        let explanation = match (fault, ending) {
            (Some(fault), _) => Some(Explanation::of_fault(fault, self.seen(alert_sent.as_deref()))),
            (None, ending) => self.explain(ending),
        };
        // a chain of more than these is refused unread: the journal need not hold what nobody looked at
        let sent = heard.into_iter().flat_map(|heard| &heard.certificates).take(MAX_SENT);
        let entry = |sent| hearing.map(|hearing| SentCertificate::new(sent, hearing.names()));
        Handshake {
            id: self.id,
            door: self.door,
            remote: self.remote.to_string(),
            connect: self.connect,
            certificates: sent.filter_map(entry).collect(),
            verdict: heard.map(|heard| VerdictEntry::from(&*heard.verdict)),
            alert_sent,
            alert_received: match ending {
                Ending::AlertReceived(number) => Some(named((alert_name(*number), *number))),
                _ => None,
            },
            ending: if refused { Some("refused") } else { ending.name() },
            explanation,
            duration_us: u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
            sni: self.sni,
            tls_version: self.version,
            cipher: self.cipher,
            alpn: self.alpn,
        }
    }

    fn seen(&self, alert: Option<&str>) -> Option<String> {
        let Some(alert) = alert else { return Some("sees the edge's page instead of an answer".into()) };
        let when = match self.version.as_deref() {
            Some("TLSv1.3") => "on its first read, because in TLS 1.3 its handshake had succeeded",
            _ => "in its handshake",
        };
        Some(format!("saw TLS alert {alert} {when}"))
    }

    fn explain(&self, ending: &Ending) -> Option<Explanation> {
        let (headline, expected, found, cure) = match ending {
            Ending::Completed => return None,
            Ending::AlertReceived(number) => (
                "the client ended the handshake".to_owned(),
                "a client that trusts the kit's server-ca.pem".to_owned(),
                format!("TLS alert {} from the client", named((alert_name(*number), *number))),
                trust_cure(*number).to_owned(),
            ),
            Ending::Failed(reason) => (
                "the handshake failed".into(),
                expected_instead_of(reason),
                reason.clone(),
                failure_cure(reason).into(),
            ),
            Ending::Left => (
                "the client left during the handshake".into(),
                "a TLS handshake".into(),
                "the connection closed without an alert".into(),
                "a client that does not trust the server may leave like this: give it the kit's server-ca.pem".into(),
            ),
            Ending::PlainHttp => (
                "plain HTTP on a TLS door".into(),
                "https".into(),
                "a request without TLS".into(),
                "use https in the client's URL".into(),
            ),
            Ending::TimedOut(after) => (
                "the handshake took too long".into(),
                format!("a whole handshake within {after:?}"),
                "a part of one, or silence".into(),
                "look at what the client waits for; a proxy in between may hold its bytes".into(),
            ),
        };
        let rule = "TLS handshake".into();
        Some(Explanation { headline, rule, expected, found, client: None, cure })
    }
}

fn named((name, number): (&str, u8)) -> String {
    format!("{name} ({number})")
}
