//! PKCE: every pair of challenge and verifier, and the methods.

use super::{ADA, Browser, SHOP, VERIFIER, challenge, error, org, redeem};

#[tokio::test]
async fn the_whole_table_of_challenge_and_verifier() {
    let doors = org();
    let mut browser = Browser::at(&doors);
    browser.code(SHOP, ADA).await;
    let (short, long) = ("x".repeat(42), "x".repeat(172));
    let least = "-._~".repeat(10) + "abc";
    let wrong = "400 invalid_grant: invalid code verifier";
    for (asked, verifier, expected) in [
        (None, None, "200"),
        (None, Some(VERIFIER), "400 invalid_grant: unexpected code verifier"),
        (Some(challenge(VERIFIER)), Some(VERIFIER), "200"),
        (Some(challenge(VERIFIER) + "="), Some(VERIFIER), "200"),
        (Some(challenge(&least)), Some(&least), "200"),
        (Some(challenge(VERIFIER)), None, wrong),
        (Some(challenge(VERIFIER)), Some(""), wrong),
        (Some(challenge(VERIFIER)), Some(&VERIFIER[1..]), wrong),
        (Some(challenge(VERIFIER)), Some(&challenge(VERIFIER)), wrong),
        (Some(challenge(&short)), Some(&short), wrong),
        (Some(challenge(&long)), Some(&long), wrong),
        (Some(challenge(&"é".repeat(43))), Some(&"é".repeat(43)), wrong),
    ] {
        let uri = asked.as_ref().map_or(SHOP.to_owned(), |asked| format!("{SHOP}&code_challenge={asked}"));
        for method in ["", "&code_challenge_method=S256"] {
            if asked.is_none() && !method.is_empty() {
                continue;
            }
            let code = super::code_of(&browser.get(&format!("{uri}{method}")).await);
            let more: Vec<_> = verifier.iter().map(|verifier| ("code_verifier", *verifier)).collect();
            let answer = redeem(&doors, &code, &more).await;
            let shown = if answer.status == 200 { "200".to_owned() } else { error(&answer) };
            assert_eq!(shown, expected, "{asked:?} {verifier:?} {method}");
        }
    }
}

#[tokio::test]
async fn a_method_other_than_s256_is_refused() {
    let doors = org();
    let challenge = challenge(VERIFIER);
    for (query, expected) in [
        (
            format!("code_challenge={challenge}&code_challenge_method=plain"),
            "code%20challenge%20method%20not%20supported",
        ),
        (
            format!("code_challenge={challenge}&code_challenge_method=s256"),
            "code%20challenge%20method%20not%20supported",
        ),
        ("code_challenge_method=S256".to_owned(), "missing%20required%20code%20challenge"),
        (format!("code_challenge={VERIFIER}"), "invalid%20code%20challenge"),
        (format!("code_challenge={}%2B", &challenge[1..]), "invalid%20code%20challenge"),
    ] {
        let answer = Browser::at(&doors).get(&format!("{SHOP}&{query}")).await;
        let location = answer.header("location");
        assert!(
            location.contains(&format!("error=invalid_request&error_description={expected}")),
            "{query}: {location}"
        );
    }
}

#[tokio::test]
async fn a_wrong_verifier_leaves_the_code_to_its_owner() {
    let doors = org();
    let code = Browser::at(&doors).code(&format!("{SHOP}&code_challenge={}", challenge(VERIFIER)), ADA).await;
    assert_eq!(redeem(&doors, &code, &[]).await.status, 400);
    assert_eq!(redeem(&doors, &code, &[("code_verifier", &"y".repeat(43))]).await.status, 400);
    assert_eq!(redeem(&doors, &code, &[("code_verifier", VERIFIER)]).await.status, 200);
}
