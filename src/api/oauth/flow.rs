//! The four flows: which app comes for which user, and how it shows that it may. None is decided here.

use std::sync::Arc;

use super::Parameters;
use super::client::{Secret, authenticate, known, may};
use super::jwt::Assertion;
use super::refresh;
use crate::api::Site;
use crate::api::call::Call;
use crate::api::login::{by_name, by_password};
use crate::api::reject::Reject;
use crate::org::{App, User};
use crate::scenario::Flow;

/// An app that is known and may use its flow, and the user it comes for.
pub(super) struct Applicant<'a> {
    pub app: Arc<App>,
    /// As given, or as the app or the refresh token has it.
    pub username: String,
    /// Space-separated.
    pub scope: String,
    /// What the answer brings besides a session.
    pub besides: Besides,
    /// Whether it is really that user.
    pub identify: Box<dyn FnOnce() -> Result<Arc<User>, Reject> + 'a>,
}

/// What the answer brings besides a session.
#[derive(Debug)]
pub(super) enum Besides {
    /// What a user has approved in a browser: a refresh token, if the scope has it.
    Approval {
        /// The code that it was exchanged for.
        code: Option<String>,
        /// For the id token.
        nonce: Option<String>,
    },
    Nothing,
    /// A refresh token in place of this one.
    Rotation(String),
}

impl Besides {
    /// What the authorization request wants repeated in the id token.
    pub fn nonce(&self) -> Option<&str> {
        match self {
            Self::Approval { nonce, .. } => nonce.as_deref(),
            Self::Nothing | Self::Rotation(_) => None,
        }
    }
}

pub(super) fn password<'a>(call: &'a Call, parameters: &'a Parameters) -> Result<Applicant<'a>, Reject> {
    let app = authenticate(call, parameters, Flow::Password, Secret::Needed)?;
    let (username, password) = (parameters.need("username")?, parameters.need("password")?);
    Ok(Applicant {
        scope: scopes(&app),
        app,
        username: username.to_owned(),
        besides: Besides::Nothing,
        identify: Box::new(move || by_password(call, username, password)),
    })
}

pub(super) fn client_credentials<'a>(call: &'a Call, parameters: &Parameters) -> Result<Applicant<'a>, Reject> {
    let app = authenticate(call, parameters, Flow::ClientCredentials, Secret::Needed)?;
    let Some(username) = app.spec.run_as.clone() else {
        return Err(Reject::said(400, "invalid_grant", "no client credentials user enabled").because(
            "client credentials run as one user",
            "a connected app with run-as",
            &format!("the app {:?} without one", app.spec.name),
            "set run-as in the connected app",
        ));
    };
    Ok(by_name_alone(call, scopes(&app), app, username))
}

pub(super) fn jwt_bearer<'a>(site: &'a Site, call: &'a Call, parameters: &Parameters) -> Result<Applicant<'a>, Reject> {
    let assertion = Assertion::read(parameters.need("assertion")?)?;
    let app = known(call, assertion.issuer())?;
    may(&app, Flow::JwtBearer)?;
    let checked_against = app.clone();
    Ok(Applicant {
        scope: scopes(&app),
        app,
        username: assertion.subject().to_owned(),
        besides: Besides::Nothing,
        identify: Box::new(move || {
            assertion.check(site, call, &checked_against)?;
            by_name(call, assertion.subject()).map_err(|reject| assertion.unapproved(call, reject))
        }),
    })
}

pub(super) fn refresh_token<'a>(site: &Site, call: &'a Call, parameters: &Parameters) -> Result<Applicant<'a>, Reject> {
    let app = authenticate(call, parameters, Flow::RefreshToken, Secret::IfGiven)?;
    let token = parameters.need("refresh_token")?;
    let kept = site.controls.store().refresh(token).filter(|kept| kept.client_id == app.spec.client_id);
    let user = kept.as_ref().and_then(|kept| call.org.user(&kept.user_id));
    let (Some(kept), Some(user)) = (&kept, user) else {
        return Err(refresh::dead(site, &app.spec.client_id, token));
    };
    let rotates = app.spec.refresh_token_rotation;
    let besides = if rotates { Besides::Rotation(token.to_owned()) } else { Besides::Nothing };
    Ok(Applicant { besides, ..by_name_alone(call, kept.scope.clone(), app, user.spec.username.clone()) })
}

pub(super) fn by_name_alone<'a>(call: &'a Call, scope: String, app: Arc<App>, username: String) -> Applicant<'a> {
    let name = username.clone();
    let besides = Besides::Nothing;
    Applicant { app, username, scope, besides, identify: Box::new(move || by_name(call, &name)) }
}

fn scopes(app: &App) -> String {
    app.spec.scopes.join(" ")
}
