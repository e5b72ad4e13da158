//! A handshake as the journal will tell it: who came, what they sent, how it ended, and why.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use openssl::ssl::{Error, ErrorCode, NameType, SslRef};

use super::connection::Shown;
use super::dialect::{self, Named, Refusal};
use super::hearing::{Heard, Hearing, Recall};
use super::{Live, Presented};
use crate::journal::Explanation;
use crate::journal::event::{Handshake, SentCertificate, VerdictEntry};
use crate::org::Door;
use crate::pki::validate::MAX_SENT;
use crate::scenario::ServerFlaw;
use crate::scenario::fault::{ConnectionEffect, Strike};
use crate::scenario::switches::{Alerts, BadChain, Resumption};
use crate::store::EdgeState;

mod words;

pub(crate) use words::alert_name;
use words::{LEFT, NO_SNI, expected_instead_of, failure_cure, right_to_refuse, trust_cure};

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
    /// The fault that struck it.
    strike: Option<Strike<String, ConnectionEffect>>,
}

/// How a handshake ended.
pub(super) enum Ending {
    /// The client sent this alert: it does not trust us, or does not like what we offer.
    AlertReceived(u8),
    /// It closes without an alert, though the handshake is complete.
    Closed,
    /// HTTP may begin.
    Completed,
    /// OpenSSL's words.
    Failed(String),
    /// A fault ends it.
    Injected,
    /// The client closed the connection.
    Left,
    /// No certificate came, and it is refused for that.
    NoCertificate,
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
            Self::Closed | Self::NoCertificate => "refused",
            Self::Completed => return None,
            Self::Failed(_) => "failed",
            Self::Injected => "injected",
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
        if stack.errors().iter().any(|error| error.reason_code() == NO_CERTIFICATE_CAME) {
            return Self::NoCertificate;
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
        Self { id, door, remote, connect, sni, version, cipher, alpn, hearing: None, recall: None, strike: None }
    }

    /// The handshake's number.
    pub(super) fn id(&self) -> u64 {
        self.id
    }

    /// The client's address.
    pub(super) fn remote(&self) -> SocketAddr {
        self.remote
    }

    /// Takes note of the fault that strikes.
    pub(super) fn note_strike(&mut self, strike: Strike<String, ConnectionEffect>) {
        self.strike = Some(strike);
    }

    /// The fault that struck.
    pub(super) fn strike(&self) -> Option<&Strike<String, ConnectionEffect>> {
        self.strike.as_ref()
    }

    /// Whether the chain is refused by closing the connection.
    pub(super) fn closes(&self) -> bool {
        self.hearing.as_ref().and_then(|hearing| hearing.refused()).is_some_and(|(how, _)| how == Refusal::Close)
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

    /// What the org's edge was like when it began, if it came so far.
    pub(super) fn edge(&self) -> Option<&EdgeState> {
        Some(self.hearing.as_ref()?.edge())
    }

    /// What a witness is shown.
    pub(super) fn shown(&self) -> Option<Shown> {
        self.heard().map(|heard| (heard.certificates.clone(), heard.verdict.clone(), heard.at))
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
        let how = hearing.and_then(Hearing::refused).map(|(how, _)| how);
        let alert_sent = match (how, ending) {
            (Some(Refusal::Alert(alert)), _) => Some(named(alert)),
            (None, Ending::NoCertificate) => self.alert_for_nothing().map(named),
            _ => None,
        };
        let explanation = match (ending, fault) {
            (Ending::Injected, _) => Some(self.injected()),
            (_, Some(fault)) => Some(Explanation::of_fault(fault, self.seen(how, alert_sent.as_deref()))),
            (Ending::NoCertificate, None) => Some(self.nothing_came(alert_sent.as_deref())),
            (ending, None) => self.explain(ending),
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
            ending: if matches!(how, Some(Refusal::Alert(_))) { Some("refused") } else { ending.name() },
            explanation,
            server_flaw: self.shown_flaw().map(ServerFlaw::name),
            injected_fault: self.strike.map(|strike| strike.fault),
            duration_us: u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
            sni: self.sni,
            tls_version: self.version,
            cipher: self.cipher,
            alpn: self.alpn,
        }
    }

    fn seen(&self, how: Option<Refusal>, alert: Option<&str>) -> Option<String> {
        let Some(alert) = alert else {
            return Some(match how {
                Some(Refusal::Close) => "saw the connection close without an alert".into(),
                _ if self.speaks_as_nginx() => "sees nginx's page, 400, instead of an answer".into(),
                _ => "sees the edge's page instead of an answer".into(),
            });
        };
        let when = match self.version.as_deref() {
            Some("TLSv1.3") => "on its first read, because in TLS 1.3 its handshake had succeeded",
            _ => "in its handshake",
        };
        Some(format!("saw TLS alert {alert} {when}"))
    }

    fn speaks_as_nginx(&self) -> bool {
        let switches = self.edge().map(|edge| &edge.switches);
        switches.is_some_and(|of| of.bad_chain == BadChain::Alert && of.alerts == Alerts::Nginx)
    }

    /// The alert for a client without a certificate.
    fn alert_for_nothing(&self) -> Option<Named> {
        let switches = &self.hearing.as_ref()?.edge().switches;
        dialect::of_no_certificate(switches, self.version.as_deref() == Some("TLSv1.3"))
    }

    fn nothing_came(&self, alert: Option<&str>) -> Explanation {
        Explanation {
            headline: "refused: no client certificate was sent on the mutual door".into(),
            rule: "edge.no-certificate = \"alert\": the handshake asks for one, and insists".into(),
            expected: "a certificate in the handshake".into(),
            found: "an empty certificate message: the client was asked and sent none".into(),
            client: self.seen(None, alert),
            cure: "give the client its certificate and key; some clients send none when the list of CA names is empty"
                .into(),
        }
    }

    /// What to do about an alert of the client's.
    fn distrust_cure(&self, number: u8) -> String {
        let cure = trust_cure(number);
        match (self.shown_flaw(), &self.sni, number) {
            (Some(flaw), ..) => right_to_refuse(flaw),
            (None, None, 42 | 46 | 48) => format!("{cure}; or {NO_SNI}"),
            _ => cure.to_owned(),
        }
    }

    fn expected_of_it(&self) -> &'static str {
        match self.shown_flaw() {
            Some(_) => "a client that refuses a bad server chain",
            None => "a client that trusts the kit's server-ca.pem",
        }
    }

    fn explain(&self, ending: &Ending) -> Option<Explanation> {
        let (headline, expected, found, cure) = match ending {
            // these are explained elsewhere, if they need to be
            Ending::Closed | Ending::Completed | Ending::Injected | Ending::NoCertificate => return None,
            Ending::AlertReceived(number) => (
                "the client ended the handshake".to_owned(),
                self.expected_of_it().to_owned(),
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
                self.shown_flaw().map_or_else(|| LEFT.to_owned(), right_to_refuse),
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

/// SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE
const NO_CERTIFICATE_CAME: i32 = 199;

fn named((name, number): Named) -> String {
    format!("{name} ({number})")
}
