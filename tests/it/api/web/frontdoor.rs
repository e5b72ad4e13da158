//! From a session to a browser: links that log in once.

use super::{ADA, Browser, SHOP, lives, org};
use crate::api::Doors;

async fn link(doors: &Doors, session: &str, query: &str) -> String {
    let ask = doors.standard("GET", &format!("/services/oauth2/singleaccess{query}")).bearer(session);
    let answer = ask.send().await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-cache,no-store"), "{}", answer.text);
    let uri = answer.json()["frontdoor_uri"].as_str().expect("a link").to_owned();
    uri.strip_prefix("https://localhost:4443").expect("the standard door").to_owned()
}

#[tokio::test]
async fn a_session_opens_a_browser_once() {
    let doors = org();
    let session = doors.session(ADA.0, "ada-passwordADATOKEN").await;
    let uri = link(&doors, &session, "?redirect_uri=%2Fsetup%2Fconnect").await;
    let mut browser = Browser::at(&doors);
    let answer = browser.get(&uri).await;
    assert_eq!((answer.status, answer.header("location")), (302, "/setup/connect"));
    assert!(browser.get(SHOP).await.text.contains("id=\"oaapprove\""));
    assert_eq!(doors.last_login().flow, "browser");
    let mut late = Browser::at(&doors);
    let again = late.get(&uri).await;
    assert_eq!((again.status, again.header("set-cookie")), (403, ""));
    assert!(late.get(SHOP).await.text.contains("id=\"password\""));
}

#[tokio::test]
async fn a_link_leads_nowhere_else() {
    let doors = org();
    let session = doors.session(ADA.0, "ada-passwordADATOKEN").await;
    for place in ["https%3A%2F%2Fevil.example%2F", "%2F%2Fevil.example", "%2F%5Cevil.example", "%2F%0D%0AX%3A%20y"] {
        let uri = link(&doors, &session, &format!("?redirect_uri={place}")).await;
        assert_eq!(Browser::at(&doors).get(&uri).await.header("location"), "/", "{place}");
        let uri = format!("/secur/frontdoor.jsp?sid={}&retURL={place}", super::encode(&session));
        assert_eq!(Browser::at(&doors).get(&uri).await.header("location"), "/", "{place}");
    }
}

#[tokio::test]
async fn who_may_see_no_pages_gets_no_link() {
    let doors = org();
    let robot = doors.session("robot@acme.example", "robot-password").await;
    let answer = doors.standard("GET", "/services/oauth2/singleaccess").bearer(&robot).send().await;
    assert_eq!((answer.status, &answer.json()["error"]), (400, &serde_json::json!("OAUTH_APPROVAL_ERROR_GENERIC")));
    let by_sid = format!("/secur/frontdoor.jsp?sid={}", super::encode(&robot));
    assert_eq!(Browser::at(&doors).get(&by_sid).await.status, 403);
    assert!(lives(&doors, &robot).await);
    for uri in ["/secur/frontdoor.jsp", "/secur/frontdoor.jsp?sid=nonsense", "/secur/frontdoor.jsp?otp="] {
        let answer = Browser::at(&doors).get(uri).await;
        assert_eq!((answer.status, answer.header("set-cookie")), (403, ""), "{uri}");
    }
    let nobody = doors.standard("GET", "/services/oauth2/singleaccess").send().await;
    assert_eq!((nobody.status, &nobody.json()["error"]), (400, &serde_json::json!("invalid_token")));
}
