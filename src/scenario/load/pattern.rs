//! Patterns: which events of the journal a file means. A pattern that no event can be like is a mistake.

use std::ops::Range;

use super::names::Names;
use super::{Reading, values};
use crate::scenario::file::{File, NameList, PatternTable, Spot, StatusValue, Word};
use crate::scenario::pattern::{EventKind, Pattern, Sent, Status};
use crate::scenario::vocabulary::Vocabulary;
use crate::scenario::{Diagnostics, guess};

/// The methods of HTTP that an answer can be about.
const METHODS: [&str; 8] = ["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/// The longest text of a pattern, in characters.
const LONGEST_TEXT: usize = 1_000;

const CONNECTED: &[&str] = &["handshake", "login", "request"];

/// Which kinds of events have what a key asks for.
const KINDS: [(&str, &[&str]); 20] = [
    ("door", CONNECTED),
    ("client", &["deliver", "handshake", "issue", "login", "request"]),
    ("user", &["login", "password", "permission", "request", "sessions"]),
    ("outcome", &["handshake", "login", "proxy", "request", "step", "upload"]),
    ("sent", CONNECTED),
    ("serial", &["deliver", "handshake", "issue", "login", "request"]),
    ("certificate", CONNECTED),
    ("rule", &["handshake", "login", "request", "upload"]),
    ("alert-sent", &["handshake"]),
    ("alert-received", &["handshake"]),
    ("ending", &["handshake"]),
    ("method", &["proxy", "request"]),
    ("path", &["request"]),
    ("status", &["proxy", "request"]),
    ("action", &["request"]),
    ("family", &["request"]),
    ("flow", &["login"]),
    ("error", &["request"]),
    ("name", &["crl", "expectation", "fault", "mark", "step", "switch", "trust", "upload"]),
    ("step", &["step"]),
];

/// Kinds that are meant where none is named, the first that fits.
const USUAL: [&str; 3] = ["request", "handshake", "login"];

/// The names that a pattern may use.
pub(super) struct Known<'a> {
    names: &'a Names<'a>,
    users: Vec<&'a str>,
    steps: Vec<&'a str>,
}

impl<'a> Known<'a> {
    /// What the file has.
    pub(super) fn of(file: &'a File, names: &'a Names<'a>) -> Self {
        let users = file.user.iter().map(|user| user.username.as_str()).collect();
        let steps = file.step.iter().map(|step| step.name.as_str()).collect();
        Self { names, users, steps }
    }
}

impl Pattern {
    /// Reads a pattern from the text of an inline table, as in a scenario file: `{ door = "mutual", status = 200 }`.
    ///
    /// Names are not looked up: there is no file that they could be in.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn from_toml(text: &str) -> Result<Self, Diagnostics> {
        let name = "pattern";
        let table = PatternTable::from_toml(text, name)?;
        let mut reading = Reading::new(name, text, "".as_ref(), super::Outside::Refuse);
        let pattern = pattern(&table, 0..text.len(), None, &mut reading);
        if reading.found_mistakes() { Err(reading.diagnostics()) } else { Ok(pattern) }
    }
}

/// `span` is where the whole table stands; without `known`, names are not looked up.
pub(super) fn pattern(
    table: &PatternTable,
    span: Range<usize>,
    known: Option<&Known<'_>>,
    reading: &mut Reading<'_>,
) -> Pattern {
    if let Some(known) = known {
        look_up(table, known, reading);
    }
    let named = |short: &Option<Spot<String>>| short.as_ref().map(|name| name.to_string());
    if let Some(name) = [&table.name, &table.step, &table.mark].into_iter().flatten().nth(1) {
        reading.mistake(name.span(), "one name at a time: `name`, `step` or `mark`");
    }
    for text in [&table.client, &table.user, &table.name, &table.step, &table.mark, &table.path].into_iter().flatten() {
        super::people::check_length("the text", text, LONGEST_TEXT, reading);
    }
    Pattern {
        kind: kind(table, span, reading),
        door: table.door.as_ref().and_then(|word| reading.word(word)),
        client: named(&table.client),
        user: named(&table.user),
        outcome: table.outcome.as_ref().and_then(|word| reading.word(word)),
        sent: table.sent.as_ref().and_then(|sent| self::sent(sent, known, reading)),
        serial: table.serial.as_ref().map(|serial| values::serial(serial, reading)),
        certificate: table.certificate.as_ref().and_then(|word| reading.word(word)),
        rule: table.rule.as_ref().and_then(|word| reading.word(word)),
        alert_sent: table.alert_sent.as_ref().and_then(|word| reading.word(word)),
        alert_received: table.alert_received.as_ref().and_then(|word| reading.word(word)),
        ending: table.ending.as_ref().and_then(|word| reading.word(word)),
        method: table.method.as_ref().map(|method| self::method(method, reading)),
        path: table.path.as_ref().map(|path| self::path(path, reading)),
        status: table.status.as_ref().and_then(|status| self::status(status, reading)),
        action: table.action.as_ref().and_then(|word| reading.word(word)),
        family: table.family.as_ref().and_then(|word| reading.word(word)),
        flow: table.flow.as_ref().and_then(|word| reading.word(word)),
        error: table.error.as_ref().and_then(|word| reading.word(word)),
        name: named(&table.name).or_else(|| named(&table.step)).or_else(|| named(&table.mark)),
    }
}

fn look_up(table: &PatternTable, known: &Known<'_>, reading: &mut Reading<'_>) {
    if let Some(client) = &table.client {
        known.names.client(client, reading);
    }
    if let Some(user) = &table.user
        && !known.users.iter().any(|name| name.to_lowercase() == user.to_lowercase())
    {
        reading.unknown("user", user, known.users.iter().copied());
    }
    if let Some(step) = &table.step
        && !known.steps.contains(&step.as_str())
    {
        reading.unknown("step", step, known.steps.iter().copied());
    }
}

/// The kind that is named; else the usual one that has all the keys.
fn kind(table: &PatternTable, span: Range<usize>, reading: &mut Reading<'_>) -> Option<EventKind> {
    let keys = keys(table);
    let fits = |kind: &str| keys.iter().all(|(key, _)| kinds(key).contains(&kind));
    let Some(word) = &table.kind else {
        if keys.is_empty() {
            reading.mistake(span, "an empty pattern means every event; say at least its kind");
            return None;
        }
        let known = EventKind::WORDS.iter().map(|(_, kind)| *kind);
        let candidates: Vec<EventKind> = known.filter(|kind| fits(kind.name())).collect();
        let usual = USUAL.iter().find_map(|usual| candidates.iter().find(|kind| kind.name() == *usual));
        return match (usual, candidates.as_slice()) {
            (Some(kind), _) | (None, [kind]) => Some(*kind),
            (None, []) => {
                let (first, (second, span)) = apart(&keys);
                reading.mistake(span.clone(), format!("no event has both `{first}` and `{second}`"));
                None
            }
            (None, several) => {
                let names: Vec<&str> = several.iter().map(|kind| kind.name()).collect();
                let message = format!("say the kind: events of kind {} have `{}`", listed(&names), keys[0].0);
                reading.mistake(keys[0].1.clone(), message);
                None
            }
        };
    };
    let kind = reading.word(word)?;
    for (key, span) in &keys {
        if !kinds(key).contains(&kind.name()) {
            let message =
                format!("`{key}` is of {} events; this pattern is of kind {}", listed(kinds(key)), kind.name());
            reading.mistake(span.clone(), message);
        }
    }
    Some(kind)
}

/// Two keys of which no event has both, in the order of the reference.
fn apart<'a>(keys: &'a [(&'static str, Range<usize>)]) -> (&'static str, &'a (&'static str, Range<usize>)) {
    let pairs = keys.iter().enumerate().flat_map(|(n, one)| keys[n + 1..].iter().map(move |other| (one.0, other)));
    let mut disjoint = pairs.filter(|(one, other)| !kinds(one).iter().any(|kind| kinds(other.0).contains(kind)));
    disjoint.next().unwrap_or((keys[0].0, &keys[keys.len() - 1]))
}

fn kinds(key: &str) -> &'static [&'static str] {
    match key {
        "mark" => &["mark"],
        key => KINDS.iter().find(|(name, _)| *name == key).map_or(&[], |(_, kinds)| kinds),
    }
}

fn listed(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The keys that are there, but for `kind`.
fn keys(table: &PatternTable) -> Vec<(&'static str, Range<usize>)> {
    fn word<V>(word: &Option<Word<V>>) -> Option<Range<usize>> {
        word.as_ref().map(|word| word.text().span())
    }
    let text = |text: &Option<Spot<String>>| text.as_ref().map(Spot::span);
    let sent = table.sent.as_ref().map(|sent| match sent {
        NameList::Word(word) => word.text().span(),
        NameList::Names(names) => names.first().map_or(0..0, Spot::span),
    });
    let keys = [
        ("door", word(&table.door)),
        ("client", text(&table.client)),
        ("user", text(&table.user)),
        ("outcome", word(&table.outcome)),
        ("sent", sent),
        ("serial", text(&table.serial)),
        ("certificate", word(&table.certificate)),
        ("rule", word(&table.rule)),
        ("alert-sent", word(&table.alert_sent)),
        ("alert-received", word(&table.alert_received)),
        ("ending", word(&table.ending)),
        ("method", text(&table.method)),
        ("path", text(&table.path)),
        ("status", table.status.as_ref().map(Spot::span)),
        ("action", word(&table.action)),
        ("family", word(&table.family)),
        ("flow", word(&table.flow)),
        ("error", word(&table.error)),
        ("name", text(&table.name)),
        ("step", text(&table.step)),
        ("mark", text(&table.mark)),
    ];
    keys.into_iter().filter_map(|(key, span)| Some((key, span?))).collect()
}

fn sent(
    sent: &NameList<crate::scenario::pattern::SentWord>,
    known: Option<&Known<'_>>,
    reading: &mut Reading<'_>,
) -> Option<Sent> {
    match sent {
        NameList::Word(word) => reading.word(word).map(Sent::Word),
        NameList::Names(names) => {
            if let Some(known) = known {
                names.iter().for_each(|name| _ = known.names.either(name, reading));
            }
            Some(Sent::Names(names.iter().map(|name| name.to_string()).collect()))
        }
    }
}

fn method(method: &Spot<String>, reading: &mut Reading<'_>) -> String {
    let upper = method.to_ascii_uppercase();
    if !METHODS.contains(&upper.as_str()) {
        reading.unknown("method", method, METHODS);
    }
    upper
}

fn path(path: &Spot<String>, reading: &mut Reading<'_>) -> String {
    if !path.starts_with(['/', '*']) || path.contains('?') {
        let found = guess::quoted(path);
        let meant = "is not a path such as \"/services/data/*\": it begins with \"/\" or \"*\" and has no query";
        reading.mistake(path.span(), format!("{found} {meant}"));
    }
    path.to_string()
}

pub(super) fn status(status: &Spot<StatusValue>, reading: &mut Reading<'_>) -> Option<Status> {
    let found = match &**status {
        StatusValue::Number(number) => {
            u16::try_from(*number).ok().filter(|number| (100..600).contains(number)).map(Status::Exactly)
        }
        StatusValue::Class(text) => ["1xx", "2xx", "3xx", "4xx", "5xx"]
            .iter()
            .zip(1..)
            .find(|(class, _)| class.eq_ignore_ascii_case(text))
            .map(|(_, digit)| Status::Class(digit)),
    };
    if found.is_none() {
        let shown = match &**status {
            StatusValue::Number(number) => number.to_string(),
            StatusValue::Class(text) => guess::quoted(text),
        };
        reading.mistake(status.span(), format!("the status is {shown}; it is a number such as 503, or \"5xx\""));
    }
    found
}
