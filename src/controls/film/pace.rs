//! A clock that runs at a pace of its own, and how long it is until the next step. It never runs past a step's moment
//! before that step is played.

use std::sync::PoisonError;
use std::time::Duration;

use jiff::SignedDuration;

use crate::clock::Hands;
use crate::controls::{Controls, time};

impl Controls {
    /// Lets the clock run if the scenario gives it a pace; the timer looks anew.
    pub(in crate::controls) fn begin_pace(&self) {
        if let Some(pace) = self.scenario().org.pace {
            let _turn = self.0.clock_turn.lock().unwrap_or_else(PoisonError::into_inner);
            if let Hands::Standing(at) = self.clock().hands() {
                self.clock().set_hands(Hands::paced(at, pace));
            }
        }
        self.wait_for_steps();
    }

    /// Lets a paced clock run as far as the next step's moment, from where it is.
    pub(super) fn wait_for_steps(&self) {
        let next = self.0.film.state().next().map(|(due, _)| due);
        {
            let _turn = self.0.clock_turn.lock().unwrap_or_else(PoisonError::into_inner);
            let hands = self.clock().hands();
            self.clock().set_hands(hands.until(next));
        }
        self.0.film.changed.notify_one();
    }

    /// Writes down where the clock is, so that a paced one goes on from there after a restart.
    pub fn keep_clock(&self) {
        let _turn = self.0.clock_turn.lock().unwrap_or_else(PoisonError::into_inner);
        let hands @ Hands::Paced { .. } = self.clock().hands() else { return };
        // a disk that refuses has said so; the clock goes on from where it was last kept
        let _ = self.store().keep(|changes| time::keep(hands.until(None), changes));
    }

    /// How long on the wall's clock until the next step's moment; `None` if none comes by itself.
    pub fn next_step_in(&self) -> Option<Duration> {
        let (due, _) = self.0.film.state().next()?;
        let hands = self.clock().hands();
        let left = due.duration_since(hands.show());
        let wall = hands.wall_time(left)?;
        Some(Duration::try_from(wall.max(SignedDuration::ZERO)).unwrap_or(Duration::MAX))
    }

    /// Returns when [`next_step_in`](Self::next_step_in) may have changed.
    pub async fn film_changed(&self) {
        self.0.film.changed.notified().await;
    }
}
