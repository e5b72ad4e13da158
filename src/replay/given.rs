//! Identities and secrets for another org: from a file, the environment or a kit; never from arguments, and never the
//! scenario's own, which are not that org's.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use openssl::pkey::{PKey, Private};
use openssl::x509::X509;

use super::identity::{Selection, Shown};
use crate::clock::Clock;
use crate::exchange::{Account, App, Keyring};
use crate::pki::Certificate;
use crate::pki::mint::private_key_from_pem;
use crate::scenario::Scenario;
use crate::scenario::exchange::{Act, LoginFlow, Sending, Showing};
use crate::simulator::kit::{KIT_JSON, Kit};

mod file;

pub use file::CredentialsFile;
use file::{AppTable, ClientTable, UserTable};

/// The largest file of an identity, in bytes.
const LARGEST_IDENTITY: u64 = 1024 * 1024;

/// Variables by name.
pub type Environment = Box<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// Where identities and secrets are looked for, in this order.
pub struct Sources {
    /// `--credentials`
    pub file: Option<CredentialsFile>,
    /// Variables by name.
    pub environment: Environment,
    /// `--kit`: the kit of another mockorg, with its folder.
    pub kit: Option<(Kit, PathBuf)>,
}

/// What was given for another org.
pub struct Given {
    clients: HashMap<String, Selection>,
    authorities: HashMap<String, X509>,
    accounts: HashMap<String, Account>,
    apps: HashMap<String, (App, Option<String>)>,
}

impl Sources {
    /// The kit in a folder.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn read_kit(folder: &Path) -> Result<(Kit, PathBuf), String> {
        let path = folder.join(KIT_JSON);
        let text = read(&path)?;
        let kit = serde_json::from_slice(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok((kit, folder.to_owned()))
    }

    /// Everything that the exchanges of a scenario need, before any is sent.
    ///
    /// # Errors
    /// What is missing, each with where it was looked for; what cannot be read.
    pub fn gather(&self, scenario: &Scenario) -> Result<Given, Vec<String>> {
        let mut given = Given {
            clients: HashMap::new(),
            authorities: HashMap::new(),
            accounts: HashMap::new(),
            apps: HashMap::new(),
        };
        let mut wrong = Vec::new();
        for exchange in &scenario.exchanges {
            if let Some(showing) = &exchange.client {
                self.client(&showing.client, &mut given, &mut wrong);
                if let Sending::List(names) = &showing.sends {
                    for name in names.iter().skip(1) {
                        match scenario.clients.iter().any(|client| client.name == *name) {
                            true => self.client(name, &mut given, &mut wrong),
                            false => self.authority(name, &mut given, &mut wrong),
                        }
                    }
                }
            }
            if let Act::Login(login) = &exchange.action {
                if let Some(user) = login.user.as_ref().filter(|_| login.flow != LoginFlow::RefreshToken) {
                    self.account(user, login.flow != LoginFlow::JwtBearer, &mut given, &mut wrong);
                }
                if let Some(app) = &login.app {
                    self.app(app, login.flow, login.user.as_deref(), scenario, &mut given, &mut wrong);
                }
            }
        }
        wrong.dedup();
        if wrong.is_empty() { Ok(given) } else { Err(wrong) }
    }

    fn client(&self, name: &str, given: &mut Given, wrong: &mut Vec<String>) {
        if given.clients.contains_key(name) {
            return;
        }
        let variable = |what: &str| (self.environment)(&format!("MOCKORG_CLIENT_{}_{what}", upper(name)));
        let in_file = self.file.as_ref().and_then(|file| Some((file.client.get(name)?, &file.folder)));
        let in_kit = self.kit.as_ref().and_then(|(kit, folder)| {
            let client = kit.clients.iter().find(|client| client.name == name)?;
            Some((folder.join(&client.cert), folder.join(&client.key)))
        });
        let of_file =
            |(table, folder): (&ClientTable, &PathBuf)| table.paths().map(|(c, k)| (folder.join(c), folder.join(k)));
        let paths = in_file.and_then(of_file);
        let paths = paths.or_else(|| variable("PEM").map(|pem| (pem.clone().into(), pem.into())));
        let paths = paths.or_else(|| Some((variable("CERT")?.into(), variable("KEY")?.into())));
        let Some((certificates, key)) = paths.or(in_kit) else {
            let variables = format!("MOCKORG_CLIENT_{0}_PEM, or _CERT and _KEY", upper(name));
            wrong.push(format!("the client {name:?}: {variables}, [client.{name}] in --credentials, or --kit"));
            return;
        };
        match selection(&certificates, &key) {
            Ok(selection) => _ = given.clients.insert(name.to_owned(), selection),
            Err(why) => wrong.push(format!("the client {name:?}: {why}")),
        }
    }

    fn authority(&self, name: &str, given: &mut Given, wrong: &mut Vec<String>) {
        let in_file = self.file.as_ref().and_then(|file| Some(file.folder.join(&file.ca.get(name)?.certificate)));
        let path =
            in_file.or_else(|| (self.environment)(&format!("MOCKORG_CA_{}_CERT", upper(name))).map(PathBuf::from));
        let Some(path) = path else {
            wrong.push(format!("the CA {name:?}: MOCKORG_CA_{}_CERT, or [ca.{name}] in --credentials", upper(name)));
            return;
        };
        match certificates(&path) {
            Ok(found) => _ = found.into_iter().next().map(|first| given.authorities.insert(name.to_owned(), first)),
            Err(why) => wrong.push(format!("the CA {name:?}: {why}")),
        }
    }

    fn account(&self, username: &str, by_password: bool, given: &mut Given, wrong: &mut Vec<String>) {
        let known = given.accounts.get(username);
        if known.is_some_and(|account| !by_password || !account.password.is_empty()) {
            return;
        }
        let variable = |what: &str| (self.environment)(&format!("MOCKORG_USER_{}_{what}", upper(username)));
        let table = self.file.as_ref().and_then(|file| file.user.get(username));
        let table_has = |pick: fn(&UserTable) -> (&Option<String>, &Option<String>)| {
            let (text, from) = pick(table?);
            text.clone().or_else(|| (self.environment)(from.as_deref()?))
        };
        let in_kit = self.kit.as_ref().and_then(|(kit, _)| kit.users.iter().find(|user| user.username == username));
        let name = table.and_then(|table| table.username.clone()).or_else(|| variable("USERNAME"));
        let password = table_has(|table| (&table.password, &table.password_env)).or_else(|| variable("PASSWORD"));
        let password = password.or_else(|| in_kit.map(|user| user.password.clone()));
        let security_token = table_has(|table| (&table.security_token, &table.security_token_env));
        let security_token = security_token.or_else(|| variable("SECURITY_TOKEN"));
        let security_token = security_token.or_else(|| in_kit.and_then(|user| user.security_token.clone()));
        if by_password && password.is_none() {
            let variable = format!("MOCKORG_USER_{}_PASSWORD", upper(username));
            wrong.push(format!(
                "the password of {username}: {variable}, [user.{username:?}] in --credentials, or --kit"
            ));
            return;
        }
        let username_there = name.unwrap_or_else(|| username.to_owned());
        let account = Account { username: username_there, password: password.unwrap_or_default(), security_token };
        given.accounts.insert(username.to_owned(), account);
    }

    fn app(
        &self,
        name: &str,
        flow: LoginFlow,
        user: Option<&str>,
        scenario: &Scenario,
        given: &mut Given,
        wrong: &mut Vec<String>,
    ) {
        let variable = |what: &str| (self.environment)(&format!("MOCKORG_APP_{}_{what}", upper(name)));
        let table = self.file.as_ref().and_then(|file| Some((file.app.get(name)?, &file.folder)));
        let table_has = |pick: fn(&AppTable) -> (&Option<String>, &Option<String>)| {
            let (text, from) = pick(table?.0);
            text.clone().or_else(|| (self.environment)(from.as_deref()?))
        };
        let client_id = scenario.apps.iter().find(|app| app.name == name).map(|app| app.client_id.as_str());
        let in_kit = self.kit.as_ref().and_then(|(kit, folder)| {
            Some((kit.connected_apps.iter().find(|app| Some(app.client_id.as_str()) == client_id)?, folder))
        });
        let of_kit = |pick: fn(&crate::simulator::kit::KitApp) -> Option<String>| in_kit.and_then(|(app, _)| pick(app));
        let id = table.map(|(table, _)| table.client_id.clone()).or_else(|| variable("CLIENT_ID"));
        let Some(client_id) = id.or_else(|| of_kit(|app| Some(app.client_id.clone()))) else {
            let variable = format!("MOCKORG_APP_{}_CLIENT_ID", upper(name));
            wrong.push(format!("the connected app {name:?}: {variable}, [app.{name}] in --credentials, or --kit"));
            return;
        };
        let client_secret = table_has(|table| (&table.client_secret, &table.client_secret_env));
        let client_secret = client_secret.or_else(|| variable("CLIENT_SECRET"));
        let client_secret = client_secret.or_else(|| of_kit(|app| app.client_secret.clone()));
        let in_file = table.and_then(|(table, folder)| Some(folder.join(table.jwt_key_file.as_ref()?)));
        let path = in_file.or_else(|| variable("JWT_KEY").map(PathBuf::from));
        let path = path.or_else(|| in_kit.and_then(|(app, folder)| Some(folder.join(app.jwt_key.as_ref()?))));
        let key = match (flow, path) {
            (LoginFlow::JwtBearer, Some(path)) => match key(&path) {
                Ok(key) => Some(key),
                Err(why) => return wrong.push(format!("the key of the connected app {name:?}: {why}")),
            },
            (LoginFlow::JwtBearer, None) => {
                let variable = format!("MOCKORG_APP_{}_JWT_KEY", upper(name));
                let places = format!("{variable}, jwt-key-file of [app.{name}] in --credentials, or --kit");
                return wrong.push(format!("the key of the connected app {name:?}: {places}"));
            }
            _ => None,
        };
        let refresh_token = table_has(|table| (&table.refresh_token, &table.refresh_token_env));
        let refresh_token = refresh_token.or_else(|| variable("REFRESH_TOKEN"));
        let refresh_token = refresh_token.or_else(|| {
            let mut tokens = in_kit?.0.refresh_tokens.iter();
            tokens.find(|token| Some(token.username.as_str()) == user).map(|token| token.refresh_token.clone())
        });
        if flow == LoginFlow::RefreshToken && refresh_token.is_none() {
            let variable = format!("MOCKORG_APP_{}_REFRESH_TOKEN", upper(name));
            let places = format!("{variable}, refresh-token of [app.{name}] in --credentials, or --kit");
            return wrong.push(format!("a refresh token of the connected app {name:?}: {places}"));
        }
        let before = given.apps.remove(name);
        let key = key.or_else(|| before.as_ref().and_then(|(app, _)| app.key.clone()));
        let app = App { client_id, client_secret, key, now: Clock::system().wall_now() };
        given.apps.insert(name.to_owned(), (app, refresh_token));
    }
}

impl Given {
    /// Every name and secret in it.
    pub(super) fn words(&self) -> Vec<String> {
        let accounts = self
            .accounts
            .values()
            .flat_map(|account| [Some(&account.username), Some(&account.password), account.security_token.as_ref()]);
        let apps = self.apps.values().flat_map(|(app, refresh_token)| {
            [Some(&app.client_id), app.client_secret.as_ref(), refresh_token.as_ref()]
        });
        accounts.chain(apps).flatten().cloned().collect()
    }

    pub(super) fn shown(&self, showing: &Showing) -> Result<Shown, String> {
        let missing = || format!("no identity was given for {:?}", showing.client);
        let selection = self.clients.get(&showing.client).ok_or_else(missing)?;
        selection.sending(&showing.sends, |name| {
            let client = || self.clients.get(name).and_then(|client| client.own.first());
            let found = self.authorities.get(name).or_else(client);
            found.cloned().ok_or_else(|| format!("no certificate was given for {name:?}"))
        })
    }
}

impl Keyring for Given {
    fn account(&self, username: &str) -> Result<Account, String> {
        self.accounts.get(username).cloned().ok_or_else(|| format!("nothing was given for {username}"))
    }

    fn app(&self, name: &str) -> Result<App, String> {
        let (app, _) = self.apps.get(name).ok_or_else(|| format!("nothing was given for {name:?}"))?;
        Ok(App { now: Clock::system().wall_now(), ..app.clone() })
    }

    fn refresh_token(&self, app: &str, _: &str) -> Result<String, String> {
        let found = self.apps.get(app).and_then(|(_, token)| token.clone());
        found.ok_or_else(|| format!("no refresh token was given for {app:?}"))
    }
}

/// As it stands in the names of variables: upper case, and `_` for all that a shell does not take.
fn upper(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect()
}

fn selection(certificates_at: &Path, key_at: &Path) -> Result<Selection, String> {
    let own = certificates(certificates_at)?;
    let key = key(key_at)?;
    let fits = own.first().and_then(|leaf| leaf.public_key().ok()).is_some_and(|public| public.public_eq(&key));
    if !fits {
        let (certificate, key) = (certificates_at.display(), key_at.display());
        return Err(format!("the key in {key} is not that of the first certificate in {certificate}"));
    }
    Ok(Selection { whole: own.clone(), own, key })
}

fn certificates(path: &Path) -> Result<Vec<X509>, String> {
    let found = Certificate::from_pem(&read(path)?).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(found.iter().map(|certificate| certificate.x509().to_owned()).collect())
}

fn key(path: &Path) -> Result<PKey<Private>, String> {
    private_key_from_pem(&read(path)?)
        .map_err(|_| format!("{}: no private key in PEM without a passphrase", path.display()))
}

/// A file of one of these, whole.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, String> {
    use std::io::Read;

    let wrong = |error: std::io::Error| format!("{}: {error}", path.display());
    let file = std::fs::File::open(path).map_err(wrong)?;
    if !file.metadata().map_err(wrong)?.is_file() {
        return Err(format!("{}: not a file", path.display()));
    }
    let mut bytes = Vec::new();
    file.take(LARGEST_IDENTITY + 1).read_to_end(&mut bytes).map_err(wrong)?;
    if bytes.len() as u64 > LARGEST_IDENTITY {
        return Err(format!("{}: larger than {LARGEST_IDENTITY} bytes", path.display()));
    }
    Ok(bytes)
}
