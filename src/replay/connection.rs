//! One TLS connection, on which exactly the certificates asked for are shown, and which keeps the alert that ended it.

use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use openssl::error::ErrorStack;
use openssl::ssl::{
    ConnectConfiguration, SslConnector, SslConnectorBuilder, SslMethod, SslMode, SslSessionCacheMode, SslVerifyMode,
    SslVersion,
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_openssl::SslStream;

use super::ending::{self, Ending};
use super::identity::Shown;
use super::party::{Door, Trust};
use super::tunnel;
use crate::exchange::{Outcome, Tls};
use crate::pki::ffi::hook;
use crate::scenario::exchange::HttpVersion;
use crate::scenario::switches::TlsVersion;
use crate::tls::offer_session;

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
    /// What ALPN offers.
    pub http: Option<HttpVersion>,
    /// A session to resume, in DER.
    pub session: Option<&'a [u8]>,
}

/// A connection that came to be, as far as a client can tell: in TLS 1.3 a refusal is only seen on the first read.
pub(super) struct Connection {
    stream: SslStream<TcpStream>,
    ending: Ending,
    sessions: Sessions,
    /// Whether the session that was offered is resumed; `None` if none was.
    pub resumed: Option<bool>,
    /// What ALPN chose.
    pub http: HttpVersion,
}

/// The latest TLS session that a connection has, in DER: what it was given, or else what it offered; clones share it.
#[derive(Clone, Default)]
pub(super) struct Sessions(Arc<Mutex<Option<Vec<u8>>>>);

impl Sessions {
    /// The one to offer next.
    pub fn last(&self) -> Option<Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keep(&self, der: Vec<u8>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(der);
    }
}

impl Hello<'_> {
    /// Shakes hands; the outcome, if that ends it.
    pub async fn connect(&self) -> Result<Connection, Outcome> {
        let failed = |why: String| Outcome::Failed(why);
        let door = self.door;
        let tcp = timeout(CONNECT_TIMEOUT, TcpStream::connect((door.reach.as_str(), door.port))).await;
        let tcp = tcp.map_err(|_| failed(format!("{} does not answer", door.base)))?;
        let mut tcp = tcp.map_err(|error| match error.kind() {
            // it was reached, and did not like it
            ErrorKind::ConnectionReset => ending::broke(&error),
            _ => failed(format!("{} is not to be reached: {error}", door.base)),
        })?;
        let _ = tcp.set_nodelay(true);
        if let Some(target) = &door.tunnel {
            let asked = timeout(CONNECT_TIMEOUT, tunnel::through(&mut tcp, target)).await;
            asked.map_err(|_| failed("the proxy does not answer".into()))??;
        }
        let sessions = Sessions::default();
        if let Some(session) = self.session {
            sessions.keep(session.to_owned());
        }
        let ssl = self
            .configuration(&sessions)
            .and_then(|hello| hello.into_ssl(self.sni.filter(|n| !n.is_empty()).unwrap_or(&door.host)));
        let ssl = ssl.map_err(|error| failed(format!("the connection cannot be made: {error}")))?;
        let stream =
            SslStream::new(ssl, tcp).map_err(|error| failed(format!("the connection cannot be made: {error}")))?;
        let (resumed, http) = (None, HttpVersion::Http1);
        let mut connection = Connection { stream, ending: Ending::default(), sessions, resumed, http };
        match timeout(HANDSHAKE_TIMEOUT, Pin::new(&mut connection.stream).connect()).await {
            Ok(Ok(())) => {
                let ssl = connection.stream.ssl();
                connection.resumed = self.session.map(|_| ssl.session_reused());
                if ssl.selected_alpn_protocol() == Some(b"h2") {
                    connection.http = HttpVersion::Http2;
                }
                Ok(connection)
            }
            Ok(Err(error)) => {
                let verify = connection.stream.ssl().verify_result();
                Err(match ending::of_tls(&error) {
                    Outcome::Failed(_) if verify != openssl::x509::X509VerifyResult::OK => {
                        failed(format!("the certificate of {} is not trusted: {}", door.base, verify.error_string()))
                    }
                    other => other,
                })
            }
            Err(_) => Err(failed(format!("{} did not finish the TLS handshake in time", door.base))),
        }
    }

    fn configuration(&self, sessions: &Sessions) -> Result<ConnectConfiguration, ErrorStack> {
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
        match self.http {
            None => {}
            Some(HttpVersion::Http1) => builder.set_alpn_protos(b"\x08http/1.1")?,
            Some(HttpVersion::Http2) => builder.set_alpn_protos(b"\x02h2\x08http/1.1")?,
        }
        builder.set_session_cache_mode(SslSessionCacheMode::CLIENT | SslSessionCacheMode::NO_INTERNAL);
        let sessions = sessions.clone();
        builder.set_new_session_callback(move |_, session| {
            let _ = session.to_der().map(|der| sessions.keep(der));
        });
        let mut hello = builder.build().configure()?;
        if let Some(session) = self.session {
            offer_session(&mut hello, session)?;
        }
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

    /// The TLS sessions that it is given.
    pub fn sessions(&self) -> Sessions {
        self.sessions.clone()
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
            self.ending.note(ending::of_read(error));
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
