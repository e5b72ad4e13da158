//! A kit as a tar: for clients that share no folder with the org.

use std::io::Read;
use std::path::{Component, Path};

use jiff::Timestamp;
use tar::{Archive, Builder, EntryType, Header};

use super::folder::at;
use super::{Folder, KIT_JSON, Kit, KitError, KitInput, Reach, environment, json};

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

/// Writes the kit in a tar into `dir`, as [`write`](super::write()) would have done there; what `kit.json` says then.
pub fn unpack(tar: &[u8], dir: &Path) -> Result<Kit, KitError> {
    let wrong = |cause: &dyn std::fmt::Display| KitError::Archive(cause.to_string());
    let folder = Folder::open(dir)?;
    folder.remove(KIT_JSON)?;
    let mut kit = None;
    for entry in Archive::new(tar).entries().map_err(|error| wrong(&error))? {
        let mut entry = entry.map_err(|error| wrong(&error))?;
        let path = entry.path().map_err(|error| wrong(&error))?.into_owned();
        let name = path.to_str().filter(|_| path.components().all(|part| matches!(part, Component::Normal(_))));
        let name = name.filter(|_| entry.header().entry_type() == EntryType::Regular);
        let name = name.ok_or_else(|| KitError::Name(path.display().to_string()))?;
        let mut content = Vec::new();
        entry.read_to_end(&mut content).map_err(|error| wrong(&error))?;
        if name == KIT_JSON {
            kit = Some(content);
        } else {
            folder.write(name, &content)?;
        }
    }
    let kit = kit.ok_or_else(|| wrong(&"kit.json is missing"))?;
    let mut kit: Kit = serde_json::from_slice(&kit).map_err(|error| wrong(&error))?;
    let now = kit.env.get("MOCKORG_NOW").and_then(|now| now.parse().ok()).unwrap_or(Timestamp::UNIX_EPOCH);
    let direct = kit.env.get("NO_PROXY").map(|names| names.split(',').map(str::to_owned).collect::<Vec<_>>());
    let reach = if direct.is_some() { Reach::ThroughProxy } else { Reach::Direct };
    kit.env = environment(&kit, reach, &direct.unwrap_or_default(), folder.path(), now);
    folder.write_in_one(KIT_JSON, &json(&kit).map_err(at(&folder.path().join(KIT_JSON)))?)?;
    Ok(kit)
}
