//! `[[fault]]` and `[chaos]`: whom a fault strikes must be known by the time that it does.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::path::Path;
use std::time::Duration;

use jiff::SignedDuration;
use serde::Deserialize;

use super::names::Names;
use super::{Outside, Reading, apps, values};
use crate::scenario::fault::{
    ConnectionEffect, Effect, EffectName, LONGEST_HOLD, MOST_FAULTS, Preset, RequestEffect, RetryAfter, Selection,
};
use crate::scenario::file::{ChaosTable, FaultTable, File, Spot};
use crate::scenario::vocabulary::Vocabulary;
use crate::scenario::{Door, FaultSpec, Scenario, ServerFlaw, guess, toml_error, write};

/// The longest name of a fault, and the longest path that one may wait for, in characters.
const LONGEST: usize = 200;

/// What `retry-after` may say at most: a day.
const LONGEST_RETRY: Duration = Duration::from_secs(24 * 60 * 60);

pub(super) fn faults(file: &File, names: &Names<'_>, reading: &mut Reading<'_>) -> Vec<FaultSpec> {
    let users = apps::usernames(file);
    let mut taken = HashSet::new();
    let mut specs = Vec::new();
    for (index, table) in file.fault.iter().enumerate() {
        if index == MOST_FAULTS {
            reading
                .mistake(table.effect.text().span(), format!("more than {MOST_FAULTS} [[fault]] tables in one file"));
        }
        let Some(spec) = fault(table, names, &users, reading) else { continue };
        if !taken.insert(spec.name.clone()) {
            let span = table.name.as_ref().map_or_else(|| table.effect.text().span(), Spot::span);
            let name = guess::quoted(&spec.name);
            reading.mistake(span, format!("there is another fault {name}; give each a name of its own"));
        }
        specs.push(spec);
    }
    specs
}

pub(super) fn chaos(table: Option<&ChaosTable>, reading: &mut Reading<'_>) -> Preset {
    table.and_then(|table| reading.word(&table.preset)).unwrap_or_default()
}

impl FaultSpec {
    /// Reads the keys of a `[[fault]]` that came from elsewhere than a file, for the clients and users of `scenario`.
    ///
    /// # Errors
    /// What is wrong with them, in one line.
    pub fn from_keys(keys: &serde_json::Value, scenario: &Scenario) -> Result<Self, String> {
        // a whole number is a number, too
        let mut keys = keys.clone();
        if let Some(part) = keys.get_mut("probability")
            && let Some(whole) = part.as_u64().and_then(|whole| u32::try_from(whole).ok())
        {
            *part = f64::from(whole).into();
        }
        let text = toml::to_string(&keys).map_err(|_| "a value that is null, or too deep")?;
        let table =
            FaultTable::deserialize(toml::Deserializer::parse(&text).map_err(|error| error.message().to_owned())?)
                .map_err(|error| toml_error::rewrite(&error, &text, None).1)?;
        let names = Names {
            cas: HashMap::new(),
            clients: scenario.clients.iter().enumerate().map(|(at, client)| (client.name.as_str(), at)).collect(),
        };
        let users = scenario.users.iter().map(|user| (user.username.to_lowercase(), user.username.as_str())).collect();
        let mut reading = Reading::new("fault", &text, Path::new("."), Outside::Refuse);
        let spec = fault(&table, &names, &users, &mut reading);
        match spec.filter(|_| !reading.found_mistakes()) {
            Some(spec) => Ok(spec),
            None => {
                let mistakes = reading.diagnostics();
                let messages: Vec<&str> = mistakes.iter().map(|mistake| mistake.message.as_str()).collect();
                Err(messages.join("; "))
            }
        }
    }

    /// Its keys, as a `[[fault]]` has them.
    pub fn keys(&self) -> FaultTable {
        write::fault(self)
    }
}

/// One fault, from a `[[fault]]` or from a step's `do.fault`; `users` are those of [`apps::usernames`].
pub(super) fn fault(
    table: &FaultTable,
    names: &Names<'_>,
    users: &HashMap<String, &str>,
    reading: &mut Reading<'_>,
) -> Option<FaultSpec> {
    let when = selection(table, names, users, reading);
    let times = table.times.as_ref().and_then(|times| positive("times", times, reading));
    let name = reading.word(&table.effect);
    check_name(table, reading);
    let name = name?;
    check_order(table, name, reading);
    check_parameters(table, name, reading);
    let effect = effect(table, name, reading)?;
    Some(FaultSpec {
        name: table.name.as_ref().map_or_else(|| word(name), |name| name.to_string()),
        when,
        effect,
        times,
    })
}

fn selection(
    table: &FaultTable,
    names: &Names<'_>,
    users: &HashMap<String, &str>,
    reading: &mut Reading<'_>,
) -> Selection {
    if let (Some(nth), Some(_)) = (&table.nth, &table.probability) {
        reading.mistake(nth.span(), "a fault has nth or probability, not both");
    }
    if let (Some(_), Some(times)) = (&table.nth, &table.times) {
        reading.mistake(times.span(), "nth is one of them: it comes once without times");
    }
    let door = table.door.as_ref().and_then(|door| reading.word(door));
    if let Some(client) = &table.client {
        names.client(client, reading);
        if door == Some(Door::Standard) {
            reading.mistake(client.span(), "the standard door asks for no certificate, so no client is known there");
        }
    }
    if let Some(path) = &table.path {
        check_path(path, reading);
    }
    let probability = table.probability.as_ref().map(|part| {
        if !(**part > 0.0 && **part <= 1.0) {
            let message = format!("probability is {}; it is more than 0 and at most 1", **part);
            reading.mistake(part.span(), message);
        }
        **part
    });
    Selection {
        door,
        remote: table.remote.as_ref().map(|remote| values::network(remote, reading)),
        nth: table.nth.as_ref().and_then(|nth| positive("nth", nth, reading)),
        probability,
        client: table.client.as_ref().map(|client| client.to_string()),
        user: table.user.as_ref().and_then(|user| apps::username(user, users, reading)),
        path: table.path.as_ref().map(|path| path.to_string()),
    }
}

fn check_path(path: &Spot<String>, reading: &mut Reading<'_>) {
    let graphic = path.chars().all(|c| c.is_ascii_graphic());
    if !path.starts_with(['/', '*']) || !graphic || path.contains('?') || path.len() > LONGEST {
        let found = guess::quoted(path);
        let meant = "is not a path such as \"/services/data/*\", without query, of at most";
        reading.mistake(path.span(), format!("{found} {meant} {LONGEST} characters"));
    }
}

fn check_name(table: &FaultTable, reading: &mut Reading<'_>) {
    let Some(name) = &table.name else { return };
    let length = name.chars().count();
    if name.trim().is_empty() || length > LONGEST || name.chars().any(char::is_control) {
        let message = format!("the fault's name has {length} characters; it may have 1 to {LONGEST}, none of control");
        reading.mistake(name.span(), message);
    }
}

/// Before any certificate is seen nobody is known.
fn check_order(table: &FaultTable, name: EffectName, reading: &mut Reading<'_>) {
    if !name.is_of_a_connection() {
        return;
    }
    let later = [("client", &table.client), ("user", &table.user), ("path", &table.path)];
    for (key, value) in later {
        let Some(value) = value else { continue };
        let cure = "choose by door, remote, nth or probability";
        let message =
            format!("{key} is not known yet when {} strikes, before any certificate is seen; {cure}", quoted(name));
        reading.mistake(value.span(), message);
    }
}

/// A parameter of another effect would be ignored.
fn check_parameters(table: &FaultTable, name: EffectName, reading: &mut Reading<'_>) {
    let mut check = |key: &str, span: Option<Range<usize>>, effects: &[EffectName]| {
        let Some(span) = span.filter(|_| !effects.contains(&name)) else { return };
        let of: Vec<String> = effects.iter().map(|&effect| quoted(effect)).collect();
        reading.mistake(span, format!("{} takes no {key}; that is for {}", quoted(name), of.join(", ")));
    };
    let form = table.retry_after_form.as_ref().map(|form| form.text().span());
    check("for", table.lasting.as_ref().map(Spot::span), &[EffectName::HoldServerHello, EffectName::SlowBody]);
    check("alert", table.alert.as_ref().map(|alert| alert.text().span()), &[EffectName::Alert]);
    check("after-bytes", table.after_bytes.as_ref().map(Spot::span), &[EffectName::Drop]);
    check("retry-after", table.retry_after.as_ref().map(Spot::span), &RETRIABLE);
    check("retry-after-form", form.clone(), &RETRIABLE);
    if let (Some(form), None) = (form, &table.retry_after) {
        reading.mistake(form, "retry-after-form needs retry-after, which says how long");
    }
}

fn effect(table: &FaultTable, name: EffectName, reading: &mut Reading<'_>) -> Option<Effect> {
    let of_server = |flaw| Effect::Connection(ConnectionEffect::ServerCertificate(flaw));
    Some(match name {
        EffectName::Alert => {
            let alert = reading.word_or(table.alert.as_ref(), Default::default());
            Effect::Connection(ConnectionEffect::Alert(alert))
        }
        EffectName::Drop => {
            let bytes = table.after_bytes.as_ref().map(|bytes| (bytes.span(), u64::try_from(**bytes)));
            let after_bytes = match bytes {
                None => 0,
                Some((_, Ok(bytes))) => bytes,
                Some((span, Err(_))) => {
                    reading.mistake(span, "after-bytes is less than 0");
                    0
                }
            };
            Effect::Request(RequestEffect::Drop { after_bytes })
        }
        EffectName::EndSession => Effect::Request(RequestEffect::EndSession),
        EffectName::HoldServerHello => Effect::Connection(ConnectionEffect::HoldServerHello(lasting(table, reading)?)),
        EffectName::RequestLimitExceeded => {
            Effect::Request(RequestEffect::RequestLimitExceeded(retry_after(table, reading)))
        }
        EffectName::Reset => Effect::Connection(ConnectionEffect::Reset),
        EffectName::ResetInHandshake => Effect::Connection(ConnectionEffect::ResetInHandshake),
        EffectName::ServerExpired => of_server(ServerFlaw::Expired),
        EffectName::ServerIncomplete => of_server(ServerFlaw::Incomplete),
        EffectName::ServerOtherRoot => of_server(ServerFlaw::OtherRoot),
        EffectName::ServerUnavailable => Effect::Request(RequestEffect::ServerUnavailable(retry_after(table, reading))),
        EffectName::ServerWrongName => of_server(ServerFlaw::WrongName),
        EffectName::SlowBody => Effect::Request(RequestEffect::SlowBody(lasting(table, reading)?)),
        EffectName::Unavailable => Effect::Request(RequestEffect::Unavailable(retry_after(table, reading))),
    })
}

fn lasting(table: &FaultTable, reading: &mut Reading<'_>) -> Option<Duration> {
    let Some(text) = &table.lasting else {
        let span = table.effect.text().span();
        reading.mistake(span, format!("{} needs for, which says how long: for = \"3s\"", table.effect.text().as_str()));
        return None;
    };
    real_duration("for", text, LONGEST_HOLD, reading)
}

fn retry_after(table: &FaultTable, reading: &mut Reading<'_>) -> Option<RetryAfter> {
    let after = table.retry_after.as_ref().and_then(|text| {
        let after = real_duration("retry-after", text, LONGEST_RETRY, reading)?;
        if after.subsec_nanos() != 0 {
            reading.mistake(text.span(), "retry-after is in whole seconds");
        }
        Some(after)
    });
    let form = reading.word_or(table.retry_after_form.as_ref(), Default::default());
    Some(RetryAfter { after: after?, form })
}

/// A duration on the wall's clock, longer than none.
fn real_duration(key: &str, text: &Spot<String>, most: Duration, reading: &mut Reading<'_>) -> Option<Duration> {
    let found = values::duration(text).filter(|by| *by > SignedDuration::ZERO).and_then(|by| by.try_into().ok());
    let fits = found.filter(|by: &Duration| *by <= most);
    if fits.is_none() {
        let most = SignedDuration::try_from(most).unwrap_or_default();
        let message = format!("{key} is {}; it is a duration such as \"3s\", {most:#} at most", guess::quoted(text));
        reading.mistake(text.span(), message);
    }
    fits
}

fn positive(key: &str, number: &Spot<i64>, reading: &mut Reading<'_>) -> Option<u64> {
    let found = u64::try_from(**number).ok().filter(|number| *number > 0);
    if found.is_none() {
        reading.mistake(number.span(), format!("{key} is {}; it is counted from 1", **number));
    }
    found
}

fn word(name: EffectName) -> String {
    let words = EffectName::WORDS.iter().find(|(_, effect)| *effect == name);
    words.map_or_else(String::new, |(word, _)| (*word).to_owned())
}

fn quoted(name: EffectName) -> String {
    guess::quoted(&word(name))
}

const RETRIABLE: [EffectName; 3] =
    [EffectName::RequestLimitExceeded, EffectName::ServerUnavailable, EffectName::Unavailable];
