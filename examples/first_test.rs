//! A client team's first test: is our client let in with its certificate, and does it survive the renewal?
//!
//! In your own project `main` is a `#[tokio::test(flavor = "multi_thread")]`, and `call` is your client.

use std::error::Error;
use std::io::{Read, Write};
use std::net::TcpStream;

use mockorg::{RenewalKey, Running, Scenario, Simulator};
use native_tls::{Certificate, Identity, TlsConnector};

const LOGIN: &str = "grant_type=password&client_id=quickstart-client-id&client_secret=quickstart-secret\
                     &username=billing@acme.example&password=billing-password";

#[tokio::main]
pub async fn main() -> Result<(), Box<dyn Error>> {
    let org = Simulator::start(Scenario::quickstart()).await?;
    let login = format!(
        "POST /services/oauth2/token HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}",
        LOGIN.len()
    );
    let (_, body) = call(&org, org.ports().standard, "visitor", &login, LOGIN)?;
    let answer: serde_json::Value = serde_json::from_str(&body)?;
    let token = answer["access_token"].as_str().ok_or("no session")?;
    let limits = format!("GET /services/data/v68.0/limits HTTP/1.1\r\nAuthorization: Bearer {token}");

    // the certificate that was uploaded to the org is let in on the mutual door, another one is not
    let mutual = org.ports().mutual;
    assert_eq!(call(&org, mutual, "billing", &limits, "")?.0, 200);
    assert_eq!(call(&org, mutual, "visitor", &limits, "")?.0, 401);

    // renewed, but not uploaded: refused, and the journal says why
    org.issue("billing", RenewalKey::Replace)?;
    assert_eq!(call(&org, mutual, "billing", &limits, "")?.0, 401);
    let refusal = org.journal().since(0).into_iter().rev().find_map(|event| event.kind.explanation().cloned());
    let refusal = refusal.ok_or("no refusal in the journal")?;
    assert!(refusal.found.contains("renewed but not uploaded?"), "{refusal}");

    // uploaded: let in again
    let renewed = org.client("billing").ok_or("no such client")?;
    org.upload("Billing 2027", renewed.certificates_pem.as_bytes())?;
    assert_eq!(call(&org, mutual, "billing", &limits, "")?.0, 200);
    Ok(())
}

/// The client under test: one request with the certificate of a client of the scenario; status and body of the answer.
fn call(org: &Running, port: u16, client: &str, head: &str, body: &str) -> Result<(u16, String), Box<dyn Error>> {
    let client = org.client(client).ok_or("no such client")?;
    let tls = TlsConnector::builder()
        .disable_built_in_roots(true)
        .add_root_certificate(Certificate::from_pem(org.server_ca().pem().as_bytes())?)
        .identity(Identity::from_pkcs8(client.certificates_pem.as_bytes(), client.key_pem.as_bytes())?)
        .build()?;
    let mut stream = tls.connect("localhost", TcpStream::connect(("127.0.0.1", port))?)?;
    write!(stream, "{head}\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n{body}")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or("no answer")?;
    Ok((head.split(' ').nth(1).ok_or("no status")?.parse()?, body.to_owned()))
}
