//! The data folder: ours or not, locked by one process, private. What lies in its records is said elsewhere.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::disk::Unkept;
use crate::clock::Stopwatch;

/// The format of the folder and of its records.
const FORMAT: u32 = 1;

/// Its being there says that the folder is ours.
const MARKER: &str = "mockorg-data.json";
const NEW_MARKER: &str = "mockorg-data.json.new";
const LOCK: &str = "mockorg.lock";
const COMMITS: &str = "mockorg.commits";
const RECORDS: &str = "records";
const JOURNAL: &str = "journal.jsonl";

/// How long an org of this process that was dropped may take to let go of its folder.
const DROPPED_PATIENCE: Duration = Duration::from_secs(2);

/// Why a data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// The scenario is not the one that the org was founded from.
    #[error(
        "{folder}: the scenario has changed since the org in it was founded on {founded}: {tables}{versions}; what is \
         stored wins over a file, so start with the former scenario, name another --data-dir, or found the org anew \
         with --reset, which forgets what is stored"
    )]
    Changed {
        /// The folder.
        folder: String,
        /// When, on the wall's clock.
        founded: Timestamp,
        /// What says something else now: `[org], [[user]]`.
        tables: String,
        /// Whether another version of mockorg founded it.
        versions: String,
    },
    /// Its records cannot be read.
    #[error(
        "{folder}: the records in it are damaged ({what}); put back a copy of the folder, or empty it with --reset"
    )]
    Damaged {
        /// The folder.
        folder: String,
        /// What is wrong.
        what: String,
    },
    /// It is somebody else's.
    #[error(
        "{folder}: not a data folder of mockorg, since it holds {found:?} but no {MARKER}; name an empty folder or one \
         that does not exist yet"
    )]
    Foreign {
        /// The folder.
        folder: String,
        /// A file in it.
        found: String,
    },
    /// It is ours, but of another format.
    #[error(
        "{folder}: a data folder of format {found}, where this mockorg reads format {FORMAT}; use the mockorg that wrote \
         it, name another folder, or empty it with --reset"
    )]
    Format {
        /// The folder.
        folder: String,
        /// Its format.
        found: String,
    },
    /// Another process has it.
    #[error("{folder}: another mockorg{process} has it; stop that one, or name another --data-dir")]
    InUse {
        /// The folder.
        folder: String,
        /// ` (process 7)`, if known.
        process: String,
    },
    /// A seed was given that is not the org's.
    #[error(
        "{folder}: the org in it was founded with seed {stored}; leave out --seed {given}, or found it anew with --reset"
    )]
    Seed {
        /// The folder.
        folder: String,
        /// The org's.
        stored: u64,
        /// The one given.
        given: u64,
    },
    /// It cannot be written.
    #[error("{folder}: cannot be used as data folder: {cause}")]
    Unwritable {
        /// The folder.
        folder: String,
        /// Why.
        cause: io::Error,
    },
}

/// What becomes of what a folder holds already.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Former {
    /// It is taken up.
    #[default]
    Keep,
    /// It is removed, as far as it is ours.
    Reset,
}

/// A data folder that is ours, as long as this lives.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    _lock: File,
}

#[derive(Deserialize, Serialize)]
struct Marker {
    what: String,
    format: u32,
}

impl Folder {
    /// Takes a folder, which is made if missing. One that is not ours is left alone.
    pub fn open(path: &Path, former: Former) -> Result<Self, DataError> {
        let failed = |cause| unwritable(path, cause);
        if path.exists() && !path.is_dir() {
            return Err(failed(io::Error::other("there already, and not a folder")));
        }
        make(path).map_err(failed)?;
        refuse_foreign(path)?;
        let folder = Self { path: path.to_owned(), _lock: lock(path)? };
        match former {
            Former::Keep if folder.marker()?.is_some() => {}
            Former::Keep => folder.write_marker().map_err(failed)?,
            Former::Reset => folder.empty().and_then(|()| folder.write_marker()).map_err(failed)?,
        }
        make(&folder.records()).map_err(failed)?;
        Ok(folder)
    }

    /// Where the journal is appended to.
    pub fn journal(&self) -> PathBuf {
        self.path.join(JOURNAL)
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the records lie.
    pub(super) fn records(&self) -> PathBuf {
        self.path.join(RECORDS)
    }

    /// Where the count of commits lies.
    pub(super) fn commits(&self) -> PathBuf {
        self.path.join(COMMITS)
    }

    /// Takes from others the files that the records consist of so far; those to come lie in the same private folder.
    pub(super) fn keep_private(&self) {
        #[cfg(unix)]
        for entry in fs::read_dir(self.records()).into_iter().flatten().flatten() {
            let mode = if entry.file_type().is_ok_and(|kind| kind.is_dir()) { 0o700 } else { 0o600 };
            let _ = fs::set_permissions(entry.path(), std::os::unix::fs::PermissionsExt::from_mode(mode));
        }
    }

    /// Says that its records cannot be used.
    pub fn damaged(&self, what: &str) -> DataError {
        DataError::Damaged { folder: name(&self.path), what: what.to_owned() }
    }

    pub(super) fn unwritable(&self, cause: io::Error) -> DataError {
        unwritable(&self.path, cause)
    }

    pub(super) fn full(&self, unkept: &Unkept) -> DataError {
        self.unwritable(io::Error::other(unkept.cause().to_owned()))
    }

    fn marker(&self) -> Result<Option<Marker>, DataError> {
        let other = |found| DataError::Format { folder: name(&self.path), found };
        match fs::read(self.path.join(MARKER)) {
            Ok(bytes) => match serde_json::from_slice::<Marker>(&bytes) {
                Ok(marker) if marker.format == FORMAT => Ok(Some(marker)),
                Ok(marker) => Err(other(marker.format.to_string())),
                Err(_) => Err(other("unknown".into())),
            },
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(self.unwritable(cause)),
        }
    }

    /// The marker goes last: a reset that is cut short leaves a folder that is still ours.
    fn empty(&self) -> io::Result<()> {
        let gone = |removed: io::Result<()>| match removed {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        };
        gone(fs::remove_dir_all(self.records()))?;
        gone(fs::remove_file(self.commits()))?;
        gone(fs::remove_file(self.journal()))?;
        gone(fs::remove_file(self.path.join(MARKER)))
    }

    fn write_marker(&self) -> io::Result<()> {
        let what = "the state of an org of mockorg (serve --data-dir); private keys and passwords are in it".to_owned();
        let text = serde_json::to_string(&Marker { what, format: FORMAT })?;
        let new = self.path.join(NEW_MARKER);
        let mut file = private().create(true).truncate(true).write(true).open(&new)?;
        file.write_all(text.as_bytes())?;
        fs::rename(new, self.path.join(MARKER))
    }
}

fn unwritable(path: &Path, cause: io::Error) -> DataError {
    DataError::Unwritable { folder: name(path), cause }
}

fn name(path: &Path) -> String {
    path.display().to_string()
}

fn make(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Files of ours are for their owner only.
pub(super) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn refuse_foreign(path: &Path) -> Result<(), DataError> {
    if path.join(MARKER).exists() {
        return Ok(());
    }
    // what a volume is born with, and what an earlier start left when it was cut short before it wrote its marker
    let born_with = ["lost+found", LOCK, NEW_MARKER];
    for entry in fs::read_dir(path).map_err(|cause| unwritable(path, cause))? {
        let found = entry.map_err(|cause| unwritable(path, cause))?.file_name();
        if !born_with.iter().any(|name| found == **name) {
            return Err(DataError::Foreign { folder: name(path), found: found.to_string_lossy().into_owned() });
        }
    }
    Ok(())
}

fn lock(path: &Path) -> Result<File, DataError> {
    let failed = |cause| unwritable(path, cause);
    let opened = private().create(true).read(true).write(true).truncate(false).open(path.join(LOCK));
    let mut file = opened.map_err(failed)?;
    let watch = Stopwatch::start();
    loop {
        match file.try_lock() {
            Ok(()) => break,
            Err(TryLockError::WouldBlock) => {
                let holder = fs::read_to_string(path.join(LOCK)).ok().and_then(|text| text.trim().parse::<u32>().ok());
                // an org of this process that has just been dropped needs a moment to let go
                if holder != Some(std::process::id()) || watch.elapsed() > DROPPED_PATIENCE {
                    let process = holder.map_or_else(String::new, |number| format!(" (process {number})"));
                    return Err(DataError::InUse { folder: name(path), process });
                }
                std::thread::sleep(Duration::from_millis(1));
            }
            Err(TryLockError::Error(cause)) => return Err(failed(cause)),
        }
    }
    file.set_len(0).and_then(|()| write!(file, "{}", std::process::id())).map_err(failed)?;
    Ok(file)
}
