//! Which connected app a request comes from, and whether it is really that one.

use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::Parameters;
use crate::api::call::Call;
use crate::api::reject::Reject;
use crate::org::App;
use crate::scenario::Flow;

/// How much a flow wants to know of the secret.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Secret {
    /// Wrong if given and wrong.
    IfGiven,
    /// It must be there if the app has one.
    IfOwned,
    /// It must be there.
    Needed,
}

/// Consumer key and secret, from HTTP Basic or from the body.
struct Credentials {
    id: String,
    secret: Option<String>,
}

/// The app of that consumer key, which may use `flow` and whose secret is right.
pub(super) fn authenticate(
    call: &Call,
    parameters: &Parameters,
    flow: Flow,
    secret: Secret,
) -> Result<Arc<App>, Reject> {
    let app = proven(call, parameters, secret)?;
    may(&app, flow)?;
    Ok(app)
}

/// The app of that consumer key, whose secret is right, whatever flows it may use.
pub(super) fn proven(call: &Call, parameters: &Parameters, secret: Secret) -> Result<Arc<App>, Reject> {
    let given = match basic(call) {
        Some(credentials) => credentials,
        None => Credentials {
            id: parameters.need("client_id")?.to_owned(),
            secret: parameters.get("client_secret").map(str::to_owned),
        },
    };
    let app = known(call, &given.id)?;
    let right = match (&given.secret, &app.spec.client_secret) {
        (Some(given), Some(own)) => given == own,
        (None, Some(_)) => secret == Secret::IfGiven,
        // An app without a secret cannot prove itself.
        (_, None) => secret != Secret::Needed,
    };
    if !right {
        return Err(Reject::said(400, "invalid_client", "invalid client credentials").because(
            "the connected app's consumer secret",
            "client_id and client_secret in the body, or both by HTTP Basic",
            if given.secret.is_some() { "another secret" } else { "no secret" },
            "compare the client's secret with the connected app's",
        ));
    }
    Ok(app)
}

/// The app of that consumer key.
pub(super) fn known(call: &Call, id: &str) -> Result<Arc<App>, Reject> {
    call.org.app(id).cloned().ok_or_else(|| {
        Reject::said(400, "invalid_client_id", "client identifier invalid").because(
            "the consumer key names a connected app of this org",
            "the client_id of a [[connected-app]]",
            "another one",
            "compare the client's consumer key with the connected app's; each org has its own",
        )
    })
}

/// Whether the app may use the flow.
pub(super) fn may(app: &App, flow: Flow) -> Result<(), Reject> {
    if app.spec.flows.contains(&flow) {
        return Ok(());
    }
    Err(Reject::said(400, "unsupported_grant_type", "grant type not supported").because(
        "flows are enabled one by one in a connected app",
        &format!("an app with the flow {flow:?}"),
        &format!("the app {:?} without it", app.spec.name),
        "add the flow to the app's flows, or use another one",
    ))
}

fn basic(call: &Call) -> Option<Credentials> {
    let decoded = BASE64_STANDARD.decode(call.authorization("Basic")?).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some(Credentials { id: id.to_owned(), secret: Some(secret.to_owned()) })
}
