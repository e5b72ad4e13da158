//! Key usages and extended key usages in the words of the standard.

use openssl::x509::{X509ExtendedKeyUsage, X509KeyUsage};

use super::Words;
use crate::pki::Certificate;

pub(super) fn client_auth(leaf: &Certificate) -> Words {
    (
        "clientAuth in the extended key usage".into(),
        purposes(leaf),
        "issue it with clientAuth; public CAs stopped including it in 2026, so ask for a client certificate".into(),
    )
}

pub(crate) fn purposes(certificate: &Certificate) -> String {
    const NAMES: [(X509ExtendedKeyUsage, &str); 5] = [
        (X509ExtendedKeyUsage::SSL_SERVER, "serverAuth"),
        (X509ExtendedKeyUsage::SSL_CLIENT, "clientAuth"),
        (X509ExtendedKeyUsage::SMIME, "emailProtection"),
        (X509ExtendedKeyUsage::CODE_SIGN, "codeSigning"),
        (X509ExtendedKeyUsage::ANYEKU, "anyExtendedKeyUsage"),
    ];
    match certificate.x509().extended_key_usage() {
        _ if !certificate.is_readable() => "extensions that cannot be read".into(),
        None => "no extended key usage".into(),
        Some(usage) => listed(NAMES.iter().filter(|(bit, _)| usage.contains(*bit)).map(|(_, name)| *name)),
    }
}

/// id-kp-clientAuth (RFC 5280 4.2.1.12)
pub(crate) fn client_auth_oid() -> String {
    const_oid::db::rfc5280::ID_KP_CLIENT_AUTH.to_string()
}

pub(super) fn key_usages(certificate: &Certificate) -> String {
    const NAMES: [(X509KeyUsage, &str); 5] = [
        (X509KeyUsage::NON_REPUDIATION, "nonRepudiation"),
        (X509KeyUsage::KEY_ENCIPHERMENT, "keyEncipherment"),
        (X509KeyUsage::DATA_ENCIPHERMENT, "dataEncipherment"),
        (X509KeyUsage::KEY_CERT_SIGN, "keyCertSign"),
        (X509KeyUsage::CRL_SIGN, "cRLSign"),
    ];
    match certificate.x509().key_usage() {
        None => "no key usage".into(),
        Some(usage) => listed(NAMES.iter().filter(|(bit, _)| usage.contains(*bit)).map(|(_, name)| *name)),
    }
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    if names.is_empty() { "none that is known".into() } else { names.join(", ") }
}
