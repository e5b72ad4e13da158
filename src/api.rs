//! What the doors speak: SOAP, OAuth, REST, pages. Families of routes on one screen; decisions are the org's.
//!
//! Every request goes through `serve`: the edge first, then the body, then its family; then one journal event, and only
//! then the answer. TLS, timeouts of idle connections and limits of header sizes are the listener's.

use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use bytes::Buf;
use futures_util::Stream;
use http::{HeaderMap, Method};
use jiff::SignedDuration;
use warp::Filter;
use warp::filters::BoxedFilter;
use warp::host::Authority;
use warp::path::FullPath;
use warp::reply::Response;

use crate::clock::Stopwatch;
use crate::controls::Controls;
use crate::journal::{Kind, event};
use crate::tls::Peer;

mod address;
pub mod admin;
mod body;
mod browser;
mod call;
mod chaos;
mod connect;
mod cursors;
mod faults;
mod frontdoor;
mod gate;
mod identity;
mod login;
mod masked;
mod oauth;
mod openid;
mod page;
pub mod proxy;
mod reject;
mod reply;
mod rest;
mod rows;
mod session;
mod soap;
mod tap;
mod usage;
mod version;
mod wsdl;

pub use address::{Addresses, AdvertiseError, Outside};
pub use body::{BODY_LIMIT, BODY_PATIENCE};
pub use call::LONGEST_PATH;
pub use cursors::{MAX_CURSORS, RECORDS_OF_A_PAGE};
pub use login::LONGEST_KEPT;
pub use masked::{LONGEST_BODY, is_secret};
pub use oauth::{MAX_ASSERTION, MAX_PARAMETERS, MAX_VERIFIER};
pub use reject::LONGEST_MESSAGE;
pub use soap::{MAX_ATTRIBUTES, MAX_ATTRIBUTES_IN_ALL, MAX_DEPTH, MAX_ELEMENTS};
pub use tap::{Passed, Tap};
pub use usage::DAILY_API_REQUESTS;

use call::Call;
use cursors::Cursors;
use reject::{Reject, Shape};
use reply::Reply;
use usage::Usage;

/// What the handlers share; clones share it.
#[derive(Clone, Debug)]
struct Site {
    controls: Controls,
    addresses: Arc<Addresses>,
    usage: Arc<Usage>,
    cursors: Arc<Cursors>,
    body_patience: Duration,
    bodies: Bodies,
    tap: Tap,
    /// What binds a form to the browser that it was shown in.
    browser_key: browser::Key,
}

/// Whether the journal keeps bodies, masked.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Bodies {
    /// Keep them.
    Log,
    /// Leave them out.
    #[default]
    Omit,
}

/// What the journal will say of a request, filled in as it becomes known.
type Note = event::Request;

/// A family of routes: where it lies, how it says no, who answers.
#[derive(Clone, Copy)]
struct Family {
    name: &'static str,
    prefix: &'static str,
    shape: Shape,
    answer: fn(&Site, &Call, &mut Note) -> Result<Reply, Reject>,
}

/// Everything that both doors answer. Requests carry an `Arc<Peer>` in their extensions.
///
/// Wrapped in [`warp::service()`] it is a service that clones cheaply; request bodies may be of any kind.
pub fn routes(controls: Controls, addresses: Addresses) -> BoxedFilter<(Response,)> {
    routes_within(BODY_PATIENCE, Bodies::Omit, Tap::default(), controls, addresses)
}

/// As [`routes`]; a request's body must be there within `body_patience`, the journal keeps `bodies` or not, and `tap` is told
/// of every request as it came.
pub fn routes_within(
    body_patience: Duration,
    bodies: Bodies,
    tap: Tap,
    controls: Controls,
    addresses: Addresses,
) -> BoxedFilter<(Response,)> {
    let addresses = Arc::new(addresses);
    let browser_key = browser::Key::new();
    let (usage, cursors) = (Arc::default(), Arc::new(Cursors::new(controls.seed().stream("cursors"))));
    let site = Site { controls, addresses, usage, cursors, body_patience, bodies, tap, browser_key };
    let family = |name, prefix, shape, answer| route(site.clone(), Family { name, prefix, shape, answer });

    family("rest", "/services/data", Shape::Rest, rest::answer)
        .or(family("soap", "/services/soap", Shape::Soap, soap::answer))
        .unify()
        .or(family("identity", "/services/oauth2/userinfo", Shape::Identity, identity::userinfo))
        .unify()
        .or(family("oauth", "/services/oauth2/authorize", Shape::Page, oauth::authorize))
        .unify()
        .or(family("oauth", "/services/oauth2", Shape::OAuth, oauth::answer))
        .unify()
        .or(family("rest", "/services", Shape::Rest, |_, _, _| Err(Reject::not_found())))
        .unify()
        .or(family("identity", "/id", Shape::Identity, identity::answer))
        .unify()
        .or(family("openid", "/.well-known", Shape::Identity, openid::answer))
        .unify()
        .or(family("wsdl", "/soap", Shape::Page, wsdl::answer))
        .unify()
        .or(family("page", "/setup/connect", Shape::Page, connect::answer))
        .unify()
        .or(family("page", "/secur/frontdoor.jsp", Shape::Page, frontdoor::answer))
        .unify()
        .or(family("page", "/", Shape::Page, page::answer))
        .unify()
        .boxed()
}

fn route(site: Site, family: Family) -> BoxedFilter<(Response,)> {
    warp::path::full()
        .and_then(move |path: FullPath| {
            ready(if lies_under(path.as_str(), family.prefix) { Ok(path) } else { Err(warp::reject::not_found()) })
        })
        .and(warp::method())
        .and(warp::query::raw().or(warp::any().map(String::new)).unify())
        .and(warp::header::headers_cloned())
        .and(warp::host::optional().or(warp::any().map(|| None)).unify())
        .and(warp::ext::get::<Arc<Peer>>())
        .and(warp::body::stream())
        .then(move |path: FullPath, method, query, headers, host, peer, body| {
            let head = Head { method, path: path.as_str().to_owned(), query, headers, host, peer };
            serve(site.clone(), family, head, body)
        })
        .boxed()
}

/// How long ago, on the org's clock, the client's chain was judged.
fn verdict_age(site: &Site, peer: &Peer) -> Option<SignedDuration> {
    peer.live.as_ref().map(|live| site.controls.clock().org_now().duration_since(live.judged_at()))
}

/// Whether a path lies at or below a prefix, whatever the case and however many slashes.
fn lies_under(path: &str, prefix: &str) -> bool {
    let mut segments = call::segments(path);
    call::segments(prefix).all(|wanted| segments.next().is_some_and(|segment| segment.eq_ignore_ascii_case(wanted)))
}

/// A request but for its body.
struct Head {
    method: Method,
    path: String,
    query: String,
    headers: HeaderMap,
    host: Option<Authority>,
    peer: Arc<Peer>,
}

async fn serve<B: Buf>(
    site: Site,
    family: Family,
    head: Head,
    body: impl Stream<Item = Result<B, warp::Error>>,
) -> Response {
    let watch = Stopwatch::start();
    let (peer, path) = (head.peer.clone(), head.path.clone());
    let (is_head, is_options) = (head.method == Method::HEAD, head.method == Method::OPTIONS);
    let mut note = Note {
        handshake: head.peer.handshake,
        door: Some(head.peer.door),
        method: head.method.to_string(),
        path: call::masked(&head.path),
        family: family.name,
        ..Note::default()
    };
    let mut tapped = site.tap.begin(&head);
    let snapshot = site.controls.snapshot();
    let refusal_status = snapshot.org.switches.refusal_status;
    let outcome = async {
        let edge = gate::pass(&site.controls, &snapshot.edge.switches, &head)?;
        faults::arrived(&site, &snapshot.edge, &head, &mut note)?;
        let body = body::read(&head.headers, body, site.body_patience).await?;
        if site.bodies == Bodies::Log {
            note.request_body = masked::masked(&body);
        }
        if let Some(tapped) = &mut tapped {
            tapped.body = body.clone();
        }
        let call = Call::new(head, edge, body, snapshot.org.clone(), snapshot.edge.clone());
        (family.answer)(&site, &call, &mut note)
    }
    .await;
    let outcome = match verdict_age(&site, &peer) {
        Some(age) => {
            note.verdict_age_s = u64::try_from(age.as_secs()).ok();
            outcome.map_err(|reject| reject.by_a_verdict_of(age))
        }
        None => outcome,
    };
    let by_org = !matches!(&outcome, Err(reject) if reject.is_the_edges());
    let mut reply = outcome.unwrap_or_else(|reject| match reject.allowed() {
        Some(methods) if is_options => Reply::new(204, "", String::new()).with("allow", methods),
        _ => {
            note.error = Some(reject.code().to_owned());
            note.explanation = Some(reject.explanation());
            reject.reply(family.shape, refusal_status)
        }
    });
    if by_org && family.shape == Shape::Rest {
        reply = reply.with("sforce-limit-info", &site.usage.header(site.controls.clock().org_now()));
    }
    if site.bodies == Bodies::Log {
        note.response_body = masked::masked(reply.body().as_bytes());
    }
    note.status = reply.status;
    note.chaos.append(&mut reply.decisions);
    let disturbance = faults::answered(&site, &snapshot.edge, &peer, &path, &mut note);
    note.duration_us = u64::try_from(watch.elapsed().as_micros()).unwrap_or(u64::MAX);
    // Written first: whatever the client sees can be looked up.
    let seq = site.controls.journal().append(Kind::Request(Box::new(note)));
    if let Some(tapped) = tapped {
        site.tap.end(tapped, seq, &reply);
    }
    match disturbance {
        _ if is_head => reply.without_body().into_response(),
        Some(effect) => {
            let (response, body) = reply.into_parts();
            faults::disturbed(response, body, effect)
        }
        None => reply.into_response(),
    }
}
