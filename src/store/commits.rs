//! The count of commits, beside the records and in them: if the records count fewer, something acknowledged is gone.
//!
//! sled takes damage within what was written for its end, and silently goes on with what stands before it.

use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::folder::private;

/// The key of the count in the records.
pub(super) const COMMITS: &str = "commits";

/// Counts commits.
#[derive(Debug)]
pub(super) struct Commits {
    /// The last number given. Held while a batch is applied, so that the numbers in the records only grow.
    given: Mutex<u64>,
    beside: Mutex<Beside>,
}

#[derive(Debug)]
struct Beside {
    file: File,
    written: u64,
}

impl Commits {
    /// Counts in this file.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = private().create(true).write(true).truncate(false).open(path)?;
        Ok(Self { given: Mutex::default(), beside: Mutex::new(Beside { file, written: 0 }) })
    }

    /// Goes on counting from what the records have.
    pub(super) fn go_on(&self, recorded: u64) {
        *self.given.lock().unwrap_or_else(PoisonError::into_inner) = recorded;
    }

    /// How many there were when the last one was acknowledged; 0 if nobody knows.
    pub(super) fn acknowledged(path: &Path) -> u64 {
        fs::read_to_string(path).ok().and_then(|text| text.trim().parse().ok()).unwrap_or_default()
    }

    /// Applies a batch under the next number, which it gives to `apply`.
    pub(super) fn numbered<E>(&self, apply: impl FnOnce(u64) -> Result<(), E>) -> Result<u64, E> {
        let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        *given += 1;
        apply(*given).map(|()| *given)
    }

    /// Notes that a commit outlives the process. Should that fail, less is noticed later.
    pub(super) fn acknowledge(&self, number: u64) {
        let mut beside = self.beside.lock().unwrap_or_else(PoisonError::into_inner);
        if number > beside.written {
            let Beside { file, written } = &mut *beside;
            if file.seek(SeekFrom::Start(0)).and_then(|_| write_once(file, number)).is_ok() {
                *written = number;
            }
        }
    }

    /// Begins to count anew.
    pub(super) fn restart(&self) -> io::Result<()> {
        *self.given.lock().unwrap_or_else(PoisonError::into_inner) = 0;
        let mut beside = self.beside.lock().unwrap_or_else(PoisonError::into_inner);
        beside.written = 0;
        beside.file.set_len(0)
    }
}

/// Always of one length, with one call to the system: no mixture of two numbers is ever read.
fn write_once(file: &mut File, number: u64) -> io::Result<()> {
    file.write_all(format!("{number:020}\n").as_bytes())
}
