//! What came out, by section of the suite.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

use super::suite::{Entry, Expected};

#[derive(Default)]
pub struct Tally {
    /// By chapter, since sections sort by number, not by text.
    sections: BTreeMap<u32, Section>,
    wrong: Vec<String>,
}

#[derive(Default)]
struct Section {
    name: String,
    process: Count,
    door: Count,
}

#[derive(Default)]
struct Count {
    right: usize,
    /// Held although it should not.
    false_accepts: usize,
    /// Refused although it should hold.
    false_refusals: usize,
}

impl Tally {
    pub fn in_process(&mut self, entry: &Entry, holds: bool) {
        if !self.section(entry).process.add(entry, holds) {
            self.wrong.push(entry.id.clone());
        }
    }

    pub fn at_the_door(&mut self, entry: &Entry, let_in: bool) {
        if !self.section(entry).door.add(entry, let_in) && !self.wrong.contains(&entry.id) {
            self.wrong.push(entry.id.clone());
        }
    }

    /// The entries that were wrong in either way.
    pub fn wrong(&self) -> &[String] {
        &self.wrong
    }

    fn section(&mut self, entry: &Entry) -> &mut Section {
        let number = entry.section.rsplit('.').next().and_then(|last| last.parse().ok()).unwrap_or_default();
        let section = self.sections.entry(number).or_default();
        section.name = format!("{} {}", entry.section, entry.section_name);
        section
    }
}

impl Count {
    /// Whether it was right.
    fn add(&mut self, entry: &Entry, holds: bool) -> bool {
        let (count, right) = match (entry.expected, holds) {
            (Expected::Valid, true) | (Expected::Invalid, false) => (&mut self.right, true),
            (Expected::Invalid, true) => (&mut self.false_accepts, false),
            (Expected::Valid, false) => (&mut self.false_refusals, false),
        };
        *count += 1;
        right
    }

    fn all(&self) -> usize {
        self.right + self.false_accepts + self.false_refusals
    }

    fn plus(self, other: &Self) -> Self {
        Self {
            right: self.right + other.right,
            false_accepts: self.false_accepts + other.false_accepts,
            false_refusals: self.false_refusals + other.false_refusals,
        }
    }
}

impl Display for Count {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} | {}", self.right, self.all(), self.false_accepts)
    }
}

impl Display for Tally {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "| section | in process, right | false accepts | at the door (TLS 1.3), right | false accepts |")?;
        writeln!(f, "|---|---|---|---|---|")?;
        for Section { name, process, door } in self.sections.values() {
            writeln!(f, "| {name} | {process} | {door} |")?;
        }
        let all = |count: fn(&Section) -> &Count| self.sections.values().map(count).fold(Count::default(), Count::plus);
        writeln!(f, "| all | {} | {} |", all(|section| &section.process), all(|section| &section.door))?;
        write!(f, "\nwrong: {}", self.wrong.join(", "))
    }
}
