//! Where identities and secrets come from: an org of ours has its own.

use openssl::x509::X509;

use super::identity::{Selection, Shown};
use crate::controls::Controls;
use crate::exchange::{Account, App, Keyring};
use crate::scenario::exchange::Showing;
use crate::scenario::switches::JwtClock;
use crate::scenario::{AppSpec, Sends};

/// Of an org that we started: everything that its scenario says or that it minted.
pub struct Own {
    controls: Controls,
    apps: Vec<AppSpec>,
}

impl Own {
    pub(super) fn new(controls: Controls, apps: Vec<AppSpec>) -> Self {
        Self { controls, apps }
    }

    pub(super) fn shown(&self, showing: &Showing) -> Result<Shown, String> {
        let identities = self.controls.identities();
        let missing = || format!("no client is named {:?}", showing.client);
        let client = identities.client(&showing.client).ok_or_else(missing)?;
        let x509 = |sends: &Sends| -> Vec<X509> {
            identities.sending(client, sends).iter().map(|certificate| certificate.x509().to_owned()).collect()
        };
        let selection =
            Selection { own: x509(&client.sends), whole: x509(&Sends::ChainAndRoot), key: client.key.clone() };
        selection.sending(&showing.sends, |name| {
            let list = identities.sending(client, &Sends::List(vec![name.to_owned()]));
            let found = list.first().map(|certificate| certificate.x509().to_owned());
            found.ok_or_else(|| format!("no client or CA is named {name:?}"))
        })
    }

    fn spec(&self, name: &str) -> Result<&AppSpec, String> {
        let found = self.apps.iter().find(|app| app.name == name);
        found.ok_or_else(|| format!("no connected app is named {name:?}"))
    }
}

impl Keyring for Own {
    fn account(&self, username: &str) -> Result<Account, String> {
        let org = self.controls.snapshot();
        let user = org.org.user_named(username).ok_or_else(|| format!("no user is named {username:?}"))?;
        Ok(Account {
            username: user.spec.username.clone(),
            password: user.spec.password.clone(),
            security_token: user.spec.security_token.clone(),
        })
    }

    fn app(&self, name: &str) -> Result<App, String> {
        let spec = self.spec(name)?;
        let key = match self.controls.identities().app(name) {
            Some(key) => key.key().map_err(|error| error.to_string())?.map(|made| made.key.clone()),
            None => None,
        };
        let clock = self.controls.clock();
        let now = match self.controls.snapshot().org.switches.jwt_clock {
            JwtClock::Org => clock.org_now(),
            JwtClock::Wall => clock.wall_now(),
        };
        Ok(App { client_id: spec.client_id.clone(), client_secret: spec.client_secret.clone(), key, now })
    }

    fn refresh_token(&self, app: &str, username: &str) -> Result<String, String> {
        let spec = self.spec(app)?;
        let mut tokens = spec.refresh_tokens.iter();
        let found = tokens.find(|(user, _)| user.eq_ignore_ascii_case(username));
        found.map(|(_, token)| token.clone()).ok_or_else(|| format!("{app:?} has no refresh token of {username}"))
    }
}
