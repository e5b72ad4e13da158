//! `[trust]`: roots and CRLs from files and folders. Whether a CRL is good for anything, the edge decides.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::{Reading, files, keystore};
use crate::pki::Certificate;
use crate::scenario::file::{Spot, TrustTable};
use crate::scenario::{TrustSpec, guess};

/// How many files a folder may hold.
const MOST_FILES: usize = 1_000;

/// Files that are read out of a folder of roots.
const ROOT_FILES: [&str; 7] = ["cer", "crt", "der", "jks", "p12", "pem", "pfx"];

/// Files that are read out of a folder of CRLs.
const CRL_FILES: [&str; 3] = ["crl", "der", "pem"];

pub(super) fn trust(table: Option<&TrustTable>, reading: &mut Reading<'_>) -> TrustSpec {
    let Some(table) = table else { return TrustSpec { builtin: true, ..TrustSpec::default() } };
    let mut spec = TrustSpec { builtin: table.builtin.unwrap_or(true), ..TrustSpec::default() };
    let mut seen = HashSet::new();
    for path in table.roots.iter().flatten() {
        for (file, certificate) in roots(path, table, reading) {
            if seen.insert(*certificate.sha256()) {
                spec.roots.push((certificate, file));
            }
        }
    }
    for path in table.crls.iter().flatten() {
        for (file, bytes) in files_of(path, &CRL_FILES, reading) {
            match files::crls(&bytes) {
                Ok(crls) => spec.crls.extend(crls),
                Err(error) => reading.mistake(path.span(), format!("{}: {error}", guess::quoted(&file))),
            }
        }
    }
    spec
}

/// The roots of one entry of `roots`, with the names of their files.
fn roots(path: &Spot<String>, table: &TrustTable, reading: &mut Reading<'_>) -> Vec<(PathBuf, Certificate)> {
    let pass_over = table.allow_intermediates.unwrap_or(false);
    let password = table.store_password.as_ref().map(|password| password.as_str());
    let mut found = Vec::new();
    for (file, bytes) in files_of(path, &ROOT_FILES, reading) {
        let certificates = match certificates(&bytes, password) {
            Ok(certificates) => certificates,
            Err(error) => {
                reading.mistake(path.span(), format!("{}: {error}", guess::quoted(&file)));
                continue;
            }
        };
        for (index, certificate) in certificates.into_iter().enumerate() {
            if certificate.is_self_issued() {
                found.push((PathBuf::from(&file), certificate));
            } else if !pass_over {
                let which = format!("certificate {} in {}, {}", index + 1, guess::quoted(&file), certificate.subject());
                let cure = "is not self-issued and so no root; take it out or set allow-intermediates = true";
                reading.mistake(path.span(), format!("{which}, {cure}"));
            }
        }
    }
    found
}

fn certificates(bytes: &[u8], password: Option<&str>) -> Result<Vec<Certificate>, String> {
    if keystore::is_jks(bytes) {
        return keystore::jks(bytes, password);
    }
    if files::is_der(bytes) {
        return Certificate::from_der(bytes).map(|one| vec![one]).or_else(|_| keystore::pkcs12(bytes, password));
    }
    files::certificates(bytes)
}

/// The file of this name, or the files of this folder that end in one of `endings`, in order of name.
fn files_of(path: &Spot<String>, endings: &[&str], reading: &mut Reading<'_>) -> Vec<(String, Vec<u8>)> {
    let Some(real) = reading.locate(path) else { return Vec::new() };
    if !real.is_dir() {
        let bytes = reading.contents(path, files::LARGEST_STORE);
        return bytes.map(|bytes| vec![(path.to_string(), bytes)]).unwrap_or_default();
    }
    let names = match names_in(&real, endings) {
        Ok(names) => names,
        Err(error) => {
            reading.mistake(path.span(), format!("cannot read the folder {}: {error}", guess::quoted(path)));
            return Vec::new();
        }
    };
    if names.is_empty() {
        let endings = endings.join(", ");
        reading.mistake(path.span(), format!("no file in {} ends in {endings}", guess::quoted(path)));
    }
    let mut found = Vec::new();
    for name in names {
        let file = format!("{}/{name}", path.trim_end_matches('/'));
        // a link in the folder may lead out of it
        let spot = path.with(file.clone());
        if let Some(bytes) = reading.contents(&spot, files::LARGEST_STORE) {
            found.push((file, bytes));
        }
    }
    found
}

fn names_in(folder: &Path, endings: &[&str]) -> Result<Vec<String>, String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| files::reason(&error))? {
        let entry = entry.map_err(|error| files::reason(&error))?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let ending = Path::new(&name).extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
        if !name.starts_with('.') && ending.is_some_and(|ending| endings.contains(&ending.as_str())) {
            names.push(name);
        }
        if names.len() > MOST_FILES {
            return Err(format!("more than {MOST_FILES} files"));
        }
    }
    names.sort_unstable();
    Ok(names)
}
