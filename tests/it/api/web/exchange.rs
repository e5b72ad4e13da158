//! A code for tokens: what binds it, that it is good once and not for long, and what comes back.

use std::sync::Arc;

use expect_test::expect;
use jiff::SignedDuration;
use mockorg::scenario::Permission;
use mockorg::store::CODE_TIMEOUT;
use serde_json::json;

use super::{
    ADA, Browser, SHOP, SHOP_BACK, SHOP_SECRET, VERIFIER, challenge, code_of, error, lives, org, redeem, token,
};

#[tokio::test]
async fn the_answer_has_what_clients_need() {
    let doors = org();
    let code = Browser::at(&doors).code(SHOP, ADA).await;
    let answer = redeem(&doors, &code, &[]).await;
    let body = answer.json();
    let keys: Vec<_> = body.as_object().expect("an object").keys().cloned().collect();
    assert_eq!(keys.len(), 8, "{keys:?}");
    assert!(answer.text.starts_with("{\"access_token\":\"00D"), "{}", answer.text);
    assert_eq!(answer.header("cache-control"), "no-cache,no-store");
    assert_eq!((&body["token_type"], &body["scope"]), (&json!("Bearer"), &json!("api refresh_token id")));
    assert!(body["refresh_token"].as_str().is_some_and(|token| token.starts_with("5Aep861")));
    assert!(lives(&doors, body["access_token"].as_str().expect("a session")).await);
    let (login, row) = (doors.last_login(), doors.controls.store().logins().pop().expect("a row"));
    assert_eq!((login.flow, login.username.as_str()), ("web-server", ADA.0));
    assert_eq!((&*row.login_type, row.application.as_str()), ("Remote Access 2.0", "Shop <b>"));
}

#[tokio::test]
async fn the_command_line_gets_in_as_it_does_everywhere() {
    let doors = super::Doors::quickstart();
    let uri = format!(
        "/services/oauth2/authorize?state=x&prompt=login&scope=refresh_token%20api%20web&code_challenge={}\
         &response_type=code&client_id=PlatformCLI&redirect_uri=http%3A%2F%2Flocalhost%3A1717%2FOauthRedirect",
        challenge(VERIFIER)
    );
    let code = Browser::at(&doors).code(&uri, ("reports@acme.example", "reports-password")).await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("client_id", "PlatformCLI"),
        ("redirect_uri", "http://localhost:1717/OauthRedirect"),
        ("code_verifier", VERIFIER),
    ];
    let body = token(&doors, &fields).await.json();
    assert_eq!((&body["scope"], body.get("signature")), (&json!("refresh_token api web"), None), "{body}");
    let refresh_token = body["refresh_token"].as_str().expect("a refresh token");
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", refresh_token), ("client_id", "PlatformCLI")];
    assert_eq!(token(&doors, &refresh).await.status, 200);
}

#[tokio::test]
async fn a_code_is_bound_to_its_app_its_uri_and_its_secret() {
    let doors = org();
    let code = Browser::at(&doors).code(SHOP, ADA).await;
    let (grant, code_field) = (("grant_type", "authorization_code"), ("code", code.as_str()));
    let shop = ("client_id", "shop");
    let mut shown = Vec::new();
    for fields in [
        vec![grant, code_field, shop, SHOP_SECRET],
        vec![grant, code_field, shop, SHOP_SECRET, ("redirect_uri", "https://shop.example/back/")],
        vec![grant, code_field, shop, SHOP_SECRET, ("redirect_uri", "http://localhost:8080/back?from=org")],
        vec![grant, code_field, shop, SHOP_BACK],
        vec![grant, code_field, shop, ("client_secret", "wrong"), SHOP_BACK],
        vec![grant, code_field, ("client_id", "rota"), SHOP_BACK],
        vec![grant, code_field, ("client_id", "server"), ("client_secret", "server-secret"), SHOP_BACK],
        vec![grant, shop, SHOP_SECRET, SHOP_BACK],
        vec![grant, ("code", "aPrxnonsense=="), shop, SHOP_SECRET, SHOP_BACK],
    ] {
        let answer = token(&doors, &fields).await;
        shown.push(error(&answer));
        assert!(doors.last_request().explanation.is_some());
    }
    expect![[r#"
        400 redirect_uri_missing: redirect_uri not provided
        400 redirect_uri_mismatch: redirect_uri must match configuration
        400 redirect_uri_mismatch: redirect_uri must match configuration
        400 invalid_client: invalid client credentials
        400 invalid_client: invalid client credentials
        400 invalid_grant: expired authorization code
        400 unsupported_grant_type: grant type not supported
        400 invalid_request: missing required parameter: code
        400 invalid_grant: expired authorization code"#]]
    .assert_eq(&shown.join("\n"));
    assert_eq!(redeem(&doors, &code, &[]).await.status, 200, "none of that spent it");
}

#[tokio::test]
async fn a_code_that_comes_back_ends_what_it_gave() {
    let doors = org();
    let code = Browser::at(&doors).code(SHOP, ADA).await;
    let body = redeem(&doors, &code, &[]).await.json();
    let (session, refresh_token) =
        (body["access_token"].as_str().expect("text"), body["refresh_token"].as_str().expect("text"));
    assert!(lives(&doors, session).await);
    let stolen = [("grant_type", "authorization_code"), ("code", &code), ("client_id", "rota"), SHOP_BACK];
    assert_eq!(token(&doors, &stolen).await.status, 400);
    assert!(lives(&doors, session).await, "another app's word ends nothing");
    assert_eq!(error(&redeem(&doors, &code, &[]).await), "400 invalid_grant: expired authorization code");
    assert!(!lives(&doors, session).await);
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", refresh_token), ("client_id", "shop")];
    assert_eq!(token(&doors, &refresh).await.status, 400);
    let explanation = doors.requests().into_iter().filter_map(|request| request.explanation);
    assert!(explanation.into_iter().any(|explanation| explanation.found.contains("exchanged before")));
}

#[tokio::test]
async fn a_code_is_good_for_a_quarter_of_an_hour_of_the_walls_clock() {
    let doors = org();
    let code = Browser::at(&doors).code(SHOP, ADA).await;
    doors.controls.advance(SignedDuration::from_hours(1)).expect("a time");
    let codes = doors.controls.store().codes();
    let mut grant = codes.find(&code).expect("the code");
    assert!(grant.issued.duration_since(doors.controls.clock().wall_now()).abs() < CODE_TIMEOUT);
    grant.issued = doors.controls.clock().wall_now() - CODE_TIMEOUT;
    codes.keep("old".into(), grant);
    assert_eq!(error(&redeem(&doors, "old", &[]).await), "400 invalid_grant: expired authorization code");
    assert_eq!(redeem(&doors, &code, &[]).await.status, 200, "the org's clock does not count");
}

#[tokio::test]
async fn without_refresh_token_among_the_scopes_none_is_given() {
    let doors = org();
    let code = Browser::at(&doors).code(&format!("{SHOP}&scope=id%20api"), ADA).await;
    let body = redeem(&doors, &code, &[]).await.json();
    assert_eq!((&body["scope"], body.get("refresh_token")), (&json!("api id"), None));
}

#[tokio::test]
async fn the_nonce_waits_with_the_code() {
    let doors = org();
    let code = Browser::at(&doors).code(&format!("{SHOP}&nonce=n%200"), ADA).await;
    assert_eq!(doors.controls.store().codes().find(&code).expect("the code").nonce.as_deref(), Some("n 0"));
}

#[tokio::test]
async fn the_org_has_the_last_word_at_the_exchange() {
    let doors = org();
    let code = Browser::at(&doors).code(SHOP, ADA).await;
    doors.controls.deny(ADA.0, Permission::ApiEnabled).expect("a user");
    let answer = redeem(&doors, &code, &[]).await;
    assert_eq!(error(&answer), "400 invalid_grant: authentication failure - API is not enabled");
    assert_eq!(doors.last_login().decision, "refused");
}

#[tokio::test]
async fn an_enforced_users_code_is_exchanged_at_the_mutual_door_with_the_certificate() {
    let doors = org();
    let mut browser = Browser::mutual(&doors, Some("billing"));
    let held = ("held@acme.example", "held-password");
    let code = browser.code(SHOP, held).await;
    let fields =
        |code| [("grant_type", "authorization_code"), ("code", code), ("client_id", "shop"), SHOP_SECRET, SHOP_BACK];
    let answer = doors.mutual("POST", "/services/oauth2/token").form(&fields(&code)).send().await;
    assert_eq!(error(&answer), "400 invalid_grant: authentication failure - Mutual authentication failed");
    let code = code_of(&browser.get(SHOP).await);
    let answer =
        doors.mutual("POST", "/services/oauth2/token").certificate("billing").form(&fields(&code)).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_code_sent_many_times_at_once_gives_nothing_that_lives() {
    let doors = Arc::new(org());
    let code = Browser::at(&doors).code(SHOP, ADA).await;
    let requests = (0..32).map(|_| {
        let (doors, code) = (doors.clone(), code.clone());
        tokio::spawn(async move { redeem(&doors, &code, &[]).await })
    });
    let mut given = Vec::new();
    for request in requests.collect::<Vec<_>>() {
        let answer = request.await.expect("no panic");
        if answer.status == 200 {
            given.push(answer.json());
        }
    }
    assert!(given.len() <= 1, "{given:?}");
    for tokens in given {
        assert!(!lives(&doors, tokens["access_token"].as_str().expect("text")).await);
        let refresh_token = tokens["refresh_token"].as_str().expect("text");
        assert_eq!(doors.controls.store().refresh(refresh_token), None);
    }
}
