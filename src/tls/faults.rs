//! Faults of a connection, before any certificate is seen: asked for here, done by [`connection`](super::connection).

use std::net::IpAddr;
use std::sync::Arc;

use super::account::Account;
use crate::journal::Explanation;
use crate::org::Door;
use crate::scenario::ServerFlaw;
use crate::scenario::fault::{ConnectionEffect, PlainAlert, Strike};

/// Says which fault is due for a connection that begins, if any; by then the journal has it.
pub type Faults = Arc<dyn Fn(Beginning) -> Option<Strike<String, ConnectionEffect>> + Send + Sync>;

/// A connection that begins.
#[derive(Clone, Copy, Debug)]
pub struct Beginning {
    /// The id of its handshake.
    pub handshake: u64,
    /// By which door.
    pub door: Door,
    /// From where.
    pub remote: IpAddr,
    /// Whether a handshake has begun; if not, the connection was only accepted.
    pub greeted: bool,
}

/// A fatal alert as a record in the clear (RFC 8446 5.1, 6.2).
pub(super) fn plain_alert(alert: PlainAlert) -> [u8; 7] {
    [21, 3, 3, 0, 2, 2, alert.named().1]
}

impl Account {
    /// Why a connection ended that a fault ended.
    pub(super) fn injected(&self) -> Explanation {
        let strike = self.strike();
        let (name, effect) = strike.map_or(("", None), |strike| (strike.fault.as_str(), Some(strike.effect)));
        let (found, client, cure) = match effect {
            Some(ConnectionEffect::Alert(alert)) => (
                format!("the alert {} in answer to its ClientHello", alert.named().0),
                format!("saw TLS alert {} ({}) in its handshake", alert.named().0, alert.named().1),
                "it is not the client's fault: see that it says which alert it got, and does not try again at once",
            ),
            Some(ConnectionEffect::ResetInHandshake) => (
                "a reset (RST) after the ServerHello".to_owned(),
                "saw its connection reset in its handshake".to_owned(),
                "it is not the client's fault: see that it tries again, after a while and not for ever",
            ),
            _ => (
                "a reset (RST) before anything was read".to_owned(),
                "saw its connection reset".to_owned(),
                "it is not the client's fault: see that it tries again, after a while and not for ever",
            ),
        };
        Explanation {
            headline: format!("injected: the fault {name:?} ended the connection"),
            rule: Explanation::A_FAULT.into(),
            expected: "a handshake".into(),
            found,
            client: Some(client),
            cure: cure.into(),
        }
    }

    /// The flaw of the server chain that was shown: by a fault, or because a verb spoiled it.
    pub(super) fn shown_flaw(&self) -> Option<ServerFlaw> {
        match self.strike().map(|strike| strike.effect) {
            Some(ConnectionEffect::ServerCertificate(flaw)) => Some(flaw),
            _ => self.edge()?.server.flaw,
        }
    }
}
