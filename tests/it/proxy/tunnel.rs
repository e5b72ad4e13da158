//! Bytes on their way through a tunnel: sent ahead, half sent, closed, answered by an alert; and the org's end meanwhile.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use mockorg::org::Door;
use mockorg::{Scenario, Simulator};
use openssl::ssl::{SslConnector, SslMethod, SslVersion};

use super::{LIMITS, dial, handshake_after, rest};
use crate::wire::{Answer, Failure, Org, connect};

const HOST: &str = "acme.my.salesforce.com";
const VERSIONS: [SslVersion; 2] = [SslVersion::TLS1_2, SslVersion::TLS1_3];

/// A client that does not wait for the proxy's answer before it begins its handshake.
#[derive(Debug)]
struct Hasty {
    tcp: TcpStream,
    /// What goes before its first write, cut into pieces.
    head: Vec<Vec<u8>>,
    answered: bool,
}

impl Read for Hasty {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.answered {
            let head = connect(&mut self.tcp, "");
            assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
            self.answered = true;
        }
        self.tcp.read(buffer)
    }
}

impl Write for Hasty {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut pieces = std::mem::take(&mut self.head);
        let last = pieces.pop().unwrap_or_default();
        for piece in pieces {
            self.tcp.write_all(&piece)?;
        }
        // head and ClientHello in one segment
        self.tcp.write_all(&[&last, bytes].concat())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.tcp.flush()
    }
}

#[test]
fn a_client_hello_right_behind_the_head_is_not_lost() {
    let org = Org::quickstart();
    let session = org.billing();
    let head = format!("CONNECT {HOST}:8443 HTTP/1.1\r\nHost: {HOST}:8443\r\n\r\n").into_bytes();
    let byte_by_byte: Vec<_> = head.iter().map(|&byte| vec![byte]).collect();
    let client = org.by_proxy(HOST, 8443).presenting(org.client("billing").unwrap());
    for pieces in
        [vec![head.clone()], byte_by_byte, vec![head[..head.len() - 1].to_vec(), head[head.len() - 1..].to_vec()]]
    {
        let hasty = Hasty { tcp: dial(&org), head: pieces, answered: false };
        let mut tls = client.builder().build().connect(HOST, hasty).unwrap();
        let request = format!(
            "GET {LIMITS} HTTP/1.1\r\nHost: {HOST}:8443\r\nAuthorization: Bearer {session}\r\nConnection: close\r\n\r\n"
        );
        tls.write_all(request.as_bytes()).unwrap();
        assert_eq!(Answer::read(rest(tls).as_bytes()).unwrap().status, 200);
    }
}

#[test]
fn the_alert_of_a_refused_handshake_is_read_through_the_tunnel() {
    let org = Org::quickstart();
    let long = "x".repeat(60_000);
    for (client, alert) in [("expired", 45), ("revoked", 44), ("unlisted", 48)] {
        for version in VERSIONS {
            for _ in 0..10 {
                let seen = org.journal().last_seq();
                let client = org.by_proxy(HOST, 8443).presenting(org.client(client).unwrap()).version(version);
                // with TLS 1.3 it is writing its request already when the alert comes
                assert_eq!(client.header("X-Long", &long).get(LIMITS).err(), Some(Failure::Alert(alert)));
                let told = handshake_after(&org, seen);
                assert_eq!(told.connect, Some(format!("{HOST}:8443")));
                assert!(told.alert_sent.unwrap().ends_with(&format!("({alert})")));
            }
        }
    }
}

#[test]
fn an_alert_of_the_client_is_told_with_what_it_asked_the_proxy_for() {
    let org = Org::quickstart();
    let stranger = Org::quickstart();
    for version in VERSIONS {
        let seen = org.journal().last_seq();
        let mut client = org.by_proxy("login.salesforce.com", 443).version(version);
        client.ca = stranger.server_ca().clone();
        assert!(client.get(LIMITS).is_err());
        let told = handshake_after(&org, seen);
        assert_eq!(told.connect.as_deref(), Some("login.salesforce.com:443"));
        assert!(told.alert_received.is_some(), "{told:?}");
    }
}

#[test]
fn a_tunnel_without_a_handshake_is_told() {
    let settings = Simulator::default().seed(7).handshake_timeout(Duration::from_millis(100));
    let org = Org::with(settings, Scenario::quickstart());
    let head = format!("CONNECT {HOST}:8443 HTTP/1.1\r\n\r\n");

    let seen = org.journal().last_seq();
    let mut left = dial(&org);
    connect(&mut left, &head);
    drop(left);
    let told = handshake_after(&org, seen);
    assert_eq!(told.explanation.unwrap().headline, "the client left during the handshake");
    assert_eq!((told.door, told.connect), (Door::Mutual, Some(format!("{HOST}:8443"))));

    let seen = org.journal().last_seq();
    let mut silent = dial(&org);
    connect(&mut silent, &head);
    assert_eq!(rest(silent), "");
    let told = handshake_after(&org, seen);
    assert_eq!(told.explanation.unwrap().headline, "the handshake took too long");
    assert_eq!(told.connect, Some(format!("{HOST}:8443")));
}

#[test]
fn plain_http_inside_the_tunnel_is_told_to_use_https() {
    let org = Org::quickstart();
    for together in [true, false] {
        let seen = org.journal().last_seq();
        let (head, request) = (format!("CONNECT {HOST}:443 HTTP/1.1\r\n\r\n"), "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        let mut tcp = dial(&org);
        if together {
            connect(&mut tcp, &(head + request));
        } else {
            connect(&mut tcp, &head);
            tcp.write_all(request.as_bytes()).unwrap();
        }
        let answer = Answer::read(rest(tcp).as_bytes()).unwrap();
        assert_eq!(answer.status, 400);
        assert!(answer.body.contains("it speaks TLS: use https"), "{}", answer.body);
        let told = handshake_after(&org, seen);
        assert_eq!(told.explanation.unwrap().headline, "plain HTTP on a TLS door");
        assert_eq!(told.connect, Some(format!("{HOST}:443")));
    }
}

#[test]
fn h2_is_spoken_through_the_tunnel_where_both_want_it() {
    let org = Org::quickstart();
    let mut builder = SslConnector::builder(SslMethod::tls_client()).unwrap();
    builder.cert_store_mut().add_cert(org.server_ca().x509().to_owned()).unwrap();
    builder.set_alpn_protos(b"\x02h2\x08http/1.1").unwrap();
    let tls = builder.build().connect(HOST, org.by_proxy(HOST, 443).open()).unwrap();
    assert_eq!(tls.ssl().selected_alpn_protocol(), Some(&b"h2"[..]));
    assert_eq!(handshake_after(&org, 0).alpn.as_deref(), Some("h2"));
}

#[test]
fn an_org_that_stops_waits_for_no_tunnel_that_is_idle() {
    let org = Org::quickstart();
    let asking = dial(&org);
    let mut tunnel = dial(&org);
    connect(&mut tunnel, &format!("CONNECT {HOST}:443 HTTP/1.1\r\n\r\n"));
    let mut served = org.by_proxy(HOST, 443).connect().unwrap();
    served.write_all(b"GET /services/data HTTP/1.1\r\nHost: acme.my.salesforce.com\r\n\r\n").unwrap();
    let mut byte = [0];
    served.read_exact(&mut byte).unwrap();
    org.stop();
    assert_eq!((rest(asking), rest(tunnel)), (String::new(), String::new()));
    assert!(rest(served).starts_with("TTP/1.1 200"));
}
