//! Texts that refer to what earlier exchanges capture: whether those exist, and come earlier.

use std::collections::{BTreeMap, BTreeSet};

use super::Reading;
use crate::scenario::exchange::{Reference, Template};
use crate::scenario::file::{File, Spot};
use crate::scenario::guess;

/// The longest text of an exchange, in characters.
const LONGEST_TEXT: usize = 1_000_000;

/// What may be referred to at a place in the file.
pub(super) struct Captured<'a> {
    /// Each exchange that was read already, and the names that it captures; nothing is known of one that is wrong.
    pub(super) earlier: BTreeMap<&'a str, Option<BTreeSet<String>>>,
    /// Every exchange of the file that has a name.
    pub(super) all: BTreeSet<&'a str>,
}

impl<'a> Captured<'a> {
    /// Nothing was read so far.
    pub(super) fn none_of(file: &'a File) -> Self {
        let names = file.exchange.iter().filter_map(|exchange| exchange.name.as_ref());
        Self { earlier: BTreeMap::new(), all: names.map(|name| name.as_str()).collect() }
    }

    /// A text and the references in it; empty after a mistake.
    pub(super) fn template(&self, text: &Spot<String>, reading: &mut Reading<'_>) -> Template {
        let length = text.chars().count();
        if length > LONGEST_TEXT {
            reading.mistake(text.span(), format!("the text has {length} characters; at most {LONGEST_TEXT} fit"));
            return Template::default();
        }
        match Template::parse(text) {
            Ok(template) => {
                for reference in template.references() {
                    self.check(reference, text, reading);
                }
                template
            }
            Err(why) => {
                reading.mistake(text.span(), why);
                Template::default()
            }
        }
    }

    /// The session that a login gives, by the login's name.
    pub(super) fn session(&self, name: &Spot<String>, reading: &mut Reading<'_>) -> Reference {
        let reference = Reference { exchange: name.to_string(), name: "session".into() };
        self.check(&reference, name, reading);
        reference
    }

    /// An exchange that is to come earlier.
    pub(super) fn check_earlier(&self, name: &Spot<String>, reading: &mut Reading<'_>) {
        match self.earlier.contains_key(name.as_str()) {
            true => {}
            false if self.all.contains(name.as_str()) => {
                let quoted = guess::quoted(name);
                reading.mistake(name.span(), format!("{quoted} comes no earlier: nothing of it is known here"));
            }
            false => reading.unknown("exchange", name, self.all.iter().copied().collect::<Vec<_>>()),
        }
    }

    fn check(&self, reference: &Reference, at: &Spot<String>, reading: &mut Reading<'_>) {
        let Reference { exchange, name } = reference;
        match self.earlier.get(exchange.as_str()) {
            Some(None) => {}
            Some(Some(names)) if names.contains(name) => {}
            Some(Some(names)) => {
                let message = guess::unknown("capture", name, names.iter().map(String::as_str));
                reading.mistake(at.span(), format!("{message}, of {}", guess::quoted(exchange)));
            }
            None if self.all.contains(exchange.as_str()) => {
                let exchange = guess::quoted(exchange);
                reading.mistake(at.span(), format!("{exchange} comes no earlier: nothing of it is known here"));
            }
            None => {
                let message = guess::unknown("exchange", exchange, self.all.iter().copied());
                reading.mistake(at.span(), message);
            }
        }
    }
}
