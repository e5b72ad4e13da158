//! A fault: which certificate, which rule. How it is put into words is a matter of the modules below.

use jiff::Timestamp;
use openssl::x509::X509ExtendedKeyUsage;
use openssl_sys as sys;

mod crl;
mod extensions;
mod issuer;
mod limits;
mod usages;
mod words;

pub(crate) use extensions::find as extension;
pub(crate) use usages::{client_auth_oid, purposes};

use super::ffi::{self, Objection};
use super::path::may_issue;
use super::validate::MAX_SENT;
use super::{Certificate, Crls, Fault, Policy, Rejection, TrustList};

/// All that a chain is judged by.
pub(crate) struct Case<'a> {
    pub sent: &'a [Certificate],
    pub trust: &'a TrustList,
    pub crls: &'a Crls,
    pub now: Timestamp,
    pub policy: &'a Policy,
}

/// What OpenSSL says where a path ends before a root.
pub(crate) const LEADS_NOWHERE: [i32; 3] = [
    sys::X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
    sys::X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
    sys::X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
];

/// What OpenSSL says of a certificate because of a CRL.
pub(crate) const ABOUT_CRLS: [i32; 13] = [3, 5, 8, 11, 12, 15, 16, 23, 33, 35, 36, 44, 54];

/// Expected, found, cure.
type Words = (String, String, String);

impl Case<'_> {
    /// What OpenSSL objected to, in words.
    pub(crate) fn fault(&self, objection: &Objection, path: &[Certificate]) -> Fault {
        let (rejection, culprit) = match (objection.code, self.culprit(objection, path)) {
            (code, Some(top)) if LEADS_NOWHERE.contains(&code) => self.dead_end(&top),
            (_, culprit) => (rejection(objection, culprit.as_ref()), culprit),
        };
        let nobody = self.sent.first();
        let certificate = culprit.as_ref().or(nobody);
        let words = match certificate {
            Some(certificate) => self.words(rejection, certificate, objection, path),
            None => (String::new(), ffi::words(objection.code).into(), String::new()),
        };
        self.put(rejection, certificate, objection.code, words)
    }

    /// A leaf without clientAuth, where OpenSSL does not mind.
    pub(crate) fn no_client_auth(&self) -> Fault {
        let leaf = &self.sent[0];
        let words = usages::client_auth(leaf);
        self.put(Rejection::NoClientAuth, Some(leaf), sys::X509_V_ERR_INVALID_PURPOSE, words)
    }

    /// More certificates than anybody needs (or, never from TLS, none).
    pub(crate) fn too_many(&self) -> Fault {
        let words = (
            format!("1 to {MAX_SENT} certificates"),
            format!("{}", self.sent.len()),
            "send the leaf and the intermediates that lead to the root, nothing else".into(),
        );
        self.put(Rejection::TooMany, self.sent.first(), sys::X509_V_ERR_CERT_CHAIN_TOO_LONG, words)
    }

    fn put(&self, rejection: Rejection, certificate: Option<&Certificate>, openssl: i32, words: Words) -> Fault {
        let (expected, found, cure) = words;
        Fault {
            rejection,
            position: certificate.and_then(|at_fault| self.position(at_fault)),
            sent: self.sent.len(),
            subject: certificate.map_or("(none)", Certificate::subject).to_owned(),
            expected,
            found,
            cure,
            openssl,
        }
    }

    /// The org's time as people read it, to the second.
    fn second(&self) -> Timestamp {
        Timestamp::from_second(self.now.as_second()).unwrap_or(self.now)
    }

    fn position(&self, certificate: &Certificate) -> Option<usize> {
        self.sent.iter().position(|sent| sent == certificate).map(|place| place + 1)
    }

    fn culprit(&self, objection: &Objection, path: &[Certificate]) -> Option<Certificate> {
        let x509 = objection.certificate.as_ref();
        let ours = x509.and_then(|x509| self.sent.iter().chain(path).find(|there| there.x509() == &**x509));
        ours.or(path.get(objection.depth)).cloned().or_else(|| x509.cloned().map(Certificate::new))
    }

    /// Why nothing leads on from `top`, and whose fault that is.
    fn dead_end(&self, top: &Certificate) -> (Rejection, Option<Certificate>) {
        let named = || self.sent.iter().chain(self.trust.known()).filter(|issuer| names_issuer(issuer, top));
        if let Some(unreadable) = std::iter::once(top).chain(named()).find(|it| !it.is_readable()) {
            return (Rejection::Other, Some(unreadable.clone()));
        }
        let rejection = match self.missing(top) {
            Some(root) if root.is_self_issued() => Rejection::UnlistedRoot,
            Some(_) => Rejection::MissingIntermediate,
            None => Rejection::NoIssuer,
        };
        (rejection, Some(top.clone()))
    }

    /// The certificate that is known to have issued `it`, though it was neither sent nor listed: an intermediate if there
    /// is one.
    fn missing(&self, it: &Certificate) -> Option<&Certificate> {
        let unusable = |issuer: &&Certificate| !self.sent.contains(issuer) && !self.trust.lists(issuer.x509());
        let issuers = self.trust.known().iter().filter(|issuer| may_issue(issuer, it) && *issuer != it);
        issuers.filter(unusable).min_by_key(|issuer| issuer.is_self_issued())
    }
}

fn rejection(objection: &Objection, culprit: Option<&Certificate>) -> Rejection {
    match objection.code {
        4 | 6 | 7 | 24 | 76..=78 => Rejection::BadSignature,
        code if LEADS_NOWHERE.contains(&code) => Rejection::NoIssuer,
        3 => Rejection::CrlMissing,
        5 | 8 | 15 | 16 | 33 | 35 | 36 | 44 | 54 => Rejection::CrlInvalid,
        9 => Rejection::NotYetValid,
        10 => Rejection::Expired,
        11 => Rejection::CrlNotYetValid,
        12 => Rejection::CrlStale,
        18 => Rejection::SelfSigned,
        19 => Rejection::UnlistedRoot,
        22 | 25 | 38 | 80 => Rejection::PathTooLong,
        23 => Rejection::Revoked,
        32 | 79 => Rejection::IssuerNotCa,
        26 => culprit.map_or(Rejection::NoClientAuth, |it| unfit(it, objection.depth > 0)),
        34 => Rejection::UnknownCriticalExtension,
        42 | 43 => Rejection::Policy,
        47..=49 | 51..=53 => Rejection::NameConstraint,
        66..=68 => Rejection::Weak,
        _ => Rejection::Other,
    }
}

/// Which of the purposes of an SSL client's chain a certificate fails: OpenSSL has one objection for all.
fn unfit(it: &Certificate, issues: bool) -> Rejection {
    let purposes = it.x509().extended_key_usage();
    let no_client_auth = purposes.is_some_and(|purposes| !purposes.contains(X509ExtendedKeyUsage::SSL_CLIENT));
    match (no_client_auth, issues) {
        (true, true) => Rejection::IssuerWithoutClientAuth,
        (true, false) => Rejection::NoClientAuth,
        (false, true) => Rejection::IssuerNotCa,
        (false, false) => Rejection::KeyUsage,
    }
}

/// Whether `issuer` has the name that `it` gives its issuer; its key may be another.
fn names_issuer(issuer: &Certificate, it: &Certificate) -> bool {
    issuer != it && issuer.x509().subject_name_hash() == it.x509().issuer_name_hash()
}
