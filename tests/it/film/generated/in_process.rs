//! Clients that come in process: their chain is judged as the edge judges it, their requests are answered by the doors' own
//! routes, and the journal has both. No TLS: what only TLS does to a client is left to those that come over it.

use std::cell::Cell;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;
use mockorg::api::{Addresses, routes};
use mockorg::controls::{Controls, Moment, Situation};
use mockorg::journal::event::{Handshake, SentCertificate, VerdictEntry};
use mockorg::journal::{Explanation, Kind};
use mockorg::org::Door;
use mockorg::pki::validate::validate;
use mockorg::scenario::fault::ConnectionEffect;
use mockorg::tls::{Peer, Presented};
use tokio::runtime::Runtime;
use warp::filters::BoxedFilter;
use warp::reply::Response;

use super::{Ask, Way};

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

pub(super) struct Doors<'a> {
    controls: &'a Controls,
    routes: BoxedFilter<(Response,)>,
    handshakes: Cell<u64>,
}

impl<'a> Doors<'a> {
    pub(super) fn new(controls: &'a Controls) -> Self {
        let routes = routes(controls.clone(), Addresses::new(4443, 8443, Vec::new()));
        Self { controls, routes, handshakes: Cell::new(0) }
    }

    /// A connection and one request on it; the body of the answer, if there is one.
    pub(super) fn send(&self, runtime: &Runtime, way: Way, ask: &Ask<'_>) -> Option<String> {
        let peer = self.connect(way)?;
        let (path, form) = ask.path_and_form();
        let mut request = Request::builder().method(if form.is_some() { "POST" } else { "GET" }).uri(path);
        request = request.header("host", "localhost").header("content-type", crate::wire::FORM);
        if let Ask::Limits(session) = ask {
            request = request.header("authorization", format!("Bearer {session}"));
        }
        let mut request = request.body(Full::new(Bytes::from(form.unwrap_or_default()))).unwrap();
        request.extensions_mut().insert(Arc::new(peer));
        let service = TowerToHyperService::new(warp::service(self.routes.clone()));
        runtime.block_on(async {
            let body = service.call(request).await.unwrap().into_body();
            // a fault may cut it short
            let bytes = body.collect().await.ok()?.to_bytes();
            Some(String::from_utf8_lossy(&bytes).into_owned())
        })
    }

    fn connect(&self, Way { door, client }: Way) -> Option<Peer> {
        let id = self.handshakes.get() + 1;
        self.handshakes.set(id);
        let of = Situation { handshake: id, door, remote: LOOPBACK, client: None, user: None, path: "" };
        let strike = [Moment::Accepted, Moment::Greeted].iter().find_map(|at| self.controls.connection_fault(*at, &of));
        let ends = |effect| {
            let (alert, reset) = (ConnectionEffect::Reset, ConnectionEffect::ResetInHandshake);
            matches!(effect, ConnectionEffect::Alert(_)) || effect == alert || effect == reset
        };
        let injected = strike.as_ref().is_some_and(|strike| ends(strike.effect));

        let (edge, now) = self.controls.edge();
        let asked = !injected && door == Door::Mutual;
        let leaf = client.filter(|_| asked).map(|name| self.controls.identities().client(name).unwrap().leaf.clone());
        let verdict = leaf.as_ref().map(|leaf| {
            let judged = validate(std::slice::from_ref(leaf), &edge.trust, &edge.crls, now, &edge.policy);
            Arc::new(judged)
        });
        let fault = verdict.as_ref().and_then(|verdict| verdict.fault());
        self.controls.journal().append(Kind::Handshake(Box::new(Handshake {
            id,
            door,
            remote: format!("{LOOPBACK}:50000"),
            connect: None,
            sni: None,
            tls_version: None,
            cipher: None,
            alpn: None,
            resumed_from: None,
            not_resumed: None,
            certificates: leaf.iter().map(|leaf| SentCertificate::new(leaf, &edge.names)).collect(),
            verdict: verdict.as_deref().map(VerdictEntry::from),
            alert_sent: None,
            alert_received: None,
            ending: if injected { Some("injected") } else { fault.map(|_| "refused") },
            explanation: fault.map(|fault| Explanation::of_fault(fault, None)),
            injected_fault: strike.map(|strike| strike.fault),
            server_flaw: None,
            duration_us: 0,
        })));
        let presented = match (leaf, verdict) {
            (Some(leaf), Some(verdict)) if verdict.holds() => Presented::Holds(leaf, verdict),
            (Some(_), _) => return None,
            _ => Presented::Nothing,
        };
        let [remote, local] = [50_000, 8443].map(|port| SocketAddr::new(LOOPBACK, port));
        let (tls_version, cipher) = ("TLSv1.3".to_owned(), String::new());
        let peer = Peer {
            handshake: id,
            door,
            remote,
            local,
            sni: None,
            tls_version,
            cipher,
            presented,
            live: None,
            leave: Arc::default(),
        };
        (!injected).then_some(peer)
    }
}
