//! Orgs of ours whose switches stand otherwise: each is named, and no other.

use super::*;

/// Every switch at every value but its default, as far as a client can tell them.
const FLIPS: [(&str, &str); 17] = [
    ("edge.alerts", "go"),
    ("edge.alerts", "java"),
    ("edge.alerts", "nginx"),
    ("edge.alerts", "node"),
    ("edge.bad-chain", "page"),
    ("edge.ca-names", "listed"),
    ("edge.client-auth-eku", "if-present"),
    ("edge.no-certificate", "alert"),
    ("edge.no-certificate", "page"),
    ("edge.revocation", "ignore"),
    ("edge.revocation", "require"),
    ("edge.security-level", "1"),
    ("edge.sni-mismatch", "421"),
    ("edge.tls", "1.2"),
    ("edge.tls", "1.3"),
    ("edge.page-status", "403"),
    ("edge.page-status", "500"),
];

/// What must stand otherwise too, so that a switch can be seen.
fn beside(switch: &str) -> &'static [(&'static str, &'static str)] {
    match switch {
        "edge.page-status" => &[("edge.no-certificate", "page")],
        _ => &[],
    }
}

#[test]
fn an_org_at_its_defaults_shows_no_switch_that_stands_otherwise() {
    let report = report(&[]);
    assert_eq!(told(&report.switches), []);
    let count = |verdict| report.count(verdict);
    assert_eq!((count(Verdict::Differs), count(Verdict::Open), count(Verdict::NotTried)), (0, 0, 0), "{report:#?}");
    assert!(report.is_sound(), "{:#?}", report.unexpected);
}

#[test]
fn each_switch_that_stands_otherwise_is_named_and_no_other() {
    for (name, value) in FLIPS {
        let mut set: Vec<_> = beside(name).to_vec();
        set.push((name, value));
        let report = report(&set);
        let wanted: Vec<_> = set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let wanted = sorted(wanted);
        assert_eq!(sorted(told(&report.switches)), wanted, "{name} = {value}");
    }
}

fn sorted(mut list: Vec<(String, String)>) -> Vec<(String, String)> {
    list.sort();
    list
}
