//! The files that a scenario names: found below its folder, read whole, up to a size.

use std::fs;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use openssl::pkey::{PKey, Private};
use openssl::x509::X509Crl;

use super::{Outside, Reading};
use crate::pki::{Certificate, Unreadable};
use crate::scenario::file::Spot;
use crate::scenario::guess;

/// The size of a certificate, key or upload, in bytes.
pub(super) const LARGEST_CERTIFICATE: u64 = 1024 * 1024;

/// The size of a request's body in a file, in bytes.
pub(super) const LARGEST_BODY: u64 = 4 * 1024 * 1024;

/// The size of a file of roots or CRLs, in bytes.
pub(super) const LARGEST_STORE: u64 = 16 * 1024 * 1024;

/// How many certificates one file of `certificate` may hold.
const LONGEST_CHAIN: usize = 100;

impl Reading<'_> {
    /// Where a file or folder that the scenario names really is; `None` after a mistake.
    pub(super) fn locate(&mut self, path: &Spot<String>) -> Option<PathBuf> {
        let name = guess::quoted(path);
        let folder = self.folder.canonicalize().unwrap_or_else(|_| self.folder.clone());
        let found = if path.is_empty() {
            Err(io::ErrorKind::NotFound.into())
        } else {
            folder.join(path.as_str()).canonicalize()
        };
        let leaves = match &found {
            Ok(real) => !real.starts_with(&folder),
            Err(_) => climbs_out(Path::new(path.as_str())),
        };
        if leaves && self.outside == Outside::Refuse {
            self.mistake(path.span(), format!("{name} leaves the scenario's folder; --allow-outside lets it"));
            return None;
        }
        found.map_err(|error| self.mistake(path.span(), format!("cannot read {name}: {}", reason(&error)))).ok()
    }

    /// The contents of a file that the scenario names; `None` after a mistake.
    pub(super) fn contents(&mut self, path: &Spot<String>, largest: u64) -> Option<Vec<u8>> {
        let real = self.locate(path)?;
        read(&real, largest)
            .map_err(|error| self.mistake(path.span(), format!("cannot read {}: {error}", guess::quoted(path))))
            .ok()
    }

    /// A file of one or more certificates, PEM or DER; `None` after a mistake.
    pub(super) fn certificates(&mut self, path: &Spot<String>) -> Option<Vec<Certificate>> {
        let bytes = self.contents(path, LARGEST_CERTIFICATE)?;
        let name = guess::quoted(path);
        match certificates(&bytes) {
            Ok(chain) if chain.len() > LONGEST_CHAIN => {
                self.mistake(
                    path.span(),
                    format!("{name} holds {} certificates; at most {LONGEST_CHAIN}", chain.len()),
                );
                None
            }
            Ok(chain) => Some(chain),
            Err(error) => {
                self.mistake(path.span(), format!("{name}: {error}"));
                None
            }
        }
    }

    /// A private key in PEM, with its text; `None` after a mistake.
    pub(super) fn private_key(&mut self, path: &Spot<String>) -> Option<(PKey<Private>, Vec<u8>)> {
        let pem = self.contents(path, LARGEST_CERTIFICATE)?;
        let name = guess::quoted(path);
        // without a callback OpenSSL would ask for the passphrase on the terminal
        let mut asked = false;
        let key = PKey::private_key_from_pem_callback(&pem, |_| {
            asked = true;
            Ok(0)
        });
        match key {
            Ok(key) => Some((key, pem)),
            Err(_) if asked => {
                self.mistake(path.span(), format!("{name} is encrypted; write the key without a passphrase"));
                None
            }
            Err(_) => {
                self.mistake(path.span(), format!("{name} holds no private key in PEM"));
                None
            }
        }
    }
}

/// Certificates in PEM (other blocks are passed over) or one in DER.
pub(super) fn certificates(bytes: &[u8]) -> Result<Vec<Certificate>, String> {
    let found =
        if is_der(bytes) { Certificate::from_der(bytes).map(|one| vec![one]) } else { Certificate::from_pem(bytes) };
    found.map_err(|error| match error {
        // OpenSSL's reasons differ from version to version and help nobody
        Unreadable::Malformed(_) => "not a certificate".into(),
        none => none.to_string(),
    })
}

/// CRLs in PEM (other blocks are passed over) or one in DER; each as DER.
pub(super) fn crls(bytes: &[u8]) -> Result<Vec<Vec<u8>>, String> {
    let unreadable = |_| "not a CRL".to_owned();
    if is_der(bytes) {
        return Ok(vec![X509Crl::from_der(bytes).and_then(|crl| crl.to_der()).map_err(unreadable)?]);
    }
    let text = String::from_utf8_lossy(bytes);
    let blocks: Vec<&str> = text.match_indices("-----BEGIN X509 CRL-----").map(|(at, _)| &text[at..]).collect();
    if blocks.is_empty() {
        return Err("no CRL in it".into());
    }
    let read = |block: &&str| {
        let end = block.find("-----END X509 CRL-----").map_or(block.len(), |at| at + "-----END X509 CRL-----".len());
        X509Crl::from_pem(&block.as_bytes()[..end]).and_then(|crl| crl.to_der()).map_err(unreadable)
    };
    blocks.iter().map(read).collect()
}

/// Reads a regular file: a pipe or a device would never end.
pub(super) fn read(path: &Path, largest: u64) -> Result<Vec<u8>, String> {
    let metadata = fs::metadata(path).map_err(|error| reason(&error))?;
    if metadata.is_dir() {
        return Err("a folder stands there".into());
    }
    if !metadata.is_file() {
        return Err("not a regular file".into());
    }
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(|error| reason(&error))?;
    file.take(largest + 1).read_to_end(&mut bytes).map_err(|error| reason(&error))?;
    if bytes.len() as u64 > largest {
        return Err(format!("larger than {} MB", largest / 1024 / 1024));
    }
    Ok(bytes)
}

/// An I/O error in a few words that are the same on every system.
pub(super) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file".into(),
        io::ErrorKind::PermissionDenied => "permission denied".into(),
        io::ErrorKind::NotADirectory => "part of its path is not a folder".into(),
        _ => error.to_string(),
    }
}

/// DER begins with the tag of a SEQUENCE, which is the character `0`; no PEM file does.
pub(super) fn is_der(bytes: &[u8]) -> bool {
    bytes.first() == Some(&0x30) && bytes.get(1).is_some_and(|length| *length >= 0x80 || !length.is_ascii_graphic())
}

/// Whether a path, by its text alone, leaves the folder that it is relative to.
fn climbs_out(path: &Path) -> bool {
    let mut depth = 0_i32;
    path.components().any(|component| {
        match component {
            Component::CurDir => {}
            Component::Normal(_) => depth += 1,
            Component::ParentDir => depth -= 1,
            Component::Prefix(_) | Component::RootDir => depth = -1,
        }
        depth < 0
    })
}
