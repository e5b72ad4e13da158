//! What the proxy door does not take: other methods, no target, heads that are too large, too slow, or none at all.

use std::io::Write;
use std::net::Shutdown;
use std::time::Duration;

use mockorg::tls::{MAX_HEADER_BYTES, MAX_HEADERS};
use mockorg::{Scenario, Simulator};

use super::{LIMITS, dial, refusal_after, rest};
use crate::wire::{Answer, Failure, Org, connect};

/// What comes of these bytes, and what the journal says of them.
fn refused(org: &Org, bytes: &[u8]) -> (Answer, mockorg::journal::event::Proxy) {
    let seen = org.journal().last_seq();
    let mut tcp = dial(org);
    // the door may have hung up before the last of them
    let _ = tcp.write_all(bytes);
    (Answer::read(rest(tcp).as_bytes()).unwrap(), refusal_after(org, seen))
}

#[track_caller]
fn unharmed(org: &Org) {
    let answer = org.by_proxy("acme.my.salesforce.com", 443).session(&org.reports()).get(LIMITS);
    assert_eq!(answer.map(|answer| answer.status), Ok(200), "a good client after the abuse");
    assert_eq!(org.panics(), Vec::<String>::new());
}

#[test]
fn other_methods_are_refused_and_neither_path_nor_password_is_told() {
    let org = Org::quickstart();
    let secret = "http://me:hunter2@localhost:4443/services/data?oauth_token=hunter2";
    for (method, target, host) in [
        ("GET", secret, Some("localhost:4443")),
        ("POST", "http://example.com/", Some("example.com")),
        ("HEAD", "/hunter2", None),
        ("OPTIONS", "*", None),
        ("connect", "login.salesforce.com:443", Some("login.salesforce.com:443")),
        ("BREW", "/", None),
    ] {
        let request = format!("{method} {target} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc");
        let (answer, told) = refused(&org, request.as_bytes());
        assert_eq!(answer.status, 405, "{method}");
        assert!(answer.head.contains("allow: connect"));
        assert_eq!(answer.body.is_empty(), method == "HEAD");
        assert!(answer.head.starts_with("http/1.1 405 this is mockorg's proxy door, which knows connect only"));
        assert_eq!((told.method.as_deref(), told.connect.as_deref()), (Some(method), host));
        assert!(told.explanation.cure.contains("set HTTPS_PROXY"), "{}", told.explanation);
    }
    assert_eq!(secrets(&org, "hunter2"), Vec::<String>::new());
    unharmed(&org);
}

#[test]
fn a_connect_without_host_and_port_is_refused() {
    let org = Org::quickstart();
    for target in [
        "login.salesforce.com",
        "/",
        "*",
        "login.salesforce.com:0",
        "https://login.salesforce.com:443/",
        "me:hunter2@login.salesforce.com:443",
    ] {
        let (answer, told) = refused(&org, format!("CONNECT {target} HTTP/1.1\r\n\r\n").as_bytes());
        assert_eq!(answer.status, 400, "{target}");
        assert_eq!(told.explanation.headline, "refused: CONNECT names no host and port");
    }
    assert_eq!(secrets(&org, "hunter2"), Vec::<String>::new());
}

#[test]
fn what_is_no_head_is_refused() {
    let org = Org::quickstart();
    for bytes in [
        &b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"[..],
        b"CONNECT login.salesforce.com:443\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"\0\x01\xff\n\n",
        b"CONNECT login.salesforce.com:443 HTTP/1.1\r\nno header\r\n\r\n",
    ] {
        let (answer, told) = refused(&org, bytes);
        assert_eq!(answer.status, 400);
        assert_eq!(told.explanation.headline, "refused: what came is no HTTP/1.1 request");
        assert!(told.explanation.cure.contains("docs/proxy.md#refusals"));
    }
    unharmed(&org);
}

#[test]
fn tls_spoken_to_the_proxy_itself_is_told_from_anything_else() {
    let org = Org::quickstart();
    let seen = org.journal().last_seq();
    let client = org.by_proxy("login.salesforce.com", 443);
    assert!(matches!(client.shake_hands(dial(&org), client.builder()), Err(Failure::Other(_))));
    let told = refusal_after(&org, seen);
    assert_eq!(told.explanation.headline, "refused: TLS on the proxy door");
    assert!(told.explanation.cure.starts_with("write http:// in HTTPS_PROXY"));
}

#[test]
fn heads_beyond_the_limits_are_answered_by_431_and_those_at_them_are_not() {
    let org = Org::quickstart();
    let many = |count| format!("CONNECT login.salesforce.com:443 HTTP/1.1\r\n{}\r\n", "X: 1\r\n".repeat(count));
    let long = |count: usize| {
        let head = "CONNECT login.salesforce.com:443 HTTP/1.1\r\nX: \r\n\r\n";
        head.replace("X: ", &format!("X: {}", "x".repeat(count - head.len())))
    };
    for head in [many(MAX_HEADERS), long(MAX_HEADER_BYTES)] {
        assert!(connect(&mut dial(&org), &head).starts_with("HTTP/1.1 200 "));
    }
    let endless = "CONNECT login.salesforce.com:443 HTTP/1.1\r\nX: ".to_owned() + &"x".repeat(1_000_000);
    for head in [many(MAX_HEADERS + 1), long(MAX_HEADER_BYTES + 1), endless, "\r\n".repeat(500_000)] {
        let (answer, told) = refused(&org, head.as_bytes());
        assert_eq!((answer.status, told.status), (431, Some(431)));
    }
    unharmed(&org);
}

#[test]
fn a_head_that_does_not_end_is_given_up_and_silence_leaves_no_line() {
    let settings = Simulator::default().seed(7).header_timeout(Duration::from_millis(100));
    let org = Org::with(settings, Scenario::quickstart());
    assert_eq!(rest(dial(&org)), "");
    drop(dial(&org));
    assert!(org.journal().since(0).is_empty(), "nobody asked for anything");
    let (answer, told) = refused(&org, b"CONNECT login.salesforce.com:443 HTTP/1.1\r\nHost: login.sales");
    assert_eq!(answer.status, 408);
    assert_eq!(told.explanation.expected, "a whole head within 100ms");
}

#[test]
fn a_client_that_leaves_in_the_middle_of_its_head_is_told() {
    let org = Org::quickstart();
    let mut tcp = dial(&org);
    tcp.write_all(b"CONNECT login.salesforce.com:4").unwrap();
    tcp.shutdown(Shutdown::Write).unwrap();
    assert_eq!(rest(tcp), "");
    let told = refusal_after(&org, 0);
    assert_eq!((told.status, told.method), (None, None));
    assert_eq!(told.explanation.headline, "refused: the client left before it had asked");
}

#[test]
fn a_large_body_does_not_cost_the_client_its_answer() {
    let org = Org::quickstart();
    for _ in 0..20 {
        let mut request =
            b"POST http://localhost/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 200000\r\n\r\n".to_vec();
        request.resize(200_000, b'x');
        assert_eq!(refused(&org, &request).0.status, 405);
    }
}

#[test]
fn proxy_authorization_is_tolerated_and_never_told() {
    let org = Org::quickstart();
    let secret = "Proxy-Authorization: Basic aHVudGVyMg==\r\nProxy-Connection: Keep-Alive\r\n";
    let mut tcp = dial(&org);
    let head = connect(&mut tcp, &format!("CONNECT login.salesforce.com:443 HTTP/1.1\r\n{secret}\r\n"));
    assert!(head.starts_with("HTTP/1.1 200 "));
    let client = org.by_proxy("login.salesforce.com", 443);
    client.shake_hands(tcp, client.builder()).unwrap();
    let (answer, _) = refused(&org, format!("CONNECT example.com:443 HTTP/1.1\r\n{secret}\r\n").as_bytes());
    assert_eq!(answer.status, 403, "{}", answer.head);
    assert_eq!(secrets(&org, "aHVudGVyMg"), Vec::<String>::new());
}

/// The events that hold a secret.
fn secrets(org: &Org, secret: &str) -> Vec<String> {
    let events = org.journal().since(0);
    assert!(!events.is_empty());
    events.iter().map(|event| serde_json::to_string(&**event).unwrap()).filter(|text| text.contains(secret)).collect()
}
