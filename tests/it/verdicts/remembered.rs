//! The remembered verdict is the fresh one, whatever moves: clocks (backwards too), CRLs, lists, switches; and memory ends.

use std::sync::{Arc, LazyLock};

use jiff::{SignedDuration, Timestamp};
use mockorg::controls::{Controls, CrlChange};
use mockorg::pki::mint::Request;
use mockorg::pki::remembered::MAX_REMEMBERED;
use mockorg::pki::{Certificate, ClientAuthEku, Crls, Policy, Remembered, Revocation, Verdict, validate};
use mockorg::seed::Seed;
use mockorg::store::EdgeState;
use mockorg::{Clock, Journal, RenewalKey, Scenario};
use openssl::stack::{Stack, StackRef};
use openssl::x509::X509;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::draft::{Authority, Draft, at, crl, key, name, numbered, trust, years};

fn stack(certificates: &[Certificate]) -> Stack<X509> {
    let mut stack = Stack::new().unwrap();
    for certificate in certificates {
        stack.push(X509::from_der(certificate.der()).unwrap()).unwrap();
    }
    stack
}

/// What is remembered must be what would be found; whether it was remembered.
fn shown(edge: &EdgeState, sent: &StackRef<X509>, now: Timestamp) -> Result<bool, TestCaseError> {
    let judge = |sent: &[Certificate]| validate(sent, &edge.trust, &edge.crls, now, &edge.policy);
    let ((certificates, verdict), remembered) = edge.remembered.judged(sent, now, judge);
    let told = |verdict: &Verdict| {
        let Verdict { faults, path, anchor, since, until } = verdict.clone();
        (faults, path, anchor, since, until)
    };
    prop_assert_eq!(told(&verdict), told(&judge(&certificates)), "at {}, remembered: {}", now, remembered);
    Ok(remembered)
}

/// Two roots that certify one issuing CA, which is a root itself as well: each way holds at other times.
struct World {
    chains: Vec<Vec<Certificate>>,
    lists: Vec<Vec<Certificate>>,
    crls: Vec<Vec<Vec<u8>>>,
    moments: Vec<Timestamp>,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let mut draft = Draft::new();
    draft.leaf.validity = years(2029, 2034);
    let (issuing, brief) =
        (draft.issuing.clone(), numbered(Request { validity: years(2029, 2029), ..draft.leaf.clone() }, 4));
    let case = draft.sign();
    let (leaf, first) = (case.leaf.clone(), case.issuing.clone());
    let other_root = Authority::root(&numbered(Request::authority(name("CN=Other"), years(2025, 2039)), 5), 5);
    let twin = other_root.certify(&numbered(Request { validity: years(2030, 2036), ..issuing.clone() }, 6), 1);
    let selfish = Authority::root(&numbered(Request { validity: years(2031, 2035), ..issuing }, 7), 1);
    let brief = mockorg::pki::mint::certificate(&brief, &key(2), &first.issuer).unwrap();
    let [root, other] = [&case.root, &other_root];
    let (a, b) = (first.certificate.clone(), twin.certificate.clone());
    let of = |list: &[&Certificate]| list.iter().map(|&it| it.clone()).collect::<Vec<_>>();
    let published = |from, until, revoked: &[&Certificate]| {
        let by = [&root.issuer, &other.issuer].map(|issuer| crl(issuer, 1, (from, until), &[]));
        let [one, two] = by;
        vec![one, two, crl(&first.issuer, 1, (from, until), revoked)]
    };
    let years = (2026..=2041).flat_map(|year| [format!("{year}-01-01T00:00:00Z"), format!("{year}-07-01T00:00:00Z")]);
    let second = |moment: Timestamp| [-1, 0, 1].map(|by| moment + SignedDuration::from_secs(by));
    World {
        chains: vec![
            of(&[&leaf, &a]),
            of(&[&leaf, &b]),
            of(&[&leaf, &a, &b]),
            of(&[&leaf, &b, &a]),
            of(&[&leaf]),
            of(&[&brief, &a, &b]),
            of(&[&leaf, &a, &root.certificate]),
            of(&[&a, &leaf]),
        ],
        lists: vec![
            of(&[&root.certificate]),
            of(&[&other.certificate]),
            of(&[&root.certificate, &other.certificate]),
            of(&[&selfish.certificate, &root.certificate]),
            of(&[&other.certificate, &selfish.certificate, &root.certificate]),
            Vec::new(),
        ],
        crls: vec![
            Vec::new(),
            published("2028-01-01", "2040-01-01", &[]),
            published("2028-01-01", "2040-01-01", &[&brief]),
            published("2029-07-01", "2032-07-01", &[&leaf]),
            published("2029-07-01", "2032-07-01", &[]),
            [published("2028-01-01", "2030-07-01", &[]), published("2030-01-01", "2033-01-01", &[&leaf])].concat(),
        ],
        moments: years.flat_map(|moment| second(at(&moment))).collect(),
    }
});

#[derive(Clone, Debug)]
enum Move {
    Clock(Index),
    Crls(Index),
    Eku(ClientAuthEku),
    List(Index),
    Revocation(Revocation),
    SecurityLevel(u8),
    Show(Index),
}

fn a_move() -> impl Strategy<Value = Move> {
    use ClientAuthEku::{IfPresent, Require};
    use mockorg::pki::Revocation::{self as R, IfPublished, Ignore};

    prop_oneof![
        3 => any::<Index>().prop_map(Move::Clock),
        1 => any::<Index>().prop_map(Move::Crls),
        1 => select(&[IfPresent, Require][..]).prop_map(Move::Eku),
        1 => any::<Index>().prop_map(Move::List),
        1 => select(&[IfPublished, Ignore, R::Require][..]).prop_map(Move::Revocation),
        1 => (0..=2_u8).prop_map(Move::SecurityLevel),
        8 => any::<Index>().prop_map(Move::Show),
    ]
}

/// An edge to begin with: what a scenario founds, judging by the world's first list.
fn edge() -> EdgeState {
    let snapshot = controls().snapshot();
    let trust = trust(&WORLD.lists[2], &[]);
    EdgeState { trust, crls: Crls::default(), policy: Policy::default(), ..EdgeState::clone(&snapshot.edge) }
}

fn controls() -> Controls {
    let clock = Clock::standing_at(at("2029-01-01T00:00:00Z"));
    Controls::found(Scenario::quickstart(), clock.clone(), Seed::new(7), Journal::new(clock)).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_remembered_verdict_is_the_fresh_one_while_everything_moves(moves in vec(a_move(), 1..60)) {
        static FOUNDED: LazyLock<EdgeState> = LazyLock::new(edge);
        let world = &*WORLD;
        let (mut state, mut now) = (FOUNDED.clone(), at("2029-06-01T12:00:00Z"));
        for change in moves {
            let policy = state.policy.clone();
            match change {
                Move::Clock(moment) => now = *moment.get(&world.moments),
                Move::Crls(which) => {
                    let crls = Crls::from_der(which.get(&world.crls)).unwrap();
                    state = EdgeState { crls, ..state.clone() };
                }
                Move::Eku(client_auth_eku) => {
                    state = EdgeState { policy: Policy { client_auth_eku, ..policy }, ..state.clone() };
                }
                Move::List(which) => state = EdgeState { trust: trust(which.get::<Vec<_>>(&world.lists), &[]), ..state.clone() },
                Move::Revocation(revocation) => {
                    state = EdgeState { policy: Policy { revocation, ..policy }, ..state.clone() };
                }
                Move::SecurityLevel(security_level) => {
                    state = EdgeState { policy: Policy { security_level, ..policy }, ..state.clone() };
                }
                Move::Show(which) => {
                    shown(&state, &stack(which.get::<Vec<_>>(&world.chains)), now)?;
                }
            }
        }
    }
}

#[derive(Clone, Debug)]
enum Verb {
    ClockTo(i64),
    Crl(usize, u8),
    Delist(usize),
    Issue(Index),
    Revoke(Index),
    Show(Index),
    Switch(&'static str, &'static str),
}

fn a_verb() -> impl Strategy<Value = Verb> {
    let switches = [
        ("edge.revocation", "require"),
        ("edge.revocation", "if-published"),
        ("edge.revocation", "ignore"),
        ("edge.client-auth-eku", "if-present"),
        ("edge.client-auth-eku", "require"),
        ("edge.security-level", "0"),
        ("edge.security-level", "2"),
    ];
    prop_oneof![
        4 => (-40..900_i64).prop_map(Verb::ClockTo),
        1 => (0..3_usize, 0..3_u8).prop_map(|(ca, change)| Verb::Crl(ca, change)),
        1 => (0..2_usize).prop_map(Verb::Delist),
        1 => any::<Index>().prop_map(Verb::Issue),
        1 => any::<Index>().prop_map(Verb::Revoke),
        16 => any::<Index>().prop_map(Verb::Show),
        2 => select(switches.to_vec()).prop_map(|(name, value)| Verb::Switch(name, value)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    /// The verbs of a running org, each of which has to make the edge forget what it bears on.
    #[test]
    fn what_a_running_org_remembers_is_what_it_would_find(verbs in vec(a_verb(), 1..60)) {
        let org = controls();
        let start = org.clock().org_now();
        for verb in verbs {
            // a verb may make no sense by now: then nothing has changed
            match verb {
                Verb::ClockTo(days) => drop(org.set_clock(start + SignedDuration::from_hours(24 * days))),
                Verb::Crl(ca, change) => {
                    let change = match change {
                        0 => CrlChange::Drop,
                        1 => CrlChange::Publish,
                        _ => CrlChange::Withhold,
                    };
                    drop(org.set_crl(["acme-root", "acme-issuing", "elsewhere-root"][ca], change));
                }
                Verb::Delist(which) => drop(org.delist(["acmeroot", "isrgrootx1"][which])),
                Verb::Issue(which) => drop(org.issue(&client(&org, which), RenewalKey::Keep)),
                Verb::Revoke(which) => drop(org.revoke(&client(&org, which))),
                Verb::Switch(name, value) => org.set_switch(name, value).unwrap(),
                Verb::Show(which) => {
                    let identities = org.identities();
                    let sent = identities.sends(identities.client(&client(&org, which)).unwrap());
                    let (edge, now) = org.edge();
                    shown(&edge, &stack(&sent), now)?;
                }
            }
        }
    }
}

fn client(org: &Controls, which: Index) -> String {
    which.get(org.identities().clients()).name.clone()
}

/// Every chain at every moment, forwards and back, by every list: what random moves may miss.
#[test]
fn a_walk_through_all_times_finds_what_is_remembered_true() {
    let (founded, world) = (edge(), &*WORLD);
    let mut recalled = 0;
    for list in &world.lists {
        let state = EdgeState { trust: trust(list, &[]), ..founded.clone() };
        for moment in world.moments.iter().chain(world.moments.iter().rev()) {
            for chain in &world.chains {
                recalled += u32::from(shown(&state, &stack(chain), *moment).unwrap());
            }
        }
    }
    // else this would hold of a memory that never remembers
    assert!(recalled > 300, "{recalled}");
}

#[test]
fn memory_is_bounded_and_the_oldest_go_first() {
    let case = Draft::new().sign();
    let verdict = case.verdict();
    let memory = Remembered::default();
    // the same two certificates in another order each time: eleven places, either of two
    let chain = |number: usize| {
        let rest = (0..11).map(|bit| case.sent[1 - (number >> bit & 1)].clone());
        stack(&case.sent.iter().cloned().chain(rest).collect::<Vec<_>>())
    };
    let judged = |number: usize| memory.judged(&chain(number), case.now, |_| verdict.clone()).1;
    let many = MAX_REMEMBERED + 100;
    assert!((0..many).all(|number| !judged(number)), "each is another chain");
    assert_eq!(format!("{memory:?}"), format!("Remembered({MAX_REMEMBERED})"));
    assert!(judged(many - 1) && judged(100), "the newest stay");
    assert!(!judged(99), "the oldest have gone");
    assert_eq!(format!("{memory:?}"), format!("Remembered({MAX_REMEMBERED})"));
}

#[test]
fn a_chain_that_does_not_hold_is_judged_each_time() {
    let mut draft = Draft::new();
    draft.leaf.validity = years(2028, 2028);
    let case = draft.sign();
    let (memory, sent) = (Remembered::default(), stack(&case.sent));
    let judged = || memory.judged(&sent, case.now, |_| case.verdict()).1;
    assert_eq!([judged(), judged()], [false, false]);
    let memory = Arc::new(memory);
    assert_eq!(format!("{memory:?}"), "Remembered(0)");
}
