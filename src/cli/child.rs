//! A command that runs beside an org: its environment, its streams, the signals handed on to it, its end.
//!
//! Its standard input and output are ours, untouched. On a terminal it stays in our group, so that it can read and
//! Ctrl-C reaches it; elsewhere it leads a group of its own, and signals and time-outs reach its children too.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::{self, IsTerminal};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::process::{Child, Command};
use tokio::time::{Sleep, sleep};

use crate::doctor::Ended;

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

/// Runs it to its end.
pub(super) async fn run(task: &Task<'_>) -> Result<Ended, NotStarted> {
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
    // before it starts: a signal must not end us alone
    let mut signals = Signals::hear().map_err(cannot)?;
    let child = command.spawn().map_err(cannot)?;
    attend(child, &mut signals, is_apart, task.limit).await.map_err(cannot)
}

async fn attend(mut child: Child, signals: &mut Signals, is_apart: bool, limit: Option<Duration>) -> io::Result<Ended> {
    let mut told = false;
    let mut timed_out = None;
    let mut due = limit.map(|limit| Box::pin(sleep(limit)));
    loop {
        tokio::select! {
            status = child.wait() => {
                let ended = ended(status?);
                return Ok(timed_out.map_or(ended, Ended::TimedOut));
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
            () = passed(&mut due) => {
                if timed_out.is_some() {
                    end(&mut child, is_apart)?;
                    due = None;
                } else {
                    Signal::terminate().hand_on(&child, is_apart);
                    timed_out = limit;
                    due = Some(Box::pin(sleep(ENDING_PATIENCE)));
                }
            }
        }
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

#[cfg(unix)]
use unix::{Signal, Signals};

#[cfg(unix)]
mod unix {
    //! Signals, as Unix has them.

    use std::io;

    use rustix::process::{Pid, kill_process, kill_process_group};
    use tokio::process::Child;
    use tokio::signal::unix::{Signal as Stream, SignalKind, signal};

    /// A signal that came to us.
    pub(super) struct Signal(rustix::process::Signal);

    /// Those that ask a program to end.
    pub(super) struct Signals {
        hangup: Stream,
        interrupt: Stream,
        quit: Stream,
        terminate: Stream,
    }

    impl Signals {
        pub fn hear() -> io::Result<Self> {
            Ok(Self {
                hangup: signal(SignalKind::hangup())?,
                interrupt: signal(SignalKind::interrupt())?,
                quit: signal(SignalKind::quit())?,
                terminate: signal(SignalKind::terminate())?,
            })
        }

        pub async fn next(&mut self) -> Signal {
            use rustix::process::Signal as S;
            tokio::select! {
                _ = self.hangup.recv() => Signal(S::HUP),
                _ = self.interrupt.recv() => Signal(S::INT),
                _ = self.quit.recv() => Signal(S::QUIT),
                _ = self.terminate.recv() => Signal(S::TERM),
            }
        }
    }

    impl Signal {
        pub fn terminate() -> Self {
            Self(rustix::process::Signal::TERM)
        }

        /// Whether a terminal sends it to everybody in front of it.
        pub fn is_of_the_terminal(&self) -> bool {
            matches!(self.0, rustix::process::Signal::INT | rustix::process::Signal::QUIT)
        }

        pub fn hand_on(&self, child: &Child, is_apart: bool) {
            hand_on(self.0, child, is_apart);
        }
    }

    /// To a child that has not been waited for, so that its number is still its own.
    pub(super) fn hand_on(signal: rustix::process::Signal, child: &Child, is_apart: bool) {
        let Some(pid) = child.id().and_then(|id| Pid::from_raw(id.try_into().ok()?)) else { return };
        // it may have ended by itself this moment
        let _ = if is_apart { kill_process_group(pid, signal) } else { kill_process(pid, signal) };
    }
}

#[cfg(not(unix))]
use elsewhere::{Signal, Signals};

#[cfg(not(unix))]
mod elsewhere {
    //! Ctrl-C, which reaches the command by itself.

    use std::io;

    use tokio::process::Child;

    pub(super) struct Signal;

    pub(super) struct Signals;

    impl Signals {
        pub fn hear() -> io::Result<Self> {
            Ok(Self)
        }

        pub async fn next(&mut self) -> Signal {
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
            Signal
        }
    }

    impl Signal {
        pub fn terminate() -> Self {
            Self
        }

        pub fn is_of_the_terminal(&self) -> bool {
            true
        }

        /// There is no asking a command to end: the next step is to end it.
        pub fn hand_on(&self, _child: &Child, _is_apart: bool) {}
    }
}
