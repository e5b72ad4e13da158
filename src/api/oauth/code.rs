//! The web server flow's second half: a code for tokens. A code is good once; coming back, it ends what it gave.

use super::Parameters;
use super::client::{Secret, authenticate};
use super::flow::{Applicant, Besides, by_name_alone};
use super::pkce;
use crate::api::Site;
use crate::api::call::Call;
use crate::api::reject::Reject;
use crate::scenario::Flow;
use crate::store::{CodeGrant, Exchanged, Spent, Unkept};

pub(super) fn authorization_code<'a>(
    site: &Site,
    call: &'a Call,
    parameters: &Parameters,
) -> Result<Applicant<'a>, Reject> {
    let app = authenticate(call, parameters, Flow::WebServer, Secret::IfOwned)?;
    let (code, codes) = (parameters.need("code")?, site.controls.store().codes());
    let kept = codes.find(code).filter(|kept| kept.client_id == app.spec.client_id);
    let kept = kept.ok_or_else(|| expired("no code that this org gave to this app; was it decoded (%3D is =)?"))?;
    check_uri(&kept, parameters)?;
    pkce::verify(kept.challenge.as_deref(), parameters)?;
    if !kept.is_good_at(site.controls.clock().wall_now()) {
        return Err(expired("one that is older"));
    }
    match codes.spend(code) {
        Some(Spent::First) => {}
        Some(Spent::Again(exchanged)) => {
            end(site, &kept.client_id, &exchanged).map_err(Reject::unkept)?;
            return Err(expired("one that was exchanged before: its session and refresh token are ended now"));
        }
        None => return Err(expired("one that had to make way for newer ones")),
    }
    let user = call.org.user(&kept.user_id).ok_or_else(|| expired("one of a user who is gone"))?;
    let username = user.spec.username.clone();
    let besides = Besides::Approval { code: Some(code.to_owned()), nonce: kept.nonce };
    Ok(Applicant { besides, ..by_name_alone(call, kept.scope, app, username) })
}

/// Remembers what a code was exchanged for; if it was sent again meanwhile, all of it ends.
pub(super) fn exchanged(site: &Site, code: &str, client_id: &str, tokens: Exchanged) -> Result<(), Reject> {
    if site.controls.store().codes().exchanged(code, tokens.clone()) {
        return Ok(());
    }
    end(site, client_id, &tokens).map_err(Reject::unkept)?;
    Err(expired("one that was sent twice at once"))
}

fn end(site: &Site, client_id: &str, exchanged: &Exchanged) -> Result<(), Unkept> {
    let store = site.controls.store();
    if let Some(session) = &exchanged.session {
        store.end_session(session)?;
    }
    if let Some(token) = &exchanged.refresh_token
        && !store.end_refresh(token)?
    {
        store.end_successor(token, client_id)?;
    }
    Ok(())
}

fn check_uri(kept: &CodeGrant, parameters: &Parameters) -> Result<(), Reject> {
    let (code, message, found) = match parameters.get("redirect_uri") {
        Some(uri) if uri == kept.redirect_uri => return Ok(()),
        Some(uri) => ("redirect_uri_mismatch", "redirect_uri must match configuration", uri),
        None => ("redirect_uri_missing", "redirect_uri not provided", "none"),
    };
    Err(Reject::said(400, code, message).because(
        "the token request names the redirect_uri of the authorization request",
        &kept.redirect_uri,
        found,
        "send the same redirect_uri twice, equal in every character",
    ))
}

fn expired(found: &str) -> Reject {
    Reject::said(400, "invalid_grant", "expired authorization code").because(
        "an authorization code is good once, for 15 minutes of the wall's clock",
        "a code that this org gave to this app, and that was not used yet",
        found,
        "exchange a code at once, and once; log in again for another",
    )
}
