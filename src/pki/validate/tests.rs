//! One test for each thing that validation asks for: it fails if that is no longer asked for (docs/mutation.md).

use jiff::Timestamp;

use super::*;
use crate::pki::Rejection;
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

#[test]
fn signatures_are_verified() {
    check(&[Flaw::FlippedBit, Flaw::FlippedBitInIntermediate, Flaw::WrongKey]);
}

#[test]
fn a_certificate_begins_when_it_says() {
    check(&[Flaw::NotYetValidLeaf, Flaw::NotYetValidIntermediate, Flaw::NotYetValidRoot]);
}

#[test]
fn a_certificate_ends_when_it_says() {
    check(&[Flaw::ExpiredLeaf, Flaw::ExpiredIntermediate, Flaw::ExpiredRoot]);
}

#[test]
fn each_certificate_has_its_issuer() {
    check(&[Flaw::LeafOnly, Flaw::MiddleMissing, Flaw::DelistedRoot]);
}

#[test]
fn a_self_signed_client_is_refused() {
    check(&[Flaw::SelfSigned]);
}

#[test]
fn a_root_is_on_the_list() {
    check(&[Flaw::UnlistedRootSent]);
}

#[test]
fn what_is_revoked_is_refused() {
    check(&[Flaw::RevokedLeaf, Flaw::RevokedIntermediate, Flaw::RevokedOnHold]);
}

#[test]
fn signatures_of_crls_are_verified() {
    check(&[Flaw::CrlBadlySigned]);
}

#[test]
fn a_crl_ends_when_it_says() {
    check(&[Flaw::CrlStale]);
}

#[test]
fn a_crl_begins_when_it_says() {
    check(&[Flaw::CrlNotYetValid]);
}

#[test]
fn who_signs_crls_may() {
    check(&[Flaw::CrlSignerMayNot]);
}

#[test]
fn what_a_crl_says_is_critical_is_known() {
    check(&[Flaw::CrlUnknownCritical]);
}

#[test]
fn names_are_permitted() {
    check(&[Flaw::DnsViolated, Flaw::EmailViolated, Flaw::IpViolated, Flaw::UriViolated, Flaw::DirectoryViolated]);
}

#[test]
fn names_are_not_excluded() {
    check(&[Flaw::DnsExcluded]);
}

#[test]
fn an_issuer_is_a_ca_that_may_issue() {
    check(&[Flaw::IssuerNotACa, Flaw::IssuedByAClient, Flaw::IssuerNoKeyCertSign]);
}

#[test]
fn a_path_is_no_longer_than_it_may_be() {
    check(&[Flaw::PathLengthOfRoot, Flaw::PathLengthOfIntermediate]);
}

#[test]
fn what_is_critical_is_known() {
    check(&[Flaw::UnknownCritical, Flaw::UnknownCriticalInIntermediate]);
}

#[test]
fn a_policy_is_shared_where_one_is_demanded() {
    check(&[Flaw::PolicyMissing, Flaw::PolicyOfAnother, Flaw::AnyPolicyForbidden]);
}

#[test]
fn a_policy_may_be_demanded_from_the_first() {
    assert_eq!(under(Flaw::PathLengthKept, |policy| policy.policies.explicit = true), [Rejection::Policy]);
}

#[test]
fn mappings_may_be_forbidden_from_the_first() {
    assert_eq!(under(Flaw::PolicyMapped, |_| {}), []);
    assert_eq!(under(Flaw::PolicyMapped, |policy| policy.policies.no_mapping = true), [Rejection::Policy]);
}

#[test]
fn only_the_policies_that_are_named_count() {
    assert_eq!(under(Flaw::PolicyMet, |_| {}), []);
    let found = under(Flaw::PolicyMet, |policy| policy.policies.initial = vec!["1.3.6.1.4.1.99999.9".into()]);
    assert_eq!(found, [Rejection::Policy]);
}

#[test]
fn client_auth_need_not_be_named_if_nothing_is() {
    let if_present = |policy: &mut Policy| policy.client_auth_eku = ClientAuthEku::IfPresent;
    assert_eq!(under(Flaw::NoExtendedKeyUsage, if_present), []);
    assert_eq!(under(Flaw::ServerAuthOnly, if_present), [Rejection::NoClientAuth]);
}

#[test]
fn revocation_may_be_ignored() {
    assert_eq!(under(Flaw::RevokedLeaf, |policy| policy.revocation = Revocation::Ignore), []);
}

/// What is found under another policy than the default.
fn under(flaw: Flaw, change: impl Fn(&mut Policy)) -> Vec<Rejection> {
    let case = flaw.case(now()).unwrap();
    let mut policy = Policy::default();
    change(&mut policy);
    let verdict = case.verdict_under(now(), &policy).unwrap();
    verdict.faults.iter().map(|fault| fault.rejection).collect()
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
