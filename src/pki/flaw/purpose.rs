//! What the client's own certificate is for. What an issuer may do is [`issuers`](super::issuers)'.

use super::Made;
use super::draft::Draft;
use crate::pki::mint::{ExtendedKeyUsage, KeyUsage, Role};

pub(super) fn no_extended_key_usage(leaf: &mut Draft) -> Made<()> {
    purposes(leaf, &[])
}

pub(super) fn server_auth_only(leaf: &mut Draft) -> Made<()> {
    purposes(leaf, &[ExtendedKeyUsage::ServerAuth])
}

pub(super) fn any_purpose(leaf: &mut Draft) -> Made<()> {
    purposes(leaf, &[ExtendedKeyUsage::Any])
}

pub(super) fn other_purposes(leaf: &mut Draft) -> Made<()> {
    purposes(leaf, &[ExtendedKeyUsage::EmailProtection, ExtendedKeyUsage::CodeSigning])
}

pub(super) fn client_and_server(leaf: &mut Draft) -> Made<()> {
    purposes(leaf, &[ExtendedKeyUsage::ServerAuth, ExtendedKeyUsage::ClientAuth])
}

pub(super) fn no_key_usage(leaf: &mut Draft) -> Made<()> {
    leaf.request.key_usage.clear();
    Ok(())
}

pub(super) fn encipherment_only(leaf: &mut Draft) -> Made<()> {
    leaf.request.key_usage = vec![KeyUsage::KeyEncipherment];
    Ok(())
}

pub(super) fn key_agreement_only(leaf: &mut Draft) -> Made<()> {
    leaf.request.key_usage = vec![KeyUsage::KeyAgreement];
    Ok(())
}

pub(super) fn ca_as_client(leaf: &mut Draft) -> Made<()> {
    leaf.request.role = Role::Authority { path_length: None };
    leaf.request.key_usage.push(KeyUsage::KeyCertSign);
    Ok(())
}

pub(super) fn version_1(leaf: &mut Draft) -> Made<()> {
    leaf.change = Some(|fields| {
        fields.version.clear();
        fields.extensions.clear();
    });
    Ok(())
}

fn purposes(leaf: &mut Draft, purposes: &[ExtendedKeyUsage]) -> Made<()> {
    leaf.request.extended_key_usage = purposes.to_vec();
    Ok(())
}
