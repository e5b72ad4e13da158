//! The token endpoint: one answer for every flow. Only what a user approved in a browser gives a refresh token.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::sign::Signer;
use serde::Serialize;

use super::{Parameters, code, device, flow, id_token, refresh};
use crate::api::call::Call;
use crate::api::identity::identity_url;
use crate::api::login::{Attempt, Opened, turned_away};
use crate::api::reject::Reject;
use crate::api::reply::Reply;
use crate::api::{Note, Site, chaos};
use crate::org::{Action, App};

pub(super) fn answer(site: &Site, call: &Call, note: &mut Note, parameters: &Parameters) -> Result<Reply, Reject> {
    if parameters.get("response_type") == Some("device_code") && parameters.get("grant_type").is_none() {
        return device::begin(site, call, parameters);
    }
    let (flow, applicant) = match parameters.get("grant_type").unwrap_or_default() {
        "authorization_code" => ("web-server", code::authorization_code(site, call, parameters)),
        "client_credentials" => ("client-credentials", flow::client_credentials(call, parameters)),
        "device" | "urn:ietf:params:oauth:grant-type:device_code" => ("device", device::device(site, call, parameters)),
        "password" => ("password", flow::password(call, parameters)),
        "refresh_token" => ("refresh-token", flow::refresh_token(site, call, parameters)),
        "urn:ietf:params:oauth:grant-type:jwt-bearer" => ("jwt-bearer", flow::jwt_bearer(site, call, parameters)),
        other => return Err(unsupported(other)),
    };
    let applicant = applicant.map_err(|reject| match reject {
        // nobody was turned away
        reject if device::is_waiting(&reject) => reject,
        reject => turned_away(site, call, flow, parameters.get("username").unwrap_or_default(), reject),
    })?;
    let attempt = Attempt {
        flow,
        action: Action::Token,
        username: applicant.username,
        application: applicant.app.spec.name.clone(),
        api: None,
        app: Some((&applicant.app.spec.client_id, applicant.scope)),
    };
    let opened = attempt.decide(site, call, note, applicant.identify)?;
    let refresh_token = refresh::token(site, &opened, &applicant.besides)?;
    let granted = granted(site, call, note, &applicant.app, &opened, refresh_token, applicant.besides.nonce())?;
    Ok(Reply::json(call, &granted).uncached())
}

fn unsupported(grant_type: &str) -> Reject {
    Reject::said(400, "unsupported_grant_type", "grant type not supported").because(
        "grant types of this org",
        "authorization_code, client_credentials, device, password, refresh_token or urn:ietf:params:oauth:grant-type:jwt-bearer",
        if grant_type.is_empty() { "none: the body may not be a form" } else { grant_type },
        "send grant_type in a body of type application/x-www-form-urlencoded",
    )
}

/// In the order that the real service is seen to use.
#[derive(Serialize)]
struct Granted {
    access_token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    /// Missing for an app without a secret, which has nothing to sign with.
    #[serde(skip_serializing_if = "Option::is_none")]
    signature: Option<String>,
    scope: String,
    /// With the scope `openid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
    instance_url: String,
    id: String,
    token_type: &'static str,
    /// Milliseconds, as text.
    issued_at: String,
}

/// The whole answer; a nonce comes from an authorization request, if there was one.
fn granted(
    site: &Site,
    call: &Call,
    note: &mut Note,
    app: &App,
    opened: &Opened,
    refresh_token: Option<String>,
    nonce: Option<&str>,
) -> Result<Granted, Reject> {
    let id = identity_url(site, call, &opened.grant.user().id);
    let issued_at = opened.session.opened.as_millisecond().to_string();
    Ok(Granted {
        access_token: opened.session.token.clone(),
        refresh_token,
        signature: app.spec.client_secret.as_deref().and_then(|secret| sign(secret, &format!("{id}{issued_at}"))),
        scope: opened.session.scope.clone().unwrap_or_default(),
        id_token: id_token::of(site, call, app, opened, nonce)?,
        instance_url: chaos::endpoint(site, call, note),
        id,
        token_type: "Bearer",
        issued_at,
    })
}

/// HMAC-SHA256 in base64; clients check it.
fn sign(secret: &str, text: &str) -> Option<String> {
    let key = PKey::hmac(secret.as_bytes()).ok()?;
    let mut signer = Signer::new(MessageDigest::sha256(), &key).ok()?;
    let mac = signer.sign_oneshot_to_vec(text.as_bytes()).ok()?;
    Some(BASE64_STANDARD.encode(mac))
}
