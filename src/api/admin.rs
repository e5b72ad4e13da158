//! The admin door: the simulator's own API for tests, tools and people, every path of it in one table.
//!
//! Its verbs are [`Controls`]'; nothing is decided or changed here. What is refused leaves through `api::reject`.

use std::sync::Arc;

use bytes::Buf;
use futures_util::Stream;
use http::{HeaderMap, Method, header};
use tokio::sync::Semaphore;
use warp::Filter;
use warp::filters::BoxedFilter;
use warp::host::Authority;
use warp::path::FullPath;
use warp::reply::Response;

use super::reject::{Reject, Shape};
use super::{Addresses, BODY_PATIENCE, body, call};
use crate::controls::Controls;
use crate::journal::Kind;
use crate::journal::event::Admin;
use crate::scenario::switches::RefusalStatus;
use crate::tls::Stop;

mod advertise;
mod answer;
mod cas;
mod certificates;
mod clients;
mod clock;
mod expectations;
mod faults;
mod guard;
mod handout;
mod journal;
mod keys;
mod open;
mod org;
mod page;
mod request;
mod route;
mod steps;
mod stream;
mod switches;
mod trust;
mod users;

pub use handout::Handouts;
pub use keys::Keys;
use request::Request;
use route::{Route, delete, get, open, patch, post, put};
pub use stream::{HEARTBEAT, MOST_AT_ONCE, MOST_READERS};

/// The paths of the door. The first that fits answers; `docs/admin-api.json` describes each.
static ROUTES: [Route; 39] = [
    open("/health", open::health),
    open("/crl/{ca}.crl", open::crl),
    get("/", page::welcome).with(&["token"]),
    get("/v1/openapi.json", page::openapi),
    get("/v1/org", org::show),
    post("/v1/reset", org::reset),
    get("/v1/clock", clock::show),
    put("/v1/clock", clock::set),
    get("/v1/certificates", certificates::list),
    post("/v1/certificates", certificates::upload),
    delete("/v1/certificates/{label}", certificates::delete),
    put("/v1/users/{username}/permissions/{name}", users::grant),
    delete("/v1/users/{username}/permissions/{name}", users::deny),
    post("/v1/users/{username}/sessions/expire", users::expire_sessions),
    get("/v1/trust", trust::list),
    post("/v1/trust", trust::add),
    get("/v1/trust.pem", trust::export),
    delete("/v1/trust/{alias}", trust::remove),
    post("/v1/clients/{name}/deliver", clients::deliver),
    post("/v1/clients/{name}/issue", clients::issue),
    post("/v1/clients/{name}/revoke", clients::revoke),
    get("/v1/clients/{name}.pem", clients::pem),
    get("/v1/clients/{name}.p12", clients::p12),
    put("/v1/cas/{name}/crl", cas::set_crl),
    post("/v1/cas/{name}/revoke", cas::revoke),
    post("/v1/steps/{name}", steps::play),
    get("/v1/faults", faults::list),
    post("/v1/faults", faults::set),
    delete("/v1/faults", faults::clear).with(faults::PARAMETERS),
    get("/v1/switches", switches::show),
    patch("/v1/switches", switches::set),
    get("/v1/journal", journal::query).with(journal::PARAMETERS),
    get("/v1/journal/stream", stream::follow).with(journal::STREAM_PARAMETERS).streaming(),
    post("/v1/mark", journal::mark),
    get("/v1/expectations", expectations::show).with(expectations::PARAMETERS),
    get("/v1/advertise", advertise::show),
    put("/v1/advertise", advertise::set),
    get("/v1/edge", handout::edge),
    get("/v1/kit.tar", handout::kit),
];

/// Method, path and query parameters of everything that the door answers.
pub fn table() -> impl Iterator<Item = (Method, &'static str, &'static [&'static str])> {
    ROUTES.iter().map(|route| (route.method.clone(), route.path, route.parameters))
}

/// What the answers are made from; clones share it.
#[derive(Clone, Debug)]
pub struct AdminDoor {
    controls: Controls,
    addresses: Addresses,
    keys: Arc<Keys>,
    handouts: Arc<dyn Handouts>,
    stop: Stop,
    readers: Arc<Semaphore>,
}

impl AdminDoor {
    /// A door to what `controls` runs; `stop` ends the streams that would go on for ever.
    pub fn new(
        controls: Controls,
        addresses: Addresses,
        keys: Arc<Keys>,
        handouts: Arc<dyn Handouts>,
        stop: Stop,
    ) -> Self {
        Self { controls, addresses, keys, handouts, stop, readers: Arc::new(Semaphore::new(MOST_READERS)) }
    }

    /// Everything that the door answers.
    pub fn routes(self) -> BoxedFilter<(Response,)> {
        warp::path::full()
            .and(warp::method())
            .and(warp::query::raw().or(warp::any().map(String::new)).unify())
            .and(warp::header::headers_cloned())
            .and(warp::host::optional().or(warp::any().map(|| None)).unify())
            .and(warp::body::stream())
            .then(move |path: FullPath, method, query, headers, host, body| {
                serve(self.clone(), Head { method, path: path.as_str().to_owned(), query, headers, host }, body)
            })
            .boxed()
    }
}

/// A request but for its body.
struct Head {
    method: Method,
    path: String,
    query: String,
    headers: HeaderMap,
    /// None if there is no Host, several, or one that contradicts the target.
    host: Option<Authority>,
}

async fn serve<B: Buf>(door: AdminDoor, head: Head, body: impl Stream<Item = Result<B, warp::Error>>) -> Response {
    let (method, path) = (head.method.clone(), head.path.clone());
    let reject = match answer(&door, head, body).await {
        Ok(response) => return response,
        Err(reject) => reject,
    };
    // a refused upload has an event of its own
    if !reject.code().starts_with("upload-") {
        door.controls.journal().append(Kind::Admin(Box::new(refused(&door.keys, &method, &path, &reject))));
    }
    if path == "/" {
        return page::refused(&reject);
    }
    let mut reply = reject.reply(Shape::Problem, RefusalStatus::default()).uncached();
    match reject.status() {
        401 => reply = reply.with("www-authenticate", "Bearer realm=\"mockorg\""),
        405 => reply = reply.with("allow", &route::allowed(&path)),
        _ => {}
    }
    reply.into_response()
}

/// As the journal keeps it: wherever the token was put, it is not said back.
fn refused(keys: &Keys, method: &Method, path: &str, reject: &Reject) -> Admin {
    let mut explanation = reject.explanation();
    for text in [&mut explanation.headline, &mut explanation.expected, &mut explanation.found] {
        *text = keys.masked(text);
    }
    let (method, path) = (method.to_string(), call::masked(&keys.masked(path)));
    Admin { method, path, status: reject.status(), error: reject.code().to_owned(), explanation }
}

async fn answer<B: Buf>(
    door: &AdminDoor,
    head: Head,
    body: impl Stream<Item = Result<B, warp::Error>>,
) -> Result<Response, Reject> {
    let host = guard::host(&head, door.addresses.names())?;
    guard::origin(&head, host)?;
    let found = route::find(&head.method, &head.path);
    if let Some(response) = page::login(door, &head, host)? {
        return Ok(response);
    }
    if !matches!(&found, Ok((route, _)) if route.is_open()) {
        guard::authenticate(&head, host, &door.keys)?;
    }
    let (route, captures) = found?;
    guard::content_type(&head)?;
    let body = body::read(&head.headers, body, BODY_PATIENCE).await?;
    let request = Request::new(route, captures, head, body)?;
    let door = door.clone();
    // verbs sign, compare and wait for locks: not on a thread that serves
    let answered = tokio::task::spawn_blocking(move || (route.answer)(&door, &request)).await;
    let response = answered.unwrap_or_else(|panic| Err(Reject::broken_verb(&panic.to_string())))?;
    Ok(sealed(response))
}

/// Nothing of this door is kept by a cache, or taken for something else than it says.
fn sealed(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, header::HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, header::HeaderValue::from_static("no-referrer"));
    response
}
