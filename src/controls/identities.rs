//! The identities of an org: its CAs, its clients and the keys of its connected apps, as the scenario asks for them.
//!
//! Whether a chain holds is not decided here, nor which CA is trusted: the trust list takes the [`listed`] roots.
//!
//! [`listed`]: Identities::listed

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;
use openssl::pkey::{PKey, Private};
use x509_cert::ext::pkix::CrlReason;

use super::deliveries::Undelivered;
use crate::pki::Certificate;
use crate::pki::mint::{Revoked, Unmintable};
use crate::scenario::{JwtSpec, Scenario};
use crate::store::Unkept;

mod authority;
mod client;
mod jwt;
mod kept;
mod lifetime;
mod sends;

pub use authority::Authority;
pub use client::Client;
pub use jwt::{AppKey, JwtKey};

/// Everything minted or read for a scenario, with the private keys; what of it is told to whom is the kit's business.
#[derive(Clone, Debug)]
pub struct Identities {
    organization: String,
    authorities: Vec<Arc<Authority>>,
    clients: Vec<Arc<Client>>,
    by_client: Arc<HashMap<String, usize>>,
    apps: Vec<JwtKey>,
    /// SHA-256 of every certificate that was ever made here, and whose it is.
    names: Arc<HashMap<[u8; 32], Arc<str>>>,
}

/// Why the identities of a scenario cannot be had.
#[derive(Clone, Debug, thiserror::Error)]
pub enum MintError {
    /// A client or a CA whose issuer is not at hand: a root, or it came from a file that names none.
    #[error("\"{0}\" has no issuer in this scenario, so it can be neither renewed nor revoked")]
    NoIssuer(String),
    /// One of them cannot be made.
    #[error("{what} \"{name}\": {cause}")]
    Unmintable {
        /// `ca`, `client` or `connected app`.
        what: &'static str,
        /// Its name in the scenario.
        name: String,
        /// Why.
        cause: Unmintable,
    },
    /// A kit's files could not be written.
    #[error(transparent)]
    Undelivered(#[from] Undelivered),
    /// The data folder refuses it.
    #[error(transparent)]
    Unkept(#[from] Unkept),
    /// No `[[ca]]` of that name.
    #[error("no ca is named \"{0}\"")]
    UnknownAuthority(String),
    /// No `[[client]]` of that name.
    #[error("no client is named \"{0}\"")]
    UnknownClient(String),
    /// Neither a `[[client]]` nor a `[[ca]]` of that name.
    #[error("no client or ca is named \"{0}\"")]
    UnknownName(String),
}

/// The CRLs of an org at one time.
#[derive(Clone, Debug)]
pub struct Published {
    /// Each CA's name and its CRL in DER.
    pub crls: Vec<(String, Vec<u8>)>,
    /// From when these are the ones to use.
    pub since: Timestamp,
    /// The last second at which none of them is due for renewal.
    pub until: Timestamp,
}

impl Identities {
    /// Reads or mints every identity of `scenario` for an org whose clock shows `start`.
    ///
    /// By default a client is valid from a day before `start` until a year after it, an intermediate from a year
    /// before until ten years after, a root until twenty; a CA's default widens until it encloses all that it issues.
    /// Keys of connected apps are not made yet: see [`begin_app_keys`](Self::begin_app_keys).
    pub fn mint(scenario: &Scenario, start: Timestamp) -> Result<Self, MintError> {
        let organization = &scenario.org.name;
        let lifetimes = lifetime::authorities(scenario, start);
        let mut authorities: Vec<Arc<Authority>> = Vec::with_capacity(scenario.cas.len());
        for (spec, &validity) in scenario.cas.iter().zip(&lifetimes) {
            let issuer = spec.issuer.as_deref().map(|name| authority(&authorities, name)).transpose()?;
            let issuer = issuer.map(|at| &*authorities[at]);
            let renewed = spec.renews.as_deref().map(|name| authority(&authorities, name)).transpose()?;
            let made = match renewed.map(|at| (at, &*authorities[at])) {
                Some(renewed) => Authority::another(spec, renewed, issuer, validity),
                None => Authority::new(spec, issuer, validity, organization),
            };
            authorities.push(Arc::new(made.map_err(about("ca", &spec.name))?));
        }
        let mut clients = Vec::with_capacity(scenario.clients.len());
        for spec in &scenario.clients {
            let issuer = spec.issuer.as_deref().map(|name| authority(&authorities, name)).transpose()?;
            let made = Client::new(spec, issuer.map(|at| (at, &*authorities[at])), start, organization);
            clients.push(Arc::new(made.map_err(about("client", &spec.name))?));
        }
        let mut apps = Vec::new();
        for app in &scenario.apps {
            match &app.jwt {
                None => {}
                Some(JwtSpec::Certificate(certificate)) => apps.push(JwtKey::given(&app.name, certificate)),
                Some(JwtSpec::Minted { issuer }) => {
                    let issuer = &authorities[authority(&authorities, issuer)?];
                    apps.push(JwtKey::minted(&app.name, issuer, lifetime::of_client(None, start), organization));
                }
            }
        }
        let mut all = Self::of(organization, authorities, clients, apps);
        for spec in scenario.clients.iter().filter(|spec| spec.revoked) {
            all.revoke(&spec.name, start)?;
        }
        Ok(all)
    }

    fn of(organization: &str, authorities: Vec<Arc<Authority>>, clients: Vec<Arc<Client>>, apps: Vec<JwtKey>) -> Self {
        let by_client = clients.iter().enumerate().map(|(at, client)| (client.name.clone(), at)).collect();
        let (organization, by_client) = (organization.to_owned(), Arc::new(by_client));
        let mut all = Self { organization, authorities, clients, by_client, apps, names: Arc::default() };
        all.know_all();
        all
    }

    /// Starts to make the keys of connected apps in the background, so that nobody has to wait for RSA later.
    ///
    /// Without this call each key is made when somebody first asks for it.
    pub fn begin_app_keys(&self) {
        let apps: Vec<JwtKey> = self.apps.iter().filter(|app| !app.is_made()).cloned().collect();
        if !apps.is_empty() {
            let make = move || apps.iter().for_each(JwtKey::make);
            // If there is no thread to be had, whoever asks first makes the key.
            let _ = std::thread::Builder::new().name("app-keys".into()).spawn(make);
        }
    }

    /// Brings the CRLs up to date at `now`, on the org's clock.
    ///
    /// A published CRL lives for 7 days and is replaced after 6, when something was revoked, or when the clock
    /// was set back before its issue; a withheld one is issued once.
    pub fn crls(&mut self, now: Timestamp) -> Result<Published, MintError> {
        let mut published = Published { crls: Vec::new(), since: Timestamp::MIN, until: Timestamp::MAX };
        for authority in &mut self.authorities {
            if authority.is_due(now) {
                let name = authority.name.clone();
                Arc::make_mut(authority).crl(now).map_err(about("ca", &name))?;
            }
            let Some(crl) = authority.current() else { continue };
            published.since = published.since.max(crl.since);
            published.until = published.until.min(crl.until);
            published.crls.push((authority.name.clone(), crl.der.clone()));
        }
        Ok(published)
    }

    /// CRLs to hand out: valid from `now` until their CA's end, but for withheld ones, which stay as they were.
    pub fn lasting_crls(&mut self, now: Timestamp) -> Result<Vec<(String, Vec<u8>)>, MintError> {
        let mut crls = Vec::new();
        let mut ends: Vec<_> = self.authorities.iter().map(|authority| authority.certificate.not_after()).collect();
        for at in 0..ends.len() {
            let keeper = keeper(&self.authorities, at);
            ends[keeper] = ends[keeper].max(ends[at]);
        }
        for (authority, end) in self.authorities.iter_mut().zip(ends) {
            let name = authority.name.clone();
            if let Some(der) = Arc::make_mut(authority).lasting_crl(now, end).map_err(about("ca", &name))? {
                crls.push((name, der));
            }
        }
        Ok(crls)
    }

    /// Renews a client at `now`: a new serial number, the same names, a life as long as before. `key` takes the place of its key, if there is
    /// one.
    pub fn issue(&mut self, client: &str, key: Option<PKey<Private>>, now: Timestamp) -> Result<&Client, MintError> {
        let at = self.position(client)?;
        let issuer = self.clients[at].issuer.map(|at| &*self.authorities[at]);
        let renewed = self.clients[at].renewed(issuer, key, now, &self.organization);
        let Some(renewed) = renewed.map_err(about("client", client))? else {
            return Err(MintError::NoIssuer(client.to_owned()));
        };
        Arc::make_mut(&mut self.names).insert(*renewed.leaf.sha256(), renewed.name.as_str().into());
        self.clients[at] = Arc::new(renewed);
        Ok(&self.clients[at])
    }

    /// Puts a client's present certificate on its issuer's next CRL; twice is once.
    pub fn revoke(&mut self, client: &str, now: Timestamp) -> Result<(), MintError> {
        let client = &self.clients[self.position(client)?];
        let Some(issuer) = client.issuer else { return Err(MintError::NoIssuer(client.name.clone())) };
        let entry = Revoked::new(&client.leaf, now, Some(CrlReason::KeyCompromise));
        let keeper = keeper(&self.authorities, issuer);
        Arc::make_mut(&mut self.authorities[keeper]).revoke(entry.map_err(about("client", &client.name))?);
        Ok(())
    }

    /// Puts a CA's certificate on its issuer's next CRL; twice is once. Another certificate of that CA is another entry.
    pub fn revoke_ca(&mut self, ca: &str, now: Timestamp) -> Result<&Authority, MintError> {
        let revoked = &self.authorities[authority(&self.authorities, ca)?];
        let Some(issuer) = self.issuer_of(revoked) else { return Err(MintError::NoIssuer(ca.to_owned())) };
        let entry = Revoked::new(&revoked.certificate, now, Some(CrlReason::CaCompromise));
        let issuer = keeper(&self.authorities, issuer);
        Arc::make_mut(&mut self.authorities[issuer]).revoke(entry.map_err(about("ca", ca))?);
        Ok(&self.authorities[issuer])
    }

    /// From now on a CA has no CRL.
    pub fn drop_crl(&mut self, ca: &str) -> Result<(), MintError> {
        let at = self.keeper_of(ca)?;
        Arc::make_mut(&mut self.authorities[at]).drop_crl();
        Ok(())
    }

    /// From now on a CA's CRL is signed when it is due, the first one at the next call of [`crls`](Self::crls).
    pub fn publish_crl(&mut self, ca: &str) -> Result<(), MintError> {
        let at = self.keeper_of(ca)?;
        Arc::make_mut(&mut self.authorities[at]).publish_crl();
        Ok(())
    }

    /// From now on this DER stands for a CA's CRL, and is not renewed.
    pub fn replace_crl(&mut self, ca: &str, der: Vec<u8>) -> Result<(), MintError> {
        let at = self.keeper_of(ca)?;
        Arc::make_mut(&mut self.authorities[at]).replace_crl(der);
        Ok(())
    }

    /// From now on a CA's CRL is one whose nextUpdate passed a day before `now`.
    pub fn spoil_crl(&mut self, ca: &str, now: Timestamp) -> Result<(), MintError> {
        let at = self.keeper_of(ca)?;
        Arc::make_mut(&mut self.authorities[at]).spoil_crl(now).map_err(about("ca", ca))
    }

    /// From now on a CA's CRL stays as it is at `now`.
    pub fn withhold_crl(&mut self, ca: &str, now: Timestamp) -> Result<(), MintError> {
        let at = self.keeper_of(ca)?;
        Arc::make_mut(&mut self.authorities[at]).withhold_crl(now).map_err(about("ca", ca))
    }

    /// Takes the place of `present` identities of the same scenario: certificates that were made meanwhile are still known
    /// by name, and the numbers of CRLs never go back.
    pub(super) fn follow(&mut self, present: &Self) {
        for (authority, present) in self.authorities.iter_mut().zip(&present.authorities) {
            Arc::make_mut(authority).follow(present);
        }
        for (client, present) in self.clients.iter_mut().zip(&present.clients) {
            Arc::make_mut(client).follow(present);
        }
        self.know_all();
    }

    /// The CA of that name.
    pub fn authority(&self, name: &str) -> Result<&Authority, MintError> {
        authority(&self.authorities, name).map(|at| &*self.authorities[at])
    }

    /// The CA that keeps the CRL of `ca`: itself, or the one that it has its name and its key from.
    pub fn keeper<'a>(&'a self, ca: &'a Authority) -> &'a Authority {
        ca.renews.map_or(ca, |at| &self.authorities[at])
    }

    /// Whether a client's present certificate was revoked, whatever is published of it.
    pub fn is_revoked(&self, client: &Client) -> bool {
        client.issuer.is_some_and(|at| self.authorities[keeper(&self.authorities, at)].has_revoked(&client.leaf))
    }

    /// Whether a CA's certificate was revoked, whatever is published of it.
    pub fn is_revoked_ca(&self, ca: &Authority) -> bool {
        let issuer = self.issuer_of(ca).map(|at| &self.authorities[keeper(&self.authorities, at)]);
        issuer.is_some_and(|issuer| issuer.has_revoked(&ca.certificate))
    }

    /// The CAs, in the scenario's order.
    pub fn authorities(&self) -> &[Arc<Authority>] {
        &self.authorities
    }

    /// The clients, in the scenario's order.
    pub fn clients(&self) -> &[Arc<Client>] {
        &self.clients
    }

    /// The client of that name.
    pub fn client(&self, name: &str) -> Option<&Client> {
        self.by_client.get(name).map(|&at| &*self.clients[at])
    }

    /// The CA of this scenario that signed a client.
    pub fn issuer(&self, client: &Client) -> Option<&Authority> {
        client.issuer.map(|at| &*self.authorities[at])
    }

    /// The keys of the connected apps that have one, in the scenario's order.
    pub fn apps(&self) -> &[JwtKey] {
        &self.apps
    }

    /// The key of the connected app of that name.
    pub fn app(&self, name: &str) -> Option<&JwtKey> {
        self.apps.iter().find(|app| app.app == name)
    }

    /// The CAs that the scenario puts on the outbound CA list. Only roots can stand there.
    pub fn listed(&self) -> impl Iterator<Item = &Authority> {
        self.authorities.iter().map(AsRef::as_ref).filter(|authority| authority.listed)
    }

    /// Every certificate at hand that is not a client's own: the CAs, what stands above them, and what files gave
    /// along with a client. They make a refusal more telling, and never a chain hold.
    pub fn issuers(&self) -> Vec<Certificate> {
        let above = self.authorities.iter().flat_map(|authority| &authority.path);
        let given = self.clients.iter().flat_map(|client| &client.given);
        let mut seen = HashSet::new();
        above.chain(given).filter(|certificate| seen.insert(*certificate.sha256())).cloned().collect()
    }

    /// Whose certificate this is or was: the name of a client, a CA or a connected app in the scenario.
    pub fn name_of(&self, certificate: &Certificate) -> Option<&str> {
        self.names.get(certificate.sha256()).map(|name| &**name)
    }

    /// SHA-256 of every certificate made here, and its name in the scenario.
    pub fn names(&self) -> Arc<HashMap<[u8; 32], Arc<str>>> {
        self.names.clone()
    }

    /// The place of the CA that keeps the CRL of the CA of this name.
    fn keeper_of(&self, ca: &str) -> Result<usize, MintError> {
        authority(&self.authorities, ca).map(|at| keeper(&self.authorities, at))
    }

    /// The place of the CA that signed this one, if it is here.
    fn issuer_of(&self, ca: &Authority) -> Option<usize> {
        let above = ca.path.get(1)?;
        self.authorities.iter().position(|authority| authority.certificate == *above)
    }

    fn position(&self, client: &str) -> Result<usize, MintError> {
        self.by_client.get(client).copied().ok_or_else(|| MintError::UnknownClient(client.to_owned()))
    }

    fn know_all(&mut self) {
        let authorities = self.authorities.iter().map(|authority| (&authority.certificate, &authority.name));
        let clients = self.clients.iter().map(|client| (&client.leaf, &client.name));
        let former = self.clients.iter().flat_map(|client| client.former.iter().map(|leaf| (*leaf, &client.name)));
        let apps = self.apps.iter().filter_map(|app| app.given_certificate().map(|given| (given, &app.app)));
        let known = authorities.chain(clients).chain(apps);
        let known = known.map(|(certificate, name)| (*certificate.sha256(), name)).chain(former);
        self.names = Arc::new(known.map(|(sha256, name)| (sha256, name.as_str().into())).collect());
    }
}

fn authority(authorities: &[Arc<Authority>], name: &str) -> Result<usize, MintError> {
    let found = authorities.iter().position(|authority| authority.name == name);
    found.ok_or_else(|| MintError::UnknownAuthority(name.to_owned()))
}

/// The place of the CA that keeps the CRL of the one at this place.
fn keeper(authorities: &[Arc<Authority>], at: usize) -> usize {
    authorities[at].renews.unwrap_or(at)
}

fn about(what: &'static str, name: &str) -> impl FnOnce(Unmintable) -> MintError {
    let name = name.to_owned();
    move |cause| MintError::Unmintable { what, name, cause }
}
