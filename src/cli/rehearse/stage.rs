//! The org in which a renewal is played: roots listed, certificates uploaded and deleted, calls counted as they come.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::SignedDuration;
use tokio::sync::Notify;

use super::identity::{Identities, Identity};
use super::plan::{Phase, Step, Which};
use super::rehearsal::{Acted, Moment, Played, Rehearsal};
use super::tally::Tally;
use crate::controls::{Controls, TrustError, UploadError};
use crate::journal::{Explanation, Subscription};
use crate::pki::validate;

/// An org on which the steps are played.
pub(super) struct Stage {
    org: Controls,
    pub identities: Identities,
    between: Option<Duration>,
    /// The label of the old upload: the scenario's own, if it has one.
    old_label: Option<String>,
    tally: Arc<Mutex<Tally>>,
    /// Told of every call.
    pub called: Arc<Notify>,
    _subscription: Subscription,
}

impl Stage {
    /// Lists the roots; the error says why there is nothing to rehearse.
    pub(super) fn set(org: &Controls, identities: Identities, between: Option<Duration>) -> Result<Self, String> {
        for (file, root) in &identities.roots {
            match org.list_as(None, root.clone()) {
                Ok(_) | Err(TrustError::AlreadyListed(_)) => {}
                Err(error) => return Err(format!("{file}: {error}")),
            }
        }
        let state = org.snapshot();
        let labelled = |identity: &Identity| {
            let uploads = &state.org.uploads;
            uploads.iter().find(|upload| upload.leaf() == identity.leaf()).map(|upload| upload.label.clone())
        };
        if let Some(label) = labelled(&identities.new) {
            let shown = &identities.new.shown;
            return Err(format!("{shown}: the scenario has it uploaded already, as '{label}'; leave that out"));
        }
        let users = state.org.users.iter().filter(|user| state.org.enforces(user));
        let enforced: HashSet<String> = users.map(|user| user.spec.username.to_lowercase()).collect();
        let [old, new] = [&identities.old, &identities.new].map(|identity| identity.leaf().fingerprint());
        let tally = Arc::new(Mutex::new(Tally::new(old, new, enforced)));
        let called = Arc::new(Notify::new());
        let (counting, telling) = (tally.clone(), called.clone());
        let subscription = org.journal().subscribe(move |event| {
            if counting.lock().unwrap_or_else(PoisonError::into_inner).observe(event) {
                telling.notify_one();
            }
        });
        let old_label = labelled(&identities.old);
        Ok(Self { org: org.clone(), identities, between, old_label, tally, called, _subscription: subscription })
    }

    pub(super) fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Plays the step that a phase begins with, and counts calls as its own from then on.
    pub(super) fn begin(&self, phase: &Phase) -> Result<Acted, String> {
        if let (Some(between), Some(_)) = (self.between, phase.step) {
            let by = SignedDuration::try_from(between).map_err(|error| error.to_string())?;
            self.org.advance(by).map_err(|error| error.to_string())?;
        }
        // before the step is done: what it makes fail is not to be blamed on the one before
        self.tally().begin();
        let began = (self.org.clock().org_now(), self.org.clock().wall_now());
        // the journal's readers find their way by these
        let _ = self.org.mark(&format!("rehearse {}", phase.name()));
        let refused = match phase.step {
            None if self.old_label.is_none() => self.upload(&self.identities.old)?,
            None | Some(Step::CutOver) => None,
            Some(Step::Delete) => self.delete()?,
            Some(Step::Upload) => self.upload(&self.identities.new)?,
        };
        let chain = self.judge(self.identities.get(phase.client));
        Ok(Acted { refused, chain, began })
    }

    fn upload(&self, identity: &Identity) -> Result<Option<Explanation>, String> {
        match self.org.upload(&identity.label(), identity.pem().as_bytes()) {
            Ok(_) => Ok(None),
            Err(UploadError::Refused(refusal)) => Ok(Some(Explanation::from(&refusal))),
            Err(error) => Err(error.to_string()),
        }
    }

    /// An old certificate whose upload was refused is not there to be deleted, and was told of.
    fn delete(&self) -> Result<Option<Explanation>, String> {
        let label = self.old_label.clone().unwrap_or_else(|| self.identities.old.label());
        match self.org.delete_certificate(&label) {
            Ok(()) | Err(UploadError::UnknownLabel(_)) => Ok(None),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Why the chain in a file does not hold now, if it does not.
    fn judge(&self, identity: &Identity) -> Option<Explanation> {
        let edge = self.org.snapshot().edge.clone();
        let now = self.org.clock().org_second();
        let verdict = validate(&identity.chain, &edge.trust, &edge.crls, now, &edge.policy);
        verdict.fault().map(|fault| Explanation::of_fault(fault, None))
    }

    /// Nothing counts from now on: a command that is asked to end may do so in the middle of a call.
    pub(super) fn end(&self) -> Moment {
        let (org, wall) = (self.org.clock().org_now(), self.org.clock().wall_now());
        self.tally().end(org, wall);
        (org, wall)
    }

    /// What has become of it.
    pub(super) fn rehearsal(
        &self,
        scenario: String,
        command: Vec<String>,
        seed: u64,
        phases: Vec<Phase>,
        played: Played,
    ) -> Rehearsal {
        let ended = self.end();
        let tally = self.tally();
        let of = |which: Which| self.identities.get(which).described();
        Rehearsal {
            scenario,
            command,
            seed,
            old: of(Which::Old),
            new: of(Which::New),
            roots: self.identities.roots.len(),
            phases,
            calls: tally.phases.clone(),
            windows: tally.windows.clone(),
            more_windows: tally.more_windows,
            played,
            ended,
        }
    }
}
