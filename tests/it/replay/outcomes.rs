//! A difference planted in each kind of outcome is found and named; what is as expected is not.

use expect_test::expect;
use mockorg::replay::Judged;

use super::{all_as_expected, play};

const LOGIN: &str = "[[exchange]]\nname = \"login\"\nlogin = \"password\"\nuser = \"reports@acme.example\"\n";

/// What is said about a call of `limits` as reports, or of another path, that is expected to come out so.
fn said(lines: &str) -> String {
    let request = if lines.contains("request =") || lines.contains("soap =") {
        ""
    } else {
        "request = \"GET /services/data/v68.0/query?q=SELECT+Name,IsSandbox+FROM+Organization\"\n"
    };
    let session = if lines.contains("client =") { "" } else { "session = \"login\"\n" };
    let played = play(&format!("{LOGIN}[[exchange]]\n{session}{request}{lines}\n"));
    let last = played.exchanges.last().unwrap();
    assert_eq!(last.outcome == Judged::Different, !last.differences.is_empty());
    let lines = last.differences.iter().map(|d| format!("{}: expected {}, found {}", d.what, d.expected, d.found));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn an_alert_that_differs_is_named() {
    let alert = |client: &str, alert: &str| {
        said(&format!("client = \"{client}\"\nrequest = \"GET /services/data\"\nexpect.alert = \"{alert}\""))
    };
    assert_eq!(alert("expired", "certificate_expired"), "");
    assert_eq!(alert("expired", "any"), "");
    assert_eq!(
        alert("expired", "unknown_ca"),
        "alert: expected TLS alert unknown_ca, found TLS alert certificate_expired (45)"
    );
    assert_eq!(alert("billing", "any"), "alert: expected a TLS alert, found 200");
    assert_eq!(
        said("client = \"expired\"\nrequest = \"GET /services/data\""),
        "answer: expected an answer with status 2xx, found TLS alert certificate_expired (45)"
    );
}

#[test]
fn a_status_that_differs_is_named() {
    assert_eq!(said("expect.status = 200"), "");
    assert_eq!(said("expect.status = \"2xx\""), "");
    assert_eq!(said("expect.status = 201"), "status: expected 201, found 200");
    assert_eq!(said("expect.status = \"4xx\""), "status: expected 4xx, found 200");
    assert_eq!(said("request = \"GET /nowhere\""), "status: expected 2xx, found 404");
}

#[test]
fn an_error_code_that_differs_is_named() {
    let code = |code: &str| said(&format!("request = \"GET /services/data/v68.0/nowhere\"\nexpect.error = \"{code}\""));
    assert_eq!(code("NOT_FOUND"), "");
    assert_eq!(code("NOT_*"), "");
    assert_eq!(code("INVALID_TYPE"), "error: expected INVALID_TYPE, found NOT_FOUND");
    assert_eq!(said("expect.error = \"NOT_FOUND\""), "error: expected NOT_FOUND, found no error code");
}

#[test]
fn a_header_that_differs_is_named() {
    assert_eq!(said("expect.headers = { Content-Type = \"application/json*\" }"), "");
    assert_eq!(
        said("expect.headers = { content-type = \"text/xml\" }"),
        "header content-type: expected text/xml, found application/json;charset=UTF-8"
    );
    assert_eq!(said("expect.headers = { x-none = \"*\" }"), "header x-none: expected *, found no such header");
}

#[test]
fn a_value_that_differs_is_named() {
    let value = |place: &str, value: &str| said(&format!("expect.values = {{ \"{place}\" = {value} }}"));
    assert_eq!(value("$.totalSize", "1"), "");
    assert_eq!(value("$.done", "true"), "");
    assert_eq!(value("$.records[0].Name", "\"A*e\""), "");
    assert_eq!(value("$.records[0]", "\"*\""), "");
    assert_eq!(value("$.totalSize", "2"), "value $.totalSize: expected 2, found 1");
    assert_eq!(value("$.done", "false"), "value $.done: expected false, found true");
    assert_eq!(value("$.totalSize", "\"1\""), "value $.totalSize: expected \"1\", found 1");
    assert_eq!(value("$.nothing", "1"), "value $.nothing: expected 1, found nothing there");
    assert_eq!(value("//name", "1"), "value //name: expected 1, found application/json;charset=UTF-8, not XML");
}

#[test]
fn a_value_of_xml_that_differs_is_named() {
    let value = |place: &str, value: &str| {
        said(&format!("soap = \"<getUserInfo/>\"\nexpect.values = {{ \"{place}\" = {value} }}"))
    };
    assert_eq!(value("//userName", "\"reports@acme.example\""), "");
    assert_eq!(value("/Envelope/Body/getUserInfoResponse/result/organizationName", "\"Acme\""), "");
    assert_eq!(value("//userName", "\"ada\""), "value //userName: expected \"ada\", found \"reports@acme.example\"");
}

#[test]
fn a_text_that_differs_is_named() {
    assert_eq!(said("expect.text = \"*Acme*\""), "");
    let request = "request = \"GET /services/data/v68.0/nowhere\"\nexpect = { status = 404, text = \"[]\" }";
    expect![[r#"text: expected [], found "[{\"message\":\"The requested resource does not exist\",\"errorCode\":\"NOT_FOUND\"}]""#]]
        .assert_eq(&said(request));
}

#[test]
fn a_version_of_http_that_differs_is_named() {
    let http = |offered: &str, expect: &str| {
        said(&format!("client = \"billing\"\n{offered}\nrequest = \"GET /services/data\"\n{expect}"))
    };
    assert_eq!(http("http = \"2\"", ""), "");
    assert_eq!(http("http = \"2\"", "expect.http = \"2\""), "");
    assert_eq!(http("http = \"2\"", "expect.http = \"1.1\""), "http: expected HTTP/1.1, found HTTP/2");
    assert_eq!(http("http = \"1.1\"", "expect.http = \"2\""), "http: expected HTTP/2, found HTTP/1.1");
    assert_eq!(http("", "expect.http = \"2\""), "http: expected HTTP/2, found HTTP/1.1");
}

#[test]
fn a_session_that_is_resumed_otherwise_is_named() {
    let resumed = |switch: &str, expected: bool| {
        let text = include_str!("../../../scenarios/quickstart.toml").split_once("\n[[exchange]]").unwrap().0;
        let call = "[[exchange]]\nclient = \"billing\"\nrequest = \"GET /services/data\"\n";
        let again = format!("{call}resume = \"first\"\nexpect.resumed = {expected}\n");
        let toml =
            format!("{}\n{call}name = \"first\"\n{again}", text.replacen("[[ca]]", &format!("{switch}[[ca]]"), 1));
        let scenario = mockorg::Scenario::from_text(&toml, "x.toml", ".".as_ref()).unwrap();
        let played = super::runtime().block_on(mockorg::replay::replay(mockorg::Simulator::default(), scenario));
        let difference = played.unwrap().exchanges[1].differences.first().cloned();
        difference.map(|d| format!("{}: expected {}, found {}", d.what, d.expected, d.found)).unwrap_or_default()
    };
    let trust = "[edge]\nresumption = \"trust\"\n";
    assert_eq!(resumed(trust, true), "");
    assert_eq!(resumed(trust, false), "resumed: expected false, found true");
    assert_eq!(resumed("", false), "");
    assert_eq!(resumed("", true), "resumed: expected true, found there was no session to offer");
}

#[test]
fn a_tunnel_that_is_given_or_refused_otherwise_is_named() {
    let proxy = |host: &str, expect: &str| {
        said(&format!("client = \"billing\"\nby-proxy = \"{host}\"\nrequest = \"GET /services/data\"\n{expect}"))
    };
    let refused = "no tunnel: 403 example.com:8443 is not this org's, and mockorg's proxy dials nobody";
    assert_eq!(proxy("example.com", "expect.proxy = 403"), "");
    assert_eq!(proxy("example.com", "expect.proxy = \"4xx\""), "");
    assert_eq!(proxy("example.com", "expect.proxy = 405"), format!("proxy: expected no tunnel: 405, found {refused}"));
    assert_eq!(proxy("login.salesforce.com", "expect.proxy = 403"), "proxy: expected no tunnel: 403, found 200");
    assert_eq!(proxy("example.com", ""), format!("answer: expected an answer with status 2xx, found {refused}"));
    assert_eq!(proxy("example.com", "expect.alert = \"any\""), format!("alert: expected a TLS alert, found {refused}"));
}

#[test]
fn a_connection_that_ends_otherwise_is_named() {
    let closed =
        |client: &str| said(&format!("client = \"{client}\"\nrequest = \"GET /services/data\"\nexpect.closed = true"));
    let wanted = "closed: expected an end without an answer and without an alert, found";
    assert_eq!(closed("billing"), format!("{wanted} 200"));
    assert_eq!(closed("expired"), format!("{wanted} TLS alert certificate_expired (45)"));
}

#[test]
fn several_differences_are_all_named() {
    let said = said("expect = { status = 201, headers = { x-none = \"a\" }, values = { \"$.totalSize\" = 2 } }");
    assert_eq!(said.lines().count(), 3, "{said}");
}

#[test]
fn a_difference_comes_with_the_orgs_own_explanation() {
    let played = play("[[exchange]]\nclient = \"revoked\"\nrequest = \"GET /services/data\"\n");
    let explanation = played.exchanges[0].explanation.as_ref().unwrap();
    assert!(explanation.headline.contains("CN=revoked"), "{explanation}");
    assert!(explanation.cure.ends_with("see docs/refusals.md#revoked"), "{explanation}");
}

#[test]
fn a_session_is_not_shown_in_a_difference() {
    let played = play(&format!("{LOGIN}expect.values = {{ \"$.access_token\" = \"x\" }}\n"));
    let shown = format!("{:?}", played.exchanges[0]);
    assert!(shown.contains("!…"), "{shown}");
    assert!(played.exchanges[0].answer.as_ref().unwrap().contains("!…\""), "{shown}");
}

#[test]
fn a_capture_that_is_not_there_is_a_difference() {
    let played = play(&format!("{LOGIN}capture = {{ a = \"$.nothing\" }}\n"));
    assert_eq!(played.exchanges[0].differences[0].what, "capture a");
    assert_eq!(played.exchanges[0].differences[0].found, "nothing there");
}

#[test]
fn xml_and_json_bodies_forms_and_headers_are_sent_as_they_are() {
    all_as_expected(&play(
        r#"
        [[exchange]]
        request = "POST /services/oauth2/token"
        form = { grant_type = "password", username = "reports@acme.example", password = "reports-password", client_id = "quickstart-client-id", client_secret = "quickstart-secret" }
        [[exchange]]
        request = "POST /services/Soap/u/64.0"
        headers = { SOAPAction = "login" }
        body = "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><login xmlns='urn:partner.soap.sforce.com'><username>reports@acme.example</username><password>reports-password</password></login></e:Body></e:Envelope>"
        expect.values = { "//sandbox" = false }
        [[exchange]]
        request = "HEAD /services/data"
        [[exchange]]
        request = "PATCH /services/data"
        expect.status = 405
        "#,
    ));
}
