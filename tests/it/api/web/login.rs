//! The login page: who gets in, what the others are told, and what it leaves behind.

use expect_test::expect;

use super::{ADA, Browser, SHOP, code_of, org, redeem};

const LOGIN_WORDS: &str =
    "Please check your username and password. If you still can't log in, contact your Salesforce administrator.";

#[tokio::test]
async fn a_login_and_a_consent_lead_back_to_the_client_with_a_code_and_the_state() {
    let doors = org();
    let mut browser = Browser::at(&doors);
    let page = browser.get(SHOP).await;
    assert_eq!(page.status, 200);
    let page = browser.submit(SHOP, &page, &[("username", ADA.0), ("password", ADA.1)]).await;
    assert!(
        page.text.contains("Shop &lt;b&gt;") && page.text.contains("Logged in as ada@acme.example"),
        "{}",
        page.text
    );
    let answer = browser.submit(SHOP, &page, &[("decision", "allow")]).await;
    assert_eq!((answer.status, answer.header("cache-control")), (303, "no-cache,no-store"));
    let location = answer.header("location");
    assert!(location.starts_with("https://shop.example/back?code=aPrx"), "{location}");
    assert!(location.ends_with("%3D%3D&state=s%201"), "{location}");
    let tokens = redeem(&doors, &code_of(&answer), &[]).await;
    assert_eq!(tokens.status, 200, "{}", tokens.text);
    assert_eq!(tokens.json()["scope"], "api refresh_token id");
}

#[tokio::test]
async fn a_wrong_password_shows_the_page_again_and_never_says_which_was_wrong() {
    let doors = org();
    for (username, password) in [
        (ADA.0, "wrong"),
        (ADA.0, "ada-passwordADATOKEN"),
        (ADA.0, ""),
        ("nobody@acme.example", "ada-password"),
        ("", ""),
        ("locked@acme.example", "locked-password"),
        ("gone@acme.example", "gone-password"),
    ] {
        let mut browser = Browser::at(&doors);
        let page = browser.get(SHOP).await;
        let again = browser.submit(SHOP, &page, &[("username", username), ("password", password)]).await;
        if username.is_empty() && password.is_empty() {
            assert!(again.text.contains("id=\"username\"") && again.header("location").is_empty(), "{}", again.text);
            continue;
        }
        assert_eq!(again.status, 200, "{username}");
        assert_eq!(again.between("role=\"alert\">", "</p>"), LOGIN_WORDS, "{username}");
        assert!(again.text.contains(&format!("value=\"{username}\"")), "{username} is kept");
        assert!(password.is_empty() || !again.text.contains(password), "no password comes back");
        assert_eq!(doors.last_request().decision, Some("refused"));
        assert!(doors.last_request().explanation.is_some());
    }
}

#[tokio::test]
async fn every_login_is_in_the_history_and_the_journal_with_its_own_reason() {
    let doors = org();
    for user in [
        ADA,
        (ADA.0, "wrong"),
        ("locked@acme.example", "locked-password"),
        ("gone@acme.example", "gone-password"),
        ("late@acme.example", "late-password"),
        ("robot@acme.example", "robot-password"),
        ("nobody@acme.example", "x"),
    ] {
        Browser::at(&doors).log_in(SHOP, user).await;
        let (login, row) = (doors.last_login(), doors.controls.store().logins().pop().expect("a row"));
        assert_eq!(
            (login.flow, login.status, &*row.login_type, row.application.as_str()),
            ("browser", &*row.status, "Application", "Browser")
        );
        assert_eq!(login.explanation.is_some(), login.decision == "refused");
    }
    let rows = doors.controls.store().logins();
    let statuses: Vec<_> = rows.iter().map(|row| format!("{}: {}", row.username, row.status)).collect();
    expect![[r#"
        ada@acme.example: Success
        ada@acme.example: Invalid Password
        locked@acme.example: Password Lockout
        gone@acme.example: User is Inactive
        late@acme.example: Password Expired
        robot@acme.example: Failed: API-only user
        nobody@acme.example: Invalid Login"#]]
    .assert_eq(&statuses.join("\n"));
}

#[tokio::test]
async fn an_api_only_user_is_turned_away_in_the_orgs_words_and_gets_no_session() {
    let doors = org();
    let mut browser = Browser::at(&doors);
    let page = browser.log_in(SHOP, ("robot@acme.example", "robot-password")).await;
    assert_eq!(page.status, 403);
    expect!["OAUTH_APPROVAL_ERROR_GENERIC : An unexpected error has occurred during authentication. Please try again."]
        .assert_eq(page.between("role=\"alert\">", "</p>"));
    assert!(browser.get(SHOP).await.text.contains("id=\"password\""), "nobody is logged in");
    let wrong = browser.log_in(SHOP, ("robot@acme.example", "wrong")).await;
    assert!(wrong.text.contains(&LOGIN_WORDS.replace('\'', "&#39;")) || wrong.text.contains(LOGIN_WORDS));
}

#[tokio::test]
async fn a_user_who_became_api_only_is_turned_away_at_the_next_step() {
    let doors = org();
    let mut browser = Browser::at(&doors);
    let page = browser.log_in(SHOP, ADA).await;
    doors.controls.grant(ADA.0, mockorg::scenario::Permission::ApiOnlyUser).expect("a user");
    let answer = browser.submit(SHOP, &page, &[("decision", "allow")]).await;
    assert_eq!((answer.status, answer.header("location")), (403, ""));
    assert_eq!(doors.last_request().error.as_deref(), Some("OAUTH_APPROVAL_ERROR_GENERIC"));
}

#[tokio::test]
async fn an_enforced_user_logs_in_at_the_mutual_door_with_the_certificate_alone() {
    let doors = org();
    let held = ("held@acme.example", "held-password");
    let page = Browser::mutual(&doors, None).log_in(SHOP, held).await;
    assert_eq!(
        (page.status, page.between("role=\"alert\">", "</p>")),
        (403, "MUTUAL_AUTHENTICATION_FAILED : Mutual authentication failed")
    );
    assert_eq!(doors.last_login().status, "Mutual authentication failed");
    let page = Browser::mutual(&doors, Some("billing")).log_in(SHOP, held).await;
    assert!(page.text.contains("Logged in as held@acme.example"), "{}", page.text);
    let page = Browser::at(&doors).log_in(SHOP, held).await;
    assert!(page.text.contains("Logged in as held@acme.example"), "org.enforced-login = any-door: {}", page.text);
}

#[tokio::test]
async fn a_login_is_remembered_by_the_browser_until_it_ends() {
    let doors = org();
    let mut browser = Browser::at(&doors);
    browser.log_in(SHOP, ADA).await;
    assert!(browser.get(SHOP).await.text.contains("id=\"oaapprove\""), "asked for consent only");
    assert!(browser.get("/").await.text.contains("Logged in as ada@acme.example"));
    assert_eq!(doors.controls.expire_sessions(ADA.0), Ok(1));
    assert!(browser.get(SHOP).await.text.contains("id=\"password\""));
    browser.log_in(SHOP, ADA).await;
    doors.controls.advance(jiff::SignedDuration::from_hours(3)).expect("a time");
    assert!(browser.get(SHOP).await.text.contains("id=\"password\""), "two unused hours");
}
