//! What a team deploys: the old certificate and the new one, each a file with its chain; and the roots to be listed. No
//! key is read: the command proves itself with its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Args;
use super::plan::Which;
use super::rehearsal::Described;
use crate::cli::explain::input::{Key, Reading};
use crate::cli::explain::password::Passwords;
use crate::pki::Certificate;

/// The file of a certificate and its chain, as the client deploys it.
#[derive(Debug)]
pub(super) struct Identity {
    pub which: Which,
    /// As given, for people.
    pub shown: String,
    /// Absolute.
    pub file: PathBuf,
    /// The file of its key, if it is another; absolute.
    pub key: Option<PathBuf>,
    /// Leaf first, as in the file; at least one.
    pub chain: Vec<Certificate>,
    is_store: bool,
}

impl Identity {
    pub(super) fn leaf(&self) -> &Certificate {
        &self.chain[0]
    }

    /// What is uploaded: every certificate of the file, and no key.
    pub(super) fn pem(&self) -> String {
        self.chain.iter().map(Certificate::pem).collect()
    }

    /// `old certificate`
    pub(super) fn label(&self) -> String {
        format!("{} certificate", self.which.word())
    }

    /// The variables that name its files.
    fn env(&self, prefix: &str) -> impl Iterator<Item = (String, String)> {
        let name = |what| format!("{prefix}_{what}");
        let text = |path: &Path| path.to_string_lossy().into_owned();
        let key = self.key.as_deref().map(|key| (name("KEY"), text(key)));
        [(name("FILE"), text(&self.file))].into_iter().chain(key)
    }
}

/// Both.
#[derive(Debug)]
pub(super) struct Identities {
    pub old: Identity,
    pub new: Identity,
    /// To be put on the outbound CA list.
    pub roots: Vec<(String, Certificate)>,
}

impl Identities {
    /// Reads what the arguments name; the error says what is wrong with which file.
    pub(super) fn read(args: &Args) -> Result<Self, String> {
        let passwords = Passwords::new(args.password_file.as_deref())?;
        let reading = |alias| Reading { alias, passwords: &passwords };
        let old = identity(Which::Old, &args.old, args.old_key.as_deref(), &reading(args.old_alias.as_deref()))?;
        let new = identity(Which::New, &args.new, args.new_key.as_deref(), &reading(args.new_alias.as_deref()))?;
        if old.leaf() == new.leaf() {
            return Err(format!(
                "{} and {} hold the same certificate, {}; a renewal has two",
                old.shown,
                new.shown,
                old.leaf().subject()
            ));
        }
        if args.continuous && old.is_store != new.is_store {
            return Err(
                "--continuous puts the new file in the old one's place: both must be PEM, or both key stores".into()
            );
        }
        let mut roots = Vec::new();
        for file in &args.root {
            let shown = file.display().to_string();
            let read = reading(None).file(file).map_err(|why| format!("{shown}: {why}"))?;
            if let Some(other) = read.certificates.iter().find(|root| !root.is_self_issued()) {
                let subject = other.subject();
                return Err(format!("{shown}: {subject} is no root: it is issued by {}", other.issuer()));
            }
            roots.extend(read.certificates.into_iter().map(|root| (shown.clone(), root)));
        }
        Ok(Self { old, new, roots })
    }

    pub(super) fn get(&self, which: Which) -> &Identity {
        match which {
            Which::New => &self.new,
            Which::Old => &self.old,
        }
    }

    /// What the command finds of both in its environment.
    pub(super) fn env(&self) -> BTreeMap<String, String> {
        self.old.env("MOCKORG_OLD").chain(self.new.env("MOCKORG_NEW")).collect()
    }

    /// The same, and which of them to use now.
    pub(super) fn env_using(&self, which: Which) -> BTreeMap<String, String> {
        let mut env = self.env();
        env.extend(self.get(which).env("MOCKORG_CLIENT"));
        env.insert("MOCKORG_IDENTITY".into(), which.word().into());
        env
    }
}

fn identity(which: Which, file: &Path, key: Option<&Path>, reading: &Reading<'_>) -> Result<Identity, String> {
    let shown = file.display().to_string();
    let told = |why: String| format!("{shown}: {why}");
    let read = reading.file(file).map_err(told)?;
    let absolute = |path: &Path| std::fs::canonicalize(path).map_err(|error| format!("{}: {error}", path.display()));
    Ok(Identity {
        which,
        file: absolute(file)?,
        key: key.map(absolute).transpose()?,
        chain: read.certificates,
        is_store: matches!(read.key, Key::InStore | Key::StoreWithout),
        shown,
    })
}

impl Identity {
    /// For people and reports.
    pub(super) fn described(&self) -> Described {
        let leaf = self.leaf();
        Described {
            file: self.shown.clone(),
            subject: leaf.subject().to_owned(),
            issuer: leaf.issuer().to_owned(),
            serial: leaf.serial().to_owned(),
            not_before: leaf.not_before(),
            not_after: leaf.not_after(),
            sha256: leaf.fingerprint(),
            certificates: self.chain.len(),
            top_issuer: self.chain.last().map(|top| top.issuer().to_owned()).unwrap_or_default(),
            above: self.chain[1..].iter().map(|issuer| issuer.subject().to_owned()).collect(),
        }
    }
}
