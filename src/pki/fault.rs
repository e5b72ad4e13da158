//! The wording of a fault: which certificate, what the rule wanted, what was there, what to do.

use jiff::Timestamp;
use openssl::x509::{X509ExtendedKeyUsage, X509KeyUsage};
use openssl_sys as sys;

use super::ffi::{self, Objection};
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

/// Expected, found, cure.
type Words = (String, String, String);

impl Case<'_> {
    /// What OpenSSL objected to, in words.
    pub(crate) fn fault(&self, objection: &Objection, path: &[Certificate]) -> Fault {
        let culprit = self.culprit(objection, path);
        if let Some(garbled) = culprit.as_ref().and_then(|culprit| self.garbled(culprit)) {
            return self.put(Rejection::Other, Some(garbled), objection.code, unreadable_extension());
        }
        let rejection = self.rejection(objection, culprit.as_ref());
        let nobody = self.sent.first();
        let certificate = culprit.as_ref().or(nobody);
        let words = match certificate {
            Some(certificate) => self.words(rejection, certificate, objection),
            None => (String::new(), ffi::words(objection.code).into(), String::new()),
        };
        self.put(rejection, certificate, objection.code, words)
    }

    /// A leaf without any extended key usage, where one is required.
    pub(crate) fn no_client_auth(&self) -> Fault {
        let leaf = &self.sent[0];
        let words = client_auth(leaf);
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

    /// The culprit, or an issuer of it that was sent, if its extensions cannot be read: then no other fault means much.
    fn garbled<'a>(&'a self, culprit: &'a Certificate) -> Option<&'a Certificate> {
        let issuer = culprit.x509().issuer_name_hash();
        let issuers = self.sent.iter().filter(|sent| sent.x509().subject_name_hash() == issuer);
        std::iter::once(culprit).chain(issuers).find(|certificate| ffi::is_garbled(certificate.x509()))
    }

    fn culprit(&self, objection: &Objection, path: &[Certificate]) -> Option<Certificate> {
        let x509 = objection.certificate.as_ref();
        let ours = x509.and_then(|x509| self.sent.iter().chain(path).find(|there| there.x509() == &**x509));
        ours.or(path.get(objection.depth)).cloned().or_else(|| x509.cloned().map(Certificate::new))
    }

    fn rejection(&self, objection: &Objection, culprit: Option<&Certificate>) -> Rejection {
        match objection.code {
            4 | 7 => Rejection::BadSignature,
            2 | 20 | 21 => culprit.map_or(Rejection::NoIssuer, |top| self.dead_end(top)),
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
            24 | 32 | 79 => Rejection::IssuerNotCa,
            26 if objection.depth > 0 => Rejection::IssuerWithoutClientAuth,
            26 => culprit.map_or(Rejection::NoClientAuth, purpose),
            34 => Rejection::UnknownCriticalExtension,
            42 | 43 => Rejection::Policy,
            47..=49 | 51..=53 => Rejection::NameConstraint,
            66..=68 => Rejection::Weak,
            _ => Rejection::Other,
        }
    }

    /// Why nothing leads on from `top`.
    fn dead_end(&self, top: &Certificate) -> Rejection {
        let issuer = top.x509().issuer_name_hash();
        let named =
            |certificate: &&Certificate| certificate.x509().subject_name_hash() == issuer && *certificate != top;
        if self.sent.iter().find(named).is_some_and(|sent| !may_certify(sent)) {
            return Rejection::IssuerNotCa;
        }
        match self.trust.known().iter().find(named) {
            Some(root) if root.is_self_issued() && !self.trust.lists(root) => Rejection::UnlistedRoot,
            Some(intermediate) if !intermediate.is_self_issued() => Rejection::MissingIntermediate,
            _ => Rejection::NoIssuer,
        }
    }

    fn words(&self, rejection: Rejection, it: &Certificate, objection: &Objection) -> Words {
        let now = format!("{} (the org's clock)", self.second());
        match rejection {
            Rejection::Expired | Rejection::NotYetValid => (
                format!("a date between {} and {}", it.not_before(), it.not_after()),
                now,
                self.cure_of_dates(rejection, it),
            ),
            Rejection::BadSignature => (
                format!("a signature by {}", it.issuer()),
                "one that its key does not verify".into(),
                "the certificate was altered, or another CA of the same name signed it: issue it anew".into(),
            ),
            Rejection::Revoked => (
                "a serial number that is not on its issuer's CRL".into(),
                format!("serial {} on the CRL of {}", it.serial(), it.issuer()),
                "issue a new certificate and upload it to the org".into(),
            ),
            Rejection::SelfSigned | Rejection::UnlistedRoot => self.unlisted(rejection, it),
            Rejection::MissingIntermediate | Rejection::NoIssuer => self.no_issuer(it),
            Rejection::IssuerNotCa => (
                "an issuer with CA true, and keyCertSign if it has a key usage".into(),
                "one without".into(),
                "send the CA's certificate as the intermediate, not another of the same name".into(),
            ),
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
                self.crl_words(it, objection)
            }
            Rejection::Weak => (
                format!("keys and digests of security level {}", self.policy.security_level),
                ffi::words(objection.code).into(),
                "RSA of 2048 bits or more, or P-256, signed with SHA-256 or better".into(),
            ),
            Rejection::NameConstraint
            | Rejection::Other
            | Rejection::PathTooLong
            | Rejection::Policy
            | Rejection::TooMany
            | Rejection::UnknownCriticalExtension => (
                "a chain that its CAs allow".into(),
                ffi::words(objection.code).into(),
                "ask the CA that issued it".into(),
            ),
        }
    }

    fn cure_of_dates(&self, rejection: Rejection, it: &Certificate) -> String {
        let position = self.position(it);
        match (rejection, position) {
            (Rejection::NotYetValid, _) => "wait until it is valid, or set the org's clock".into(),
            (_, Some(1)) => "renew it, upload the new one to the org, then switch the client over".into(),
            (_, Some(_)) => "renew the intermediate and send leaf + intermediate".into(),
            (_, None) => "the root itself has expired: move to another CA on the list".into(),
        }
    }

    fn unlisted(&self, rejection: Rejection, it: &Certificate) -> Words {
        let root = match rejection {
            Rejection::SelfSigned => format!("{}, which signs itself", it.subject()),
            _ if it.is_self_issued() => it.subject().to_owned(),
            _ => it.issuer().to_owned(),
        };
        let twin = self.trust.anchors().find(|anchor| anchor.certificate.subject() == root);
        let found = match twin {
            Some(twin) => format!("{root}; the one of that name on the list ({}) has another key", twin.alias),
            None => root,
        };
        (
            format!("one of the {} roots on the outbound CA list", self.trust.anchors().count()),
            found,
            "use a certificate of a listed CA; private roots are listed case by case (trust.roots, or listed = true)"
                .into(),
        )
    }

    fn no_issuer(&self, it: &Certificate) -> Words {
        let hash = it.x509().issuer_name_hash();
        let named = |certificate: &&Certificate| certificate.x509().subject_name_hash() == hash && *certificate != it;
        let found = match self.sent.iter().find(named) {
            Some(twin) => format!("{} was sent, but its key is not the one that signed", twin.subject()),
            None => format!("{} sent, none of them {}", self.sent.len(), it.issuer()),
        };
        let cure = match self.trust.known().iter().find(named) {
            Some(missing) => format!("send {} after the leaf", missing.subject()),
            None => "send leaf + every intermediate; if its issuer is a root, it is not on the list".into(),
        };
        (format!("{}, sent by the client or listed as a root", it.issuer()), found, cure)
    }

    fn crl_words(&self, it: &Certificate, objection: &Objection) -> Words {
        let crl = self.crls.issued_by(it.x509().issuer_name()).next();
        let dates = crl.map(|crl| match crl.next_update {
            Some(next) => format!("the CRL of {} runs from {} to {next}", crl.issuer, crl.this_update),
            None => format!("the CRL of {} is of {}", crl.issuer, crl.this_update),
        });
        let found = match dates {
            Some(dates) => format!("{} ({dates}; the org's clock says {})", ffi::words(objection.code), self.second()),
            None => ffi::words(objection.code).to_owned(),
        };
        (
            format!("a CRL of {} that is current and covers it", it.issuer()),
            found,
            "the certificate may be fine: its CA's CRL is not. Publish a fresh one, or see edge.revocation".into(),
        )
    }
}

fn unreadable_extension() -> Words {
    (
        "extensions that can be read, each once".into(),
        "one that is malformed, or that comes twice".into(),
        "the CA's software made it so: have it issued anew, and tell the CA".into(),
    )
}

fn may_certify(certificate: &Certificate) -> bool {
    certificate.x509().key_usage().is_none_or(|usage| usage.contains(X509KeyUsage::KEY_CERT_SIGN))
}

/// Which of the two purposes an SSL client's leaf fails.
fn purpose(leaf: &Certificate) -> Rejection {
    match leaf.x509().extended_key_usage() {
        Some(purposes) if !purposes.contains(X509ExtendedKeyUsage::SSL_CLIENT) => Rejection::NoClientAuth,
        _ => Rejection::KeyUsage,
    }
}

fn client_auth(leaf: &Certificate) -> Words {
    (
        "clientAuth in the extended key usage".into(),
        purposes(leaf),
        "issue it with clientAuth; public CAs stopped including it in 2026, so ask for a client certificate".into(),
    )
}

fn purposes(certificate: &Certificate) -> String {
    const NAMES: [(X509ExtendedKeyUsage, &str); 5] = [
        (X509ExtendedKeyUsage::SSL_SERVER, "serverAuth"),
        (X509ExtendedKeyUsage::SSL_CLIENT, "clientAuth"),
        (X509ExtendedKeyUsage::SMIME, "emailProtection"),
        (X509ExtendedKeyUsage::CODE_SIGN, "codeSigning"),
        (X509ExtendedKeyUsage::ANYEKU, "anyExtendedKeyUsage"),
    ];
    match certificate.x509().extended_key_usage() {
        None => "no extended key usage".into(),
        Some(usage) => listed(NAMES.iter().filter(|(bit, _)| usage.contains(*bit)).map(|(_, name)| *name)),
    }
}

fn key_usages(certificate: &Certificate) -> String {
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
