//! Refresh tokens: rotation, the end of a family, and how many there may be.

use std::sync::Arc;

use mockorg::store::MAX_APPROVALS;

use super::{ADA, Browser, SHOP, VERIFIER, challenge, code_of, error, lives, org, redeem, token};
use crate::api::Doors;

async fn rota(doors: &Doors, browser: &mut Browser<'_>) -> String {
    let uri = format!(
        "/services/oauth2/authorize?response_type=code&client_id=rota&redirect_uri=testapp%3A%2F%2F%2Fdone&code_challenge={}",
        challenge(VERIFIER)
    );
    let code = browser.code(&uri, ADA).await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("client_id", "rota"),
        ("redirect_uri", "testapp:///done"),
        ("code_verifier", VERIFIER),
    ];
    token(doors, &fields).await.json()["refresh_token"].as_str().expect("a refresh token").to_owned()
}

async fn refresh(doors: &Doors, client_id: &str, refresh_token: &str) -> super::Answer {
    token(doors, &[("grant_type", "refresh_token"), ("refresh_token", refresh_token), ("client_id", client_id)]).await
}

fn next(answer: &super::Answer) -> String {
    answer.json()["refresh_token"].as_str().expect("a refresh token").to_owned()
}

#[tokio::test]
async fn rotation_gives_another_token_at_each_use() {
    let doors = org();
    let first = rota(&doors, &mut Browser::at(&doors)).await;
    let second = next(&refresh(&doors, "rota", &first).await);
    let third = next(&refresh(&doors, "rota", &second).await);
    assert!(first != second && second != third);
    assert_eq!(refresh(&doors, "rota", &third).await.status, 200);
}

#[tokio::test]
async fn a_replaced_token_that_comes_back_ends_the_one_that_took_its_place() {
    let doors = org();
    let first = rota(&doors, &mut Browser::at(&doors)).await;
    let second = next(&refresh(&doors, "rota", &first).await);
    let third = next(&refresh(&doors, "rota", &second).await);
    assert_eq!(error(&refresh(&doors, "shop", &first).await), "400 invalid_grant: expired access/refresh token");
    assert_eq!(error(&refresh(&doors, "rota", &first).await), "400 invalid_grant: expired access/refresh token");
    let explanation = doors.last_request().explanation.expect("an explanation");
    assert!(explanation.found.contains("has come back"), "{}", explanation.found);
    assert_eq!(error(&refresh(&doors, "rota", &third).await), "400 invalid_grant: expired access/refresh token");
}

#[tokio::test]
async fn another_apps_word_does_not_end_a_family() {
    let doors = org();
    let first = rota(&doors, &mut Browser::at(&doors)).await;
    let second = next(&refresh(&doors, "rota", &first).await);
    assert_eq!(refresh(&doors, "shop", &first).await.status, 400);
    assert_eq!(refresh(&doors, "rota", &second).await.status, 200);
}

#[tokio::test]
async fn a_refused_refresh_does_not_use_the_token_up() {
    let doors = org();
    let token = rota(&doors, &mut Browser::at(&doors)).await;
    doors.controls.deny(ADA.0, mockorg::scenario::Permission::ApiEnabled).expect("a user");
    assert_eq!(refresh(&doors, "rota", &token).await.status, 400);
    doors.controls.grant(ADA.0, mockorg::scenario::Permission::ApiEnabled).expect("a user");
    assert_eq!(refresh(&doors, "rota", &token).await.status, 200);
}

#[tokio::test]
async fn without_rotation_a_token_stays_good() {
    let doors = org();
    let code = Browser::at(&doors).code(SHOP, ADA).await;
    let token = next(&redeem(&doors, &code, &[]).await);
    for _ in 0..3 {
        let answer = refresh(&doors, "shop", &token).await;
        assert_eq!((answer.status, answer.json().get("refresh_token")), (200, None));
    }
}

#[tokio::test]
async fn a_code_that_comes_back_ends_the_whole_family_that_it_gave() {
    let doors = org();
    let mut browser = Browser::at(&doors);
    let uri = format!(
        "/services/oauth2/authorize?response_type=code&client_id=rota&redirect_uri=testapp%3A%2F%2F%2Fdone&code_challenge={}",
        challenge(VERIFIER)
    );
    let code = browser.code(&uri, ADA).await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("client_id", "rota"),
        ("redirect_uri", "testapp:///done"),
        ("code_verifier", VERIFIER),
    ];
    let first = next(&token(&doors, &fields).await);
    let second = next(&refresh(&doors, "rota", &first).await);
    assert_eq!(token(&doors, &fields).await.status, 400);
    assert_eq!(refresh(&doors, "rota", &second).await.status, 400);
}

#[tokio::test]
async fn one_approval_too_many_ends_the_oldest() {
    let doors = org();
    let mut browser = Browser::at(&doors);
    browser.code(SHOP, ADA).await;
    let mut given = Vec::new();
    for _ in 0..=MAX_APPROVALS {
        let code = code_of(&browser.get(SHOP).await);
        let body = redeem(&doors, &code, &[]).await.json();
        assert!(lives(&doors, body["access_token"].as_str().expect("text")).await);
        given.push(body["refresh_token"].as_str().expect("text").to_owned());
    }
    assert_eq!(refresh(&doors, "shop", &given[0]).await.status, 400);
    for token in &given[1..] {
        assert_eq!(refresh(&doors, "shop", token).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_token_used_many_times_at_once_opens_one_session_at_most() {
    let doors = Arc::new(org());
    let first = rota(&doors, &mut Browser::at(&doors)).await;
    let requests = (0..32).map(|_| {
        let (doors, first) = (doors.clone(), first.clone());
        tokio::spawn(async move { refresh(&doors, "rota", &first).await })
    });
    let mut opened = Vec::new();
    for request in requests.collect::<Vec<_>>() {
        let answer = request.await.expect("no panic");
        if answer.status == 200 {
            opened.push(next(&answer));
        }
    }
    let [successor] = opened.as_slice() else { panic!("one is given a token: {opened:?}") };
    assert_eq!(refresh(&doors, "rota", successor).await.status, 400, "the others have ended it");
}

#[tokio::test]
async fn a_rotation_takes_no_other_tokens_place() {
    let doors = org();
    let mut browser = Browser::at(&doors);
    let mut given = vec![rota(&doors, &mut browser).await];
    for _ in 1..MAX_APPROVALS {
        given.push(rota(&doors, &mut Browser::at(&doors)).await);
    }
    let last = given.pop().expect("the newest");
    let replaced = next(&refresh(&doors, "rota", &last).await);
    for token in given.iter().chain([&replaced]) {
        assert_eq!(refresh(&doors, "rota", token).await.status, 200);
    }
}
