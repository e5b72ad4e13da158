//! A command that runs through all phases and is to notice by itself that its certificate has been replaced.
//!
//! It finds a link, which the cut-over points to the new file: no key is copied.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::pin::pin;

use tokio::sync::Notify;
use tokio::time::sleep;

use super::identity::Identity;
use super::plan::{Phase, Step, Which};
use super::rehearsal::{Finish, Played};
use super::{Args, Stage};
use crate::cli::beside::Session;
use crate::cli::child::{Signals, Told};

/// Plays phase after phase while the command runs; an error says why the command, or a step, could not be played.
pub(super) async fn play(
    args: &Args,
    session: &mut Session,
    stage: &Stage,
    phases: &[Phase],
    signals: &mut Signals,
) -> Result<Played, String> {
    let links = Links::within(session.folder().ok_or("--continuous needs a temporary folder for the links")?);
    links.point(stage.identities.get(Which::Old))?;
    let mut env = stage.identities.env();
    env.extend(links.env(stage.identities.get(Which::Old)));
    let output = args.verdict.output();
    let (stop, reload) = (Notify::new(), Notify::new());
    let told = Told { stop: Some(&stop), reload: args.reload.map(|signal| (&reload, signal)) };
    let mut played = Played { continuous: true, ..Played::default() };
    // its first calls are of the first phase
    played.steps.push(stage.begin(&phases[0])?);
    let finished = {
        let mut command = pin!(args.beside.run_with(session, &env, (output, told), signals));
        let ended = tokio::select! {
            finished = &mut command => Some(finished),
            failed = direct(args, stage, (&links, &reload), phases, &mut played) => { failed?; None }
        };
        match ended {
            Some(finished) => finished,
            None => {
                stage.end();
                stop.notify_one();
                command.await
            }
        }
    };
    let ran = finished.ran.map_err(|error| error.to_string())?;
    session.settle().await;
    played.commands.push(Finish { ended: ran.ended, stopped: ran.stopped, took: finished.took });
    Ok(played)
}

/// From phase to phase, as calls come.
async fn direct(
    args: &Args,
    stage: &Stage,
    (links, reload): (&Links, &Notify),
    phases: &[Phase],
    played: &mut Played,
) -> Result<(), String> {
    for (at, phase) in phases.iter().enumerate() {
        if at > 0 {
            played.steps.push(stage.begin(phase)?);
        }
        if phase.step == Some(Step::CutOver) {
            links.point(stage.identities.get(Which::New))?;
            reload.notify_one();
        }
        let mut over = pin!(sleep(args.patience));
        while stage.tally().phases.last().is_none_or(|calls| calls.showed(phase.client) < args.calls) {
            tokio::select! {
                () = stage.called.notified() => {}
                () = &mut over => break,
            }
        }
    }
    Ok(())
}

/// Where the command finds the files that it deploys.
struct Links {
    file: PathBuf,
    key: PathBuf,
}

impl Links {
    fn within(folder: &Path) -> Self {
        Self { file: folder.join("client"), key: folder.join("client.key") }
    }

    fn env(&self, identity: &Identity) -> BTreeMap<String, String> {
        let text = |path: &Path| path.to_string_lossy().into_owned();
        let mut env = BTreeMap::from([("MOCKORG_CLIENT_FILE".to_owned(), text(&self.file))]);
        if identity.key.is_some() {
            env.insert("MOCKORG_CLIENT_KEY".into(), text(&self.key));
        }
        env
    }

    /// The key goes first: a client that watches the file finds both.
    fn point(&self, identity: &Identity) -> Result<(), String> {
        if let Some(key) = &identity.key {
            link(key, &self.key)?;
        }
        link(&identity.file, &self.file)
    }
}

/// Replaces the link in one move, so that nobody finds it missing.
fn link(to: &Path, at: &Path) -> Result<(), String> {
    let next = at.with_extension("next");
    let linked = place(to, &next).and_then(|()| std::fs::rename(&next, at));
    linked.map_err(|error| format!("{}: {error}", at.display()))
}

#[cfg(unix)]
fn place(to: &Path, at: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(to, at)
}

/// Links are for administrators there; the copy goes with the folder.
#[cfg(not(unix))]
fn place(to: &Path, at: &Path) -> std::io::Result<()> {
    std::fs::copy(to, at).map(drop)
}
