//! A login, whatever the protocol: decided once, a session opened, told to the journal and to the login history.

use std::sync::Arc;

use super::call::Call;
use super::reject::Reject;
use super::session::{decide, fingerprint};
use super::{Note, Site, chaos, faults};
use crate::data::Id;
use crate::journal::{Kind, event};
use crate::org::login::{check_credentials, check_password};
use crate::org::{Action, CredentialRefusal, Edge, Grant, LoginRow, Session, User, session};

/// The characters of a username and of an application's name in the login history.
pub const LONGEST_KEPT: usize = 255;

/// Somebody at the door.
pub(super) struct Attempt<'a> {
    /// `soap`, `password` …
    pub flow: &'static str,
    pub action: Action,
    /// As given; empty if a flow fails before it names one.
    pub username: String,
    /// `Application` in the login history.
    pub application: String,
    /// `ApiType` and `ApiVersion` there; none for OAuth.
    pub api: Option<(&'static str, String)>,
    /// The connected app it comes through, and its scopes.
    pub app: Option<(&'a str, String)>,
}

/// A login that went well.
pub(super) struct Opened {
    pub grant: Grant,
    pub session: Session,
}

impl Attempt<'_> {
    /// Decides by `identify` (is it really that user?) and by the org (may that user?), and leaves its traces.
    pub fn decide(
        self,
        site: &Site,
        call: &Call,
        note: &mut Note,
        identify: impl FnOnce() -> Result<Arc<User>, Reject>,
    ) -> Result<Opened, Reject> {
        let opened = self.settle(site, call, note, identify, |grant| self.open(site, call, grant))?;
        note.session = Some(fingerprint(&opened.session.token));
        chaos::opened(site, note, &opened.session.token);
        Ok(opened)
    }

    /// The same without a session of the API: for a login in a browser.
    pub fn judge(
        &self,
        site: &Site,
        call: &Call,
        note: &mut Note,
        identify: impl FnOnce() -> Result<Arc<User>, Reject>,
    ) -> Result<Grant, Reject> {
        self.settle(site, call, note, identify, |grant| {
            let kept = site.controls.store().record_login(self.row(site, call, SUCCESS));
            kept.map(|()| grant).map_err(Reject::unkept)
        })
    }

    fn settle<T>(
        &self,
        site: &Site,
        call: &Call,
        note: &mut Note,
        identify: impl FnOnce() -> Result<Arc<User>, Reject>,
        keep: impl FnOnce(Grant) -> Result<T, Reject>,
    ) -> Result<T, Reject> {
        note.action = Some(self.action.name());
        if !self.username.is_empty() {
            note.user = Some(self.username.clone());
        }
        let decided = identify().and_then(|user| {
            faults::known(site, call, note, &user)?;
            decide(call, note, &user, self.action)
        });
        let outcome = match decided {
            Ok(grant) => keep(grant),
            Err(refused) => Err(self.record(site, call, refused)),
        };
        if outcome.is_err() {
            note.decision = Some("refused");
        }
        let refused = outcome.as_ref().err();
        let status = refused.map_or(SUCCESS, |reject| reject.login_status(self.action));
        tell(site, call, self.flow, &self.username, status, refused);
        outcome
    }

    /// Takes a grant, so that no session is opened without one. What the disk refuses did not happen.
    fn open(&self, site: &Site, call: &Call, grant: Grant) -> Result<Opened, Reject> {
        let now = site.controls.clock().org_now();
        let session = Session {
            token: session::token(&call.org.id, site.controls.tokens()),
            user_id: grant.user().id.clone(),
            opened: now,
            expires: session::end_of_life(now),
            door: call.peer.door,
            certificate: match &call.edge {
                Edge::Holds(leaf) => Some(*leaf.sha256()),
                Edge::NoCertificate => None,
            },
            client_id: self.app.as_ref().map(|(client_id, _)| (*client_id).to_owned()),
            scope: self.app.as_ref().map(|(_, scope)| scope.clone()),
        };
        let kept = site.controls.store().log_in(session.clone(), self.row(site, call, SUCCESS));
        kept.map(|()| Opened { grant, session }).map_err(Reject::unkept)
    }

    /// Why it is refused, once the login history has it.
    fn record(&self, site: &Site, call: &Call, refused: Reject) -> Reject {
        let status = refused.login_status(self.action);
        let kept = site.controls.store().record_login(self.row(site, call, status));
        kept.err().map_or(refused, Reject::unkept)
    }

    fn row(&self, site: &Site, call: &Call, status: &'static str) -> LoginRow {
        let (api_type, api_version) = self.api.clone().unzip();
        LoginRow {
            id: Id::new("0Ya", site.controls.ids().below(1 << 48)),
            user_id: call.org.user_named(&self.username).map(|user| user.id.clone()),
            username: self.username.chars().take(LONGEST_KEPT).collect(),
            time: site.controls.clock().org_now(),
            login_type: match (self.action, api_type) {
                (Action::Page, _) => "Application",
                (_, Some(_)) => "Other Apex API",
                (_, None) => "Remote Access 2.0",
            }
            .into(),
            source_ip: call.peer.remote.ip().to_canonical().to_string(),
            login_url: site.addresses.name(&call.org, call.host.as_ref()),
            application: self.application.chars().take(LONGEST_KEPT).collect(),
            api_type: api_type.map(Into::into),
            api_version,
            status: status.into(),
            tls_protocol: call.peer.tls_version.replace("TLSv", "TLS "),
            cipher_suite: call.peer.cipher.clone(),
        }
    }
}

/// Tells the journal of a login that failed before anybody knew whose it is; the history has rows of users only.
pub(super) fn turned_away(site: &Site, call: &Call, flow: &'static str, username: &str, reject: Reject) -> Reject {
    tell(site, call, flow, username, reject.login_status(Action::Login), Some(&reject));
    reject
}

fn tell(site: &Site, call: &Call, flow: &'static str, username: &str, status: &'static str, refused: Option<&Reject>) {
    site.controls.journal().append(Kind::Login(Box::new(event::Login {
        handshake: call.peer.handshake,
        door: call.peer.door,
        username: username.to_owned(),
        flow,
        status,
        decision: if refused.is_some() { "refused" } else { "granted" },
        explanation: refused.map(Reject::explanation),
    })));
}

/// LoginHistory's `Status` of a login that went well.
pub(super) const SUCCESS: &str = "Success";

/// The user of that name, if the password lets them in.
pub(super) fn by_password(call: &Call, username: &str, given: &str) -> Result<Arc<User>, Reject> {
    let user = call.org.user_named(username).ok_or_else(|| Reject::credentials(CredentialRefusal::UnknownUser))?;
    check_credentials(user, given, call.peer.remote.ip()).map_err(Reject::credentials)?;
    Ok(user.clone())
}

/// The user of that name, if the password lets them in by a browser.
pub(super) fn in_browser(call: &Call, username: &str, given: &str) -> Result<Arc<User>, Reject> {
    let user = call.org.user_named(username).ok_or_else(|| Reject::credentials(CredentialRefusal::UnknownUser))?;
    check_password(user, given).map_err(Reject::credentials)?;
    Ok(user.clone())
}

/// The user of that name, if they may log in at all; for flows that ask for no password.
pub(super) fn by_name(call: &Call, username: &str) -> Result<Arc<User>, Reject> {
    let user = call.org.user_named(username).ok_or_else(|| Reject::credentials(CredentialRefusal::UnknownUser))?;
    match user {
        user if !user.spec.active => Err(Reject::credentials(CredentialRefusal::Inactive)),
        user if user.spec.locked => Err(Reject::credentials(CredentialRefusal::Locked)),
        user => Ok(user.clone()),
    }
}
