//! When a chain will next break, and by what.

use mockorg::pki::outlook::{Outlook, Part};
use mockorg::pki::{Crls, Revocation};

use super::draft::{Case, Draft, at, crl, trust, years};
use super::{refused, summary_at};

fn outlook(case: &Case) -> Outlook {
    let crls = Crls::from_der(&case.crls).unwrap();
    Outlook::of(&case.sent, &trust(&case.listed, &case.known), &crls, case.now, &case.policy, &case.verdict())
}

/// What breaks first, when, and the verdict a second later.
#[track_caller]
fn check(case: &Case, what: Part, until: &str, then: &str) {
    let breaks = outlook(case).breaks.expect("it breaks some day");
    assert_eq!((breaks.what, breaks.until, breaks.rejection.code()), (what, at(until), then));
    assert!(case.verdict_at(breaks.until).holds());
    let said = summary_at(case, breaks.until + jiff::SignedDuration::from_secs(1));
    assert!(said.starts_with(then), "{said}");
}

#[test]
fn the_first_of_certificate_issuer_and_root_to_end_is_named() {
    check(&Draft::new().sign(), Part::Certificate, "2029-12-31T23:59:59Z", "expired");
    let mut draft = Draft::new();
    draft.leaf.validity = years(2029, 2040);
    check(&draft.sign(), Part::Issuer, "2033-12-31T23:59:59Z", "expired");
    let mut draft = Draft::new();
    (draft.leaf.validity, draft.issuing.validity) = (years(2029, 2040), years(2027, 2041));
    let mut case = draft.sign();
    check(&case, Part::Root, "2039-12-31T23:59:59Z", "expired");
    case.sent.push(case.root.certificate.clone());
    check(&case, Part::Root, "2039-12-31T23:59:59Z", "expired");
}

#[test]
fn a_crl_that_ends_first_is_named_and_so_is_what_follows_once_it_is_renewed() {
    let mut case = Draft::new().sign();
    case.publish(&[], &[]);
    check(&case, Part::Crl, "2029-07-01T00:00:00Z", "crl-stale");
    let outlook = outlook(&case);
    assert_eq!(outlook.breaks.unwrap().subject, "CN=Acme Issuing CA,O=Acme");
    let otherwise = outlook.breaks_otherwise.expect("the certificate ends some day, too");
    assert_eq!((otherwise.what, otherwise.until), (Part::Certificate, at("2029-12-31T23:59:59Z")));
    let ends: Vec<Part> = outlook.ends.iter().map(|end| end.what).collect();
    assert_eq!(ends, [Part::Crl, Part::Crl, Part::Certificate, Part::Issuer, Part::Root]);
    case.policy.revocation = Revocation::Ignore;
    check(&case, Part::Certificate, "2029-12-31T23:59:59Z", "expired");
}

/// The next CRL is there already: the moment at which the first goes out of date breaks nothing.
#[test]
fn a_crl_with_a_successor_breaks_nothing() {
    let mut case = Draft::new().sign();
    case.crls = vec![
        crl(&case.root.issuer, 1, ("2029-05-01", "2031-07-01"), &[]),
        crl(&case.issuing.issuer, 1, ("2029-05-01", "2029-07-01"), &[]),
        crl(&case.issuing.issuer, 2, ("2029-06-20", "2029-09-01"), &[]),
    ];
    check(&case, Part::Crl, "2029-09-01T00:00:00Z", "crl-stale");
}

/// The intermediate was signed twice: the end of one of them breaks nothing.
#[test]
fn a_cross_signed_twin_keeps_a_chain_alive() {
    let mut draft = Draft::new();
    draft.leaf.validity = years(2029, 2040);
    let longer = draft.issuing.clone();
    let mut case = draft.sign();
    let twin = case.root.certify(&mockorg::pki::mint::Request { validity: years(2028, 2036), ..longer }, 1);
    case.sent.push(twin.certificate);
    check(&case, Part::Issuer, "2036-12-31T23:59:59Z", "expired");
}

#[test]
fn a_chain_that_is_not_valid_yet_is_told_from_when_it_holds() {
    let mut draft = Draft::new();
    draft.leaf.validity = years(2030, 2030);
    assert_eq!(outlook(&draft.sign()).holds_from, Some(at("2030-01-01T00:00:00Z")));
    let mut draft = Draft::new();
    draft.leaf.validity = years(2028, 2028);
    assert_eq!(outlook(&draft.sign()).holds_from, None, "what has expired stays so");
}

/// Whatever is wrong, what is foretold comes true.
#[test]
fn what_is_foretold_of_every_flaw_comes_true() {
    let mut foretold = 0;
    for (name, flaw, _) in refused::rows().flatten() {
        let case = flaw(Draft::new());
        if let Some(from) = outlook(&case).holds_from {
            foretold += 1;
            assert!(case.verdict_at(from).holds(), "{name}");
            assert!(!case.verdict_at(from - jiff::SignedDuration::from_secs(1)).holds(), "{name}");
        }
    }
    assert!(foretold >= 2, "{foretold}");
}
