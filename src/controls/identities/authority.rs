//! One CA: its certificate, its key, and the CRL that it keeps.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::pki::Certificate;
use crate::pki::mint::{self, Issuer, Name, Request, Revoked, Role, Unmintable, Validity, private_key_from_pem};
use crate::scenario::{CaSpec, CrlPublication, Source};

/// A CA of a scenario.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Authority {
    /// Its name in the scenario.
    pub name: String,
    /// Its certificate.
    pub certificate: Certificate,
    /// Its certificate and those above it, up to the root as far as they are at hand.
    pub path: Vec<Certificate>,
    /// Whether the scenario puts it on the outbound CA list.
    pub listed: bool,
    /// What its CRL does.
    pub publication: CrlPublication,
    /// Where its CRL is, as the certificates that it issues say.
    pub distribution_point: Option<String>,
    /// The place of the CA that it has its name, its key and its CRL from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) renews: Option<usize>,
    pub(super) issuer: Issuer,
    revoked: Vec<Revoked>,
    current: Option<Crl>,
    number: u64,
}

/// A CRL, and the span in which it is the one to use.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Crl {
    #[serde(with = "crate::pki::text::octets")]
    pub(super) der: Vec<u8>,
    pub(super) since: Timestamp,
    pub(super) until: Timestamp,
}

impl Authority {
    pub(super) fn new(
        spec: &CaSpec,
        issuer: Option<&Self>,
        validity: Validity,
        organization: &str,
    ) -> Result<Self, Unmintable> {
        let (given, key) = match &spec.source {
            Source::Files { chain, key_pem } => (chain.clone(), private_key_from_pem(key_pem)?),
            Source::Minted(kind) => (Vec::new(), kind.generate()?),
        };
        let mut path = given;
        if path.is_empty() {
            let mut request = request(spec, subject(spec, organization)?, validity);
            path.push(match issuer {
                None => mint::self_signed(&request, &key)?,
                Some(issuer) => {
                    request.distribution_point.clone_from(&issuer.distribution_point);
                    mint::certificate(&request, &key, &issuer.issuer)?
                }
            });
        }
        if let Some(issuer) = issuer
            && path.len() == 1
        {
            path.extend_from_slice(&issuer.path);
        }
        let certificate = path[0].clone();
        Ok(Self {
            name: spec.name.clone(),
            issuer: Issuer::new(&certificate, key)?,
            certificate,
            path,
            listed: spec.listed,
            publication: spec.crl,
            distribution_point: spec.distribution_point.clone(),
            renews: None,
            revoked: Vec::new(),
            current: None,
            number: 0,
        })
    }

    /// Another certificate for the name and the key of `of`, whose place is `renews`.
    pub(super) fn another(
        spec: &CaSpec,
        (renews, of): (usize, &Self),
        issuer: Option<&Self>,
        validity: Validity,
    ) -> Result<Self, Unmintable> {
        let mut request = request(spec, of.issuer.name.clone(), validity);
        request.distribution_point = issuer.and_then(|issuer| issuer.distribution_point.clone());
        let certificate = mint::reissued(&request, &of.issuer, issuer.map(|issuer| &issuer.issuer))?;
        let path = [&certificate].into_iter().chain(issuer.iter().flat_map(|issuer| &issuer.path)).cloned().collect();
        Ok(Self {
            name: spec.name.clone(),
            certificate,
            path,
            listed: spec.listed,
            // the list is signed, and told of, under the other name
            publication: CrlPublication::None,
            renews: Some(renews),
            revoked: Vec::new(),
            current: None,
            number: 0,
            ..of.clone()
        })
    }

    pub(super) fn revoke(&mut self, entry: Revoked) {
        if self.revoked.iter().any(|known| known.serial == entry.serial) {
            return;
        }
        self.revoked.push(entry);
        if self.publication == CrlPublication::Published {
            self.current = None;
        }
    }

    /// Whether its CRL is to be issued anew.
    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        match self.publication {
            CrlPublication::None => false,
            CrlPublication::Published => !self.current.as_ref().is_some_and(|crl| crl.since <= now && now <= crl.until),
            CrlPublication::Withheld => self.current.is_none(),
        }
    }

    /// The CRL that it has.
    pub(super) fn current(&self) -> Option<&Crl> {
        self.current.as_ref()
    }

    /// The CRL to use at `now`, issued anew if that is due.
    pub(super) fn crl(&mut self, now: Timestamp) -> Result<Option<&Crl>, Unmintable> {
        if self.is_due(now) {
            let der = self.sign_crl(now, later(now, LIFE))?;
            self.current = Some(match self.publication {
                // Time changes nothing about a withheld one: it grows stale, and that is the point.
                CrlPublication::Withheld => Crl { der, since: Timestamp::MIN, until: Timestamp::MAX },
                _ => Crl { der, since: now, until: later(now, RENEWED_AFTER) },
            });
        }
        Ok(self.current.as_ref())
    }

    /// Numbers its next CRL after the last one of `present`, which it replaces.
    pub(super) fn follow(&mut self, present: &Self) {
        (self.number, self.current) = (present.number, None);
    }

    /// From now on without a CRL.
    pub(super) fn drop_crl(&mut self) {
        (self.publication, self.current) = (CrlPublication::None, None);
    }

    /// From now on with a CRL that says all, signed anew when it is next asked for.
    pub(super) fn publish_crl(&mut self) {
        (self.publication, self.current) = (CrlPublication::Published, None);
    }

    /// From now on with this CRL.
    pub(super) fn replace_crl(&mut self, der: Vec<u8>) {
        self.publication = CrlPublication::Withheld;
        self.current = Some(Crl { der, since: Timestamp::MIN, until: Timestamp::MAX });
    }

    /// From now on with the CRL of `now`; one that had none signs its last one.
    pub(super) fn withhold_crl(&mut self, now: Timestamp) -> Result<(), Unmintable> {
        let present = self.crl(now)?.map(|crl| crl.der.clone());
        let der = match present {
            Some(der) => der,
            None => self.sign_crl(now, later(now, LIFE))?,
        };
        self.replace_crl(der);
        Ok(())
    }

    /// From now on with a CRL that should have been renewed a day before `now`.
    pub(super) fn spoil_crl(&mut self, now: Timestamp) -> Result<(), Unmintable> {
        let until = later(now, -DAY);
        let der = self.sign_crl(later(until, -LIFE), until)?;
        self.replace_crl(der);
        Ok(())
    }

    /// Whether that certificate is on its list, or will be on the next one.
    pub(super) fn has_revoked(&self, certificate: &Certificate) -> bool {
        let entry = Revoked::new(certificate, Timestamp::UNIX_EPOCH, None);
        entry.is_ok_and(|entry| self.revoked.iter().any(|known| known.serial == entry.serial))
    }

    /// A CRL that lasts until `end`, this CA's; a withheld one stays as it is.
    pub(super) fn lasting_crl(&mut self, now: Timestamp, end: Timestamp) -> Result<Option<Vec<u8>>, Unmintable> {
        match self.publication {
            CrlPublication::None => Ok(None),
            CrlPublication::Published => self.sign_crl(now, end).map(Some),
            CrlPublication::Withheld => self.crl(now).map(|crl| crl.map(|crl| crl.der.clone())),
        }
    }

    fn sign_crl(&mut self, from: Timestamp, until: Timestamp) -> Result<Vec<u8>, Unmintable> {
        self.number += 1;
        mint::crl(&self.issuer, self.number, Validity { from, until }, &self.revoked)
    }
}

fn request(spec: &CaSpec, subject: Name, validity: Validity) -> Request {
    let mut request = Request::authority(subject, validity);
    request.role = Role::Authority { path_length: spec.path_length };
    request.extended_key_usage.clone_from(&spec.extended_key_usage);
    request.name_constraints.clone_from(&spec.name_constraints);
    request
}

fn subject(spec: &CaSpec, organization: &str) -> Result<Name, Unmintable> {
    match &spec.subject {
        None => mint::named(&spec.name, organization),
        Some(text) => mint::name_from_text(text),
    }
}

fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.saturating_add(by).unwrap_or(if by.is_negative() { Timestamp::MIN } else { Timestamp::MAX })
}

/// thisUpdate to nextUpdate.
const LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// A day early, so that no CRL is ever used in its last moments.
const RENEWED_AFTER: SignedDuration = SignedDuration::from_hours(6 * 24);
