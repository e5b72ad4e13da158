//! The words of a fault: what the rule wanted, what was there, what to do. Longer subjects have modules of their own.

use super::issuer::not_a_ca;
use super::usages::{client_auth, key_usages, purposes};
use super::{Case, Words, limits};
use crate::pki::ffi::{self, Objection};
use crate::pki::{Certificate, Rejection};

impl Case<'_> {
    pub(super) fn words(
        &self,
        rejection: Rejection,
        it: &Certificate,
        objection: &Objection,
        path: &[Certificate],
    ) -> Words {
        match rejection {
            Rejection::Expired | Rejection::NotYetValid => self.dates(rejection, it),
            Rejection::BadSignature => (
                format!("a signature by {}", it.issuer()),
                "one that its key does not verify".into(),
                "the certificate was altered, or another CA of the same name signed it: issue it anew".into(),
            ),
            Rejection::Revoked => (
                "a serial number that is not on its issuer's CRL".into(),
                format!("serial {} on the CRL of {}", it.serial(), it.issuer()),
                self.cure_of_revocation(it),
            ),
            Rejection::SelfSigned | Rejection::UnlistedRoot => self.unlisted(rejection, it),
            Rejection::MissingIntermediate | Rejection::NoIssuer => self.no_issuer(it),
            Rejection::IssuerNotCa => not_a_ca(it),
            Rejection::NoClientAuth => client_auth(it),
            Rejection::IssuerWithoutClientAuth => (
                "no extended key usage, or one with clientAuth".into(),
                purposes(it),
                "public CAs stopped issuing for clients in 2026: have the certificate issued by a CA that still does"
                    .into(),
            ),
            Rejection::KeyUsage => (
                "digitalSignature or keyAgreement in the key usage".into(),
                key_usages(it),
                "issue the certificate with digitalSignature".into(),
            ),
            Rejection::CrlStale | Rejection::CrlNotYetValid | Rejection::CrlMissing | Rejection::CrlInvalid => {
                self.crl(rejection, it, objection)
            }
            Rejection::Weak => limits::weak(self.policy.security_level, it, objection),
            Rejection::NameConstraint => limits::names(it, objection),
            Rejection::PathTooLong => limits::path_length(it, path),
            Rejection::UnknownCriticalExtension => limits::critical(it),
            Rejection::Policy => (
                "certificate policies that every issuer of the path allows".into(),
                ffi::words(objection.code).into(),
                "have the CA issue it under a policy that its own certificate names".into(),
            ),
            Rejection::Other | Rejection::TooMany => other(it, objection),
        }
    }

    fn dates(&self, rejection: Rejection, it: &Certificate) -> Words {
        let cure = match (rejection, self.position(it)) {
            (Rejection::NotYetValid, _) => "wait until it is valid, or set the org's clock",
            (_, Some(1)) => "renew it, upload the new one to the org, then switch the client over",
            (_, Some(_)) if it.is_self_issued() => "the root itself has expired: move to another CA on the list",
            (_, Some(_)) => "have the intermediate renewed and send leaf + intermediate",
            (_, None) => "the root itself has expired: move to another CA on the list",
        };
        (
            format!("a date between {} and {}", it.not_before(), it.not_after()),
            format!("{} (the org's clock)", self.second()),
            match rejection {
                Rejection::Expired => self.other_certificate(it).unwrap_or_else(|| cure.into()),
                _ => cure.into(),
            },
        )
    }

    /// What to send in place of an intermediate whose CA has another certificate, for the same name and key.
    fn other_certificate(&self, it: &Certificate) -> Option<String> {
        let same = |other: &&Certificate| {
            *other != it && other.subject() == it.subject() && other.key_sha256() == it.key_sha256()
        };
        let other =
            self.trust.known().iter().filter(same).find(|other| {
                !other.is_self_issued() && (other.not_before()..=other.not_after()).contains(&self.now)
            })?;
        self.position(it).filter(|position| *position > 1)?;
        let (serial, until) = (other.serial(), other.not_after());
        Some(format!("send its CA's other certificate in its place: serial {serial}, until {until}; the leaf stays"))
    }

    fn cure_of_revocation(&self, it: &Certificate) -> String {
        match self.position(it) {
            Some(1) => "issue a new certificate and upload it to the org".into(),
            _ if let Some(other) = self.other_certificate(it) => other,
            _ => "nothing below it holds any more: have a new certificate issued by another CA".into(),
        }
    }
}

fn other(it: &Certificate, objection: &Objection) -> Words {
    let (expected, found, cure) = match objection.code {
        EC_KEY_EXPLICIT_PARAMS => {
            ("a key on a curve that is named", "one whose curve is spelt out", "make the key on a named curve (P-256)")
        }
        _ if !it.is_readable() => {
            ("extensions that can be read", "one that is malformed, or there twice", "have its CA issue it anew")
        }
        code => ("a chain without anything out of the ordinary", ffi::words(code), "ask the CA that issued it"),
    };
    (expected.into(), found.into(), cure.into())
}

/// `X509_V_ERR_EC_KEY_EXPLICIT_PARAMS`, which `openssl-sys` lacks.
const EC_KEY_EXPLICIT_PARAMS: i32 = 94;
