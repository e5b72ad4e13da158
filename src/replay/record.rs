//! Records what clients did at an org of ours, as a scenario file whose exchanges can be replayed. Secrets become references;
//! what looks like one and is none that is known is left out, and said to be.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use crate::api::{Passed, Tap};
use crate::journal::event::{Handshake, Proxy};
use crate::journal::{Event, Journal, Kind};
use crate::scenario::Scenario;
use crate::scenario::file::{ExchangeTable, File, OutcomeTable, Spot, StatusValue, Word};
use crate::scenario::pattern::Alert;
use crate::scenario::vocabulary::Vocabulary;

mod client;
mod joined;
mod login;
mod request;

use client::Shown;
use joined::Written;

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
        let events = journal.since(0);
        let handshakes = events.iter().filter_map(|event| match &event.kind {
            Kind::Handshake(handshake) => Some((handshake.id, &**handshake)),
            _ => None,
        });
        let handshakes: BTreeMap<u64, &Handshake> = handshakes.collect();
        let mut acts: Vec<(u64, Act<'_>)> = events.iter().filter_map(refused).collect();
        acts.extend(heard.passed.iter().map(|passed| (passed.seq, Act::Answered(passed))));
        acts.sort_by_key(|(seq, _)| *seq);
        let written: Vec<_> = acts.iter().filter_map(|(_, act)| writer.exchange(act, &handshakes)).collect();
        let exchanges = writer.joined(written);
        if heard.missed > 0 {
            writer.left_out.push(format!("{} requests after the first {MOST_RECORDED}", heard.missed));
        }
        writer.left_out.extend(handshakes.values().filter_map(|handshake| unplayable(handshake)));
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
    NoTunnel(&'a Proxy),
    Refused(&'a Handshake),
}

/// A connection that our alert or our silence ended, or that the proxy door did not make.
fn refused(event: &Arc<Event>) -> Option<(u64, Act<'_>)> {
    match &event.kind {
        Kind::Handshake(handshake) if handshake.ending == Some("refused") => Some((event.seq, Act::Refused(handshake))),
        Kind::Proxy(proxy) => Some((event.seq, Act::NoTunnel(proxy))),
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
    fn exchange<'h>(&mut self, act: &Act<'h>, handshakes: &BTreeMap<u64, &'h Handshake>) -> Option<Written<'h>> {
        let (handshake, what) = match act {
            Act::Answered(passed) => {
                let path = passed.target.split('?').next().unwrap_or_default();
                (handshakes.get(&passed.handshake).copied(), format!("{} {path}", passed.method))
            }
            Act::NoTunnel(_) => (None, "what the proxy door refused".to_owned()),
            Act::Refused(handshake) => (Some(*handshake), "a refused handshake".to_owned()),
        };
        let made = match (act, handshake) {
            (Act::NoTunnel(proxy), _) => no_tunnel(proxy).map(|table| Written { table, way: None }),
            (_, Some(handshake)) => Shown::of(handshake, self.scenario).and_then(|shown| {
                let table = self.on(&shown, act, handshake)?;
                Ok(Written { table, way: Some((handshake, shown)) })
            }),
            (_, None) => Err("its handshake is no longer in the journal".into()),
        };
        made.map_err(|why| self.left_out.push(format!("{}: {why}", crate::journal::line::harmless(&what)))).ok()
    }

    fn on(&mut self, shown: &Shown, act: &Act<'_>, handshake: &Handshake) -> Result<ExchangeTable, String> {
        let mut table = ExchangeTable::default();
        match act {
            Act::Answered(passed) => {
                if !self.login(passed, &mut table)? {
                    self.request(passed, shown, &mut table)?;
                }
                table.expect = Some(outcome(passed));
            }
            _ => {
                // what it would have asked for never came
                table.request = Some(NOT_ASKED.to_owned().into());
                table.expect = Some(ended(handshake));
            }
        }
        Ok(table)
    }
}

/// A handshake that came to nothing by other than the org's judgement: no exchange does so on purpose.
fn unplayable(handshake: &Handshake) -> Option<String> {
    let ending = handshake.ending.filter(|ending| *ending != "refused")?;
    let headline = handshake.explanation.as_ref().map_or(ending, |explanation| &explanation.headline);
    Some(format!("handshake {}: {headline}", handshake.id))
}

/// Stands for the request that a connection would have carried.
const NOT_ASKED: &str = "GET /services/data";

fn ended(handshake: &Handshake) -> OutcomeTable {
    let Some(sent) = &handshake.alert_sent else {
        return OutcomeTable { closed: Some(true.into()), ..OutcomeTable::default() };
    };
    let name = sent.split(' ').next().unwrap_or_default();
    let alert = Alert::WORDS.iter().find(|(word, _)| *word == name).map(|(_, alert)| Word::of(*alert));
    OutcomeTable { alert, ..OutcomeTable::default() }
}

fn no_tunnel(proxy: &Proxy) -> Result<ExchangeTable, String> {
    match (&proxy.method, &proxy.connect, proxy.status) {
        (Some(method), Some(target), Some(status @ 403)) if method == "CONNECT" => {
            let status = StatusValue::Number(status.into());
            Ok(ExchangeTable {
                by_proxy: Some(target.clone().into()),
                request: Some(NOT_ASKED.to_owned().into()),
                expect: Some(OutcomeTable { proxy: Some(status.into()), ..OutcomeTable::default() }),
                ..ExchangeTable::default()
            })
        }
        _ => Err("it was no CONNECT to a host and a port".into()),
    }
}

fn outcome(passed: &Passed) -> OutcomeTable {
    let answer = crate::exchange::Answer {
        status: passed.status,
        body: if passed.method == "HEAD" { Vec::new() } else { passed.answer.to_vec() },
        ..crate::exchange::Answer::default()
    };
    let status = StatusValue::Number(passed.status.into());
    let error = crate::exchange::error_code(&answer).map(Spot::from);
    OutcomeTable { status: Some(status.into()), error, ..OutcomeTable::default() }
}
