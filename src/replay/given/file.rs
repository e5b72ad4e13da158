//! The file of `--credentials`: whose certificate, password or secret stands for whose in the scenario.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// Identities and secrets for another org, by their names in the scenario. Secrets may be named instead of written: a key
/// that ends in `-env` holds the name of a variable.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CredentialsFile {
    #[serde(default)]
    pub(super) client: BTreeMap<String, ClientTable>,
    #[serde(default)]
    pub(super) ca: BTreeMap<String, CaTable>,
    #[serde(default)]
    pub(super) user: BTreeMap<String, UserTable>,
    #[serde(default)]
    pub(super) app: BTreeMap<String, AppTable>,
    /// What paths in it are relative to.
    #[serde(skip)]
    pub(super) folder: PathBuf,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct ClientTable {
    pem: Option<PathBuf>,
    certificate: Option<PathBuf>,
    key_file: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct CaTable {
    pub certificate: PathBuf,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct UserTable {
    pub username: Option<String>,
    pub password: Option<String>,
    pub password_env: Option<String>,
    pub security_token: Option<String>,
    pub security_token_env: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct AppTable {
    pub client_id: String,
    pub client_secret: Option<String>,
    pub client_secret_env: Option<String>,
    pub jwt_key_file: Option<PathBuf>,
    pub refresh_token: Option<String>,
    pub refresh_token_env: Option<String>,
}

impl ClientTable {
    /// Certificates and key.
    pub(super) fn paths(&self) -> Option<(&Path, &Path)> {
        match (&self.pem, &self.certificate, &self.key_file) {
            (Some(pem), ..) => Some((pem, pem)),
            (None, Some(certificate), Some(key)) => Some((certificate, key)),
            _ => None,
        }
    }
}

impl CredentialsFile {
    /// Reads one.
    ///
    /// # Errors
    /// Where it is wrong, without the line: a password may stand there.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = String::from_utf8(super::read(path)?).map_err(|_| format!("{}: not UTF-8 text", path.display()))?;
        let mut file: Self = toml::from_str(&text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let line = 1 + text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count();
            format!("{}:{line}: {}", path.display(), error.message().lines().next().unwrap_or_default())
        })?;
        file.folder = path.parent().map(Path::to_owned).unwrap_or_default();
        let whole = file.client.iter().find(|(_, client)| client.paths().is_none());
        match whole {
            Some((name, _)) => {
                Err(format!("{}: [client.{name}] has neither pem nor certificate and key-file", path.display()))
            }
            None => Ok(file),
        }
    }
}
