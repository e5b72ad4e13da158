//! OpenID and introspection over TLS: discovery, keys, id tokens that verify, and what an app may ask about a token.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use mockorg::org::Door;
use openssl::bn::BigNum;
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::rsa::Rsa;
use openssl::sign::Verifier;
use serde_json::{Value, json};

use crate::wire::{Answer, Client, FORM, Org};

const APPS: &str = r#"
[[connected-app]]
name = "portal"
client-id = "portal-id"
client-secret = "portal-secret"
run-as = "reports@acme.example"
scopes = ["api", "openid", "refresh_token"]
refresh-tokens = [{ user = "reports@acme.example", token = "5Aep861portal" }]

[[connected-app]]
name = "public"
client-id = "public-id"
scopes = ["openid"]
refresh-tokens = [{ user = "reports@acme.example", token = "5Aep861public" }]
"#;

fn org() -> Org {
    Org::from_toml(&format!("{}{APPS}", include_str!("../../scenarios/quickstart.toml")))
}

fn token(client: &Client) -> Value {
    let answer = client.post(
        "/services/oauth2/token",
        FORM,
        "grant_type=client_credentials&client_id=portal-id&client_secret=portal-secret",
    );
    let answer = answer.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

fn discovery(client: &Client) -> Value {
    let answer = client.get("/.well-known/openid-configuration").unwrap();
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

/// The path of a URL that a document gives, to be asked for at the same door.
fn path_of(url: &Value) -> &str {
    let url = url.as_str().expect("a URL");
    let (_, rest) = url.split_once("://").expect("a scheme");
    &rest[rest.find('/').expect("a path")..]
}

fn decoded(part: &str) -> Value {
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("JSON")
}

/// Checks a JWT against a key set as a client does, and gives its claims.
fn verified(jwt: &str, keys: &Value) -> Value {
    let parts: Vec<_> = jwt.split('.').collect();
    let [header, claims, signature] = parts.as_slice() else { panic!("no JWT: {jwt}") };
    let header = decoded(header);
    assert_eq!((&header["alg"], &header["typ"]), (&json!("RS256"), &json!("JWT")));
    let key = keys["keys"].as_array().expect("keys").iter().find(|key| key["kid"] == header["kid"]).expect("the key");
    let number = |name: &str| {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(key[name].as_str().expect("text")).expect("base64url");
        BigNum::from_slice(&bytes).expect("a number")
    };
    let key = PKey::from_rsa(Rsa::from_public_components(number("n"), number("e")).expect("a key")).expect("a key");
    let mut verifier = Verifier::new(MessageDigest::sha256(), &key).expect("a verifier");
    let signed = &jwt[..jwt.len() - signature.len() - 1];
    let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).expect("base64url");
    assert!(verifier.verify_oneshot(&signature, signed.as_bytes()).expect("verified"), "the signature does not hold");
    decoded(claims)
}

fn introspect(client: &Client, app: (&str, &str), token: &str) -> Answer {
    let body = format!("client_id={}&client_secret={}&token={token}&token_type_hint=access_token", app.0, app.1);
    client.post("/services/oauth2/introspect", FORM, &body).unwrap()
}

const PORTAL: (&str, &str) = ("portal-id", "portal-secret");
const QUICKSTART: (&str, &str) = ("quickstart-client-id", "quickstart-secret");

#[test]
fn an_id_token_verifies_against_the_keys_that_discovery_names() {
    let org = org();
    for door in [Door::Standard, Door::Mutual] {
        let client = org.door(door);
        let issuer = format!("https://localhost:{}", client.port);
        let document = discovery(&client);
        assert_eq!(document["issuer"], issuer, "the issuer is the address that was asked, whatever the door");
        let granted = token(&client);
        let keys = client.get(path_of(&document["jwks_uri"])).unwrap().json();
        let claims = verified(granted["id_token"].as_str().expect("an id token"), &keys);
        assert_eq!((&claims["iss"], &claims["aud"]), (&json!(issuer), &json!("portal-id")));
        assert_eq!(claims["sub"], granted["id"]);
        let hash = openssl::sha::sha256(granted["access_token"].as_str().expect("text").as_bytes());
        assert_eq!(claims["at_hash"], BASE64_URL_SAFE_NO_PAD.encode(&hash[..16]));
        assert_eq!(claims.get("nonce"), None);
    }
}

#[test]
fn every_endpoint_that_discovery_names_answers() {
    let org = org();
    let client = org.door(Door::Standard);
    let document = discovery(&client);
    let granted = token(&client);
    let bearer = client.clone().session(granted["access_token"].as_str().expect("text"));
    let userinfo = bearer.get(path_of(&document["userinfo_endpoint"])).unwrap();
    assert_eq!(userinfo.status, 200);
    let claims = userinfo.json();
    let promised = document["claims_supported"].as_array().expect("a list");
    let missing: Vec<_> = promised.iter().filter(|name| claims.get(name.as_str().expect("text")).is_none()).collect();
    assert!(missing.is_empty(), "userinfo lacks {missing:?}");
    for name in ["token_endpoint", "introspection_endpoint", "revocation_endpoint"] {
        let answer = client.post(path_of(&document[name]), FORM, "").unwrap();
        assert!(matches!(answer.status, 400 | 401), "{name}: {} {}", answer.status, answer.body);
    }
}

#[test]
fn an_id_token_lives_on_the_walls_clock_for_two_minutes() {
    let org = Org::from_toml(&format!("{}{APPS}", include_str!("../../scenarios/quickstart.toml")).replacen(
        "my-domain = \"acme\"\n",
        "my-domain = \"acme\"\nclock = \"2019-03-01T00:00:00Z\"\n",
        1,
    ));
    let client = org.door(Door::Standard);
    let before = org.clock().wall_now().as_second();
    let granted = token(&client);
    let keys = client.get("/id/keys").unwrap().json();
    let claims = verified(granted["id_token"].as_str().expect("an id token"), &keys);
    let issued = claims["iat"].as_i64().expect("seconds");
    assert!((before..=org.clock().wall_now().as_second()).contains(&issued), "{issued} is not the wall's time");
    assert_eq!(claims["exp"], issued + 120);
}

#[test]
fn without_the_scope_openid_there_is_no_id_token() {
    let org = org();
    let body = "grant_type=client_credentials&client_id=quickstart-client-id&client_secret=quickstart-secret";
    let granted = org.door(Door::Standard).post("/services/oauth2/token", FORM, body).unwrap().json();
    assert_eq!(granted.get("id_token"), None);
    assert!(granted["access_token"].is_string());
}

#[test]
fn one_org_keeps_its_key_and_another_has_its_own() {
    let (first, second) = (org(), org());
    let keys = |org: &Org| org.door(Door::Standard).get("/id/keys").unwrap().json();
    assert_eq!(keys(&first), keys(&first));
    assert_ne!(keys(&first)["keys"][0]["kid"], keys(&second)["keys"][0]["kid"]);
}

#[test]
fn an_app_without_a_secret_gets_no_signature_but_an_id_token() {
    let org = org();
    let client = org.door(Door::Standard);
    let body = "grant_type=refresh_token&client_id=public-id&refresh_token=5Aep861public";
    let granted = client.post("/services/oauth2/token", FORM, body).unwrap().json();
    assert_eq!(granted.get("signature"), None, "{granted}");
    verified(granted["id_token"].as_str().expect("an id token"), &client.get("/id/keys").unwrap().json());
}

#[test]
fn an_app_learns_about_its_own_tokens() {
    let org = org();
    let client = org.door(Door::Standard);
    let granted = token(&client);
    let session = granted["access_token"].as_str().expect("text");
    let active = introspect(&client, PORTAL, session);
    assert_eq!(active.status, 200, "{}", active.body);
    let active = active.json();
    assert_eq!(active["active"], true);
    assert_eq!(active["token_type"], "access_token");
    assert_eq!((&active["client_id"], &active["username"]), (&json!("portal-id"), &json!("reports@acme.example")));
    assert_eq!((&active["sub"], &active["scope"]), (&granted["id"], &json!("api openid refresh_token")));
    let (issued, ends) = (active["iat"].as_i64().expect("seconds"), active["exp"].as_i64().expect("seconds"));
    assert!((issued - org.clock().wall_now().as_second()).abs() < 20, "{issued} is not the wall's time");
    assert_eq!(ends - issued, 7_200);
    let refresh = introspect(&client, PORTAL, "5Aep861portal").json();
    assert_eq!((&refresh["active"], &refresh["token_type"]), (&json!(true), &json!("refresh_token")));
    assert_eq!(refresh.get("exp"), None, "refresh tokens have no end");

    let basic = BASE64_STANDARD.encode("portal-id:portal-secret");
    let by_header = client.clone().header("Authorization", &format!("Basic {basic}"));
    let answer = by_header.post("/services/oauth2/introspect", FORM, &format!("token={session}")).unwrap();
    assert_eq!(answer.json()["active"], true);
}

#[test]
fn an_app_learns_nothing_about_what_is_not_its_own_or_not_alive() {
    let org = org();
    let client = org.door(Door::Standard);
    let granted = token(&client);
    let session = granted["access_token"].as_str().expect("text").to_owned();
    let inactive = |app, token: &str| {
        let answer = introspect(&client, app, token);
        assert_eq!((answer.status, answer.json()), (200, json!({"active": false})), "{token}");
    };
    inactive(QUICKSTART, &session);
    inactive(QUICKSTART, "5Aep861portal");
    inactive(PORTAL, "nothing");
    let revoked = client.post("/services/oauth2/revoke", FORM, &format!("token={session}")).unwrap();
    assert_eq!(revoked.status, 200);
    inactive(PORTAL, &session);
}

#[test]
fn asking_about_a_session_does_not_keep_it_alive() {
    let org = Org::from_toml(&format!("{}{APPS}", include_str!("../../scenarios/quickstart.toml")).replacen(
        "my-domain = \"acme\"\n",
        "my-domain = \"acme\"\nclock = \"2029-03-01T00:00:00Z\"\n",
        1,
    ));
    let client = org.door(Door::Standard);
    let granted = token(&client);
    let session = granted["access_token"].as_str().expect("text");
    org.advance(jiff::SignedDuration::from_mins(119)).expect("within the calendar");
    let active = introspect(&client, PORTAL, session).json();
    assert_eq!(active["exp"].as_i64().expect("s") - active["iat"].as_i64().expect("s"), 7_200, "it was not renewed");
    org.advance(jiff::SignedDuration::from_mins(2)).expect("within the calendar");
    assert_eq!(introspect(&client, PORTAL, session).json(), json!({"active": false}));
}

#[test]
fn introspection_needs_the_apps_own_secret() {
    let org = org();
    let client = org.door(Door::Standard);
    let granted = token(&client);
    let session = granted["access_token"].as_str().expect("text");
    for app in [("portal-id", "wrong"), ("nobody", "portal-secret"), ("public-id", ""), ("", "")] {
        let answer = introspect(&client, app, session);
        assert_eq!(answer.status, 401, "{app:?}: {}", answer.body);
        assert!(!answer.body.contains("reports@"), "{}", answer.body);
    }
    let no_token = client.post("/services/oauth2/introspect", FORM, "client_id=portal-id&client_secret=portal-secret");
    assert_eq!(no_token.unwrap().status, 400);
    assert_eq!(client.get("/services/oauth2/introspect").unwrap().status, 405);
}

#[test]
fn what_discovery_does_not_know_is_not_found() {
    let org = org();
    let client = org.door(Door::Standard);
    assert_eq!(client.get("/.well-known/oauth-authorization-server").unwrap().status, 404);
    assert_eq!(client.post("/.well-known/openid-configuration", FORM, "").unwrap().status, 405);
    assert_eq!(client.post("/id/keys", FORM, "").unwrap().status, 405);
}
