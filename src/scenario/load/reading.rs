//! What reading one file carries along: its text, the mistakes so far, and how words are looked up.

use std::ops::Range;
use std::path::{Path, PathBuf};

use super::Outside;
use super::org::SYSTEM;
use crate::scenario::file::{File, Spot, Word};
use crate::scenario::vocabulary::Vocabulary;
use crate::scenario::{ClockSpec, Diagnostic, Diagnostics, guess};

/// How many tables of one name a file may have.
const MOST_ENTRIES: usize = 10_000;

/// How many mistakes are written out; the rest are only counted.
const MOST_MISTAKES: usize = 100;

/// A file being read: where it is, and what was found wrong so far.
pub(super) struct Reading<'a> {
    name: &'a str,
    text: &'a str,
    pub(super) folder: PathBuf,
    pub(super) outside: Outside,
    /// The org's, for times that are counted from its start.
    pub(super) clock: ClockSpec,
    mistakes: Vec<Diagnostic>,
    omitted: usize,
}

impl<'a> Reading<'a> {
    /// Nothing wrong so far.
    pub(super) fn new(name: &'a str, text: &'a str, folder: &Path, outside: Outside) -> Self {
        let folder = folder.to_owned();
        Self { name, text, folder, outside, clock: SYSTEM, mistakes: Vec::new(), omitted: 0 }
    }
}

impl Reading<'_> {
    /// Notes what is wrong at a place.
    pub(super) fn mistake(&mut self, span: Range<usize>, message: impl Into<String>) {
        if self.mistakes.len() < MOST_MISTAKES {
            self.mistakes.push(Diagnostic::at(self.name, self.text, span, message.into()));
        } else {
            self.omitted += 1;
        }
    }

    pub(super) fn found_mistakes(&self) -> bool {
        !self.mistakes.is_empty()
    }

    pub(super) fn diagnostics(self) -> Diagnostics {
        Diagnostics::of(self.mistakes, self.omitted)
    }

    /// The line of a place, counted from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        1 + self.text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count()
    }

    /// `unknown WHAT "WORD"`, with a guess.
    pub(super) fn unknown<'n>(
        &mut self,
        what: &str,
        word: &Spot<String>,
        known: impl IntoIterator<Item = &'n str> + Clone,
    ) {
        // guessing is dear where there are many names
        let message =
            if self.mistakes.len() < MOST_MISTAKES { guess::unknown(what, word, known) } else { String::new() };
        self.mistake(word.span(), message);
    }

    /// What a word means; `None` after a mistake.
    pub(super) fn word<V: Vocabulary>(&mut self, word: &Word<V>) -> Option<V> {
        let meaning = word.meaning();
        if meaning.is_none() {
            self.unknown(V::WHAT, word.text(), V::WORDS.iter().map(|(word, _)| *word));
        }
        meaning
    }

    /// The meaning of a word that may be missing.
    pub(super) fn word_or<V: Vocabulary>(&mut self, word: Option<&Word<V>>, default: V) -> V {
        word.and_then(|word| self.word(word)).unwrap_or(default)
    }

    /// A list of words, each at most once.
    pub(super) fn words<V: Vocabulary>(&mut self, words: &[Word<V>]) -> Vec<V> {
        let mut meanings = Vec::new();
        for word in words {
            let Some(meaning) = self.word(word) else { continue };
            if meanings.contains(&meaning) {
                let text = word.text();
                self.mistake(text.span(), format!("{} is listed twice", guess::quoted(text)));
            } else {
                meanings.push(meaning);
            }
        }
        meanings
    }

    pub(super) fn check_counts(&mut self, file: &File) {
        let tables = [
            ("ca", file.ca.get(MOST_ENTRIES).map(|table| table.name.span())),
            ("client", file.client.get(MOST_ENTRIES).map(|table| table.name.span())),
            ("connected-app", file.connected_app.get(MOST_ENTRIES).map(|table| table.name.span())),
            ("exchange", file.exchange.get(MOST_ENTRIES).map(Spot::span)),
            ("expect", file.expect.get(MOST_ENTRIES).map(|table| table.name.span())),
            ("fault", file.fault.get(MOST_ENTRIES).map(|table| table.effect.text().span())),
            ("mutual-auth-certificate", file.mutual_auth_certificate.get(MOST_ENTRIES).map(|table| table.label.span())),
            ("permission-set", file.permission_set.get(MOST_ENTRIES).map(|table| table.name.span())),
            ("profile", file.profile.get(MOST_ENTRIES).map(|table| table.name.span())),
            ("probe", file.probe.get(MOST_ENTRIES).map(|table| table.line.span())),
            ("step", file.step.get(MOST_ENTRIES).map(|table| table.name.span())),
            ("user", file.user.get(MOST_ENTRIES).map(|table| table.username.span())),
        ];
        for (table, first_too_many) in tables {
            if let Some(span) = first_too_many {
                self.mistake(span, format!("more than {MOST_ENTRIES} [[{table}]] tables in one file"));
            }
        }
    }
}
