//! Chains with one flaw each: the verdict of every one in a line, and its explanation in a golden.

use std::collections::BTreeSet;

use expect_test::expect_file;
use mockorg::journal::Explanation;
use mockorg::pki::Rejection;
use mockorg::pki::rejection::alert;

use super::draft::Draft;
use super::{Row, check};

mod dates;
mod issuers;
pub mod limits;
mod revocation;
mod roots;
mod usages;

#[test]
fn every_flaw_is_named_with_its_certificate_and_alert() {
    rows().for_each(check);
}

#[test]
fn every_flaw_is_explained() {
    let mut text = String::new();
    for (name, flaw, _) in rows().flatten() {
        let verdict = flaw(Draft::new()).verdict();
        let fault = verdict.fault().unwrap_or_else(|| panic!("{name}: it holds"));
        let (alert, number) = alert(fault.openssl);
        let explanation = Explanation::of_fault(fault, Some(format!("saw TLS alert {alert} ({number})")));
        text += &format!("# {name}\n{explanation}\n");
        for also in &verdict.faults[1..] {
            let also = Explanation::of_fault(also, None).headline;
            text += &format!("also {}\n", also.trim_start_matches("refused: "));
        }
        text += "\n";
        assert_eq!(explanation.lines().count(), 5, "{name}: rule, expected, found, client and cure");
    }
    expect_file!["../../golden/refusals.txt"].assert_eq(&text);
}

#[test]
fn every_rejection_has_a_flaw_that_brings_it_about() {
    let met: BTreeSet<Rejection> = rows()
        .flatten()
        .filter_map(|(_, flaw, _)| flaw(Draft::new()).verdict().fault().map(|fault| fault.rejection))
        .collect();
    assert_eq!(met, BTreeSet::from(Rejection::ALL));
}

#[test]
fn a_chain_of_no_certificates_does_not_hold() {
    let mut case = Draft::new().sign();
    case.sent.clear();
    assert!(!case.verdict().holds());
}

pub fn rows() -> impl Iterator<Item = &'static [Row]> {
    [dates::ROWS, roots::ROWS, issuers::ROWS, usages::ROWS, limits::ROWS, revocation::ROWS].into_iter()
}
