//! Proof Key for Code Exchange (RFC 7636) the service's way: a challenge is the SHA-256 of its verifier, unless said
//! otherwise, which is refused.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use super::Parameters;
use crate::api::reject::Reject;

/// The shortest verifier (RFC 7636 4.1).
const MIN_VERIFIER: usize = 43;

/// The longest verifier: 128 octets in base64url, which is what the service asks for; RFC 7636 stops at 128 characters.
pub const MAX_VERIFIER: usize = 171;

/// The characters of a SHA-256 in base64url.
const CHALLENGE_LENGTH: usize = 43;

/// The challenge of an authorization request.
pub(super) fn challenge(request: &Parameters, required: bool) -> Result<Option<String>, Reject> {
    let method = request.get("code_challenge_method");
    let Some(challenge) = request.get("code_challenge").map(|challenge| challenge.trim_end_matches('=')) else {
        if !required && method.is_none() {
            return Ok(None);
        }
        return Err(refused("missing required code challenge").because(
            "PKCE, where the connected app requires it or the request names a method",
            "code_challenge: the base64url of the SHA-256 of code_verifier",
            "none",
            "have the client use PKCE; in real orgs \"Require Proof Key for Code Exchange\" is on for new apps",
        ));
    };
    if method.is_some_and(|method| method != "S256") {
        return Err(refused("code challenge method not supported").because(
            "a code challenge is the SHA-256 of its verifier",
            "code_challenge_method S256, or none: S256 is meant then",
            method.unwrap_or_default(),
            "send the SHA-256 of the verifier; the real service's documents know no other method",
        ));
    }
    if challenge.len() != CHALLENGE_LENGTH || BASE64_URL_SAFE_NO_PAD.decode(challenge).is_err() {
        return Err(refused("invalid code challenge").because(
            "a code challenge is the SHA-256 of its verifier",
            "43 characters of base64url",
            &format!("{} characters, or others", challenge.len()),
            "hash the verifier's characters, and encode the 32 octets as base64url",
        ));
    }
    Ok(Some(challenge.to_owned()))
}

/// Whether the token request brings the verifier of that challenge.
pub(super) fn verify(challenge: Option<&str>, token_request: &Parameters) -> Result<(), Reject> {
    let verifier = token_request.get("code_verifier");
    match (challenge, verifier) {
        (None, None) => Ok(()),
        (Some(challenge), Some(verifier)) if is_verifier(verifier) && hash(verifier) == challenge => Ok(()),
        (Some(_), None) => Err(wrong("invalid code verifier", "none")),
        (Some(_), Some(verifier)) if !is_verifier(verifier) => {
            Err(wrong("invalid code verifier", &format!("{} characters, or others", verifier.len())))
        }
        (Some(_), Some(_)) => Err(wrong("invalid code verifier", "another one")),
        (None, Some(_)) => Err(Reject::said(400, "invalid_grant", "unexpected code verifier").because(
            "a code verifier answers a code challenge",
            "none, because the authorization request had no code_challenge",
            "a code_verifier",
            "send code_challenge in the authorization request, or no code_verifier in the token request",
        )),
    }
}

fn refused(message: &str) -> Reject {
    Reject::said(400, "invalid_request", message)
}

fn wrong(message: &str, found: &str) -> Reject {
    Reject::said(400, "invalid_grant", message).because(
        "the code verifier's SHA-256 is the authorization request's code challenge",
        "code_verifier: 43 to 171 letters, digits, -, ., _ or ~, whose SHA-256 in base64url is the code_challenge",
        found,
        "keep the verifier with the login that it was made for: two logins at once may have changed places",
    )
}

fn is_verifier(verifier: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    (MIN_VERIFIER..=MAX_VERIFIER).contains(&verifier.len()) && verifier.bytes().all(plain)
}

fn hash(verifier: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(openssl::sha::sha256(verifier.as_bytes()))
}
