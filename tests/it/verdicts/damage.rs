//! Damaged certificates and CRLs: whatever happens to their bytes, none is let in, and none brings the judge down.

use std::sync::LazyLock;

use mockorg::pki::{Certificate, Crls, Policy, Revocation, Verdict, validate};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use super::draft::{Case, Draft, trust};

/// Every bit of the leaf and of the intermediate, one after the other: no certificate has a place that nothing covers.
#[test]
fn no_bit_of_a_sound_chain_can_be_flipped_unnoticed() {
    let case = Draft::new().sign();
    for place in [0, 1] {
        let sound = case.sent[place].clone();
        let (mut read, mut unreadable) = (0, 0);
        for bit in 0..sound.der().len() * 8 {
            let mut der = sound.der().to_vec();
            der[bit / 8] ^= 1 << (bit % 8);
            let Ok(flipped) = Certificate::from_der(&der) else {
                unreadable += 1;
                continue;
            };
            read += 1;
            assert_ne!(flipped, sound, "bit {bit} of certificate {place}: the org would take it for the upload");
            let mut sent = case.sent.clone();
            sent[place] = flipped;
            assert!(!judged(&case, &sent).holds(), "bit {bit} of certificate {place} can be flipped");
        }
        assert!(read > 1_000 && unreadable > 100, "{read} read, {unreadable} unreadable: few flips were tried");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_mangled_certificate_is_refused_and_harms_nothing(
        place in 0..2_usize,
        cuts in vec((any::<Index>(), 0..6_usize, vec(any::<u8>(), 0..6)), 1..4),
    ) {
        let case = &*CASE;
        let der = mangled(case.sent[place].der(), &cuts);
        if let Ok(certificate) = Certificate::from_der(&der) {
            let same = certificate == case.sent[place];
            let mut sent = case.sent.clone();
            sent[place] = certificate;
            prop_assert_eq!(judged(case, &sent).holds(), same);
        }
    }

    #[test]
    fn a_mangled_crl_clears_nobody(cuts in vec((any::<Index>(), 0..6_usize, vec(any::<u8>(), 0..6)), 1..4)) {
        let case = &*REVOKED;
        let der = mangled(&case.crls[1], &cuts);
        if let Ok(crls) = Crls::from_der([&case.crls[0], &der]) {
            let policy = Policy { revocation: Revocation::Require, ..case.policy.clone() };
            let trust = trust(&case.listed, &case.known);
            prop_assert!(!validate(&case.sent, &trust, &crls, case.now, &policy).holds());
        }
    }
}

static CASE: LazyLock<Case> = LazyLock::new(|| Draft::new().sign());

static REVOKED: LazyLock<Case> = LazyLock::new(|| {
    let mut case = Draft::new().sign();
    let leaf = case.leaf.clone();
    case.publish(&[&leaf], &[]);
    case
});

fn judged(case: &Case, sent: &[Certificate]) -> Verdict {
    validate(sent, &trust(&case.listed, &case.known), &Crls::default(), case.now, &case.policy)
}

/// With some bytes taken out and others put in.
fn mangled(der: &[u8], cuts: &[(Index, usize, Vec<u8>)]) -> Vec<u8> {
    let mut der = der.to_vec();
    for (index, taken, put) in cuts {
        let start = index.index(der.len());
        let end = (start + taken).min(der.len());
        der.splice(start..end, put.iter().copied());
        if der.is_empty() {
            break;
        }
    }
    der
}
