//! REST: versions, sessions, records and queries, errors in the org's shapes.

use expect_test::expect;
use serde_json::json;

use super::Doors;

#[tokio::test]
async fn versions_need_no_session() {
    let doors = Doors::quickstart();
    for path in ["/services/data", "/services/data/", "/Services/DATA"] {
        let answer = doors.standard("GET", path).send().await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), "application/json;charset=UTF-8");
        assert_eq!(answer.header("sforce-limit-info"), "api-usage=0/15000");
        let versions = answer.json();
        let versions = versions.as_array().expect("a list");
        assert_eq!(versions.len(), 38);
        assert_eq!(versions[0], json!({"label": "Summer '14", "url": "/services/data/v31.0", "version": "31.0"}));
        assert_eq!(versions[37], json!({"label": "Winter '27", "url": "/services/data/v68.0", "version": "68.0"}));
    }
}

#[tokio::test]
async fn resources_lead_to_what_is_served() {
    let doors = Doors::quickstart();
    let session = doors.reports().await;
    let resources = doors.standard("GET", "/services/data/v68.0").bearer(&session).send().await.json();
    assert_eq!(resources["limits"], "/services/data/v68.0/limits");
    let identity = resources["identity"].as_str().expect("a URL").strip_prefix("https://localhost:4443").expect("ours");
    assert_eq!(doors.standard("GET", identity).bearer(&session).send().await.status, 200);
    let latest = doors.standard("GET", "/services/data/latest").bearer(&session).send().await.json();
    assert_eq!(latest, resources);
}

#[tokio::test]
async fn calls_without_a_living_session_are_401() {
    let doors = Doors::quickstart();
    let expected = r#"[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]"#;
    let answer = doors.standard("GET", "/services/data/v68.0/limits").send().await;
    assert_eq!((answer.status, answer.text.as_str()), (401, expected));
    let answer = doors.standard("GET", "/services/data/v68.0/limits").bearer("00D!nothing").send().await;
    assert_eq!((answer.status, answer.text.as_str()), (401, expected));
    let session = doors.reports().await;
    doors.controls.advance(jiff::SignedDuration::from_hours(3)).expect("a time");
    let answer = doors.standard("GET", "/services/data/v68.0/limits").bearer(&session).send().await;
    assert_eq!((answer.status, answer.text.as_str()), (401, expected));
}

#[tokio::test]
async fn an_enforced_user_is_refused_in_rests_own_words_and_by_the_switched_status() {
    let doors = Doors::quickstart();
    let session = doors.billing().await;
    let expected = r#"[{"message":"This session could not be mutually authenticated for the use with REST API","errorCode":"MUTUAL_AUTHENTICATION_FAILED"}]"#;
    for (ask, near) in [
        (doors.standard("GET", "/services/data/v68.0/limits"), "standard door"),
        (doors.mutual("GET", "/services/data/v68.0/limits"), "sent no certificate"),
        (doors.mutual("GET", "/services/data/v68.0/limits").certificate("visitor"), "CN=visitor"),
    ] {
        let answer = ask.bearer(&session).send().await;
        assert_eq!((answer.status, answer.text.as_str()), (401, expected));
        let why = doors.last_request().explanation.expect("why").to_string();
        assert!(why.contains(near), "{why}");
    }
    let doors = doors.switch("org.refusal-status", "403");
    let answer = doors.standard("GET", "/services/data/v68.0/limits").bearer(&session).send().await;
    assert_eq!(answer.status, 403);
}

#[tokio::test]
async fn an_enforced_user_with_the_uploaded_certificate_calls_with_either_scheme() {
    let doors = Doors::quickstart();
    let session = doors.billing().await;
    for scheme in ["Bearer", "OAuth", "bearer"] {
        let ask = doors.mutual("GET", "/services/data/v68.0/limits/").certificate("billing");
        let answer = ask.header("authorization", &format!("{scheme} {session}")).send().await;
        assert_eq!(answer.status, 200, "{scheme}: {}", answer.text);
    }
}

#[tokio::test]
async fn limits_move_with_use() {
    let doors = Doors::quickstart();
    let session = doors.reports().await;
    let limits = |answer: super::Answer| answer.json()["DailyApiRequests"].clone();
    let first = doors.standard("GET", "/services/data/v68.0/limits").bearer(&session).send().await;
    assert_eq!(first.header("sforce-limit-info"), "api-usage=1/15000");
    assert_eq!(limits(first), json!({"Max": 15_000, "Remaining": 14_999}));
    let second = doors.standard("GET", "/services/data/v68.0/limits").bearer(&session).send().await;
    assert_eq!(limits(second), json!({"Max": 15_000, "Remaining": 14_998}));
}

#[tokio::test]
async fn retired_versions_are_gone_and_future_ones_not_found() {
    let doors = Doors::quickstart();
    let gone = doors.standard("GET", "/services/data/v30.0/limits").send().await;
    expect![[r#"410 [{"message":"Invalid Api version specified on URL","errorCode":"UNSUPPORTED_API_VERSION"}]"#]]
        .assert_eq(&gone.shown());
    for path in ["v69.0", "v68.1", "68.0", "vx"] {
        let unknown = doors.standard("GET", &format!("/services/data/{path}/limits")).send().await;
        assert_eq!(
            unknown.shown(),
            r#"404 [{"message":"The requested resource does not exist","errorCode":"NOT_FOUND"}]"#,
            "{path}"
        );
    }
}

#[tokio::test]
async fn records_are_read_by_either_length_of_id() {
    let doors = Doors::quickstart();
    let session = doors.reports().await;
    let id = doors.controls.snapshot().org.user_named("billing@acme.example").expect("the user").id.clone();
    let full = doors.standard("GET", &format!("/services/data/v51.0/sobjects/user/{id}")).bearer(&session).send().await;
    assert_eq!(full.json()["Username"], "billing@acme.example");
    let url = format!("/services/data/v51.0/sobjects/User/{}?fields=username,%20IsActive", id.short());
    let some = doors.standard("GET", &url).bearer(&session).send().await;
    let expected = format!(
        r#"{{"attributes":{{"type":"User","url":"/services/data/v51.0/sobjects/User/{id}"}},"Username":"billing@acme.example","IsActive":true,"Id":"{id}"}}"#
    );
    assert_eq!(some.text, expected);
    let org = doors.controls.snapshot().org.id.clone();
    let answer = doors
        .standard("GET", &format!("/services/data/v68.0/sobjects/Organization/{org}"))
        .bearer(&session)
        .send()
        .await;
    assert_eq!(answer.json()["Name"], "Acme");
}

#[tokio::test]
async fn records_that_are_not_there_are_not_found() {
    let doors = Doors::quickstart();
    let session = doors.reports().await;
    for path in ["User/0055e000000ZZZZ", "User/1", "Account/0015e0000000001", "User", "x/y/z"] {
        let answer =
            doors.standard("GET", &format!("/services/data/v68.0/sobjects/{path}")).bearer(&session).send().await;
        assert_eq!((answer.status, answer.json()[0]["errorCode"].as_str()), (404, Some("NOT_FOUND")), "{path}");
    }
    let id = doors.controls.snapshot().org.id.clone();
    let url = format!("/services/data/v68.0/sobjects/Organization/{id}?fields=Nope");
    let answer = doors.standard("GET", &url).bearer(&session).send().await;
    expect![[
        r#"400 [{"message":"No such column 'Nope' on sobject of type Organization","errorCode":"INVALID_FIELD"}]"#
    ]]
    .assert_eq(&answer.shown());
}

async fn query(doors: &Doors, session: &str, path: &str, soql: &str) -> super::Answer {
    let url = format!("/services/data/v68.0/{path}?q={}", super::encode(soql));
    doors.standard("GET", &url).bearer(session).send().await
}

#[tokio::test]
async fn queries_answer_records_in_the_order_asked() {
    let doors = Doors::quickstart();
    let session = doors.reports().await;
    let soql = "SELECT Username, Id FROM User WHERE Username = 'reports@acme.example'";
    let answer = query(&doors, &session, "query/", soql).await;
    let id = doors.controls.snapshot().org.user_named("reports@acme.example").expect("the user").id.clone();
    let expected = format!(
        r#"{{"totalSize":1,"done":true,"records":[{{"attributes":{{"type":"User","url":"/services/data/v68.0/sobjects/User/{id}"}},"Username":"reports@acme.example","Id":"{id}"}}]}}"#
    );
    assert_eq!(answer.text, expected);
    let answer = query(&doors, &session, "QUERYALL", "SELECT COUNT() FROM User").await;
    assert_eq!(answer.text, r#"{"totalSize":2,"done":true,"records":[]}"#);
}

#[tokio::test]
async fn login_history_tells_of_both_ends() {
    let doors = Doors::quickstart();
    let session = doors.reports().await;
    super::soap::login(&doors, "u/64.0", "billing@acme.example", "wrong").await;
    super::soap::login(&doors, "u/64.0", "nobody@acme.example", "wrong").await;
    let soql = "SELECT Status, LoginType, ApiType, ApiVersion, SourceIp, TlsProtocol, CipherSuite FROM LoginHistory";
    let answer = query(&doors, &session, "query", soql).await.json();
    let records = answer["records"].as_array().expect("records");
    let statuses: Vec<_> = records.iter().map(|record| record["Status"].as_str().expect("a status")).collect();
    assert_eq!(statuses, ["Success", "Invalid Password"]);
    let mut first = records[0].clone();
    first.as_object_mut().expect("a record").remove("attributes");
    let expected = json!({
        "Status": "Success", "LoginType": "Other Apex API", "ApiType": "SOAP Partner", "ApiVersion": "64.0",
        "SourceIp": "127.0.0.1", "TlsProtocol": "TLS 1.3", "CipherSuite": "TLS_AES_256_GCM_SHA384",
    });
    assert_eq!(first, expected);
    let soql = "SELECT LastLoginDate FROM User WHERE Username = 'reports@acme.example'";
    let answer = query(&doors, &session, "query", soql).await.json();
    assert_eq!(answer["records"][0]["LastLoginDate"], "2026-11-24T09:00:00.000+0000");
}

#[tokio::test]
async fn columns_are_described_on_request() {
    let doors = Doors::quickstart();
    let session = doors.reports().await;
    let url = "/services/data/v68.0/query?columns=true&q=SELECT+Id,IsActive+FROM+User";
    let answer = doors.standard("GET", url).bearer(&session).send().await.json();
    assert_eq!((&answer["entityName"], &answer["keyPrefix"]), (&json!("User"), &json!("005")));
    assert_eq!(answer["columnMetadata"][1]["columnName"], "IsActive");
    assert_eq!(answer["columnMetadata"][1]["booleanType"], true);
}

#[tokio::test]
async fn a_query_that_cannot_be_read_points_at_the_place() {
    let doors = Doors::quickstart();
    let session = doors.reports().await;
    let answer = query(&doors, &session, "query", "SELECT Id FROM ScratchOrgInfo limit 1").await;
    assert_eq!((answer.status, answer.json()[0]["errorCode"].as_str()), (400, Some("INVALID_TYPE")));
    let message = answer.json()[0]["message"].as_str().expect("a message").to_owned();
    assert!(
        message.starts_with("\nSELECT Id FROM ScratchOrgInfo limit 1\n               ^\nERROR at Row:1:Column:16\n")
    );
    let answer = doors.standard("GET", "/services/data/v68.0/query").bearer(&session).send().await;
    assert_eq!((answer.status, answer.json()[0]["errorCode"].as_str()), (400, Some("MALFORMED_QUERY")));
}

#[tokio::test]
async fn methods_that_do_not_fit_are_405() {
    let doors = Doors::quickstart();
    let session = doors.reports().await;
    let answer = doors.standard("DELETE", "/services/data/v68.0/limits").bearer(&session).send().await;
    assert_eq!(answer.header("allow"), "GET,HEAD");
    expect![[
        r#"405 [{"message":"HTTP Method 'DELETE' not allowed. Allowed are GET,HEAD","errorCode":"METHOD_NOT_ALLOWED"}]"#
    ]]
    .assert_eq(&answer.shown());
}

#[tokio::test]
async fn a_user_without_the_api_is_turned_away() {
    let doors = Doors::quickstart();
    let session = doors.reports().await;
    doors.controls.deny("reports@acme.example", mockorg::scenario::Permission::ApiEnabled).expect("the user");
    let answer = doors.standard("GET", "/services/data/v68.0/limits").bearer(&session).send().await;
    expect![[
        r#"403 [{"message":"The REST API is not enabled for this Organization.","errorCode":"API_DISABLED_FOR_ORG"}]"#
    ]]
    .assert_eq(&answer.shown());
}

#[tokio::test]
async fn one_request_leaves_one_event_without_secrets() {
    let doors = Doors::quickstart();
    let session = doors.reports().await;
    let before = doors.requests().len();
    let id = doors.controls.snapshot().org.users[0].id.clone();
    let url = format!("/services/data/v68.0/sobjects/User/{id}?oauth_token=secret");
    doors.standard("GET", &url).bearer(&session).send().await;
    let requests = doors.requests();
    assert_eq!(requests.len(), before + 1);
    let request = &requests[before];
    assert_eq!(request.path, "/services/data/v68.0/sobjects/User/{id}");
    assert_eq!((request.status, request.family, request.user.as_deref()), (200, "rest", Some("reports@acme.example")));
    assert!(!serde_json::to_string(request).expect("JSON").contains(&session[16..]));
}

#[tokio::test]
async fn pretty_print_and_head_are_understood() {
    let doors = Doors::quickstart();
    let answer = doors.standard("GET", "/services/data").header("x-prettyprint", "1").send().await;
    assert!(answer.text.starts_with("[\n  {\n"), "{}", answer.text);
    let plain = doors.standard("GET", "/services/data").send().await.text.len();
    let head = doors.standard("HEAD", "/services/data").send().await;
    assert_eq!((head.status, head.text.as_str()), (200, ""));
    assert_eq!(head.header("content-length"), plain.to_string());
}
