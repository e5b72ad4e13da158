//! Going back to the scenario as it was loaded. The doors, and the keys that the kit holds, stay.

use std::sync::Arc;

use super::identities::Identities;
use super::{Controls, keep_refresh_tokens};
use crate::journal::Kind;
use crate::store::{EdgeState, Snapshot};

/// The org as the scenario has it.
#[derive(Debug)]
pub(super) struct First {
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) identities: Identities,
}

impl Controls {
    /// Puts everything back as it was when the org was founded: clock, users, uploads, switches, trust list, CRLs and
    /// identities; sessions and login history end, refresh tokens are those of the scenario. The journal goes on.
    ///
    /// A client that was renewed has its first certificate and key again: those that the kit of the start holds.
    pub fn reset(&self) {
        let First { snapshot, identities: first } = &self.0.first;
        {
            let mut identities = self.identities();
            // certificates that were made since are still known by name
            let mut restored = first.clone();
            restored.remember_names(&identities);
            self.clock().set_like(&self.scenario().org.clock.clock());
            let edge = EdgeState { names: restored.names(), ..EdgeState::clone(&snapshot.edge) };
            *identities = restored;
            self.store().start_over(Snapshot { org: snapshot.org.clone(), edge: Arc::new(edge) });
        }
        keep_refresh_tokens(self.store());
        self.journal().append(Kind::Reset);
    }
}
