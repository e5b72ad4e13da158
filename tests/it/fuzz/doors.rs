//! What comes over the wire: SOAP, assertions, admin bodies, CONNECT.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpStream};
use std::time::Duration;

use mockorg::Scenario;
use mockorg::Simulator;
use mockorg::org::Door;

use super::fuzz;
use crate::admin::Ask;
use crate::wire::{FORM, Failure, Org, PATIENCE};

/// What is cut short is waited for, but not long.
fn org() -> Org {
    let short = Duration::from_millis(50);
    let simulator = Simulator::default().seed(7).header_timeout(short).body_timeout(short);
    Org::with(simulator, Scenario::quickstart())
}

fn posted(org: &Org, path: &str, content_type: &str, body: &[u8]) {
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: {content_type}\r\n\
         SOAPAction: \"\"\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let answer = org.door(Door::Standard).exchange(&[head.as_bytes(), body].concat());
    assert!(matches!(answer.as_ref().map(|answer| answer.status), Ok(100..600) | Err(Failure::Closed)), "{answer:?}");
    assert_eq!(org.panics(), Vec::<String>::new());
}

#[test]
fn a_soap_body_gets_an_answer() {
    let org = org();
    fuzz("soap", Vec::new(), |bytes| posted(&org, "/services/Soap/u/64.0", "text/xml; charset=UTF-8", bytes));
}

#[test]
fn an_assertion_gets_an_answer() {
    let org = org();
    fuzz("jwt", Vec::new(), |bytes| {
        let assertion: String = bytes.iter().map(|byte| format!("%{byte:02x}")).collect();
        let grant = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=";
        posted(&org, "/services/oauth2/token", FORM, format!("{grant}{assertion}").as_bytes());
    });
}

/// A seed is a method, a path, a line end, and a body.
#[test]
fn an_admin_body_gets_an_answer() {
    const WRITES: [&str; 9] = [
        "PUT /v1/clock",
        "PATCH /v1/switches",
        "POST /v1/trust",
        "POST /v1/certificates",
        "PUT /v1/advertise",
        "PUT /v1/cas/acme-root/crl",
        "POST /v1/clients/billing/issue",
        "POST /v1/mark",
        "PUT /v1/users/billing@acme.example/permissions/api-enabled",
    ];
    let org = org();
    let token = format!("Bearer {}", org.admin_token());
    fuzz("admin", Vec::new(), |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let (line, body) = text.split_once('\n').unwrap_or(("", &text));
        let known = WRITES.iter().find(|known| **known == line);
        // a line that was changed is none any more: the body is what is tried
        let line = known.copied().unwrap_or(WRITES[body.len() % WRITES.len()]);
        let (method, path) = line.split_once(' ').unwrap();
        let ask = Ask::stranger(&org, method, path).header("Authorization", &token);
        let answer = ask.body("application/json", body.as_bytes()).send();
        assert!((200..500).contains(&answer.status), "{line} {}: {body:?}", answer.status);
        assert_eq!(org.panics(), Vec::<String>::new());
    });
}

#[test]
fn a_connect_gets_a_tunnel_a_status_or_a_closed_connection() {
    let org = org();
    fuzz("connect", Vec::new(), |bytes| {
        let mut tcp = TcpStream::connect((Ipv4Addr::LOCALHOST, org.ports().proxy)).unwrap();
        tcp.set_read_timeout(Some(PATIENCE)).unwrap();
        // a head that is refused early may not be taken to its end
        let _ = tcp.write_all(bytes);
        let _ = tcp.shutdown(Shutdown::Write);
        let mut said = Vec::new();
        let _ = tcp.read_to_end(&mut said);
        let begins = [&b"HTTP/1.1 200 "[..], b"HTTP/1.1 4", b"\x15"];
        let fine = said.is_empty() || begins.iter().any(|begin| said.starts_with(begin));
        assert!(fine, "{:?}", String::from_utf8_lossy(&said));
        assert_eq!(org.panics(), Vec::<String>::new());
    });
}
