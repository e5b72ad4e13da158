//! What keeps the pages to themselves: headers, cookies, forms that come from elsewhere; and that the API reads no cookie.

use super::{ADA, Browser, SHOP, org};

#[tokio::test]
async fn every_page_is_guarded_by_its_headers() {
    let doors = org();
    let mut browser = Browser::at(&doors);
    let mut pages = vec![("login", browser.get(SHOP).await), ("device login", browser.get("/setup/connect").await)];
    pages.push(("wrong password", browser.log_in(SHOP, (ADA.0, "wrong")).await));
    pages.push(("consent", browser.log_in(SHOP, ADA).await));
    pages.push(("error", browser.get("/services/oauth2/authorize").await));
    pages.push(("device", browser.get("/setup/connect").await));
    pages.push(("no token", browser.post(SHOP, &[("decision", "allow")]).await));
    pages.push(("logged out", browser.get("/secur/logout.jsp").await));
    for (name, page) in pages {
        let style = page.between("<style>", "</style>");
        let hash = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, openssl::sha::sha256(style.as_bytes()));
        let policy = page.header("content-security-policy");
        assert!(
            policy.starts_with(&format!("default-src 'none'; style-src 'sha256-{hash}'; form-action 'self'")),
            "{name}: {policy}"
        );
        assert!(policy.ends_with("; base-uri 'none'; frame-ancestors 'none'"), "{name}: {policy}");
        assert_eq!(page.header("x-frame-options"), "DENY", "{name}");
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{name}");
        assert_eq!(page.header("cache-control"), "no-cache,no-store", "{name}");
        assert_eq!(page.header("referrer-policy"), "same-origin", "{name}");
        for forbidden in ["<script", "javascript:", " style=\"", " onclick"] {
            assert!(!page.text.contains(forbidden), "{name}: {forbidden}");
        }
    }
}

#[tokio::test]
async fn a_form_may_lead_to_the_client_that_asked_and_nowhere_else() {
    let doors = org();
    let mut browser = Browser::at(&doors);
    let policy = |answer: &super::Answer| {
        let policy = answer.header("content-security-policy").to_owned();
        policy.split("form-action ").nth(1).and_then(|rest| rest.split(';').next().map(str::to_owned)).expect("a list")
    };
    let login = browser.get(SHOP).await;
    assert_eq!(policy(&login), "'self' http://shop.example:* https://shop.example:*");
    let consent = browser.submit(SHOP, &login, &[("username", ADA.0), ("password", ADA.1)]).await;
    assert_eq!(policy(&consent), policy(&login));
    let native = format!(
        "/services/oauth2/authorize?response_type=code&client_id=rota&redirect_uri=testapp%3A%2F%2F%2Fdone\
                          &code_challenge={}",
        super::challenge(super::VERIFIER)
    );
    assert_eq!(policy(&browser.get(&native).await), "'self' testapp:");
    assert_eq!(policy(&browser.get("/setup/connect").await), "'self'");
}

#[tokio::test]
async fn forms_name_their_fields_for_people_and_password_managers() {
    let doors = org();
    let page = Browser::at(&doors).get(SHOP).await.text;
    for part in [
        "<html lang=\"en\">",
        "<label for=\"username\">Username</label>",
        "<label for=\"password\">Password</label>",
        "autocomplete=\"username\"",
        "autocomplete=\"current-password\"",
        "<form method=\"post\">",
        "<main><h1>",
    ] {
        assert!(page.contains(part), "{part} is missing in {page}");
    }
}

#[tokio::test]
async fn the_cookie_is_for_this_host_alone_and_changes_at_login() {
    let doors = org();
    let mut browser = Browser::at(&doors);
    let page = browser.get(SHOP).await;
    let name = format!("__Host-browser-{}", doors.controls.snapshot().org.id.short());
    let first = page.header("set-cookie").to_owned();
    assert!(first.starts_with(&format!("{name}=")), "{first}");
    assert!(first.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax"), "{first}");
    assert_eq!(browser.get(SHOP).await.header("set-cookie"), "", "it is told once");
    let before = browser.cookie.clone();
    let page = browser.submit(SHOP, &page, &[("username", ADA.0), ("password", ADA.1)]).await;
    assert_ne!(page.header("set-cookie"), "");
    assert_ne!(browser.cookie, before, "nobody can have planted it");
    let mut planted = Browser { cookie: before, ..Browser::at(&doors) };
    assert!(planted.get(SHOP).await.text.contains("id=\"password\""), "the old one is nobody's");
}

#[tokio::test]
async fn a_form_from_elsewhere_is_refused_whatever_it_brings() {
    let doors = org();
    let (mut ada, mut other) = (Browser::at(&doors), Browser::at(&doors));
    let consent = ada.log_in(SHOP, ADA).await;
    let theirs = other.get(SHOP).await;
    let (own, foreign) = (super::hidden(&consent.text)[0].1.clone(), super::hidden(&theirs.text)[0].1.clone());
    let cookie = ada.cookie.clone();
    for (what, cookie, token) in [
        ("another browser's token", cookie.clone(), foreign.as_str()),
        ("no token", cookie.clone(), ""),
        ("half a token", cookie.clone(), &own[..32]),
        ("no cookie", None, &own),
        ("a cookie of no shape", Some("__Host-browser=x".to_owned()), &own),
    ] {
        let mut browser = Browser { cookie, ..Browser::at(&doors) };
        for fields in [
            &[("csrf_token", token), ("decision", "allow")][..],
            &[("csrf_token", token), ("username", ADA.0), ("password", ADA.1)],
        ] {
            for uri in [SHOP, "/setup/connect"] {
                let answer = browser.post(uri, fields).await;
                assert_eq!(
                    (answer.status, answer.header("location"), answer.header("set-cookie")),
                    (403, "", ""),
                    "{what}"
                );
                assert_eq!(doors.last_request().error.as_deref(), Some("INVALID_CSRF_TOKEN"), "{what}");
            }
        }
    }
    assert_eq!(doors.controls.store().logins().len(), 1, "nobody logged in");
    assert_eq!(ada.submit(SHOP, &consent, &[("decision", "allow")]).await.status, 303);
}

#[tokio::test]
async fn the_api_takes_no_cookie_and_a_page_no_session() {
    let doors = org();
    let mut browser = Browser::at(&doors);
    browser.log_in(SHOP, ADA).await;
    let cookie = browser.cookie.clone().expect("a cookie");
    let value = cookie.split_once('=').expect("a value").1.to_owned();
    for path in ["/services/data/v68.0/limits", "/services/oauth2/userinfo"] {
        for (name, given) in [
            ("cookie", cookie.clone()),
            ("cookie", format!("sid={value}")),
            ("authorization", format!("Bearer {value}")),
        ] {
            let answer = doors.standard("GET", path).header(name, &given).send().await;
            assert!(matches!(answer.status, 401 | 403), "{path} {name}: {}", answer.text);
        }
    }
    let token =
        super::token(&doors, &[("grant_type", "refresh_token"), ("refresh_token", &value), ("client_id", "shop")])
            .await;
    assert_eq!(token.status, 400);
    let code = super::code_of(&browser.get(SHOP).await.allowed(&mut browser).await);
    let session =
        super::redeem(&doors, &code, &[]).await.json()["access_token"].as_str().expect("a session").to_owned();
    let name = cookie.split_once('=').expect("a name").0;
    for page in [
        doors.standard("GET", SHOP).header("cookie", &format!("{name}={session}")).send().await,
        doors.standard("GET", SHOP).bearer(&session).send().await,
    ] {
        assert!(page.text.contains("id=\"password\""), "{}", page.text);
    }
}

impl super::Answer {
    async fn allowed(self, browser: &mut Browser<'_>) -> Self {
        browser.submit(SHOP, &self, &[("decision", "allow")]).await
    }
}

#[tokio::test]
async fn logging_out_ends_the_browsers_login() {
    let doors = org();
    let mut browser = Browser::at(&doors);
    browser.log_in(SHOP, ADA).await;
    let cookie = browser.cookie.clone();
    let answer = browser.get("/secur/logout.jsp").await;
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
    let mut kept = Browser { cookie, ..Browser::at(&doors) };
    assert!(kept.get(SHOP).await.text.contains("id=\"password\""), "the cookie is nobody's now");
    assert_eq!(doors.standard("PUT", "/secur/logout.jsp").send().await.status, 405);
}

#[tokio::test]
async fn a_split_cookie_header_is_read_as_one() {
    let doors = org();
    let mut browser = Browser::at(&doors);
    browser.log_in(SHOP, ADA).await;
    let cookie = browser.cookie.clone().expect("a cookie");
    let page = doors.standard("GET", SHOP).header("cookie", "a=b").header("cookie", &cookie).send().await;
    assert!(page.text.contains("id=\"oaapprove\""), "{}", page.text);
}
