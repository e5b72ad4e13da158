//! Identities and secrets for another org: from a kit, a file, or the environment; never from arguments.

use crate::exchange::{Account, App, Keyring};
use crate::replay::identity::Shown;
use crate::scenario::exchange::Showing;

/// What was given for another org.
#[derive(Default)]
pub struct Given {}

impl Given {
    pub(in crate::replay) fn shown(&self, showing: &Showing) -> Result<Shown, String> {
        Err(format!("no identity was given for {}", showing.client))
    }
}

impl Keyring for Given {
    fn account(&self, username: &str) -> Result<Account, String> {
        Err(format!("nothing was given for {username}"))
    }

    fn app(&self, name: &str) -> Result<App, String> {
        Err(format!("nothing was given for {name}"))
    }

    fn refresh_token(&self, app: &str, username: &str) -> Result<String, String> {
        Err(format!("nothing was given for {app} and {username}"))
    }
}
