//! Records what clients did at an org of ours, as a scenario file whose exchanges can be replayed. Secrets become references;
//! what looks like one and is none that is known is left out, and said to be.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::api::{Passed, Tap};
use crate::journal::event::Handshake;
use crate::journal::{Event, Journal, Kind};
use crate::scenario::Scenario;
use crate::scenario::file::{ExchangeTable, File, OutcomeTable, Spot, Word};
use crate::scenario::pattern::Alert;
use crate::scenario::vocabulary::Vocabulary;

mod client;
mod login;
mod request;

use client::Shown;

/// So many requests are recorded; what comes after them is counted.
pub const MOST_RECORDED: usize = 1_000;

/// What clients do, as long as it lives; clones share it.
#[derive(Clone, Default)]
pub struct Recorder(Arc<Mutex<Heard>>);

#[derive(Default)]
struct Heard {
    passed: Vec<Passed>,
    missed: usize,
}

/// What was recorded.
#[derive(Clone, Debug)]
pub struct Recording {
    /// The scenario with its exchanges, as TOML.
    pub toml: String,
    /// How many exchanges it has.
    pub exchanges: usize,
    /// What was left out, and why.
    pub left_out: Vec<String>,
}

impl Recorder {
    /// Nothing recorded yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// What has to be handed to the simulator.
    pub fn tap(&self) -> Tap {
        let heard = self.0.clone();
        Tap::new(move |passed| {
            let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
            if heard.passed.len() < MOST_RECORDED { heard.passed.push(passed) } else { heard.missed += 1 }
        })
    }

    /// What has been recorded, as a file like `file`, from which the org was founded; its own exchanges, steps and
    /// expectations are left out.
    ///
    /// # Errors
    /// It cannot be written as TOML.
    pub fn recording(&self, file: &File, scenario: &Scenario, journal: &Journal) -> Result<Recording, String> {
        let heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut writer = Writer { scenario, sessions: HashMap::new(), logins: 0, left_out: Vec::new() };
        let mut exchanges = Vec::new();
        let events = journal.since(0);
        let handshakes = events.iter().filter_map(|event| match &event.kind {
            Kind::Handshake(handshake) => Some((handshake.id, &**handshake)),
            _ => None,
        });
        let handshakes: HashMap<u64, &Handshake> = handshakes.collect();
        let mut acts: Vec<(u64, Act<'_>)> = events.iter().filter_map(refused).collect();
        acts.extend(heard.passed.iter().map(|passed| (passed.seq, Act::Answered(passed))));
        acts.sort_by_key(|(seq, _)| *seq);
        for (_, act) in acts {
            exchanges.extend(writer.exchange(&act, &handshakes).map(Spot::from));
        }
        if heard.missed > 0 {
            writer.left_out.push(format!("{} requests after the first {MOST_RECORDED}", heard.missed));
        }
        let count = exchanges.len();
        let file =
            File { exchange: exchanges, probe: Vec::new(), step: Vec::new(), expect: Vec::new(), ..file.clone() };
        let toml = file.to_toml().map_err(|error| error.to_string())?;
        Ok(Recording { toml, exchanges: count, left_out: writer.left_out })
    }
}

/// What a client did.
enum Act<'a> {
    Answered(&'a Passed),
    Refused(&'a Handshake),
}

/// A connection that our alert ended.
fn refused(event: &Arc<Event>) -> Option<(u64, Act<'_>)> {
    match &event.kind {
        Kind::Handshake(handshake) if handshake.alert_sent.is_some() && handshake.verdict.is_some() => {
            Some((event.seq, Act::Refused(handshake)))
        }
        _ => None,
    }
}

/// Writes one exchange after another, and knows the sessions that they gave.
struct Writer<'a> {
    scenario: &'a Scenario,
    /// The login that gave each.
    sessions: HashMap<String, String>,
    logins: usize,
    left_out: Vec<String>,
}

impl Writer<'_> {
    fn exchange(&mut self, act: &Act<'_>, handshakes: &HashMap<u64, &Handshake>) -> Option<ExchangeTable> {
        let (handshake, what) = match act {
            Act::Answered(passed) => {
                let path = passed.target.split('?').next().unwrap_or_default();
                (handshakes.get(&passed.handshake).copied(), format!("{} {path}", passed.method))
            }
            Act::Refused(handshake) => (Some(*handshake), "a refused handshake".to_owned()),
        };
        let made = match handshake {
            Some(handshake) => Shown::of(handshake, self.scenario).and_then(|shown| self.on(shown, act, handshake)),
            None => Err("its handshake is no longer in the journal".into()),
        };
        made.map_err(|why| self.left_out.push(format!("{}: {why}", crate::journal::line::harmless(&what)))).ok()
    }

    fn on(&mut self, shown: Shown, act: &Act<'_>, handshake: &Handshake) -> Result<ExchangeTable, String> {
        let mut table = ExchangeTable::default();
        shown.write(&mut table);
        match act {
            Act::Answered(passed) => {
                if !self.login(passed, &mut table)? {
                    self.request(passed, handshake, &mut table)?;
                }
                table.expect = Some(outcome(passed));
            }
            Act::Refused(handshake) => {
                let sent = handshake.alert_sent.as_deref().unwrap_or_default();
                let name = sent.split(' ').next().unwrap_or_default();
                let alert = Alert::WORDS.iter().find(|(word, _)| *word == name).map(|(_, alert)| Word::of(*alert));
                // what it would have asked for never came
                table.request = Some("GET /services/data".to_owned().into());
                table.expect = Some(OutcomeTable { alert, ..OutcomeTable::default() });
            }
        }
        Ok(table)
    }
}

fn outcome(passed: &Passed) -> OutcomeTable {
    let answer = crate::exchange::Answer {
        status: passed.status,
        headers: Vec::new(),
        body: if passed.method == "HEAD" { Vec::new() } else { passed.answer.to_vec() },
        tls: None,
    };
    let status = crate::scenario::file::StatusValue::Number(passed.status.into());
    let error = crate::exchange::error_code(&answer).map(Spot::from);
    OutcomeTable { status: Some(status.into()), error, ..OutcomeTable::default() }
}
