//! Going back to the scenario as it was loaded. The doors, and the keys that the kit holds, stay.

use std::sync::{Arc, PoisonError};

use jiff::Timestamp;

use super::identities::{Client, Identities};
use super::{Controls, FoundError, Undelivered, film, keep_refresh_tokens, state, time};
use crate::journal::Kind;
use crate::seed::Seed;
use crate::store::Unkept;

/// What the org is made of once more.
#[derive(Debug)]
pub(super) struct First {
    /// As they were when it was founded.
    pub(super) identities: Identities,
    /// The org's time then.
    pub(super) now: Timestamp,
    /// The seed then.
    pub(super) seed: Seed,
}

/// Why the org was not put back.
#[derive(Debug, thiserror::Error)]
pub enum ResetError {
    /// It cannot be made once more.
    #[error(transparent)]
    Found(#[from] FoundError),
    /// It was, but a kit's files were not.
    #[error("the org is back, but {0}")]
    Undelivered(#[from] Undelivered),
    /// The data folder refuses it.
    #[error(transparent)]
    Unkept(#[from] Unkept),
}

impl Controls {
    /// Puts everything back as it was when the org was founded: clock, users, uploads, switches, trust list, CRLs,
    /// identities and faults; sessions and login history end, refresh tokens are those of the scenario. The journal goes on.
    ///
    /// A client that was renewed has its first certificate and key again: those that the kit of the start holds,
    /// and holds again if others were delivered.
    /// Steps that were played are to come again, their moments counted from the org's time now. In a data folder a reset that is cut short is finished at the next start.
    pub fn reset(&self) -> Result<(), ResetError> {
        let First { identities, now, seed } = &self.0.first;
        // not while a step is played; one that calls for a reset goes on after it
        let player = self.0.film.enter();
        let hands = self.scenario().org.clock.clock().hands();
        let before = {
            let mut held = self.held();
            let _turn = self.0.clock_turn.lock().unwrap_or_else(PoisonError::into_inner);
            let mut restored = identities.clone();
            restored.follow(&held);
            let snapshot = state(self.scenario(), &mut restored, *now, *seed)?;
            self.store().start_over(snapshot, |changes| {
                Identities::changes(&held, &restored, changes);
                time::keep(hands, changes);
                film::forget(self.scenario().steps.len(), hands.show(), changes);
            })?;
            self.clock().set_hands(hands);
            self.0.film.rewind(hands.show());
            std::mem::replace(&mut *held, Arc::new(restored))
        };
        keep_refresh_tokens(self.store())?;
        self.store().started_over()?;
        self.0.faults.reset(&self.scenario().faults);
        if let Some(chaos) = &self.0.chaos {
            chaos.forget_sessions();
        }
        self.journal().append(Kind::Reset);
        let differs = |client: &Client| {
            before.client(&client.name).is_none_or(|old| old.leaf != client.leaf || old.sends != client.sends)
        };
        let written = self.write_files(differs);
        if let Some(player) = player {
            self.resume(player);
        }
        Ok(written?)
    }
}
