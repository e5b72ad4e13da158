//! Signatures that do not fit: altered, by another key, by an algorithm that the certificate does not name. How strong one
//! is, is [`strength`](super::strength)'s.

use super::draft::{Draft, Signing};
use super::patch::elements;
use super::sketch::{Sketch, key};
use super::{Case, Made};
use crate::pki::mint::Issuer;

pub(super) fn flipped_bit(leaf: &mut Draft) -> Made<()> {
    leaf.damage = Some(flip);
    Ok(())
}

pub(super) fn flipped_bit_in_intermediate(mut sketch: Sketch) -> Made<Case> {
    sketch.issuing.damage = Some(flip);
    sketch.case()
}

pub(super) fn altered_content(leaf: &mut Draft) -> Made<()> {
    leaf.damage = Some(|der| {
        let content = elements(der).and_then(|parts| elements(&parts[0]));
        let Ok(serial) = content.map(|fields| fields[1].clone()) else { return };
        let found = der.windows(serial.len()).position(|bytes| bytes == serial);
        found.into_iter().for_each(|at| der[at + serial.len() - 1] ^= 1);
    });
    Ok(())
}

pub(super) fn empty_signature(leaf: &mut Draft) -> Made<()> {
    leaf.damage = Some(|der| {
        let signature = der.len() - 16;
        der[signature..].fill(0);
    });
    Ok(())
}

pub(super) fn wrong_key(sketch: Sketch) -> Made<Case> {
    let leaf = sketch.leaf.clone();
    let signed = sketch.sign()?;
    let wrong = Issuer { key: key()?, ..signed.issuing.issuer.clone() };
    let sent = vec![leaf.issue(&wrong)?, signed.issuing.certificate.clone()];
    Ok(signed.sending(sent))
}

pub(super) fn wrong_key_of_root(sketch: Sketch) -> Made<Case> {
    let issuing = sketch.issuing.clone();
    let signed = sketch.sign()?;
    let wrong = Issuer { key: key()?, ..signed.root.issuer.clone() };
    let sent = vec![signed.leaf.clone(), issuing.issue(&wrong)?];
    Ok(signed.sending(sent))
}

pub(super) fn algorithm_mismatch(leaf: &mut Draft) -> Made<()> {
    leaf.signing = Signing::Contradictory;
    Ok(())
}

fn flip(der: &mut [u8]) {
    der.last_mut().into_iter().for_each(|last| *last ^= 1);
}
