//! What is known besides the journal: the org as it stood when the command began, and how the command ended.

use std::fmt::{self, Display, Formatter};
use std::time::Duration;

use serde::Serialize;

/// What a diagnosis rests on, but for the events.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Facts {
    /// The command and its arguments.
    pub command: Vec<String>,
    /// How it ended.
    pub ended: Ended,
    /// How long it ran.
    pub took: Duration,
    /// `https://localhost:…` of the standard door.
    pub standard_url: String,
    /// `https://localhost:…` of the mutual door.
    pub mutual_url: String,
    /// Users who are held to mutual authentication.
    pub enforced: Vec<String>,
    /// What is uploaded.
    pub uploads: Vec<UploadFact>,
    /// Whether the URLs that a login returns carry the port it came in on (`org.api-endpoint = "as-arrived"`).
    pub urls_as_arrived: bool,
    /// A variable of the environment that sends requests through a proxy of somebody else.
    pub foreign_proxy: Option<String>,
    /// Events that the journal no longer held.
    pub forgotten: u64,
}

/// An uploaded mutual authentication certificate.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UploadFact {
    /// Its label.
    pub label: String,
    /// The name of its first certificate in the scenario, if it has one there.
    pub name: Option<String>,
    /// The subject of its first certificate, most specific part first.
    pub subject: String,
    /// SHA-256 of its first certificate, hexadecimal with colons.
    pub sha256: String,
}

/// How a command ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// By itself, with this code.
    ExitCode(i32),
    /// By this signal.
    Signal(i32),
    /// It took longer than this, and was ended.
    #[serde(serialize_with = "seconds")]
    TimedOut(Duration),
}

impl Default for Ended {
    fn default() -> Self {
        Self::ExitCode(0)
    }
}

impl Ended {
    /// Whether it says of itself that all is well.
    pub fn well(self) -> bool {
        self == Self::ExitCode(0)
    }
}

impl Display for Ended {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::ExitCode(code) => write!(f, "ended with exit code {code}"),
            Self::Signal(signal) => write!(f, "was ended by signal {signal}"),
            Self::TimedOut(after) => write!(f, "did not end within {after:?}, and was ended"),
        }
    }
}

impl Facts {
    /// Whether this user is held to mutual authentication.
    pub fn enforces(&self, username: &str) -> bool {
        self.enforced.iter().any(|enforced| enforced.eq_ignore_ascii_case(username))
    }
}

fn seconds<S: serde::Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(duration.as_secs_f64())
}
