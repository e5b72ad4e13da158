//! A folder of chains: each file by itself, with the others to name what it lacks.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use super::ground::Ground;
use super::input::{Chain, Reading};
use super::story::Story;
use crate::journal::line::harmless;
use crate::pki::Certificate;

/// What was in a folder.
pub(super) struct Folder {
    /// What clients would send, each once, in order of the first file that has it.
    pub chains: Vec<Chain>,
    /// CAs' own certificates: they may be what a chain lacks.
    pub authorities: Vec<Chain>,
    /// Files without certificates, and what they are instead.
    pub passed_over: Vec<(String, String)>,
}

impl Folder {
    /// Reads every file in it, but nothing below it.
    pub(super) fn read(path: &Path, reading: &Reading<'_>) -> Result<Self, String> {
        let mut folder = Self { chains: Vec::new(), authorities: Vec::new(), passed_over: Vec::new() };
        let mut seen: BTreeMap<Vec<[u8; 32]>, usize> = BTreeMap::new();
        for file in files(path)? {
            let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let chain = match reading.file(&file) {
                Ok(chain) => Chain { source: name, ..chain },
                Err(why) => {
                    folder.passed_over.push((name, why));
                    continue;
                }
            };
            if chain.certificates[0].is_authority() {
                folder.authorities.push(chain);
                continue;
            }
            let digests = chain.certificates.iter().map(|certificate| *certificate.sha256()).collect();
            match seen.get(&digests) {
                Some(&place) => {
                    let source = &mut folder.chains[place].source;
                    source.push_str(", ");
                    source.push_str(&chain.source);
                }
                None => {
                    seen.insert(digests, folder.chains.len());
                    folder.chains.push(chain);
                }
            }
        }
        if folder.chains.is_empty() {
            return Err("no client's certificate in any file of this folder".into());
        }
        Ok(folder)
    }

    /// Every chain, judged; `ground` learns of what lies in the folder first.
    pub(super) fn judged<'g>(&self, ground: &'g mut Ground, at: Option<jiff::Timestamp>) -> Vec<Story<'g>> {
        let all = self.chains.iter().chain(&self.authorities);
        let found: Vec<(String, Certificate)> = all
            .flat_map(|chain| chain.certificates.iter().map(|certificate| (chain.source.clone(), certificate.clone())))
            .collect();
        ground.learn(&found);
        let now = at.unwrap_or(ground.now);
        let ground = &*ground;
        self.chains.iter().map(|chain| Story::of(chain.clone(), ground, now)).collect()
    }
}

impl Folder {
    /// Every story under the names of its files, then what was not judged.
    pub(super) fn text(&self, stories: &[Story<'_>]) -> String {
        let mut out = String::new();
        for story in stories {
            _ = writeln!(out, "{}", harmless(&format!("--- {}", story.chain.source)));
            out.push_str(&story.text());
            out.push('\n');
        }
        let held = stories.iter().filter(|story| story.verdict.holds()).count();
        _ = writeln!(out, "{held} of {} chains hold", stories.len());
        for authority in &self.authorities {
            let (source, subject) = (&authority.source, authority.certificates[0].subject());
            _ = writeln!(out, "{}", harmless(&format!("a CA's, not a client's: {source}, {subject}")));
        }
        for (file, why) in &self.passed_over {
            _ = writeln!(out, "{}", harmless(&format!("passed over: {file}, {why}")));
        }
        out
    }
}

/// In order of name.
fn files(path: &Path) -> Result<Vec<PathBuf>, String> {
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(|error| error.to_string())? {
        let entry = entry.map_err(|error| error.to_string())?.path();
        if entry.is_file() {
            files.push(entry);
        }
        if files.len() > MOST_FILES {
            return Err(format!("more than {MOST_FILES} files: not a folder of certificates"));
        }
    }
    files.sort();
    Ok(files)
}

/// So many files of a folder are read.
const MOST_FILES: usize = 1_000;
