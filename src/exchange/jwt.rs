//! JWT bearer assertions, as a client signs them.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::Timestamp;
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::sign::Signer;
use serde_json::json;

/// How long an assertion is good for, in seconds: three minutes, as published clients have it.
const LIFE_S: i64 = 180;

/// `header.claims.signature`, RS256.
pub(super) fn assertion(
    client_id: &str,
    username: &str,
    audience: &str,
    key: &PKey<Private>,
    now: Timestamp,
) -> Result<String, ErrorStack> {
    let claims = json!({ "iss": client_id, "sub": username, "aud": audience, "exp": now.as_second() + LIFE_S });
    let part = |json: String| BASE64_URL_SAFE_NO_PAD.encode(json);
    let signed = format!("{}.{}", part(json!({ "alg": "RS256" }).to_string()), part(claims.to_string()));
    let mut signer = Signer::new(MessageDigest::sha256(), key)?;
    let signature = signer.sign_oneshot_to_vec(signed.as_bytes())?;
    Ok(format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature)))
}
