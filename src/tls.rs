//! The TLS listeners: the accept loop, the edge's hook into the handshake, and what it tells the layers above.
//!
//! What is spoken over a connection is not known here.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::sync::Notify;

use crate::org::Door;
use crate::pki::{Certificate, Verdict};

mod acceptor;
mod account;
mod arrival;
mod connection;
mod dialect;
mod faults;
mod hearing;
mod identity;
mod listener;
mod live;
mod patient;
mod serve;
mod sessions;
mod substitute;

pub use crate::pki::ffi::hook::offer_session;
pub use acceptor::{Acceptors, MAX_CHAIN_BYTES};
pub(crate) use account::alert_name;
pub use arrival::Arrival;
pub use connection::{DRAIN_BYTES, DRAIN_TIME, Doorway, HANDSHAKE_TIMEOUT, Shown, Timeouts, Witness};
pub use faults::{Beginning, Faults};
pub use identity::{ServerIdentities, ServerIdentity};
pub use listener::{Bound, Listener, MAX_CONNECTIONS, Stop, bind};
pub use live::Live;
pub use patient::{LINGER_BYTES, LINGER_TIME, answer_and_close};
pub use serve::{HEADER_TIMEOUT, MAX_HEADER_BYTES, MAX_HEADERS, MAX_STREAMS, MISSED_PINGS, Protocol, serve};
pub use sessions::MAX_RESUMABLE;

/// One TLS connection as the layers above see it; in every request's extensions as `Arc<Peer>`.
#[derive(Clone, Debug)]
pub struct Peer {
    /// The id of its handshake in the journal.
    pub handshake: u64,
    /// By which door.
    pub door: Door,
    /// The client's address.
    pub remote: SocketAddr,
    /// Our address.
    pub local: SocketAddr,
    /// The server name that the client asked for.
    pub sni: Option<String>,
    /// `TLSv1.3`
    pub tls_version: String,
    /// OpenSSL's name.
    pub cipher: String,
    /// What the edge found in the handshake.
    pub presented: Presented,
    /// What that is worth as time goes by; nothing without certificates.
    pub live: Option<Arc<Live>>,
    /// Asks the client to leave: its connection ends after the requests in hand.
    pub leave: Arc<Notify>,
}

/// What a client presented, as the edge judged it.
#[derive(Clone, Debug)]
pub enum Presented {
    /// A chain that does not hold; only with `edge.bad-chain = "page"` does such a connection live on.
    Broken(Arc<Verdict>),
    /// A chain that holds, and its leaf.
    Holds(Certificate, Arc<Verdict>),
    /// Nothing.
    Nothing,
}

impl Presented {
    /// What these certificates are, by this verdict.
    fn of(certificates: &[Certificate], verdict: Arc<Verdict>) -> Self {
        match certificates.first() {
            Some(leaf) if verdict.holds() => Self::Holds(leaf.clone(), verdict),
            _ => Self::Broken(verdict),
        }
    }
}
