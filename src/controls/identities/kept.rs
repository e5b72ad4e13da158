//! The identities as records of a data folder: what changed is found by comparison, what was kept is read back.

use std::sync::Arc;

use openssl::pkey::{PKey, Private};
use serde::{Deserialize, Serialize};

use super::jwt::JwtKey;
use super::{AppKey, Authority, Client, Identities, MintError, about};
use crate::pki::Certificate;
use crate::scenario::Scenario;
use crate::store::{Changes, DataError, Disk};

const CA: &str = "ca/";
const CLIENT: &str = "client/";
const APP_KEY: &str = "app-key/";
/// As they were when the org was founded, for a reset.
const FIRST_CA: &str = "first-ca/";
const FIRST_CLIENT: &str = "first-client/";

/// The key of a connected app, once it is made.
#[derive(Deserialize, Serialize)]
struct KeptAppKey {
    app: String,
    certificate: Certificate,
    /// Missing where it stays with the team.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<KeptKey>,
}

#[derive(Deserialize, Serialize)]
struct KeptKey(#[serde(with = "crate::pki::text::key")] PKey<Private>);

impl Identities {
    /// What makes the records of `old` those of `new`. Keys of apps never change: [`keep_all`](Self::keep_all) has them.
    pub fn changes(old: &Self, new: &Self, changes: &mut Changes) {
        // the rest follows: by_client and names from the clients, the organization from the scenario
        let Self { organization: _, authorities, clients, by_client: _, apps: _, names: _ } = new;
        let differ = |at: &usize| !Arc::ptr_eq(&old.authorities[*at], &authorities[*at]);
        (0..authorities.len()).filter(differ).for_each(|at| changes.put(key(CA, at), &*authorities[at]));
        let differ = |at: &usize| !Arc::ptr_eq(&old.clients[*at], &clients[*at]);
        (0..clients.len()).filter(differ).for_each(|at| changes.put(key(CLIENT, at), &*clients[at]));
    }

    /// Everything, with the keys of the apps: those that are not made yet are made now.
    pub fn keep_all(&self, changes: &mut Changes) -> Result<(), MintError> {
        for [ca, client] in [[CA, CLIENT], [FIRST_CA, FIRST_CLIENT]] {
            self.authorities.iter().enumerate().for_each(|(at, authority)| changes.put(key(ca, at), &**authority));
            self.clients.iter().enumerate().for_each(|(at, one)| changes.put(key(client, at), &**one));
        }
        for (at, app) in self.apps.iter().enumerate() {
            let unmintable = || about("connected app", &app.app);
            let certificate = app.certificate().map_err(unmintable())?.clone();
            let made = app.key().map_err(unmintable())?.map(|made| KeptKey(made.key.clone()));
            changes.put(key(APP_KEY, at), &KeptAppKey { app: app.app.clone(), certificate, key: made });
        }
        Ok(())
    }

    /// The identities of `scenario` as they were kept.
    pub fn read(disk: &Disk, scenario: &Scenario) -> Result<Self, DataError> {
        Self::read_at(disk, scenario, [CA, CLIENT])
    }

    /// The identities of `scenario` as they were when the org was founded.
    pub fn read_first(disk: &Disk, scenario: &Scenario) -> Result<Self, DataError> {
        Self::read_at(disk, scenario, [FIRST_CA, FIRST_CLIENT])
    }

    fn read_at(disk: &Disk, scenario: &Scenario, [ca, client]: [&str; 2]) -> Result<Self, DataError> {
        let authorities = elements::<Authority>(disk, ca)?;
        let clients = elements::<Client>(disk, client)?;
        let all_there = authorities.iter().map(|ca| &ca.name).eq(scenario.cas.iter().map(|ca| &ca.name))
            && clients.iter().map(|client| &client.name).eq(scenario.clients.iter().map(|client| &client.name))
            && clients.iter().all(|client| client.issuer.is_none_or(|at| at < authorities.len()))
            && authorities.iter().all(|authority| !authority.path.is_empty())
            && authorities.iter().all(|authority| authority.renews.is_none_or(|at| at < authorities.len()));
        let apps = elements::<KeptAppKey>(disk, APP_KEY)?;
        let with_key = scenario.apps.iter().filter(|app| app.jwt.is_some()).map(|app| &app.name);
        if !all_there || !apps.iter().map(|app| &app.app).eq(with_key) {
            return Err(disk.folder().damaged("a CA, a client or the key of a connected app is missing"));
        }
        let app = |app: KeptAppKey| match app.key {
            Some(KeptKey(key)) => JwtKey::made(&app.app, AppKey { certificate: app.certificate, key }),
            None => JwtKey::given(&app.app, &app.certificate),
        };
        let (authorities, clients) = (shared(authorities), shared(clients));
        Ok(Self::of(&scenario.org.name, authorities, clients, apps.into_iter().map(app).collect()))
    }
}

fn elements<T: serde::de::DeserializeOwned>(disk: &Disk, prefix: &str) -> Result<Vec<T>, DataError> {
    Ok(disk.list(prefix)?.into_iter().map(|(_, element)| element).collect())
}

fn shared<T>(elements: Vec<T>) -> Vec<Arc<T>> {
    elements.into_iter().map(Arc::new).collect()
}

/// No verb adds or removes one, so each is known by its place.
fn key(prefix: &str, at: usize) -> String {
    format!("{prefix}{at:010}")
}
