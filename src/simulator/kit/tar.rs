//! A kit as a tar: for clients that share no folder with the org.

use std::path::Path;

use jiff::Timestamp;
use tar::{Builder, EntryType, Header};

use super::folder::at;
use super::{Folder, KitError, KitInput};

/// The kit in a tar, stamped `now`; nothing of it stays on disk.
pub fn tar(input: &KitInput<'_>, now: Timestamp) -> Result<Vec<u8>, KitError> {
    let temporary = tempfile::Builder::new().prefix("mockorg-kit-").tempdir();
    let temporary = temporary.map_err(at(&std::env::temp_dir()))?;
    let folder = Folder::open(temporary.path())?;
    super::write_into(&folder, Path::new("."), input)?;
    let mut builder = Builder::new(Vec::new());
    let seconds = u64::try_from(now.as_second()).unwrap_or_default();
    for name in folder.files()? {
        let path = folder.path().join(&name);
        let content = std::fs::read(&path).map_err(at(&path))?;
        let mut header = Header::new_gnu();
        header.set_entry_type(EntryType::Regular);
        header.set_mode(0o600);
        header.set_mtime(seconds);
        header.set_size(content.len() as u64);
        builder.append_data(&mut header, &name, content.as_slice()).map_err(at(&path))?;
    }
    builder.into_inner().map_err(at(folder.path()))
}
