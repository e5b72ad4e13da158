//! Revocation of access and refresh tokens. The session of a revoked refresh token lives on to its end.

use super::Parameters;
use crate::api::call::Call;
use crate::api::reject::Reject;
use crate::api::reply::Reply;
use crate::api::session::{admit, decide};
use crate::api::{Note, Site};
use crate::org::{Action, Grant};

pub(super) fn answer(site: &Site, call: &Call, note: &mut Note, parameters: &Parameters) -> Result<Reply, Reject> {
    let token = parameters.need("token")?;
    match site.controls.store().refresh(token) {
        Some(kept) => {
            let user = call.org.user(&kept.user_id).ok_or_else(Reject::dead_session)?;
            let grant = decide(call, note, user, Action::Logout)?;
            end_refresh(site, &grant, token, &kept.client_id)?;
        }
        None => {
            let caller = admit(site, call, note, Some(token), Action::Logout)?;
            site.controls.store().end_session(&caller.session.token).map_err(Reject::unkept)?;
        }
    }
    Ok(Reply::text(200, ""))
}

fn end_refresh(site: &Site, grant: &Grant, token: &str, client_id: &str) -> Result<(), Reject> {
    let user = &grant.user().id;
    site.controls.store().end_refresh(token).map_err(Reject::unkept)?;
    // with the token goes the approval, so that the user is asked again
    site.controls.store().browsers().withdraw(user, client_id);
    Ok(())
}
