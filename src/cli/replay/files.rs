//! Which files are meant: those named, and in folders every one that ends in `.toml`, in order.

use std::fs;
use std::path::{Path, PathBuf};

/// So many folders inside one another are searched.
const MOST_LEVELS: usize = 16;

/// The files that were named or lie below a folder that was.
pub(super) fn below(named: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    for path in named {
        match path.is_dir() {
            false => found.push(path.clone()),
            true => {
                let before = found.len();
                search(path, MOST_LEVELS, &mut found)?;
                if found.len() == before {
                    return Err(format!("{}: no file in it ends in .toml", path.display()));
                }
            }
        }
    }
    Ok(found)
}

fn search(folder: &Path, levels: usize, found: &mut Vec<PathBuf>) -> Result<(), String> {
    let unreadable = |error: std::io::Error| format!("{}: {error}", folder.display());
    let entries: Result<Vec<_>, _> = fs::read_dir(folder).map_err(unreadable)?.collect();
    let mut entries = entries.map_err(unreadable)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (path, kind) = (entry.path(), entry.file_type().map_err(unreadable)?);
        if kind.is_dir() && levels > 0 {
            search(&path, levels - 1, found)?;
        } else if kind.is_file() && path.extension().is_some_and(|extension| extension == "toml") {
            found.push(path);
        }
    }
    Ok(())
}
