//! Steps: every trigger, and every verb but those that need a file.

use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::select;

use super::faults::{Blow, fault};
use super::{EDGE, ORG, Scene, client};
use crate::scenario::Permission;

/// A step; numbers stand for what the scene has.
#[derive(Clone, Debug)]
pub(super) struct Move {
    trigger: Trigger,
    verb: Verb,
}

#[derive(Clone, Debug)]
enum Trigger {
    /// After so many events of that kind.
    After(usize, &'static str),
    /// So many days from the start.
    At(u32),
    Call,
    /// When an earlier step has been played; the first of all waits for a call.
    Earlier(usize),
    /// When the first event of that kind comes.
    When(&'static str),
}

#[derive(Clone, Debug)]
enum Verb {
    Advance(u32),
    Clear(usize),
    Crl(&'static str, &'static str),
    DeleteCertificate(usize),
    Delist,
    ExpireSessions(usize),
    Fault(Blow),
    Issue(&'static str, &'static str),
    List,
    Password(usize, bool),
    Permission(&'static str, usize, Permission),
    Revoke(&'static str),
    ServerCertificate(&'static str),
    Switch(&'static str, &'static str),
    Upload(&'static str),
}

pub(super) fn step() -> impl Strategy<Value = Move> + Clone {
    (trigger(), verb()).prop_map(|(trigger, verb)| Move { trigger, verb })
}

fn trigger() -> impl Strategy<Value = Trigger> + Clone {
    prop_oneof![
        Just(Trigger::Call),
        (0..60_u32).prop_map(Trigger::At),
        select(KINDS).prop_map(Trigger::When),
        (1..4_usize, select(KINDS)).prop_map(|(count, kind)| Trigger::After(count, kind)),
        any::<usize>().prop_map(Trigger::Earlier),
    ]
}

fn verb() -> impl Strategy<Value = Verb> + Clone {
    let to_people = prop_oneof![
        any::<usize>().prop_map(Verb::ExpireSessions),
        (any::<usize>(), any::<bool>()).prop_map(|(user, expired)| Verb::Password(user, expired)),
        (select(&["grant", "deny"][..]), any::<usize>(), select(&Permission::ALL[..]))
            .prop_map(|(verb, user, permission)| Verb::Permission(verb, user, permission)),
    ];
    let to_certificates = prop_oneof![
        (client(), select(&["new", "same"][..])).prop_map(|(client, key)| Verb::Issue(client, key)),
        client().prop_map(Verb::Revoke),
        client().prop_map(Verb::Upload),
        any::<usize>().prop_map(Verb::DeleteCertificate),
        (select(&["root", "issuing"][..]), select(&["drop", "publish", "stale", "withhold"][..]))
            .prop_map(|(ca, change)| Verb::Crl(ca, change)),
        Just(Verb::Delist),
        Just(Verb::List),
    ];
    let of_server = select(&["renew", "expired", "incomplete", "other-root", "wrong-name"][..]);
    prop_oneof![
        1 => (1..60_u32).prop_map(Verb::Advance),
        3 => to_certificates,
        2 => to_people,
        1 => prop_oneof![
            select(EDGE).prop_map(|switch| Verb::Switch("edge", switch)),
            select(ORG).prop_map(|switch| Verb::Switch("org", switch)),
        ],
        1 => fault().prop_map(Verb::Fault),
        1 => any::<usize>().prop_map(Verb::Clear),
        1 => of_server.prop_map(Verb::ServerCertificate),
    ]
}

impl Move {
    /// Trigger and verb, without its name; `place` is its own.
    pub(super) fn text(&self, place: usize, scene: &Scene) -> String {
        format!("{}\n{}", self.trigger.text(place), self.verb.text(place, scene))
    }
}

impl Trigger {
    fn text(&self, place: usize) -> String {
        match self {
            Self::After(count, kind) => format!("after = {{ count = {count}, of = {{ kind = \"{kind}\" }} }}"),
            Self::At(days) => format!("at = \"+{days}d\""),
            Self::Earlier(number) if place > 0 => format!("when = {{ step = \"step {}\" }}", number % place),
            Self::Call | Self::Earlier(_) => "on = \"call\"".into(),
            Self::When(kind) => format!("when = {{ kind = \"{kind}\" }}"),
        }
    }
}

impl Verb {
    fn text(&self, place: usize, scene: &Scene) -> String {
        let done = match self {
            Self::Advance(days) => format!("advance = \"{days}d\""),
            Self::Clear(number) if scene.faults > 0 => format!("clear = \"fault {}\"", number % scene.faults),
            Self::Clear(_) => "clear = \"*\"".into(),
            Self::Crl(ca, change) => format!("crl = {{ ca = \"{ca}\", change = \"{change}\" }}"),
            Self::DeleteCertificate(number) => match scene.labels.as_slice() {
                [] => "advance = \"1d\"".into(),
                labels => format!("delete-certificate = \"{}\"", labels[number % labels.len()]),
            },
            Self::Delist => "delist = \"root\"".into(),
            Self::ExpireSessions(user) => format!("expire-sessions = \"{}\"", scene.user(*user)),
            Self::Fault(blow) => {
                format!("fault = {{ name = \"fault of step {place}\", {} }}", blow.text(scene).replace('\n', ", "))
            }
            Self::Issue(client, key) => format!("issue = {{ client = \"{client}\", key = \"{key}\" }}"),
            Self::List => "list = { ca = \"root\" }".into(),
            Self::Password(user, true) => format!("password = {{ user = \"{}\", expired = true }}", scene.user(*user)),
            Self::Password(user, false) => {
                format!("password = {{ user = \"{}\", password = \"another\" }}", scene.user(*user))
            }
            Self::Permission(verb, user, permission) => {
                format!("{verb} = {{ user = \"{}\", permission = \"{}\" }}", scene.user(*user), permission.name())
            }
            Self::Revoke(client) => format!("revoke = \"{client}\""),
            Self::ServerCertificate(word) => format!("server-certificate = \"{word}\""),
            Self::Switch(table, switch) => format!("switch = {{ {table} = {{ {switch} }} }}"),
            Self::Upload(client) => format!("upload = {{ label = \"{}\", client = \"{client}\" }}", label(place)),
        };
        format!("do.{done}")
    }
}

/// The labels that steps upload under.
pub(super) fn uploads_of(steps: &[Move]) -> Vec<String> {
    let places = steps.iter().enumerate().filter(|(_, step)| matches!(step.verb, Verb::Upload(_)));
    places.map(|(place, _)| label(place)).collect()
}

fn label(place: usize) -> String {
    format!("by step {place}")
}

/// Kinds of events that a step may wait for.
const KINDS: &[&str] = &[
    "handshake",
    "login",
    "request",
    "issue",
    "crl",
    "clock",
    "switch",
    "upload",
    "trust",
    "permission",
    "fault",
    "step",
];
