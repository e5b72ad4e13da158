//! Ctrl-C, which reaches the command by itself.

use std::io;

use tokio::process::Child;

pub(in crate::cli) struct Signal;

pub(in crate::cli) struct Signals;

impl Signals {
    pub fn hear() -> io::Result<Self> {
        Ok(Self)
    }

    /// Ctrl-C between two commands ends us by itself.
    pub fn waiting(&mut self) -> bool {
        false
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

    /// Whoever asks for one is refused before anything is started.
    pub fn reload(_: super::Reload) -> Self {
        Self
    }

    pub fn is_of_the_terminal(&self) -> bool {
        true
    }

    /// There is no asking a command to end: the next step is to end it.
    pub fn hand_on(&self, _child: &Child, _is_apart: bool) {}
}
