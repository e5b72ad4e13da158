//! Pages for people: the outbound CA list at `/cacerts.jsp`, a word at `/`, logging out of a browser. Their markup claims
//! no fidelity.

use maud::{DOCTYPE, Markup, html};

use super::browser::{self, Browser};
use super::call::Call;
use super::reject::Reject;
use super::reply::Reply;
use super::{Note, Site};
use crate::pki::Anchor;

pub(super) fn answer(site: &Site, call: &Call, _note: &mut Note) -> Result<Reply, Reject> {
    let page = match call.segments.as_slice() {
        [] => welcome(site, call),
        [folder, file] if folder.eq_ignore_ascii_case("secur") && file.eq_ignore_ascii_case("logout.jsp") => {
            return log_out(site, call);
        }
        [only] if only.eq_ignore_ascii_case("cacerts.jsp") => trust_list(call),
        _ => return Err(Reject::not_found()),
    };
    if call.reads() { Ok(Reply::html(200, page.into_string())) } else { Err(Reject::method(&call.method, "GET,HEAD")) }
}

/// By GET too, as the real page: to be logged out harms nobody.
fn log_out(site: &Site, call: &Call) -> Result<Reply, Reject> {
    if !call.reads() && call.method != http::Method::POST {
        return Err(Reject::method(&call.method, "GET,HEAD,POST"));
    }
    let reply =
        browser::page(200, "Logged out", &[], &html! { p { "This browser is logged out of " (call.org.name) "." } });
    Ok(Browser::of(call).log_out(site, call, reply))
}

fn welcome(site: &Site, call: &Call) -> Markup {
    let user = Browser::of(call).user(site, call);
    page(
        &call.org.name,
        &html! {
            h1 { (call.org.name) }
            p { "A simulated org, for tests of client certificates. It has APIs and no user interface." }
            @if let Some(user) = user {
                p { "Logged in as " (user.spec.username) ". " a href="/secur/logout.jsp" { "Log out" } }
            }
            ul {
                li { a href="/services/data" { "API versions" } }
                li { a href="/cacerts.jsp" { "Outbound CA list" } }
            }
        },
    )
}

fn trust_list(call: &Call) -> Markup {
    let anchors: Vec<_> = call.edge_state.trust.anchors().collect();
    page(
        "Outbound CA list",
        &html! {
            h1 { "Outbound CA list" }
            p {
                "A client certificate must chain to one of these " (anchors.len()) " roots. This page is the simulator's "
                "own: it has the address and the anchors of the real one, and claims no likeness to its markup or content."
            }
            @for anchor in anchors { (root(anchor)) }
        },
    )
}

fn root(anchor: &Anchor) -> Markup {
    let certificate = &anchor.certificate;
    html! {
        h2 id=(anchor.alias) { a name=(anchor.alias) { (anchor.alias) } }
        dl {
            dt { "Subject" } dd { (certificate.subject()) }
            dt { "Issuer" } dd { (certificate.issuer()) }
            dt { "Serial number" } dd { (certificate.serial()) }
            dt { "Valid" } dd { (certificate.not_before()) " to " (certificate.not_after()) }
            dt { "SHA-256" } dd { code { (certificate.fingerprint()) } }
            dt { "Source" } dd { (anchor.source) }
        }
    }
}

fn page(title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head { meta charset="utf-8"; title { (title) } }
            body { (body) }
        }
    }
}
