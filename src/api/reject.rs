//! Every no that leaves the doors: one cause, one explanation for the journal, and the wire's shape for each family.
//!
//! The wire stays as terse as the real org's; what was expected and found goes to the journal alone.

use jiff::SignedDuration;

use crate::data::{Id, SoqlError};
use crate::journal::Explanation;
use crate::org::{Action, CredentialRefusal, Refusal};
use crate::pki::Fault;
use crate::scenario::switches::RefusalStatus;
use crate::store::Unkept;

use super::reply::Reply;

mod admin;
mod http;
mod identity;
mod injected;
mod oauth;
mod problem;
pub(super) mod proxy;
mod rest;
mod soap;
mod verb;

use self::http::HttpError;
use self::injected::Injected;
pub(super) use self::soap::CLIENT;

/// Why a request is refused.
#[derive(Debug)]
pub(super) struct Reject {
    cause: Box<Cause>,
    explanation: Box<Explanation>,
    /// What goes over the wire in place of the family's shape.
    drawn: Option<Box<Reply>>,
    /// Whether it is the connection's last answer.
    last: bool,
    /// The value of `Retry-After`.
    retry_after: Option<String>,
}

#[derive(Debug)]
enum Cause {
    /// A login whose credentials do not do.
    Credentials(CredentialRefusal),
    /// HTTP itself, before any protocol of the org's.
    Http(HttpError),
    /// Something that a fault pretends.
    Injected(Injected),
    /// The edge's own page.
    Page { status: u16, html: String },
    /// A query that cannot be answered.
    Query(SoqlError),
    /// The org's [`authorize`](crate::org::authorize()) said no.
    Refused(Refusal),
    /// No session, or none that lives.
    Session,
    /// An error that belongs to one protocol: code and message as they go over the wire.
    Said { status: u16, code: &'static str, message: String },
}

/// How a family of routes writes its errors.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Shape {
    Identity,
    OAuth,
    Page,
    Problem,
    Rest,
    Soap,
}

impl Reject {
    fn new(cause: Cause, explanation: Explanation) -> Self {
        let (cause, explanation) = (Box::new(cause), Box::new(explanation));
        Self { cause, explanation, drawn: None, last: false, retry_after: None }
    }

    /// The org said no.
    pub fn refused(refusal: Refusal) -> Self {
        let explanation = Explanation::from(&refusal);
        // to the client a session that is used otherwise than it was opened is like one that has ended
        let bound = refusal.code == Refusal::INVALID_SESSION;
        Self::new(if bound { Cause::Session } else { Cause::Refused(refusal) }, explanation)
    }

    /// The credentials do not do.
    pub fn credentials(refusal: CredentialRefusal) -> Self {
        Self::new(Cause::Credentials(refusal), Explanation::from(refusal))
    }

    /// No session was named.
    pub fn no_session() -> Self {
        let explanation = explain(
            "no session",
            "API calls need a session",
            "Authorization: Bearer or OAuth and a session id; in SOAP a SessionHeader",
            "none",
            "log in first and send the access_token or sessionId with every call",
        );
        Self::new(Cause::Session, explanation)
    }

    /// The session named does not live.
    pub fn dead_session() -> Self {
        let explanation = explain(
            "the session has ended, or never was",
            "sessions end at logout, when revoked, or after two unused hours on the org's clock",
            "a session id that this org gave out and that still lives",
            "one that does not; a restart or a moved clock ends sessions too",
            "log in again when an answer says INVALID_SESSION_ID",
        );
        Self::new(Cause::Session, explanation)
    }

    /// The session named is one of another org; on the wire it looks like any that does not live.
    pub fn foreign_session(own: &Id, other: &Id) -> Self {
        let explanation = explain(
            "a session of another org",
            "a session is good in the org that opened it",
            &format!("a session id of {}: {}!…", own.as_str(), own.short()),
            &format!("one that begins with {}", other.short()),
            "log in to this org; a client that knows several orgs mixes up their sessions or their URLs",
        );
        Self::new(Cause::Session, explanation)
    }

    /// A protocol's own error; explain it with [`because`](Self::because).
    pub fn said(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        let message = clipped(&message.into(), LONGEST_MESSAGE);
        let explanation = Explanation {
            headline: if message.is_empty() {
                format!("refused: {code}")
            } else {
                format!("refused: {code}: {message}")
            },
            ..Explanation::default()
        };
        Self::new(Cause::Said { status, code, message }, explanation)
    }

    /// The disk refuses what would have to outlive the process; nothing happened.
    pub fn unkept(unkept: Unkept) -> Self {
        Self::said(500, "UNKNOWN_EXCEPTION", "The data folder of this simulator cannot be written").because(
            "what is acknowledged outlives the process (--data-dir)",
            "a data folder that can be written",
            unkept.cause(),
            "make room or mend the disk, and start mockorg again; see docs/state.md#a-disk-that-refuses",
        )
    }

    /// A query locator that names no result of this user's.
    pub fn no_locator(status: u16, locator: &str) -> Self {
        let locator = clipped(locator, SHOWN_TARGET);
        Self::said(status, "INVALID_QUERY_LOCATOR", "invalid query locator").because(
            "a query locator comes from a result that is not done",
            "a locator that this org gave out to this user, and not long ago: so many results are kept, the oldest go",
            &locator,
            "ask for more only while done is false, and soon",
        )
    }

    /// A query that cannot be answered.
    pub fn query(mut error: SoqlError) -> Self {
        error.message = clipped(&error.message, LONGEST_MESSAGE);
        let headline = format!("{}: {}", error.code, error.message);
        let last = error.message.lines().last().unwrap_or_default().to_owned();
        let explanation = explain(&headline, "SOQL", "a query that can be read", &last, error.cure);
        Self::new(Cause::Query(error), explanation)
    }

    /// The edge's page for a client without a certificate.
    pub fn no_certificate(status: u16, html: String) -> Self {
        let explanation = explain(
            "no client certificate was sent on the mutual door",
            "edge.no-certificate = \"page\": without a certificate the edge answers every path itself",
            "a certificate in the handshake",
            "an empty certificate message: the client was asked and sent none",
            "give the client its certificate and key; some clients send none when the list of CA names is empty",
        );
        Self::new(Cause::Page { status, html }, explanation)
    }

    /// The edge's page for a chain that does not hold.
    pub fn broken_chain(status: u16, html: String, fault: Option<&Fault>) -> Self {
        let seen = Some("saw the edge's page, whatever the path".to_owned());
        let explanation = match fault {
            Some(fault) => Explanation::of_fault(fault, seen),
            None => explain("the client's certificate chain does not hold", "chain validation at the edge", "", "", ""),
        };
        Self::new(Cause::Page { status, html }, explanation)
    }

    /// The same with another status, where an endpoint's own rules ask for it.
    pub fn with_status(mut self, other: u16) -> Self {
        if let Cause::Said { status, .. } = &mut *self.cause {
            *status = other;
        }
        self
    }

    /// The connection ends with it: in HTTP/1.1 the answer says so, in h2 the client reads GOAWAY.
    pub fn ending_the_connection(mut self) -> Self {
        self.last = true;
        let seen = "saw the edge's page, though its handshake had succeeded, and the end of the connection";
        self.explanation.client = Some(seen.into());
        self
    }

    /// The page is nginx's (`edge.alerts = "nginx"`), and it ends the connection.
    pub fn ending_like_nginx(mut self) -> Self {
        self.last = true;
        let rule = &mut self.explanation.rule;
        *rule = rule.replace("edge.no-certificate = \"page\"", "edge.no-certificate = \"alert\", as nginx has it");
        self.explanation.client = Some("saw nginx's page, 400, though its handshake had succeeded".into());
        self
    }

    /// Says how old the verdict on the client's chain is, where that may matter.
    pub fn by_a_verdict_of(mut self, age: SignedDuration) -> Self {
        if matches!(*self.cause, Cause::Refused(_)) && age >= WORTH_TELLING {
            let age = SignedDuration::from_secs(age.as_secs());
            let told = format!("; the edge judged its chain {age:#} ago, when the connection began");
            self.explanation.found.push_str(&told);
        }
        self
    }

    /// Says why, for the journal.
    pub fn because(mut self, rule: &str, expected: &str, found: &str, cure: &str) -> Self {
        let explanation = &mut self.explanation;
        (explanation.rule, explanation.expected) = (rule.into(), expected.into());
        (explanation.found, explanation.cure) = (found.into(), cure.into());
        self
    }

    /// Says so by this page or redirect instead of in the family's shape.
    pub fn drawn(self, reply: Reply) -> Self {
        Self { drawn: Some(Box::new(reply)), ..self }
    }

    /// The error code for the journal.
    pub fn code(&self) -> &str {
        match &*self.cause {
            Cause::Credentials(refusal) => refusal.code(),
            Cause::Http(error) => error.code,
            Cause::Injected(what) => what.code(),
            Cause::Page { .. } => "CERTIFICATE_ERROR_PAGE",
            Cause::Query(error) => error.code,
            Cause::Refused(refusal) => refusal.code,
            Cause::Said { code, .. } => code,
            Cause::Session => INVALID_SESSION_ID,
        }
    }

    /// The HTTP status at the admin door, where nothing hangs on switches.
    pub fn status(&self) -> u16 {
        match &*self.cause {
            Cause::Http(error) => error.status,
            Cause::Injected(what) => what.status(),
            Cause::Page { status, .. } | Cause::Said { status, .. } => *status,
            Cause::Query(_) => 400,
            Cause::Credentials(_) | Cause::Refused(_) | Cause::Session => 403,
        }
    }

    /// Why, for the journal.
    pub fn explanation(&self) -> Explanation {
        (*self.explanation).clone()
    }

    /// LoginHistory's `Status`, if it was a login that was refused.
    pub fn login_status(&self, action: Action) -> &'static str {
        match &*self.cause {
            Cause::Credentials(refusal) => refusal.status(),
            Cause::Refused(refusal) => refusal.login_status(action),
            // The published list has no words for these.
            _ => "Failed",
        }
    }

    /// The answer on the wire.
    pub fn reply(&self, shape: Shape, refusal_status: RefusalStatus) -> Reply {
        if let Some(drawn) = &self.drawn {
            return Reply::clone(drawn);
        }
        let reply = match (&*self.cause, shape) {
            (Cause::Page { status, html }, _) => Reply::html(*status, html.clone()),
            (Cause::Injected(what @ Injected::Unavailable), _) => Reply::html(what.status(), injected::PAGE.to_owned()),
            (cause, Shape::Rest) => rest::reply(cause, refusal_status),
            (cause, Shape::Identity) => identity::reply(cause, refusal_status),
            (cause, Shape::OAuth) => oauth::reply(cause),
            (cause, Shape::Soap) => soap::reply(cause),
            (cause, Shape::Page) => http::page(cause),
            (_, Shape::Problem) => problem::reply(self),
        };
        let reply = if self.last { reply.with("connection", "close") } else { reply };
        let reply = match &self.retry_after {
            Some(when) => reply.with("retry-after", when),
            None => reply,
        };
        match self.allowed() {
            Some(methods) => reply.with("allow", methods),
            None => reply,
        }
    }

    /// What a person may be told: a code and a text.
    pub fn words(&self) -> (&str, &str) {
        match &*self.cause {
            Cause::Said { code, message, .. } => (code, message),
            Cause::Refused(refusal) => (refusal.code, refusal.page_text()),
            Cause::Credentials(refusal) => (refusal.code(), refusal.page_text()),
            Cause::Http(error) => (error.code, &error.message),
            Cause::Injected(what) => (what.code(), what.message()),
            Cause::Session => (INVALID_SESSION_ID, "The session has ended."),
            Cause::Page { .. } | Cause::Query(_) => (self.code(), ""),
        }
    }

    /// Whether the edge answers instead of the org, with its page.
    pub fn is_the_edges(&self) -> bool {
        matches!(*self.cause, Cause::Page { .. } | Cause::Injected(Injected::Unavailable))
    }

    /// The methods that would be allowed, if it was the method that did not fit.
    pub fn allowed(&self) -> Option<&'static str> {
        match &*self.cause {
            Cause::Http(error) => error.allow,
            _ => None,
        }
    }
}

/// A younger verdict is as good as new.
const WORTH_TELLING: SignedDuration = SignedDuration::from_mins(1);

const INVALID_SESSION_ID: &str = "INVALID_SESSION_ID";

/// The characters of an error's message: some say back what a client sent, which may be megabytes.
pub const LONGEST_MESSAGE: usize = 1_000;

/// The beginning of a text, marked if there is more of it.
/// So much of a target is said back.
const SHOWN_TARGET: usize = 100;

fn clipped(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn explain(headline: &str, rule: &str, expected: &str, found: &str, cure: &str) -> Explanation {
    Explanation {
        headline: format!("refused: {headline}"),
        rule: rule.into(),
        expected: expected.into(),
        found: found.into(),
        client: None,
        cure: cure.into(),
    }
}
