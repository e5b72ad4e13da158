//! Names that are missing, and names that are one although they are written differently.

use x509_cert::ext::pkix::name::GeneralName;

use super::constraints::{alternative, dns};
use super::draft::Draft;
use super::patch::{OID, PRINTABLE_STRING, SEQUENCE, SET, UTF8_STRING, element, sequence};
use super::sketch::Sketch;
use super::{Case, Made};
use crate::pki::mint::Name;

pub(super) fn empty_subject(leaf: &mut Draft) -> Made<()> {
    leaf.request.subject = Name::default();
    Ok(())
}

pub(super) fn alternative_names_only(leaf: &mut Draft) -> Made<()> {
    leaf.request.subject = Name::default();
    leaf.extend(alternative(vec![dns("billing.acme.example")?], true)?);
    Ok(())
}

/// The leaf writes its issuer's name with other string types than the issuer itself.
pub(super) fn other_encoding(mut sketch: Sketch) -> Made<Case> {
    sketch.issuing.change = Some(|fields| fields.subject = named(UTF8_STRING, "Acme Twice Written"));
    sketch.leaf.change = Some(|fields| fields.issuer = named(PRINTABLE_STRING, "Acme Twice Written"));
    sketch.case()
}

pub(super) fn other_case(mut sketch: Sketch) -> Made<Case> {
    sketch.issuing.change = Some(|fields| fields.subject = named(UTF8_STRING, "Acme In Capitals"));
    sketch.leaf.change = Some(|fields| fields.issuer = named(UTF8_STRING, "ACME  in capitals "));
    sketch.case()
}

pub(super) fn other_name(mut sketch: Sketch) -> Made<Case> {
    sketch.leaf.change = Some(|fields| fields.issuer = named(UTF8_STRING, "Acme Under Another Name"));
    sketch.case()
}

/// More names than anybody needs.
pub(super) fn many_alternative_names(leaf: &mut Draft) -> Made<()> {
    let names: Vec<GeneralName> = (0..100).map(|n| dns(&format!("host-{n}.acme.example"))).collect::<Made<_>>()?;
    leaf.extend(alternative(names, false)?);
    Ok(())
}

/// `CN=` this, in a string of that type.
fn named(tag: u8, text: &str) -> Vec<u8> {
    let attribute = sequence([element(OID, &[0x55, 4, 3]), element(tag, text.as_bytes())]);
    element(SEQUENCE, &element(SET, &attribute))
}
