//! `manifest.json` as on disk, and its JSON Schema.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::pki::flaw::{Importance, Offered};

/// The file whose appearance means that the rest of a catalogue is there.
pub const MANIFEST: &str = "manifest.json";

/// A catalogue of client identities, each with one flaw, and what an org answers to each. Paths are relative to its folder.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[schemars(title = "mockorg catalogue")]
pub struct Manifest {
    /// 1
    pub version: u32,
    /// Where the org's clock stands (RFC 3339): another time may bring other outcomes.
    #[schemars(with = "String")]
    pub org_time: Timestamp,
    /// Who may call.
    pub users: Vec<ManifestUser>,
    /// The connected app for logins with username and password: its consumer key.
    pub client_id: String,
    /// Its consumer secret.
    pub client_secret: String,
    /// The path of a call that `expected` is about: GET with a session, on either door.
    pub call: String,
    /// The flaws.
    pub flaws: Vec<FlawEntry>,
}

/// A user of the catalogue's org.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub struct ManifestUser {
    /// Whether mutual authentication is enforced.
    pub kind: User,
    /// The username.
    pub username: String,
    /// In the clear: this is a simulator.
    pub password: String,
}

/// What kind of user.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum User {
    /// With "Enforce SSL/TLS Mutual Authentication".
    Enforced,
    /// Without it.
    Free,
}

/// One flaw.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub struct FlawEntry {
    /// Its name, unique, of lower-case letters, digits and hyphens.
    pub id: String,
    /// What is wrong, in a sentence.
    pub title: String,
    /// What to learn from it, or to do about it.
    pub lesson: String,
    /// The chain, drawn.
    pub chain: String,
    /// Its group, who notices it ("edge", "org", "accepted"), and the rule.
    pub tags: Vec<String>,
    /// How much it matters to a team.
    pub importance: Importance,
    /// Which clients can offer it at all: of those that not all can, an error of the client's own is an answer too.
    pub offered: Offered,
    /// Key, then the chain as sent.
    pub pem: String,
    /// The chain as sent.
    pub cert: String,
    /// The key, PKCS#8.
    pub key: String,
    /// Key and chain in PKCS#12.
    pub p12: String,
    /// Its password.
    pub p12_password: String,
    /// What comes of it, for each door, user and version of TLS.
    pub expected: Vec<Expected>,
}

/// What comes of a call.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub struct Expected {
    /// "mutual" or "standard"
    pub door: String,
    /// Whose session.
    pub user: User,
    /// "1.2" or "1.3"
    pub tls: String,
    /// What became of the certificates.
    pub certificates: Certificates,
    /// The answer.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What becomes of the client's certificates.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Certificates {
    /// The door does not ask for any.
    NotAskedFor,
    /// This version of TLS has no signature for the key: the client sends none, or fails.
    NotPossible,
    /// They are sent.
    Sent,
}

/// The answer to a call.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "outcome")]
pub enum Outcome {
    /// The edge ends the handshake.
    Alert {
        /// The TLS alert.
        alert: Alert,
        /// When the client sees it: "handshake", or at its "first-read" (TLS 1.3).
        seen: String,
        /// The entry in docs/refusals.md.
        rule: String,
        /// In a line.
        why: String,
        /// At length: headline, rule, expected, found, cure.
        explanation: BTreeMap<String, String>,
    },
    /// The call succeeds.
    Granted {
        /// The HTTP status.
        status: u16,
        /// In a line.
        why: String,
    },
    /// The org refuses.
    Refused {
        /// The HTTP status.
        status: u16,
        /// `errorCode` of the body's first entry.
        error_code: String,
        /// The entry in docs/refusals.md.
        rule: String,
        /// In a line.
        why: String,
        /// At length: headline, rule, expected, found, cure.
        explanation: BTreeMap<String, String>,
    },
}

/// A TLS alert.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct Alert {
    /// `certificate_expired`
    pub name: String,
    /// 45
    pub number: u8,
}

/// Why a folder is no catalogue that can be served.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// No manifest.
    #[error("{0} is no catalogue: {1}; mockorg certs --catalogue --out DIR writes one")]
    Unreadable(String, std::io::Error),
    /// A manifest of no sense.
    #[error("{0} is not the manifest of a catalogue: {1}")]
    Malformed(String, serde_json::Error),
    /// Of a later version of mockorg.
    #[error("{0} is of version {1}, and this mockorg reads 1")]
    Version(String, u32),
}

impl Manifest {
    /// Reads the manifest of a catalogue.
    pub fn read(dir: &Path) -> Result<Self, CatalogueError> {
        let path = dir.join(MANIFEST);
        let name = path.display().to_string();
        let text = std::fs::read(&path).map_err(|error| CatalogueError::Unreadable(name.clone(), error))?;
        let manifest: Self =
            serde_json::from_slice(&text).map_err(|error| CatalogueError::Malformed(name.clone(), error))?;
        if manifest.version == 1 { Ok(manifest) } else { Err(CatalogueError::Version(name, manifest.version)) }
    }
}

/// The JSON Schema (2020-12) of `manifest.json`.
pub fn schema() -> Value {
    SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<Manifest>().to_value()
}
