//! How near a certificate came to an upload: what they share, what differs. It decides nothing; it explains.

use std::fmt::{self, Display, Formatter};
use std::sync::Arc;

use super::Upload;
use super::identity::same_key;
use crate::pki::Certificate;
use crate::scenario::switches::IdentityMatch;

/// The upload that comes nearest to a certificate that is not uploaded.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NearMiss {
    /// The upload's label.
    pub label: String,
    /// What the two share that counts for most.
    pub likeness: Likeness,
    /// The first certificate of the upload.
    pub uploaded: Certificate,
    /// The certificate that was presented.
    pub presented: Certificate,
    /// Where the presented certificate stands in the upload's chain, counted from 1, if it is in it.
    pub position: Option<usize>,
    /// What the org compares.
    pub by: IdentityMatch,
}

/// What a certificate shares with an upload; the later, the nearer.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Likeness {
    /// Signed by the same CA, otherwise another identity.
    Issuer,
    /// The same serial number, from another CA.
    Serial,
    /// The same common name.
    CommonName,
    /// The same key, under another name.
    Key,
    /// The same key and common name.
    KeyAndCommonName,
    /// It is in the upload, but not first.
    NotFirst,
}

impl NearMiss {
    /// The nearest of the uploads, the newest of those equally near; `None` if nothing is shared with any.
    pub fn search(uploads: &[Arc<Upload>], by: IdentityMatch, presented: &Certificate) -> Option<Self> {
        let (likeness, upload) = uploads
            .iter()
            .filter_map(|upload| Some((likeness(upload, presented)?, upload)))
            .max_by_key(|(likeness, upload)| (*likeness, upload.leaf().issuer() == presented.issuer()))?;
        Some(Self {
            label: upload.label.clone(),
            likeness,
            uploaded: upload.leaf().clone(),
            presented: presented.clone(),
            position: upload.chain.iter().position(|other| other == presented).map(|at| at + 1),
            by,
        })
    }

    /// What to do about it.
    pub fn cure(&self) -> &'static str {
        match self.likeness {
            Likeness::CommonName if self.by == IdentityMatch::PublicKey => {
                "upload the certificate that the client presents now, or renew the uploaded one for its old key"
            }
            Likeness::CommonName | Likeness::Key | Likeness::KeyAndCommonName => {
                "upload the certificate that the client presents now; the old upload may stay until every client has \
                 changed over"
            }
            Likeness::NotFirst => "have the client present the certificate that stands first in the upload",
            Likeness::Issuer | Likeness::Serial => {
                "have the client present the uploaded certificate (its key store may offer the wrong entry), or upload \
                 this one"
            }
        }
    }

    /// What differs between the two in what the org compares, with the uploaded value and the presented one.
    fn differences(&self) -> Vec<String> {
        let (uploaded, presented) = (&self.uploaded, &self.presented);
        let mut differences = Vec::new();
        if self.by == IdentityMatch::PublicKey {
            return vec!["another key".to_owned()];
        }
        if uploaded.serial() != presented.serial() {
            differences.push(format!("another serial ({})", uploaded.serial()));
        }
        if uploaded.issuer() != presented.issuer() {
            differences.push(format!("another issuer ({}, here {})", uploaded.issuer(), presented.issuer()));
        }
        if self.by == IdentityMatch::Certificate && !same_key(uploaded, presented) {
            differences.push("another key".to_owned());
        }
        if differences.is_empty() {
            differences.push("other contents under the same serial".to_owned());
        }
        differences
    }
}

impl Display for NearMiss {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (label, name) = (&self.label, named(&self.uploaded));
        let with = self.differences().join(", ");
        match self.likeness {
            Likeness::NotFirst => {
                let at = self.position.unwrap_or_default();
                write!(f, "it is certificate {at} in '{label}', which starts with {name}: only the first one counts")
            }
            Likeness::CommonName | Likeness::KeyAndCommonName => {
                write!(f, "{name} is uploaded as '{label}', with {with}")?;
                if self.by == IdentityMatch::PublicKey {
                    return f.write_str(": renewed for a new key?");
                }
                let renewed = self.uploaded.issuer() == self.presented.issuer();
                f.write_str(if renewed { ": renewed but not uploaded?" } else { ": moved to another CA?" })
            }
            Likeness::Key => write!(f, "its key is uploaded as '{label}' under the name {name}, with {with}"),
            Likeness::Serial => write!(f, "'{label}' ({name}) has this serial, with {with}"),
            Likeness::Issuer => write!(f, "nearest is '{label}' ({name}) from the same issuer: the wrong identity?"),
        }
    }
}

/// `CN=billing`, or the whole subject of a certificate without a common name.
pub(super) fn named(certificate: &Certificate) -> String {
    let name = certificate.common_name();
    if name == certificate.subject() { name.to_owned() } else { format!("CN={name}") }
}

fn likeness(upload: &Upload, presented: &Certificate) -> Option<Likeness> {
    let leaf = upload.leaf();
    let name = leaf.common_name() == presented.common_name();
    if upload.chain.contains(presented) {
        Some(Likeness::NotFirst)
    } else if same_key(leaf, presented) {
        Some(if name { Likeness::KeyAndCommonName } else { Likeness::Key })
    } else if name {
        Some(Likeness::CommonName)
    } else if leaf.serial() == presented.serial() {
        Some(Likeness::Serial)
    } else {
        (leaf.issuer() == presented.issuer()).then_some(Likeness::Issuer)
    }
}
