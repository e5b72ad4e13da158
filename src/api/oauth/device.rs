//! The device flow at the token endpoint: a device begins to wait, and asks whether its user has answered.

use serde::Serialize;

use super::Parameters;
use super::authorize::granted;
use super::client::{Secret, authenticate};
use super::flow::{Applicant, Besides, by_name_alone};
use crate::api::Site;
use crate::api::call::Call;
use crate::api::reject::Reject;
use crate::api::reply::Reply;
use crate::scenario::Flow;
use crate::store::{Answer, Device, POLL_INTERVAL, Poll};

/// The four that the service documents; RFC 8628's `expires_in` is not among them.
#[derive(Serialize)]
struct Begun {
    device_code: String,
    user_code: String,
    verification_uri: String,
    interval: i64,
}

/// `response_type=device_code`
pub(super) fn begin(site: &Site, call: &Call, parameters: &Parameters) -> Result<Reply, Reject> {
    let app = authenticate(call, parameters, Flow::Device, Secret::IfGiven)?;
    let scope = granted(&app, parameters.get("scope")).map_err(|beyond| {
        Reject::said(400, "invalid_scope", "the requested scope is not allowed").because(
            "an app may ask for the scopes that it is registered with",
            &app.spec.scopes.join(" "),
            beyond,
            "add the scope to the app's scopes, or do not ask for it",
        )
    })?;
    let tokens = site.controls.tokens();
    let begun = Begun {
        device_code: tokens.alphanumeric(DEVICE_CODE_LENGTH),
        user_code: (0..USER_CODE_LENGTH).map(|_| letter(tokens.below(LETTERS.len() as u64))).collect(),
        verification_uri: format!(
            "{}/setup/connect",
            site.addresses.endpoint(&call.org, call.host.as_ref(), call.peer.door)
        ),
        interval: POLL_INTERVAL.as_secs(),
    };
    let device = Device {
        user_code: begun.user_code.clone(),
        client_id: app.spec.client_id.clone(),
        scope,
        issued: site.controls.clock().wall_now(),
        answer: Answer::Pending,
        asked: None,
    };
    site.controls.store().devices().keep(begun.device_code.clone(), device);
    Ok(Reply::json(call, &begun).uncached())
}

/// `grant_type=device`
pub(super) fn device<'a>(site: &Site, call: &'a Call, parameters: &Parameters) -> Result<Applicant<'a>, Reject> {
    let app = authenticate(call, parameters, Flow::Device, Secret::IfGiven)?;
    // the service's own name for it, then RFC 8628's
    let code = parameters.get("code").or_else(|| parameters.get("device_code"));
    let code = code.map_or_else(|| parameters.need("code"), Ok)?;
    let now = site.controls.clock().wall_now();
    match site.controls.store().devices().poll(code, &app.spec.client_id, now) {
        Poll::Allowed(user, scope) => {
            let user = call
                .org
                .user(&user)
                .ok_or_else(|| ended("invalid_grant", "invalid device code", "a user who is gone"))?;
            let username = user.spec.username.clone();
            let besides = Besides::Approval { code: None, nonce: None };
            Ok(Applicant { besides, ..by_name_alone(call, scope, app, username) })
        }
        Poll::Denied => Err(ended("access_denied", "end-user denied authorization", "a user who chose Deny")),
        Poll::Expired => Err(ended("expired_token", "expired device code", "one that is older than 10 minutes")),
        Poll::Pending => Err(not_yet("authorization_pending", "no answer yet")),
        Poll::TooFast => Err(not_yet("slow_down", "no answer yet, and less than 5 seconds since the last question")),
        Poll::Unknown => Err(ended(
            "invalid_grant",
            "invalid device code",
            "no code that this org gave to this app, or one that was exchanged before",
        )),
    }
}

/// Whether it only says that there is nothing new.
pub(super) fn is_waiting(reject: &Reject) -> bool {
    matches!(reject.code(), "authorization_pending" | "slow_down")
}

fn not_yet(code: &'static str, found: &str) -> Reject {
    Reject::said(400, code, "").because(
        "a device asks until its user has answered, every 5 seconds at most",
        "the user at /setup/connect, with the user_code",
        found,
        "wait for the interval and ask again; after slow_down wait 5 seconds longer",
    )
}

fn ended(code: &'static str, message: &str, found: &str) -> Reject {
    Reject::said(400, code, message).because(
        "a device's code is good once, for 10 minutes of the wall's clock, if its user lets it in",
        "a code that waits, or whose user chose Allow",
        found,
        "begin again with response_type=device_code",
    )
}

fn letter(number: u64) -> char {
    usize::try_from(number).ok().and_then(|at| LETTERS.get(at)).map_or('0', |&letter| char::from(letter))
}

/// Without those that are taken for one another.
const LETTERS: &[u8] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const USER_CODE_LENGTH: usize = 8;
const DEVICE_CODE_LENGTH: usize = 80;
