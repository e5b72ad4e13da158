//! What is sent and in which order: too little, too much, shuffled, in a circle, too long.

use super::draft::Draft;
use super::sketch::{Authority, Signed, Sketch};
use super::{Case, Made};
use crate::pki::Certificate;
use crate::pki::mint::Role;
use crate::pki::validate::MAX_SENT;

pub(super) fn leaf_only(sketch: Sketch) -> Made<Case> {
    let mut case = sketch.case()?;
    case.known = case.sent.split_off(1);
    Ok(case)
}

pub(super) fn middle_missing(mut sketch: Sketch) -> Made<Case> {
    sketch.add_upper()?;
    let signed = sketch.sign()?;
    let sent = vec![signed.leaf.clone(), signed.issuing.certificate.clone()];
    Ok(signed.sending(sent))
}

pub(super) fn shuffled(mut sketch: Sketch) -> Made<Case> {
    sketch.add_upper()?;
    let mut case = sketch.case()?;
    case.sent[1..].reverse();
    Ok(case)
}

pub(super) fn root_included(sketch: Sketch) -> Made<Case> {
    let mut case = sketch.case()?;
    case.sent.extend_from_slice(&case.roots);
    Ok(case)
}

pub(super) fn unrelated_extra(sketch: Sketch) -> Made<Case> {
    let stranger = Authority::root(&sketch.other(" stranger")?)?;
    let mut case = sketch.case()?;
    case.sent.insert(1, stranger.certificate);
    Ok(case)
}

pub(super) fn everything_twice(sketch: Sketch) -> Made<Case> {
    let mut case = sketch.case()?;
    case.sent.extend_from_within(..);
    Ok(case)
}

pub(super) fn straight_from_the_root(sketch: Sketch) -> Made<Case> {
    let (leaf, signed) = (sketch.leaf.clone(), sketch.sign()?);
    let leaf = leaf.issue(&signed.root.issuer)?;
    Ok(Case { uploaded: vec![leaf.clone()], ..signed.sending(vec![leaf]) })
}

pub(super) fn cross_signed_listed_first(sketch: Sketch) -> Made<Case> {
    let (twin, signed) = cross_signed(sketch)?;
    let sent = vec![signed.leaf.clone(), signed.issuing.certificate.clone(), twin];
    Ok(signed.sending(sent))
}

pub(super) fn cross_signed_listed_last(sketch: Sketch) -> Made<Case> {
    let (twin, signed) = cross_signed(sketch)?;
    let sent = vec![signed.leaf.clone(), twin, signed.issuing.certificate.clone()];
    Ok(signed.sending(sent))
}

pub(super) fn old_twin_first(sketch: Sketch) -> Made<Case> {
    let mut old = sketch.issuing.clone();
    old.valid(-1_400, -700);
    let mut signed = sketch.sign()?;
    let old = signed.root.certify(&old)?;
    signed.case.sent.insert(1, old.certificate);
    Ok(signed.case)
}

pub(super) fn circle(sketch: Sketch) -> Made<Case> {
    let (draft, other_draft) = (sketch.issuing.clone(), sketch.other(" other")?);
    let signed = sketch.sign()?;
    let first = Authority::root(&other_draft)?.certify(&draft)?;
    let other = first.certify(&other_draft)?;
    let sent = vec![signed.leaf.clone(), first.certificate, other.certificate];
    Ok(signed.sending(sent))
}

pub(super) fn ten_intermediates(sketch: Sketch) -> Made<Case> {
    let drafts: Vec<Draft> = (1..10).map(|n| sketch.other(&format!(" {n}"))).collect::<Made<_>>()?;
    let leaf = sketch.leaf.clone();
    let signed = sketch.sign()?;
    let (mut issuer, mut sent) = (signed.issuing.clone(), vec![signed.issuing.certificate.clone()]);
    for draft in &drafts {
        issuer = issuer.certify(draft)?;
        sent.insert(0, issuer.certificate.clone());
    }
    let leaf = leaf.issue(&issuer.issuer)?;
    sent.insert(0, leaf.clone());
    Ok(Case { uploaded: vec![leaf], ..signed.sending(sent) })
}

pub(super) fn too_many(sketch: Sketch) -> Made<Case> {
    let mut case = sketch.case()?;
    let issuing = case.sent[1].clone();
    case.sent.resize(MAX_SENT + 1, issuing);
    Ok(case)
}

pub(super) fn path_length_of_root(mut sketch: Sketch) -> Made<Case> {
    sketch.root.request.role = Role::Authority { path_length: Some(0) };
    sketch.case()
}

pub(super) fn path_length_of_intermediate(mut sketch: Sketch) -> Made<Case> {
    sketch.add_upper()?.request.role = Role::Authority { path_length: Some(0) };
    sketch.case()
}

pub(super) fn path_length_kept(mut sketch: Sketch) -> Made<Case> {
    sketch.root.request.role = Role::Authority { path_length: Some(1) };
    sketch.issuing.request.role = Role::Authority { path_length: Some(0) };
    sketch.case()
}

pub(super) fn other_key_of_intermediate(sketch: Sketch) -> Made<Case> {
    let mut other = sketch.issuing.clone();
    other.key = super::sketch::key()?;
    let signed = sketch.sign()?;
    let other = signed.root.certify(&other)?;
    let sent = vec![signed.leaf.clone(), other.certificate];
    Ok(signed.sending(sent))
}

/// The issuing CA's other certificate, by a root that is not listed, with a later end; and the rest.
fn cross_signed(sketch: Sketch) -> Made<(Certificate, Signed)> {
    let (mut twin, mut elsewhere) = (sketch.issuing.clone(), sketch.other(" elsewhere")?);
    twin.valid(-700, 3_000);
    elsewhere.valid(-2_000, 5_000);
    let twin = Authority::root(&elsewhere)?.certify(&twin)?;
    Ok((twin.certificate, sketch.sign()?))
}
