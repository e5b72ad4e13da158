//! The authorization endpoint: from a browser's request to a code, by a login and a consent where they are needed.
//!
//! Nothing is kept between the pages: each form goes to where it was shown, and the request is read anew.

use super::Parameters;
use crate::api::browser::{Browser, Consent, Login, enter, form_target};
use crate::api::call::Call;
use crate::api::reject::Reject;
use crate::api::reply::Reply;
use crate::api::{Note, Site};
use crate::org::Grant;
use crate::store::CodeGrant;

mod redirect;
mod request;
mod scopes;

pub(super) use scopes::{granted, wants_refresh_token};

use request::{Quiet, Request};

pub(in crate::api) fn authorize(site: &Site, call: &Call, note: &mut Note) -> Result<Reply, Reject> {
    if call.segments.len() != 3 {
        return Err(Reject::not_found());
    }
    let posts = call.method == http::Method::POST;
    if !posts && !call.reads() {
        return Err(Reject::method(&call.method, "GET,HEAD,POST"));
    }
    let request = Request::read(call)?;
    let mut browser = Browser::of(call);
    let form = if posts { Some(Parameters::of_form(call)?) } else { None };
    let login =
        Login { username: request.login_hint.clone(), targets: form_target(&request.back.uri).into_iter().collect() };
    let entered = enter(site, call, note, &mut browser, form.as_ref(), &login, request.prompt.login)?;
    match (entered, request.prompt.quiet) {
        (Some(grant), _) => {
            consent(site, call, &browser, &request, &grant, form.as_ref().and_then(|form| form.get("decision")))
        }
        (None, Some(quiet)) => Err(request.back.refuse(not_quietly(quiet, "login_required"))),
        (None, None) => Ok(login.show(site, call, &browser)),
    }
}

fn consent(
    site: &Site,
    call: &Call,
    browser: &Browser,
    request: &Request,
    grant: &Grant,
    decision: Option<&str>,
) -> Result<Reply, Reject> {
    let (user, app) = (grant.user(), &request.app);
    let consents = site.controls.store().browsers();
    let scopes = || request.scope.split(' ');
    match decision {
        Some("allow") => consents.consent(&user.id, &app.spec.client_id, scopes()),
        Some(_) => return Err(request.back.refuse(denied(&user.spec.username))),
        None if !request.prompt.consent && consents.consented(&user.id, &app.spec.client_id, scopes()) => {}
        None => {
            if let Some(quiet) = request.prompt.quiet {
                return Err(request.back.refuse(not_quietly(quiet, "consent_required")));
            }
            let targets = form_target(&request.back.uri).into_iter().collect();
            let page = Consent { app, scope: &request.scope, hidden: None, targets };
            return Ok(page.show(site, call, browser, grant));
        }
    }
    Ok(browser.tell(call, Reply::redirect(request.back.status, &request.back.with_code(&give(site, request, grant)))))
}

/// A code of the shape that the service documents: its end has to be decoded.
fn give(site: &Site, request: &Request, grant: &Grant) -> String {
    let code = format!("aPrx{}==", site.controls.tokens().alphanumeric(CODE_LENGTH));
    let stands_for = CodeGrant {
        user_id: grant.user().id.clone(),
        client_id: request.app.spec.client_id.clone(),
        redirect_uri: request.back.uri.clone(),
        scope: request.scope.clone(),
        challenge: request.challenge.clone(),
        nonce: request.nonce.clone(),
        issued: site.controls.clock().wall_now(),
    };
    site.controls.store().codes().keep(code.clone(), stands_for);
    code
}

fn denied(username: &str) -> Reject {
    Reject::said(400, "access_denied", "end-user denied authorization").because(
        "the user decides whether an app is let in",
        "Allow on the consent page",
        &format!("{username} chose Deny"),
        "handle access_denied in the client: it is the user's right",
    )
}

fn not_quietly(quiet: Quiet, missing: &'static str) -> Reject {
    let (code, message, asked) = match quiet {
        Quiet::Immediate => ("immediate_unsuccessful", "immediate unsuccessful", "immediate=true"),
        Quiet::PromptNone => (missing, "the user has to be asked", "prompt=none"),
    };
    Reject::said(400, code, message).because(
        &format!("{asked}: no page may be shown"),
        "a browser whose user has logged in and has let the app have these scopes",
        missing,
        "start over without it, and let the user log in",
    )
}

const CODE_LENGTH: usize = 70;
