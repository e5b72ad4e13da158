//! Steps of the scenario between exchanges: called, or reached by moving the clock of an org of ours.

use jiff::Timestamp;

use crate::controls::{Controls, StepError};
use crate::journal::Explanation;
use crate::scenario::StepSpec;
use crate::scenario::step::Trigger;

/// The steps of an org of ours.
pub(super) struct Steps {
    controls: Controls,
    steps: Vec<StepSpec>,
    /// Moments are counted from it.
    start: Timestamp,
}

impl Steps {
    /// To be made as soon as the org has started.
    pub fn new(controls: Controls, steps: Vec<StepSpec>) -> Self {
        let start = controls.clock().org_now();
        Self { controls, steps, start }
    }

    /// The names of those that can be played, in the order of the file.
    pub fn playable(&self) -> Vec<String> {
        let playable = self.steps.iter().filter(|step| matches!(step.trigger, Trigger::At(_) | Trigger::Call));
        playable.map(|step| step.name.clone()).collect()
    }

    /// Plays one; whatever has its moment before is played on the way.
    pub async fn play(&self, name: &str) -> Result<(), (String, Option<Explanation>)> {
        let step = self.steps.iter().find(|step| step.name == name);
        let trigger =
            step.map(|step| step.trigger.clone()).ok_or_else(|| ("there is no such step".to_owned(), None))?;
        let (controls, name, start) = (self.controls.clone(), name.to_owned(), self.start);
        let play = move || match trigger {
            Trigger::At(when) => match when.resolve(start) {
                moment if moment <= controls.clock().org_now() => Ok(()),
                moment => controls.set_clock(moment).map(|_| ()).map_err(|error| (error.to_string(), None)),
            },
            _ => controls.step(&name).map_err(|error| match error {
                StepError::Failed { ref explanation, .. } => {
                    (explanation.headline.clone(), Some((**explanation).clone()))
                }
                other => (other.to_string(), None),
            }),
        };
        // a verb may wait: for a disk, for an RSA key in the making
        tokio::task::spawn_blocking(play).await.unwrap_or_else(|panic| Err((panic.to_string(), None)))
    }
}
