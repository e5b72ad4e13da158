//! Another org that answers what it was told in confidence, or nonsense: none of it gets into a report.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};

use assert_cmd::Command;
use mockorg::Clock;
use mockorg::pki::Certificate;
use mockorg::simulator::server_certificate::ServerCertificate;
use openssl::ssl::{SslAcceptor, SslMethod, SslStream};

/// Both doors of an org that answers so.
struct Stranger {
    port: u16,
    ca: Certificate,
}

impl Stranger {
    fn answering(answer: impl Fn(&str) -> String + Send + 'static) -> Self {
        let certificate = ServerCertificate::mint(&[], Clock::system().wall_now()).unwrap();
        let mut acceptor = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server()).unwrap();
        acceptor.set_private_key(&certificate.key).unwrap();
        acceptor.set_certificate(certificate.leaf.x509()).unwrap();
        let acceptor = acceptor.build();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            for tcp in listener.incoming() {
                let Ok(mut stream) = acceptor.accept(tcp.unwrap()) else { continue };
                let asked = asked(&mut stream);
                // the client may have gone, and need not say so
                let _ = stream.write_all(answer(&asked).as_bytes());
                let _ = stream.shutdown();
            }
        });
        Self { port, ca: certificate.ca }
    }

    /// What is printed, what stands in the report, what is said, and the exit code.
    fn report(&self) -> (i32, [String; 3]) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("ca.pem"), self.ca.pem()).unwrap();
        let user = format!("[user.\"plain@acme.example\"]\nusername = \"{USERNAME}\"\npassword = \"{PASSWORD}\"\n");
        fs::write(folder.path().join("uat.toml"), user).unwrap();
        let url = format!("https://localhost:{}", self.port);
        let mut command = Command::cargo_bin("mockorg").unwrap();
        let doors = ["fidelity", "--against", "--standard", &url, "--mutual", &url, "--server-ca", "ca.pem"];
        let more = ["--credentials", "uat.toml", "--rate", "100", "--report", "report.json"];
        let output = command.current_dir(folder.path()).env_clear().args(doors).args(more).output().unwrap();
        let report = fs::read_to_string(folder.path().join("report.json")).unwrap_or_default();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), [text(output.stdout), report, text(output.stderr)])
    }
}

/// A request, whole.
fn asked(stream: &mut SslStream<TcpStream>) -> String {
    let (mut bytes, mut byte) = (Vec::new(), [0]);
    while !bytes.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
        bytes.push(byte[0]);
    }
    let head = String::from_utf8(bytes).unwrap();
    let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).unwrap();
    head + &String::from_utf8(body).unwrap()
}

fn answer(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

// words that would pass for error codes, but that they were told in confidence
const USERNAME: &str = "Somebody_of_Acme";
const PASSWORD: &str = "Correct_Horse_Battery";
const SESSION: &str = "Staple_Of_A_Session";

#[test]
fn nothing_that_an_org_was_told_or_calls_itself_is_in_a_report() {
    let stranger = Stranger::answering(|asked| match asked {
        login if login.contains("<password>") => answer(
            "200 OK",
            &format!(
                "<Envelope><Body><loginResponse><result><sandbox>true</sandbox><serverUrl>https://cs1.acme.example/</serverUrl>\
                 <sessionId>{SESSION}</sessionId></result></loginResponse></Body></Envelope>"
            ),
        ),
        call if call.contains("Bearer") => answer("401 Unauthorized", &format!("[{{\"errorCode\":\"{SESSION}\"}}]")),
        soap if soap.contains(SESSION) => answer(
            "500 Oh",
            &format!("<Envelope><Body><Fault><faultcode>{USERNAME}</faultcode></Fault></Body></Envelope>"),
        ),
        get if get.contains("/id/keys") => answer("400 Bad", "{\"error\":\"00D000000000001!AQ.planted\"}"),
        get if get.contains("/services/oauth2/token") => answer("400 Bad", "{\"error\":\"na1.acme.example\"}"),
        get if get.contains("well-known") => answer("400 Bad", "{\"error\":\"localhost\"}"),
        _ => answer("403 No", &format!("[{{\"errorCode\":\"{PASSWORD}\"}}]")),
    });
    let (code, texts) = stranger.report();
    assert!(matches!(code, 0 | 1), "{}", texts[2]);
    assert!(texts[1].contains("\"plain-call\": \"401 …\""), "{}", texts[1]);
    let port = stranger.port.to_string();
    for text in &texts {
        for secret in [USERNAME, PASSWORD, SESSION, "planted", "acme.example/", "na1", "localhost", &port] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}

#[test]
fn an_org_that_talks_nonsense_settles_nothing() {
    let stranger = Stranger::answering(|_| "SSH-2.0-OpenSSH_9.2\r\n\r\n".into());
    let (code, [out, report, err]) = stranger.report();
    assert_eq!((code, out.as_str(), report.as_str()), (2, "", ""), "{err}");
    assert!(err.contains("nothing was found out of the other org: ") && err.contains("no HTTP/1.1"), "{err}");
}
