//! The scenario that a command takes: a file, or the built-in quickstart.

use std::path::PathBuf;

use super::{Outcome, say};
use crate::scenario::{Outside, Scenario};

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
}
