//! The kit: what a client team is handed to reach an org, as a folder of files with `kit.json` on top.
//!
//! No file holds a CA's key, and no bundle holds an issuer of clients: a client whose bundle had one would send its
//! intermediate by accident.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::controls::identities::{Client, Identities, MintError};
use crate::pki::Certificate;
use crate::pki::mint::Unmintable;
use crate::scenario::AppSpec;

pub mod catalogue;
mod certs;
mod edge;
mod environment;
mod folder;
mod key_store;
mod tar;
mod writer;

pub use catalogue::write_catalogue;
pub use certs::write_certs;
pub use edge::{EDGE_JSON, EdgeFile, EdgeFileError};
use environment::environment;
use folder::Folder;
pub use key_store::{client_key_store, random_password};
pub use tar::{tar, unpack};
pub use writer::KitWriter;

/// What a kit is made of.
#[derive(Clone, Debug)]
pub struct KitInput<'a> {
    /// `00D…`
    pub org_id: &'a str,
    /// One DNS label.
    pub my_domain: &'a str,
    /// The doors.
    pub doors: KitDoors,
    /// Everybody's keys and certificates.
    pub identities: &'a Identities,
    /// The CA of the doors' certificate.
    pub server_ca: &'a Certificate,
    /// The org's users.
    pub users: Vec<KitUser>,
    /// The org's connected apps.
    pub apps: &'a [AppSpec],
    /// The org's clock at start.
    pub now: Timestamp,
    /// What the org judges by, for `mockorg explain`.
    pub edge: Option<EdgeFile>,
}

/// The URLs of the doors that there are.
#[derive(Clone, Debug, Default)]
pub struct KitDoors {
    /// `https://localhost:4443`
    pub standard_url: String,
    /// `https://localhost:8443`
    pub mutual_url: String,
    /// `http://127.0.0.1:8441`
    pub proxy_url: Option<String>,
    /// `http://127.0.0.1:8440`
    pub admin_url: Option<String>,
    /// Opens the admin door.
    pub admin_token: Option<String>,
    /// The names under which the doors are reached without the proxy.
    pub direct_names: Vec<String>,
    /// What the environment tells clients.
    pub reach: Reach,
}

/// How the environment sends clients to the doors.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Reach {
    /// By their own addresses.
    #[default]
    Direct,
    /// Through the proxy door: `HTTPS_PROXY` and Java's properties name it.
    ThroughProxy,
}

/// `kit.json`. Paths in it are relative to its folder, but for those in `env`; what does not exist is left out.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Kit {
    /// 1
    pub version: u32,
    /// Which org.
    pub org: KitOrg,
    /// The standard door.
    pub standard_url: String,
    /// The mutual door.
    pub mutual_url: String,
    /// The proxy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proxy_url: Option<String>,
    /// The admin door.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub admin_url: Option<String>,
    /// Opens the admin door.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub admin_token: Option<String>,
    /// The CA of the doors' certificate, PEM.
    pub server_ca: String,
    /// The public server roots and our server CA, PEM.
    pub ca_bundle: String,
    /// Our server CA as a PKCS#12 trust store that Java reads.
    pub server_truststore: String,
    /// Its password.
    pub server_truststore_password: String,
    /// The clients.
    pub clients: Vec<KitClient>,
    /// The users.
    pub users: Vec<KitUser>,
    /// The connected apps.
    pub connected_apps: Vec<KitApp>,
    /// What a client's process wants in its environment; paths are absolute.
    pub env: BTreeMap<String, String>,
}

/// `org` in `kit.json`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct KitOrg {
    /// `00D…`
    pub id: String,
    /// One DNS label.
    pub my_domain: String,
}

/// A client in `kit.json`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct KitClient {
    /// Its name in the scenario.
    pub name: String,
    /// Key, then what it sends: what curl's `--cert` takes.
    pub pem: String,
    /// What it sends.
    pub cert: String,
    /// PKCS#8.
    pub key: String,
    /// Key and what it sends in PKCS#12.
    pub p12: String,
    /// Its password.
    pub p12_password: String,
}

/// A user in `kit.json`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct KitUser {
    /// The username.
    pub username: String,
    /// In the clear: this is a simulator.
    pub password: String,
    /// Asked for only outside the user's trusted ranges.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security_token: Option<String>,
    /// Whether "Enforce SSL/TLS Mutual Authentication" is among the user's permissions.
    pub enforced: bool,
}

/// A connected app in `kit.json`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct KitApp {
    /// Consumer key.
    pub client_id: String,
    /// Consumer secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    /// What JWT assertions are signed with, if it was minted here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwt_key: Option<String>,
    /// Refresh tokens that it was given before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refresh_tokens: Vec<KitRefreshToken>,
}

/// A refresh token of a connected app.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct KitRefreshToken {
    /// Whose.
    pub username: String,
    /// The token.
    pub refresh_token: String,
}

/// Why a kit cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum KitError {
    /// A tar that is no kit.
    #[error("not the tar of a kit: {0}")]
    Archive(String),
    /// The scenario of a catalogue makes no org.
    #[error("the catalogue's scenario: {0}")]
    Catalogue(String),
    /// A file cannot be written.
    #[error("{}: {cause}", .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// PKCS#12 cannot be written.
    #[error("PKCS#12 for {name}: {cause}")]
    KeyStore {
        /// Whose.
        name: String,
        /// Why.
        cause: p12_keystore::error::Error,
    },
    /// A CRL cannot be signed.
    #[error(transparent)]
    Mint(#[from] MintError),
    /// A name that would leave the folder.
    #[error("\"{0}\" cannot be the name of a file")]
    Name(String),
    /// The scenario holds what TOML does not.
    #[error("scenario.toml: {0}")]
    Scenario(#[from] toml::ser::Error),
    /// A key cannot be made or written.
    #[error(transparent)]
    Unmintable(#[from] Unmintable),
}

/// Writes the kit into `dir` (0600 files; 0700 folders where they are made here) and returns what `kit.json` says.
///
/// An old `kit.json` goes first and the new one is renamed into place last, so its appearance means that the rest is
/// there. Other files in `dir` are left alone. Waits for the keys of connected apps.
pub fn write(dir: &Path, input: &KitInput<'_>) -> Result<Kit, KitError> {
    let folder = Folder::open(dir)?;
    write_into(&folder, folder.path(), input)
}

/// `env` says that the kit lies at `shown`.
fn write_into(folder: &Folder, shown: &Path, input: &KitInput<'_>) -> Result<Kit, KitError> {
    folder.remove(KIT_JSON)?;
    let server_ca = input.server_ca.pem();
    folder.write("server-ca.pem", server_ca.as_bytes())?;
    folder.write("ca-bundle.pem", format!("{}{server_ca}", public_roots()).as_bytes())?;
    let truststore_password = random_password();
    let truststore = key_store::trust_store("mockorg-server-ca", input.server_ca, &truststore_password)?;
    folder.write("server-ca.p12", &truststore)?;

    if let Some(edge) = &input.edge {
        edge.write(folder)?;
    }
    let mut kit = Kit {
        version: 1,
        org: KitOrg { id: input.org_id.to_owned(), my_domain: input.my_domain.to_owned() },
        standard_url: input.doors.standard_url.clone(),
        mutual_url: input.doors.mutual_url.clone(),
        proxy_url: input.doors.proxy_url.clone(),
        admin_url: input.doors.admin_url.clone(),
        admin_token: input.doors.admin_token.clone(),
        server_ca: "server-ca.pem".to_owned(),
        ca_bundle: "ca-bundle.pem".to_owned(),
        server_truststore: "server-ca.p12".to_owned(),
        server_truststore_password: truststore_password,
        clients: clients(folder, input.identities)?,
        users: input.users.clone(),
        connected_apps: apps(folder, input)?,
        env: BTreeMap::new(),
    };
    kit.env = environment(&kit, input.doors.reach, &input.doors.direct_names, shown, input.now);
    folder.write_in_one(KIT_JSON, &json(&kit).map_err(folder::at(&folder.path().join(KIT_JSON)))?)?;
    Ok(kit)
}

/// The file whose appearance means that an org is ready.
pub const KIT_JSON: &str = "kit.json";

fn clients(folder: &Folder, identities: &Identities) -> Result<Vec<KitClient>, KitError> {
    let mut clients = Vec::new();
    for client in identities.clients() {
        let name = folder::file_name(&client.name)?;
        let file = |end: &str| format!("clients/{name}.{end}");
        let entry = KitClient {
            name: client.name.clone(),
            pem: file("pem"),
            cert: file("crt"),
            key: file("key"),
            p12: file("p12"),
            p12_password: random_password(),
        };
        for (file, content) in contents(&entry, identities, client)? {
            folder.write(file, &content)?;
        }
        clients.push(entry);
    }
    Ok(clients)
}

/// Writes the files of one client of a kit in `dir` once more, each of them whole at every moment.
fn rewrite(dir: &Path, kit: &[KitClient], identities: &Identities, client: &Client) -> Result<(), KitError> {
    // the clients of a scenario stay the same
    let Some(entry) = kit.iter().find(|entry| entry.name == client.name) else { return Ok(()) };
    let folder = Folder::open(dir)?;
    contents(entry, identities, client)?.iter().try_for_each(|(file, content)| folder.write_in_one(file, content))
}

/// The files of a client, and what is in them.
fn contents<'a>(
    entry: &'a KitClient,
    identities: &Identities,
    client: &Client,
) -> Result<[(&'a str, Vec<u8>); 4], KitError> {
    let sends = identities.sends(client);
    let certificates: String = sends.iter().map(Certificate::pem).collect();
    let key = key_store::pkcs8_pem(&client.key)?;
    Ok([
        (&entry.pem, format!("{key}{certificates}").into_bytes()),
        (&entry.p12, client_key_store(client, &sends, &entry.p12_password)?),
        (&entry.key, key.into_bytes()),
        (&entry.cert, certificates.into_bytes()),
    ])
}

fn apps(folder: &Folder, input: &KitInput<'_>) -> Result<Vec<KitApp>, KitError> {
    let mut apps = Vec::new();
    for app in input.apps {
        let minted = input.identities.app(&app.name).map(|key| key.key()).transpose()?.flatten();
        let mut jwt_key = None;
        if let Some(minted) = minted {
            let file = format!("apps/{}.key", folder::file_name(&app.name)?);
            folder.write(&file, key_store::pkcs8_pem(&minted.key)?.as_bytes())?;
            jwt_key = Some(file);
        }
        let (client_id, client_secret) = (app.client_id.clone(), app.client_secret.clone());
        let given = app.refresh_tokens.iter().cloned();
        let refresh_tokens = given.map(|(username, refresh_token)| KitRefreshToken { username, refresh_token });
        apps.push(KitApp { client_id, client_secret, jwt_key, refresh_tokens: refresh_tokens.collect() });
    }
    Ok(apps)
}

fn json(kit: &Kit) -> std::io::Result<Vec<u8>> {
    let mut text = serde_json::to_vec_pretty(kit)?;
    text.push(b'\n');
    Ok(text)
}

/// Mozilla's roots for servers in PEM: `REQUESTS_CA_BUNDLE` and `SSL_CERT_FILE` replace what a client trusts, and a
/// client under test may well talk to others too.
fn public_roots() -> String {
    let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter();
    roots.filter_map(|der| Certificate::from_der(der).ok()).map(|root| root.pem()).collect()
}
