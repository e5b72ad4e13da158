//! OAuth: the authorization endpoint, the token endpoint, revocation, introspection. What a browser sees is `browser`'s.

use super::call::{Call, find, pairs};
use super::frontdoor::single_access;
use super::reject::Reject;
use super::reply::Reply;
use super::{Note, Site};

mod authorize;
mod client;
mod code;
mod device;
mod flow;
mod id_token;
mod introspect;
mod jwt;
mod multipart;
mod pkce;
mod refresh;
mod revoke;
mod token;

pub(super) use authorize::authorize;
pub use jwt::MAX_ASSERTION;
pub(super) use jwt::unhurried;
pub use pkce::MAX_VERIFIER;

/// A request's parameters, from form and query together: the form wins.
pub(super) struct Parameters(Vec<(String, String)>);

/// The parameters of a form; each costs more memory here than it does bytes on the way.
pub const MAX_PARAMETERS: usize = 1_000;

impl Parameters {
    pub(super) fn of(call: &Call) -> Result<Self, Reject> {
        let mut all = Self::of_form(call)?.0;
        all.extend(call.query.iter().cloned());
        Ok(Self(all))
    }

    /// Those of the query alone.
    fn of_query(call: &Call) -> Self {
        Self(call.query.clone())
    }

    /// Those of the form alone.
    pub(super) fn of_form(call: &Call) -> Result<Self, Reject> {
        if let Some(boundary) = call.header("content-type").and_then(multipart::boundary) {
            return Ok(Self(multipart::fields(&call.body, boundary, MAX_PARAMETERS)));
        }
        if call.body.iter().filter(|&&byte| byte == b'&').count() >= MAX_PARAMETERS {
            return Err(Reject::said(400, "invalid_request", "too many parameters").because(
                "the parameters of a form",
                &format!("{MAX_PARAMETERS} at most"),
                "more",
                "send what the flow needs, and percent-encode & in values",
            ));
        }
        Ok(Self(pairs(&call.body)))
    }

    /// A parameter that is there and not empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
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
        [last] if last == "singleaccess" => single_access(site, call, note, &parameters),
        _ => Err(Reject::not_found()),
    }
}
