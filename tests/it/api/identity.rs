//! The identity URL and userinfo, as jsforce, sf and Node clients read them.

use super::Doors;

#[tokio::test]
async fn the_identity_url_is_read_by_header_or_parameter() {
    let doors = Doors::quickstart();
    let session = doors.reports().await;
    let org = doors.controls.snapshot().org.clone();
    let user = org.user_named("reports@acme.example").expect("the user");
    let url = format!("/id/{}/{}", org.id, user.id);
    let by_header = doors.standard("GET", &url).bearer(&session).send().await;
    let uri = format!("{url}?format=json&oauth_token={}", super::encode(&session));
    let by_parameter = doors.standard("GET", &uri).send().await;
    assert_eq!(by_header.status, 200, "{}", by_header.text);
    assert_eq!(by_header.text, by_parameter.text);
    let identity = by_header.json();
    assert_eq!(identity["id"], format!("https://localhost:4443{url}"));
    assert_eq!(identity["username"], "reports@acme.example");
    assert_eq!(identity["organization_id"], org.id.as_str());
    let partner = format!("https://localhost:4443/services/Soap/u/{{version}}/{}", org.id.short());
    assert_eq!(identity["urls"]["partner"], partner);
    let latest = doors.standard("GET", &format!("{url}?version=latest")).bearer(&session).send().await.json();
    assert_eq!(latest["urls"]["query"], "https://localhost:4443/services/data/v68.0/query/");
}

#[tokio::test]
async fn userinfo_has_what_clients_ask_for() {
    let doors = Doors::quickstart();
    let session = doors.reports().await;
    let answer = doors.standard("GET", "/services/oauth2/userinfo").bearer(&session).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let claims = answer.json();
    let org = doors.controls.snapshot().org.clone();
    assert_eq!(claims["organization_id"], org.id.as_str());
    assert_eq!(claims["user_id"], org.user_named("reports@acme.example").expect("the user").id.as_str());
    assert_eq!(claims["preferred_username"], "reports@acme.example");
}

#[tokio::test]
async fn errors_are_one_word_of_text() {
    let doors = Doors::quickstart();
    let session = doors.reports().await;
    let org = doors.controls.snapshot().org.clone();
    let billing = org.user_named("billing@acme.example").expect("the user").id.clone();
    let answer = |uri: String| {
        let ask = doors.standard("GET", &uri).bearer(&session);
        async move { ask.send().await.shown() }
    };
    assert_eq!(doors.standard("GET", "/services/oauth2/userinfo").send().await.shown(), "403 Bad_OAuth_Token");
    assert_eq!(answer(format!("/id/00D000000000001/{billing}")).await, "403 Wrong_Org");
    assert_eq!(answer(format!("/id/{}/{billing}", org.id)).await, "404 Bad_Id");
}

#[tokio::test]
async fn an_enforced_user_needs_the_mutual_door_here_too() {
    let doors = Doors::quickstart();
    let session = doors.billing().await;
    let refused = doors.standard("GET", "/services/oauth2/userinfo").bearer(&session).send().await;
    assert_eq!(refused.status, 401);
    assert!(refused.text.contains("MUTUAL_AUTHENTICATION_FAILED"));
    let ask = doors.mutual("GET", "/services/oauth2/userinfo").certificate("billing").bearer(&session);
    assert_eq!(ask.send().await.status, 200);
}
