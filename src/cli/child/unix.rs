//! Signals, as Unix has them.

use std::io;
use std::time::Duration;

use rustix::process::{Pid, kill_process, kill_process_group, test_kill_process_group};
use tokio::process::Child;
use tokio::signal::unix::{Signal as Stream, SignalKind, signal};
use tokio::time::sleep;

use super::Reload;

/// A signal that came to us, or is to be sent.
pub(in crate::cli) struct Signal(rustix::process::Signal);

/// Those that ask a program to end.
pub(in crate::cli) struct Signals {
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

    /// Whether one has come that nobody was told of.
    pub fn waiting(&mut self) -> bool {
        use futures_util::FutureExt;
        self.next().now_or_never().is_some()
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

/// How long those that a command left behind may take over their end.
const SWEEPING: Duration = Duration::from_secs(1);

/// How often it is looked whether they are gone.
const LOOK: Duration = Duration::from_millis(10);

/// Ends what a command that has ended left behind in its group. While one of them lives, no other group gets its number.
pub(super) async fn sweep(leader: u32) {
    let Some(group) = leader.try_into().ok().and_then(Pid::from_raw) else { return };
    if kill_process_group(group, rustix::process::Signal::TERM).is_err() {
        return;
    }
    for _ in 0..SWEEPING.as_millis() / LOOK.as_millis() {
        if test_kill_process_group(group).is_err() {
            return;
        }
        sleep(LOOK).await;
    }
    // they may be gone this moment
    let _ = kill_process_group(group, rustix::process::Signal::KILL);
}

impl Signal {
    pub fn terminate() -> Self {
        Self(rustix::process::Signal::TERM)
    }

    pub fn reload(signal: Reload) -> Self {
        Self(match signal {
            Reload::Hup => rustix::process::Signal::HUP,
            Reload::Usr1 => rustix::process::Signal::USR1,
            Reload::Usr2 => rustix::process::Signal::USR2,
        })
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
pub(in crate::cli) fn hand_on(signal: rustix::process::Signal, child: &Child, is_apart: bool) {
    let Some(pid) = child.id().and_then(|id| Pid::from_raw(id.try_into().ok()?)) else { return };
    // it may have ended by itself this moment
    let _ = if is_apart { kill_process_group(pid, signal) } else { kill_process(pid, signal) };
}
