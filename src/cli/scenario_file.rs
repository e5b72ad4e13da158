//! The scenario that a command takes: a file, or the built-in quickstart.

use std::path::{Path, PathBuf};

use super::{Outcome, could_not_run, say};
use crate::controls::{Controls, FoundError};
use crate::journal::Journal;
use crate::org::Unfounded;
use crate::scenario::{Diagnostics, Outside, Scenario, upload_refused};
use crate::seed::Seed;
use crate::simulator::StartError;

/// A scenario on the command line.
#[derive(clap::Args, Debug)]
pub(super) struct ScenarioFile {
    /// Scenario file (default: the built-in quickstart)
    #[arg(value_name = "SCENARIO")]
    pub scenario: Option<PathBuf>,

    /// Let the scenario name files outside its own folder
    #[arg(long)]
    pub allow_outside: bool,
}

impl ScenarioFile {
    /// Reads it; what is wrong has been said.
    pub fn read(&self) -> Result<Scenario, Outcome> {
        let Some(path) = &self.scenario else { return Ok(Scenario::quickstart()) };
        let outside = if self.allow_outside { Outside::Allow } else { Outside::Refuse };
        Scenario::from_path(path, outside).map_err(|diagnostics| {
            say(diagnostics.render(true));
            Outcome::CouldNotRun
        })
    }

    /// Says why its org did not start, with the place in the file where there is one.
    pub fn did_not_start(&self, error: &StartError) -> Outcome {
        match (error, &self.scenario) {
            (StartError::Found(found), Some(path)) if let Some(mistake) = refused(path, found) => {
                say(mistake.render(true));
                Outcome::CouldNotRun
            }
            _ => could_not_run(error),
        }
    }
}

/// Reads a scenario and founds its org, for what only the org can find: an upload that it refuses.
pub(super) fn check(path: &Path, outside: Outside) -> Result<(), Diagnostics> {
    let scenario = Scenario::from_path(path, outside)?;
    let clock = scenario.org.clock.clock();
    match Controls::found(scenario, clock.clone(), Seed::new(0), Journal::new(clock)) {
        Err(error) => {
            let unplaced = || Diagnostics::somewhere(&path.display().to_string(), error.to_string());
            Err(refused(path, &error).unwrap_or_else(unplaced))
        }
        Ok(_) => Ok(()),
    }
}

/// Where in the file it stands that the org refuses, and why.
pub(super) fn refused(path: &Path, error: &FoundError) -> Option<Diagnostics> {
    let FoundError::Org(Unfounded::Upload { label, refusal }) = error else { return None };
    Some(upload_refused(path, label, &format!("{refusal}; {}", refusal.cure())))
}
