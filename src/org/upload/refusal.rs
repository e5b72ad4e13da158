//! Why an upload is refused, worded; each variant says whether its demand is documented or inferred.

use jiff::Timestamp;

use super::{MAX_BYTES, MAX_CERTIFICATES, MAX_LABEL};

/// Why an upload is refused; each has an entry in `docs/refusals.md`.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum UploadRefusal {
    /// Empty, too long, or with characters that do not print.
    #[error("a label of {length} characters")]
    BadLabel {
        /// Its first characters.
        label: String,
        /// How many it has.
        length: usize,
    },
    /// A certificate whose signer is not in the file, though others follow it.
    #[error("certificate {position}, {subject}, is not signed by {next}")]
    Broken {
        /// Counted from 1.
        position: usize,
        /// Of that certificate.
        subject: String,
        /// The subject of the one after it.
        next: String,
    },
    /// The client's certificate is uploaded already.
    #[error("{subject} is already uploaded as '{label}'")]
    Duplicate {
        /// Of the client's certificate.
        subject: String,
        /// Under which label.
        label: String,
    },
    /// Past its last day.
    #[error("certificate {position} of {certificates}, {subject}, has expired")]
    Expired {
        /// Counted from 1.
        position: usize,
        /// How many are in the file.
        certificates: usize,
        /// Of that certificate.
        subject: String,
        /// Its last second.
        not_after: Timestamp,
        /// The org's clock.
        now: Timestamp,
    },
    /// Support has not turned mutual authentication on for the org.
    #[error("mutual authentication is not turned on for the org")]
    FeatureOff,
    /// Another upload has that label.
    #[error("the label '{label}' is taken")]
    LabelTaken {
        /// The label.
        label: String,
    },
    /// The client's certificate does not name clientAuth.
    #[error("{subject} is not for client authentication")]
    NoClientAuth {
        /// Of the client's certificate.
        subject: String,
        /// Whether it names purposes at all.
        extension: bool,
    },
    /// Something else than certificates in PEM.
    #[error("not a certificate: {found}")]
    NotACertificate {
        /// What it is instead.
        found: String,
    },
    /// The next one is no signer of it, and one of the two belongs elsewhere in the file.
    #[error("certificate {position}, {subject}, is followed by {next}, which did not sign it")]
    OutOfOrder {
        /// Counted from 1.
        position: usize,
        /// Of that certificate.
        subject: String,
        /// The subject of the one after it.
        next: String,
        /// Where its signer stands instead, counted from 1; none if it is the next one that stands wrong.
        signer: Option<usize>,
    },
    /// A private key is in the file.
    #[error("a private key ({block}) is in the file")]
    PrivateKey {
        /// `PRIVATE KEY`, `EC PRIVATE KEY` …
        block: String,
    },
    /// It signs itself.
    #[error("{subject} is self-signed")]
    SelfSigned {
        /// Of the client's certificate.
        subject: String,
    },
    /// A file above the limit.
    #[error("a file of {bytes} bytes")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// More certificates than a chain may have.
    #[error("a chain of {certificates} certificates")]
    TooMany {
        /// How many.
        certificates: usize,
    },
}

/// What the demand of a rule rests on. That it is the upload which is refused then is inferred throughout.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Source {
    /// The real org's documents state the demand.
    Documented,
    /// We infer the demand, from a sibling feature or from what the feature is for.
    Inferred,
}

impl UploadRefusal {
    /// Its name in the journal and its entry in `docs/refusals.md`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadLabel { .. } => "upload-bad-label",
            Self::Broken { .. } => "upload-broken",
            Self::Duplicate { .. } => "upload-duplicate",
            Self::Expired { .. } => "upload-expired",
            Self::FeatureOff => "upload-feature-off",
            Self::LabelTaken { .. } => "upload-label-taken",
            Self::NoClientAuth { .. } => "upload-no-client-auth",
            Self::NotACertificate { .. } => "upload-not-a-certificate",
            Self::OutOfOrder { .. } => "upload-out-of-order",
            Self::PrivateKey { .. } => "upload-private-key",
            Self::SelfSigned { .. } => "upload-self-signed",
            Self::TooLarge { .. } => "upload-too-large",
            Self::TooMany { .. } => "upload-too-many",
        }
    }

    /// Whether the demand is documented or inferred.
    pub fn source(&self) -> Source {
        match self {
            Self::FeatureOff
            | Self::NoClientAuth { .. }
            | Self::NotACertificate { .. }
            | Self::OutOfOrder { .. }
            | Self::SelfSigned { .. } => Source::Documented,
            Self::BadLabel { length, .. } if *length > MAX_LABEL => Source::Documented,
            Self::BadLabel { .. }
            | Self::Broken { .. }
            | Self::Duplicate { .. }
            | Self::Expired { .. }
            | Self::LabelTaken { .. }
            | Self::PrivateKey { .. }
            | Self::TooLarge { .. }
            | Self::TooMany { .. } => Source::Inferred,
        }
    }

    /// The rule, for people.
    pub fn rule(&self) -> &'static str {
        match self {
            Self::BadLabel { .. } | Self::LabelTaken { .. } => "the label of a mutual authentication certificate",
            Self::Broken { .. } | Self::OutOfOrder { .. } => "the order of an uploaded chain",
            Self::Duplicate { .. } => "one upload for each certificate",
            Self::Expired { .. } => "validity at the time of upload",
            Self::FeatureOff => "mutual authentication is a feature that Support turns on",
            Self::NoClientAuth { .. } => "extended key usage of a client certificate",
            Self::NotACertificate { .. } | Self::PrivateKey { .. } => "the file of an upload",
            Self::SelfSigned { .. } => "signed by a certificate authority",
            Self::TooLarge { .. } | Self::TooMany { .. } => "the size of an upload",
        }
    }

    /// What the rule wants.
    pub fn expected(&self) -> String {
        match self {
            Self::BadLabel { .. } => format!("1 to {MAX_LABEL} printable characters"),
            Self::Broken { .. } | Self::OutOfOrder { .. } => {
                "the client's certificate first, then its signer, then each one's signer; the root may be left out"
                    .into()
            }
            Self::Duplicate { .. } => "a certificate that is not uploaded yet".into(),
            Self::Expired { now, .. } => format!("certificates that are valid at {now} (the org's clock) or later"),
            Self::FeatureOff => "org.mutual-auth = \"enabled\"".into(),
            Self::LabelTaken { .. } => "a label that no other upload has".into(),
            Self::NoClientAuth { .. } => "clientAuth in the extended key usage of the client's certificate".into(),
            Self::NotACertificate { .. } | Self::PrivateKey { .. } => "certificates in PEM and nothing else".into(),
            Self::SelfSigned { .. } => "a certificate that a CA signed".into(),
            Self::TooLarge { .. } => format!("at most {MAX_BYTES} bytes"),
            Self::TooMany { .. } => format!("at most {MAX_CERTIFICATES} certificates"),
        }
    }

    /// What was there.
    pub fn found(&self) -> String {
        match self {
            Self::BadLabel { label, length } => format!("{length} characters: {label:?}"),
            Self::Expired { not_after, .. } => format!("{self}: it was valid until {not_after}"),
            Self::NoClientAuth { subject, extension: true } => format!("{subject}, for other purposes only"),
            Self::NoClientAuth { subject, extension: false } => format!("{subject}, without that extension"),
            Self::NotACertificate { found } => found.clone(),
            Self::OutOfOrder { signer: Some(signer), .. } => format!("{self}; its signer is certificate {signer}"),
            Self::OutOfOrder { next, signer: None, .. } => format!("{self}; {next} belongs further up"),
            other => other.to_string(),
        }
    }

    /// What to do about it.
    pub fn cure(&self) -> &'static str {
        match self {
            Self::BadLabel { .. } => "choose a shorter, readable label",
            Self::Broken { .. } => "add the missing signer, or upload the client's certificate alone",
            Self::Duplicate { .. } => "nothing is needed; to rename it, delete that upload first",
            Self::Expired { .. } => "renew the certificate, then upload the new one",
            Self::FeatureOff => "have Support turn it on (org.mutual-auth)",
            Self::LabelTaken { .. } => "choose another label, or delete the upload that has this one",
            Self::NoClientAuth { .. } => "ask the CA for a certificate with the clientAuth purpose",
            Self::NotACertificate { .. } => "export the certificate as PEM (-----BEGIN CERTIFICATE-----)",
            Self::OutOfOrder { .. } => "put the certificates into that order, or upload the client's certificate alone",
            Self::PrivateKey { .. } => "upload the certificate only, and keep the key where it is",
            Self::SelfSigned { .. } => "have the certificate signed by a CA whose root is on the outbound CA list",
            Self::TooLarge { .. } | Self::TooMany { .. } => {
                "upload the client's certificate and its intermediates only"
            }
        }
    }
}
