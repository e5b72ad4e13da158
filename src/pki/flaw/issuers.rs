//! Issuers without the right to issue, or not for clients.

use super::sketch::Sketch;
use super::{Case, Made};
use crate::pki::mint::{ExtendedKeyUsage, KeyUsage, Role};

pub(super) fn server_auth_only(mut sketch: Sketch) -> Made<Case> {
    sketch.issuing.request.extended_key_usage = vec![ExtendedKeyUsage::ServerAuth];
    sketch.case()
}

pub(super) fn client_auth_among_others(mut sketch: Sketch) -> Made<Case> {
    sketch.issuing.request.extended_key_usage = vec![ExtendedKeyUsage::ServerAuth, ExtendedKeyUsage::ClientAuth];
    sketch.case()
}

pub(super) fn not_a_ca(mut sketch: Sketch) -> Made<Case> {
    sketch.issuing.request.role = Role::EndEntity;
    sketch.case()
}

pub(super) fn no_basic_constraints(mut sketch: Sketch) -> Made<Case> {
    sketch.issuing.change = Some(|fields| {
        fields.extensions.remove(0);
    });
    sketch.case()
}

pub(super) fn no_key_cert_sign(mut sketch: Sketch) -> Made<Case> {
    sketch.issuing.request.key_usage = vec![KeyUsage::CrlSign, KeyUsage::DigitalSignature];
    sketch.case()
}

pub(super) fn version_1(mut sketch: Sketch) -> Made<Case> {
    sketch.issuing.change = Some(|fields| {
        fields.version.clear();
        fields.extensions.clear();
    });
    sketch.case()
}

/// A client's certificate that signs another client's.
pub(super) fn another_client(sketch: Sketch) -> Made<Case> {
    let (other, leaf) = (sketch.other(" other client")?, sketch.leaf.clone());
    let signed = sketch.sign()?;
    let mut client = leaf.clone();
    (client.request.subject, client.key) = (other.request.subject, other.key);
    let client = signed.issuing.certify(&client)?;
    let sent = vec![leaf.issue(&client.issuer)?, client.certificate, signed.issuing.certificate.clone()];
    Ok(signed.sending(sent))
}
