//! The order of the steps, and what holds between them. Nothing is played here.

use clap::ValueEnum;
use serde::Serialize;

/// What a renewal is made of.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Step {
    /// The client goes over to the new certificate
    CutOver,
    /// The old certificate is deleted from the org
    Delete,
    /// The new certificate is uploaded to the org
    Upload,
}

impl Step {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::CutOver => "cut-over",
            Self::Delete => "delete",
            Self::Upload => "upload",
        }
    }
}

/// One of the two certificates.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Which {
    New,
    Old,
}

impl Which {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Old => "old",
        }
    }
}

/// What holds from one step to the next.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Phase {
    /// What it begins with; nothing has been done yet in the first.
    pub step: Option<Step>,
    /// What the client is to show.
    pub client: Which,
    /// Whether the old one is to be uploaded, and the new one.
    pub old: bool,
    pub new: bool,
}

impl Phase {
    /// `before`, or the step that it begins with.
    pub(super) fn name(&self) -> &'static str {
        self.step.map_or("before", Step::name)
    }

    /// Which of them are to be uploaded.
    pub(super) fn uploaded(&self) -> &'static str {
        match (self.old, self.new) {
            (true, true) => "old and new",
            (true, false) => "old",
            (false, true) => "new",
            (false, false) => "neither",
        }
    }

    /// `old and new uploaded, the client uses new`
    pub(super) fn words(&self) -> String {
        format!("{} uploaded, the client uses {}", self.uploaded(), self.client.word())
    }
}

/// The phases of these steps, the one before them first; an error names a step that comes twice.
pub(super) fn phases(order: &[Step]) -> Result<Vec<Phase>, String> {
    let mut now = Phase { step: None, client: Which::Old, old: true, new: false };
    let mut phases = vec![now];
    for (at, &step) in order.iter().enumerate() {
        if order[..at].contains(&step) {
            return Err(format!("--order: {} comes twice; each step is played once", step.name()));
        }
        now.step = Some(step);
        match step {
            Step::CutOver => now.client = Which::New,
            Step::Delete => now.old = false,
            Step::Upload => now.new = true,
        }
        phases.push(now);
    }
    Ok(phases)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_renewal_as_it_should_be_has_an_overlap() {
        let phases = phases(&[Step::Upload, Step::CutOver, Step::Delete]).unwrap();
        let words: Vec<String> = phases.iter().map(Phase::words).collect();
        assert_eq!(
            words,
            [
                "old uploaded, the client uses old",
                "old and new uploaded, the client uses old",
                "old and new uploaded, the client uses new",
                "new uploaded, the client uses new",
            ]
        );
    }

    #[test]
    fn no_step_comes_twice() {
        assert!(phases(&[Step::Delete, Step::Upload, Step::Delete]).is_err());
    }
}
