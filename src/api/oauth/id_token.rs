//! Id tokens: who somebody is, signed by the org. Which scopes a login has is settled before.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::json;

use super::unhurried;
use crate::api::Site;
use crate::api::call::Call;
use crate::api::identity::identity_url;
use crate::api::login::Opened;
use crate::api::openid::{issuer, no_key};
use crate::api::reject::Reject;
use crate::org::App;

/// How long an id token is good for, in seconds (the real default: two minutes).
pub const ID_TOKEN_LIFETIME: i64 = 120;

/// The id token of a login, if its scopes hold `openid`.
///
/// It lives on the wall's clock, as its readers do: an org that stands in another year still logs them in.
pub(super) fn of(
    site: &Site,
    call: &Call,
    app: &App,
    opened: &Opened,
    nonce: Option<&str>,
) -> Result<Option<String>, Reject> {
    let scopes = opened.session.scope.as_deref().unwrap_or_default();
    if !scopes.split(' ').any(|scope| scope == "openid") {
        return Ok(None);
    }
    let issued_at = site.controls.clock().wall_now().as_second();
    let mut claims = json!({
        "at_hash": at_hash(&opened.session.token),
        "sub": identity_url(site, call, &opened.grant.user().id),
        "aud": app.spec.client_id,
        "iss": issuer(site, call),
        "iat": issued_at,
        "exp": issued_at + ID_TOKEN_LIFETIME,
    });
    if let Some(nonce) = nonce {
        claims["nonce"] = nonce.into();
    }
    let signed = unhurried(|| {
        let key = site.controls.signing();
        let header = json!({"alg": "RS256", "typ": "JWT", "kid": key.public()?.id});
        let part = |value: &serde_json::Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&header), part(&claims));
        let signature = key.sign(&signed)?;
        Ok(format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature)))
    });
    signed.map(Some).map_err(|error: crate::pki::mint::Unmintable| no_key(&error.to_string()))
}

/// The left half of the access token's SHA-256 (OpenID Connect Core 3.1.3.6).
fn at_hash(token: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(&openssl::sha::sha256(token.as_bytes())[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_an_access_token_is_that_of_the_standard() {
        // the example of OpenID Connect Core, appendix A.3
        assert_eq!(at_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"), "77QmUPtjPfzWtF2AnpK9RQ");
    }
}
