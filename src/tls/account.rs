//! A handshake as the journal will tell it: who came, what they sent, how it ended, and why.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use openssl::ssl::{Error, ErrorCode, NameType, SslRef};

use super::hearing::{Heard, Hearing, Recall};
use super::{Live, Presented};
use crate::journal::Explanation;
use crate::journal::event::{Handshake, SentCertificate, VerdictEntry};
use crate::org::Door;
use crate::pki::rejection::alert;
use crate::pki::validate::MAX_SENT;
use crate::scenario::switches::Resumption;

mod words;

pub(crate) use words::alert_name;
use words::{NO_SNI, expected_instead_of, failure_cure, trust_cure};

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
    /// The session that it resumed, or did not.
    recall: Option<Recall>,
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
        let (sni, version, cipher, alpn) = (None, None, None, None);
        Self { id, door, remote, connect, sni, version, cipher, alpn, hearing: None, recall: None }
    }

    /// The handshake's number.
    pub(super) fn id(&self) -> u64 {
        self.id
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
        // what was offered is not always taken: the client may have wanted another cipher since
        let taken = |recall: &Recall| matches!(recall, Recall::Declined { .. }) || ssl.session_reused();
        self.recall = self.hearing.as_ref().and_then(|hearing| hearing.recall()).filter(taken);
    }

    /// What the layers above are told.
    pub(super) fn presented(&self) -> Presented {
        match self.heard() {
            None => Presented::Nothing,
            Some(heard) => Presented::of(&heard.certificates, heard.verdict.clone()),
        }
    }

    /// What may be asked about the certificates while the connection lives.
    pub(super) fn live(&self) -> Option<Arc<Live>> {
        let edge = self.hearing.as_ref().map(|hearing| hearing.edge().clone());
        self.heard().map(|heard| Arc::new(Live::new(heard, edge.filter(|_| !self.trusts()))))
    }

    /// What the client showed, in this handshake or in the one that it resumed.
    fn heard(&self) -> Option<&Heard> {
        match &self.recall {
            Some(Recall::Offered { heard, .. }) => heard.as_ref(),
            _ => self.hearing.as_ref()?.heard(),
        }
    }

    /// Whether the verdict is that of the handshake that this one resumed, whatever has changed since.
    fn trusts(&self) -> bool {
        matches!(&self.recall, Some(Recall::Offered { by: Resumption::Trust, .. }))
    }

    /// The journal's entry.
    pub(super) fn close(self, ending: &Ending, took: Duration) -> Handshake {
        let hearing = self.hearing.as_deref();
        let heard = self.heard();
        let fault = heard.and_then(|heard| heard.verdict.fault());
        let alert_sent = hearing.and_then(Hearing::refused).map(|fault| named(alert(fault.openssl)));
        let refused = alert_sent.is_some();
        let explanation = match (fault, ending) {
            (Some(fault), _) => Some(Explanation::of_fault(fault, self.seen(alert_sent.as_deref()))),
            (None, ending) => self.explain(ending),
        };
        // a chain of more than these is refused unread: the journal need not hold what nobody looked at
        let sent = heard.into_iter().flat_map(|heard| heard.certificates.iter()).take(MAX_SENT);
        let entry = |sent| hearing.map(|hearing| SentCertificate::new(sent, hearing.names()));
        Handshake {
            id: self.id,
            door: self.door,
            remote: self.remote.to_string(),
            connect: self.connect.clone(),
            certificates: sent.filter_map(entry).collect(),
            verdict: heard
                .map(|heard| VerdictEntry { remembered: heard.remembered, ..VerdictEntry::from(&*heard.verdict) }),
            resumed_from: match &self.recall {
                Some(Recall::Offered { handshake, .. }) => Some(*handshake),
                _ => None,
            },
            not_resumed: match &self.recall {
                Some(Recall::Declined { handshake, why }) => {
                    Some(format!("the session of handshake {handshake}: {why}"))
                }
                _ => None,
            },
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

    /// What to do about an alert of the client's.
    fn distrust_cure(&self, number: u8) -> String {
        let cure = trust_cure(number);
        match (&self.sni, number) {
            (None, 42 | 46 | 48) => format!("{cure}; or {NO_SNI}"),
            _ => cure.to_owned(),
        }
    }

    fn explain(&self, ending: &Ending) -> Option<Explanation> {
        let (headline, expected, found, cure) = match ending {
            Ending::Completed => return None,
            Ending::AlertReceived(number) => (
                "the client ended the handshake".to_owned(),
                "a client that trusts the kit's server-ca.pem".to_owned(),
                format!("TLS alert {} from the client", named((alert_name(*number), *number))),
                self.distrust_cure(*number),
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
