//! The extensions of a certificate that the `openssl` crate does not read out. For wording only: nothing is judged by them.

use const_oid::{AssociatedOid, ObjectIdentifier};
use der::Decode;
use x509_cert::ext::Extension;

use crate::pki::Certificate;

/// The extension of that kind, if there is one that can be read.
pub(crate) fn find<E: AssociatedOid + for<'a> Decode<'a>>(certificate: &Certificate) -> Option<E> {
    let extension = all(certificate).into_iter().find(|extension| extension.extn_id == E::OID)?;
    E::from_der(extension.extn_value.as_bytes()).ok()
}

/// The critical extensions that OpenSSL does not handle.
pub(super) fn unknown_critical(certificate: &Certificate) -> Vec<ObjectIdentifier> {
    let known = |id: &ObjectIdentifier| HANDLED.iter().any(|handled| *handled == id.to_string());
    let critical = all(certificate).into_iter().filter(|extension| extension.critical);
    critical.map(|extension| extension.extn_id).filter(|id| !known(id)).collect()
}

fn all(certificate: &Certificate) -> Vec<Extension> {
    let read = x509_cert::Certificate::from_der(certificate.der());
    read.ok().and_then(|read| read.tbs_certificate().extensions().cloned()).unwrap_or_default()
}

/// What `X509_supported_extension` says yes to.
const HANDLED: [&str; 14] = [
    "1.3.6.1.5.5.7.1.14",
    "1.3.6.1.5.5.7.1.7",
    "1.3.6.1.5.5.7.1.8",
    "2.16.840.1.113730.1.1",
    "2.5.29.15",
    "2.5.29.17",
    "2.5.29.19",
    "2.5.29.30",
    "2.5.29.31",
    "2.5.29.32",
    "2.5.29.33",
    "2.5.29.36",
    "2.5.29.37",
    "2.5.29.54",
];
