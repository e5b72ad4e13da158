//! What the doors prove themselves with: another chain counts from the next connection on. Making it is `simulator`'s.

use std::sync::Arc;

use super::Controls;
use crate::journal::Kind;
use crate::scenario::{ServerFlaw, ServerShown};
use crate::store::{EdgeState, Snapshot, Unkept};

impl Controls {
    /// Renews the server certificate: a new serial number and a new key under the CA that clients trust. A flaw that was
    /// shown is over.
    pub fn renew_server_certificate(&self) -> Result<(), Unkept> {
        self.show(|shown| ServerShown { flaw: None, renewals: shown.renewals + 1 })?;
        self.journal().append(Kind::Server { shows: "renewed".into() });
        Ok(())
    }

    /// Shows clients a server chain with a flaw, until it is renewed.
    pub fn spoil_server_certificate(&self, flaw: ServerFlaw) -> Result<(), Unkept> {
        self.show(|shown| ServerShown { flaw: Some(flaw), ..shown })?;
        self.journal().append(Kind::Server { shows: flaw.name().into() });
        Ok(())
    }

    fn show(&self, next: impl FnOnce(ServerShown) -> ServerShown) -> Result<(), Unkept> {
        self.store().update(|now| {
            let edge = EdgeState { server: next(now.edge.server), ..EdgeState::clone(&now.edge) };
            (Snapshot { org: now.org.clone(), edge: Arc::new(edge) }, ())
        })
    }
}
