//! What a run is expected to show. Judging it by the events of a run is the journal's.

use std::time::Duration;

use serde::Serialize;

use super::Pattern;

/// `[[expect]]`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExpectSpec {
    /// In the team's words.
    pub name: String,
    /// What.
    pub wanted: Wanted,
    /// Only what begins after the first event that is like this.
    pub after: Option<Pattern>,
    /// Only what comes before the first event that is like this.
    pub before: Option<Pattern>,
}

/// What an expectation asks for.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wanted {
    /// So many events.
    Count {
        /// Which.
        event: Pattern,
        /// So many at least.
        at_least: u64,
        /// So many at most.
        at_most: Option<u64>,
        /// How long one must wait after the end of the one before, on the wall's clock.
        apart: Option<Duration>,
    },
    /// That each is so, and that there are some.
    Every {
        /// Which.
        event: Pattern,
        /// How each must be.
        has: Pattern,
        /// So many at least.
        at_least: u64,
    },
}

impl ExpectSpec {
    /// At least so many such events, named by what it means until [`named`](Self::named).
    pub fn at_least(count: u64, event: Pattern) -> Self {
        Self::counted(event, count, None)
    }

    /// At most so many such events.
    pub fn at_most(count: u64, event: Pattern) -> Self {
        Self::counted(event, 0, Some(count))
    }

    /// So many such events, neither more nor fewer.
    pub fn exactly(count: u64, event: Pattern) -> Self {
        Self::counted(event, count, Some(count))
    }

    /// No such event.
    pub fn never(event: Pattern) -> Self {
        Self::counted(event, 0, Some(0))
    }

    /// At least one such event, and each as `has` says, whose kind is the same.
    pub fn every(event: Pattern, has: Pattern) -> Self {
        let has = Pattern { kind: event.kind, ..has };
        Self::of(Wanted::Every { event, has, at_least: 1 })
    }

    /// The same in other words.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// The same, but only what begins after the first event that is like this.
    pub fn after(mut self, event: Pattern) -> Self {
        self.after = Some(event);
        self
    }

    /// The same, but only what comes before the first event that is like this.
    pub fn before(mut self, event: Pattern) -> Self {
        self.before = Some(event);
        self
    }

    /// The same, and each waits so long after the end of the one before; for counted events.
    pub fn apart(mut self, by: Duration) -> Self {
        if let Wanted::Count { apart, .. } = &mut self.wanted {
            *apart = Some(by);
        }
        self
    }

    fn counted(event: Pattern, at_least: u64, at_most: Option<u64>) -> Self {
        Self::of(Wanted::Count { event, at_least, at_most, apart: None })
    }

    fn of(wanted: Wanted) -> Self {
        let spec = Self { name: String::new(), wanted, after: None, before: None };
        let name = spec.expected();
        spec.named(name)
    }

    /// What is expected, word for word: `at least 1 request with client billing, outcome granted`.
    pub fn expected(&self) -> String {
        let mut text = match &self.wanted {
            Wanted::Count { event, at_least: 0, at_most: Some(0), .. } => format!("no {event}"),
            Wanted::Count { event, at_least, at_most, apart } => {
                let number = match at_most {
                    Some(most) if most == at_least => format!("exactly {most}"),
                    Some(most) if *at_least == 0 => format!("at most {most}"),
                    Some(most) => format!("{at_least} to {most}"),
                    None => format!("at least {at_least}"),
                };
                let apart = apart.map(|apart| format!("; each at least {} after the one before", seconds(apart)));
                let one = *at_most == Some(1) || at_most.is_none() && *at_least == 1;
                let events = if one { event.to_string() } else { format!("{event:#}") };
                format!("{number} {events}{}", apart.unwrap_or_default())
            }
            Wanted::Every { event, has, at_least } => {
                let keys: Vec<String> = has.keys().iter().map(|(key, value)| format!("{key} {value}")).collect();
                let few = if *at_least == 1 { String::new() } else { format!("; at least {at_least}") };
                format!("every {event} has {}{few}", keys.join(", "))
            }
        };
        if let Some(after) = &self.after {
            text += &format!("; after {after}");
        }
        if let Some(before) = &self.before {
            text += &format!("; before {before}");
        }
        text
    }
}

/// `1.5 s`
pub(crate) fn seconds(duration: Duration) -> String {
    let text = format!("{:.3}", duration.as_secs_f64());
    format!("{} s", text.trim_end_matches('0').trim_end_matches('.'))
}
