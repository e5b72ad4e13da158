//! Orgs of ours whose switches stand otherwise: each is named, and no other.

use super::*;

/// Every switch at every value but its default, as far as a client can tell them.
const FLIPS: [(&str, &str); 29] = [
    ("edge.alerts", "go"),
    ("edge.alerts", "java"),
    ("edge.alerts", "nginx"),
    ("edge.alerts", "node"),
    ("edge.bad-chain", "page"),
    ("edge.ca-names", "listed"),
    ("edge.client-auth-eku", "if-present"),
    ("edge.login-hosts", "421"),
    ("edge.no-certificate", "alert"),
    ("edge.no-certificate", "page"),
    ("edge.resumption", "trust"),
    ("edge.revocation", "ignore"),
    ("edge.revocation", "require"),
    ("edge.security-level", "1"),
    ("edge.sni-mismatch", "421"),
    ("edge.tls", "1.2"),
    ("edge.tls", "1.3"),
    ("edge.page-status", "403"),
    ("edge.page-status", "500"),
    ("org.api-endpoint", "as-arrived"),
    ("org.enforced-login", "mutual"),
    ("org.identity-match", "issuer-serial"),
    ("org.identity-match", "public-key"),
    ("org.mutual-auth", "disabled"),
    ("org.refusal-status", "403"),
    ("org.session-binding", "certificate"),
    ("org.session-binding", "door"),
    ("org.soap-login", "disabled"),
    ("org.soap-login", "with-permission"),
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
    let report = Bench::new().report(&[]);
    assert_eq!(told(&report.switches), []);
    let count = |verdict| report.count(verdict);
    assert_eq!((count(Verdict::Differs), count(Verdict::Open), count(Verdict::NotTried)), (0, 0, 0), "{report:#?}");
    assert!(report.is_sound(), "{:#?}", report.unexpected);
}

#[test]
fn each_switch_that_stands_otherwise_is_named_and_no_other() {
    let bench = Bench::new();
    for (name, value) in FLIPS {
        let mut set: Vec<_> = beside(name).to_vec();
        set.push((name, value));
        let report = bench.report(&set);
        let wanted: Vec<_> = set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let wanted = sorted(wanted);
        assert_eq!(sorted(told(&report.switches)), wanted, "{name} = {value}");
    }
}

fn sorted(mut list: Vec<(String, String)>) -> Vec<(String, String)> {
    list.sort();
    list
}

/// Two orgs, since some switches hide others: pages hide alerts, and where nobody is enforced no refusal is seen.
#[test]
fn orgs_with_every_switch_set_otherwise_are_seen_with_every_switch() {
    let visible = [
        ("edge.alerts", "java"),
        ("edge.ca-names", "listed"),
        ("edge.client-auth-eku", "if-present"),
        ("edge.login-hosts", "421"),
        ("edge.no-certificate", "page"),
        ("edge.page-status", "403"),
        ("edge.resumption", "trust"),
        ("edge.revocation", "ignore"),
        ("edge.security-level", "1"),
        ("edge.sni-mismatch", "421"),
        ("edge.tls", "1.2"),
        ("org.api-endpoint", "as-arrived"),
        ("org.enforced-login", "mutual"),
        ("org.identity-match", "public-key"),
        ("org.refusal-status", "403"),
        ("org.session-binding", "door"),
        ("org.soap-login", "disabled"),
    ];
    let hiding = [("edge.bad-chain", "page"), ("org.mutual-auth", "disabled")];
    let mut switches: Vec<&str> = visible.iter().chain(&hiding).map(|(name, _)| *name).collect();
    switches.sort_unstable();
    let mut all: Vec<&str> = FLIPS.iter().map(|(name, _)| *name).collect();
    all.dedup();
    all.sort_unstable();
    assert_eq!(switches, all, "each of them stands otherwise in one of the two");
    let bench = Bench::new();
    for set in [&visible[..], &hiding[..]] {
        let wanted = set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        assert_eq!(sorted(told(&bench.report(set).switches)), sorted(wanted));
    }
}
