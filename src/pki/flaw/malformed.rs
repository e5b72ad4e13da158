//! Certificates that are not what RFC 5280 makes of them, and that OpenSSL can take in all the same.

use super::Made;
use super::draft::Draft;
use super::patch::{EXPLICIT_0, INTEGER, UTC_TIME, element};

pub(super) fn extension_twice(leaf: &mut Draft) -> Made<()> {
    leaf.change = Some(|fields| fields.extensions.extend_from_within(..1));
    Ok(())
}

pub(super) fn basic_constraints(leaf: &mut Draft) -> Made<()> {
    leaf.change = Some(|fields| fields.replace(19, true, &[0xff, 0xff]));
    Ok(())
}

pub(super) fn key_usage(leaf: &mut Draft) -> Made<()> {
    leaf.change = Some(|fields| fields.replace(15, true, b"words"));
    Ok(())
}

pub(super) fn empty_purposes(leaf: &mut Draft) -> Made<()> {
    leaf.change = Some(|fields| fields.replace(37, false, &[0x30, 0x00]));
    Ok(())
}

pub(super) fn negative_path_length(leaf: &mut Draft) -> Made<()> {
    leaf.change = Some(|fields| fields.replace(19, true, &[0x30, 0x06, 0x01, 0x01, 0xff, 0x02, 0x01, 0x80]));
    Ok(())
}

pub(super) fn month_13(leaf: &mut Draft) -> Made<()> {
    leaf.change = Some(|fields| fields.dates((UTC_TIME, "001301000000Z"), (UTC_TIME, "491301000000Z")));
    Ok(())
}

pub(super) fn version_9(leaf: &mut Draft) -> Made<()> {
    leaf.change = Some(|fields| fields.version = element(EXPLICIT_0, &element(INTEGER, &[9])));
    Ok(())
}

pub(super) fn version_1_with_extensions(leaf: &mut Draft) -> Made<()> {
    leaf.change = Some(|fields| fields.version.clear());
    Ok(())
}

pub(super) fn alternative_names(leaf: &mut Draft) -> Made<()> {
    leaf.change = Some(|fields| fields.replace(17, false, b"words"));
    Ok(())
}
