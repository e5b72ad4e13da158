//! Files that only their owner may read, written so that nobody ever sees half of one.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{Error, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::KitError;

/// A folder for secrets. One that exists keeps its mode and its other files.
pub(super) struct Folder(PathBuf);

impl Folder {
    /// Makes the folder if it is missing, 0700.
    pub(super) fn open(dir: &Path) -> Result<Self, KitError> {
        make(dir)?;
        // not canonicalized: on Windows that gives a form that few programs take
        std::path::absolute(dir).map(Self).map_err(at(dir))
    }

    /// The absolute path.
    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file (0600), in place of one that may be there, and makes the folder that it lies in.
    pub(super) fn write(&self, name: &str, content: &[u8]) -> Result<(), KitError> {
        let path = self.0.join(name);
        if let Some(parent) = path.parent() {
            make(parent)?;
        }
        // Removed rather than truncated: an old file may have a wider mode, or be a link that leads elsewhere.
        remove(&path)?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&path).and_then(|mut file| file.write_all(content)).map_err(at(&path))
    }

    /// The same, but the file appears whole.
    pub(super) fn write_in_one(&self, name: &str, content: &[u8]) -> Result<(), KitError> {
        let unfinished = match name.rsplit_once('/') {
            Some((folder, file)) => format!("{folder}/.{file}.new"),
            None => format!(".{name}.new"),
        };
        self.write(&unfinished, content)?;
        let path = self.0.join(name);
        fs::rename(self.0.join(unfinished), &path).map_err(at(&path))
    }

    /// The files in it and in its folders, by their paths from here, in order.
    pub(super) fn files(&self) -> Result<Vec<PathBuf>, KitError> {
        let (mut found, mut folders) = (Vec::new(), vec![PathBuf::new()]);
        while let Some(folder) = folders.pop() {
            let path = self.0.join(&folder);
            for entry in fs::read_dir(&path).map_err(at(&path))? {
                let entry = entry.map_err(at(&path))?;
                let name = folder.join(entry.file_name());
                let is_folder = entry.file_type().map_err(at(&path))?.is_dir();
                if is_folder { folders.push(name) } else { found.push(name) }
            }
        }
        found.sort();
        Ok(found)
    }

    /// Removes a file if it is there.
    pub(super) fn remove(&self, name: &str) -> Result<(), KitError> {
        remove(&self.0.join(name))
    }
}

/// `name` if it stays in its folder as a file's name.
pub(super) fn file_name(name: &str) -> Result<&str, KitError> {
    let wrong = name.is_empty() || name.starts_with('.') || name.chars().any(|c| matches!(c, '/' | '\\' | ':' | '\0'));
    if wrong { Err(KitError::Name(name.to_owned())) } else { Ok(name) }
}

fn make(dir: &Path) -> Result<(), KitError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir).map_err(|cause| match cause.kind() {
        ErrorKind::AlreadyExists => at(dir)(Error::new(ErrorKind::NotADirectory, "there already, and not a folder")),
        _ => at(dir)(cause),
    })
}

fn remove(path: &Path) -> Result<(), KitError> {
    match fs::remove_file(path) {
        Err(cause) if cause.kind() != ErrorKind::NotFound => Err(at(path)(cause)),
        _ => Ok(()),
    }
}

pub(super) fn at(path: &Path) -> impl FnOnce(std::io::Error) -> KitError {
    let path = path.to_owned();
    move |cause| KitError::File { path, cause }
}
