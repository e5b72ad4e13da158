//! Dates: past, to come, the wrong way round, and at the edges of how they are written.

use super::draft::Draft;
use super::patch::{GENERALIZED_TIME, UTC_TIME};
use super::sketch::Sketch;
use super::{Case, Made};
use crate::pki::mint::Validity;

pub(super) fn expired_leaf(leaf: &mut Draft) -> Made<()> {
    leaf.valid(-366, -1);
    Ok(())
}

pub(super) fn expired_intermediate(mut sketch: Sketch) -> Made<Case> {
    sketch.issuing.valid(-700, -1);
    sketch.case()
}

pub(super) fn expired_root(mut sketch: Sketch) -> Made<Case> {
    sketch.root.valid(-2_000, -1);
    sketch.case()
}

pub(super) fn not_yet_valid_leaf(leaf: &mut Draft) -> Made<()> {
    leaf.valid(1, 366);
    Ok(())
}

pub(super) fn not_yet_valid_intermediate(mut sketch: Sketch) -> Made<Case> {
    sketch.issuing.valid(1, 2_000);
    sketch.case()
}

pub(super) fn not_yet_valid_root(mut sketch: Sketch) -> Made<Case> {
    sketch.root.valid(1, 5_000);
    sketch.case()
}

pub(super) fn reversed_validity(leaf: &mut Draft) -> Made<()> {
    leaf.valid(-30, -60);
    Ok(())
}

pub(super) fn last_second(mut sketch: Sketch) -> Made<Case> {
    sketch.leaf.request.validity.until = sketch.now;
    sketch.case()
}

pub(super) fn first_second(leaf: &mut Draft) -> Made<()> {
    leaf.request.validity = Validity { from: leaf.now, ..leaf.request.validity };
    Ok(())
}

pub(super) fn ends_in_2050(leaf: &mut Draft) -> Made<()> {
    leaf.change = Some(|fields| fields.dates((UTC_TIME, "000101000000Z"), (GENERALIZED_TIME, "20500101000000Z")));
    Ok(())
}

pub(super) fn two_digit_2050(leaf: &mut Draft) -> Made<()> {
    leaf.change = Some(|fields| fields.dates((UTC_TIME, "000101000000Z"), (UTC_TIME, "500101000000Z")));
    Ok(())
}

pub(super) fn four_digit_2049(leaf: &mut Draft) -> Made<()> {
    leaf.change = Some(|fields| {
        fields.dates((GENERALIZED_TIME, "20000101000000Z"), (GENERALIZED_TIME, "20491231235959Z"));
    });
    Ok(())
}

pub(super) fn without_end(leaf: &mut Draft) -> Made<()> {
    leaf.change = Some(|fields| fields.dates((UTC_TIME, "000101000000Z"), (GENERALIZED_TIME, "99991231235959Z")));
    Ok(())
}
