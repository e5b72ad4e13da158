//! The connected app that every org has: the one that Salesforce's own command line comes with.

use super::App;
use crate::data::Id;
use crate::scenario::{AppSpec, Flow};

/// The consumer key that `sf` sends unless told otherwise.
pub const PLATFORM_CLI: &str = "PlatformCLI";

/// Where `sf org login web` listens.
const REDIRECT_URI: &str = "http://localhost:1717/OauthRedirect";

/// The app; it has no secret.
pub(super) fn platform_cli(id: Id) -> App {
    App {
        id,
        spec: AppSpec {
            name: "Salesforce CLI".into(),
            client_id: PLATFORM_CLI.into(),
            client_secret: None,
            flows: vec![Flow::Device, Flow::RefreshToken, Flow::WebServer],
            redirect_uris: vec![REDIRECT_URI.into()],
            run_as: None,
            jwt: None,
            require_pkce: false,
            refresh_token_rotation: false,
            refresh_tokens: Vec::new(),
            scopes: ["refresh_token", "api", "web"].map(str::to_owned).to_vec(),
        },
    }
}
