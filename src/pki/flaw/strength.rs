//! Kinds of keys and digests: below the security level, and unusual ones that hold.

use openssl::ec::{Asn1Flag, EcGroup, EcKey};
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;

use super::draft::{Draft, Signing};
use super::sketch::Sketch;
use super::{Case, Made};
use crate::pki::mint::KeyKind;

pub(super) fn sha_1(sketch: Sketch) -> Made<Case> {
    signed_by(sketch, Signing::Sha1WithEcdsa)
}

pub(super) fn md_5(mut sketch: Sketch) -> Made<Case> {
    sketch.issuing.key = rsa(2_048)?;
    signed_by(sketch, Signing::Md5WithRsa)
}

pub(super) fn sha_1_of_intermediate(mut sketch: Sketch) -> Made<Case> {
    sketch.issuing.signing = Signing::Sha1WithEcdsa;
    sketch.case()
}

pub(super) fn rsa_1024(leaf: &mut Draft) -> Made<()> {
    leaf.key = rsa(1_024)?;
    Ok(())
}

pub(super) fn rsa_1024_of_intermediate(mut sketch: Sketch) -> Made<Case> {
    sketch.issuing.key = rsa(1_024)?;
    sketch.case()
}

pub(super) fn explicit_curve(leaf: &mut Draft) -> Made<()> {
    let mut group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)?;
    group.set_asn1_flag(Asn1Flag::EXPLICIT_CURVE);
    leaf.key = PKey::from_ec_key(EcKey::generate(&group)?)?;
    Ok(())
}

pub(super) fn secp256k1(leaf: &mut Draft) -> Made<()> {
    leaf.key = curve(Nid::SECP256K1)?;
    Ok(())
}

pub(super) fn p_521(leaf: &mut Draft) -> Made<()> {
    leaf.key = curve(Nid::SECP521R1)?;
    Ok(())
}

pub(super) fn ed25519(leaf: &mut Draft) -> Made<()> {
    leaf.key = KeyKind::Ed25519.generate()?;
    Ok(())
}

pub(super) fn pss(mut sketch: Sketch) -> Made<Case> {
    sketch.issuing.key = rsa(2_048)?;
    signed_by(sketch, Signing::Pss)
}

fn signed_by(mut sketch: Sketch, signing: Signing) -> Made<Case> {
    sketch.leaf.signing = signing;
    sketch.case()
}

fn rsa(bits: u32) -> Made<PKey<Private>> {
    Ok(Rsa::generate(bits).and_then(PKey::from_rsa)?)
}

fn curve(curve: Nid) -> Made<PKey<Private>> {
    let group = EcGroup::from_curve_name(curve)?;
    Ok(EcKey::generate(&group).and_then(PKey::from_ec_key)?)
}
