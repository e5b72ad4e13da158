//! What the doors speak, driven in process: a founded org, a hand-made peer in every request, no TLS.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Request};
use http_body_util::{BodyExt, Full};
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;
use mockorg::api::{Addresses, routes};
use mockorg::controls::Controls;
use mockorg::journal::{Kind, event};
use mockorg::org::Door;
use mockorg::pki::Verdict;
use mockorg::seed::Seed;
use mockorg::tls::{Peer, Presented};
use mockorg::{Clock, Journal, Scenario};
use warp::filters::BoxedFilter;
use warp::reply::Response;

mod edge;
mod identity;
mod limits;
mod oauth;
mod pages;
mod rest;
mod soap;
mod urls;

/// When the orgs of these tests stand.
const NOW: &str = "2026-11-24T09:00:00Z";

/// An org with both doors, without TLS.
struct Doors {
    controls: Controls,
    addresses: Addresses,
    routes: BoxedFilter<(Response,)>,
}

/// A request in the making.
struct Ask<'a> {
    doors: &'a Doors,
    door: Door,
    presented: Presented,
    sni: Option<String>,
    request: http::request::Builder,
    body: Bytes,
}

/// An answer, read to its end.
struct Answer {
    status: u16,
    headers: HeaderMap,
    text: String,
}

impl Doors {
    fn quickstart() -> Self {
        Self::of(Scenario::quickstart())
    }

    fn from_toml(text: &str) -> Self {
        Self::of(Scenario::from_text(text, "test.toml", Path::new(".")).unwrap_or_else(|wrong| panic!("{wrong:?}")))
    }

    fn of(scenario: Scenario) -> Self {
        let clock = Clock::standing_at(NOW.parse().expect("a time"));
        let journal = Journal::new(clock.clone());
        let controls = Controls::found(scenario, clock, Seed::new(1), journal).expect("an org");
        let addresses = Addresses::new(STANDARD, MUTUAL, vec!["org.test".to_owned()]);
        let routes = routes(controls.clone(), addresses.clone());
        Self { controls, addresses, routes }
    }

    fn switch(self, name: &str, value: &str) -> Self {
        self.controls.set_switch(name, value).expect("a switch and its value");
        self
    }

    fn standard(&self, method: &str, uri: &str) -> Ask<'_> {
        self.ask(Door::Standard, method, uri)
    }

    fn mutual(&self, method: &str, uri: &str) -> Ask<'_> {
        self.ask(Door::Mutual, method, uri)
    }

    fn ask(&self, door: Door, method: &str, uri: &str) -> Ask<'_> {
        let port = if door == Door::Mutual { MUTUAL } else { STANDARD };
        Ask {
            doors: self,
            door,
            presented: Presented::Nothing,
            sni: None,
            request: Request::builder().method(method).uri(uri).header("host", format!("localhost:{port}")),
            body: Bytes::new(),
        }
    }

    /// A session by SOAP login on the standard door.
    async fn session(&self, username: &str, password: &str) -> String {
        let answer = soap::login(self, "u/64.0", username, password).await;
        answer.between("<sessionId>", "</sessionId>").to_owned()
    }

    async fn billing(&self) -> String {
        self.session("billing@acme.example", "billing-password").await
    }

    async fn reports(&self) -> String {
        self.session("reports@acme.example", "reports-password").await
    }

    /// The journal's requests so far.
    fn requests(&self) -> Vec<event::Request> {
        let events = self.controls.journal().since(0);
        events
            .iter()
            .filter_map(|event| if let Kind::Request(request) = &event.kind { Some((**request).clone()) } else { None })
            .collect()
    }

    fn last_request(&self) -> event::Request {
        self.requests().pop().expect("a request")
    }

    fn last_login(&self) -> event::Login {
        let events = self.controls.journal().since(0);
        let logins = events.iter().rev();
        logins
            .filter_map(|event| if let Kind::Login(login) = &event.kind { Some((**login).clone()) } else { None })
            .next()
            .expect("a login")
    }
}

impl Ask<'_> {
    fn header(mut self, name: &str, value: &str) -> Self {
        if name == "host" {
            self.request.headers_mut().expect("headers").remove("host");
        }
        self.request = self.request.header(name, value);
        self
    }

    fn bearer(self, session: &str) -> Self {
        self.header("authorization", &format!("Bearer {session}"))
    }

    fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    fn form(self, pairs: &[(&str, &str)]) -> Self {
        let encoded: Vec<_> = pairs.iter().map(|(key, value)| format!("{key}={}", encode(value))).collect();
        self.header("content-type", "application/x-www-form-urlencoded").body(encoded.join("&"))
    }

    /// With the certificate of a client of the scenario.
    fn certificate(mut self, client: &str) -> Self {
        let leaf = self.doors.controls.identities().client(client).expect("a client").leaf.clone();
        self.presented = Presented::Holds(leaf, Arc::new(holds()));
        self
    }

    async fn send(self) -> Answer {
        self.send_as(Full::new).await
    }

    async fn send_as<B>(self, wrap: impl FnOnce(Bytes) -> B) -> Answer
    where
        B: hyper::body::Body<Data = Bytes> + Send + Sync + 'static,
        B::Error: std::error::Error + Send + Sync,
    {
        let peer = Peer {
            handshake: 1,
            door: self.door,
            remote: SocketAddr::from(([127, 0, 0, 1], 50_000)),
            local: SocketAddr::from(([127, 0, 0, 1], if self.door == Door::Mutual { MUTUAL } else { STANDARD })),
            sni: self.sni,
            tls_version: "TLSv1.3".to_owned(),
            cipher: "TLS_AES_256_GCM_SHA384".to_owned(),
            presented: self.presented,
        };
        let mut request = self.request.body(wrap(self.body)).expect("a request");
        request.extensions_mut().insert(Arc::new(peer));
        let service = TowerToHyperService::new(warp::service(self.doors.routes.clone()));
        let response = service.call(request).await.expect("never fails");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a whole body").to_bytes();
        let text = String::from_utf8(bytes.to_vec()).expect("text");
        Answer { status: parts.status.as_u16(), headers: parts.headers, text }
    }
}

impl Answer {
    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }

    fn between(&self, start: &str, end: &str) -> &str {
        let rest = self.text.split_once(start).unwrap_or_else(|| panic!("no {start} in {}", self.text)).1;
        rest.split_once(end).unwrap_or_else(|| panic!("no {end} in {rest}")).0
    }

    /// Status and body with what differs from run to run left out.
    fn shown(&self) -> String {
        format!("{} {}", self.status, self.text)
    }
}

const STANDARD: u16 = 4443;
const MUTUAL: u16 = 8443;

fn holds() -> Verdict {
    use jiff::Timestamp;
    Verdict { faults: Vec::new(), path: Vec::new(), anchor: None, since: Timestamp::MIN, until: Timestamp::MAX }
}

fn encode(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(byte).collect()
}
