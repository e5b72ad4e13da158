//! Introspection (RFC 7662): an app asks what became of a token of its own. Nobody acts for a user here.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::Parameters;
use super::client::{Secret, proven};
use crate::api::Site;
use crate::api::call::Call;
use crate::api::identity::identity_url;
use crate::api::reject::Reject;
use crate::api::reply::Reply;
use crate::org::User;

#[derive(Serialize)]
struct Active {
    active: bool,
    scope: String,
    client_id: String,
    username: String,
    sub: String,
    token_type: &'static str,
    #[serde(flatten)]
    times: Option<Times>,
}

/// Seconds on the wall's clock.
#[derive(Serialize)]
struct Times {
    exp: i64,
    iat: i64,
    nbf: i64,
}

#[derive(Serialize)]
struct Inactive {
    active: bool,
}

/// The hint is not needed: a token says by itself which kind it is.
pub(super) fn answer(site: &Site, call: &Call, parameters: &Parameters) -> Result<Reply, Reject> {
    let app = proven(call, parameters, Secret::Needed).map_err(|reject| reject.with_status(401))?;
    let token = parameters.need("token")?;
    let found = access_token(site, call, token).or_else(|| refresh_token(site, call, token));
    // a token of another app is nobody's business (RFC 7662 4), and neither is a session without one
    let answer = match found.filter(|active| active.client_id == app.spec.client_id) {
        Some(active) => Reply::json(call, &active),
        None => Reply::json(call, &Inactive { active: false }),
    };
    Ok(answer.uncached())
}

fn access_token(site: &Site, call: &Call, token: &str) -> Option<Active> {
    let clock = site.controls.clock();
    let (now, wall) = (clock.org_now(), clock.wall_now());
    let session = site.controls.store().peek_session(token, now)?;
    let user = call.org.user(&session.user_id).filter(|user| user.spec.active)?;
    let told = |time: Timestamp| on_the_wall(wall, time.duration_since(now));
    let (exp, iat) = (told(session.expires), told(session.opened));
    let times = Some(Times { exp, iat, nbf: iat });
    Some(active(site, call, user, session.client_id?, session.scope.unwrap_or_default(), "access_token", times))
}

/// Refresh tokens live until they are revoked: there is no end to tell.
fn refresh_token(site: &Site, call: &Call, token: &str) -> Option<Active> {
    let kept = site.controls.store().refresh(token)?;
    let user = call.org.user(&kept.user_id).filter(|user| user.spec.active)?;
    Some(active(site, call, user, kept.client_id, kept.scope, "refresh_token", None))
}

fn active(
    site: &Site,
    call: &Call,
    user: &User,
    client_id: String,
    scope: String,
    token_type: &'static str,
    times: Option<Times>,
) -> Active {
    let (username, sub) = (user.spec.username.clone(), identity_url(site, call, &user.id));
    Active { active: true, scope, client_id, username, sub, token_type, times }
}

/// Sessions live on the org's clock, those who ask about them on the wall's: what counts is how long it is from now.
fn on_the_wall(now: Timestamp, from_now: SignedDuration) -> i64 {
    now.saturating_add(from_now).map_or(i64::MAX, Timestamp::as_second)
}
