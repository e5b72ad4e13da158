//! A pattern: which events of the journal are meant, by expectations, steps and queries. Matching is the journal's.

use std::fmt::{self, Display, Formatter};

use serde::{Deserialize, Serialize};

/// Which events are meant. What is left out is not looked at; the default means every event.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Pattern {
    /// Only this kind.
    pub kind: Option<EventKind>,
    /// Only what came by this door.
    pub door: Option<Door>,
    /// Only connections whose first certificate has this name in the scenario (or this common name), and what came
    /// over them; of `issue` events, those of this client.
    pub client: Option<String>,
    /// Only what names this user, in any case.
    pub user: Option<String>,
    /// Only what came out so.
    pub outcome: Option<Outcome>,
    /// Only connections on which this was sent, and what came over them.
    pub sent: Option<Sent>,
    /// Only connections whose first certificate has this serial number (hexadecimal), and what came over them; of
    /// `issue` events, those that gave it.
    pub serial: Option<String>,
    /// Only connections whose first certificate is of this age, and what came over them.
    pub certificate: Option<Age>,
    /// Only what broke this rule, a heading of docs/refusals.md.
    pub rule: Option<Rule>,
    /// Only handshakes in which we sent this alert.
    pub alert_sent: Option<Alert>,
    /// Only handshakes in which the client sent this alert.
    pub alert_received: Option<Alert>,
    /// Only handshakes that ended so before HTTP began.
    pub ending: Option<Ending>,
    /// Only this method of HTTP, in upper case.
    pub method: Option<String>,
    /// Only this path, in any case; `*` stands for any characters.
    pub path: Option<String>,
    /// Only this status of HTTP.
    pub status: Option<Status>,
    /// Only this action.
    pub action: Option<ActionName>,
    /// Only this family of routes.
    pub family: Option<Family>,
    /// Only logins by this flow.
    pub flow: Option<FlowName>,
    /// Only this error code, as the org wrote it.
    pub error: Option<ErrorCode>,
    /// Only what goes by this name: a mark, a step, a fault, a switch, an upload's label, a CA, a root's alias.
    pub name: Option<String>,
}

/// Which door something came in by.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Door {
    /// Stands for 8443.
    Mutual,
    /// Stands for 443.
    Standard,
}

impl Door {
    /// The word used in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mutual => "mutual",
            Self::Standard => "standard",
        }
    }
}

/// How something came out.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It was allowed.
    Granted,
    /// It was not.
    Refused,
}

/// `sent`: the certificates of a handshake, as sent.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sent {
    /// These, by their names in the scenario, in this order and no others.
    Names(Vec<String>),
    /// As the word says.
    Word(SentWord),
}

/// `sent`, where it is a word.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SentWord {
    /// At least one certificate.
    Any,
    /// The leaf and at least one more.
    Chain,
    /// One certificate.
    Leaf,
    /// None.
    None,
}

/// `certificate`: whether a renewal came after it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Age {
    /// The client's last one, once it was renewed.
    Renewed,
    /// One that a renewal has replaced.
    Replaced,
}

/// `status`: a status of HTTP, or all that begin with one digit.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// `"5xx"`: 5
    Class(u16),
    /// `503`
    Exactly(u16),
}

/// Closed sets of words that mean themselves.
macro_rules! names {
    ($($(#[$doc:meta])* $type:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
        pub struct $type(pub(in crate::scenario) &'static str);

        impl $type {
            /// The word.
            pub fn name(self) -> &'static str {
                self.0
            }
        }
    )+};
}

names! {
    /// What a request asks for.
    ActionName;
    /// A TLS alert by its name; `any` for any of them.
    Alert;
    /// How a handshake ended before HTTP began.
    Ending;
    /// An error code of the org, of OAuth, or of HTTP itself.
    ErrorCode;
    /// A kind of event.
    EventKind;
    /// A family of routes.
    Family;
    /// By which way a login came.
    FlowName;
    /// A heading of docs/refusals.md.
    Rule;
}

impl Pattern {
    /// Every event of this kind, by its name in the journal; `None` if there is no such kind.
    pub fn of_kind(name: &str) -> Option<Self> {
        use super::vocabulary::Vocabulary;
        let kind = EventKind::WORDS.iter().find(|(word, _)| *word == name).map(|(_, kind)| *kind)?;
        Some(Self { kind: Some(kind), ..Self::default() })
    }

    /// What so many of them are called: `requests`, `clock event`.
    pub fn noun(&self, count: u64) -> String {
        let noun = match self.kind.map(EventKind::name) {
            Some(kind @ ("fault" | "handshake" | "login" | "mark" | "request" | "step" | "upload")) => kind.to_owned(),
            Some(kind) => format!("{kind} event"),
            None => "event".to_owned(),
        };
        noun + if count == 1 { "" } else { "s" }
    }

    /// The keys that are set, each with its value, in the order of the reference.
    pub fn keys(&self) -> Vec<(&'static str, String)> {
        let outcome = self.outcome.map(|outcome| match outcome {
            Outcome::Granted => "granted".to_owned(),
            Outcome::Refused => "refused".to_owned(),
        });
        let text = |text: Option<&'static str>| text.map(str::to_owned);
        let keys = [
            ("door", text(self.door.map(Door::name))),
            ("client", self.client.clone()),
            ("user", self.user.clone()),
            ("outcome", outcome),
            ("sent", self.sent.as_ref().map(Sent::to_string)),
            ("serial", self.serial.clone()),
            ("certificate", self.certificate.map(|age| age.to_string())),
            ("rule", text(self.rule.map(Rule::name))),
            ("alert-sent", text(self.alert_sent.map(Alert::name))),
            ("alert-received", text(self.alert_received.map(Alert::name))),
            ("ending", text(self.ending.map(Ending::name))),
            ("method", self.method.clone()),
            ("path", self.path.clone()),
            ("status", self.status.map(|status| status.to_string())),
            ("action", text(self.action.map(ActionName::name))),
            ("family", text(self.family.map(Family::name))),
            ("flow", text(self.flow.map(FlowName::name))),
            ("error", text(self.error.map(ErrorCode::name))),
            ("name", self.name.clone()),
        ];
        keys.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
    }
}

impl Display for Pattern {
    /// `request with client billing, door mutual, outcome granted`; with `#`, in the plural.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.noun(if f.alternate() { 2 } else { 1 }))?;
        for (n, (key, value)) in self.keys().into_iter().enumerate() {
            let joint = if n == 0 { " with" } else { "," };
            write!(f, "{joint} {key} {value}")?;
        }
        Ok(())
    }
}

impl Display for Sent {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Names(names) => f.write_str(&names.join(" + ")),
            Self::Word(SentWord::Any) => f.write_str("any"),
            Self::Word(SentWord::Chain) => f.write_str("chain"),
            Self::Word(SentWord::Leaf) => f.write_str("leaf"),
            Self::Word(SentWord::None) => f.write_str("none"),
        }
    }
}

impl Display for Age {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Renewed => "renewed",
            Self::Replaced => "replaced",
        })
    }
}

impl Display for Status {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Class(digit) => write!(f, "{digit}xx"),
            Self::Exactly(status) => write!(f, "{status}"),
        }
    }
}
