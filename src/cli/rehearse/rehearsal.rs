//! A renewal that was played: its phases with their calls, and whether all is well. What it looks like is `story`'s.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::plan::Phase;
use super::tally::{Calls, Window};
use crate::doctor::Ended;
use crate::journal::Explanation;

/// The org's clock, and the wall's.
pub(super) type Moment = (Timestamp, Timestamp);

/// What a step did.
#[derive(Debug)]
pub(super) struct Acted {
    /// Why the org refused it.
    pub refused: Option<Explanation>,
    /// Why the chain in the file that is due now does not hold.
    pub chain: Option<Explanation>,
    pub began: Moment,
}

/// How a command ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Finish {
    pub ended: Ended,
    /// We asked for it.
    pub stopped: bool,
    pub took: Duration,
}

impl Finish {
    pub(super) fn well(&self) -> bool {
        self.stopped || self.ended.well()
    }
}

/// What was played.
#[derive(Debug, Default)]
pub(super) struct Played {
    /// A step for every phase that began.
    pub steps: Vec<Acted>,
    /// One command for each phase, or one for all.
    pub commands: Vec<Finish>,
    pub continuous: bool,
}

/// A certificate, for people and reports.
#[derive(Debug, Serialize)]
pub(super) struct Described {
    pub file: String,
    pub subject: String,
    pub issuer: String,
    pub serial: String,
    pub not_before: Timestamp,
    pub not_after: Timestamp,
    pub sha256: String,
    /// How many the file holds.
    pub certificates: usize,
    /// Who would have to issue the last of them.
    #[serde(skip)]
    pub top_issuer: String,
    /// The subjects of those above the leaf.
    #[serde(skip)]
    pub above: Vec<String>,
}

/// All of it.
#[derive(Debug)]
pub(super) struct Rehearsal {
    pub scenario: String,
    pub command: Vec<String>,
    pub seed: u64,
    pub old: Described,
    pub new: Described,
    /// So many were listed on request.
    pub roots: usize,
    pub phases: Vec<Phase>,
    /// Of the phases that began.
    pub calls: Vec<Calls>,
    pub windows: Vec<Window>,
    pub more_windows: u64,
    pub played: Played,
    pub ended: Moment,
}

/// How the time went in which both were uploaded.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Overlap {
    Clean,
    Failed,
    /// There was none.
    None,
}

/// A phase that was played.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scene<'a> {
    pub phase: &'a Phase,
    pub acted: &'a Acted,
    pub calls: &'a Calls,
    /// The command of this phase; of a continuous one that of its last phase.
    pub command: Option<&'a Finish>,
    continuous: bool,
}

impl Scene<'_> {
    /// The step was done, calls were granted by the certificate that is due, none was refused, and the command is content.
    pub(super) fn well(&self) -> bool {
        let calls = self.calls;
        self.acted.refused.is_none()
            && calls.refused == 0
            && calls.granted() > 0
            && self.shows_the_due()
            && self.command.is_none_or(Finish::well)
    }

    /// Whether what was granted was granted by the certificate that is due. A command that goes on may take its time.
    pub(super) fn shows_the_due(&self) -> bool {
        let (due, granted) = (self.calls.by(self.phase.client), self.calls.granted());
        if self.continuous { due > 0 || granted == 0 } else { due == granted }
    }
}

impl Rehearsal {
    pub(super) fn scenes(&self) -> impl Iterator<Item = Scene<'_>> {
        let began = self.phases.iter().zip(&self.played.steps).zip(&self.calls);
        let last = self.played.steps.len().saturating_sub(1);
        began.enumerate().map(move |(at, ((phase, acted), calls))| {
            let commands = &self.played.commands;
            let command = match self.played.continuous {
                true if at == last => commands.last(),
                true => None,
                false => commands.get(at),
            };
            Scene { phase, acted, calls, command, continuous: self.played.continuous }
        })
    }

    /// The phases that did not begin.
    pub(super) fn unplayed(&self) -> &[Phase] {
        self.phases.get(self.played.steps.len()..).unwrap_or_default()
    }

    pub(super) fn holds(&self) -> bool {
        self.unplayed().is_empty() && self.scenes().all(|scene| scene.well())
    }

    /// For how long calls failed, on the org's clock and on the wall's.
    pub(super) fn failed_for(&self) -> (SignedDuration, SignedDuration) {
        let sum = |of: fn(&Window) -> SignedDuration| {
            self.windows.iter().map(of).fold(SignedDuration::ZERO, SignedDuration::saturating_add)
        };
        (sum(Window::org), sum(Window::wall))
    }

    pub(super) fn overlap(&self) -> Overlap {
        let both = || self.scenes().filter(|scene| scene.phase.old && scene.phase.new);
        match both().count() {
            0 => Overlap::None,
            _ if both().all(|scene| scene.well()) => Overlap::Clean,
            _ => Overlap::Failed,
        }
    }

    /// For how long both were uploaded, on the org's clock.
    pub(super) fn overlapped(&self) -> SignedDuration {
        let steps = &self.played.steps;
        let until = |at: usize| steps.get(at + 1).map_or(self.ended.0, |next| next.began.0);
        let both = self.scenes().enumerate().filter(|(_, scene)| scene.phase.old && scene.phase.new);
        both.map(|(at, scene)| until(at).duration_since(scene.acted.began.0))
            .fold(SignedDuration::ZERO, SignedDuration::saturating_add)
    }
}
