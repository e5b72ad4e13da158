//! From a session id to a [`Grant`]: the only way to a handler that acts for a user.

use std::sync::Arc;

use super::call::Call;
use super::reject::Reject;
use super::{Note, Site, chaos, faults};
use crate::data::Id;
use crate::org::{Action, Grant, Refusal, Session, User, authorize, authorize_session};

/// Somebody whom the org lets do what they came for.
pub(super) struct Caller {
    pub grant: Grant,
    pub session: Session,
}

/// Finds the session and asks the org.
pub(super) fn admit(
    site: &Site,
    call: &Call,
    note: &mut Note,
    token: Option<&str>,
    action: Action,
) -> Result<Caller, Reject> {
    note.action = Some(action.name());
    let token = token.ok_or_else(Reject::no_session)?;
    note.session = Some(fingerprint(token));
    let now = site.controls.clock().org_now();
    let session = site.controls.store().session(token, now).ok_or_else(|| no_such(call, token))?;
    let user = call.org.user(&session.user_id).ok_or_else(Reject::dead_session)?;
    faults::with_session(site, call, note, (user, token), action == Action::Call)?;
    if action == Action::Call
        && let Err(reject) = chaos::called(site, note, token)
    {
        (note.user, note.decision) = (Some(user.spec.username.clone()), Some("refused"));
        return Err(reject);
    }
    let (door, edge) = (call.peer.door, &call.edge);
    let grant = decided(note, user, action, authorize_session(&call.org, user, &session, action, door, edge))?;
    if action == Action::Call {
        site.usage.count(now);
    }
    Ok(Caller { grant, session })
}

/// Every session id begins with its org's id: one of another org is told from one that ended.
fn no_such(call: &Call, token: &str) -> Reject {
    let org = token.split_once('!').and_then(|(org, _)| Id::parse(org));
    match org.filter(|org| *org != call.org.id && org.as_str().starts_with("00D")) {
        Some(other) => Reject::foreign_session(&call.org.id, &other),
        None => Reject::dead_session(),
    }
}

/// Asks the org, and notes what it says.
pub(super) fn decide(call: &Call, note: &mut Note, user: &Arc<User>, action: Action) -> Result<Grant, Reject> {
    decided(note, user, action, authorize(&call.org, user, action, call.peer.door, &call.edge))
}

fn decided(
    note: &mut Note,
    user: &Arc<User>,
    action: Action,
    decision: Result<Grant, Refusal>,
) -> Result<Grant, Reject> {
    note.action = Some(action.name());
    note.user = Some(user.spec.username.clone());
    note.decision = Some(if decision.is_ok() { "granted" } else { "refused" });
    let grant = decision.map_err(Reject::refused)?;
    note.ground = Some(grant.ground().to_owned());
    Ok(grant)
}

/// Tells sessions apart in the journal without giving them away.
pub(super) fn fingerprint(token: &str) -> String {
    let [a, b, c, d, ..] = openssl::sha::sha256(token.as_bytes());
    format!("{:08x}", u32::from_be_bytes([a, b, c, d]))
}
