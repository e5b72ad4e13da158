//! The consent page: asked once, asked again when told to, denied; and `prompt` in all its words.

use super::{ADA, Browser, SHOP, code_of, org, redeem, token};

#[tokio::test]
async fn a_consent_is_remembered_for_its_scopes() {
    let doors = org();
    let mut browser = Browser::at(&doors);
    let fewer = format!("{SHOP}&scope=api");
    browser.code(&fewer, ADA).await;
    let again = browser.get(&fewer).await;
    assert_eq!(again.status, 302, "{}", again.text);
    code_of(&again);
    let page = browser.get(&format!("{SHOP}&scope=api%20id")).await;
    assert!(page.text.contains("id=\"oaapprove\""), "more is asked for");
    let page = browser.get(&format!("{fewer}&prompt=consent")).await;
    assert!(page.text.contains("id=\"oaapprove\""), "prompt=consent");
    let other = "/services/oauth2/authorize?response_type=code&client_id=PlatformCLI\
                 &redirect_uri=http%3A%2F%2Flocalhost%3A1717%2FOauthRedirect";
    assert!(browser.get(other).await.text.contains("id=\"oaapprove\""), "another app");
}

#[tokio::test]
async fn a_user_who_denies_sends_the_client_access_denied() {
    let doors = org();
    let mut browser = Browser::at(&doors);
    let page = browser.log_in(SHOP, ADA).await;
    for decision in ["deny", "whatever"] {
        let answer = browser.submit(SHOP, &page, &[("decision", decision)]).await;
        assert_eq!(answer.status, 303);
        assert_eq!(
            answer.header("location"),
            "https://shop.example/back?error=access_denied&error_description=end-user%20denied%20authorization&state=s%201"
        );
    }
    assert_eq!(doors.last_request().error.as_deref(), Some("access_denied"));
    assert!(browser.get(SHOP).await.text.contains("id=\"oaapprove\""), "nothing was remembered");
}

#[tokio::test]
async fn revoking_the_refresh_token_takes_the_consent_back() {
    let doors = org();
    let mut browser = Browser::at(&doors);
    let code = browser.code(SHOP, ADA).await;
    let tokens = redeem(&doors, &code, &[]).await.json();
    let refresh_token = tokens["refresh_token"].as_str().expect("a token");
    assert_eq!(browser.get(SHOP).await.status, 302);
    let answer = doors.standard("POST", "/services/oauth2/revoke").form(&[("token", refresh_token)]).send().await;
    assert_eq!(answer.status, 200);
    assert!(browser.get(SHOP).await.text.contains("id=\"oaapprove\""));
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", refresh_token), ("client_id", "shop")];
    assert_eq!(token(&doors, &refresh).await.status, 400);
}

#[tokio::test]
async fn prompt_login_asks_for_the_password_whoever_has_logged_in() {
    let doors = org();
    let mut browser = Browser::at(&doors);
    browser.code(SHOP, ADA).await;
    for prompt in ["login", "login%20consent", "select_account"] {
        let uri = format!("{SHOP}&prompt={prompt}");
        let page = browser.log_in(&uri, ADA).await;
        if prompt == "login%20consent" {
            code_of(&browser.submit(&uri, &page, &[("decision", "allow")]).await);
        } else {
            code_of(&page);
        }
    }
}

#[tokio::test]
async fn a_request_that_may_show_no_page_shows_none() {
    let doors = org();
    let mut browser = Browser::at(&doors);
    let errors = |answer: &super::Answer| {
        let location = answer.header("location").to_owned();
        location.split("error=").nth(1).and_then(|rest| rest.split('&').next().map(str::to_owned)).unwrap_or(location)
    };
    let (quiet, immediate) = (format!("{SHOP}&prompt=none"), format!("{SHOP}&immediate=true"));
    assert_eq!(errors(&browser.get(&quiet).await), "login_required");
    assert_eq!(errors(&browser.get(&immediate).await), "immediate_unsuccessful");
    browser.log_in(SHOP, ADA).await;
    assert_eq!(errors(&browser.get(&quiet).await), "consent_required");
    assert_eq!(errors(&browser.get(&immediate).await), "immediate_unsuccessful");
    let page = browser.get(SHOP).await;
    browser.submit(SHOP, &page, &[("decision", "allow")]).await;
    code_of(&browser.get(&quiet).await);
    code_of(&browser.get(&immediate).await);
    assert_eq!(errors(&browser.get(&format!("{SHOP}&prompt=none%20login")).await), "invalid_request");
}

#[tokio::test]
async fn a_login_hint_fills_in_the_username() {
    let doors = org();
    let page = Browser::at(&doors).get(&format!("{SHOP}&login_hint=%22%3E%3Cb%3Eada&display=popup")).await;
    assert!(page.text.contains("value=\"&quot;&gt;&lt;b&gt;ada\""), "{}", page.text);
}
