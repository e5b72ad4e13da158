//! The words where a path does not lead on: no issuer, another one of its name, a root that is not listed.

use x509_cert::ext::pkix::BasicConstraints;

use super::usages::key_usages;
use super::{Case, Words, extensions, names_issuer};
use crate::pki::{Certificate, Rejection};

impl Case<'_> {
    pub(super) fn unlisted(&self, rejection: Rejection, it: &Certificate) -> Words {
        let root = if it.is_self_issued() { it.subject() } else { it.issuer() };
        let found = match (self.listed_twin(it), rejection) {
            (Some(twin), _) => format!("another root of the name {root} than the one that is listed as {twin}"),
            (None, Rejection::SelfSigned) => format!("{root}, which signs itself"),
            (None, _) => root.to_owned(),
        };
        (
            format!("one of the roots on the outbound CA list ({} in all)", self.trust.anchors().count()),
            found,
            LISTING.into(),
        )
    }

    pub(super) fn no_issuer(&self, it: &Certificate) -> Words {
        let missing = self.missing(it);
        let sent_twin = self.sent.iter().find(|sent| names_issuer(sent, it));
        let found = match (sent_twin, self.listed_twin(it)) {
            (Some(twin), _) => {
                format!("another {}, serial {}, than the one that signed", twin.subject(), twin.serial())
            }
            (None, Some(twin)) => format!("another root of that name, listed as {twin}, with another key"),
            (None, None) => format!("{}, and nothing of that name", counted(self.sent.len())),
        };
        let expected = match missing {
            Some(_) => format!("{}, sent by the client", it.issuer()),
            None => format!("{}, sent by the client or listed as a root", it.issuer()),
        };
        let cure = match (missing, sent_twin) {
            (Some(missing), Some(_)) => format!("send {} with serial {} instead", missing.subject(), missing.serial()),
            (Some(missing), None) => format!("send {} too, after {}", missing.subject(), it.subject()),
            (None, Some(_)) => "send the certificate of the CA that signed, not another of its name".into(),
            (None, None) if self.listed_twin(it).is_some() => LISTING.into(),
            (None, None) => "send leaf + every intermediate; if its issuer is a root, it is not on the list".into(),
        };
        (expected, found, cure)
    }

    /// The alias of a listed root that has the name of the issuer of `it`, and another key.
    fn listed_twin(&self, it: &Certificate) -> Option<&str> {
        let twin = self.trust.anchors().find(|anchor| names_issuer(&anchor.certificate, it));
        twin.map(|anchor| anchor.alias.as_str())
    }
}

pub(super) fn not_a_ca(issuer: &Certificate) -> Words {
    let constraints = extensions::find::<BasicConstraints>(issuer);
    let found = match constraints.map(|constraints| constraints.ca) {
        Some(true) => format!("CA true, and a key usage of {}", key_usages(issuer)),
        Some(false) => "CA false".into(),
        None => "no basic constraints".into(),
    };
    (
        "an issuer with CA true, and keyCertSign if it has a key usage".into(),
        found,
        "send the CA's certificate as the intermediate, not another of the same name".into(),
    )
}

fn counted(sent: usize) -> String {
    if sent == 1 { "one certificate".into() } else { format!("{sent} certificates") }
}

const LISTING: &str =
    "use a certificate of a listed CA; private roots are listed case by case (trust.roots, or listed = true)";
