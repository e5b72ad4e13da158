//! `--record FILE`: what clients did at an org, as a scenario file that `mockorg replay` plays.

use std::path::PathBuf;

use super::say;
use super::scenario_file::ScenarioFile;
use super::verdict::writable;
use crate::api::Tap;
use crate::journal::Journal;
use crate::replay::record::Recorder;
use crate::scenario::Scenario;
use crate::scenario::file::File;
use crate::scenario::load::QUICKSTART;

/// Where to.
#[derive(clap::Args, Debug)]
pub(super) struct RecordArgs {
    /// File to write what clients did to, as a scenario with exchanges; mockorg replay plays it
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
}

/// A recording that goes on.
pub(super) struct Taping {
    path: PathBuf,
    recorder: Recorder,
    file: File,
    scenario: Scenario,
}

impl RecordArgs {
    /// Whether it is asked for.
    pub(super) fn is_wanted(&self) -> bool {
        self.record.is_some()
    }

    /// Begins, if it is asked for; the scenario's file is read again as it stands now.
    pub(super) fn begin(&self, named: &ScenarioFile, scenario: &Scenario) -> Result<Option<Taping>, String> {
        let Some(path) = &self.record else { return Ok(None) };
        writable(path)?;
        let (text, name) = match &named.scenario {
            Some(path) => (std::fs::read_to_string(path), path.display().to_string()),
            None => (Ok(QUICKSTART.to_owned()), "quickstart.toml".to_owned()),
        };
        let text = text.map_err(|error| format!("{name}: {error}"))?;
        let file = File::from_toml(&text, &name).map_err(|mistakes| mistakes.render(false))?;
        let (path, scenario) = (path.clone(), scenario.clone());
        Ok(Some(Taping { path, recorder: Recorder::new(), file, scenario }))
    }
}

impl Taping {
    /// What the simulator is handed.
    pub(super) fn tap(&self) -> Tap {
        self.recorder.tap()
    }

    /// Writes the file, and says what is not in it. Ids in what was asked for are those of the org's seed.
    pub(super) fn finish(self, journal: &Journal, seed: u64) -> Result<(), String> {
        let recording = self.recorder.recording(&self.file, &self.scenario, journal)?;
        let path = self.path.display();
        let toml =
            format!("# Recorded by mockorg; replay it with --seed {seed}, of which ids come.\n{}", recording.toml);
        std::fs::write(&self.path, toml).map_err(|error| format!("{path}: {error}"))?;
        let many = recording.exchanges;
        say(format_args!(
            "mockorg: {many} exchanges recorded in {path}; mockorg replay {path} --seed {seed} plays them"
        ));
        for left_out in &recording.left_out {
            say(format_args!("mockorg: not recorded: {left_out}"));
        }
        Ok(())
    }
}
