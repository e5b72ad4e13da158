//! Serial numbers beyond RFC 5280 4.1.2.2.

use super::Made;
use super::draft::Draft;
use super::patch::{INTEGER, element};

pub(super) fn zero(leaf: &mut Draft) -> Made<()> {
    leaf.change = Some(|fields| fields.serial = element(INTEGER, &[0]));
    Ok(())
}

pub(super) fn negative(leaf: &mut Draft) -> Made<()> {
    leaf.change = Some(|fields| fields.serial = element(INTEGER, &[0xff, 0x01]));
    Ok(())
}

pub(super) fn of_21_octets(leaf: &mut Draft) -> Made<()> {
    leaf.change = Some(|fields| fields.serial = element(INTEGER, &[0x7f; 21]));
    Ok(())
}
