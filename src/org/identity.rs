//! When a certificate stands for an upload: `org.identity-match`. What follows from it is [`authorize`](super::authorize())'s.

use crate::pki::Certificate;
use crate::scenario::switches::IdentityMatch;

/// Whether the certificate presented counts as the one uploaded.
pub fn matches(by: IdentityMatch, uploaded: &Certificate, presented: &Certificate) -> bool {
    match by {
        IdentityMatch::Certificate => uploaded == presented,
        IdentityMatch::IssuerSerial => {
            let (one, other) = (uploaded.x509().issuer_name(), presented.x509().issuer_name());
            uploaded.serial() == presented.serial() && one.try_cmp(other).is_ok_and(std::cmp::Ordering::is_eq)
        }
        IdentityMatch::PublicKey => same_key(uploaded, presented),
    }
}

/// Whether both are for one key; a key that OpenSSL cannot read is like no other.
pub(super) fn same_key(one: &Certificate, other: &Certificate) -> bool {
    one.key_sha256().is_some_and(|key| other.key_sha256() == Some(key))
}

/// What must be equal to the first certificate of an upload, in words: `a certificate with the key of`.
pub(super) fn wanted(by: IdentityMatch) -> &'static str {
    match by {
        IdentityMatch::Certificate => "a certificate equal to",
        IdentityMatch::IssuerSerial => "a certificate with issuer and serial number of",
        IdentityMatch::PublicKey => "a certificate with the key of",
    }
}
