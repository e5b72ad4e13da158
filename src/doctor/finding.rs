//! A finding: what is wrong with a client, how grave it is, what production would have done, and what cures it.

use serde::Serialize;

/// Something that the diagnosis found.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Finding {
    /// Which; each has an entry in `docs/doctor.md`.
    pub code: Code,
    /// How grave it is.
    pub severity: Severity,
    /// What is wrong, in one line.
    pub headline: String,
    /// The rule that it breaks.
    pub rule: String,
    /// What the rule wants.
    pub expected: String,
    /// What was there.
    pub found: String,
    /// What production would have done, and what that rests on.
    pub production: String,
    /// What to do about it.
    pub cure: String,
    /// Habits of the command's platform that lead there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub habits: Vec<&'static str>,
    /// The connections that it was seen on, by their number in the story.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub connections: Vec<usize>,
}

/// How grave a finding is; the gravest first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// It breaks in production.
    Breaks,
    /// It works today and may break there.
    Warns,
    /// Worth knowing.
    Notes,
}

/// What may be found.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// A chain does not hold, for a reason without a code of its own here.
    BrokenChain,
    /// The command failed although the org refused nothing.
    CommandFailed,
    /// The edge's HTML page came where the client expected XML or JSON.
    EdgePage,
    /// A certificate of the chain has expired.
    Expired,
    /// A server name that is not the org's.
    ForeignSni,
    /// A handshake failed for another reason.
    HandshakeFailed,
    /// An HTML page came because no API lies at that path.
    HtmlPage,
    /// A fault, or `[chaos]`, struck a connection or a request.
    InjectedFault,
    /// The leaf came without its intermediate.
    LeafOnly,
    /// An enforced user logged in on the standard door and called on the mutual one.
    LoginOnStandard,
    /// A login was refused for its credentials.
    LoginRefused,
    /// Some calls carry the certificate, or go to the mutual door, and some do not.
    MixedPaths,
    /// Nothing was held to mutual authentication.
    NeverAsked,
    /// No connection came.
    NeverCame,
    /// No certificate was sent although one was asked for.
    NoCertificate,
    /// Connections on which nothing was asked.
    NoRequest,
    /// Calls without a session, or with one that has ended.
    NoSession,
    /// No server name was sent.
    NoSni,
    /// Nothing is uploaded to the org.
    NothingUploaded,
    /// The right name, in another certificate than the one uploaded.
    NotUploaded,
    /// HTTP without TLS.
    PlainHttp,
    /// Logged in on the mutual door, and then called on the standard one.
    PortNotChanged,
    /// The proxy door was asked for something else than this org.
    ProxyRefused,
    /// A request was refused for a reason that is none of certificates.
    RequestRefused,
    /// What was refused was tried again as it was.
    Retries,
    /// A certificate of the chain is revoked.
    Revoked,
    /// The client streams.
    Streaming,
    /// It ran out of time.
    TimedOut,
    /// No TLS version or cipher in common.
    TlsMismatch,
    /// The client does not trust the server.
    UntrustedServer,
    /// A certificate of another identity than the one uploaded.
    WrongCertificate,
    /// Every call went to the standard door.
    WrongPort,
}

impl Code {
    /// All of them, in the order in which a client meets them: of two that are equally grave, the earlier is told first.
    pub const ALL: [Self; 32] = [
        Self::NeverCame,
        Self::ProxyRefused,
        Self::PlainHttp,
        Self::UntrustedServer,
        Self::TlsMismatch,
        Self::HandshakeFailed,
        Self::NoRequest,
        Self::LeafOnly,
        Self::Expired,
        Self::Revoked,
        Self::BrokenChain,
        Self::MixedPaths,
        Self::NoCertificate,
        Self::NothingUploaded,
        Self::NotUploaded,
        Self::WrongCertificate,
        Self::PortNotChanged,
        Self::WrongPort,
        Self::LoginRefused,
        Self::NoSession,
        Self::TimedOut,
        Self::CommandFailed,
        Self::EdgePage,
        Self::HtmlPage,
        Self::Streaming,
        Self::RequestRefused,
        Self::Retries,
        Self::NoSni,
        Self::ForeignSni,
        Self::NeverAsked,
        Self::LoginOnStandard,
        Self::InjectedFault,
    ];

    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::BrokenChain => "broken-chain",
            Self::CommandFailed => "command-failed",
            Self::EdgePage => "edge-page",
            Self::Expired => "expired",
            Self::ForeignSni => "foreign-sni",
            Self::HandshakeFailed => "handshake-failed",
            Self::HtmlPage => "html-page",
            Self::InjectedFault => "injected-fault",
            Self::LeafOnly => "leaf-only",
            Self::LoginOnStandard => "login-on-standard",
            Self::LoginRefused => "login-refused",
            Self::MixedPaths => "mixed-paths",
            Self::NeverAsked => "never-asked",
            Self::NeverCame => "never-came",
            Self::NoCertificate => "no-certificate",
            Self::NoRequest => "no-request",
            Self::NoSession => "no-session",
            Self::NoSni => "no-sni",
            Self::NothingUploaded => "nothing-uploaded",
            Self::NotUploaded => "not-uploaded",
            Self::PlainHttp => "plain-http",
            Self::PortNotChanged => "port-not-changed",
            Self::ProxyRefused => "proxy-refused",
            Self::RequestRefused => "request-refused",
            Self::Retries => "retries",
            Self::Revoked => "revoked",
            Self::Streaming => "streaming",
            Self::TimedOut => "timed-out",
            Self::TlsMismatch => "tls-mismatch",
            Self::UntrustedServer => "untrusted-server",
            Self::WrongCertificate => "wrong-certificate",
            Self::WrongPort => "wrong-port",
        }
    }

    /// Its place among [`Code::ALL`].
    pub(super) fn rank(self) -> usize {
        Self::ALL.iter().position(|code| *code == self).unwrap_or(Self::ALL.len())
    }
}

impl Finding {
    /// A finding with nothing said yet but its headline.
    pub(super) fn new(code: Code, severity: Severity, headline: impl Into<String>) -> Self {
        Self {
            code,
            severity,
            headline: headline.into(),
            rule: String::new(),
            expected: String::new(),
            found: String::new(),
            production: String::new(),
            cure: String::new(),
            habits: Vec::new(),
            connections: Vec::new(),
        }
    }

    pub(super) fn rule(mut self, rule: impl Into<String>) -> Self {
        self.rule = rule.into();
        self
    }

    pub(super) fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = expected.into();
        self
    }

    pub(super) fn found(mut self, found: impl Into<String>) -> Self {
        self.found = found.into();
        self
    }

    pub(super) fn production(mut self, production: impl Into<String>) -> Self {
        self.production = production.into();
        self
    }

    pub(super) fn cure(mut self, cure: impl Into<String>) -> Self {
        self.cure = cure.into();
        self
    }

    pub(super) fn habits(mut self, habits: Vec<&'static str>) -> Self {
        self.habits = habits;
        self
    }

    pub(super) fn on(mut self, connections: impl IntoIterator<Item = usize>) -> Self {
        self.connections = connections.into_iter().collect();
        self.connections.sort_unstable();
        self.connections.dedup();
        self
    }

    /// Its lines, each with its label, in the order in which they are read.
    pub fn lines(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let lines = [
            ("rule", self.rule.as_str()),
            ("expected", &self.expected),
            ("found", &self.found),
            ("production", &self.production),
            ("cure", &self.cure),
        ];
        let habits = self.habits.iter().map(|habit| ("habit", *habit));
        lines.into_iter().chain(habits).filter(|(_, text)| !text.is_empty())
    }
}
