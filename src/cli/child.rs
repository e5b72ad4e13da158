//! A command that runs beside an org: its environment, its streams, the signals handed on to it, its end.
//!
//! Its standard input and output are ours, untouched. On a terminal it stays in our group, so that it can read and
//! Ctrl-C reaches it; elsewhere it leads a group of its own, and signals and time-outs reach its children too.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::{self, IsTerminal};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use clap::ValueEnum;
use tokio::process::{Child, Command};
use tokio::sync::Notify;
use tokio::time::{Sleep, sleep};

use super::guard::Guard;
use crate::doctor::Ended;

#[cfg(not(unix))]
mod elsewhere;
#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
use elsewhere::Signal;
#[cfg(not(unix))]
pub(super) use elsewhere::Signals;
#[cfg(unix)]
use unix::Signal;
#[cfg(unix)]
pub(super) use unix::Signals;

/// What is to be run, and how.
#[derive(Debug)]
pub(super) struct Task<'a> {
    /// Program and arguments; never empty.
    pub command: &'a [OsString],
    /// Added to our own environment.
    pub env: &'a BTreeMap<String, String>,
    /// Where its standard output goes.
    pub output: Output,
    /// It is ended if it takes longer.
    pub limit: Option<Duration>,
    /// What it is told on its way.
    pub told: Told<'a>,
}

/// What a command is told while it runs.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Told<'a> {
    /// Asks for its end.
    pub stop: Option<&'a Notify>,
    /// Sends it this signal.
    pub reload: Option<(&'a Notify, Reload)>,
}

/// A signal that daemons read their files again by.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(super) enum Reload {
    /// What nginx, haproxy and most daemons take
    #[value(name = "HUP", alias = "SIGHUP")]
    Hup,
    #[value(name = "USR1", alias = "SIGUSR1")]
    Usr1,
    #[value(name = "USR2", alias = "SIGUSR2")]
    Usr2,
}

/// Where a command's standard output goes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Output {
    /// To our standard error, because our standard output is for a machine.
    Error,
    /// To our standard output.
    Own,
}

/// Why a command did not start.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotStarted {
    /// There is none.
    #[error("no command was given")]
    Empty,
    /// The program is not there, or cannot be run.
    #[error("{program}: {}", reason(.cause))]
    Program {
        /// As given.
        program: String,
        /// Why.
        cause: io::Error,
    },
}

/// How long a command that was asked to end may take over it.
const ENDING_PATIENCE: Duration = Duration::from_secs(5);

/// How a command ended, and whether by our leave.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ran {
    pub ended: Ended,
    /// A signal came to us meanwhile: whoever runs us wants an end.
    pub told: bool,
    /// It ended because [`Told::stop`] asked for that.
    pub stopped: bool,
}

/// Runs it to its end, and ends what it left behind in its group. `guard` knows it from its start on.
pub(super) async fn run(task: &Task<'_>, signals: &mut Signals, guard: &mut Option<Guard>) -> Result<Ran, NotStarted> {
    let (program, arguments) = task.command.split_first().ok_or(NotStarted::Empty)?;
    let cannot = |cause| NotStarted::Program { program: program.to_string_lossy().into_owned(), cause };
    let is_apart = !io::stdin().is_terminal();
    let mut command = Command::new(program);
    command.args(arguments).kill_on_drop(true);
    for (name, value) in task.env {
        command.env(name, with_inherited(name, value));
    }
    if task.output == Output::Error {
        command.stdout(our_error().map_err(cannot)?);
    }
    #[cfg(unix)]
    if is_apart {
        command.process_group(0);
    }
    let child = command.spawn().map_err(cannot)?;
    let id = child.id();
    if let (Some(guard), Some(id)) = (guard, id) {
        guard.mind(id, is_apart);
    }
    let ran = attend(child, signals, is_apart, task).await.map_err(cannot)?;
    #[cfg(unix)]
    if let (true, Some(id)) = (is_apart, id) {
        unix::sweep(id).await;
    }
    Ok(ran)
}

async fn attend(mut child: Child, signals: &mut Signals, is_apart: bool, task: &Task<'_>) -> io::Result<Ran> {
    let (mut told, mut stopped) = (false, false);
    let mut timed_out = None;
    let mut due = task.limit.map(|limit| Box::pin(sleep(limit)));
    loop {
        tokio::select! {
            status = child.wait() => {
                let ended = ended(status?);
                return Ok(Ran { ended: timed_out.map_or(ended, Ended::TimedOut), told, stopped });
            }
            signal = signals.next() => {
                // Ctrl-C on a terminal has reached it already; the second one does not wait
                if told {
                    end(&mut child, is_apart)?;
                } else if is_apart || !signal.is_of_the_terminal() {
                    signal.hand_on(&child, is_apart);
                }
                told = true;
            }
            () = asked(task.told.reload.map(|(when, _)| when)) => {
                if let Some((_, signal)) = task.told.reload {
                    // not to its group: what a script has started to make one call with would be ended
                    Signal::reload(signal).hand_on(&child, false);
                }
            }
            () = asked(task.told.stop), if !stopped => {
                Signal::terminate().hand_on(&child, is_apart);
                stopped = true;
                due = Some(Box::pin(sleep(ENDING_PATIENCE)));
            }
            () = passed(&mut due) => {
                if stopped || timed_out.is_some() {
                    end(&mut child, is_apart)?;
                    due = None;
                } else {
                    Signal::terminate().hand_on(&child, is_apart);
                    timed_out = task.limit;
                    due = Some(Box::pin(sleep(ENDING_PATIENCE)));
                }
            }
        }
    }
}

async fn asked(when: Option<&Notify>) {
    match when {
        Some(when) => when.notified().await,
        None => std::future::pending().await,
    }
}

async fn passed(due: &mut Option<std::pin::Pin<Box<Sleep>>>) {
    match due {
        Some(sleep) => sleep.await,
        None => std::future::pending().await,
    }
}

/// The JVM takes the last of two options, so what the caller says stays and ours follows.
fn with_inherited(name: &str, value: &str) -> OsString {
    match std::env::var_os(name) {
        Some(inherited) if name == JAVA && !inherited.is_empty() => {
            [inherited.as_os_str(), OsStr::new(" "), OsStr::new(value)].into_iter().collect()
        }
        _ => value.into(),
    }
}

const JAVA: &str = "JAVA_TOOL_OPTIONS";

fn our_error() -> io::Result<Stdio> {
    #[cfg(unix)]
    {
        use std::os::fd::AsFd;
        Ok(io::stderr().as_fd().try_clone_to_owned()?.into())
    }
    #[cfg(windows)]
    {
        use std::os::windows::io::AsHandle;
        Ok(io::stderr().as_handle().try_clone_to_owned()?.into())
    }
}

fn reason(cause: &io::Error) -> String {
    match cause.kind() {
        io::ErrorKind::NotFound => "no such command".into(),
        io::ErrorKind::PermissionDenied => "it may not be run".into(),
        _ => cause.to_string(),
    }
}

fn ended(status: ExitStatus) -> Ended {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return Ended::Signal(signal);
    }
    Ended::ExitCode(status.code().unwrap_or(-1))
}

/// At once.
fn end(child: &mut Child, is_apart: bool) -> io::Result<()> {
    #[cfg(unix)]
    if is_apart {
        unix::hand_on(rustix::process::Signal::KILL, child, is_apart);
    }
    let _ = is_apart;
    child.start_kill()
}
