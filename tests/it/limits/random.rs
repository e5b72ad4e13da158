//! Anything at all, over the wire: whatever comes, there is a status or a closed connection, and never a panic.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpStream};
use std::time::Duration;

use mockorg::org::Door;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestCaseResult, TestRunner};

use super::{hurried, unharmed};
use crate::wire::{Failure, Org, PATIENCE};

#[test]
fn a_valid_request_with_a_few_bytes_changed_gets_a_status() {
    let change = (any::<prop::sample::Index>(), any::<u8>());
    let requests = (request(), prop::collection::vec(change, 0..4)).prop_map(|(mut request, changes)| {
        changes.into_iter().for_each(|(at, byte)| *at.get_mut(&mut request) = byte);
        request
    });
    hold(128, requests, |org, request| answered(org, &request));
}

#[test]
fn a_path_of_known_parts_in_any_order_gets_a_status() {
    let part = prop_oneof![
        4 => select(PARTS).prop_map(str::to_owned),
        1 => "[a-zA-Z0-9%+.!~*'()_=&;:@,$-]{0,12}",
        1 => "[\u{0}-\u{ff}]{1,4}".prop_map(|text| text.bytes().map(|byte| format!("%{byte:02x}")).collect()),
    ];
    let path = prop::collection::vec(part, 0..7).prop_map(|parts| format!("/{}", parts.join("/")));
    let query = prop_oneof![
        Just(String::new()),
        "[?][a-z=&%+,'<>() *]{0,40}".prop_map(|text| text.replace(['<', '>', ' '], "+"))
    ];
    let requests = (select(METHODS), path, query, select(BODIES)).prop_map(|(method, path, query, (kind, body))| {
        head(method, &format!("{path}{query}"), &format!("Content-Type: {kind}\r\n"), body.as_bytes())
    });
    hold(128, requests, |org, request| answered(org, &request));
}

#[test]
fn a_header_of_any_bytes_gets_a_status() {
    let value = prop::collection::vec(any::<u8>().prop_filter("ends the line", |byte| !b"\r\n".contains(byte)), 0..60);
    let requests = (select(PATHS), select(HEADERS), value).prop_map(|(path, name, value)| {
        let head = format!("POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{name}: ");
        [head.as_bytes(), &value, b"\r\n\r\n"].concat()
    });
    hold(128, requests, |org, request| answered(org, &request));
}

#[test]
fn any_bytes_on_any_door_end_in_an_answer_or_a_closed_connection() {
    let bytes = prop_oneof![
        prop::collection::vec(any::<u8>(), 1..200),
        prop::collection::vec(any::<u8>(), 0..200)
            .prop_map(|rest| [&[22, 3, 1, 0, rest.len() as u8][..], &rest].concat()),
        prop::collection::vec(any::<u8>(), 0..200).prop_map(|rest| [b"GET ", &rest[..]].concat()),
    ];
    hold(128, bytes, |org, bytes| {
        for port in [org.port(Door::Mutual), org.port(Door::Standard), org.ports().admin, org.ports().proxy] {
            let said = say(port, &bytes);
            let fine = said.is_empty() || said[0] == ALERT || said.starts_with(b"HTTP/1.1 40");
            prop_assert!(fine, "{:?}", String::from_utf8_lossy(&said));
        }
        Ok(())
    });
}

#[test]
fn a_connect_with_a_few_bytes_changed_gets_a_tunnel_or_a_status() {
    let target = select(vec!["acme.my.salesforce.com:8443", "login.salesforce.com:443", "[::1]:8443", "localhost:1"]);
    let change = (any::<prop::sample::Index>(), any::<u8>());
    let heads = (target, prop::collection::vec(change, 0..4), prop::collection::vec(any::<u8>(), 0..40));
    let heads = heads.prop_map(|(target, changes, ahead)| {
        let mut head = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n").into_bytes();
        changes.into_iter().for_each(|(at, byte)| *at.get_mut(&mut head) = byte);
        [head, ahead].concat()
    });
    hold(128, heads, |org, head| {
        let said = say(org.ports().proxy, &head);
        let fine =
            said.is_empty() || [&b"HTTP/1.1 200 "[..], b"HTTP/1.1 4"].iter().any(|begin| said.starts_with(begin));
        prop_assert!(fine, "{:?} to {:?}", String::from_utf8_lossy(&said), String::from_utf8_lossy(&head));
        prop_assert_eq!(org.panics(), Vec::<String>::new());
        Ok(())
    });
}

/// A request that is fine, but for its credentials perhaps.
fn request() -> impl Strategy<Value = Vec<u8>> {
    (select(METHODS), select(PATHS), select(HEADERS), select(BODIES)).prop_map(|(method, path, name, (kind, body))| {
        head(method, path, &format!("Content-Type: {kind}\r\n{name}: 1\r\n"), body.as_bytes())
    })
}

fn head(method: &str, target: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

/// A status comes; or nothing, where the head did not end in time.
fn answered(org: &Org, request: &[u8]) -> TestCaseResult {
    let answer = org.door(Door::Mutual).exchange(request).map(|answer| answer.status);
    let fine = matches!(answer, Ok(100..600) | Err(Failure::Closed));
    prop_assert!(fine, "{answer:?} to {:?}", String::from_utf8_lossy(request));
    prop_assert_eq!(org.panics(), Vec::<String>::new());
    Ok(())
}

/// Says these bytes and no more, and reads to the end.
fn say(port: u16, bytes: &[u8]) -> Vec<u8> {
    let mut tcp = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    tcp.set_read_timeout(Some(PATIENCE)).unwrap();
    tcp.write_all(bytes).unwrap();
    let _ = tcp.shutdown(Shutdown::Write);
    let mut read = Vec::new();
    let ended = tcp.read_to_end(&mut read);
    assert!(!ended.is_err_and(|error| error.kind() == ErrorKind::WouldBlock), "the door waits for ever");
    read
}

fn hold<S: Strategy>(cases: u32, strategy: S, check: impl Fn(&Org, S::Value) -> TestCaseResult) {
    // what is cut short by a changed byte is waited for, but not long
    let short = Duration::from_millis(50);
    let org = hurried(|simulator| simulator.header_timeout(short).body_timeout(short));
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    if let Err(failed) = runner.run(&strategy, |value| check(&org, value)) {
        panic!("{failed}");
    }
    unharmed(&org);
}

/// The type of a TLS record.
const ALERT: u8 = 21;

const METHODS: &[&str] = &["GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "BREW"];
const PATHS: &[&str] = &[
    "/",
    "/cacerts.jsp",
    "/id/00D5e0000000001EAA/0055e0000000001AAA",
    "/services/Soap/c/60.0",
    "/services/Soap/u/v64.0/00D5e0000000001",
    "/services/data",
    "/services/data/v68.0",
    "/services/data/v68.0/limits",
    "/services/data/v68.0/query?q=SELECT+Id+FROM+User+WHERE+Username='x'+ORDER+BY+Name+DESC+LIMIT+1",
    "/services/data/v68.0/sobjects/User/0055e0000000001AAA?fields=Id,Name",
    "/services/oauth2/revoke?token=x",
    "/services/oauth2/token",
    "/services/oauth2/userinfo?oauth_token=x",
];
const PARTS: &[&str] = &[
    "services",
    "data",
    "v68.0",
    "v30.0",
    "v99999.0",
    "latest",
    "limits",
    "query",
    "queryAll",
    "sobjects",
    "User",
    "Soap",
    "u",
    "c",
    "64.0",
    "oauth2",
    "token",
    "revoke",
    "userinfo",
    "id",
    "00D5e0000000001EAA",
    "cacerts.jsp",
    "",
    ".",
    "..",
    "SERVICES",
    "%",
    "%2F",
    "%00",
];
const HEADERS: &[&str] = &[
    "Accept",
    "Authorization",
    "Content-Encoding",
    "Content-Length",
    "Content-Type",
    "Cookie",
    "Expect",
    "Host",
    "Range",
    "SOAPAction",
    "TE",
    "Transfer-Encoding",
    "Upgrade",
    "X-PrettyPrint",
];
const BODIES: &[(&str, &str)] = &[
    ("", ""),
    ("application/json", "{\"q\": [1, null, {}]}"),
    (
        "application/x-www-form-urlencoded",
        "grant_type=password&client_id=quickstart-client-id&client_secret=quickstart-secret&username=billing%40acme.example&password=x",
    ),
    (
        "application/x-www-form-urlencoded",
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJxdWlja3N0YXJ0LWNsaWVudC1pZCIsInN1YiI6IngiLCJleHAiOjF9.c2ln",
    ),
    (
        "text/xml",
        "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Header><SessionHeader><sessionId>x</sessionId></SessionHeader></e:Header><e:Body><login xmlns=\"urn:partner.soap.sforce.com\"><username>x</username><password>y</password></login></e:Body></e:Envelope>",
    ),
];
