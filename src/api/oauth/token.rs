//! The token endpoint: four flows, one answer. None of the four gives a refresh token, as on the real service.

use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::sign::Signer;
use serde::Serialize;

use super::Parameters;
use super::client::{Secret, authenticate};
use super::jwt::Assertion;
use crate::api::call::Call;
use crate::api::identity::identity_url;
use crate::api::login::{Attempt, Opened, by_name, by_password};
use crate::api::reject::Reject;
use crate::api::reply::Reply;
use crate::api::{Note, Site};
use crate::org::{Action, App};
use crate::scenario::Flow;

pub(super) fn answer(site: &Site, call: &Call, note: &mut Note, parameters: &Parameters) -> Result<Reply, Reject> {
    let grant_type = parameters.get("grant_type").unwrap_or_default();
    let (app, opened) = match grant_type {
        "client_credentials" => client_credentials(site, call, note, parameters)?,
        "password" => password(site, call, note, parameters)?,
        "refresh_token" => refresh_token(site, call, note, parameters)?,
        "urn:ietf:params:oauth:grant-type:jwt-bearer" => jwt_bearer(site, call, note, parameters)?,
        other => {
            let found = if other.is_empty() { "none: the body may not be a form" } else { other };
            return Err(Reject::said(400, "unsupported_grant_type", "grant type not supported").because(
                "grant types of this org",
                "password, client_credentials, refresh_token or urn:ietf:params:oauth:grant-type:jwt-bearer",
                found,
                "send grant_type in a body of type application/x-www-form-urlencoded",
            ));
        }
    };
    Ok(Reply::json(call, &granted(site, call, &app, &opened)).uncached())
}

type Outcome = Result<(Arc<App>, Opened), Reject>;

fn password(site: &Site, call: &Call, note: &mut Note, parameters: &Parameters) -> Outcome {
    let app = authenticate(call, parameters, Flow::Password, Secret::Needed)?;
    let (username, password) = (parameters.need("username")?, parameters.need("password")?);
    let opened = attempt("password", &app, username, scopes(&app))
        .decide(site, call, note, || by_password(call, username, password))?;
    Ok((app, opened))
}

fn client_credentials(site: &Site, call: &Call, note: &mut Note, parameters: &Parameters) -> Outcome {
    let app = authenticate(call, parameters, Flow::ClientCredentials, Secret::Needed)?;
    let Some(username) = app.spec.run_as.clone() else {
        return Err(Reject::said(400, "invalid_grant", "no client credentials user enabled").because(
            "client credentials run as one user",
            "a connected app with run-as",
            &format!("the app {:?} without one", app.spec.name),
            "set run-as in the connected app",
        ));
    };
    let opened = attempt("client-credentials", &app, &username, scopes(&app))
        .decide(site, call, note, || by_name(call, &username))?;
    Ok((app, opened))
}

fn jwt_bearer(site: &Site, call: &Call, note: &mut Note, parameters: &Parameters) -> Outcome {
    let assertion = Assertion::read(parameters.need("assertion")?)?;
    let app = super::client::known(call, assertion.issuer())?;
    super::client::may(&app, Flow::JwtBearer)?;
    let username = assertion.subject().to_owned();
    let opened = attempt("jwt-bearer", &app, &username, scopes(&app)).decide(site, call, note, || {
        assertion.check(site, call, &app)?;
        by_name(call, &username).map_err(|reject| assertion.unapproved(call, reject))
    })?;
    Ok((app, opened))
}

fn refresh_token(site: &Site, call: &Call, note: &mut Note, parameters: &Parameters) -> Outcome {
    let app = authenticate(call, parameters, Flow::RefreshToken, Secret::IfGiven)?;
    let token = parameters.need("refresh_token")?;
    let kept = site.controls.store().refresh(token).filter(|kept| kept.client_id == app.spec.client_id);
    let user = kept.as_ref().and_then(|kept| call.org.user(&kept.user_id)).cloned();
    let (Some(kept), Some(user)) = (kept, user) else {
        return Err(Reject::said(400, "invalid_grant", "expired access/refresh token").because(
            "refresh tokens live until they are revoked",
            "a refresh token that this org gave to this connected app",
            "another one, or one that was revoked",
            "authorize the app again",
        ));
    };
    let username = user.spec.username.clone();
    let opened =
        attempt("refresh-token", &app, &username, kept.scope).decide(site, call, note, || by_name(call, &username))?;
    Ok((app, opened))
}

fn attempt<'a>(flow: &'static str, app: &'a App, username: &str, scope: String) -> Attempt<'a> {
    Attempt {
        flow,
        action: Action::Token,
        username: username.to_owned(),
        application: app.spec.name.clone(),
        api: None,
        app: Some((&app.spec.client_id, scope)),
    }
}

fn scopes(app: &App) -> String {
    app.spec.scopes.join(" ")
}

/// In the order that the real service is seen to use.
#[derive(Serialize)]
struct Granted {
    access_token: String,
    /// Missing for an app without a secret, which has nothing to sign with.
    #[serde(skip_serializing_if = "Option::is_none")]
    signature: Option<String>,
    scope: String,
    instance_url: String,
    id: String,
    token_type: &'static str,
    /// Milliseconds, as text.
    issued_at: String,
}

fn granted(site: &Site, call: &Call, app: &App, opened: &Opened) -> Granted {
    let id = identity_url(site, call, &opened.grant.user().id);
    let issued_at = opened.session.opened.as_millisecond().to_string();
    Granted {
        access_token: opened.session.token.clone(),
        signature: app.spec.client_secret.as_deref().and_then(|secret| sign(secret, &format!("{id}{issued_at}"))),
        scope: opened.session.scope.clone().unwrap_or_default(),
        instance_url: site.addresses.endpoint(&call.org, call.host.as_ref(), call.peer.door),
        id,
        token_type: "Bearer",
        issued_at,
    }
}

/// HMAC-SHA256 in base64; clients check it.
fn sign(secret: &str, text: &str) -> Option<String> {
    let key = PKey::hmac(secret.as_bytes()).ok()?;
    let mut signer = Signer::new(MessageDigest::sha256(), &key).ok()?;
    let mac = signer.sign_oneshot_to_vec(text.as_bytes()).ok()?;
    Some(BASE64_STANDARD.encode(mac))
}
