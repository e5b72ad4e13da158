//! The names that a file gives: each once, and fit to become the names of files and of environment variables.

use std::collections::HashMap;

use super::Reading;
use crate::scenario::file::{File, Spot};
use crate::scenario::guess;

/// The longest name of a CA or a client, and the longest label.
const LONGEST: usize = 64;

/// Everything that a file names, for looking up.
pub(super) struct Names<'a> {
    /// The index of each CA in the file.
    pub(super) cas: HashMap<&'a str, usize>,
    /// The index of each client in the file.
    pub(super) clients: HashMap<&'a str, usize>,
}

impl<'a> Names<'a> {
    /// Collects the names of CAs and clients and checks them.
    pub(super) fn collect(file: &'a File, reading: &mut Reading<'_>) -> Self {
        let mut names = Self { cas: HashMap::new(), clients: HashMap::new() };
        let mut variables: HashMap<String, &str> = HashMap::new();
        for (index, ca) in file.ca.iter().enumerate() {
            check_name("CA", &ca.name, reading);
            if names.cas.insert(ca.name.as_str(), index).is_some() {
                twice("CA", &ca.name, reading);
            }
        }
        for (index, client) in file.client.iter().enumerate() {
            check_name("client", &client.name, reading);
            let name = client.name.as_str();
            let variable = name.to_ascii_uppercase().replace('-', "_");
            if names.clients.insert(name, index).is_some() {
                twice("client", &client.name, reading);
            } else if names.cas.contains_key(name) {
                let name = guess::quoted(name);
                reading.mistake(client.name.span(), format!("{name} names a CA already; `sends` could mean either"));
            } else if let Some(other) = variables.insert(variable.clone(), name) {
                let (name, other) = (guess::quoted(name), guess::quoted(other));
                let message =
                    format!("{name} and {other} would share the environment variable MOCKORG_CLIENT_{variable}");
                reading.mistake(client.name.span(), message);
            }
        }
        names
    }

    /// Whether there is a CA of this name; a mistake if not.
    pub(super) fn ca(&self, name: &Spot<String>, reading: &mut Reading<'_>) -> Option<usize> {
        let found = self.cas.get(name.as_str()).copied();
        if found.is_none() {
            reading.unknown("CA", name, sorted(self.cas.keys()));
        }
        found
    }

    /// The CA that has the name, the key and the CRL of this one: itself, or the one that it renews.
    pub(super) fn keeper<'f: 'n, 'n>(&self, ca: &'n str, file: &'f File) -> &'n str {
        let renews = self.cas.get(ca).and_then(|at| file.ca[*at].renews.as_ref());
        renews.map_or(ca, |renews| renews.as_str())
    }

    /// Whether there is a client of this name; a mistake if not.
    pub(super) fn client(&self, name: &Spot<String>, reading: &mut Reading<'_>) -> Option<usize> {
        let found = self.clients.get(name.as_str()).copied();
        if found.is_none() {
            reading.unknown("client", name, sorted(self.clients.keys()));
        }
        found
    }

    /// Whether there is a client or a CA of this name; a mistake if not.
    pub(super) fn either(&self, name: &Spot<String>, reading: &mut Reading<'_>) -> bool {
        let found = self.clients.contains_key(name.as_str()) || self.cas.contains_key(name.as_str());
        if !found {
            reading.unknown("client or CA", name, sorted(self.clients.keys().chain(self.cas.keys())));
        }
        found
    }
}

/// A mistake for every item whose key an earlier one has.
pub(super) fn check_unique<'a>(
    what: &str,
    items: impl Iterator<Item = &'a Spot<String>>,
    key: fn(&str) -> String,
    reading: &mut Reading<'_>,
) {
    let mut seen = HashMap::new();
    for item in items {
        match seen.insert(key(item), item.as_str()) {
            Some(earlier) if earlier != item.as_str() => {
                let (item_text, earlier) = (guess::quoted(item), guess::quoted(earlier));
                let message = format!("{what} {item_text} is {earlier} again: case makes no difference");
                reading.mistake(item.span(), message);
            }
            Some(_) => twice(what, item, reading),
            None => {}
        }
    }
}

fn twice(what: &str, name: &Spot<String>, reading: &mut Reading<'_>) {
    reading.mistake(name.span(), format!("there is another {what} {}", guess::quoted(name)));
}

pub(super) fn check_name(what: &str, name: &Spot<String>, reading: &mut Reading<'_>) {
    let fits = name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if !fits {
        let found = guess::quoted(name);
        let rule = "must begin with a letter or a digit and go on with letters, digits, '-' and '_'";
        reading.mistake(name.span(), format!("the {what}'s name {found} {rule}"));
    } else if name.len() > LONGEST {
        let message = format!("the {what}'s name has {} characters; at most {LONGEST} fit", name.len());
        reading.mistake(name.span(), message);
    }
}

/// Sorted, so that a message is the same each time.
pub(super) fn sorted<'n, 'a: 'n>(names: impl Iterator<Item = &'n &'a str>) -> Vec<&'n str> {
    let mut names: Vec<&str> = names.copied().collect();
    names.sort_unstable();
    names
}
