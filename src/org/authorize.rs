//! May this user do this, coming in this way? One pure function; its whole table is a golden test.

use std::sync::Arc;

use super::near_miss::named;
use super::{Door, Edge, Org, Refusal, Session, User};
use crate::scenario::Permission;
use crate::scenario::switches::{EnforcedLogin, IdentityMatch, SessionBinding};

/// What a request wants.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Action {
    /// An API call within a session.
    Call,
    /// The identity URL and `userinfo`.
    Identity,
    /// SOAP `login`.
    Login,
    /// Ending a session: `logout` and `revoke`.
    Logout,
    /// A login in a browser, and what its user does on pages there.
    Page,
    /// The OAuth token endpoint.
    Token,
}

impl Action {
    /// All of them, in order of name.
    pub const ALL: [Self; 6] = [Self::Call, Self::Identity, Self::Login, Self::Logout, Self::Page, Self::Token];

    /// The word used in the journal.
    pub fn name(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Identity => "identity",
            Self::Login => "login",
            Self::Logout => "logout",
            Self::Page => "page",
            Self::Token => "token",
        }
    }
}

/// Proof that [`authorize`] said yes; nothing else can make one, and every handler demands one.
#[derive(Clone, Debug)]
pub struct Grant {
    user: Arc<User>,
    ground: String,
}

impl Grant {
    /// Whom it was given to.
    pub fn user(&self) -> &Arc<User> {
        &self.user
    }

    /// Why, for the journal: `by CN=billing (uploaded as 'Billing 2026')`, which follows the word "granted".
    pub fn ground(&self) -> &str {
        &self.ground
    }
}

/// Decides.
///
/// Enforced users are held to the mutual door with the very certificate that was uploaded (documented); everybody
/// else may come by either door, with no certificate or with any chain that holds (documented). An enforced user may
/// log in on the standard door (seen in 2018), unless `org.enforced-login` says otherwise. That "API Enabled" is asked
/// for after mutual authentication, and not for the identity URL nor for pages, is inferred; so is that "API Only User"
/// is asked about last. An expired password stops calls and pages, neither logins nor the identity URL (seen).
pub fn authorize(org: &Org, user: &Arc<User>, action: Action, door: Door, edge: &Edge) -> Result<Grant, Refusal> {
    if action == Action::Logout {
        return Ok(Grant { user: user.clone(), ground: "because ending a session asks for nothing".into() });
    }
    let ground = if org.enforces(user) {
        check_mutual_authentication(org, user, action, door, edge)?
    } else {
        ground_of_the_free(user, edge)
    };
    check_api_enabled(user, action)?;
    check_password(user, action)?;
    check_api_only(user, action)?;
    Ok(Grant { user: user.clone(), ground })
}

/// Decides for a session: as [`authorize`], and whether it is used as it was opened (`org.session-binding`).
///
/// What a session is bound to is undocumented. Ending one asks for nothing.
pub fn authorize_session(
    org: &Org,
    user: &Arc<User>,
    session: &Session,
    action: Action,
    door: Door,
    edge: &Edge,
) -> Result<Grant, Refusal> {
    let grant = authorize(org, user, action, door, edge)?;
    let binding = org.switches.session_binding;
    let as_opened = match (binding, edge) {
        _ if action == Action::Logout => true,
        (SessionBinding::None, _) => true,
        (SessionBinding::Door, _) => session.door == door,
        (SessionBinding::Certificate, Edge::Holds(leaf)) => session.certificate.as_ref() == Some(leaf.sha256()),
        (SessionBinding::Certificate, Edge::NoCertificate) => session.certificate.is_none(),
    };
    if as_opened { Ok(grant) } else { Err(Refusal::bound(user, session, binding, door, edge)) }
}

fn check_mutual_authentication(
    org: &Org,
    user: &User,
    action: Action,
    door: Door,
    edge: &Edge,
) -> Result<String, Refusal> {
    match (door, action, edge) {
        (Door::Standard, Action::Login | Action::Page | Action::Token, _)
            if org.switches.enforced_login == EnforcedLogin::Mutual =>
        {
            Err(Refusal::login_on_the_standard_door(user))
        }
        (Door::Standard, Action::Login | Action::Page | Action::Token | Action::Logout, _) => {
            Ok("on the standard door: a login is not yet held to the mutual one".into())
        }
        (Door::Standard, Action::Call | Action::Identity, _) => Err(Refusal::standard_door(user)),
        (Door::Mutual, _, Edge::NoCertificate) => Err(Refusal::no_certificate(user, action)),
        (Door::Mutual, _, Edge::Holds(leaf)) => match org.upload_of(leaf) {
            Some(upload) => Ok(format!("by {}{} (uploaded as '{}')", shared(org), named(leaf), upload.label)),
            None => Err(Refusal::not_uploaded(org, user, leaf)),
        },
    }
}

/// What the certificate shares with the upload, if not everything.
fn shared(org: &Org) -> &'static str {
    match org.switches.identity_match {
        IdentityMatch::Certificate => "",
        IdentityMatch::IssuerSerial => "issuer and serial of ",
        IdentityMatch::PublicKey => "the key of ",
    }
}

/// Why a user who is not enforced gets in; where that may come as a surprise, it says so.
fn ground_of_the_free(user: &User, edge: &Edge) -> String {
    let why = if user.may(Permission::EnforceMutualAuthentication) {
        "mutual authentication is not turned on for the org"
    } else {
        "the user is not enforced"
    };
    match edge {
        Edge::Holds(leaf) => format!("with any chain that holds, here {}: {why}", named(leaf)),
        Edge::NoCertificate => format!("without a certificate: {why}"),
    }
}

fn check_api_enabled(user: &User, action: Action) -> Result<(), Refusal> {
    let asked = matches!(action, Action::Call | Action::Login | Action::Token);
    if asked && !user.may(Permission::ApiEnabled) { Err(Refusal::api_disabled(user)) } else { Ok(()) }
}

fn check_password(user: &User, action: Action) -> Result<(), Refusal> {
    let asked = matches!(action, Action::Call | Action::Page);
    if asked && user.spec.password_expired { Err(Refusal::password_expired(user)) } else { Ok(()) }
}

fn check_api_only(user: &User, action: Action) -> Result<(), Refusal> {
    if action == Action::Page && user.may(Permission::ApiOnlyUser) { Err(Refusal::api_only(user)) } else { Ok(()) }
}
