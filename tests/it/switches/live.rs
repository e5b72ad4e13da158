//! `edge.live-connections`: a certificate that ends while a keep-alive or h2 connection lives; and two users on one of
//! them.

use std::net::Ipv4Addr;
use std::pin::Pin;

use bytes::Bytes;
use h2::client::SendRequest;
use jiff::SignedDuration;
use mockorg::RenewalKey;
use mockorg::journal::event::Request;
use mockorg::journal::{Event, Kind};
use mockorg::org::Door;
use openssl::ssl::Ssl;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;
use tokio_openssl::SslStream as AsyncStream;

use super::{LIMITS, session};
use crate::wire::{Client, Failure, KeepAlive, Org, PATIENCE};

const SCENARIO: &str = include_str!("../../../scenarios/edge/rechecks-live-connections.toml");
const REPORTS: (&str, &str) = ("reports@acme.example", "reports-password");
const BILLING: (&str, &str) = ("billing@acme.example", "billing-password");

/// The org of the scenario, with another value of the switch.
fn org(live_connections: &str) -> Org {
    Org::from_toml(&SCENARIO.replacen("\"recheck\"", &format!("{live_connections:?}"), 1))
}

/// One h2 connection, on a runtime of its own.
pub(super) struct H2 {
    runtime: Runtime,
    requests: SendRequest<Bytes>,
    connection: JoinHandle<Result<(), h2::Error>>,
}

impl H2 {
    pub(super) fn connect(client: &Client) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let mut builder = client.builder();
        builder.set_alpn_protos(b"\x02h2").unwrap();
        let mut ssl = Ssl::new(builder.build().context()).unwrap();
        if let Some(sni) = &client.sni {
            ssl.set_hostname(sni).unwrap();
        }
        let (requests, connection) = runtime.block_on(async {
            let tcp = tokio::net::TcpStream::connect((Ipv4Addr::LOCALHOST, client.port)).await.unwrap();
            let mut stream = AsyncStream::new(ssl, tcp).unwrap();
            Pin::new(&mut stream).connect().await.unwrap();
            h2::client::handshake(stream).await.unwrap()
        });
        let connection = runtime.spawn(connection);
        Self { runtime, requests, connection }
    }

    /// Status and body.
    fn get(&self, token: &str) -> (u16, String) {
        self.get_from("localhost", LIMITS, Some(token))
    }

    pub(super) fn get_from(&self, host: &str, path: &str, token: Option<&str>) -> (u16, String) {
        self.runtime.block_on(ask(self.requests.clone(), host, path, token)).unwrap()
    }

    /// Two requests at once.
    fn get_both(&self, one: &str, other: &str) -> [(u16, String); 2] {
        let asked = |token| ask(self.requests.clone(), "localhost", LIMITS, Some(token));
        let (one, other) = self.runtime.block_on(async { tokio::join!(asked(one), asked(other)) });
        [one.unwrap(), other.unwrap()]
    }

    /// Waits for the server to end it.
    fn has_ended(self) -> bool {
        self.runtime.block_on(async { tokio::time::timeout(PATIENCE, self.connection).await.is_ok() })
    }
}

async fn ask(
    requests: SendRequest<Bytes>,
    host: &str,
    path: &str,
    token: Option<&str>,
) -> Result<(u16, String), h2::Error> {
    let mut request = http::Request::get(format!("https://{host}{path}"));
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let mut ready = requests.ready().await?;
    let (answer, _) = ready.send_request(request.body(()).unwrap(), true)?;
    let answer = answer.await?;
    let (status, mut body) = (answer.status().as_u16(), answer.into_body());
    let mut read = Vec::new();
    while let Some(chunk) = body.data().await {
        let chunk = chunk?;
        body.flow_control().release_capacity(chunk.len())?;
        read.extend_from_slice(&chunk);
    }
    Ok((status, String::from_utf8(read).unwrap()))
}

/// The last request that was told to the journal.
fn last_request(org: &Org) -> Request {
    let requests = |event: &Event| matches!(event.kind, Kind::Request(_));
    let events = org.journal().since(0);
    let event = events.iter().rev().find(|event| requests(event)).unwrap();
    let Kind::Request(request) = &event.kind else { unreachable!("asked for a request") };
    (**request).clone()
}

/// A way to break a chain that held.
type Ending = (&'static str, fn(&Org), &'static str);

const ENDINGS: [Ending; 3] = [
    ("revoked", |org| org.revoke("billing").unwrap(), "certificate revoked"),
    ("delisted", |org| org.delist("acmeroot").unwrap(), "unable to get local issuer certificate"),
    ("expired", |org| assert!(org.advance(SignedDuration::from_mins(61)).is_ok()), "certificate has expired"),
];

#[test]
fn a_keep_alive_connection_goes_on_or_ends_with_its_certificate() {
    for (name, end, reason) in ENDINGS {
        for recheck in [false, true] {
            let org = org(if recheck { "recheck" } else { "keep" });
            let token = session(&org.mutual("billing"), REPORTS.0, REPORTS.1);
            let mut connection = KeepAlive::connect(&org.mutual("billing"));
            assert_eq!(connection.get(&token).status, 200);
            end(&org);
            let after = connection.get(&token);
            if !recheck {
                assert_eq!(after.status, 200, "{name}: kept");
                assert!(after.body.starts_with('{'));
                let age = last_request(&org).verdict_age_s.unwrap();
                assert_eq!(age >= 3_660, name == "expired", "{name}: {age} s");
                assert_eq!(connection.get(&token).status, 200);
                continue;
            }
            assert!(after.body.contains(reason), "{name}: {}", after.body);
            assert!(after.head.contains("connection: close"), "{}", after.head);
            assert!(connection.has_ended());
            let told = last_request(&org);
            assert_eq!(told.error.as_deref(), Some("CERTIFICATE_ERROR_PAGE"));
            let why = told.explanation.unwrap();
            assert!(why.client.as_ref().unwrap().contains("the end of the connection"), "{why}");
            assert!(matches!(org.mutual("billing").get("/"), Err(Failure::Alert(_))), "the next handshake is refused");
        }
    }
}

#[test]
fn an_h2_connection_goes_on_or_ends_with_its_certificate() {
    for (name, end, reason) in ENDINGS {
        for recheck in [false, true] {
            let org = org(if recheck { "recheck" } else { "keep" });
            let token = session(&org.mutual("billing"), REPORTS.0, REPORTS.1);
            let connection = H2::connect(&org.mutual("billing"));
            assert_eq!(connection.get(&token).0, 200);
            end(&org);
            let (status, body) = connection.get(&token);
            if !recheck {
                assert_eq!((status, body.starts_with('{')), (200, true), "{name}: kept");
                assert_eq!(connection.get(&token).0, 200);
                continue;
            }
            assert!(body.contains(reason), "{name}: {body}");
            assert!(connection.has_ended(), "{name}: GOAWAY, then the end");
        }
    }
}

#[test]
fn a_recheck_is_switched_on_under_a_connection_that_lives() {
    let org = org("keep");
    let token = session(&org.mutual("billing"), REPORTS.0, REPORTS.1);
    let mut connection = KeepAlive::connect(&org.mutual("billing"));
    org.revoke("billing").unwrap();
    assert_eq!(connection.get(&token).head.split(' ').nth(1), Some("200"));
    org.set_switch("edge.live-connections", "recheck").unwrap();
    assert!(connection.get(&token).body.contains("certificate revoked"));
}

#[test]
fn a_client_without_a_certificate_has_nothing_to_recheck() {
    let org = org("recheck");
    let token = session(&org.door(Door::Standard), REPORTS.0, REPORTS.1);
    let mut connection = KeepAlive::connect(&org.door(Door::Mutual));
    org.delist("acmeroot").unwrap();
    assert_eq!(connection.get(&token).status, 200);
    assert_eq!(last_request(&org).verdict_age_s, None);
}

#[test]
fn a_refusal_by_an_old_verdict_says_how_old_it_is() {
    let org = org("keep");
    let token = session(&org.mutual("billing"), BILLING.0, BILLING.1);
    let mut connection = KeepAlive::connect(&org.mutual("billing"));
    assert_eq!(connection.get(&token).status, 200);
    org.delete_certificate("Billing 2026").unwrap();
    org.advance(SignedDuration::from_mins(90)).unwrap();
    assert_eq!(connection.get(&token).status, 401, "uploads are read at each request");
    let found = last_request(&org).explanation.unwrap().found;
    let (_, age) = found.split_once("; the edge judged its chain ").unwrap_or_else(|| panic!("{found}"));
    assert!(age.starts_with("1h 30m") && age.ends_with(" ago, when the connection began"), "{found}");
}

/// The leaf is uploaded: the enforced user comes in by it, the other one whatever it is; each by its own session.
#[test]
fn two_users_on_one_h2_connection_are_judged_request_by_request() {
    let org = org("keep");
    let billing = session(&org.mutual("billing"), BILLING.0, BILLING.1);
    let reports = session(&org.door(Door::Standard), REPORTS.0, REPORTS.1);
    let connection = H2::connect(&org.mutual("billing"));
    assert_eq!(connection.get(&billing).0, 200);
    assert_eq!(last_request(&org).user.as_deref(), Some(BILLING.0));
    assert_eq!(connection.get(&reports).0, 200);
    assert_eq!(last_request(&org).user.as_deref(), Some(REPORTS.0));

    // a certificate that is nobody's: the one is refused, the other let in, on the same connection
    org.issue("billing", RenewalKey::Replace).unwrap();
    let connection = H2::connect(&org.mutual("billing"));
    let handshake = |org: &Org| last_request(org).handshake;
    let (status, body) = connection.get(&billing);
    assert_eq!((status, body.contains("MUTUAL_AUTHENTICATION_FAILED")), (401, true));
    let first = handshake(&org);
    assert_eq!(connection.get(&reports).0, 200);
    assert_eq!(connection.get(&billing).0, 401);
    assert_eq!(handshake(&org), first, "one connection");

    let both = connection.get_both(&billing, &reports);
    assert_eq!(both.map(|(status, _)| status), [401, 200], "at once");
}
