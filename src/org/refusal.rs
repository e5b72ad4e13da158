//! Why the org says no, in the words that people read; what goes over the wire is made of it in `api::reject`.

use super::identity::wanted;
use super::near_miss::{NearMiss, named};
use super::{Action, Door, Edge, Org, Session, User};
use crate::pki::Certificate;
use crate::scenario::switches::{IdentityMatch, SessionBinding};

/// Why the org says no.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Refusal {
    /// `MUTUAL_AUTHENTICATION_FAILED`, `API_DISABLED_FOR_ORG`, `INVALID_OPERATION_WITH_EXPIRED_PASSWORD`,
    /// `OAUTH_APPROVAL_ERROR_GENERIC`
    pub code: &'static str,
    /// Who, and what went wrong, in one line.
    pub headline: String,
    /// The rule, for people.
    pub rule: String,
    /// What it wants.
    pub expected: String,
    /// What was there, and how near it came.
    pub found: String,
    /// What to do about it.
    pub cure: String,
    /// The entry in `docs/refusals.md`.
    pub anchor: &'static str,
    /// The upload that comes nearest to the certificate presented, if any has something in common with it.
    pub near_miss: Option<Box<NearMiss>>,
}

impl Refusal {
    /// The code of an enforced user who did not come as the org demands.
    pub const MUTUAL_AUTHENTICATION_FAILED: &'static str = "MUTUAL_AUTHENTICATION_FAILED";
    /// The code of a session that is used otherwise than it was opened.
    pub const INVALID_SESSION: &'static str = "INVALID_SESSION_ID";
    /// The code of a user who may not use the API at all.
    pub const API_DISABLED: &'static str = "API_DISABLED_FOR_ORG";
    /// The code of a user who may use nothing but the API, in a browser.
    pub const API_ONLY: &'static str = "OAUTH_APPROVAL_ERROR_GENERIC";

    /// The code of a user whose password has expired and who wants more than to log in.
    pub const PASSWORD_EXPIRED: &'static str = "INVALID_OPERATION_WITH_EXPIRED_PASSWORD";

    /// LoginHistory's `Status` if it was a login that was refused.
    pub fn login_status(&self, action: Action) -> &'static str {
        match (self.code, action) {
            // published for OAuth alone
            (Self::API_DISABLED, Action::Token) => "Failed: OAuth API access disabled",
            (Self::API_DISABLED, _) => "Failed: API access disabled",
            (Self::API_ONLY, _) => "Failed: API-only user",
            (Self::PASSWORD_EXPIRED, _) => "Password Expired",
            _ => "Mutual authentication failed",
        }
    }

    /// A user whose password has expired: the session is good, and good for nothing but a new password.
    pub(super) fn password_expired(user: &User) -> Self {
        let username = &user.spec.username;
        Self {
            code: Self::PASSWORD_EXPIRED,
            headline: format!("the password of {username} has expired"),
            rule: "with an expired password the API's login succeeds, and calls and pages wait for a new one".into(),
            expected: "a password that has not expired; a login says so in passwordExpired".into(),
            found: format!("{username}, whose password has expired"),
            cure: "set a new password (password-expired = false); passwords of integration users should not expire; \
                   see docs/refusals.md#password-expired"
                .into(),
            anchor: "password-expired",
            near_miss: None,
        }
    }

    /// What a page says of it.
    pub fn page_text(&self) -> &'static str {
        match self.code {
            Self::API_DISABLED => "API is not enabled",
            Self::PASSWORD_EXPIRED => "Your password has expired.",
            Self::API_ONLY => "An unexpected error has occurred during authentication. Please try again.",
            _ => "Mutual authentication failed",
        }
    }

    /// A user without "API Enabled".
    pub(super) fn api_disabled(user: &User) -> Self {
        let username = &user.spec.username;
        Self {
            code: Self::API_DISABLED,
            headline: format!("{username} may not use the API"),
            rule: "the API is for users with \"API Enabled\"".into(),
            expected: "the permission \"API Enabled\" from profile, permission set or the user itself".into(),
            found: format!("{username} with the profile {:?}, without it", user.spec.profile),
            cure: "grant api-enabled to the user; see docs/refusals.md#api-disabled".into(),
            anchor: "api-disabled",
            near_miss: None,
        }
    }

    /// A user with "API Only User" in a browser.
    pub(super) fn api_only(user: &User) -> Self {
        let username = &user.spec.username;
        Self {
            code: Self::API_ONLY,
            headline: format!("{username} is an API Only User and came with a browser"),
            rule: "users with \"API Only User\" have no pages: they log in by the API alone".into(),
            expected: "a user without \"API Only User\", or a flow that needs no browser".into(),
            found: format!("{username}, who has it"),
            cure: "let integration users log in by JWT bearer or client credentials, or authorize the app as another \
                   user; see docs/refusals.md#api-only-user"
                .into(),
            anchor: "api-only-user",
            near_miss: None,
        }
    }

    /// An enforced user on the standard door.
    pub(super) fn standard_door(user: &User) -> Self {
        Self {
            found: "a call on the standard door, which asks for no certificate".into(),
            cure: "after login change the port of every URL to the mutual door's: the URLs that login returns carry \
                   the standard one; see docs/refusals.md#standard-door"
                .into(),
            anchor: "standard-door",
            ..Self::mutual(user, "came by the standard door")
        }
    }

    /// An enforced user who logs in on the standard door, where `org.enforced-login` wants the mutual one.
    pub(super) fn login_on_the_standard_door(user: &User) -> Self {
        Self {
            found: "a login on the standard door, which asks for no certificate; \
                    org.enforced-login = \"mutual\""
                .into(),
            cure: "log in by the mutual door, with the client's certificate; see \
                   docs/refusals.md#login-on-the-standard-door"
                .into(),
            anchor: "login-on-the-standard-door",
            ..Self::mutual(user, "logged in by the standard door")
        }
    }

    /// A session that is used otherwise than it was opened.
    pub(super) fn bound(user: &User, session: &Session, by: SessionBinding, door: Door, edge: &Edge) -> Self {
        let opened = session.certificate.as_ref().map(short);
        let here = match edge {
            Edge::Holds(leaf) => Some(short(leaf.sha256())),
            Edge::NoCertificate => None,
        };
        let with = |certificate: Option<String>| {
            certificate.map_or("without a certificate".to_owned(), |sha256| format!("with the certificate {sha256}"))
        };
        let way = |door: Door, certificate| match by {
            SessionBinding::Certificate => with(certificate),
            SessionBinding::Door | SessionBinding::None => format!("by the {} door", door.name()),
        };
        let (opened, here) = (way(session.door, opened), way(door, here));
        Self {
            code: Self::INVALID_SESSION,
            headline: format!("{} came {here} with a session that was opened {opened}", user.spec.username),
            rule: "org.session-binding: a session works only as it was opened".into(),
            expected: format!("a call {opened}"),
            found: format!("a call {here}"),
            cure: "log in the way that the calls are made; see docs/refusals.md#session-binding".into(),
            anchor: "session-binding",
            near_miss: None,
        }
    }

    /// An enforced user on the mutual door who sent no certificate.
    pub(super) fn no_certificate(user: &User, action: Action) -> Self {
        let what = if matches!(action, Action::Call | Action::Identity) { "a call" } else { "a login" };
        Self {
            found: format!("{what} on the mutual door by a client that sent no certificate when asked for one"),
            cure: "give the client its certificate and key for every call that it makes; some clients send none when \
                   the list of CA names is empty; see docs/refusals.md#no-certificate"
                .into(),
            anchor: "no-certificate",
            ..Self::mutual(user, "sent no certificate")
        }
    }

    /// An enforced user with a chain that holds, whose leaf is not the first certificate of any upload.
    pub(super) fn not_uploaded(org: &Org, user: &User, leaf: &Certificate) -> Self {
        let presented = format!("{} (serial {})", named(leaf), leaf.serial());
        let by = org.switches.identity_match;
        let what = match by {
            IdentityMatch::Certificate => "which is not uploaded",
            IdentityMatch::IssuerSerial => "whose issuer and serial number are not uploaded",
            IdentityMatch::PublicKey => "whose key is not uploaded",
        };
        let failed = Self {
            expected: format!("the mutual door, and {} the first one of an upload", wanted(by)),
            ..Self::mutual(user, &format!("presented {}, {what}", named(leaf)))
        };
        if org.uploads.is_empty() {
            return Self {
                found: format!("{presented}; nothing is uploaded to the org"),
                cure: "upload the client's certificate as a mutual authentication certificate; see \
                       docs/refusals.md#nothing-uploaded"
                    .into(),
                anchor: "nothing-uploaded",
                ..failed
            };
        }
        match NearMiss::search(&org.uploads, by, leaf) {
            Some(near) => Self {
                found: format!("{presented}; {near}"),
                cure: format!("{}; see docs/refusals.md#not-uploaded", near.cure()),
                anchor: "not-uploaded",
                near_miss: Some(Box::new(near)),
                ..failed
            },
            None => Self {
                found: format!("{presented}; uploaded are {}", listed(org)),
                cure: "upload this certificate, or have the client present an uploaded one: its key store may offer \
                       the wrong entry; see docs/refusals.md#not-uploaded"
                    .into(),
                anchor: "not-uploaded",
                ..failed
            },
        }
    }

    fn mutual(user: &User, what: &str) -> Self {
        Self {
            code: Self::MUTUAL_AUTHENTICATION_FAILED,
            headline: format!("{} {what}", user.spec.username),
            rule: "\"Enforce SSL/TLS Mutual Authentication\": only by the mutual door, with an uploaded certificate"
                .into(),
            expected: "the mutual door, and a certificate equal to the first one of an upload".into(),
            found: String::new(),
            cure: String::new(),
            anchor: "",
            near_miss: None,
        }
    }
}

/// The first few uploads by name, so that a long list does not drown the explanation.
fn listed(org: &Org) -> String {
    const SHOWN: usize = 3;
    let names: Vec<_> =
        org.uploads.iter().take(SHOWN).map(|upload| format!("'{}' ({})", upload.label, named(upload.leaf()))).collect();
    match org.uploads.len().saturating_sub(SHOWN) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

/// The first octets of a fingerprint.
fn short(sha256: &[u8; 32]) -> String {
    let [a, b, c, d, ..] = sha256;
    format!("{a:02X}:{b:02X}:{c:02X}:{d:02X}…")
}
