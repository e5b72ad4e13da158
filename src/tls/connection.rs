//! One connection: is it TLS at all, the handshake, its place in the journal, and a parting that lets the client read why.

use std::convert::Infallible;
use std::error::Error as StdError;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http::{Request, Response};
use hyper::body::{Body, Incoming};
use hyper::service::{Service, service_fn};
use jiff::Timestamp;
use openssl::ssl::Ssl;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};
use tokio_openssl::SslStream;

use super::acceptor::Acceptors;
use super::account::{Account, Ending};
use super::arrival::{Arrival, Socket};
use super::faults::{Beginning, Faults};
use super::hearing::Hearing;
use super::listener::Stop;
use super::serve::{HEADER_TIMEOUT, Protocol};
use super::substitute::Substitute;
use super::{Peer, dialect, faults, serve};
use crate::clock::Stopwatch;
use crate::journal::event::Handshake;
use crate::journal::{Journal, Kind};
use crate::org::Door;
use crate::pki::{Certificate, Verdict};
use crate::scenario::fault::ConnectionEffect;
use crate::store::EdgeState;

/// A handshake that takes longer is given up.
pub const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// What a client may still send after an alert of ours, so that it comes to read the alert.
pub const DRAIN_BYTES: usize = 256 * 1024;

/// How long it may take over that.
pub const DRAIN_TIME: Duration = Duration::from_secs(1);

/// How long clients are waited for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Timeouts {
    /// From the connection to the end of the handshake.
    pub handshake: Duration,
    /// For a request's head.
    pub header: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { handshake: HANDSHAKE_TIMEOUT, header: HEADER_TIMEOUT }
    }
}

/// What every connection of a door needs.
pub struct Doorway<S> {
    /// Which door.
    pub door: Door,
    /// How it shakes hands.
    pub acceptors: Arc<Acceptors>,
    /// The edge's state, its CRLs current, and the org's time: what a handshake that begins now is judged by.
    pub edge: Arc<dyn Fn() -> (Arc<EdgeState>, Timestamp) + Send + Sync>,
    /// Where handshakes are written down.
    pub journal: Journal,
    /// Says which fault is due for a connection.
    pub faults: Faults,
    /// Numbers handshakes, across both doors.
    pub counter: Arc<AtomicU64>,
    /// How long clients are waited for.
    pub timeouts: Timeouts,
    /// Shown every handshake once the journal has it; it must not block.
    pub witness: Option<Witness>,
    /// What is spoken over it.
    pub service: S,
}

/// Sees a handshake's entry in the journal, and the certificates themselves.
pub type Witness = Arc<dyn Fn(&Handshake, Option<Shown>) + Send + Sync>;

/// The certificates that a client showed, and what the edge made of them at that time on the org's clock.
pub type Shown = (Arc<[Certificate]>, Arc<Verdict>, Timestamp);

impl<S, B> Doorway<S>
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send + 'static,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    /// Takes a connection through to its end.
    pub async fn admit(self: Arc<Self>, arrival: Arrival, mut stop: Stop) {
        let Arrival { socket, remote, connect } = arrival;
        let watch = Stopwatch::start();
        let id = self.counter.fetch_add(1, Ordering::Relaxed) + 1;
        let local = socket.local_addr().unwrap_or(remote);
        let mut account = Account::new(id, self.door, remote, connect);
        let (ending, carrier) = tokio::select! {
            shaken = self.shake_hands(socket, &mut account) => shaken,
            () = stop.requested() => return,
        };
        let (presented, live, shown) = (account.presented(), account.live(), account.shown());
        let effect = account.strike().map(|strike| strike.effect);
        let entry = account.close(&ending, watch.elapsed());
        let protocol = Protocol::of_alpn(entry.alpn.as_deref());
        let (sni, version, cipher) = (entry.sni.clone(), entry.tls_version.clone(), entry.cipher.clone());
        let seen = self.witness.as_ref().map(|witness| (witness, entry.clone()));
        self.journal.append(Kind::Handshake(Box::new(entry)));
        if let Some((witness, entry)) = seen {
            witness(&entry, shown);
        }
        match carrier {
            Some(Carrier::Tls(tls)) if matches!(ending, Ending::Completed) => {
                let (tls_version, cipher) = (version.unwrap_or_default(), cipher.unwrap_or_default());
                let (door, leave) = (self.door, Arc::new(Notify::new()));
                let peer =
                    Peer { handshake: id, door, remote, local, sni, tls_version, cipher, presented, live, leave };
                let leave = peer.leave.clone();
                let (peer, service) = (Arc::new(peer), self.service.clone());
                let with_peer = service_fn(move |mut request: Request<Incoming>| {
                    request.extensions_mut().insert(peer.clone());
                    service.call(request)
                });
                let left = async move { leave.notified().await };
                serve::serve_until(tls, protocol, with_peer, self.timeouts.header, left, stop).await;
            }
            Some(mut carrier) => self.end(carrier.socket(), &ending, effect).await,
            None => {}
        }
    }

    /// Ends a connection on which HTTP never began.
    async fn end(&self, socket: &mut Socket, ending: &Ending, effect: Option<ConnectionEffect>) {
        match (ending, effect) {
            (Ending::PlainHttp, _) => {
                let _ = socket.write_all(plain_answer(self.door).as_bytes()).await;
            }
            (Ending::Injected, Some(ConnectionEffect::Alert(alert))) => {
                let _ = socket.write_all(&faults::plain_alert(alert)).await;
            }
            (Ending::Injected, _) => return socket.reset(),
            // as Node.js does it: an end, and no alert
            (Ending::Closed, _) => {
                let _ = socket.shutdown().await;
            }
            _ => {}
        }
        part(socket).await;
    }

    /// All of it within the handshake's time-out, but for what a fault holds up.
    async fn shake_hands(&self, socket: Socket, account: &mut Account) -> (Ending, Option<Carrier>) {
        if self.struck(account, false).is_some() {
            return (Ending::Injected, Some(Carrier::Tcp(socket)));
        }
        let (limit, watch) = (self.timeouts.handshake, Stopwatch::start());
        // a TLS handshake begins with 22, a plain request with a letter
        match timeout(limit, socket.first_byte()).await {
            Err(_) => return (Ending::TimedOut(limit), None),
            Ok(Some(byte)) if byte.is_ascii_alphabetic() => return (Ending::PlainHttp, Some(Carrier::Tcp(socket))),
            Ok(Some(_)) => {}
            Ok(None) => return (Ending::Left, None),
        }
        let left = limit.saturating_sub(watch.elapsed());
        match self.struck(account, true) {
            Some(ConnectionEffect::Alert(_)) => return (Ending::Injected, Some(Carrier::Tcp(socket))),
            Some(ConnectionEffect::HoldServerHello(lasting)) => sleep(lasting).await,
            _ => {}
        }
        timeout(left, self.accept(socket, account)).await.unwrap_or((Ending::TimedOut(limit), None))
    }

    /// The fault that is due for the connection, once it is noted.
    fn struck(&self, account: &mut Account, greeted: bool) -> Option<ConnectionEffect> {
        let (handshake, remote) = (account.id(), account.remote().ip());
        let strike = (self.faults)(Beginning { handshake, door: self.door, remote, greeted })?;
        let effect = strike.effect;
        account.note_strike(strike);
        Some(effect)
    }

    async fn accept(&self, mut socket: Socket, account: &mut Account) -> (Ending, Option<Carrier>) {
        // only now: a client may have connected long before it begins
        let (edge, now) = (self.edge)();
        let effect = account.strike().map(|strike| strike.effect);
        let context = match effect {
            Some(ConnectionEffect::ServerCertificate(flaw)) => self.acceptors.context_showing(flaw, self.door, &edge),
            _ => self.acceptors.context(self.door, &edge),
        };
        let mut ssl = match context.and_then(|context| Ssl::new(&context)) {
            Ok(ssl) => ssl,
            Err(stack) => return (Ending::Failed(stack.to_string()), Some(Carrier::Tcp(socket))),
        };
        match effect {
            Some(ConnectionEffect::ResetInHandshake) => socket.cut_after_first_flight(),
            _ => socket.substitute(self.substitute(&edge, &mut ssl)),
        }
        // a resumed session would not show the certificate that the fault is about
        let shows_all = matches!(effect, Some(ConnectionEffect::ServerCertificate(_)));
        let sessions = self.acceptors.sessions(self.door, &edge).filter(|_| !shows_all);
        account.hear(Hearing::install(&mut ssl, account.id(), edge, now, sessions));
        let mut tls = match SslStream::new(ssl, socket) {
            Ok(tls) => tls,
            Err(stack) => return (Ending::Failed(stack.to_string()), None),
        };
        let result = Pin::new(&mut tls).accept().await;
        tls.get_mut().substitute(None);
        account.read(tls.ssl());
        let ending = match result {
            _ if tls.get_ref().was_cut() => Ending::Injected,
            Ok(()) if account.closes() => Ending::Closed,
            Ok(()) => Ending::Completed,
            Err(error) => Ending::of(&error),
        };
        (ending, Some(Carrier::Tls(tls)))
    }

    /// Only on the mutual door, where a certificate may be missing.
    fn substitute(&self, edge: &EdgeState, ssl: &mut Ssl) -> Option<Substitute> {
        let number = dialect::substitute(&edge.switches).filter(|_| self.door == Door::Mutual)?;
        Some(Substitute::install(ssl, number))
    }
}

/// What is left of a connection after its handshake.
enum Carrier {
    Tcp(Socket),
    Tls(SslStream<Socket>),
}

impl Carrier {
    fn socket(&mut self) -> &mut Socket {
        match self {
            Self::Tcp(socket) => socket,
            Self::Tls(tls) => tls.get_mut(),
        }
    }
}

/// Lets the client read why before the connection ends.
///
/// Closing a socket with unread data makes Linux send RST, and the client loses the alert: so what it still writes is
/// read first. Our FIN comes last: one that arrives with the alert makes the JDK's `HttpClient` (17, h2) wait for ever.
async fn part(stream: &mut Socket) {
    let mut sink = vec![0; 16 * 1024];
    let drain = async {
        let mut left = DRAIN_BYTES;
        while left > 0 {
            match stream.read(&mut sink).await {
                Ok(0) | Err(_) => break,
                Ok(read) => left = left.saturating_sub(read),
            }
        }
    };
    let _ = timeout(DRAIN_TIME, drain).await;
    let _ = stream.shutdown().await;
}

fn plain_answer(door: Door) -> String {
    let text = format!("This is the {} door of mockorg, and it speaks TLS: use https, not http.\n", door.name());
    let length = text.len();
    format!(
        "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{text}"
    )
}
