//! Extensions that nobody understands.

use der::asn1::{ObjectIdentifier, OctetString};

use super::draft::Draft;
use super::sketch::Sketch;
use super::{Case, Made};
use crate::pki::mint::Extension;

pub(super) fn in_leaf(leaf: &mut Draft) -> Made<()> {
    leaf.extend(unknown(true)?);
    Ok(())
}

pub(super) fn in_intermediate(mut sketch: Sketch) -> Made<Case> {
    sketch.issuing.extend(unknown(true)?);
    sketch.case()
}

pub(super) fn in_root(mut sketch: Sketch) -> Made<Case> {
    sketch.root.extend(unknown(true)?);
    sketch.case()
}

pub(super) fn not_critical(leaf: &mut Draft) -> Made<()> {
    leaf.extend(unknown(false)?);
    Ok(())
}

pub(super) fn unknown(critical: bool) -> Made<Extension> {
    Ok(Extension { extn_id: UNKNOWN, critical, extn_value: OctetString::new([0x05, 0x00])? })
}

/// In the arc for documentation (RFC 5612's enterprise number).
const UNKNOWN: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.32473.1");
