//! Steps: what happens to an org while it runs, and when. Playing them is for whoever has the org.

use std::fmt::{self, Display, Formatter};

use jiff::{SignedDuration, SpanRound, Unit};
use serde::Serialize;

use super::{FaultSpec, Pattern, Permission, Sends, ServerFlaw, Uploaded, When};
use crate::pki::Certificate;

/// `[[step]]`: played once.
#[derive(Clone, Debug, Serialize)]
pub struct StepSpec {
    /// Unique.
    pub name: String,
    /// Why it is played.
    pub trigger: Trigger,
    /// What is done then.
    pub verb: Verb,
}

/// Why a step is played.
#[derive(Clone, Debug, Serialize)]
pub enum Trigger {
    /// The n-th event that matches.
    After {
        /// At least 1.
        count: u64,
        /// Which events count.
        pattern: Pattern,
    },
    /// A moment on the org's clock.
    At(When),
    /// Somebody says so.
    Call,
    /// The first event that matches.
    When(Pattern),
}

/// What a step does: the verbs on a running org.
#[derive(Clone, Debug, Serialize)]
pub enum Verb {
    /// Moves the org's clock; not by nothing.
    Advance(SignedDuration),
    /// Clears the fault of this name; `None`: all.
    Clear(Option<String>),
    /// Changes what a CA's CRL does.
    Crl {
        /// A CA of the scenario.
        ca: String,
        /// What becomes of it.
        change: CrlVerb,
        /// The CRL with `replace`, PEM or DER.
        file: Vec<u8>,
    },
    /// Deletes the upload of this label.
    DeleteCertificate(String),
    /// Puts what a client has into its kit's files.
    Deliver {
        /// Its name.
        client: String,
        /// What it sends from then on, unless as before.
        #[serde(skip_serializing_if = "Option::is_none")]
        sends: Option<Sends>,
    },
    /// Takes the root of this alias off the trust list.
    Delist(String),
    /// Takes a permission from a user.
    Deny {
        /// The username.
        user: String,
        /// Which.
        permission: Permission,
    },
    /// Ends the sessions of this user.
    ExpireSessions(String),
    /// Sets a fault.
    Fault(Box<FaultSpec>),
    /// Gives a user a permission.
    Grant {
        /// The username.
        user: String,
        /// Which.
        permission: Permission,
    },
    /// Renews a client.
    Issue {
        /// Its name.
        client: String,
        /// What becomes of its key.
        key: StepKey,
    },
    /// Puts a root on the trust list.
    List {
        /// Its name there.
        alias: String,
        /// Which.
        root: ListedRoot,
    },
    /// Sets a user's password; `None` lets it expire.
    Password {
        /// The username.
        user: String,
        /// The new one.
        password: Option<String>,
    },
    /// Puts this client's present certificate, or this CA's, on its issuer's CRL.
    Revoke(String),
    /// Shows another server certificate: with a flaw, or renewed.
    ServerCertificate(Option<ServerFlaw>),
    /// Sets switches, each to a value as text.
    Switch(Vec<(String, String)>),
    /// Uploads a mutual authentication certificate.
    Upload {
        /// Its label.
        label: String,
        /// What.
        of: Uploaded,
    },
}

/// `change` of `do.crl`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CrlVerb {
    /// The CA has none any more.
    Drop,
    /// A new one is signed, and renewed on the org's clock.
    Publish,
    /// Another one takes its place.
    Replace,
    /// One whose nextUpdate has passed takes its place.
    Stale,
    /// The present one stays and grows stale.
    Withhold,
}

/// `key` of `do.issue`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepKey {
    /// A new one of the same kind.
    #[default]
    New,
    /// The one it has.
    Same,
}

/// What `do.list` lists.
#[derive(Clone, Debug, Serialize)]
pub enum ListedRoot {
    /// A root of the scenario, by name.
    Ca(String),
    /// From a file.
    Given(Certificate),
}

/// `on`, which has one word.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OnCall {
    /// When somebody says so.
    Call,
}

/// `do.server-certificate`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ServerVerb {
    /// Until it is renewed.
    Expired,
    /// Until it is renewed.
    Incomplete,
    /// Until it is renewed.
    OtherRoot,
    /// A sound one with a new key.
    Renew,
    /// Until it is renewed.
    WrongName,
}

impl ServerVerb {
    /// The flaw to show; `None`: a sound chain.
    pub fn flaw(self) -> Option<ServerFlaw> {
        match self {
            Self::Expired => Some(ServerFlaw::Expired),
            Self::Incomplete => Some(ServerFlaw::Incomplete),
            Self::OtherRoot => Some(ServerFlaw::OtherRoot),
            Self::Renew => None,
            Self::WrongName => Some(ServerFlaw::WrongName),
        }
    }
}

impl CrlVerb {
    /// As scenario files write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Drop => "drop",
            Self::Publish => "publish",
            Self::Replace => "replace",
            Self::Stale => "stale",
            Self::Withhold => "withhold",
        }
    }
}

impl Verb {
    /// As scenario files write it after `do.`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Advance(_) => "advance",
            Self::Clear(_) => "clear",
            Self::Crl { .. } => "crl",
            Self::DeleteCertificate(_) => "delete-certificate",
            Self::Delist(_) => "delist",
            Self::Deliver { .. } => "deliver",
            Self::Deny { .. } => "deny",
            Self::ExpireSessions(_) => "expire-sessions",
            Self::Fault(_) => "fault",
            Self::Grant { .. } => "grant",
            Self::Issue { .. } => "issue",
            Self::List { .. } => "list",
            Self::Password { .. } => "password",
            Self::Revoke(_) => "revoke",
            Self::ServerCertificate(_) => "server-certificate",
            Self::Switch(_) => "switch",
            Self::Upload { .. } => "upload",
        }
    }

    /// What it is done to, and how, for people.
    pub fn what(&self) -> String {
        match self {
            Self::Advance(by) => format!("by {}", in_days(*by)),
            Self::Clear(name) => name.as_ref().map_or_else(|| "all".to_owned(), |name| format!("'{name}'")),
            Self::Crl { ca, change, .. } => format!("of {ca}: {}", change.name()),
            Self::DeleteCertificate(label) => format!("'{label}'"),
            Self::Delist(alias) => alias.clone(),
            Self::Deliver { client, sends: None } => client.clone(),
            Self::Deliver { client, sends: Some(sends) } => format!("{client}, which sends {sends} from then on"),
            Self::Deny { user, permission } | Self::Grant { user, permission } => {
                format!("{} to {user}", permission.name())
            }
            Self::ExpireSessions(user) => format!("of {user}"),
            Self::Fault(spec) => match spec.effect.to_string() {
                effect if effect == spec.name => format!("'{effect}'"),
                effect => format!("'{}': {effect}", spec.name),
            },
            Self::Issue { client, key: StepKey::New } => format!("{client}, with a new key"),
            Self::Issue { client, key: StepKey::Same } => format!("{client}, with the same key"),
            Self::List { alias, .. } => alias.clone(),
            Self::Password { user, password: Some(_) } => format!("of {user}: a new one"),
            Self::Password { user, password: None } => format!("of {user}: expired"),
            Self::Revoke(client) => client.clone(),
            Self::ServerCertificate(flaw) => flaw.map_or("renew", ServerFlaw::name).to_owned(),
            Self::Switch(settings) => {
                settings.iter().map(|(name, value)| format!("{name} = {value}")).collect::<Vec<_>>().join(", ")
            }
            Self::Upload { label, of: Uploaded::Client(client) } => format!("'{label}' of {client}"),
            Self::Upload { label, of: Uploaded::Pem(_) } => format!("'{label}'"),
        }
    }
}

impl Display for Trigger {
    /// The same in every run of a scenario.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::After { count: 1, pattern } => write!(f, "after 1 {pattern}"),
            Self::After { count, pattern } => write!(f, "after {count} times {pattern}"),
            Self::At(When::At(time)) => write!(f, "at {time}"),
            Self::At(When::FromStart(by)) => write!(f, "at +{}", in_days(*by)),
            Self::Call => f.write_str("on call"),
            Self::When(pattern) => write!(f, "when {pattern}"),
        }
    }
}

impl Display for Sends {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Chain => f.write_str("chain"),
            Self::ChainAndRoot => f.write_str("chain+root"),
            Self::Leaf => f.write_str("leaf"),
            Self::List(names) => f.write_str(&names.join(", ")),
        }
    }
}

/// `30d`, `1d 12h`: days of 24 hours.
fn in_days(by: SignedDuration) -> String {
    let span = jiff::Span::try_from(by).ok();
    let days = span.and_then(|span| span.round(SpanRound::new().largest(Unit::Day).days_are_24_hours()).ok());
    days.map_or_else(|| format!("{by:#}"), |days| format!("{days:#}"))
}
