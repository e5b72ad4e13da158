//! Users, bundles of permissions and connected apps.

use super::{some, words};
use crate::scenario::file::{AppTable, BundleTable, JwtTable, RefreshTokenTable, Spot, UserTable};
use crate::scenario::{AppSpec, PermissionBundle, UserSpec};

pub(super) fn bundle(spec: &PermissionBundle) -> BundleTable {
    BundleTable { name: spec.name.clone().into(), permissions: some(words(&spec.permissions)) }
}

pub(super) fn user(spec: &UserSpec) -> UserTable {
    UserTable {
        username: spec.username.clone().into(),
        password: spec.password.clone().into(),
        security_token: spec.security_token.clone().map(Spot::from),
        first_name: spec.first_name.clone(),
        last_name: Some(spec.last_name.clone()),
        email: Some(spec.email.clone()),
        profile: Some(spec.profile.clone().into()),
        permission_sets: some(texts(&spec.permission_sets)),
        permissions: some(words(&spec.permissions)),
        active: (!spec.active).then_some(false),
        locked: spec.locked.then_some(true),
        password_expired: spec.password_expired.then_some(true),
        trusted_ranges: Some(texts(&spec.trusted_ranges)),
    }
}

pub(super) fn app(spec: &AppSpec, certificate: Option<&str>) -> AppTable {
    AppTable {
        name: spec.name.clone().into(),
        client_id: spec.client_id.clone().into(),
        client_secret: spec.client_secret.clone().map(Spot::from),
        flows: Some(words(&spec.flows)),
        redirect_uris: some(texts(&spec.redirect_uris)),
        run_as: spec.run_as.clone().map(Spot::from),
        jwt: certificate.map(|path| JwtTable { certificate: Some(path.to_owned().into()), issuer: None }),
        require_pkce: spec.require_pkce.then_some(true),
        refresh_token_rotation: spec.refresh_token_rotation.then_some(true),
        refresh_tokens: some(spec.refresh_tokens.iter().map(refresh_token).collect()),
        scopes: Some(texts(&spec.scopes)),
    }
}

fn refresh_token((user, token): &(String, String)) -> RefreshTokenTable {
    RefreshTokenTable { user: user.clone().into(), token: token.clone().into() }
}

fn texts(texts: &[String]) -> Vec<Spot<String>> {
    texts.iter().map(|text| text.clone().into()).collect()
}
