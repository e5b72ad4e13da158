//! Where the chain ends: nowhere, in itself, or in a root that is not on the list.

use super::draft::Draft;
use super::sketch::{Authority, Sketch, key};
use super::{Case, Made};
use crate::pki::mint::{KeyUsage, Role};

pub(super) fn self_signed(sketch: Sketch) -> Made<Case> {
    alone(sketch, |_| {})
}

pub(super) fn self_signed_ca(sketch: Sketch) -> Made<Case> {
    alone(sketch, |leaf| {
        leaf.request.role = Role::Authority { path_length: None };
        leaf.request.key_usage.push(KeyUsage::KeyCertSign);
    })
}

pub(super) fn unlisted_root(sketch: Sketch) -> Made<Case> {
    let mut case = sketch.case()?;
    case.roots.clear();
    Ok(case)
}

pub(super) fn unlisted_root_sent(sketch: Sketch) -> Made<Case> {
    let mut case = sketch.case()?;
    case.sent.append(&mut case.roots);
    Ok(case)
}

pub(super) fn delisted_root(sketch: Sketch) -> Made<Case> {
    let mut case = super::chain::straight_from_the_root(sketch)?;
    case.known = std::mem::take(&mut case.roots);
    Ok(case)
}

pub(super) fn intermediate_listed(sketch: Sketch) -> Made<Case> {
    let mut signed = sketch.sign()?;
    signed.case.roots.clear();
    signed.case.passed_over = vec![signed.issuing.certificate];
    Ok(signed.case)
}

pub(super) fn other_key_of_root(sketch: Sketch) -> Made<Case> {
    let mut other = sketch.root.clone();
    other.key = key()?;
    let other = Authority::root(&other)?;
    let mut case = sketch.case()?;
    case.roots = vec![other.certificate];
    Ok(case)
}

fn alone(sketch: Sketch, change: fn(&mut Draft)) -> Made<Case> {
    let mut leaf = sketch.leaf.clone();
    change(&mut leaf);
    let signed = sketch.sign()?;
    let leaf = leaf.sign_itself()?;
    Ok(signed.sending(vec![leaf]))
}
