//! Client chains of any shape, sound, with one flaw, or with two. What the flaws are is [`pki::flaw`](crate::pki::flaw)'s to
//! say.

use proptest::option;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::select;

use crate::pki::Flaw;
use crate::pki::flaw::{Caught, IssuerFlaw, Offered, Shape};
use crate::pki::mint::KeyKind;

/// The most CAs between a client and its root.
pub const MOST_ISSUERS: usize = 5;

/// A client whose chain holds, though it may look odd: an accepted flaw, any order, certificates to spare.
pub fn sound_client() -> impl Strategy<Value = Shape> + Clone {
    let accepted = leaf_flaws(|flaw| flaw.caught() == Caught::Nobody);
    (plain_client(0), option::of(accepted)).prop_map(|(shape, leaf_flaw)| Shape { leaf_flaw, ..shape })
}

/// A client with exactly one flaw, in its own certificate or in one of its CAs'.
pub fn client_with_one_flaw() -> impl Strategy<Value = Shape> + Clone {
    prop_oneof![
        (plain_client(0), refused()).prop_map(|(shape, flaw)| Shape { leaf_flaw: Some(flaw), ..shape }),
        (plain_client(1), issuer_flaw()).prop_map(|(shape, flaw)| in_issuer(shape, flaw)),
    ]
}

/// A client with two flaws, one in its own certificate and one in one of its CAs': the more telling is reported.
///
/// Its own certificate is never malformed: what cannot be read makes the rest moot.
pub fn client_with_two_flaws() -> impl Strategy<Value = Shape> + Clone {
    let readable = leaf_flaws(|flaw| matches!(flaw.caught(), Caught::Edge(_)) && flaw.group() != "malformed");
    (plain_client(1), readable, issuer_flaw())
        .prop_map(|(shape, leaf, issuer)| in_issuer(Shape { leaf_flaw: Some(leaf), ..shape }, issuer))
}

/// Any client: sound ones, and such with one flaw or two.
pub fn any_client() -> impl Strategy<Value = Shape> + Clone {
    prop_oneof![2 => sound_client(), 2 => client_with_one_flaw(), 1 => client_with_two_flaws()]
}

/// Whether every TLS library loads the client's certificate and key, so that what comes of it is the org's doing.
pub fn leaf_that_any_client_can_offer(shape: &Shape) -> bool {
    shape.leaf_flaw.is_none_or(|flaw| flaw.offered() == Offered::ByAny)
}

/// A chain without anything wrong, of at least so many CAs.
fn plain_client(least: usize) -> impl Strategy<Value = Shape> + Clone {
    let keys = select(&[KeyKind::P256, KeyKind::P384, KeyKind::Ed25519][..]);
    let issuers = prop_oneof![3 => Just(least.max(1)), 1 => least..=MOST_ISSUERS];
    (issuers, keys, 0..8_usize, any::<bool>(), 0..3_usize, any::<bool>()).prop_map(
        |(issuers, key, turned, root_sent, strangers, crls)| Shape {
            issuers,
            key,
            turned,
            root_sent,
            strangers,
            crls,
            ..Shape::default()
        },
    )
}

/// What the edge refuses in a client's own certificate.
fn refused() -> impl Strategy<Value = Flaw> + Clone {
    leaf_flaws(|flaw| matches!(flaw.caught(), Caught::Edge(_)))
}

fn leaf_flaws(wanted: fn(Flaw) -> bool) -> impl Strategy<Value = Flaw> + Clone {
    let flaws = Flaw::ALL.iter().copied().filter(|flaw| flaw.is_of_leaf() && wanted(*flaw));
    select(flaws.collect::<Vec<_>>())
}

fn issuer_flaw() -> impl Strategy<Value = (IssuerFlaw, usize)> + Clone {
    (select(&IssuerFlaw::ALL[..]), 0..MOST_ISSUERS)
}

/// The flaw, at a place that the shape has.
fn in_issuer(shape: Shape, (flaw, place): (IssuerFlaw, usize)) -> Shape {
    Shape { issuer_flaw: Some((flaw, place % shape.issuers)), ..shape }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};
    use proptest::{prop_assert, prop_assert_eq, proptest};

    use super::*;
    use crate::pki::{Rejection, Verdict};

    proptest! {
        #![proptest_config(Config { cases: 200, failure_persistence: None, ..Config::default() })]

        #[test]
        fn a_sound_client_is_let_in(shape in sound_client()) {
            let verdict = judged(&shape);
            prop_assert!(verdict.holds(), "{:?}", verdict.faults);
            prop_assert_eq!(shape.breaks(), []);
        }

        #[test]
        fn one_flaw_is_found_and_named(shape in client_with_one_flaw()) {
            let found: Vec<Rejection> = judged(&shape).faults.iter().map(|fault| fault.rejection).collect();
            prop_assert_eq!(found, shape.breaks());
        }

        #[test]
        fn of_two_flaws_the_more_telling_is_reported(shape in client_with_two_flaws()) {
            let first = judged(&shape).fault().map(|fault| fault.rejection);
            prop_assert_eq!(first, shape.breaks().first().copied());
        }
    }

    #[test]
    fn a_weak_key_does_not_hide_that_an_intermediate_of_the_chain_has_no_issuer() {
        for place in 0..3 {
            let (leaf_flaw, issuer_flaw) = (Some(Flaw::Rsa1024), Some((IssuerFlaw::Missing, place)));
            let shape = Shape { leaf_flaw, issuer_flaw, issuers: 3, ..Shape::default() };
            let found: Vec<Rejection> = judged(&shape).faults.iter().map(|fault| fault.rejection).collect();
            assert_eq!(found, [Rejection::NoIssuer, Rejection::Weak], "{place}");
        }
    }

    #[test]
    fn a_refused_client_shrinks_to_the_plainest_chain_with_its_flaw() {
        let mut runner = TestRunner::deterministic();
        let expired = |shape: Shape| match judged(&shape).fault() {
            Some(fault) if fault.rejection == Rejection::Expired => Err(TestCaseError::fail("expired")),
            _ => Ok(()),
        };
        let Err(TestError::Fail(_, plainest)) = runner.run(&any_client(), expired) else { panic!("none is expired") };
        assert_eq!((plainest.turned, plainest.root_sent, plainest.strangers, plainest.crls), (0, false, 0, false));
        assert!(plainest.issuers <= 1, "{plainest:?}");
        assert_eq!(plainest.key, KeyKind::P256);
        assert!(plainest.leaf_flaw.is_none() || plainest.issuer_flaw.is_none(), "{plainest:?}");
    }

    fn judged(shape: &Shape) -> Verdict {
        let now: Timestamp = "2029-06-01T12:00:00Z".parse().unwrap();
        shape.case(now).unwrap().verdict(now).unwrap()
    }
}
