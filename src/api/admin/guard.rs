//! Who may come in: the names that the door answers to, the pages that may call it, the token, and JSON writes only.
//!
//! A page of any site can make a browser send requests to a loopback port. What it cannot do is set `Authorization` or
//! `Content-Type: application/json` without asking first, which is refused; nor send our cookie (SameSite=Strict), nor, by
//! its own DNS, another Host than its own name.

use std::net::IpAddr;

use http::{Method, header};
use warp::host::Authority;

use super::{Head, Keys};
use crate::api::reject::Reject;

/// The host that was asked for, if it is ours: loopback, or given by `--advertise`.
pub(super) fn host<'a>(head: &'a Head, advertised: &[String]) -> Result<&'a Authority, Reject> {
    let hosts = head.headers.get_all(header::HOST).iter().count();
    let Some(host) = head.host.as_ref().filter(|host| hosts == 1 && is_plain(host)) else {
        return Err(Reject::bad_host(&format!("{hosts} Host headers, or one that does not fit the target")));
    };
    let bare = host.host().trim_start_matches('[').trim_end_matches(']');
    let loopback = bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    let ours =
        loopback || bare.eq_ignore_ascii_case("localhost") || advertised.iter().any(|it| it.eq_ignore_ascii_case(bare));
    if ours { Ok(host) } else { Err(Reject::foreign_host(host.as_str())) }
}

/// A name and at most a port: no user, no port that is none.
fn is_plain(host: &Authority) -> bool {
    let port = host.as_str().strip_prefix(host.host());
    port.is_some_and(|port| port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok()))
}

/// No page but our own may call.
pub(super) fn origin(head: &Head, host: &Authority) -> Result<(), Reject> {
    let mut origins = head.headers.get_all(header::ORIGIN).iter();
    match origins.find(|origin| !is_own(origin.as_bytes(), host)) {
        None => Ok(()),
        Some(foreign) => {
            let foreign = String::from_utf8_lossy(foreign.as_bytes());
            Err(Reject::foreign_origin(&format!("Origin: {foreign}")))
        }
    }
}

/// Scheme, host and port as the request itself has them. A door behind a TLS proxy is `https` to its pages.
fn is_own(origin: &[u8], host: &Authority) -> bool {
    let Ok(origin) = std::str::from_utf8(origin) else { return false };
    let rest = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    rest.is_some_and(|rest| rest.eq_ignore_ascii_case(host.as_str()))
}

/// A token, or the cookie that one was exchanged for.
pub(super) fn authenticate(head: &Head, host: &Authority, keys: &Keys) -> Result<(), Reject> {
    let mut given = head.headers.get_all(header::AUTHORIZATION).iter();
    if let Some(first) = given.next() {
        let bearer = first.to_str().ok().and_then(|value| value.trim().split_once(' '));
        let bearer = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
        let right = bearer.is_some_and(|token| keys.is_token(token)) && given.next().is_none();
        return if right { Ok(()) } else { Err(Reject::bad_token()) };
    }
    let name = cookie_name(host);
    match cookies(head).find(|(cookie, _)| *cookie == name) {
        Some((_, value)) if keys.is_cookie(value) => from_our_page(head),
        Some(_) => Err(Reject::bad_token()),
        None => Err(Reject::no_token()),
    }
}

/// Cookies do not tell ports apart, so each port has a name of its own.
pub(super) fn cookie_name(host: &Authority) -> String {
    format!("mockorg-{}", host.port_u16().unwrap_or(80))
}

fn cookies(head: &Head) -> impl Iterator<Item = (&str, &str)> {
    let headers = head.headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    headers.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='))
}

/// SameSite says nothing of ports: another server on this host is the same site. What a browser sends along tells them
/// apart; a write must have an Origin, which [`origin`] has compared.
fn from_our_page(head: &Head) -> Result<(), Reject> {
    let site = head.headers.get("sec-fetch-site").map(|site| site.to_str().unwrap_or("?"));
    if let Some(foreign) = site.filter(|site| !matches!(*site, "same-origin" | "none")) {
        return Err(Reject::foreign_origin(&format!("Sec-Fetch-Site: {foreign}")));
    }
    let reads = head.method == Method::GET || head.method == Method::HEAD;
    if reads || head.headers.contains_key(header::ORIGIN) { Ok(()) } else { Err(Reject::foreign_origin("no Origin")) }
}

/// What a form can send without asking is refused: a write is JSON, even where it has nothing to say.
pub(super) fn content_type(head: &Head) -> Result<(), Reject> {
    if !matches!(head.method, Method::POST | Method::PUT | Method::PATCH) {
        return Ok(());
    }
    let given = head.headers.get(header::CONTENT_TYPE).map_or("none", |value| value.to_str().unwrap_or("?"));
    let kind = given.split(';').next().unwrap_or_default().trim();
    if kind.eq_ignore_ascii_case("application/json") { Ok(()) } else { Err(Reject::not_json(given)) }
}
