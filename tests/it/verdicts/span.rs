//! From when until when a verdict stays what it is.

use jiff::{SignedDuration, Timestamp};
use mockorg::pki::mint::Request;

use super::draft::{Authority, Case, Draft, at, crl, numbered, years};
use super::{refused, summary_at};

const SECOND: SignedDuration = SignedDuration::from_secs(1);

#[test]
fn a_verdict_is_the_same_at_both_ends_of_its_span() {
    for (name, flaw, _) in refused::rows().flatten() {
        let case = flaw(Draft::new());
        let (verdict, said) = (case.verdict(), summary_at(&case, case.now));
        assert!(verdict.since <= case.now && case.now <= verdict.until, "{name}");
        for end in [verdict.since, verdict.until] {
            assert_eq!(summary_at(&case, end), said, "{name} at {end}");
        }
    }
}

/// What is said a second before the span, at its ends, and a second after it.
#[track_caller]
fn check(case: &Case, (since, until): (&str, &str), [before, within, after]: [&str; 3]) {
    let verdict = case.verdict();
    assert_eq!((verdict.since, verdict.until), (at(since), at(until)));
    let said = |time: Timestamp| {
        let said = summary_at(case, time);
        said.split(' ').next().unwrap_or_default().to_owned()
    };
    let ends = [verdict.since - SECOND, verdict.since, case.now, verdict.until, verdict.until + SECOND];
    assert_eq!(ends.map(said), [before, within, within, within, after]);
}

#[test]
fn a_chain_holds_from_its_youngest_first_second_to_its_oldest_last_one() {
    let case = Draft::new().sign();
    check(&case, ("2029-01-01T00:00:00Z", "2029-12-31T23:59:59Z"), ["not-yet-valid", "holds:", "expired"]);
    let mut draft = Draft::new();
    draft.issuing.validity = years(2029, 2029);
    draft.leaf.validity = years(2027, 2033);
    check(&draft.sign(), ("2029-01-01T00:00:00Z", "2029-12-31T23:59:59Z"), ["not-yet-valid", "holds:", "expired"]);
}

#[test]
fn a_chain_holds_no_longer_than_the_crls_that_cover_it() {
    let mut case = Draft::new().sign();
    case.crls = vec![
        crl(&case.root.issuer, 1, ("2029-04-01", "2029-08-01"), &[]),
        crl(&case.issuing.issuer, 1, ("2029-05-01", "2029-07-01"), &[]),
    ];
    check(&case, ("2029-05-01T00:00:00Z", "2029-07-01T00:00:00Z"), ["crl-not-yet-valid", "holds:", "crl-stale"]);
    let next = crl(&case.issuing.issuer, 2, ("2029-06-20", "2029-09-01"), &[]);
    case.crls.push(next);
    case.now = at("2029-06-25T00:00:00Z");
    check(&case, ("2029-06-20T00:00:00Z", "2029-07-01T00:00:00Z"), ["holds:", "holds:", "holds:"]);
}

#[test]
fn a_crl_of_nobody_on_the_path_does_not_shorten_the_span() {
    let mut case = Draft::new().sign();
    let other = Authority::root(&Request::authority(super::draft::name("CN=Other"), years(2025, 2039)), 5);
    case.crls = vec![crl(&other.issuer, 1, ("2029-05-31", "2029-06-02"), &[])];
    check(&case, ("2029-01-01T00:00:00Z", "2029-12-31T23:59:59Z"), ["not-yet-valid", "holds:", "expired"]);
}

#[test]
fn what_does_not_hold_may_hold_again() {
    let mut draft = Draft::new();
    draft.leaf.validity = years(2030, 2030);
    let case = draft.sign();
    check(&case, ("2027-01-01T00:00:00Z", "2029-12-31T23:59:59Z"), ["not-yet-valid", "not-yet-valid", "holds:"]);
    let mut draft = Draft::new();
    draft.leaf.validity = years(2028, 2028);
    let case = draft.sign();
    check(&case, ("2029-01-01T00:00:00Z", "2033-12-31T23:59:59Z"), ["holds:", "expired", "expired"]);
}

/// A root and its successor with the same key: between their lives nothing holds, and either ends that time.
#[test]
fn a_listed_twin_that_is_not_yet_valid_ends_the_span() {
    let mut draft = Draft::new();
    draft.leaf.validity = years(2027, 2033);
    draft.root.validity = years(2025, 2028);
    let successor = Authority::root(&numbered(Request { validity: years(2030, 2039), ..draft.root.clone() }, 9), 0);
    let mut case = draft.sign();
    let roots = [case.root.certificate.clone(), successor.certificate];
    for listed in [roots.to_vec(), roots.iter().rev().cloned().collect()] {
        case.listed = listed;
        let verdict = case.verdict();
        assert!(!verdict.holds());
        assert_eq!((verdict.since, verdict.until), (at("2029-01-01T00:00:00Z"), at("2029-12-31T23:59:59Z")));
        assert!(case.verdict_at(verdict.since - SECOND).holds() && case.verdict_at(verdict.until + SECOND).holds());
    }
}

#[test]
fn a_fraction_of_the_last_second_belongs_to_it() {
    let case = Draft::new().sign();
    assert!(case.verdict_at(at("2029-12-31T23:59:59.999Z")).holds());
    assert!(!case.verdict_at(at("2030-01-01T00:00:00Z")).holds());
}

/// In its last second OpenSSL takes a certificate for expired, and would rather follow a twin that leads nowhere.
#[test]
fn a_twin_does_not_take_the_last_second_away() {
    let mut draft = Draft::new();
    draft.leaf.validity = years(2029, 2040);
    let issuing = draft.issuing.clone();
    let mut case = draft.sign();
    let elsewhere =
        Authority::root(&numbered(Request::authority(super::draft::name("CN=Elsewhere"), years(2025, 2045)), 5), 5);
    case.sent.push(elsewhere.certify(&numbered(Request { validity: years(2027, 2040), ..issuing }, 9), 1).certificate);
    check(&case, ("2029-01-01T00:00:00Z", "2033-12-31T23:59:59Z"), ["not-yet-valid", "holds:", "expired"]);
}
