//! One TLS connection, on which exactly the certificates asked for are shown, and which keeps the alert that ended it.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use openssl::error::ErrorStack;
use openssl::ssl::{
    ConnectConfiguration, SslConnector, SslConnectorBuilder, SslMethod, SslMode, SslVerifyMode, SslVersion,
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_openssl::SslStream;

use super::identity::Shown;
use super::party::{Door, Trust};
use crate::exchange::{Outcome, Tls};
use crate::pki::ffi::hook;
use crate::scenario::switches::TlsVersion;
use crate::tls::alert_name;

/// How long the other side may take to accept a connection.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long the other side may take over the handshake.
pub const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(20);

/// How a connection is made.
pub(super) struct Hello<'a> {
    pub door: &'a Door,
    pub trust: &'a Trust,
    /// `None`: an empty list if a certificate is asked for.
    pub shown: Option<&'a Shown>,
    pub version: Option<TlsVersion>,
    /// `None` is the door's own, an empty one sends none.
    pub sni: Option<&'a str>,
}

/// A connection that came to be, as far as a client can tell: in TLS 1.3 a refusal is only seen on the first read.
pub(super) struct Connection {
    stream: SslStream<TcpStream>,
    ending: Ending,
}

/// What ended a connection, once it has ended; clones share it.
#[derive(Clone, Default)]
pub(super) struct Ending(Arc<Mutex<Option<Outcome>>>);

impl Ending {
    /// The alert, or why not.
    pub fn outcome(&self) -> Option<Outcome> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, outcome: Outcome) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(outcome);
    }
}

impl Hello<'_> {
    /// Shakes hands; the outcome, if that ends it.
    pub async fn connect(&self) -> Result<Connection, Outcome> {
        let failed = |why: String| Outcome::Failed(why);
        let door = self.door;
        let tcp = timeout(CONNECT_TIMEOUT, TcpStream::connect((door.reach.as_str(), door.port))).await;
        let tcp = tcp.map_err(|_| failed(format!("{} does not answer", door.base)))?;
        let tcp = tcp.map_err(|error| failed(format!("{} is not to be reached: {error}", door.base)))?;
        let _ = tcp.set_nodelay(true);
        let ssl = self
            .configuration()
            .and_then(|hello| hello.into_ssl(self.sni.filter(|n| !n.is_empty()).unwrap_or(&door.host)));
        let ssl = ssl.map_err(|error| failed(format!("the connection cannot be made: {error}")))?;
        let stream =
            SslStream::new(ssl, tcp).map_err(|error| failed(format!("the connection cannot be made: {error}")))?;
        let mut connection = Connection { stream, ending: Ending::default() };
        match timeout(HANDSHAKE_TIMEOUT, Pin::new(&mut connection.stream).connect()).await {
            Ok(Ok(())) => Ok(connection),
            Ok(Err(error)) => {
                let verify = connection.stream.ssl().verify_result();
                Err(match ending(&error) {
                    Outcome::Closed(_) | Outcome::Failed(_) if verify != openssl::x509::X509VerifyResult::OK => {
                        failed(format!("the certificate of {} is not trusted: {}", door.base, verify.error_string()))
                    }
                    other => other,
                })
            }
            Err(_) => Err(failed(format!("{} did not finish the TLS handshake in time", door.base))),
        }
    }

    fn configuration(&self) -> Result<ConnectConfiguration, ErrorStack> {
        let mut builder = SslConnector::builder(SslMethod::tls_client())?;
        // what a client offers is its own affair: weak certificates are for the other side to judge
        builder.set_security_level(0);
        builder.set_verify(SslVerifyMode::PEER);
        self.trust.install(&mut builder)?;
        self.show(&mut builder)?;
        let version = self.version.map(|version| match version {
            TlsVersion::Tls12 => SslVersion::TLS1_2,
            TlsVersion::Tls13 => SslVersion::TLS1_3,
        });
        builder.set_min_proto_version(version.or(Some(SslVersion::TLS1_2)))?;
        builder.set_max_proto_version(version)?;
        let mut hello = builder.build().configure()?;
        hello.set_use_server_name_indication(self.sni.is_none_or(|sni| !sni.is_empty()));
        // another name than the door's is asked for on purpose: what is shown then is the other side's choice
        hello.set_verify_hostname(self.sni.is_none());
        Ok(hello)
    }

    fn show(&self, builder: &mut SslConnectorBuilder) -> Result<(), ErrorStack> {
        let Some(shown) = self.shown else { return Ok(()) };
        let mut certificates = shown.certificates.iter();
        let Some(leaf) = certificates.next() else { return Ok(()) };
        // nothing is added from what the client trusts
        builder.set_mode(SslMode::NO_AUTO_CHAIN);
        builder.set_certificate(leaf)?;
        builder.set_private_key(&shown.key)?;
        certificates.try_for_each(|more| builder.add_extra_chain_cert(more.clone()))
    }
}

impl Connection {
    /// What will have ended it.
    pub fn ending(&self) -> Ending {
        self.ending.clone()
    }

    /// What the handshake showed.
    pub fn tls(&self) -> Tls {
        let ssl = self.stream.ssl();
        let version = if ssl.version2() == Some(SslVersion::TLS1_3) { "1.3" } else { "1.2" };
        Tls { version, ca_names: hook::ca_names(ssl) }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if let Poll::Ready(Err(error)) = &read {
            let outcome = match error.get_ref().and_then(|inner| inner.downcast_ref::<openssl::ssl::Error>()) {
                Some(error) => ending(error),
                None => broke(error),
            };
            self.ending.note(outcome);
        }
        read
    }
}

/// Writing never fails: what the other side said before it went away is still to be read.
impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes).map(|wrote| Ok(wrote.unwrap_or(bytes.len())))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context).map(|_| Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context).map(|_| Ok(()))
    }
}

/// OpenSSL's reasons for alerts that were received begin here.
const ALERTS: i32 = 1_000;

/// Said of a connection that ends in the middle of TLS.
const WITHOUT_ALERT: &str = "the connection was closed without an alert";

/// The alert in an error of OpenSSL, or its words.
fn ending(error: &openssl::ssl::Error) -> Outcome {
    let Some(stack) = error.ssl_error() else {
        return match error.io_error() {
            Some(error) => broke(error),
            None => Outcome::Closed(WITHOUT_ALERT.into()),
        };
    };
    let alert = stack.errors().iter().find_map(|error| u8::try_from(error.reason_code().checked_sub(ALERTS)?).ok());
    match alert {
        Some(number) => Outcome::Alert { name: alert_name(number), number },
        None => {
            let reason = stack.errors().iter().find_map(|error| error.reason());
            match reason {
                Some("unexpected eof while reading") => Outcome::Closed(WITHOUT_ALERT.into()),
                Some(reason) => Outcome::Failed(format!("no TLS: {reason}")),
                None => Outcome::Failed(format!("no TLS: {stack}")),
            }
        }
    }
}

fn broke(error: &io::Error) -> Outcome {
    let words = format!("the connection broke: {error}");
    match error.kind() {
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset => Outcome::Closed(words),
        _ => Outcome::Failed(words),
    }
}
