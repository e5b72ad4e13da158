//! Which step is to blame if calls fail: the first thing that is not as it should be, and who would have had to act.

use std::sync::Arc;

use serde::Serialize;

use super::plan::{Phase, Which};
use super::rehearsal::{Rehearsal, Scene};
use super::tally::{Refused, Shown};
use crate::journal::{Event, Explanation, Kind};

/// Whom to blame, and why.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Culprit {
    /// `before`, `upload`, `cut-over`, `delete`, or `client`: none of the steps.
    pub step: &'static str,
    pub why: String,
    /// The org's own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Explanation>,
    /// What to do about it, beyond that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cure: Option<String>,
    /// The first call that shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<Arc<Event>>,
}

const CLIENT: &str = "client";

impl Culprit {
    fn new(step: &'static str, why: impl Into<String>) -> Self {
        Self { step, why: why.into(), explanation: None, cure: None, event: None }
    }

    fn cure(self, cure: impl Into<String>) -> Self {
        Self { cure: Some(cure.into()), ..self }
    }

    /// With the first call that was refused, which may have come phases later.
    fn shown_by(self, rehearsal: &Rehearsal) -> Self {
        let first = rehearsal.calls.iter().find_map(|calls| calls.first_refused.as_ref());
        let (Some(refused), None) = (first, &self.event) else { return self };
        let explanation = self.explanation.or_else(|| refused.event.kind.explanation().cloned());
        Self { explanation, event: Some(refused.event.clone()), ..self }
    }

    /// Nothing, if all is well.
    pub(super) fn of(rehearsal: &Rehearsal) -> Option<Self> {
        if let Some(scene) = rehearsal.scenes().find(|scene| !scene.well()) {
            return Some(of_scene(rehearsal, &scene).shown_by(rehearsal));
        }
        let next = rehearsal.unplayed().first()?;
        let why = format!("the command, or the rehearsal, ended before the phase {} could be played", next.name());
        Some(Self::new(CLIENT, why).cure("with --continuous the command goes on calling until it is asked to end"))
    }
}

fn of_scene(rehearsal: &Rehearsal, scene: &Scene<'_>) -> Culprit {
    let (phase, calls) = (scene.phase, scene.calls);
    if let Some(refused) = &scene.acted.refused {
        let which = if phase.step.is_none() { Which::Old } else { Which::New };
        let why = format!("the org refuses the upload of the {} certificate", which.word());
        return Culprit { explanation: Some(refused.clone()), ..Culprit::new(phase.name(), why) };
    }
    // the client that never went over fails only at a later step; that it did not is the cause
    if calls.refused == 0 && !scene.shows_the_due() {
        return other_shown(phase, calls.by_old > 0, calls.by_new > 0);
    }
    if let Some(refused) = &calls.first_refused {
        let blamed = of_refusal(rehearsal, phase, refused);
        let explanation = refused.event.kind.explanation().cloned();
        return Culprit { explanation, event: Some(refused.event.clone()), ..blamed };
    }
    if calls.granted() == 0 {
        return unproven(scene);
    }
    let ended = scene.command.map(|command| command.ended.to_string()).unwrap_or_default();
    Culprit::new(CLIENT, format!("no call failed, but the command {ended} in the phase {}", phase.name()))
}

/// Granted, or refused, by another certificate than the one that is due.
fn other_shown(phase: &Phase, old: bool, new: bool) -> Culprit {
    match phase.client {
        Which::New if old => Culprit::new("cut-over", "the client still shows the old certificate").cure(
            "make the client load the new one (a restart, or a reload of its file), and close the connections that it \
             opened with the old one",
        ),
        Which::Old if new => Culprit::new("cut-over", "the client shows the new certificate before its cut-over")
            .cure("the client must use the file that MOCKORG_CLIENT_FILE names, and no other"),
        _ => Culprit::new(CLIENT, "the client shows another certificate than either of the two")
            .cure("the client must use the file that MOCKORG_CLIENT_FILE names, and no other"),
    }
}

fn of_refusal(rehearsal: &Rehearsal, phase: &Phase, refused: &Refused) -> Culprit {
    let due = phase.client;
    match &refused.shown {
        Shown::Known(which) if *which != due => other_shown(phase, *which == Which::Old, *which == Which::New),
        Shown::Known(_) => of_the_due(rehearsal, phase, refused),
        Shown::Other(subject) => {
            let why = format!("the client shows {subject}, which is neither of the two");
            Culprit::new(CLIENT, why).cure("the client must use the file that MOCKORG_CLIENT_FILE names, and no other")
        }
        Shown::Nothing => Culprit::new(CLIENT, "the call came without a certificate"),
    }
}

/// The client showed what it was to show.
fn of_the_due(rehearsal: &Rehearsal, phase: &Phase, refused: &Refused) -> Culprit {
    let due = phase.client;
    let step = if due == Which::New { "cut-over" } else { phase.name() };
    if let Kind::Handshake(handshake) = &refused.event.kind {
        if handshake.verdict.as_ref().is_none_or(|verdict| verdict.holds) {
            return Culprit::new(CLIENT, "a handshake failed, though not for the client's certificate");
        }
        let why = format!("the chain that the client sends with the {} certificate does not hold", due.word());
        let rule = handshake.verdict.iter().flat_map(|verdict| &verdict.faults).map(|fault| fault.rule).next();
        let blamed = Culprit::new(step, why);
        return match missing(rehearsal, due, rule) {
            Some(hint) => blamed.cure(hint),
            None => blamed,
        };
    }
    match due {
        Which::New if !phase.new => {
            let comes = rehearsal.phases.iter().any(|other| other.new);
            let why = if comes { "comes after the cut-over" } else { "never comes" };
            Culprit::new("upload", format!("the client shows the new certificate, but its upload {why}"))
                .cure("upload the new certificate first, then cut over, then delete the old one")
        }
        Which::Old if !phase.old => {
            Culprit::new("delete", "the old certificate was deleted while the client still uses it")
                .cure("delete the old certificate last: upload the new one, cut over, then delete")
        }
        _ => Culprit::new(CLIENT, "a call is refused for another reason than its certificate"),
    }
}

/// What may be all that is missing: an intermediate that the other file has, or a private root.
fn missing(rehearsal: &Rehearsal, due: Which, rule: Option<&str>) -> Option<String> {
    let (identity, other) = match due {
        Which::New => (&rehearsal.new, &rehearsal.old),
        Which::Old => (&rehearsal.old, &rehearsal.new),
    };
    let (issuer, file) = (&identity.top_issuer, &identity.file);
    match rule? {
        "missing-intermediate" | "no-issuer" if other.above.contains(issuer) => {
            Some(format!("{} has what {file} lacks, {issuer}: put it into {file}, below the others", other.file))
        }
        "no-issuer" if rehearsal.roots > 0 => None,
        "no-issuer" | "unlisted-root" => Some(format!(
            "if {issuer} is a CA of your own, have its root listed for the rehearsal: --root FILE (the real service must \
             list it too)"
        )),
        _ => None,
    }
}

fn unproven(scene: &Scene<'_>) -> Culprit {
    let phase = scene.phase.name();
    let cure =
        "log in as a user with \"Enforce SSL/TLS Mutual Authentication\", and call MOCKORG_MUTUAL_URL in every phase";
    if scene.calls.free > 0 {
        let why =
            format!("in the phase {phase} calls were granted only to users who need no certificate: nothing is proven");
        return Culprit::new(CLIENT, why).cure(cure);
    }
    let why = match scene.command {
        Some(command) if !command.well() => {
            format!("in the phase {phase} the command {}, without a call", command.ended)
        }
        _ => format!("in the phase {phase} no call came to the mutual door: nothing is proven"),
    };
    Culprit::new(CLIENT, why).cure(cure)
}
