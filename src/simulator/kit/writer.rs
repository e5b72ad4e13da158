//! What writes the kit of a running org, with its doors as they are seen from outside at that time.

use std::path::Path;

use super::{EdgeFile, KIT_JSON, KitDoors, KitError, KitInput, KitUser, Reach};
use crate::api::Addresses;
use crate::controls::Controls;
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
    pub(in crate::simulator) server_ca: Certificate,
}

impl KitWriter {
    /// Takes `kit.json` out of `folder`, since its appearance says that an org is ready.
    pub fn retract(&self, folder: &Path) {
        // what cannot be removed now is removed by the next one to write there
        let _ = std::fs::remove_file(folder.join(KIT_JSON));
    }

    /// Writes the kit into `folder`, which is made if missing.
    pub fn write(&self, folder: &Path) -> Result<(), KitError> {
        let snapshot = self.controls.snapshot();
        let identities = self.controls.identities().clone();
        let users = snapshot.org.users.iter().map(|user| KitUser {
            username: user.spec.username.clone(),
            password: user.spec.password.clone(),
            security_token: user.spec.security_token.clone(),
            enforced: user.may(Permission::EnforceMutualAuthentication),
        });
        let input = KitInput {
            org_id: snapshot.org.id.as_str(),
            my_domain: &snapshot.org.my_domain,
            doors: self.doors(),
            identities: &identities,
            server_ca: &self.server_ca,
            users: users.collect(),
            apps: &self.controls.scenario().apps,
            now: self.controls.clock().org_second(),
            edge: Some(EdgeFile::of(&self.controls)?),
        };
        super::write(folder, &input).map(|_| ())
    }

    fn doors(&self) -> KitDoors {
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
            admin_token: None,
            direct_names: self.addresses.direct_names(),
            reach: self.reach,
        }
    }
}
