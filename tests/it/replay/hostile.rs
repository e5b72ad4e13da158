//! An other side that answers as no org does: each exchange ends in an error that says so, soon, and nothing is followed.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mockorg::Clock;
use mockorg::replay::{Against, Party, Player, Sources};
use mockorg::simulator::server_certificate::ServerCertificate;
use openssl::ssl::{AlpnError, SslAcceptor, SslMethod, SslStream, SslVerifyMode, select_next_proto};

use super::{quickstart, runtime};

mod http2;

type Stream = SslStream<TcpStream>;

/// A TLS server on both doors that does this with every connection; and the heads of the requests it was sent.
struct Stranger {
    port: u16,
    certificate: ServerCertificate,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Stranger {
    fn answering(answer: impl Fn(&mut Stream) -> std::io::Result<()> + Send + 'static) -> Self {
        Self::speaking(b"\x08http/1.1", answer)
    }

    /// The same with another protocol, as ALPN writes it.
    fn speaking(protocol: &'static [u8], answer: impl Fn(&mut Stream) -> std::io::Result<()> + Send + 'static) -> Self {
        let certificate = ServerCertificate::mint(&[], Clock::system().wall_now()).unwrap();
        let mut acceptor = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server()).unwrap();
        acceptor.set_private_key(&certificate.key).unwrap();
        acceptor.set_certificate(certificate.leaf.x509()).unwrap();
        // whoever asks learns nothing of it: every certificate is taken
        acceptor.set_verify_callback(SslVerifyMode::PEER, |_, _| true);
        acceptor.set_alpn_select_callback(|_, offered| select_next_proto(protocol, offered).ok_or(AlpnError::NOACK));
        let acceptor = acceptor.build();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let noted = heads.clone();
        std::thread::spawn(move || {
            for tcp in listener.incoming() {
                let Ok(mut stream) = acceptor.accept(tcp.unwrap()) else { continue };
                noted.lock().unwrap().push(head(&mut stream));
                // the client may hang up at any time: it is hostile only to be here at all
                let _ = answer(&mut stream);
                let _ = stream.shutdown();
            }
        });
        Self { port, certificate, heads }
    }

    /// What is said to come of a GET there.
    fn said(&self) -> String {
        self.played("[[exchange]]\nrequest = \"GET /services/data\"\n").pop().unwrap()
    }

    fn played(&self, exchanges: &str) -> Vec<String> {
        let url = format!("https://localhost:{}", self.port);
        let against = Against::new(&url, &url, vec![self.certificate.ca.x509().to_owned()], false).unwrap();
        let scenario = quickstart(exchanges);
        let given = Sources { file: None, environment: Box::new(|_| None), kit: None }.gather(&scenario);
        let given = given.unwrap_or_else(|missing| panic!("{missing:?}"));
        let player = Player::new(Party::other(&against, given)).answer_timeout(Duration::from_secs(3));
        let played = runtime().block_on(player.all(&scenario.exchanges));
        played.exchanges.into_iter().map(|exchange| exchange.found).collect()
    }
}

fn head(stream: &mut Stream) -> String {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
        head.push(byte[0]);
    }
    String::from_utf8(head).unwrap()
}

fn bytes(answer: &'static [u8]) -> Stranger {
    Stranger::answering(move |stream| stream.write_all(answer))
}

#[test]
fn an_endless_body_is_cut_off() {
    let stranger = Stranger::answering(|stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
        loop {
            stream.write_all(&[b'x'; 64 * 1024])?;
        }
    });
    assert_eq!(stranger.said(), "an answer without end: more than 16777216 bytes of a body");
}

#[test]
fn an_endless_body_in_chunks_is_cut_off() {
    let stranger = Stranger::answering(|stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")?;
        let chunk = [b"10000\r\n".to_vec(), vec![b'x'; 0x10000], b"\r\n".to_vec()].concat();
        loop {
            stream.write_all(&chunk)?;
        }
    });
    assert_eq!(stranger.said(), "an answer without end: more than 16777216 bytes of a body");
}

#[test]
fn a_header_of_ten_megabytes_is_refused() {
    let stranger = Stranger::answering(|stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nX-Large: ")?;
        (0..160).try_for_each(|_| stream.write_all(&[b'x'; 64 * 1024]))?;
        stream.write_all(b"\r\n\r\n")
    });
    assert_eq!(stranger.said(), "an answer whose head is larger than 131072 bytes");
}

#[test]
fn ten_thousand_headers_are_refused() {
    let stranger = Stranger::answering(|stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\n")?;
        stream.write_all("a: b\r\n".repeat(10_000).as_bytes())?;
        stream.write_all(b"\r\n")
    });
    assert_eq!(stranger.said(), "an answer whose head is larger than 131072 bytes");
}

#[test]
fn an_answer_that_comes_drop_by_drop_is_not_waited_for() {
    let stranger = Stranger::answering(|stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")?;
        let (_keep, never) = std::sync::mpsc::channel::<()>();
        loop {
            stream.write_all(b"x")?;
            let _ = never.recv_timeout(Duration::from_millis(100));
        }
    });
    assert_eq!(stranger.said(), "no whole answer within 3 s");
}

#[test]
fn silence_is_not_waited_for() {
    let stranger = Stranger::answering(|stream| stream.read(&mut [0]).map(|_| ()));
    assert_eq!(stranger.said(), "no whole answer within 3 s");
}

#[test]
fn wrong_framing_is_named() {
    for (answer, said) in [
        (&b"SSH-2.0-OpenSSH_9.2\r\n\r\n"[..], "an answer that is no HTTP/1.1: invalid HTTP version parsed"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
            "an answer that is no HTTP/1.1: invalid content-length parsed",
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
            "an answer that is no HTTP/1.1: invalid content-length parsed",
        ),
        (b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "an answer that is no HTTP/1.1: invalid HTTP header parsed"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello",
            "error reading a body from connection: end of file before message length reached",
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "error reading a body from connection: Invalid chunk size line: missing size digit",
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
            "error reading a body from connection: end of file before message length reached",
        ),
        (b"", "the connection ended before the answer did"),
    ] {
        assert_eq!(bytes(answer).said(), said, "{}", String::from_utf8_lossy(answer));
    }
}

#[test]
fn a_connection_that_is_cut_off_is_named() {
    let stranger = Stranger::answering(|stream| stream.get_ref().shutdown(std::net::Shutdown::Both));
    assert_eq!(stranger.said(), "the connection ended before the answer did");
}

#[test]
fn a_redirect_is_an_answer_and_not_followed() {
    let stranger = bytes(b"HTTP/1.1 302 Found\r\nLocation: https://localhost:1/\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(stranger.said(), "302");
    assert_eq!(stranger.heads.lock().unwrap().len(), 1);
}

#[test]
fn nothing_is_sent_that_the_file_does_not_name() {
    let stranger = bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    stranger.said();
    let heads = stranger.heads.lock().unwrap();
    let host = format!("Host: localhost:{}", stranger.port);
    assert_eq!(heads[0], format!("GET /services/data HTTP/1.1\r\n{host}\r\nConnection: close\r\n\r\n"));
}

#[test]
fn a_server_that_nobody_knows_is_not_talked_to() {
    let stranger = bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let other = ServerCertificate::mint(&[], Clock::system().wall_now()).unwrap();
    let said = Stranger { certificate: other, heads: stranger.heads.clone(), port: stranger.port }.said();
    assert!(
        said.starts_with(&format!("the certificate of https://localhost:{} is not trusted: ", stranger.port)),
        "{said}"
    );
    assert_eq!(*stranger.heads.lock().unwrap(), Vec::<String>::new());
}

#[test]
fn a_port_where_nobody_listens_is_named() {
    let mut stranger = bytes(b"");
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    stranger.port = listener.local_addr().unwrap().port();
    drop(listener);
    let said = stranger.said();
    assert!(said.starts_with(&format!("https://localhost:{} is not to be reached: ", stranger.port)), "{said}");
}

#[test]
fn xml_that_would_expand_is_not_read() {
    let stranger = bytes(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 53\r\n\r\n<!DOCTYPE a [<!ENTITY b 'c'>]><a><userName>&b;</a></a>",
    );
    let said = stranger.played("[[exchange]]\nrequest = \"GET /\"\nexpect.values = { \"//userName\" = \"c\" }\n");
    assert_eq!(said, ["200"]);
}
