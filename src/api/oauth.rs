//! OAuth: the token endpoint, revocation, introspection. The web server and device flows are not here yet.

use super::call::{Call, find, pairs};
use super::reject::Reject;
use super::reply::Reply;
use super::{Note, Site};

mod client;
mod flow;
mod id_token;
mod introspect;
mod jwt;
mod revoke;
mod token;

pub use jwt::MAX_ASSERTION;
pub(super) use jwt::unhurried;

/// A request's parameters, from form and query together: the form wins.
struct Parameters(Vec<(String, String)>);

/// The parameters of a form; each costs more memory here than it does bytes on the way.
pub const MAX_PARAMETERS: usize = 1_000;

impl Parameters {
    fn of(call: &Call) -> Result<Self, Reject> {
        if call.body.iter().filter(|&&byte| byte == b'&').count() >= MAX_PARAMETERS {
            return Err(Reject::said(400, "invalid_request", "too many parameters").because(
                "the parameters of a form",
                &format!("{MAX_PARAMETERS} at most"),
                "more",
                "send what the flow needs, and percent-encode & in values",
            ));
        }
        let mut all = pairs(&call.body);
        all.extend(call.query.iter().cloned());
        Ok(Self(all))
    }

    /// A parameter that is there and not empty.
    fn get(&self, name: &str) -> Option<&str> {
        find(&self.0, name).filter(|value| !value.is_empty())
    }

    fn need(&self, name: &str) -> Result<&str, Reject> {
        self.get(name).ok_or_else(|| {
            let reject = Reject::said(400, "invalid_request", format!("missing required parameter: {name}"));
            reject.because(
                "parameters of the token endpoint",
                name,
                "it is missing or empty",
                "send it in the body as application/x-www-form-urlencoded",
            )
        })
    }
}

pub(super) fn answer(site: &Site, call: &Call, note: &mut Note) -> Result<Reply, Reject> {
    let parameters = Parameters::of(call)?;
    match call.segments[2..].iter().map(|segment| segment.to_ascii_lowercase()).collect::<Vec<_>>().as_slice() {
        [last] if last == "token" => {
            if call.method != http::Method::POST {
                return Err(Reject::method(&call.method, "POST"));
            }
            token::answer(site, call, note, &parameters)
        }
        [last] if last == "introspect" => {
            if call.method != http::Method::POST {
                return Err(Reject::method(&call.method, "POST"));
            }
            introspect::answer(site, call, &parameters)
        }
        [last] if last == "revoke" => {
            if call.method != http::Method::POST && !call.reads() {
                return Err(Reject::method(&call.method, "GET,HEAD,POST"));
            }
            revoke::answer(site, call, note, &parameters)
        }
        _ => Err(Reject::not_found()),
    }
}
