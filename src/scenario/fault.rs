//! Faults: what goes wrong on purpose, for whom, how often. Whether one is due is decided where connections and requests
//! come in, not here.

use std::fmt::{self, Display, Formatter};
use std::time::Duration;

use jiff::SignedDuration;
use serde::Serialize;

use super::vocabulary::Vocabulary;
use super::{Door, ServerFlaw};

/// So many faults an org has at a time: each is looked at for every connection or request.
pub const MOST_FAULTS: usize = 100;

/// How long a fault may hold something up.
pub const LONGEST_HOLD: Duration = Duration::from_secs(300);

/// `[[fault]]`, or one that a verb sets.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FaultSpec {
    /// Unique; the journal and verbs go by it.
    pub name: String,
    /// When it strikes.
    pub when: Selection,
    /// What it does.
    pub effect: Effect,
    /// How often at most; `None`: as often as it fits.
    pub times: Option<u64>,
}

/// When a fault strikes: everything that is given must fit.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Selection {
    /// By this door.
    pub door: Option<Door>,
    /// From this network: `10.0.0.0/8`, one address, both ends of a range.
    pub remote: Option<String>,
    /// Which of those that fit otherwise, counted from 1 since the fault was set.
    pub nth: Option<u64>,
    /// What part of those that fit otherwise, drawn by the seed: more than 0, 1 at most.
    pub probability: Option<f64>,
    /// This client of the scenario, by the certificate that it showed. For requests only.
    pub client: Option<String>,
    /// This user, by session or login. For requests only.
    pub user: Option<String>,
    /// A path in any case; `*` stands for any characters. For requests only.
    pub path: Option<String>,
}

/// What a fault does.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Effect {
    /// To a connection, before any certificate is seen.
    Connection(ConnectionEffect),
    /// To a request.
    Request(RequestEffect),
}

/// What a fault does to a connection.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub enum ConnectionEffect {
    /// A fatal alert in the clear answers the ClientHello.
    Alert(PlainAlert),
    /// The ServerHello comes so much later.
    HoldServerHello(Duration),
    /// Accepted, then reset (RST) before anything is read.
    Reset,
    /// Reset (RST) once the first flight of the server has been sent.
    ResetInHandshake,
    /// Another server certificate is shown.
    ServerCertificate(ServerFlaw),
}

/// What a fault does to a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub enum RequestEffect {
    /// The connection ends after so many bytes of the answer's body.
    Drop {
        /// 0: after the head.
        after_bytes: u64,
    },
    /// The session that the request names ends before it is looked at.
    EndSession,
    /// `REQUEST_LIMIT_EXCEEDED`, for calls.
    RequestLimitExceeded(Option<RetryAfter>),
    /// `SERVER_UNAVAILABLE`.
    ServerUnavailable(Option<RetryAfter>),
    /// The answer's body comes in pieces, over so long.
    SlowBody(Duration),
    /// 503 from whatever stands before the org: no error of its APIs.
    Unavailable(Option<RetryAfter>),
}

/// `Retry-After`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct RetryAfter {
    /// After how long; whole seconds.
    pub after: Duration,
    /// In which form.
    pub form: RetryAfterForm,
}

/// The forms of `Retry-After` (RFC 9110 10.2.3).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RetryAfterForm {
    /// An HTTP date.
    Date,
    /// One or the other, drawn by the seed.
    Either,
    /// A number of seconds.
    #[default]
    Seconds,
}

/// Alerts that may answer a ClientHello (RFC 8446 6.2).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PlainAlert {
    /// 49
    AccessDenied,
    /// 50
    DecodeError,
    /// 40
    #[default]
    HandshakeFailure,
    /// 47
    IllegalParameter,
    /// 71
    InsufficientSecurity,
    /// 80
    InternalError,
    /// 70
    ProtocolVersion,
    /// 112
    UnrecognizedName,
}

impl PlainAlert {
    /// Its name and number.
    pub fn named(self) -> (&'static str, u8) {
        match self {
            Self::AccessDenied => ("access_denied", 49),
            Self::DecodeError => ("decode_error", 50),
            Self::HandshakeFailure => ("handshake_failure", 40),
            Self::IllegalParameter => ("illegal_parameter", 47),
            Self::InsufficientSecurity => ("insufficient_security", 71),
            Self::InternalError => ("internal_error", 80),
            Self::ProtocolVersion => ("protocol_version", 70),
            Self::UnrecognizedName => ("unrecognized_name", 112),
        }
    }
}

/// A fault that is due now.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Strike<N, E> {
    /// The fault's name.
    pub fault: N,
    /// What it does.
    pub effect: E,
}

/// `effect` as a word, without its parameters.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum EffectName {
    /// `alert`
    Alert,
    /// `drop`
    Drop,
    /// `end-session`
    EndSession,
    /// `hold-server-hello`
    HoldServerHello,
    /// `request-limit-exceeded`
    RequestLimitExceeded,
    /// `reset`
    Reset,
    /// `reset-in-handshake`
    ResetInHandshake,
    /// `server-expired`
    ServerExpired,
    /// `server-incomplete`
    ServerIncomplete,
    /// `server-other-root`
    ServerOtherRoot,
    /// `server-unavailable`
    ServerUnavailable,
    /// `server-wrong-name`
    ServerWrongName,
    /// `slow-body`
    SlowBody,
    /// `unavailable`
    Unavailable,
}

impl EffectName {
    /// Whether it comes before any certificate is seen, and so cannot depend on one.
    pub fn is_of_a_connection(self) -> bool {
        match self {
            Self::Alert
            | Self::HoldServerHello
            | Self::Reset
            | Self::ResetInHandshake
            | Self::ServerExpired
            | Self::ServerIncomplete
            | Self::ServerOtherRoot
            | Self::ServerWrongName => true,
            Self::Drop
            | Self::EndSession
            | Self::RequestLimitExceeded
            | Self::ServerUnavailable
            | Self::SlowBody
            | Self::Unavailable => false,
        }
    }
}

impl Effect {
    /// Its word.
    pub fn name(&self) -> EffectName {
        match self {
            Self::Connection(effect) => match effect {
                ConnectionEffect::Alert(_) => EffectName::Alert,
                ConnectionEffect::HoldServerHello(_) => EffectName::HoldServerHello,
                ConnectionEffect::Reset => EffectName::Reset,
                ConnectionEffect::ResetInHandshake => EffectName::ResetInHandshake,
                ConnectionEffect::ServerCertificate(flaw) => match flaw {
                    ServerFlaw::Expired => EffectName::ServerExpired,
                    ServerFlaw::Incomplete => EffectName::ServerIncomplete,
                    ServerFlaw::OtherRoot => EffectName::ServerOtherRoot,
                    ServerFlaw::WrongName => EffectName::ServerWrongName,
                },
            },
            Self::Request(effect) => match effect {
                RequestEffect::Drop { .. } => EffectName::Drop,
                RequestEffect::EndSession => EffectName::EndSession,
                RequestEffect::RequestLimitExceeded(_) => EffectName::RequestLimitExceeded,
                RequestEffect::ServerUnavailable(_) => EffectName::ServerUnavailable,
                RequestEffect::SlowBody(_) => EffectName::SlowBody,
                RequestEffect::Unavailable(_) => EffectName::Unavailable,
            },
        }
    }
}

/// As the journal says it: `hold-server-hello, 3s`.
impl Display for Effect {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let name = self.name();
        let word = EffectName::WORDS.iter().find(|(_, known)| *known == name).map_or("", |(word, _)| *word);
        f.write_str(word)?;
        let time = |time: Duration| SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX);
        match self {
            Self::Connection(ConnectionEffect::Alert(alert)) => write!(f, ", {}", alert.named().0),
            Self::Connection(ConnectionEffect::HoldServerHello(lasting)) => write!(f, ", {:#}", time(*lasting)),
            Self::Request(RequestEffect::SlowBody(lasting)) => write!(f, ", {:#}", time(*lasting)),
            Self::Request(RequestEffect::Drop { after_bytes }) => write!(f, ", after {after_bytes} bytes"),
            Self::Connection(_) | Self::Request(_) => Ok(()),
        }
    }
}

/// `[chaos]`
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// Nothing: the org is as true to the service as it can be.
    #[default]
    Faithful,
    /// Everything that the service may do and clients rely on its not doing, drawn by the seed.
    Honest,
}
