//! What outlives the process: records by key, as JSON, in batches that are whole or not at all. The one place that
//! names sled.
//!
//! A batch is flushed before anybody hears of it; threads that flush at once share the flush (sled sees to that). Only
//! what may be lost is [`note`](Disk::note)d instead. Whose records they are, and under which keys, is said elsewhere.

use std::fmt::{self, Debug, Formatter};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::runtime::{Handle, RuntimeFlavor};

use super::commits::{COMMITS, Commits};
use super::folder::{DataError, Folder};
use crate::clock::Stopwatch;

/// How long the files of an earlier process may take to be read: damaged ones have been seen to keep sled busy for ever.
const OPEN_PATIENCE: Duration = Duration::from_secs(60);

/// How long an org that has stopped may take to let go of its files.
const CLOSE_PATIENCE: Duration = Duration::from_secs(10);

/// sled's cache; the state itself is held in memory besides.
const CACHE_BYTES: u64 = 8 * 1024 * 1024;

/// So many records go into one batch where they need not be one: sled's memory grows with its batches.
const BATCH: usize = 200;

/// The disk refused, and nothing was changed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the data folder cannot be written ({0}), so everything stays as it was; mend that and start mockorg again")]
pub struct Unkept(String);

impl Unkept {
    /// What the disk said.
    pub fn cause(&self) -> &str {
        &self.0
    }
}

/// Records to write and to remove, together.
#[derive(Debug, Default)]
pub struct Changes {
    records: Vec<(String, Option<Vec<u8>>)>,
    unwritable: Option<serde_json::Error>,
}

impl Changes {
    /// Writes a record.
    pub fn put(&mut self, key: impl Into<String>, record: &impl Serialize) {
        match serde_json::to_vec(record) {
            Ok(value) => self.records.push((key.into(), Some(value))),
            Err(error) => self.unwritable = Some(error),
        }
    }

    /// Removes one.
    pub fn remove(&mut self, key: impl Into<String>) {
        self.records.push((key.into(), None));
    }

    /// The keys that are written or removed.
    #[cfg(test)]
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.records.iter().map(|(key, _)| key.as_str())
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty() && self.unwritable.is_none()
    }
}

/// The records of one org.
pub struct Disk {
    /// Always there until this is dropped; closed before the folder's lock goes.
    db: Option<sled::Db>,
    commits: Commits,
    folder: Folder,
}

impl Disk {
    /// Opens the records in a folder.
    pub fn open(folder: Folder) -> Result<Self, DataError> {
        let (sender, receiver) = mpsc::channel();
        let config = sled::Config::new().path(folder.records()).cache_capacity(CACHE_BYTES);
        // in a thread of its own, so that what goes wrong in there ends that thread and no other
        let opening = std::thread::Builder::new().name("open-records".into());
        let started = opening.spawn(move || drop(sender.send(opened(&config))));
        started.map_err(|cause| folder.unwritable(cause))?;
        let db = match receiver.recv_timeout(OPEN_PATIENCE) {
            Ok(Ok(db)) => db,
            Ok(Err(sled::Error::Io(cause))) => return Err(folder.unwritable(plain(cause))),
            Ok(Err(error)) => return Err(folder.damaged(&error.to_string())),
            Err(RecvTimeoutError::Disconnected) => return Err(folder.damaged("they cannot be read at all")),
            Err(RecvTimeoutError::Timeout) => return Err(folder.damaged("reading them does not come to an end")),
        };
        folder.keep_private();
        let commits = Commits::open(&folder.commits()).map_err(|cause| folder.unwritable(cause))?;
        let disk = Self { db: Some(db), commits, folder };
        let (recorded, acknowledged) =
            (disk.read(COMMITS)?.unwrap_or_default(), Commits::acknowledged(&disk.folder.commits()));
        if recorded < acknowledged {
            let what = format!("of {acknowledged} commits that were acknowledged only {recorded} are left");
            return Err(disk.folder.damaged(&what));
        }
        disk.commits.go_on(recorded);
        Ok(disk)
    }

    /// The folder that they lie in.
    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    /// Writes changes, all or none, and returns once they outlive the process.
    pub fn commit(&self, changes: Changes) -> Result<(), Unkept> {
        if changes.is_empty() {
            return Ok(());
        }
        let mut batch = batch(changes)?;
        let number = patiently(|| {
            let number = self.commits.numbered(|number| {
                batch.insert(COMMITS, number.to_string().as_bytes());
                self.asked(|db| db.apply_batch(batch))
            })?;
            self.asked(|db| db.flush()).map(|_| number)
        });
        self.commits.acknowledge(number.map_err(unkept)?);
        Ok(())
    }

    /// Writes changes that need not be one, little by little, and returns once they outlive the process.
    pub fn commit_many(&self, changes: Changes) -> Result<(), Unkept> {
        let Changes { mut records, unwritable } = changes;
        let mut first = Changes { records: Vec::new(), unwritable };
        while !records.is_empty() || !first.is_empty() {
            first.records = records.split_off(records.len().saturating_sub(BATCH));
            self.commit(std::mem::take(&mut first))?;
        }
        Ok(())
    }

    /// Writes changes that may be lost: what they undo would undo itself.
    pub fn note(&self, changes: Changes) {
        let Changes { records, .. } = changes;
        for part in records.chunks(BATCH) {
            if let Ok(batch) = batch(Changes { records: part.to_vec(), unwritable: None }) {
                let _ = self.asked(|db| db.apply_batch(batch));
            }
        }
    }

    /// The record under a key.
    pub fn read<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, DataError> {
        let value = self.asked(|db| db.get(key)).map_err(|error| self.folder.damaged(&error.to_string()))?;
        value.map(|value| self.parse(key.as_bytes(), &value)).transpose()
    }

    /// The record under a key; its lack is damage.
    pub fn need<T: DeserializeOwned>(&self, key: &str) -> Result<T, DataError> {
        self.read(key)?.ok_or_else(|| self.folder.damaged(&format!("the record {key:?} is missing")))
    }

    /// The records whose keys begin so, in order of key, each with the rest of its key.
    pub fn list<T: DeserializeOwned>(&self, prefix: &str) -> Result<Vec<(String, T)>, DataError> {
        let record = |entry: sled::Result<(sled::IVec, sled::IVec)>| {
            let (key, value) = entry.map_err(|error| self.folder.damaged(&error.to_string()))?;
            let rest = String::from_utf8_lossy(&key[prefix.len()..]).into_owned();
            Ok((rest, self.parse(&key, &value)?))
        };
        let entries = self.asked(|db| Ok(db.scan_prefix(prefix).collect::<Vec<_>>()));
        entries.map_err(|error| self.folder.damaged(&error.to_string()))?.into_iter().map(record).collect()
    }

    /// Removes every record.
    pub fn clear(&self) -> Result<(), Unkept> {
        self.commits.restart().map_err(|cause| Unkept(cause.to_string()))?;
        patiently(|| self.asked(|db| db.clear().and_then(|()| db.flush()))).map(|_| ()).map_err(unkept)
    }

    /// Asks sled; should it fall over, then it alone.
    fn asked<T>(&self, question: impl FnOnce(&sled::Db) -> sled::Result<T>) -> sled::Result<T> {
        let gone = || sled::Error::Unsupported("the records are closed".into());
        let db = self.db.as_ref().ok_or_else(gone)?;
        catch_unwind(AssertUnwindSafe(|| question(db))).unwrap_or_else(|_| {
            Err(sled::Error::ReportableBug("the store fell over; what it said is on standard error".into()))
        })
    }

    fn parse<T: DeserializeOwned>(&self, key: &[u8], value: &[u8]) -> Result<T, DataError> {
        let key = String::from_utf8_lossy(key);
        // a session's key is its token, and a record may have secrets, so no message shows either
        let noun = key.split('/').next().unwrap_or_default();
        let wrong =
            |error: serde_json::Error| format!("a record {noun:?} cannot be read at its byte {}", error.column());
        serde_json::from_slice(value).map_err(|error| self.folder.damaged(&wrong(error)))
    }
}

impl Drop for Disk {
    /// sled would fall over if the disk refused its last word; everything acknowledged was flushed long before.
    fn drop(&mut self) {
        let db = self.db.take();
        let _ = catch_unwind(AssertUnwindSafe(|| drop(db)));
    }
}

impl Debug for Disk {
    /// Without the records: keys and passwords are among them.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Disk").field("folder", &self.folder).finish_non_exhaustive()
    }
}

/// The folder is ours alone, so if sled still finds it locked, then by an org of this process that has just stopped:
/// its threads need a moment to let go.
fn opened(config: &sled::Config) -> sled::Result<sled::Db> {
    let watch = Stopwatch::start();
    loop {
        match config.open() {
            Err(sled::Error::Io(cause)) if watch.elapsed() < CLOSE_PATIENCE && cause.to_string().contains("lock") => {
                std::thread::sleep(Duration::from_millis(1));
            }
            other => return other,
        }
    }
}

fn batch(changes: Changes) -> Result<sled::Batch, Unkept> {
    if let Some(error) = changes.unwritable {
        return Err(Unkept(error.to_string()));
    }
    let mut batch = sled::Batch::default();
    for (key, value) in changes.records {
        match value {
            Some(value) => batch.insert(key.as_str(), value),
            None => batch.remove(key.as_str()),
        }
    }
    Ok(batch)
}

/// Waits for the disk without keeping other connections waiting.
fn patiently<T>(work: impl FnOnce() -> T) -> T {
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}

fn unkept(error: sled::Error) -> Unkept {
    match error {
        sled::Error::Io(cause) => Unkept(plain(cause).to_string()),
        other => Unkept(other.to_string()),
    }
}

/// sled hands on the system's errors in their debug form.
fn plain(cause: io::Error) -> io::Error {
    let text = cause.to_string();
    let code = text.strip_prefix("Os { code: ").and_then(|rest| rest.split(',').next()?.parse().ok());
    code.map_or(cause, io::Error::from_raw_os_error)
}
