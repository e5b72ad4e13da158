//! Credentials that are none: tokens, assertions, passwords.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use mockorg::api::MAX_ASSERTION;
use mockorg::org::Door;

use super::{LIMITS, unharmed};
use crate::wire::{Answer, FORM, Org};

const TOKEN: &str = "/services/oauth2/token";
const JWT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

#[test]
fn a_session_id_that_is_none_is_answered_by_invalid_session_id() {
    let org = Org::quickstart();
    let (long, good) = ("A".repeat(60_000), org.reports());
    let near = format!("{good}x");
    for value in [
        "",
        "Bearer",
        "Bearer ",
        "Bearer  ",
        "bearer x",
        "Basic x",
        &format!("Bearer {long}"),
        &format!("Bearer {near}"),
        "Bearer null",
        "Bearer undefined",
        "Bearer 00D!",
        "Bearer a b c",
        "Bearer \u{e9}\u{20ac}",
        &good,
    ] {
        let answer = org.door(Door::Standard).header("Authorization", value).get(LIMITS).unwrap();
        let start: String = value.chars().take(20).collect();
        assert_eq!((answer.status, answer.error_code().as_str()), (401, "INVALID_SESSION_ID"), "{start:?}");
    }
    let twice = org.door(Door::Standard).header("Authorization", "Bearer x").session(&good).get(LIMITS).unwrap();
    assert_eq!(twice.status, 401, "the first of two counts");
    unharmed(&org);
}

#[test]
fn an_assertion_that_is_none_is_an_invalid_grant() {
    let org = Org::quickstart();
    let claims = self::claims("1e10");
    let nested = format!("{}1{}", "[".repeat(20_000), "]".repeat(20_000));
    let jwt = |header: &str, claims: &str, signature: &str| {
        [header, claims].map(|part| BASE64_URL_SAFE_NO_PAD.encode(part)).join(".") + "." + signature
    };
    let rs256 = r#"{"alg":"RS256"}"#;
    for assertion in [
        ".".into(),
        "..".into(),
        "...".into(),
        "a.b.c".into(),
        "\u{e9}.\u{e9}.\u{e9}".into(),
        "\0.\0.\0".into(),
        jwt(r#"{"alg":"none"}"#, &claims, ""),
        jwt(r#"{"alg":"None"}"#, &claims, ""),
        jwt(r#"{"alg":"HS256"}"#, &claims, "c2ln"),
        jwt(r#"{"alg":["RS256"]}"#, &claims, "c2ln"),
        jwt(r#"{"alg":"RS256","alg":"none"}"#, &claims, "c2ln"),
        jwt("{}", &claims, "c2ln"),
        jwt("null", &claims, "c2ln"),
        jwt(rs256, "{", "c2ln"),
        jwt(rs256, "[]", "c2ln"),
        jwt(rs256, &nested, "c2ln"),
        jwt(rs256, &self::claims(&nested), "c2ln"),
        jwt(rs256, &self::claims("NaN"), "c2ln"),
        jwt(rs256, &self::claims("1e999"), "c2ln"),
        jwt(rs256, &self::claims("-9223372036854775808"), "c2ln"),
        jwt(rs256, &self::claims("18446744073709551615"), "c2ln"),
        jwt(rs256, &self::claims("\"inf\""), "c2ln"),
        jwt(rs256, &self::claims("{}"), "c2ln"),
        jwt(rs256, &claims, ""),
        jwt(rs256, &claims, "c2ln"),
        jwt(rs256, &claims, &"A".repeat(2_000)),
        "x".repeat(MAX_ASSERTION + 1),
        "x".repeat(2_000_000),
    ] {
        let answer = assert_with(&org, &assertion);
        let start: String = assertion.chars().take(80).collect();
        assert_eq!((answer.status, answer.json()["error"].as_str().unwrap()), (400, "invalid_grant"), "{start}");
        assert!(answer.body.len() < 500, "{}", answer.body);
    }
    assert_eq!(assert_with(&org, "").json()["error"], "invalid_request");
    unharmed(&org);
}

#[test]
fn an_assertion_signed_with_the_secret_or_the_public_key_is_an_invalid_grant() {
    let org = Org::quickstart();
    let app = org.snapshot().org.app("quickstart-client-id").unwrap().clone();
    let certificate = org.jwt_certificate(&app).unwrap().unwrap();
    let public = certificate.x509().public_key().unwrap().public_key_to_pem().unwrap();
    for key in [&public[..], certificate.pem().as_bytes(), b"quickstart-secret"] {
        for alg in ["HS256", "RS256"] {
            let header = format!(r#"{{"alg":"{alg}"}}"#);
            let signed = [header, claims("1e10")].map(|part| BASE64_URL_SAFE_NO_PAD.encode(part)).join(".");
            let key = openssl::pkey::PKey::hmac(key).unwrap();
            let mut signer = openssl::sign::Signer::new(openssl::hash::MessageDigest::sha256(), &key).unwrap();
            let mac = BASE64_URL_SAFE_NO_PAD.encode(signer.sign_oneshot_to_vec(signed.as_bytes()).unwrap());
            assert_eq!(assert_with(&org, &format!("{signed}.{mac}")).json()["error"], "invalid_grant", "{alg}");
        }
    }
    unharmed(&org);
}

#[test]
fn basic_credentials_that_are_none_are_refused() {
    let org = Org::quickstart();
    let ask = |value: &str| {
        let door = org.door(Door::Standard).header("Authorization", value);
        door.post(TOKEN, FORM, "grant_type=client_credentials").unwrap()
    };
    let basic = |text: &[u8]| ask(&format!("Basic {}", BASE64_STANDARD.encode(text)));
    assert_eq!(basic(b"quickstart-client-id:quickstart-secret").status, 200);
    for answer in [
        ask("Basic"),
        ask("Basic ????"),
        ask(&format!("Basic {}", "A".repeat(60_000))),
        basic(b""),
        basic(b":"),
        basic(b"quickstart-client-id"),
        basic(b"quickstart-client-id:"),
        basic(b"quickstart-client-id:quickstart-secret\0"),
        basic(b"\xff\xfe:\xff"),
        basic("é:\u{202e}".as_bytes()),
        basic(&b":".repeat(40_000)),
    ] {
        let error = answer.json()["error"].as_str().unwrap().to_owned();
        assert_eq!(answer.status, 400);
        assert!(["invalid_request", "invalid_client", "invalid_client_id"].contains(&error.as_str()), "{error}");
    }
    unharmed(&org);
}

fn claims(exp: &str) -> String {
    format!(
        r#"{{"iss":"quickstart-client-id","sub":"billing@acme.example","aud":"https://login.salesforce.com","exp":{exp}}}"#
    )
}

fn assert_with(org: &Org, assertion: &str) -> Answer {
    let encoded = assertion.replace('\0', "%00");
    org.door(Door::Standard).post(TOKEN, FORM, &format!("grant_type={JWT}&assertion={encoded}")).unwrap()
}
