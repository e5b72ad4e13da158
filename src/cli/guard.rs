//! `mockorg guard`: a process beside another `mockorg` that cleans up after it if it is killed. Not for people.
//!
//! Its standard input is a pipe from the one it minds, which the system closes however that one ends. If the end comes
//! without the word that all is cleaned up, the command that ran there is ended with its group, and its folder removed.

use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use super::{Outcome, could_not_run};

/// Clean up after another process of this program
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// The temporary folder to remove
    #[arg(long, value_name = "DIR")]
    folder: PathBuf,
}

/// How the folders begin that may be removed.
pub(super) const PREFIX: &str = "mockorg-run-";

const OVER: &str = "over";

pub(super) fn run(args: &Args) -> Outcome {
    let is_ours = args.folder.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with(PREFIX));
    if !is_ours || !args.folder.is_absolute() {
        return could_not_run(format_args!("{} is no folder of a run", args.folder.display()));
    }
    let mut minded = None;
    for line in io::stdin().lock().lines() {
        match line.as_deref() {
            Ok(OVER) => return Outcome::Fine,
            Ok(line) => minded = Minded::read(line).or(minded),
            Err(_) => break,
        }
    }
    if let Some(minded) = minded {
        minded.end();
    }
    end_those_of(&args.folder);
    remove(&args.folder);
    Outcome::Fine
}

/// Ends whoever has the folder in its environment: a command that had just started when the one who would have told of it
/// was killed, and what has left its group.
#[cfg(target_os = "linux")]
fn end_those_of(folder: &Path) {
    use rustix::process::{Pid, Signal, kill_process};
    // a command on its way from fork to exec has no environment yet, so one look without anybody is not enough
    let mut quiet = 0;
    for _ in 0..LOOKS {
        let found = processes_of(folder);
        quiet = if found.is_empty() { quiet + 1 } else { 0 };
        if quiet > 1 {
            return;
        }
        for process in found.into_iter().filter_map(Pid::from_raw) {
            let _ = kill_process(process, Signal::KILL);
        }
        std::thread::sleep(BETWEEN_LOOKS);
    }
}

#[cfg(not(target_os = "linux"))]
fn end_those_of(_: &Path) {}

#[cfg(target_os = "linux")]
const LOOKS: usize = 50;

#[cfg(target_os = "linux")]
const BETWEEN_LOOKS: std::time::Duration = std::time::Duration::from_millis(20);

#[cfg(target_os = "linux")]
fn processes_of(folder: &Path) -> Vec<i32> {
    use std::os::unix::ffi::OsStrExt;
    let (folder, own) = (folder.as_os_str().as_bytes(), std::process::id());
    let of_folder = |process: std::fs::DirEntry| {
        let id = process.file_name().to_str()?.parse::<u32>().ok().filter(|id| *id != own)?;
        let environment = std::fs::read(process.path().join("environ")).ok()?;
        environment.windows(folder.len()).any(|part| part == folder).then(|| i32::try_from(id).ok())?
    };
    std::fs::read_dir("/proc").into_iter().flatten().flatten().filter_map(of_folder).collect()
}

/// Those that were just ended may be writing there still.
fn remove(folder: &Path) {
    for _ in 0..REMOVALS {
        if std::fs::remove_dir_all(folder).is_ok() || !folder.exists() {
            return;
        }
    }
}

const REMOVALS: usize = 100;

/// Whom to end.
#[derive(Clone, Copy, Debug)]
enum Minded {
    Group(i32),
    Process(i32),
}

impl Minded {
    fn read(line: &str) -> Option<Self> {
        let (what, number) = line.split_once(' ')?;
        let number = number.parse().ok().filter(|number| *number > 1)?;
        match what {
            "group" => Some(Self::Group(number)),
            "process" => Some(Self::Process(number)),
            _ => None,
        }
    }

    #[cfg(unix)]
    fn end(self) {
        use rustix::process::{Pid, Signal, kill_process, kill_process_group};
        // it may have ended by itself
        let _ = match self {
            Self::Group(leader) => Pid::from_raw(leader).map(|leader| kill_process_group(leader, Signal::KILL)),
            Self::Process(process) => Pid::from_raw(process).map(|process| kill_process(process, Signal::KILL)),
        };
    }

    /// No guard is started where there are no groups.
    #[cfg(not(unix))]
    fn end(self) {}
}

/// The guard of this process. If it is dropped without [`release`](Self::release), it cleans up.
#[derive(Debug)]
pub(super) struct Guard {
    pipe: ChildStdin,
    process: Child,
}

impl Guard {
    /// Starts one for this folder; none where there are no process groups.
    pub fn start(folder: &Path) -> io::Result<Option<Self>> {
        if !cfg!(unix) {
            return Ok(None);
        }
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("guard").arg("--folder").arg(folder);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        // Ctrl-C is for the others
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut process = command.spawn()?;
        let pipe = process.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(Some(Self { pipe, process }))
    }

    /// Tells it of a command: the leader of a group, or a process among ours.
    pub fn mind(&mut self, id: u32, leads_a_group: bool) {
        let what = if leads_a_group { "group" } else { "process" };
        // a guard that has gone minds nobody
        let _ = writeln!(self.pipe, "{what} {id}");
    }

    /// All is cleaned up.
    pub fn release(mut self) {
        let _ = writeln!(self.pipe, "{OVER}");
        drop(self.pipe);
        let _ = self.process.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_process_that_can_be_a_command_is_minded() {
        for (line, read) in
            [("group 12", true), ("process 12", true), ("group 1", false), ("group -5", false), ("", false)]
        {
            assert_eq!(Minded::read(line).is_some(), read, "{line}");
        }
    }
}
