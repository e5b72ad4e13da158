//! Generated scripts of what clients do: recorded at one org and replayed at a fresh one, they leave the same canonical
//! journal.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use mockorg::journal::canonical;
use mockorg::replay::record::Recorder;
use mockorg::replay::{Party, Played, Player};
use mockorg::scenario::file::File;
use mockorg::{Scenario, Simulator};
use proptest::collection::vec;
use proptest::option::{of, weighted};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, TestRunner};

use super::runtime;
use crate::wire::Org;

const EDGES: [&str; 7] = [
    "resumption = \"trust\"",
    "resumption = \"rejudge\"\nlive-connections = \"recheck\"",
    "resumption = \"trust\"\nbad-chain = \"page\"\nno-certificate = \"page\"",
    "no-certificate = \"alert\"\nalerts = \"node\"",
    "no-certificate = \"alert\"\nalerts = \"java\"",
    "sni-mismatch = \"421\"\nresumption = \"trust\"",
    "alerts = \"nginx\"\nno-certificate = \"alert\"",
];

const CLIENTS: [&str; 6] = ["billing", "billing", "visitor", "expired", "revoked", "unlisted"];
const SENDS: [&str; 5] = ["leaf", "chain+root", "shuffled", "none", "chain"];
const HOSTS: [&str; 6] = [
    "login.salesforce.com",
    "acme.my.salesforce.com:8443",
    "localhost",
    "na1.salesforce.com:443",
    "example.com",
    "other.my.salesforce.com:8443",
];
const LOGINS: [&str; 8] = [
    "login = \"soap\"\nuser = \"reports@acme.example\"",
    "login = \"soap\"\nuser = \"billing@acme.example\"\nsecurity-token = true",
    "login = \"soap\"\nuser = \"billing@acme.example\"\npassword = \"mistyped\"\nversion = \"59.0\"",
    "login = \"password\"\nuser = \"reports@acme.example\"",
    "login = \"password\"\nuser = \"billing@acme.example\"",
    "login = \"password\"\nuser = \"billing@acme.example\"\npassword = \"mistyped\"",
    "login = \"client-credentials\"",
    "login = \"jwt-bearer\"\nuser = \"reports@acme.example\"",
];
const CALLS: [&str; 7] = [
    "request = \"GET /services/data/v68.0/limits\"",
    "request = \"GET /services/data/v68.0/query?q=SELECT+Name+FROM+Organization\"",
    "request = \"GET /services/data/v68.0/query?q=SELECT+Nothing+FROM+User\"",
    "request = \"POST /services/data/v68.0/limits\"\nbody = \"{}\"",
    "request = \"GET /nowhere\"",
    "soap = \"<getUserInfo/>\"",
    "soap = \"<query><queryString>SELECT Username FROM User</queryString></query>\"",
];

/// How a connection is made.
#[derive(Clone, Debug)]
struct Way {
    client: Option<&'static str>,
    sends: Option<&'static str>,
    door: Option<&'static str>,
    tls: Option<&'static str>,
    http: Option<&'static str>,
    sni: Option<&'static str>,
    host: Option<&'static str>,
    resume: Option<Index>,
}

/// What is done on it.
#[derive(Clone, Debug)]
enum Act {
    /// With the session of a login before, or with none.
    Call(&'static str, Option<Index>),
    Login(&'static str),
}

fn way() -> impl Strategy<Value = Way> {
    let client = (weighted(0.7, select(&CLIENTS[..])), weighted(0.2, select(&SENDS[..])));
    let tls = (of(select(&["1.2", "1.3"][..])), of(select(&["1.1", "2", "2"][..])));
    let names = (weighted(0.15, select(&["login.salesforce.com", ""][..])), weighted(0.25, select(&HOSTS[..])));
    let door = weighted(0.4, select(&["mutual", "standard"][..]));
    (client, door, tls, names, weighted(0.4, any::<Index>())).prop_map(|(client, door, tls, names, resume)| Way {
        client: client.0,
        sends: client.0.and(client.1),
        door: door.filter(|_| names.1.is_none_or(|host| !host.contains(':'))),
        tls: tls.0,
        http: tls.1,
        sni: names.0,
        host: names.1,
        resume,
    })
}

/// So many exchanges, each on a connection of its own or on one of three.
fn script() -> impl Strategy<Value = Vec<(Option<usize>, Way, Act)>> {
    let act = prop_oneof![
        (select(&CALLS[..]), weighted(0.8, any::<Index>())).prop_map(|(call, session)| Act::Call(call, session)),
        select(&LOGINS[..]).prop_map(Act::Login),
    ];
    vec((weighted(0.6, 0..3_usize), way(), act), 6..16)
}

fn written(script: &[(Option<usize>, Way, Act)]) -> String {
    let (mut toml, mut opened, mut logins) = (String::new(), [false; 3], Vec::new());
    for (at, (connection, way, act)) in script.iter().enumerate() {
        let _ = writeln!(toml, "[[exchange]]\nname = \"e{at}\"");
        let mut say = |key: &str, value: Option<&str>| {
            let _ = value.map(|value| writeln!(toml, "{key} = {value:?}"));
        };
        say("connection", connection.map(|n| ["a", "b", "c"][n]));
        let is_open = connection.is_some_and(|n| std::mem::replace(&mut opened[n], true));
        if !is_open {
            say("client", way.client);
            say("sends", way.sends);
            say("door", way.door);
            say("tls", way.tls);
            say("http", way.http);
            say("sni", way.sni);
            say("by-proxy", way.host);
            let earlier = way.resume.filter(|_| at > 0).map(|index| format!("e{}", index.index(at)));
            say("resume", earlier.as_deref());
        }
        match act {
            Act::Login(login) => {
                logins.push(at);
                let _ = writeln!(toml, "{login}");
            }
            Act::Call(call, session) => {
                let session = session.filter(|_| !logins.is_empty());
                let login = session.map(|index| format!("e{}", index.get(&logins)));
                let _ = login.map(|login| writeln!(toml, "session = {login:?}"));
                let _ = writeln!(toml, "{call}");
            }
        }
    }
    toml
}

fn quickstart(edge: &str) -> String {
    let text = include_str!("../../../scenarios/quickstart.toml");
    let (org, _) = text.split_once("\n[[exchange]]").unwrap();
    org.replacen("my-domain = \"acme\"\n", &format!("my-domain = \"acme\"\n\n[edge]\n{edge}\n"), 1)
}

fn scenario(toml: &str) -> Scenario {
    Scenario::from_text(toml, "x.toml", Path::new("."))
        .unwrap_or_else(|mistakes| panic!("{}\n{toml}", mistakes.render(false)))
}

fn play(org: &Org, scenario: &Scenario) -> Played {
    runtime().block_on(Player::new(Party::own(org, scenario)).all(&scenario.exchanges))
}

fn lines(org: &Org) -> Vec<String> {
    canonical(&org.journal().since(0)).iter().map(ToString::to_string).collect()
}

#[test]
fn a_recording_of_anything_replays_to_the_same_canonical_journal() {
    let seen = RefCell::new(BTreeMap::<&str, usize>::new());
    for edge in EDGES {
        let mut runner = TestRunner::new(Config { cases: 6, failure_persistence: None, ..Config::default() });
        let result = runner.run(&script(), |script| same_again(edge, &script, &mut seen.borrow_mut()));
        if let Err(failed) = result {
            panic!("{edge}\n{failed}");
        }
    }
    let seen = seen.into_inner();
    for kind in KINDS {
        assert!(seen.get(kind).is_some_and(|count| *count > 0), "{kind:?} was never recorded: {seen:#?}");
    }
}

/// Plays a script, records it, and plays the recording.
fn same_again(
    edge: &str,
    script: &[(Option<usize>, Way, Act)],
    seen: &mut BTreeMap<&'static str, usize>,
) -> Result<(), TestCaseError> {
    let toml = quickstart(edge);
    let played = scenario(&format!("{toml}\n{}", written(script)));
    let recorder = Recorder::new();
    let first = Org::with(Simulator::default().seed(7).tap(recorder.tap()), played.clone());
    play(&first, &played);
    let file = File::from_toml(&toml, "x.toml").unwrap();
    let recording = recorder.recording(&file, &scenario(&toml), first.journal()).unwrap();
    prop_assert_eq!(&recording.left_out, &Vec::<String>::new());
    let replayed = scenario(&recording.toml);
    let second = Org::with(Simulator::default().seed(7), replayed.clone());
    let outcomes = play(&second, &replayed);
    if let Some(first) = outcomes.first_difference() {
        let exchanges = &recording.toml[recording.toml.find("[[exchange]]").unwrap_or(0)..];
        return Err(TestCaseError::fail(format!("{first:#?}\n{exchanges}")));
    }
    prop_assert_eq!(lines(&second), lines(&first));
    count(&recording.toml, seen);
    Ok(())
}

/// What the recordings are to have in them.
const KINDS: [&str; 17] = [
    "alert = ",
    "by-proxy = ",
    "closed = true",
    "connection = \"connection-2\"",
    "door = \"mutual\"",
    "http = \"1.1\"",
    "http = \"2\"",
    "login = \"client-credentials\"",
    "login = \"jwt-bearer\"",
    "login = \"password\"",
    "login = \"soap\"",
    "password = \"not-the-password\"",
    "proxy = 403",
    "resumed = true",
    "sends = [",
    "session = \"login-1\"",
    "tls = \"1.2\"",
];

fn count(recording: &str, seen: &mut BTreeMap<&'static str, usize>) {
    let exchanges = recording.find("[[exchange]]").map_or("", |at| &recording[at..]);
    for kind in KINDS {
        *seen.entry(kind).or_default() += exchanges.matches(kind).count();
    }
}
