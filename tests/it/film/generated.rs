//! A thousand generated films: the same scenario, seed and calls leave the same canonical journal. Their clients come in
//! process; those of a part of them come over TLS. What the thousand have in them is counted.

use std::cell::{Cell, RefCell};
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};

use mockorg::clock::Clock;
use mockorg::controls::Controls;
use mockorg::journal::{Event, Journal, Subscription, canonical};
use mockorg::org::Door;
use mockorg::scenario::Permission;
use mockorg::seed::Seed;
use mockorg::{RenewalKey, Scenario, Simulator};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;
use serde_json::Value;

use super::{START, at, days};
use crate::wire::{Failure, Org, PATIENCE};

mod in_process;
mod variety;

use in_process::Doors;
use variety::Variety;

const ORG: &str = "format = 1
org = { name = \"Acme\", clock = \"2029-03-01T00:00:00Z\" }
ca = [{ name = \"root\", listed = true }, { name = \"elsewhere\" }]
client = [
  { name = \"one\", issuer = \"root\", valid = { from = \"-300d\", until = \"9d\" } },
  { name = \"two\", issuer = \"root\" },
  { name = \"far\", issuer = \"elsewhere\" },
]
mutual-auth-certificate = [{ label = \"One\", client = \"one\" }]
user = [
  { username = \"u@acme.example\", password = \"pw\", permissions = [\"enforce-mutual-authentication\"] },
  { username = \"v@acme.example\", password = \"pw\" },
]
connected-app = [{ name = \"app\", client-id = \"id\", client-secret = \"secret\" }]
";

/// What steps do; not all of it succeeds.
const VERBS: [&str; 20] = [
    "issue = { client = \"one\" }",
    "issue = { client = \"two\", key = \"same\" }",
    "upload = { label = \"Two\", client = \"two\" }",
    "upload = { label = \"One, again\", client = \"one\" }",
    "delete-certificate = \"One\"",
    "revoke = \"one\"",
    "revoke = \"two\"",
    "crl = { ca = \"root\", change = \"stale\" }",
    "crl = { ca = \"root\", change = \"publish\" }",
    "list = { ca = \"elsewhere\" }",
    "delist = \"root\"",
    "deny = { user = \"u@acme.example\", permission = \"enforce-mutual-authentication\" }",
    "grant = { user = \"v@acme.example\", permission = \"enforce-mutual-authentication\" }",
    "expire-sessions = \"u@acme.example\"",
    "password = { user = \"u@acme.example\", password = \"new\" }",
    "server-certificate = \"renew\"",
    "switch = { edge.alerts = \"java\", org.refusal-status = 403 }",
    "fault = { name = \"later\", effect = \"server-unavailable\", probability = 0.5 }",
    "clear = \"*\"",
    "advance = \"3d\"",
];

/// The last two take their time: not over TLS.
const FAULTS: [&str; 10] = [
    "effect = \"unavailable\"\nprobability = 0.5\nretry-after = \"2s\"\nretry-after-form = \"either\"",
    "effect = \"end-session\"\nnth = 2",
    "effect = \"request-limit-exceeded\"\ntimes = 1",
    "effect = \"server-unavailable\"\nclient = \"one\"",
    "effect = \"drop\"\nafter-bytes = 5\nuser = \"v@acme.example\"",
    "effect = \"alert\"\nprobability = 0.3",
    "effect = \"reset\"\nnth = 2",
    "effect = \"server-expired\"\ntimes = 1",
    "effect = \"slow-body\"\nfor = \"1s\"\npath = \"/services/data/*\"",
    "effect = \"hold-server-hello\"\nfor = \"1s\"",
];

const EXPECTATIONS: [&str; 5] = [
    "event = { client = \"one\", outcome = \"granted\" }",
    "never = { kind = \"handshake\", rule = \"expired\" }",
    "event = { kind = \"issue\" }\nat-most = 1",
    "never = { kind = \"upload\" }\nafter = { kind = \"clock\" }",
    "every = { user = \"u@acme.example\" }\nhas = { client = \"one\" }",
];

/// By which door somebody comes, and with whose certificate.
#[derive(Clone, Copy, Debug)]
struct Way {
    door: Door,
    client: Option<&'static str>,
}

/// What is asked for.
enum Ask<'a> {
    /// With a session.
    Limits(&'a str),
    /// As that user.
    Login(&'static str),
}

impl Ask<'_> {
    fn path_and_form(&self) -> (&'static str, Option<String>) {
        match self {
            Self::Limits(_) => ("/services/data/v64.0/limits", None),
            Self::Login(user) => {
                let form = format!("grant_type=password&client_id=id&client_secret=secret&username={user}&password=pw");
                ("/services/oauth2/token", Some(form))
            }
        }
    }
}

/// What comes from outside.
#[derive(Clone, Debug)]
enum Call {
    Advance(i64),
    /// A call with the last session that there was.
    Again(Way),
    Deny,
    Issue(&'static str),
    Mark,
    /// A login by that user, and a call.
    Log(Way, &'static str),
    Revoke(&'static str),
    Step(usize),
    Switch(&'static str),
}

fn calls() -> impl Strategy<Value = Vec<Call>> {
    let client = select(vec!["one", "two"]);
    let way = (
        select(vec![Door::Mutual, Door::Mutual, Door::Standard]),
        select(vec![None, Some("one"), Some("one"), Some("two"), Some("far")]),
    );
    let way = way.prop_map(|(door, client)| Way { door, client: client.filter(|_| door == Door::Mutual) });
    let user = select(vec!["u@acme.example", "u@acme.example", "v@acme.example"]);
    let call = prop_oneof![
        3 => (1..12_i64).prop_map(Call::Advance),
        2 => way.clone().prop_map(Call::Again),
        1 => Just(Call::Deny),
        2 => client.clone().prop_map(Call::Issue),
        1 => Just(Call::Mark),
        4 => (way, user).prop_map(|(way, user)| Call::Log(way, user)),
        1 => client.prop_map(Call::Revoke),
        2 => (0..6_usize).prop_map(Call::Step),
        1 => select(vec!["enabled", "disabled"]).prop_map(Call::Switch),
    ];
    vec(call, 3..9)
}

fn trigger() -> impl Strategy<Value = String> {
    prop_oneof![
        (0..40_u32).prop_map(|day| format!("at = \"+{day}d\"")),
        Just("on = \"call\"".to_owned()),
        select(vec!["issue", "crl", "clock", "switch", "handshake", "request"])
            .prop_map(|kind| format!("when = {{ kind = \"{kind}\" }}")),
        (1..4_u32, select(vec!["step", "login", "request"]))
            .prop_map(|(count, kind)| format!("after = {{ count = {count}, of = {{ kind = \"{kind}\" }} }}")),
    ]
}

/// A scenario that `check` may still refuse: a step that waits for itself, say.
fn films(faults: &[&'static str]) -> impl Strategy<Value = String> + use<> {
    let steps = vec((trigger(), select(VERBS.to_vec())), 1..7);
    let faults = vec(select(faults.to_vec()), 0..3);
    (steps, faults, vec(select(EXPECTATIONS.to_vec()), 0..4)).prop_map(|(steps, faults, expectations)| {
        let mut text = ORG.to_owned();
        for (n, (trigger, verb)) in steps.iter().enumerate() {
            write!(text, "\n[[step]]\nname = \"step {n}\"\n{trigger}\ndo.{verb}\n").unwrap();
        }
        for (n, fault) in faults.iter().enumerate() {
            write!(text, "\n[[fault]]\nname = \"fault {n}\"\n{fault}\n").unwrap();
        }
        for (n, expectation) in expectations.iter().enumerate() {
            write!(text, "\n[[expect]]\nname = \"expectation {n}\"\n{expectation}\n").unwrap();
        }
        text
    })
}

fn scenario(text: &str) -> Option<Scenario> {
    Scenario::from_text(text, "generated.toml", Path::new(".")).ok()
}

/// What a verb answers makes no difference here: the journal is looked at.
fn verb(controls: &Controls, call: &Call) {
    match call {
        Call::Advance(by) => drop(controls.advance(days(*by))),
        Call::Deny => drop(controls.deny("u@acme.example", Permission::EnforceMutualAuthentication)),
        Call::Issue(client) => drop(controls.issue(client, RenewalKey::Replace)),
        Call::Again(_) | Call::Log(..) => {}
        Call::Mark => drop(controls.mark("here")),
        Call::Revoke(client) => drop(controls.revoke(client)),
        Call::Step(n) => drop(controls.step(&format!("step {n}"))),
        Call::Switch(value) => drop(controls.set_switch("org.soap-login", value)),
    }
}

/// All of it, by whatever way requests come; what they are answered is in the journal too.
fn shoot(controls: &Controls, calls: &[Call], send: impl Fn(Way, &Ask<'_>) -> Option<String>) -> Vec<Arc<Event>> {
    let (mut session, quiet) = (String::new(), Quiet::at(controls.journal()));
    let send = |way, ask: &Ask<'_>| {
        let answer = send(way, ask);
        quiet.wait();
        answer
    };
    for call in calls {
        if let Call::Log(way, user) = call {
            let answer = send(*way, &Ask::Login(user)).and_then(|body| serde_json::from_str::<Value>(&body).ok());
            if let Some(token) = answer.as_ref().and_then(|body| body["access_token"].as_str()) {
                token.clone_into(&mut session);
            }
        }
        match call {
            Call::Again(way) | Call::Log(way, _) => drop(send(*way, &Ask::Limits(&session))),
            call => verb(controls, call),
        }
        quiet.wait();
    }
    controls.journal().since(0)
}

/// Until everything that the journal has was noticed, and what that set off is done: one event in hand on another thread
/// may put off what the next one sets off.
struct Quiet<'a> {
    journal: &'a Journal,
    noticed: Receiver<u64>,
    last: Cell<u64>,
    _subscription: Subscription,
}

impl<'a> Quiet<'a> {
    /// The org watches already: it is told of each event first.
    fn at(journal: &'a Journal) -> Self {
        let (notice, noticed) = mpsc::channel();
        let last = Cell::new(journal.last_seq());
        let _subscription = journal.subscribe(move |event| {
            let _ = notice.send(event.seq);
        });
        Self { journal, noticed, last, _subscription }
    }

    fn wait(&self) {
        while self.last.get() < self.journal.last_seq() {
            self.last.set(self.noticed.recv_timeout(PATIENCE).unwrap());
        }
    }
}

fn play(scenario: &Scenario, seed: u64, calls: &[Call]) -> Vec<Arc<Event>> {
    // time that only passes is not waited for
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let clock = Clock::standing_at(at(START));
    let journal = Journal::new(clock.clone());
    let controls = Controls::found(scenario.clone(), clock, Seed::new(seed), journal).unwrap();
    let doors = Doors::new(&controls);
    controls.begin();
    shoot(&controls, calls, |way, ask| doors.send(&runtime, way, ask))
}

fn play_over_tls(scenario: &Scenario, seed: u64, calls: &[Call]) -> Vec<Arc<Event>> {
    let org = Org::with(Simulator::default().seed(seed), scenario.clone());
    shoot(org.controls(), calls, |way, ask| {
        let before = org.journal().last_seq();
        let client = way.client.map_or_else(|| org.door(way.door), |client| org.mutual(client));
        let answer: Result<_, Failure> = match (ask, ask.path_and_form()) {
            (Ask::Limits(session), (path, _)) => client.session(session).get(path),
            (Ask::Login(_), (path, form)) => client.post(path, crate::wire::FORM, &form.unwrap_or_default()),
        };
        // an alert may come before its event: the next call must not
        org.journal().wait_for(before, PATIENCE, |event| event.kind.name() == "handshake").unwrap();
        answer.ok().map(|answer| answer.body)
    })
}

/// So many films that `check` accepts, each played twice; what the first play left is looked at by `seen`.
fn twice(
    cases: u32,
    faults: &[&'static str],
    play: fn(&Scenario, u64, &[Call]) -> Vec<Arc<Event>>,
    seen: impl Fn(&[Arc<Event>], &[Value]),
) {
    let config =
        ProptestConfig { cases, failure_persistence: None, max_global_rejects: 100_000, ..ProptestConfig::default() };
    let played = TestRunner::new(config).run(&(films(faults), calls(), any::<u64>()), |(film, calls, seed)| {
        let Some(scenario) = scenario(&film) else { return Err(TestCaseError::reject("check refuses it")) };
        let events = play(&scenario, seed, &calls);
        let journal = canonical(&events);
        seen(&events, &journal);
        prop_assert_eq!(journal, canonical(&play(&scenario, seed, &calls)));
        Ok(())
    });
    played.unwrap_or_else(|why| panic!("{why}"));
}

#[test]
fn a_thousand_films_leave_the_same_journal_with_the_same_seed() {
    let variety = RefCell::new(Variety::default());
    twice(1_000, &FAULTS, play, |events, journal| variety.borrow_mut().see(events, journal));
    variety.into_inner().check();
}

#[test]
fn clients_over_tls_leave_the_same_journal_too() {
    twice(40, &FAULTS[..8], play_over_tls, |_, _| {});
}

#[test]
fn another_film_leaves_another_journal() {
    let plain = scenario(ORG).unwrap();
    let way = Way { door: Door::Mutual, client: Some("one") };
    let calls = [Call::Advance(5), Call::Log(way, "u@acme.example")];
    let text = format!("{ORG}\n[[step]]\nname = \"step\"\nat = \"+1d\"\ndo.revoke = \"one\"\n");
    let revoked = scenario(&text).unwrap();
    for play in [play, play_over_tls] {
        let left = |scenario, calls| canonical(&play(scenario, 1, calls));
        assert_ne!(left(&plain, &calls), left(&revoked, &calls));
        assert_ne!(left(&plain, &calls[..1]), left(&plain, &calls));
    }
}

#[test]
fn a_client_in_process_is_judged_as_one_over_tls_is() {
    let scenario = scenario(ORG).unwrap();
    let ways = [(Door::Standard, None), (Door::Mutual, None), (Door::Mutual, Some("one")), (Door::Mutual, Some("far"))];
    for (door, client) in ways {
        let calls =
            [Call::Log(Way { door, client }, "u@acme.example"), Call::Advance(30), Call::Again(Way { door, client })];
        let decided = |events: Vec<Arc<Event>>| -> Vec<_> {
            let rules =
                events.iter().map(|event| (event.kind.name(), event.kind.explanation().map(|why| why.rule.clone())));
            rules.collect()
        };
        assert_eq!(
            decided(play(&scenario, 1, &calls)),
            decided(play_over_tls(&scenario, 1, &calls)),
            "{door:?} {client:?}"
        );
    }
}
