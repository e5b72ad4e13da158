//! The device flow: a device that waits and asks, and its user at `/setup/connect`.

use expect_test::expect;
use mockorg::store::DEVICE_TIMEOUT;
use serde_json::{Value, json};

use super::{ADA, Browser, error, lives, org, token};
use crate::api::Doors;

const BEGIN: [(&str, &str); 3] =
    [("response_type", "device_code"), ("client_id", "shop"), ("scope", "api refresh_token")];
const CONNECT: &str = "/setup/connect";

async fn begin(doors: &Doors) -> Value {
    let answer = token(doors, &BEGIN).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-cache,no-store"), "{}", answer.text);
    answer.json()
}

async fn poll(doors: &Doors, device_code: &Value) -> super::Answer {
    let code = device_code.as_str().expect("text");
    token(doors, &[("grant_type", "device"), ("client_id", "shop"), ("code", code)]).await
}

async fn decide(doors: &Doors, user_code: &str, decision: &str) -> super::Answer {
    let mut browser = Browser::at(doors);
    let page = browser.log_in(CONNECT, ADA).await;
    let page = browser.submit(CONNECT, &page, &[("user_code", user_code)]).await;
    assert!(page.text.contains("id=\"oaapprove\"") && page.text.contains("Shop &lt;b&gt;"), "{}", page.text);
    browser.submit(CONNECT, &page, &[("decision", decision)]).await
}

#[tokio::test]
async fn a_device_waits_for_its_user_and_gets_in() {
    let doors = org();
    let begun = begin(&doors).await;
    assert_eq!(begun.as_object().expect("an object").len(), 4, "{begun}");
    assert_eq!(
        (&begun["interval"], &begun["verification_uri"]),
        (&json!(5), &json!("https://localhost:4443/setup/connect"))
    );
    let user_code = begun["user_code"].as_str().expect("text");
    assert!(user_code.len() == 8 && user_code.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()));
    let answer = poll(&doors, &begun["device_code"]).await;
    assert_eq!((answer.status, answer.text.as_str()), (400, "{\"error\":\"authorization_pending\"}"));
    let answer = poll(&doors, &begun["device_code"]).await;
    assert_eq!((answer.status, answer.text.as_str()), (400, "{\"error\":\"slow_down\"}"));
    assert!(doors.controls.store().logins().is_empty(), "to wait is no login");
    let page = decide(&doors, user_code, "allow").await;
    assert!(page.text.contains("You&#39;re connected") || page.text.contains("You're connected"), "{}", page.text);
    let answer = poll(&doors, &begun["device_code"]).await;
    let body = answer.json();
    assert_eq!((answer.status, &body["scope"]), (200, &json!("api refresh_token")), "{body}");
    assert!(body["refresh_token"].is_string());
    assert!(lives(&doors, body["access_token"].as_str().expect("text")).await);
    assert_eq!(doors.last_login().flow, "device");
    assert_eq!(error(&poll(&doors, &begun["device_code"]).await), "400 invalid_grant: invalid device code");
}

#[tokio::test]
async fn a_device_whose_user_denies_hears_so() {
    let doors = org();
    let begun = begin(&doors).await;
    decide(&doors, begun["user_code"].as_str().expect("text"), "deny").await;
    for _ in 0..2 {
        assert_eq!(
            error(&poll(&doors, &begun["device_code"]).await),
            "400 access_denied: end-user denied authorization"
        );
    }
}

#[tokio::test]
async fn a_device_that_waited_too_long_hears_so() {
    let doors = org();
    let now = doors.controls.clock().wall_now();
    let device = mockorg::store::Device {
        user_code: "ABCDEFGH".into(),
        client_id: "shop".into(),
        scope: "api".into(),
        issued: now - DEVICE_TIMEOUT,
        answer: mockorg::store::Answer::Pending,
        asked: None,
    };
    doors.controls.store().devices().keep("old".into(), device);
    assert_eq!(error(&poll(&doors, &json!("old")).await), "400 expired_token: expired device code");
}

#[tokio::test]
async fn a_device_may_send_its_form_in_parts_and_use_the_rfcs_names() {
    let doors = org();
    let part =
        |name: &str, value: &str| format!("--b0\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    let body = part("client_id", "PlatformCLI")
        + &part("response_type", "device_code")
        + &part("scope", "api web")
        + "--b0--\r\n";
    let ask =
        doors.standard("POST", "/services/oauth2/token").header("content-type", "multipart/form-data; boundary=b0");
    let begun = ask.body(body).send().await.json();
    let device_code = begun["device_code"].as_str().expect("text");
    let rfc = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("client_id", "PlatformCLI"),
        ("device_code", device_code),
    ];
    assert_eq!(token(&doors, &rfc).await.text, "{\"error\":\"authorization_pending\"}");
}

#[tokio::test]
async fn what_is_wrong_at_the_token_endpoint_is_said() {
    let doors = org();
    let begun = begin(&doors).await;
    let code = begun["device_code"].as_str().expect("text");
    let mut shown = Vec::new();
    for fields in [
        vec![("response_type", "device_code")],
        vec![("response_type", "device_code"), ("client_id", "nobody")],
        vec![("response_type", "device_code"), ("client_id", "server")],
        vec![("response_type", "device_code"), ("client_id", "shop"), ("scope", "full")],
        vec![("grant_type", "device"), ("client_id", "shop")],
        vec![("grant_type", "device"), ("client_id", "shop"), ("code", "nonsense")],
        vec![("grant_type", "device"), ("client_id", "rota"), ("code", code)],
    ] {
        shown.push(error(&token(&doors, &fields).await));
    }
    expect![[r#"
        400 invalid_request: missing required parameter: client_id
        400 invalid_client_id: client identifier invalid
        400 unsupported_grant_type: grant type not supported
        400 invalid_scope: the requested scope is not allowed
        400 invalid_request: missing required parameter: code
        400 invalid_grant: invalid device code
        400 invalid_grant: invalid device code"#]]
    .assert_eq(&shown.join("\n"));
}

#[tokio::test]
async fn a_code_that_no_device_waits_for_is_asked_for_again() {
    let doors = org();
    let begun = begin(&doors).await;
    let code = begun["user_code"].as_str().expect("text");
    let mut browser = Browser::at(&doors);
    let page = browser.log_in(&format!("{CONNECT}?user_code={code}"), ADA).await;
    assert!(page.text.contains(&format!("value=\"{code}\"")), "filled in: {}", page.text);
    let wrong = browser.submit(CONNECT, &page, &[("user_code", "<b>")]).await;
    assert_eq!(
        (wrong.status, wrong.between("role=\"alert\">", "</p>")),
        (200, "That code is not valid, or it has expired.")
    );
    assert!(wrong.text.contains("value=\"&lt;b&gt;\""));
    let lower = format!("{}-{}", &code[..4], &code[4..]).to_lowercase();
    let page = browser.submit(CONNECT, &wrong, &[("user_code", &lower)]).await;
    browser.submit(CONNECT, &page, &[("decision", "allow")]).await;
    let again = browser.submit(CONNECT, &page, &[("decision", "deny")]).await;
    assert!(again.text.contains("That code is not valid"), "it has its answer: {}", again.text);
    assert_eq!(poll(&doors, &begun["device_code"]).await.status, 200);
}

#[tokio::test]
async fn api_only_users_and_strangers_connect_no_device() {
    let doors = org();
    let begun = begin(&doors).await;
    let code = begun["user_code"].as_str().expect("text");
    let mut browser = Browser::at(&doors);
    assert_eq!(browser.log_in(CONNECT, ("robot@acme.example", "robot-password")).await.status, 403);
    let page = browser.get(CONNECT).await;
    let page = browser.submit(CONNECT, &page, &[("user_code", code), ("decision", "allow")]).await;
    assert!(page.text.contains("id=\"password\""), "a login comes first: {}", page.text);
    assert_eq!(poll(&doors, &begun["device_code"]).await.text, "{\"error\":\"authorization_pending\"}");
    assert_eq!(doors.standard("PUT", CONNECT).send().await.status, 405);
    assert_eq!(doors.standard("GET", "/setup/connect/x").send().await.status, 404);
}
