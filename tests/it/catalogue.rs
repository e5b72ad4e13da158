//! The catalogue of flaws: what each claims, against what `pki::validate` says.

mod clients;
mod command;
mod files;
mod wire;

use std::collections::HashSet;

use mockorg::pki::flaw::Caught;
use mockorg::pki::{Flaw, Rejection};

use crate::mint::at;

pub const NOW: &str = "2029-06-01T12:00:00Z";

#[test]
fn every_flaw_is_what_it_says_and_the_only_one() {
    let mut wrong = String::new();
    for &flaw in Flaw::ALL {
        let case = flaw.case(at(NOW)).unwrap_or_else(|error| panic!("{flaw}: {error}"));
        let verdict = case.verdict(at(NOW)).unwrap_or_else(|error| panic!("{flaw}: {error}"));
        let mut found: Vec<Rejection> = verdict.faults.iter().map(|fault| fault.rejection).collect();
        // a CRL that is there and of no use is missing too: one flaw, seen twice
        if found == [Rejection::CrlInvalid, Rejection::CrlMissing] {
            found.pop();
        }
        let claimed = match flaw.caught() {
            Caught::Edge(rejection) => vec![rejection],
            Caught::Handshake | Caught::Nobody | Caught::Org => Vec::new(),
        };
        if found != claimed {
            wrong += &format!("\n{flaw}: claims {claimed:?}, found {:?}", verdict.faults);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_rule_of_the_edge_has_a_flaw_that_breaks_it() {
    let met: HashSet<Rejection> = Flaw::ALL
        .iter()
        .filter_map(|flaw| match flaw.caught() {
            Caught::Edge(rejection) => Some(rejection),
            Caught::Handshake | Caught::Nobody | Caught::Org => None,
        })
        .collect();
    let missing: Vec<_> = Rejection::ALL.into_iter().filter(|rejection| !met.contains(rejection)).collect();
    assert_eq!(missing, []);
}

/// A new flaw has to be shown to the clients, too.
#[test]
fn what_clients_see_of_every_flaw_is_written() {
    let page = include_str!("../../docs/what-clients-see.md");
    let every = page.split_once("\n## Every flaw\n").expect("its last table").1;
    let missing = Flaw::ALL.iter().filter(|flaw| !every.contains(&format!("\n| `{}` | ", flaw.id())));
    assert_eq!(
        missing.map(|flaw| flaw.id()).collect::<Vec<_>>(),
        Vec::<&str>::new(),
        "scripts/catalogue-table runs them"
    );
}

#[test]
fn flaws_have_ids_of_their_own() {
    let ids: HashSet<&str> = Flaw::ALL.iter().map(|flaw| flaw.id()).collect();
    assert_eq!(ids.len(), Flaw::ALL.len());
    for &flaw in Flaw::ALL {
        assert_eq!(flaw.id().parse(), Ok(flaw));
        assert!(flaw.id().bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{flaw}");
        assert!(flaw.title().ends_with('.') && flaw.lesson().ends_with('.'), "{flaw}");
    }
    assert!(Flaw::ALL.len() >= 60);
}
