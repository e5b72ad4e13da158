//! The login history: the last rows, numbered in the order in which they came.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock};

use super::disk::{Changes, Disk, Unkept};
use super::folder::DataError;
use crate::org::LoginRow;

/// So many rows of login history are kept.
pub const LOGINS_KEPT: usize = 10_000;

const LOGIN: &str = "login/";

#[derive(Debug, Default)]
pub(super) struct Logins(RwLock<History>);

#[derive(Debug, Default)]
struct History {
    rows: VecDeque<Numbered>,
    next: u64,
}

/// A row and its place in the history.
#[derive(Clone, Debug)]
pub(super) struct Numbered {
    number: u64,
    row: Arc<LoginRow>,
}

impl Numbered {
    pub(super) fn keep(&self, changes: &mut Changes) {
        changes.put(key(self.number), &*self.row);
    }
}

impl Logins {
    pub(super) fn read(disk: &Disk) -> Result<Self, DataError> {
        let mut history = History::default();
        for (rest, row) in disk.list::<LoginRow>(LOGIN)? {
            let number = rest.parse().map_err(|_| disk.folder().damaged(&format!("a key {LOGIN}{rest}")))?;
            history.rows.push_back(Numbered { number, row: Arc::new(row) });
            history.next = number + 1;
        }
        let spare = history.rows.len().saturating_sub(LOGINS_KEPT);
        history.rows.drain(..spare).for_each(|old| forget(disk, &old));
        Ok(Self(RwLock::new(history)))
    }

    /// Gives a row its number; it is in the history once it is pushed.
    pub(super) fn numbered(&self, row: LoginRow) -> Numbered {
        let mut history = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let number = history.next;
        history.next += 1;
        Numbered { number, row: Arc::new(row) }
    }

    pub(super) fn push(&self, row: Numbered, disk: Option<&Disk>) {
        let oldest = {
            let mut history = self.0.write().unwrap_or_else(PoisonError::into_inner);
            history.rows.push_back(row);
            if history.rows.len() > LOGINS_KEPT { history.rows.pop_front() } else { None }
        };
        if let (Some(disk), Some(oldest)) = (disk, oldest) {
            forget(disk, &oldest);
        }
    }

    /// Empties the history; numbers go on.
    pub(super) fn forget_all(&self, disk: Option<&Disk>) -> Result<(), Unkept> {
        let mut history = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(disk) = disk {
            let mut changes = Changes::default();
            history.rows.iter().for_each(|row| changes.remove(key(row.number)));
            disk.commit_many(changes)?;
        }
        history.rows.clear();
        Ok(())
    }

    pub(super) fn rows(&self) -> Vec<Arc<LoginRow>> {
        let history = self.0.read().unwrap_or_else(PoisonError::into_inner);
        history.rows.iter().map(|numbered| numbered.row.clone()).collect()
    }
}

/// Should that be lost, there is one row too many until the next start.
fn forget(disk: &Disk, old: &Numbered) {
    let mut changes = Changes::default();
    changes.remove(key(old.number));
    disk.note(changes);
}

fn key(number: u64) -> String {
    format!("{LOGIN}{number:020}")
}
