//! JWT bearer assertions, with the oddities of published clients: read, then checked against app and clock.

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use jiff::Timestamp;
use openssl::hash::MessageDigest;
use openssl::sign::Verifier;
use serde::Deserialize;
use serde_json::Value;
use tokio::runtime::{Handle, RuntimeFlavor};

use crate::api::call::Call;
use crate::api::reject::Reject;
use crate::api::{Addresses, Site};
use crate::org::{App, Org};
use crate::scenario::switches::JwtClock;

/// The bytes of an assertion: claims that are read cost many times their size.
pub const MAX_ASSERTION: usize = 64 * 1024;

/// An assertion whose parts could be read; nothing is checked yet.
pub(super) struct Assertion {
    /// Header and claims as signed.
    signed: String,
    signature: Vec<u8>,
    claims: Claims,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    /// `prn` is its name in old drafts.
    #[serde(alias = "prn")]
    sub: String,
    #[serde(default)]
    aud: Value,
    #[serde(default)]
    exp: Value,
}

impl Assertion {
    pub fn read(text: &str) -> Result<Self, Reject> {
        let text = text.trim();
        if text.len() > MAX_ASSERTION {
            return Err(invalid(&format!("{MAX_ASSERTION} bytes at most"), &format!("{} bytes", text.len())));
        }
        let parts: Vec<_> = text.split('.').collect();
        let [header, claims, signature] = parts.as_slice() else {
            return Err(invalid("three parts with dots between", &format!("{} parts", parts.len())));
        };
        let alg = serde_json::from_slice::<Header>(&decode(header)?).map_err(|error| unreadable("header", &error))?.alg;
        if alg != "RS256" {
            return Err(invalid("alg RS256", &format!("alg {alg:?}")));
        }
        let claims = serde_json::from_slice(&decode(claims)?).map_err(|error| unreadable("claims", &error))?;
        let signed = text[..text.len() - signature.len() - 1].to_owned();
        Ok(Self { signed, signature: decode(signature)?, claims })
    }

    /// The consumer key.
    pub fn issuer(&self) -> &str {
        &self.claims.iss
    }

    /// The username.
    pub fn subject(&self) -> &str {
        &self.claims.sub
    }

    /// Signature, audience and expiry, in this order.
    pub fn check(&self, site: &Site, call: &Call, app: &App) -> Result<(), Reject> {
        self.check_signature(site, app)?;
        self.check_audience(&site.addresses, &call.org)?;
        let clock = site.controls.clock();
        self.check_expiry(match call.org.switches.jwt_clock {
            JwtClock::Org => clock.org_now(),
            JwtClock::Wall => clock.wall_now(),
        })
    }

    /// A user whom nobody here knows is said not to have approved the app; other refusals stay as they are.
    pub fn unapproved(&self, call: &Call, reject: Reject) -> Reject {
        if call.org.user_named(self.subject()).is_some() {
            return reject;
        }
        Reject::said(400, "invalid_grant", "user hasn't approved this consumer").because(
            "the subject is a user of this org",
            "the username of a user",
            self.subject(),
            "check sub; a sandbox has usernames of its own",
        )
    }

    fn check_signature(&self, site: &Site, app: &App) -> Result<(), Reject> {
        let certificate = unhurried(|| site.controls.jwt_certificate(app))
            .map_err(|error| invalid("an app with a certificate", &error.to_string()))?
            .ok_or_else(|| invalid("an app with a certificate (jwt = …)", &format!("the app {:?}", app.spec.name)))?;
        let holds = certificate.x509().public_key().ok().filter(|key| key.rsa().is_ok()).is_some_and(|key| {
            Verifier::new(MessageDigest::sha256(), &key)
                .and_then(|mut verifier| verifier.verify_oneshot(&self.signature, self.signed.as_bytes()))
                .unwrap_or(false)
        });
        if holds {
            return Ok(());
        }
        let expected = format!("a signature by the key of {}", certificate.subject());
        Err(invalid(&expected, "one that does not verify: another key, or a text changed after signing"))
    }

    fn check_audience(&self, addresses: &Addresses, org: &Org) -> Result<(), Reject> {
        let fits = |audience: &Value| audience.as_str().is_some_and(|text| is_ours(addresses, org, text));
        let fits = match &self.claims.aud {
            Value::Array(several) => several.iter().any(fits),
            one => fits(one),
        };
        if fits {
            return Ok(());
        }
        Err(Reject::said(400, "invalid_grant", "audience is invalid").because(
            "the audience is the login service or this org",
            "https://login.salesforce.com, https://test.salesforce.com, or the URL that the org is reached by",
            &self.claims.aud.to_string(),
            "set aud to one of these, however the token endpoint is reached",
        ))
    }

    fn check_expiry(&self, now: Timestamp) -> Result<(), Reject> {
        let Some(expiry) = expiry(&self.claims.exp) else {
            return Err(invalid("exp in seconds since 1970", &format!("exp {}", self.claims.exp)));
        };
        if now.as_second() <= expiry.saturating_add(SKEW) {
            return Ok(());
        }
        let found = Timestamp::from_second(expiry).map_or_else(|_| expiry.to_string(), |time| time.to_string());
        Err(Reject::said(400, "invalid_grant", "expired authorization code").because(
            "the assertion has not expired (org.jwt-clock)",
            &format!("exp not more than {SKEW} s before {now}"),
            &found,
            "sign each assertion just before it is sent, and check the client's clock",
        ))
    }
}

/// Does what may have to wait for an RSA key in the making, without holding up the tasks of this thread.
pub(in crate::api) fn unhurried<T>(work: impl FnOnce() -> T) -> T {
    match Handle::try_current().map(|handle| handle.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}

/// Seconds that the client's clock may be behind, or its assertion late: some sign with `exp` = now.
const SKEW: i64 = 180;

/// Seconds since 1970 from a number or from text; what lies beyond the year 5138 is milliseconds.
fn expiry(claim: &Value) -> Option<i64> {
    let number = match claim {
        Value::Number(number) => number.as_i64().or_else(|| number.as_f64().map(|float| float as i64)),
        Value::String(text) => {
            text.trim().parse::<f64>().ok().filter(|float| float.is_finite()).map(|float| float as i64)
        }
        _ => None,
    }?;
    Some(if number > 100_000_000_000 { number / 1_000 } else { number })
}

/// With or without scheme, port and slashes at the end.
fn is_ours(addresses: &Addresses, org: &Org, audience: &str) -> bool {
    let host = audience.trim();
    let host = host.strip_prefix("https://").or_else(|| host.strip_prefix("http://")).unwrap_or(host);
    addresses.answers_to(org, host.trim_end_matches('/'))
}

/// base64url, with or without padding.
fn decode(part: &str) -> Result<Vec<u8>, Reject> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &URL_SAFE,
        GeneralPurposeConfig::new()
            .with_decode_padding_mode(DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true),
    );
    LENIENT.decode(part).map_err(|error| invalid("parts in base64url", &error.to_string()))
}

fn unreadable(part: &str, error: &serde_json::Error) -> Reject {
    invalid(&format!("{part} in JSON with what they need"), &error.to_string())
}

fn invalid(expected: &str, found: &str) -> Reject {
    let cure = "sign base64url(header).base64url(claims) with RS256 and the key of the app's certificate";
    Reject::said(400, "invalid_grant", "invalid assertion").because("JWT bearer assertions", expected, found, cure)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn expiry_is_read_from_number_text_and_milliseconds() {
        for claim in [json!(1_800_000_000), json!("1800000000"), json!(1_800_000_000_123_i64), json!(1_800_000_000.5)] {
            assert_eq!(expiry(&claim), Some(1_800_000_000), "{claim}");
        }
        for claim in [json!(null), json!("soon"), json!("NaN"), json!([1])] {
            assert_eq!(expiry(&claim), None, "{claim}");
        }
    }

    #[test]
    fn padding_does_not_matter() {
        assert_eq!(decode("YQ").unwrap(), b"a");
        assert_eq!(decode("YQ==").unwrap(), b"a");
        assert!(decode("Y!").is_err());
    }
}
