//! Refresh tokens as they are given and rotated. What each opens is `flow`'s.

use super::authorize::wants_refresh_token;
use super::code;
use super::flow::Besides;
use crate::api::Site;
use crate::api::login::Opened;
use crate::api::reject::Reject;
use crate::store::{Exchanged, RefreshGrant};

/// The refresh token that belongs to this answer, if one does.
pub(super) fn token(site: &Site, opened: &Opened, besides: &Besides) -> Result<Option<String>, Reject> {
    match besides {
        Besides::Nothing => Ok(None),
        Besides::Approval { code, .. } => approved(site, opened, code.as_deref()),
        Besides::Rotation(old) => rotated(site, opened, old).map(Some),
    }
}

/// The refusal of a refresh token that does not live; one that was replaced ends the one that took its place, because
/// two who hold one token have got it from one another.
pub(super) fn dead(site: &Site, client_id: &str, token: &str) -> Reject {
    let found = match site.controls.store().end_successor(token, client_id) {
        Ok(true) => "one that was replaced, and has come back: the one that took its place is ended now",
        Ok(false) => "another one, or one that was revoked, replaced or had to make way for newer ones",
        Err(unkept) => return Reject::unkept(unkept),
    };
    Reject::said(400, "invalid_grant", "expired access/refresh token").because(
        "refresh tokens live until they are revoked; with refresh-token-rotation, until they are used",
        "a refresh token that this org gave to this connected app",
        found,
        "authorize the app again; with rotation keep the refresh_token of every answer",
    )
}

fn approved(site: &Site, opened: &Opened, code: Option<&str>) -> Result<Option<String>, Reject> {
    let session = &opened.session;
    let scope = session.scope.clone().unwrap_or_default();
    let client_id = session.client_id.clone().unwrap_or_default();
    let given = wants_refresh_token(&scope).then(|| fresh(site));
    if let Some(token) = &given {
        let grant = RefreshGrant { user_id: session.user_id.clone(), client_id: client_id.clone(), scope };
        site.controls.store().give_refresh(token.clone(), grant).map_err(Reject::unkept)?;
    }
    if let Some(code) = code {
        let tokens = Exchanged { session: Some(session.token.clone()), refresh_token: given.clone() };
        code::exchanged(site, code, &client_id, tokens)?;
    }
    Ok(given)
}

fn rotated(site: &Site, opened: &Opened, old: &str) -> Result<String, Reject> {
    let next = fresh(site);
    if site.controls.store().replace_refresh(old, next.clone()).map_err(Reject::unkept)? {
        return Ok(next);
    }
    // somebody else was faster with the same token
    site.controls.store().end_session(&opened.session.token).map_err(Reject::unkept)?;
    Err(dead(site, opened.session.client_id.as_deref().unwrap_or_default(), old))
}

/// Of the shape that real ones have.
fn fresh(site: &Site) -> String {
    format!("5Aep861{}", site.controls.tokens().alphanumeric(TOKEN_LENGTH))
}

const TOKEN_LENGTH: usize = 80;
