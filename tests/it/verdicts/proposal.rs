//! What to send instead.

use mockorg::pki::Crls;
use mockorg::pki::mint::{ExtendedKeyUsage, Request};
use mockorg::pki::proposal::{Piece, Proposal, WantedUsage};

use super::draft::{Case, Draft, name, numbered, trust, years};
use super::refused;

fn proposal(case: &Case) -> Proposal {
    let crls = Crls::from_der(&case.crls).unwrap();
    Proposal::of(&case.sent, &trust(&case.listed, &case.known), &crls, case.now, &case.policy).unwrap()
}

/// `sent 1 CN=billing`, `missing CN=Acme Issuing CA`, `unknown CN=…`
fn told(proposal: &Proposal) -> Vec<String> {
    let common_name = |subject: &str| subject.split(',').next().unwrap_or_default().to_owned();
    let piece = |piece: &Piece| match piece {
        Piece::Sent(position, it) => format!("sent {position} {}", common_name(it.subject())),
        Piece::Missing(it) => format!("missing {}", common_name(it.subject())),
        Piece::Unknown(wanted) => format!("unknown {}", common_name(&wanted.subject)),
    };
    proposal.send.iter().map(piece).collect()
}

#[test]
fn a_chain_that_is_as_it_should_be_is_proposed_as_it_is() {
    let case = Draft::new().sign();
    let proposal = proposal(&case);
    assert_eq!(told(&proposal), ["sent 1 CN=billing", "sent 2 CN=Acme Issuing CA"]);
    assert!(proposal.holds() && proposal.is_as_sent(&case.sent));
}

#[test]
fn a_missing_intermediate_is_named_by_subject_and_key_identifier() {
    let mut case = Draft::new().sign();
    case.sent.truncate(1);
    let known = proposal(&case);
    assert_eq!(told(&known), ["sent 1 CN=billing", "missing CN=Acme Issuing CA"]);
    assert!(known.holds(), "{:?}", known.faults);
    case.known.clear();
    let unknown = proposal(&case);
    assert_eq!(told(&unknown), ["sent 1 CN=billing", "unknown CN=Acme Issuing CA"]);
    assert!(!unknown.holds());
    let [_, Piece::Unknown(wanted)] = &unknown.send[..] else { panic!("{:?}", unknown.send) };
    assert_eq!(wanted.key_identifier, case.issuing.certificate.key_identifier());
    assert!(wanted.key_identifier.is_some());
}

#[test]
fn two_missing_intermediates_are_both_named() {
    let mut case = Draft::new().sign();
    let lower = case.issuing.certify(&numbered(Request::authority(name("CN=Lower"), years(2028, 2031)), 8), 4);
    let leaf = lower.certify(&numbered(Request::client(name("CN=billing,O=Acme"), years(2029, 2029)), 9), 5);
    case.sent = vec![leaf.certificate];
    case.known.push(lower.certificate);
    assert_eq!(told(&proposal(&case)), ["sent 1 CN=billing", "missing CN=Lower", "missing CN=Acme Issuing CA"]);
}

#[test]
fn the_order_is_mended_and_what_is_not_needed_left_out() {
    let mut case = Draft::new().sign();
    let (leaf, issuing, root) = (case.leaf.clone(), case.issuing.certificate.clone(), case.root.certificate.clone());
    case.sent = vec![issuing.clone(), leaf.clone()];
    let mended = proposal(&case);
    assert_eq!(told(&mended), ["sent 2 CN=billing", "sent 1 CN=Acme Issuing CA"]);
    assert!(mended.holds());
    case.sent = vec![leaf.clone(), root, issuing, leaf];
    assert_eq!(told(&proposal(&case)), ["sent 1 CN=billing", "sent 3 CN=Acme Issuing CA"]);
}

#[test]
fn a_certificate_that_is_for_servers_needs_client_auth_in_another() {
    let mut draft = Draft::new();
    draft.leaf.extended_key_usage = vec![ExtendedKeyUsage::ServerAuth];
    let case = draft.sign();
    let verdict = case.verdict();
    let usages = WantedUsage::of(&verdict.faults, &verdict.path, &case.sent);
    let [usage] = &usages[..] else { panic!("{usages:?}") };
    assert_eq!((usage.position, usage.wanted, usage.found.as_str()), (Some(1), "clientAuth", "serverAuth"));
    assert_eq!(usage.oid, "1.3.6.1.5.5.7.3.2");
    assert!(proposal(&case).is_as_sent(&case.sent), "no other chain mends that");
}

#[test]
fn an_issuer_of_another_name_is_never_proposed() {
    for (what, flaw, _) in refused::rows().flatten() {
        let case = flaw(Draft::new());
        if case.sent.is_empty() {
            continue;
        }
        let proposal = proposal(&case);
        let certificates = proposal.send.iter().filter_map(|piece| match piece {
            Piece::Missing(it) | Piece::Sent(_, it) => Some(it),
            Piece::Unknown(_) => None,
        });
        let certificates: Vec<_> = certificates.collect();
        assert!(!certificates.is_empty(), "{what}");
        for pair in certificates.windows(2) {
            assert_eq!(pair[0].issuer(), pair[1].subject(), "{what}: {:?}", told(&proposal));
        }
    }
}
