//! Keys that connected apps sign JWT assertions with: RSA, made late because that is slow.

use std::fmt::{self, Debug, Formatter};
use std::sync::{Arc, LazyLock};

use openssl::pkey::{PKey, Private};

use super::authority::Authority;
use crate::pki::Certificate;
use crate::pki::mint::{self, KeyKind, Request, Unmintable, Validity};

/// The key of one connected app; clones share it.
#[derive(Clone, Debug)]
pub struct JwtKey {
    /// The app's name.
    pub app: String,
    source: Holder,
}

/// A key that was minted, and the certificate by which the org knows it.
#[derive(Clone, Debug)]
pub struct AppKey {
    /// The org checks assertions against it.
    pub certificate: Certificate,
    /// For the kit.
    pub key: PKey<Private>,
}

type Make = Box<dyn FnOnce() -> Result<AppKey, Unmintable> + Send>;

#[derive(Clone)]
enum Holder {
    /// Minted when first asked for.
    Kit(Arc<LazyLock<Result<AppKey, Unmintable>, Make>>),
    /// The team; only the certificate is known here.
    Team(Certificate),
}

impl JwtKey {
    pub(super) fn given(app: &str, certificate: &Certificate) -> Self {
        Self { app: app.to_owned(), source: Holder::Team(certificate.clone()) }
    }

    pub(super) fn made(app: &str, key: AppKey) -> Self {
        let holder = LazyLock::new(Box::new(move || Ok(key)) as Make);
        Self { app: app.to_owned(), source: Holder::Kit(Arc::new(holder)) }
    }

    pub(super) fn minted(app: &str, issuer: &Authority, validity: Validity, organization: &str) -> Self {
        let (common_name, organization) = (app.to_owned(), organization.to_owned());
        let (issuer, distribution_point) = (issuer.issuer.clone(), issuer.distribution_point.clone());
        let make = move || {
            // Salesforce takes RS256 alone.
            let key = KeyKind::Rsa2048.generate()?;
            let subject = mint::named(&common_name, &organization)?;
            let request = Request { distribution_point, ..Request::end_entity(subject, validity) };
            Ok(AppKey { certificate: mint::certificate(&request, &key, &issuer)?, key })
        };
        Self { app: app.to_owned(), source: Holder::Kit(Arc::new(LazyLock::new(Box::new(make)))) }
    }

    /// The certificate that the org checks assertions against; waits while it is being made.
    pub fn certificate(&self) -> Result<&Certificate, Unmintable> {
        match &self.source {
            Holder::Kit(made) => LazyLock::force(made).as_ref().map(|made| &made.certificate).map_err(Clone::clone),
            Holder::Team(certificate) => Ok(certificate),
        }
    }

    /// The minted key; `None` if the key stays with the team. Waits while it is being made.
    pub fn key(&self) -> Result<Option<&AppKey>, Unmintable> {
        match &self.source {
            Holder::Kit(made) => LazyLock::force(made).as_ref().map(Some).map_err(Clone::clone),
            Holder::Team(_) => Ok(None),
        }
    }

    pub(super) fn given_certificate(&self) -> Option<&Certificate> {
        match &self.source {
            Holder::Kit(_) => None,
            Holder::Team(certificate) => Some(certificate),
        }
    }

    pub(super) fn is_made(&self) -> bool {
        match &self.source {
            Holder::Kit(_) => false,
            Holder::Team(_) => true,
        }
    }

    pub(super) fn make(&self) {
        let _ = self.key();
    }
}

impl Debug for Holder {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Kit(_) => "Kit",
            Self::Team(_) => "Team",
        })
    }
}
