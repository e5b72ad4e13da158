//! Entries judged on the wire: a client comes to the mutual door over TLS 1.3 and is let in, or reads an alert.

use std::io::{Read, Write};
use std::net::TcpStream;

use mockorg::{Running, Scenario, Simulator};
use openssl::pkey::{PKey, Private};
use openssl::ssl::{SslConnector, SslMethod, SslVersion};
use tokio::runtime::Runtime;

use super::process::NOW;
use super::suite::{Entry, Failure, Suite};

/// An org whose outbound CA list is the suite's one root, and which has loaded all of its CRLs.
pub struct Open {
    runtime: Runtime,
    running: Option<Running>,
}

impl Open {
    pub fn new(suite: &Suite) -> Result<Self, Failure> {
        let text = format!(
            "format = 1\n[org]\nname = \"PKITS\"\nclock = \"{NOW}\"\n\
             [edge]\nclient-auth-eku = \"if-present\"\nrevocation = \"require\"\nsecurity-level = 0\n\
             [trust]\nbuiltin = false\nroots = [\"certs/TrustAnchorRootCertificate.crt\"]\ncrls = [\"crls\"]\n"
        );
        let scenario = Scenario::from_text(&text, "pkits.toml", &suite.data).map_err(|wrong| wrong.render(false))?;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let running = Some(runtime.block_on(Simulator::start(scenario))?);
        Ok(Self { runtime, running })
    }

    /// Whether a call is answered; an alert is the other answer, anything else a failure.
    pub fn lets_in(&self, key: &PKey<Private>, suite: &Suite, entry: &Entry) -> Result<bool, Failure> {
        let Some(running) = &self.running else { return Err("the org was stopped".into()) };
        let sent = suite.sent(entry)?;
        let mut builder = SslConnector::builder(SslMethod::tls_client())?;
        builder.set_security_level(0);
        builder.set_min_proto_version(Some(SslVersion::TLS1_3))?;
        builder.cert_store_mut().add_cert(running.server_ca().x509().to_owned())?;
        builder.set_certificate(sent[0].x509())?;
        builder.set_private_key(key)?;
        for more in &sent[1..] {
            builder.add_extra_chain_cert(more.x509().to_owned())?;
        }
        let tcp = TcpStream::connect(("127.0.0.1", running.ports().mutual))?;
        let mut tls = builder.build().connect("localhost", tcp).map_err(|error| format!("{}: {error}", entry.id))?;
        tls.write_all(b"GET /services/data HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut answer = Vec::new();
        match tls.read_to_end(&mut answer) {
            Ok(_) if answer.starts_with(b"HTTP/1.1 200 ") => Ok(true),
            Ok(_) => Err(format!("{}: {}", entry.id, String::from_utf8_lossy(&answer)).into()),
            Err(error) if error.to_string().contains("alert") => Ok(false),
            Err(error) => Err(format!("{}: {error}", entry.id).into()),
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.stop());
        }
    }
}
