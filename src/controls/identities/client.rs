//! One client: what it is known by, and how it is renewed.

use jiff::Timestamp;
use openssl::pkey::{PKey, Private};
use serde::{Deserialize, Serialize};
use x509_cert::der::Decode;

use super::authority::Authority;
use super::lifetime;
use crate::pki::Certificate;
use crate::pki::mint::{self, KeyKind, Name, Request, Unmintable, Validity, private_key_from_pem, serial_from_hex};
use crate::scenario::{ClientSpec, Sends, Source};

/// A client of a scenario.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Client {
    /// Its name in the scenario.
    pub name: String,
    /// Its own certificate.
    pub leaf: Certificate,
    /// Its private key.
    #[serde(with = "crate::pki::text::key")]
    pub key: PKey<Private>,
    /// What it sends, as the scenario says; [`Identities::sends`](super::Identities::sends) gives the certificates.
    pub sends: Sends,
    /// Its issuer's place among the CAs.
    pub(super) issuer: Option<usize>,
    /// What a file held after the leaf.
    pub(super) given: Vec<Certificate>,
    /// SHA-256 of the certificates that it had before.
    pub(super) former: Vec<[u8; 32]>,
    spec: ClientSpec,
}

impl Client {
    pub(super) fn new(
        spec: &ClientSpec,
        issuer: Option<(usize, &Authority)>,
        start: Timestamp,
        organization: &str,
    ) -> Result<Self, Unmintable> {
        let mut given = Vec::new();
        let (leaf, key) = match &spec.source {
            Source::Files { chain, key_pem } if !chain.is_empty() => {
                given.extend_from_slice(&chain[1..]);
                (chain[0].clone(), private_key_from_pem(key_pem)?)
            }
            source => {
                let kind = if let Source::Minted(kind) = source { *kind } else { KeyKind::default() };
                let key = kind.generate()?;
                let mut request = request(spec, subject(spec, organization)?, lifetime::of_client(spec.valid, start));
                request.serial = spec.serial.as_deref().map(serial_from_hex).transpose()?;
                spoilt(spec, request, key, issuer.map(|(_, authority)| authority), start)?
            }
        };
        Ok(Self {
            name: spec.name.clone(),
            leaf,
            key,
            sends: spec.sends.clone(),
            issuer: issuer.map(|(at, _)| at),
            given,
            former: Vec::new(),
            spec: spec.clone(),
        })
    }

    /// The same client with a new certificate, without a flaw; `None` if nobody is there to issue one.
    pub(super) fn renewed(
        &self,
        issuer: Option<&Authority>,
        key: Option<PKey<Private>>,
        now: Timestamp,
        organization: &str,
    ) -> Result<Option<Self>, Unmintable> {
        let subject = match self.spec.source {
            Source::Files { .. } if issuer.is_none() => return Ok(None),
            Source::Files { .. } => Name::from_der(&self.leaf.x509().subject_name().to_der()?)?,
            Source::Minted(_) => subject(&self.spec, organization)?,
        };
        let key = key.unwrap_or_else(|| self.key.clone());
        let former = Validity { from: self.leaf.not_before(), until: self.leaf.not_after() };
        let valid = match self.spec.flaw {
            // its dates may be the flaw
            Some(_) => lifetime::of_client(self.spec.valid, now),
            None => lifetime::renewed(former, now),
        };
        let leaf = issue(request(&self.spec, subject, valid), &key, issuer)?;
        let former = self.former.iter().copied().chain([*self.leaf.sha256()]).collect();
        Ok(Some(Self { leaf, key, former, ..self.clone() }))
    }

    /// Knows the certificates that `present` had, which it replaces.
    pub(super) fn follow(&mut self, present: &Self) {
        let of_present = present.former.iter().chain([present.leaf.sha256()]);
        self.former = of_present.filter(|sha256| *sha256 != self.leaf.sha256()).copied().collect();
    }

    /// Leaf and intermediates: what the file held, or what the CAs `above` say.
    pub(super) fn chain(&self, above: &[Certificate]) -> Vec<Certificate> {
        let rest = if self.given.is_empty() { above } else { &self.given };
        let given = !self.given.is_empty();
        let rest = rest.iter().filter(|certificate| given || !certificate.is_self_issued());
        std::iter::once(&self.leaf).chain(rest).cloned().collect()
    }

    /// The same and the root, unless it is in there already.
    pub(super) fn chain_and_root(&self, above: &[Certificate]) -> Vec<Certificate> {
        let mut chain = self.chain(above);
        if !chain.last().is_some_and(Certificate::is_self_issued) {
            chain.extend(above.last().filter(|last| last.is_self_issued()).cloned());
        }
        chain
    }
}

/// As the scenario asks for it, with the flaw that it asks for.
fn spoilt(
    spec: &ClientSpec,
    mut request: Request,
    key: PKey<Private>,
    issuer: Option<&Authority>,
    start: Timestamp,
) -> Result<(Certificate, PKey<Private>), Unmintable> {
    if let (Some(flaw), Some(issuer)) = (spec.flaw, issuer) {
        request.distribution_point.clone_from(&issuer.distribution_point);
        if let Some(made) = flaw.spoil(request.clone(), key.clone(), &issuer.issuer, start) {
            return made;
        }
    }
    Ok((issue(request, &key, issuer)?, key))
}

fn issue(mut request: Request, key: &PKey<Private>, issuer: Option<&Authority>) -> Result<Certificate, Unmintable> {
    match issuer {
        None => mint::self_signed(&request, key),
        Some(issuer) => {
            request.distribution_point.clone_from(&issuer.distribution_point);
            mint::certificate(&request, key, &issuer.issuer)
        }
    }
}

fn request(spec: &ClientSpec, subject: Name, validity: Validity) -> Request {
    let mut request = Request::client(subject, validity);
    if let Some(purposes) = &spec.extended_key_usage {
        request.extended_key_usage.clone_from(purposes);
    }
    if let Some(usages) = &spec.key_usage {
        request.key_usage.clone_from(usages);
    }
    request
}

fn subject(spec: &ClientSpec, organization: &str) -> Result<Name, Unmintable> {
    match &spec.subject {
        None => mint::named(&spec.name, organization),
        Some(text) => mint::name_from_text(text),
    }
}
