//! Certificates on a CRL, and CRLs that are late, early, badly signed or not there. What a CRL is for is
//! [`scope`](super::scope)'s.

use x509_cert::ext::pkix::CrlReason;

use super::critical::unknown;
use super::revocation_list::List;
use super::sketch::{Signed, Sketch, key};
use super::{Case, Made};
use crate::pki::mint::{Issuer, KeyUsage};

pub(super) fn leaf(sketch: Sketch) -> Made<Case> {
    revoked(sketch, Some(CrlReason::KeyCompromise))
}

pub(super) fn leaf_for_no_reason(sketch: Sketch) -> Made<Case> {
    revoked(sketch, None)
}

pub(super) fn leaf_on_hold(sketch: Sketch) -> Made<Case> {
    revoked(sketch, Some(CrlReason::CertificateHold))
}

pub(super) fn intermediate(sketch: Sketch) -> Made<Case> {
    with(sketch, |signed| {
        let list = List::of(&signed.root.issuer, signed.now);
        list.revoking(&signed.issuing.certificate, Some(CrlReason::CaCompromise))
    })
}

pub(super) fn another(sketch: Sketch) -> Made<Case> {
    let other = sketch.leaf.clone();
    with(sketch, |signed| {
        List::of(&signed.issuing.issuer, signed.now).revoking(&other.issue(&signed.issuing.issuer)?, None)
    })
}

pub(super) fn no_list(sketch: Sketch) -> Made<Case> {
    sketch.case()
}

pub(super) fn no_list_below_the_root(sketch: Sketch) -> Made<Case> {
    with(sketch, |signed| Ok(List::of(&signed.root.issuer, signed.now)))
}

pub(super) fn stale(sketch: Sketch) -> Made<Case> {
    with(sketch, |signed| Ok(List::of(&signed.issuing.issuer, signed.now).valid(-30, -1)))
}

pub(super) fn stale_of_root(sketch: Sketch) -> Made<Case> {
    with(sketch, |signed| Ok(List::of(&signed.root.issuer, signed.now).valid(-30, -1)))
}

pub(super) fn not_yet_valid(sketch: Sketch) -> Made<Case> {
    with(sketch, |signed| Ok(List::of(&signed.issuing.issuer, signed.now).valid(1, 30)))
}

pub(super) fn badly_signed(sketch: Sketch) -> Made<Case> {
    let mut signed = sketch.sign()?;
    let mut list = List::of(&signed.issuing.issuer, signed.now).sign()?;
    list.last_mut().into_iter().for_each(|last| *last ^= 1);
    signed.case.crls.push(list);
    Ok(signed.case)
}

/// Nothing but the name points at the key, and it is another one.
pub(super) fn signed_by_another_key(sketch: Sketch) -> Made<Case> {
    with(sketch, |signed| {
        let wrong = Issuer { key: key()?, ..signed.issuing.without_key_id() };
        Ok(List::of(&wrong, signed.now))
    })
}

pub(super) fn signer_without_crl_sign(mut sketch: Sketch) -> Made<Case> {
    sketch.issuing.request.key_usage = vec![KeyUsage::KeyCertSign];
    with(sketch, |signed| Ok(List::of(&signed.issuing.issuer, signed.now)))
}

pub(super) fn unknown_critical(sketch: Sketch) -> Made<Case> {
    with(sketch, |signed| Ok(List::of(&signed.issuing.issuer, signed.now).extended(unknown(true)?)))
}

pub(super) fn current(sketch: Sketch) -> Made<Case> {
    let mut signed = sketch.sign()?;
    for issuer in [&signed.root.issuer, &signed.issuing.issuer] {
        signed.case.crls.push(List::of(issuer, signed.now).sign()?);
    }
    Ok(signed.case)
}

fn revoked(sketch: Sketch, reason: Option<CrlReason>) -> Made<Case> {
    with(sketch, |signed| List::of(&signed.issuing.issuer, signed.now).revoking(&signed.leaf, reason))
}

/// The chain, and this list.
pub(super) fn with(sketch: Sketch, list: impl FnOnce(&Signed) -> Made<List>) -> Made<Case> {
    let mut signed = sketch.sign()?;
    let list = list(&signed)?.sign()?;
    signed.case.crls.push(list);
    Ok(signed.case)
}
