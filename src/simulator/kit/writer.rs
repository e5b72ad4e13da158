//! Writing the kit of a running org as things stand, with its doors as they are seen from outside at that time: into a
//! folder, as a tar, or a client's files alone.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::{EdgeFile, KIT_JSON, KitDoors, KitError, KitInput, KitUser, Reach, client_key_store, key_store};
use crate::api::Addresses;
use crate::api::admin::{Handouts, Keys};
use crate::controls::Controls;
use crate::controls::identities::{Client, Identities, MintError};
use crate::pki::Certificate;
use crate::scenario::Permission;
use crate::simulator::Ports;

/// Writes kits. It may have to wait for a connected app's RSA key, some 100 ms, so not on a thread that serves.
#[derive(Clone, Debug)]
pub struct KitWriter {
    pub(in crate::simulator) controls: Controls,
    pub(in crate::simulator) addresses: Addresses,
    pub(in crate::simulator) ports: Ports,
    pub(in crate::simulator) reach: Reach,
    pub(in crate::simulator) keys: Arc<Keys>,
    pub(in crate::simulator) server_ca: Certificate,
}

impl KitWriter {
    /// Takes `kit.json` out of `folder`, since its appearance says that an org is ready.
    pub fn retract(&self, folder: &Path) {
        // what cannot be removed now is removed by the next one to write there
        let _ = std::fs::remove_file(folder.join(KIT_JSON));
        self.controls.stop_delivering(folder);
    }

    /// Writes the kit into `folder`, which is made if missing. Deliveries are written there too from then on.
    pub fn write(&self, folder: &Path) -> Result<(), KitError> {
        let identities = self.controls.identities();
        let kit = self.with_input(|input| super::write(folder, input))?;
        let to = std::path::absolute(folder).map_err(super::folder::at(folder))?;
        let write = move |identities: &Identities, client: &Client| {
            super::rewrite(&to, &kit.clients, identities, client).map_err(|error| error.to_string())
        };
        Ok(self.controls.deliver_to(folder, &identities, Box::new(write)).map_err(MintError::Undelivered)?)
    }

    /// The kit as a tar. Paths in it, those of `env` too, are relative to wherever it is unpacked.
    pub fn tar(&self) -> Result<Vec<u8>, KitError> {
        self.with_input(|input| super::tar(input, self.controls.clock().wall_now()))
    }

    fn with_input<T>(&self, write: impl FnOnce(&KitInput<'_>) -> Result<T, KitError>) -> Result<T, KitError> {
        let snapshot = self.controls.snapshot();
        let identities = self.controls.identities();
        let users = snapshot.org.users.iter().map(|user| KitUser {
            username: user.spec.username.clone(),
            password: user.spec.password.clone(),
            security_token: user.spec.security_token.clone(),
            enforced: user.may(Permission::EnforceMutualAuthentication),
        });
        write(&KitInput {
            org_id: snapshot.org.id.as_str(),
            my_domain: &snapshot.org.my_domain,
            doors: self.kit_doors(),
            identities: &identities,
            server_ca: &self.server_ca,
            users: users.collect(),
            apps: &self.controls.scenario().apps,
            now: self.controls.clock().org_second(),
            edge: Some(EdgeFile::of(&self.controls)?),
        })
    }

    fn kit_doors(&self) -> KitDoors {
        let outside = self.addresses.outside();
        let url = |scheme: &str, host: &str, seen: Option<u16>, own: u16| {
            let host = outside.host.as_deref().unwrap_or(host);
            let brackets = if host.contains(':') { ["[", "]"] } else { [""; 2] };
            format!("{scheme}://{}{host}{}:{}", brackets[0], brackets[1], seen.unwrap_or(own))
        };
        KitDoors {
            standard_url: url("https", "localhost", outside.standard_port, self.ports.standard),
            mutual_url: url("https", "localhost", outside.mutual_port, self.ports.mutual),
            proxy_url: Some(url("http", "127.0.0.1", outside.proxy_port, self.ports.proxy)),
            admin_url: Some(url("http", "127.0.0.1", outside.admin_port, self.ports.admin)),
            admin_token: Some(self.keys.token().to_owned()),
            direct_names: self.addresses.direct_names(),
            reach: self.reach,
        }
    }
}

impl Handouts for KitWriter {
    fn doors(&self) -> BTreeMap<&'static str, String> {
        let KitDoors { standard_url, mutual_url, proxy_url, admin_url, .. } = self.kit_doors();
        let there = [("proxy", proxy_url), ("admin", admin_url)].into_iter();
        let doors = there.filter_map(|(door, url)| Some((door, url?)));
        doors.chain([("standard", standard_url), ("mutual", mutual_url)]).collect()
    }

    fn kit(&self) -> Result<Vec<u8>, String> {
        self.tar().map_err(|error| error.to_string())
    }

    fn edge(&self) -> Result<Vec<u8>, String> {
        let edge = EdgeFile::of(&self.controls).map_err(|error| error.to_string())?;
        serde_json::to_vec(&edge).map_err(|error| error.to_string())
    }

    fn client_pem(&self, client: &str) -> Result<String, String> {
        let identities = self.controls.identities();
        let client = identities.client(client).ok_or("no such client")?;
        let certificates: String = identities.sends(client).iter().map(Certificate::pem).collect();
        let key = key_store::pkcs8_pem(&client.key).map_err(|error| error.to_string())?;
        Ok(format!("{key}{certificates}"))
    }

    fn client_p12(&self, client: &str) -> Result<(Vec<u8>, String), String> {
        let identities = self.controls.identities();
        let client = identities.client(client).ok_or("no such client")?;
        let password = super::random_password();
        let store = client_key_store(client, &identities.sends(client), &password);
        store.map(|store| (store, password)).map_err(|error| error.to_string())
    }
}
