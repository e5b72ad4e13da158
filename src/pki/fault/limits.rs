//! The words where a chain goes beyond what is allowed: strength, path length, names, critical extensions.

use openssl::pkey::Id;
use openssl::x509::GeneralNameRef;
use openssl_sys as sys;

use super::{Words, extensions};
use crate::pki::Certificate;
use crate::pki::ffi::{self, Objection};

pub(super) fn weak(level: u8, it: &Certificate, objection: &Objection) -> Words {
    let found = match objection.code {
        sys::X509_V_ERR_CA_MD_TOO_WEAK => {
            let algorithm = it.x509().signature_algorithm().object().nid();
            format!("a signature by {}", algorithm.long_name().unwrap_or("an unknown algorithm"))
        }
        _ => key(it),
    };
    (
        format!("a key and a signature that are strong enough for security level {level}"),
        found,
        "issue it with RSA of 2048 bits or more, or P-256, signed with SHA-256 or better".into(),
    )
}

fn key(it: &Certificate) -> String {
    let Ok(key) = it.x509().public_key() else { return "a key that cannot be read".into() };
    let kind = match key.id() {
        Id::RSA => "an RSA key",
        Id::EC => "an elliptic curve key",
        _ => "a key",
    };
    format!("{kind} of {} bits", key.bits())
}

/// `it` is the certificate with the name.
pub(super) fn names(it: &Certificate, objection: &Objection) -> Words {
    let other = it.x509().subject_alt_names();
    let other = other.iter().flatten().filter_map(alternative_name);
    let names: Vec<String> = std::iter::once(it.subject().to_owned()).chain(other).collect();
    (
        "names that the name constraints of every issuer allow".into(),
        format!("{}: {}", names.join(", "), ffi::words(objection.code)),
        "have it issued for an allowed name, or by a CA without that constraint".into(),
    )
}

fn alternative_name(name: &GeneralNameRef) -> Option<String> {
    let text = name.dnsname().or(name.email()).or(name.uri());
    text.map(|text| text.chars().filter(|c| !c.is_control()).collect())
}

/// `it` is the issuer with the constraint.
pub(super) fn path_length(it: &Certificate, path: &[Certificate]) -> Words {
    let place = path.iter().position(|there| there == it).unwrap_or(0);
    let below = path.iter().take(place).skip(1).filter(|between| !between.is_self_issued()).count();
    let allowed = it.x509().pathlen().map_or("fewer".into(), |allowed| format!("at most {allowed}"));
    (
        format!("{allowed} intermediates between it and the leaf"),
        below.to_string(),
        "have the leaf issued higher up, or the CA's certificate renewed without that path length".into(),
    )
}

pub(super) fn critical(it: &Certificate) -> Words {
    let unknown: Vec<String> = extensions::unknown_critical(it).iter().map(ToString::to_string).collect();
    let found = if unknown.is_empty() { "another one".into() } else { unknown.join(", ") };
    (
        "critical extensions of RFC 5280 alone".into(),
        found,
        "have it issued without that extension, or with the extension not critical".into(),
    )
}
