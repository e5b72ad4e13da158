//! The door's one page, for a browser: what is there and where it is described; how a browser gets in; the API's description.

use http::{HeaderValue, Method, StatusCode, header};
use maud::{DOCTYPE, Markup, html};
use warp::host::Authority;
use warp::reply::Response;

use super::{AdminDoor, Head, Request, answer, guard, sealed};
use crate::api::call;
use crate::api::reject::Reject;

/// `GET /?token=…`: the token for a cookie, and on to the page, so that the address shows it no longer.
///
/// It works as often as it is opened while the org runs: a link that dies at its first use would die in a preview.
pub(super) fn login(door: &AdminDoor, head: &Head, host: &Authority) -> Result<Option<Response>, Reject> {
    let pairs = call::pairs(head.query.as_bytes());
    let Some(given) = call::find(&pairs, "token").filter(|_| head.path == "/" && head.method == Method::GET) else {
        return Ok(None);
    };
    if !door.keys.is_token(given) || pairs.len() > 1 {
        return Err(Reject::bad_token());
    }
    let cookie = format!("{}={}; Path=/; HttpOnly; SameSite=Strict", guard::cookie_name(host), door.keys.cookie());
    let mut response = answer::nothing();
    *response.status_mut() = StatusCode::SEE_OTHER;
    response.headers_mut().insert(header::LOCATION, HeaderValue::from_static("/"));
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(Some(sealed(response)))
}

pub(super) fn welcome(door: &AdminDoor, _: &Request) -> Result<Response, Reject> {
    let org = &door.controls.snapshot().org;
    let body = html! {
        h1 { (org.name) }
        p { "The admin door of a simulated org, " code { (org.id.as_str()) } ". Its API is JSON; " code { "mockorg ctl" } " wraps it." }
        ul {
            @for (door, url) in door.handouts.doors() { li { (door) ": " code { (url) } } }
        }
        ul {
            li { a href="/v1/org" { "The org at a glance" } }
            li { a href="/v1/journal?form=text&limit=200" { "The last of the journal" } }
            li { a href="/v1/certificates" { "Mutual authentication certificates" } }
            li { a href="/v1/trust" { "Outbound CA list" } }
            li { a href="/v1/kit.tar" { "The kit" } }
            li { a href="/v1/openapi.json" { "What else can be asked (OpenAPI)" } }
        }
    };
    Ok(page(&org.name, &body))
}

/// For somebody who opened the page without the token, or from where it may not be opened.
pub(super) fn refused(reject: &Reject) -> Response {
    let explanation = reject.explanation();
    let body = html! {
        h1 { (explanation.headline) }
        p { (explanation.cure) }
    };
    let mut response = page("mockorg", &body);
    *response.status_mut() = StatusCode::from_u16(reject.status()).unwrap_or(StatusCode::FORBIDDEN);
    sealed(response)
}

/// `docs/admin-api.json`
pub(super) fn openapi(_: &AdminDoor, _: &Request) -> Result<Response, Reject> {
    Ok(answer::file("application/json", include_str!("../../../docs/admin-api.json")))
}

fn page(title: &str, body: &Markup) -> Response {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head { meta charset="utf-8"; title { (title) } }
            body { (body) }
        }
    };
    let mut response = answer::file("text/html; charset=utf-8", page.into_string());
    let policy =
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'");
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}
