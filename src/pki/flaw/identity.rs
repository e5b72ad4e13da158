//! Chains that hold, of a client that the org knows by another certificate, or by none.

use super::draft::Draft;
use super::sketch::{Sketch, key};
use super::{Case, Made};

pub(super) fn not_uploaded(sketch: Sketch) -> Made<Case> {
    let mut case = sketch.case()?;
    case.uploaded.clear();
    Ok(case)
}

pub(super) fn renewed_with_the_same_key(sketch: Sketch) -> Made<Case> {
    let mut former = sketch.leaf.clone();
    former.valid(-365, 5);
    known_by(sketch, &former)
}

pub(super) fn same_subject_other_key(sketch: Sketch) -> Made<Case> {
    let mut other = sketch.leaf.clone();
    other.key = key()?;
    known_by(sketch, &other)
}

pub(super) fn same_serial_other_issuer(mut sketch: Sketch) -> Made<Case> {
    sketch.leaf.request.serial = Some(vec![0x4d, 0x0c, 0x01]);
    let (elsewhere, former) = (sketch.other(" other issuer")?, sketch.leaf.clone());
    let mut signed = sketch.sign()?;
    let elsewhere = signed.root.certify(&elsewhere)?;
    signed.case.uploaded = vec![former.issue(&elsewhere.issuer)?];
    Ok(signed.case)
}

pub(super) fn moved_to_another_ca(sketch: Sketch) -> Made<Case> {
    let (elsewhere, former) = (sketch.other(" former issuer")?, sketch.leaf.clone());
    let mut signed = sketch.sign()?;
    let elsewhere = signed.root.certify(&elsewhere)?;
    signed.case.uploaded = vec![former.issue(&elsewhere.issuer)?];
    Ok(signed.case)
}

pub(super) fn chain_uploaded(sketch: Sketch) -> Made<Case> {
    let mut case = sketch.case()?;
    case.uploaded.clone_from(&case.sent);
    Ok(case)
}

/// The org has another certificate of the client than the one that it shows.
fn known_by(sketch: Sketch, former: &Draft) -> Made<Case> {
    let mut signed = sketch.sign()?;
    signed.case.uploaded = vec![former.issue(&signed.issuing.issuer)?];
    Ok(signed.case)
}
