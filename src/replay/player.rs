//! Plays exchanges one after another, each on a connection of its own or on one that is kept, and keeps what they capture.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::connection::{Hello, Sessions};
use super::http::{ANSWER_TIMEOUT, Line};
use super::party::{Door, Party};
use super::steps::Steps;
use super::{Exchanged, Judged, Pace, Played, micros};
use crate::clock::Stopwatch;
use crate::exchange::{Answer, Captures, Outcome, Unprepared, differences, excerpt, masked, prepare};
use crate::journal::{Explanation, Kind};
use crate::scenario::ExchangeSpec;
use crate::scenario::exchange::Place;

/// An alert leaves before its handshake is in the journal; this long is waited for it.
const EVENT_PATIENCE: Duration = Duration::from_secs(2);

/// Plays exchanges at one org.
pub struct Player {
    party: Party,
    captures: Captures,
    /// Connections that are kept, by name; `None` is one that did not come to be.
    kept: HashMap<String, Option<Line>>,
    /// What the connections of exchanges were given, by the exchange's name.
    sessions: HashMap<String, Sessions>,
    answer_timeout: Duration,
    pace: Option<Arc<Pace>>,
    /// Why nothing more is sent.
    stopped: Option<&'static str>,
}

impl Player {
    /// Nothing is played yet.
    pub fn new(party: Party) -> Self {
        let (kept, sessions, captures) = (HashMap::new(), HashMap::new(), Captures::default());
        Self { party, captures, kept, sessions, answer_timeout: ANSWER_TIMEOUT, pace: None, stopped: None }
    }

    /// How long an answer may take.
    pub fn answer_timeout(mut self, limit: Duration) -> Self {
        self.answer_timeout = limit;
        self
    }

    /// Exchanges begin no faster than this.
    pub fn pace(mut self, pace: Arc<Pace>) -> Self {
        self.pace = Some(pace);
        self
    }

    /// Plays them all, in order.
    pub async fn all(mut self, exchanges: &[ExchangeSpec]) -> Played {
        let watch = Stopwatch::start();
        let mut played = Vec::with_capacity(exchanges.len());
        for exchange in exchanges {
            if let Some(pace) = &self.pace {
                pace.turn().await;
            }
            if let Some(step) = &exchange.step {
                played.push(self.step(step, exchange.line.0).await);
            }
            played.push(self.play(exchange).await);
        }
        Played { exchanges: played, duration_us: micros(watch.elapsed()) }
    }

    /// Plays the steps of a scenario that has nothing else to play.
    pub async fn film(self) -> Played {
        let watch = Stopwatch::start();
        let names = self.party.steps.as_ref().map(Steps::playable).unwrap_or_default();
        let mut played = Vec::with_capacity(names.len());
        for name in names {
            played.push(self.step(&name, 0).await);
        }
        Played { exchanges: played, duration_us: micros(watch.elapsed()) }
    }

    async fn step(&self, name: &str, line: usize) -> Exchanged {
        let watch = Stopwatch::start();
        let (found, outcome, explanation) = match &self.party.steps {
            Some(steps) => match steps.play(name).await {
                Ok(()) => ("done".to_owned(), Judged::AsExpected, None),
                Err((why, explanation)) => (why, Judged::Different, explanation),
            },
            None => ("not played: this org is not ours to move".into(), Judged::NotPlayed, None),
        };
        let duration_us = micros(watch.elapsed());
        let action = format!("step {name}");
        let nothing = (None, None, None, Vec::new());
        let (door, client, answer, differences) = nothing;
        Exchanged {
            name: None,
            line,
            door,
            client,
            action,
            found,
            outcome,
            differences,
            answer,
            ours: None,
            explanation,
            duration_us,
        }
    }

    /// Plays the next exchange.
    pub async fn play(&mut self, exchange: &ExchangeSpec) -> Exchanged {
        let watch = Stopwatch::start();
        let before = self.party.journal.as_ref().map(|journal| journal.last_seq());
        let is_kept = exchange.connection.as_ref().is_some_and(|name| self.kept.contains_key(name));
        let sent = self.try_it(exchange).await;
        let (found, judged, differences) = match &sent {
            Ok(outcome) => {
                let mut found = differences(&exchange.expect, &self.captures, outcome);
                if let Outcome::Answered(answer) = outcome {
                    let missing = self.captures.take(exchange, answer);
                    // nobody is helped by hearing that a refusal has no session in it
                    if found.is_empty() {
                        found = missing;
                    }
                }
                let judged = if found.is_empty() { Judged::AsExpected } else { Judged::Different };
                (outcome.summary(), judged, found)
            }
            Err(why) => (format!("not played: {why}"), Judged::NotPlayed, Vec::new()),
        };
        let answer = match &sent {
            Ok(Outcome::Answered(answer)) if judged == Judged::Different => Some(excerpt(&answer.text())),
            _ => None,
        };
        let duration_us = micros(watch.elapsed());
        let explanation = match before {
            // the journal has an alert's handshake a moment after the client has the alert
            Some(before) => {
                let wanted = judged == Judged::Different || matches!(sent, Ok(Outcome::Alert { .. }));
                // what ended a connection that was kept is there already
                let wanted = wanted && !is_kept;
                self.explanation(before, wanted).await
            }
            None => None,
        };
        Exchanged {
            name: exchange.name.clone(),
            line: exchange.line.0,
            door: Some(exchange.door.name()),
            client: exchange.client.as_ref().map(|showing| showing.client.clone()),
            action: masked(&exchange.summary()),
            found,
            outcome: judged,
            differences,
            answer,
            ours: None,
            explanation,
            duration_us,
        }
    }

    /// Plays the next exchange for what comes of it, whatever was expected; why it was not sent.
    pub async fn outcome(&mut self, exchange: &ExchangeSpec) -> Result<Outcome, String> {
        if let Some(pace) = &self.pace {
            pace.turn().await;
        }
        // another org is as it is: its identities are given as the step would have left them
        if let (Some(step), Some(steps)) = (&exchange.step, &self.party.steps) {
            steps.play(step).await.map_err(|(why, _)| format!("the step {step}: {why}"))?;
        }
        let sent = self.try_it(exchange).await;
        if let Ok(Outcome::Answered(answer)) = &sent {
            self.captures.take(exchange, answer);
        }
        sent
    }

    /// What was captured so far.
    pub fn captures(&self) -> &Captures {
        &self.captures
    }

    /// The org that is played at.
    pub(super) fn party(&self) -> &Party {
        &self.party
    }

    /// Why nothing more is sent.
    pub fn stopped(&self) -> Option<&'static str> {
        self.stopped
    }

    async fn try_it(&mut self, exchange: &ExchangeSpec) -> Result<Outcome, String> {
        let sent = self.send(exchange).await;
        if let Ok(Outcome::Answered(answer)) = &sent
            && self.party.wants_a_sandbox
            && says_it_is_none(answer)
        {
            self.stopped = Some(NO_SANDBOX);
        }
        sent
    }

    /// What comes of an exchange; why it was not sent.
    async fn send(&mut self, exchange: &ExchangeSpec) -> Result<Outcome, String> {
        if let Some(why) = self.stopped {
            return Err(why.to_owned());
        }
        let prepared = |door: &Door| {
            let prepared = prepare(&exchange.action, &self.captures, self.party.keys.ring(), &door.base);
            prepared.map_err(|lacking| match lacking {
                Unprepared::Missing(reference) => format!("{reference} was not captured"),
                Unprepared::Secret(why) => why,
            })
        };
        let name = exchange.connection.as_ref();
        let kept = name.and_then(|name| self.kept.remove(name));
        let (mut line, prepared) = match kept {
            Some(None) => return Err("its connection did not come to be".to_owned()),
            Some(Some(line)) => match prepared(line.door()) {
                Ok(prepared) => (line, prepared),
                Err(why) => {
                    self.kept.extend(name.map(|name| (name.clone(), Some(line))));
                    return Err(why);
                }
            },
            None => {
                let door = self.party.door(exchange)?;
                let prepared = prepared(&door)?;
                match self.connect(exchange, &door).await? {
                    Ok(line) => (line, prepared),
                    Err(outcome) => {
                        self.kept.extend(name.map(|name| (name.clone(), None)));
                        return Ok(outcome);
                    }
                }
            }
        };
        let outcome = line.ask(&prepared, name.is_none(), self.answer_timeout).await;
        self.sessions.extend(exchange.name.as_ref().map(|name| (name.clone(), line.sessions())));
        self.kept.extend(name.map(|name| (name.clone(), Some(line))));
        Ok(outcome)
    }

    /// A new connection, as the exchange wants it, or what came of that.
    async fn connect(&self, exchange: &ExchangeSpec, door: &Door) -> Result<Result<Line, Outcome>, String> {
        let shown = exchange.client.as_ref().map(|showing| self.party.keys.shown(showing)).transpose()?;
        let session = exchange.resume.as_ref().and_then(|name| self.sessions.get(name)?.last());
        let hello = Hello {
            door,
            trust: &self.party.trust,
            shown: shown.as_ref(),
            version: exchange.tls,
            sni: exchange.sni.as_deref(),
            http: exchange.http,
            session: session.as_deref(),
        };
        Ok(match hello.connect().await {
            Ok(connection) => Line::begin(connection, door.clone()).await,
            Err(outcome) => Err(outcome),
        })
    }

    /// Why our org did what it did, in its own words; waited for where somebody will want to know.
    async fn explanation(&self, before: u64, wanted: bool) -> Option<Explanation> {
        let journal = self.party.journal.clone()?;
        let said = |kind: &Kind| kind.explanation().cloned();
        let since = journal.since(before);
        if let Some(found) = since.iter().rev().find_map(|event| said(&event.kind)) {
            return Some(found);
        }
        let answered = since.iter().any(|event| matches!(event.kind, Kind::Request(_)));
        if !wanted || answered {
            return None;
        }
        let wait = move || journal.wait_for(before, EVENT_PATIENCE, |event| event.kind.explanation().is_some());
        let event = tokio::task::spawn_blocking(wait).await.ok().flatten()?;
        said(&event.kind)
    }
}

/// A SOAP login says what kind of org it is.
fn says_it_is_none(answer: &Answer) -> bool {
    Place::parse("//loginResponse/result/sandbox").is_ok_and(|place| answer.text_at(&place).as_deref() == Ok("false"))
}

const NO_SANDBOX: &str = "the org says that it is no sandbox: --production says that it is meant";
