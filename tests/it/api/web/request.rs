//! Authorization requests that are wrong: on a page while nobody knows where to go, by redirect once that is known.

use expect_test::expect;

use super::{ADA, Browser, org};

const AUTHORIZE: &str = "/services/oauth2/authorize";

#[tokio::test]
async fn no_browser_is_sent_to_a_place_that_the_app_is_not_registered_with() {
    let doors = org();
    for uri in [
        "https://evil.example/",
        "https://shop.example/back/",
        "https://shop.example/Back",
        "https://shop.example/back?x=1",
        "https://shop.example/back#x",
        "https://shop.example/back%2F..%2Fevil",
        "https://shop.example.evil.example/back",
        "https://shop.example:443/back",
        "https://shop.example@evil.example/back",
        "//evil.example/back",
        "/back",
        "http://localhost:8081/back?from=org",
        "testapp:///done",
        "javascript:alert(1)",
        "https://shop.example/back\r\nX-Evil: 1",
    ] {
        let uri = super::encode(uri);
        for more in ["response_type=code", "response_type=token", "scope=nonsense", "error=x"] {
            let answer =
                Browser::at(&doors).get(&format!("{AUTHORIZE}?client_id=shop&state=1&redirect_uri={uri}&{more}")).await;
            assert_eq!((answer.status, answer.header("location")), (400, ""), "{uri}");
            assert_eq!(
                answer.between("role=\"alert\">", "</p>"),
                "redirect_uri_mismatch : redirect_uri must match configuration"
            );
            assert!(answer.header("content-type").starts_with("text/html"));
            assert_eq!(answer.header("x-evil"), "");
        }
        let request = doors.last_request();
        assert_eq!((request.error.as_deref(), request.family), (Some("redirect_uri_mismatch"), "oauth"));
    }
}

#[tokio::test]
async fn what_is_wrong_before_the_way_back_is_known_is_said_on_a_page() {
    let doors = org();
    let mut shown = Vec::new();
    for query in [
        "",
        "response_type=code&client_id=nobody&redirect_uri=https%3A%2F%2Fshop.example%2Fback",
        "response_type=code&client_id=shop",
        "response_type=code&client_id=shop&redirect_uri=",
    ] {
        let answer = Browser::at(&doors).get(&format!("{AUTHORIZE}?{query}")).await;
        assert_eq!(answer.header("location"), "");
        shown.push(format!("{} {}", answer.status, answer.between("role=\"alert\">", "</p>")));
        assert!(doors.last_request().explanation.is_some());
    }
    expect![[r#"
        400 invalid_client_id : client identifier invalid
        400 invalid_client_id : client identifier invalid
        400 redirect_uri_missing : redirect_uri not provided
        400 redirect_uri_missing : redirect_uri not provided"#]]
    .assert_eq(&shown.join("\n"));
}

#[tokio::test]
async fn what_is_wrong_after_that_goes_back_to_the_client() {
    let doors = org();
    let shop = "client_id=shop&redirect_uri=https%3A%2F%2Fshop.example%2Fback";
    let mut shown = Vec::new();
    for query in [
        format!("{shop}&state=%26a%3Db"),
        format!("{shop}&response_type=token&state=1"),
        format!("{shop}&response_type=code%20token"),
        format!("{shop}&response_type=code&scope=api%20full"),
        format!("{shop}&response_type=code&code_challenge=short"),
        format!("{shop}&response_type=code&nonce={}", "n".repeat(1_001)),
        "client_id=server&redirect_uri=https%3A%2F%2Fserver.example%2Fback&response_type=code".to_owned(),
        "client_id=rota&redirect_uri=testapp%3A%2F%2F%2Fdone&response_type=code".to_owned(),
        "client_id=shop&redirect_uri=http%3A%2F%2Flocalhost%3A8080%2Fback%3Ffrom%3Dorg&response_type=x".to_owned(),
    ] {
        let answer = Browser::at(&doors).get(&format!("{AUTHORIZE}?{query}")).await;
        shown.push(format!("{} {}", answer.status, answer.header("location")));
        assert!(doors.last_request().explanation.is_some());
    }
    expect![[r#"
        302 https://shop.example/back?error=unsupported_response_type&error_description=response%20type%20not%20supported&state=%26a%3Db
        302 https://shop.example/back#error=unsupported_response_type&error_description=response%20type%20not%20supported&state=1
        302 https://shop.example/back#error=unsupported_response_type&error_description=response%20type%20not%20supported
        302 https://shop.example/back?error=invalid_scope&error_description=the%20requested%20scope%20is%20not%20allowed
        302 https://shop.example/back?error=invalid_request&error_description=invalid%20code%20challenge
        302 https://shop.example/back?error=invalid_request&error_description=nonce%20is%20too%20long
        302 https://server.example/back?error=unauthorized_client&error_description=the%20app%20may%20not%20use%20the%20web%20server%20flow
        302 testapp:///done?error=invalid_request&error_description=missing%20required%20code%20challenge
        302 http://localhost:8080/back?from=org&error=unsupported_response_type&error_description=response%20type%20not%20supported"#]]
    .assert_eq(&shown.join("\n"));
}

#[tokio::test]
async fn other_methods_and_paths_are_refused() {
    let doors = org();
    let answer = doors.standard("PUT", AUTHORIZE).send().await;
    assert_eq!((answer.status, answer.header("allow")), (405, "GET,HEAD,POST"));
    assert_eq!(doors.standard("GET", &format!("{AUTHORIZE}/x")).send().await.status, 404);
    assert_eq!(doors.standard("OPTIONS", AUTHORIZE).send().await.status, 204);
}

#[tokio::test]
async fn a_form_cannot_change_what_the_request_asked_for() {
    let doors = org();
    let mut browser = Browser::at(&doors);
    let page = browser.log_in(super::SHOP, ADA).await;
    let evil =
        [("decision", "allow"), ("redirect_uri", "https://evil.example/"), ("client_id", "rota"), ("state", "2")];
    let answer = browser.submit(super::SHOP, &page, &evil).await;
    assert!(answer.header("location").starts_with("https://shop.example/back?code="), "{}", answer.header("location"));
    assert!(answer.header("location").ends_with("&state=s%201"));
}
