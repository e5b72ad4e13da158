//! One test for each thing that validation asks for: it fails if that is no longer asked for (docs/mutation.md).

use jiff::Timestamp;

use super::*;
use crate::pki::flaw::{Caught, Flaw};

#[test]
fn the_time_is_the_orgs() {
    check(&[Flaw::ExpiredLeaf, Flaw::NotYetValidLeaf, Flaw::ExpiredIntermediate]);
}

#[test]
fn the_last_second_of_a_certificate_counts() {
    let case = Flaw::PathLengthKept.case(now()).unwrap();
    let last = case.sent[0].not_after();
    assert!(case.verdict(last).unwrap().holds());
    assert!(!case.verdict(after(last)).unwrap().holds());
}

#[test]
fn the_last_second_of_a_crl_counts() {
    let case = Flaw::CrlStale.case(now()).unwrap();
    let crls = Crls::from_der(&case.crls).unwrap();
    let last = crls.iter().filter_map(|crl| crl.next_update).min().unwrap();
    assert!(case.verdict(last).unwrap().holds());
    assert!(!case.verdict(after(last)).unwrap().holds());
}

#[test]
fn the_purpose_is_a_clients() {
    check(&[Flaw::IssuerForServers, Flaw::EnciphermentOnly]);
}

#[test]
fn client_auth_must_be_named() {
    check(&[Flaw::NoExtendedKeyUsage, Flaw::AnyPurpose]);
}

#[test]
fn weak_keys_and_signatures_are_refused() {
    check(&[Flaw::Rsa1024, Flaw::Sha1OfIntermediate]);
}

#[test]
fn a_revoked_client_is_refused() {
    check(&[Flaw::RevokedLeaf]);
}

#[test]
fn a_revoked_intermediate_is_refused() {
    check(&[Flaw::RevokedIntermediate]);
}

#[test]
fn indirect_crls_and_scopes_are_read() {
    check(&[Flaw::IndirectRevoked, Flaw::IndirectSound]);
}

#[test]
fn changes_since_the_last_crl_are_read() {
    check(&[Flaw::RevokedSince, Flaw::RemovedSince]);
}

#[test]
fn without_any_crl_of_the_issuer_none_is_asked_for() {
    check(&[Flaw::PathLengthKept, Flaw::NoCrlBelowTheRoot]);
}

#[test]
fn policies_are_asked_for_where_a_ca_demands_them() {
    check(&[Flaw::PolicyMissing, Flaw::PolicyMet, Flaw::PolicyMappingForbidden]);
}

#[test]
fn every_candidate_path_is_tried() {
    check(&[Flaw::CrossSignedListedFirst, Flaw::CrossSignedListedLast, Flaw::OldTwinFirst]);
}

#[test]
fn more_certificates_than_are_read_are_refused() {
    check(&[Flaw::TooMany]);
}

/// The flaw is caught as the catalogue says, with nothing besides.
fn check(flaws: &[Flaw]) {
    for flaw in flaws {
        let found = flaw.case(now()).unwrap().verdict(now()).unwrap();
        let found: Vec<_> = found.faults.iter().map(|fault| fault.rejection).collect();
        let wanted = if let Caught::Edge(rejection) = flaw.caught() { vec![rejection] } else { Vec::new() };
        assert_eq!(found, wanted, "{flaw}");
    }
}

fn now() -> Timestamp {
    "2029-06-01T12:00:00Z".parse().unwrap()
}
