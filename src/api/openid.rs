//! OpenID's public documents: discovery, and the key that id tokens are signed with. Nobody needs a session for them.

use serde_json::{Value, json};

use super::call::Call;
use super::oauth::unhurried;
use super::reject::Reject;
use super::reply::Reply;
use super::{Note, Site};

/// `/.well-known/openid-configuration`
pub(super) fn answer(site: &Site, call: &Call, _note: &mut Note) -> Result<Reply, Reject> {
    match call.segments.as_slice() {
        [_, document] if document.eq_ignore_ascii_case("openid-configuration") => {
            reading(call)?;
            Ok(Reply::json(call, &configuration(&issuer(site, call))))
        }
        _ => Err(Reject::not_found()),
    }
}

/// `/id/keys`: a JSON Web Key Set of one key.
pub(super) fn keys(site: &Site, call: &Call) -> Result<Reply, Reject> {
    reading(call)?;
    let key = unhurried(|| site.controls.signing().public()).map_err(|error| no_key(&error.to_string()))?;
    let key = json!({"kty": "RSA", "n": key.n, "e": key.e, "alg": "RS256", "use": "sig", "kid": key.id});
    Ok(Reply::json(call, &json!({"keys": [key]})))
}

/// Who signs, by the host and port that the client used.
pub(super) fn issuer(site: &Site, call: &Call) -> String {
    site.addresses.issuer(&call.org, call.host.as_ref(), call.peer.door)
}

/// The org's key could not be made: OpenSSL's failure, not the client's.
pub(super) fn no_key(error: &str) -> Reject {
    Reject::said(500, "server_error", "the signing key is not available").because(
        "the org's key for id tokens is made when it is first asked for",
        "an RSA key",
        error,
        "look at the machine: it has no randomness or no memory",
    )
}

fn reading(call: &Call) -> Result<(), Reject> {
    if call.reads() { Ok(()) } else { Err(Reject::method(&call.method, "GET,HEAD")) }
}

/// Only what this org serves; the real document names more.
fn configuration(issuer: &str) -> Value {
    let endpoint = |name: &str| format!("{issuer}/services/oauth2/{name}");
    json!({
        "issuer": issuer,
        "authorization_endpoint": endpoint("authorize"),
        "token_endpoint": endpoint("token"),
        "revocation_endpoint": endpoint("revoke"),
        "userinfo_endpoint": endpoint("userinfo"),
        "jwks_uri": format!("{issuer}/id/keys"),
        "introspection_endpoint": endpoint("introspect"),
        "scopes_supported": ["id", "api", "web", "full", "refresh_token", "openid", "profile", "email", "offline_access"],
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "display_values_supported": ["page"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "claims_supported": CLAIMS,
    })
}

/// What `userinfo` answers.
const CLAIMS: [&str; 20] = [
    "active",
    "address",
    "email",
    "email_verified",
    "family_name",
    "given_name",
    "is_app_installed",
    "language",
    "locale",
    "name",
    "nickname",
    "organization_id",
    "photos",
    "picture",
    "preferred_username",
    "profile",
    "sub",
    "updated_at",
    "urls",
    "user_id",
];
