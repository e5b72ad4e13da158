//! An authorization request, read and found right: its app, the way back, scopes, PKCE. Who the user is comes later.
//!
//! Whatever is wrong before the way back is known is said on a page; a browser is sent only where the app is registered.

use std::sync::Arc;

use super::redirect::Back;
use super::scopes;
use crate::api::browser::error_page;
use crate::api::call::Call;
use crate::api::oauth::{Parameters, client, pkce};
use crate::api::reject::Reject;
use crate::org::App;
use crate::scenario::Flow;

/// An authorization request.
pub(super) struct Request {
    pub app: Arc<App>,
    pub back: Back,
    pub scope: String,
    pub challenge: Option<String>,
    pub nonce: Option<String>,
    pub login_hint: String,
    pub prompt: Prompt,
}

/// What the user is asked though it is known, or not asked though it is not.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Prompt {
    pub login: bool,
    pub consent: bool,
    pub quiet: Option<Quiet>,
}

/// Why no page may be shown.
#[derive(Clone, Copy, Debug)]
pub(super) enum Quiet {
    /// The service's own `immediate=true`.
    Immediate,
    /// OpenID's `prompt=none`.
    PromptNone,
}

/// The bytes of a nonce; it is kept with its code.
pub const LONGEST_NONCE: usize = 1_000;

impl Request {
    /// Reads the query; a form that follows brings the user's part only.
    pub fn read(call: &Call) -> Result<Self, Reject> {
        let query = Parameters::of_query(call);
        let (app, uri) = app_and_uri(call, &query).map_err(|reject| {
            let page = error_page(400, &reject);
            reject.drawn(page)
        })?;
        let response_type = query.get("response_type").unwrap_or_default();
        let back = Back {
            uri,
            state: query.get("state").map(str::to_owned),
            status: if call.method == http::Method::POST { 303 } else { 302 },
            by_fragment: response_type.split(' ').any(|part| part == "token"),
        };
        let refuse = |reject| back.refuse(reject);
        check_flow(&app, response_type).map_err(refuse)?;
        let scope = scopes::granted(&app, query.get("scope")).map_err(|beyond| refuse(no_scope(&app, beyond)))?;
        let challenge = pkce::challenge(&query, app.spec.require_pkce).map_err(refuse)?;
        let prompt = prompt(&query).map_err(refuse)?;
        let nonce = nonce(&query).map_err(refuse)?;
        let login_hint = query.get("login_hint").unwrap_or_default().to_owned();
        Ok(Self { app, back, scope, challenge, nonce, login_hint, prompt })
    }
}

fn app_and_uri(call: &Call, query: &Parameters) -> Result<(Arc<App>, String), Reject> {
    let app = client::known(call, query.get("client_id").unwrap_or_default())?;
    let Some(uri) = query.get("redirect_uri") else {
        return Err(Reject::said(400, "redirect_uri_missing", "redirect_uri not provided").because(
            "the authorization request says where to return to",
            "redirect_uri",
            "none",
            "send one of the app's redirect-uris",
        ));
    };
    if app.spec.redirect_uris.iter().any(|own| own == uri) {
        return Ok((app, uri.to_owned()));
    }
    let own = match app.spec.redirect_uris.as_slice() {
        [] => "the app has none".to_owned(),
        own => own.join(", "),
    };
    Err(Reject::said(400, "redirect_uri_mismatch", "redirect_uri must match configuration").because(
        "a browser is sent only to a URI that the app is registered with, equal in every character",
        &own,
        uri,
        "add it to the app's redirect-uris, or have the client send one of them; look at port, case and the last slash",
    ))
}

fn check_flow(app: &App, response_type: &str) -> Result<(), Reject> {
    if response_type != "code" {
        return Err(Reject::said(400, "unsupported_response_type", "response type not supported").because(
            "the response types of this org",
            "code",
            if response_type.is_empty() { "none" } else { response_type },
            "use the web server flow with PKCE; the user-agent flow is not served",
        ));
    }
    if app.spec.flows.contains(&Flow::WebServer) {
        return Ok(());
    }
    Err(Reject::said(400, "unauthorized_client", "the app may not use the web server flow").because(
        "flows are enabled one by one in a connected app",
        "an app with the flow web-server",
        &format!("the app {:?} without it", app.spec.name),
        "add \"web-server\" to the app's flows",
    ))
}

fn no_scope(app: &App, beyond: &str) -> Reject {
    Reject::said(400, "invalid_scope", "the requested scope is not allowed").because(
        "an app may ask for the scopes that it is registered with",
        &app.spec.scopes.join(" "),
        beyond,
        "add the scope to the app's scopes, or do not ask for it",
    )
}

fn nonce(query: &Parameters) -> Result<Option<String>, Reject> {
    match query.get("nonce") {
        Some(nonce) if nonce.len() > LONGEST_NONCE => Err(Reject::said(400, "invalid_request", "nonce is too long")
            .because(
                "a nonce is kept with the code, for the id token",
                &format!("{LONGEST_NONCE} bytes at most"),
                &format!("{} bytes", nonce.len()),
                "send a random value of 16 bytes or so",
            )),
        nonce => Ok(nonce.map(str::to_owned)),
    }
}

/// Words that are not known are passed over, as `display` is.
fn prompt(query: &Parameters) -> Result<Prompt, Reject> {
    let words: Vec<&str> = query.get("prompt").unwrap_or_default().split_whitespace().collect();
    let has = |word: &str| words.contains(&word);
    let login = has("login") || has("select_account");
    if has("none") && words.len() > 1 {
        return Err(Reject::said(400, "invalid_request", "prompt=none stands alone").because(
            "prompt (OpenID Connect Core 3.1.2.1)",
            "none, or any of login and consent",
            "none with others",
            "send one or the other",
        ));
    }
    let immediate = query.get("immediate").is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let quiet = match (has("none"), immediate) {
        (true, _) => Some(Quiet::PromptNone),
        (false, true) => Some(Quiet::Immediate),
        (false, false) => None,
    };
    Ok(Prompt { login, consent: has("consent"), quiet })
}
