//! Faults of a request: refusals in every family's shape, Retry-After in both forms, bodies that break off or dawdle.

use std::time::Duration;

use mockorg::org::Door;

use super::{LIMITS, fault, last_request, told};
use crate::wire::{FORM, Org};

/// SOAP getUserInfo with that session.
fn get_user_info(org: &Org, session: &str) -> crate::wire::Answer {
    let envelope = format!(
        "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns=\"urn:partner.soap.sforce.com\"><e:Header>\
         <SessionHeader><sessionId>{session}</sessionId></SessionHeader></e:Header><e:Body><getUserInfo/></e:Body></e:Envelope>"
    );
    org.door(Door::Standard).post("/services/Soap/u/64.0", "text/xml", &envelope).unwrap()
}

#[test]
fn unavailable_is_a_page_that_knows_no_api() {
    let org = fault("effect = \"unavailable\"\nretry-after = \"7s\"");
    let answer = org.door(Door::Standard).get(LIMITS).unwrap();
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("7")));
    assert!(answer.body.starts_with("<html>") && !answer.body.contains("errorCode"));
    assert_eq!(answer.header("sforce-limit-info"), None, "it is not the org that speaks");
    let request = last_request(&org);
    assert_eq!(request.injected_fault.as_deref(), Some("unavailable"));
    assert_eq!(request.error.as_deref(), Some("UNAVAILABLE"));
    let explanation = request.explanation.unwrap();
    assert_eq!(explanation.headline, "injected by the fault \"unavailable\": 503, whatever the request");
    assert_eq!(told(&org), [("unavailable".to_owned(), "injected", "unavailable".to_owned())]);
}

#[test]
fn retry_after_may_be_a_date_which_is_never_too_early() {
    let org = fault("effect = \"unavailable\"\nretry-after = \"90s\"\nretry-after-form = \"date\"");
    let before = org.clock().wall_now();
    let answer = org.door(Door::Standard).get("/services/data").unwrap();
    let date = answer.header("retry-after").unwrap();
    let date = jiff::fmt::rfc2822::parse(date).unwrap().timestamp();
    let after = date.duration_since(before);
    assert!((90..=93).contains(&after.as_secs()), "{after}");
}

#[test]
fn retry_after_takes_either_form_by_the_seed() {
    let org = fault("effect = \"unavailable\"\nretry-after = \"2s\"\nretry-after-form = \"either\"");
    let forms: Vec<bool> = (0..20)
        .map(|_| {
            let answer = org.door(Door::Standard).get("/services/data").unwrap();
            answer.header("retry-after").unwrap().parse::<u32>().is_ok()
        })
        .collect();
    assert!(forms.contains(&true) && forms.contains(&false), "{forms:?}");
}

#[test]
fn server_unavailable_is_written_as_each_api_writes_errors() {
    let org = fault("effect = \"server-unavailable\"\nretry-after = \"3s\"\npath = \"*\"");
    let rest = org.door(Door::Standard).get(LIMITS).unwrap();
    assert_eq!((rest.status, rest.error_code().as_str()), (503, "SERVER_UNAVAILABLE"));
    assert_eq!(rest.header("retry-after"), Some("3"));
    let soap = get_user_info(&org, "none");
    assert_eq!(soap.status, 500);
    assert!(soap.body.contains("<sf:exceptionCode>SERVER_UNAVAILABLE</sf:exceptionCode>"), "{}", soap.body);
    let token = org.door(Door::Standard).post("/services/oauth2/token", FORM, "grant_type=password").unwrap();
    assert_eq!((token.status, token.json()["error"].as_str()), (503, Some("temporarily_unavailable")));
}

#[test]
fn a_login_struck_by_a_fault_opens_no_session() {
    let org = fault("effect = \"server-unavailable\"\nuser = \"reports@acme.example\"");
    let body = "grant_type=password&client_id=quickstart-client-id&client_secret=quickstart-secret\
                &username=reports@acme.example&password=reports-password";
    let token = org.door(Door::Standard).post("/services/oauth2/token", FORM, body).unwrap();
    assert_eq!(token.status, 503);
    let login = org.event(|event| event.kind.name() == "login");
    let login = serde_json::to_value(&login.kind).unwrap();
    assert_eq!((login["decision"].as_str(), login["status"].as_str()), (Some("refused"), Some("Failed")));
    assert!(login["explanation"]["headline"].as_str().unwrap().starts_with("injected by the fault"));
}

#[test]
fn the_request_limit_is_for_calls_with_a_session() {
    let org = fault("effect = \"request-limit-exceeded\"");
    let client = org.door(Door::Standard);
    assert_eq!(client.get("/services/data").unwrap().status, 200, "no call");
    assert_eq!(client.get(LIMITS).unwrap().error_code(), "INVALID_SESSION_ID", "no session");
    let session = org.reports();
    let rest = client.session(&session).get(LIMITS).unwrap();
    assert_eq!((rest.status, rest.error_code().as_str()), (403, "REQUEST_LIMIT_EXCEEDED"));
    assert!(rest.body.contains("TotalRequests Limit exceeded."));
    let request = last_request(&org);
    assert_eq!((request.user.as_deref(), request.decision), (Some("reports@acme.example"), Some("refused")));
    let soap = get_user_info(&org, &session);
    assert!(soap.status == 500 && soap.body.contains("<faultcode>sf:REQUEST_LIMIT_EXCEEDED</faultcode>"));
}

#[test]
fn a_session_dies_between_two_calls() {
    let org = fault("effect = \"end-session\"\nuser = \"reports@acme.example\"\nnth = 2");
    let session = org.reports();
    let client = org.door(Door::Standard).session(&session);
    let codes: Vec<u16> = (0..3).map(|_| client.get(LIMITS).unwrap().status).collect();
    assert_eq!(codes, [200, 401, 401], "and stays dead");
    let events = org.journal().since(0);
    let dead: Vec<_> = events
        .iter()
        .filter_map(|event| match &event.kind {
            mockorg::journal::Kind::Request(request) if request.status == 401 => request.injected_fault.as_deref(),
            _ => None,
        })
        .collect();
    assert_eq!(dead, ["end-session"], "the third was no injection, but what follows from it");
    let again = org.door(Door::Standard).session(&org.reports());
    assert_eq!(again.get(LIMITS).unwrap().status, 200);
}

#[test]
fn an_answer_breaks_off_after_so_many_bytes() {
    for bytes in [0, 1, 40] {
        let org = fault(&format!("effect = \"drop\"\nafter-bytes = {bytes}\npath = \"/services/data\""));
        let whole = org.door(Door::Standard).get("/services/data/").unwrap();
        let announced: usize = whole.header("content-length").unwrap().parse().unwrap();
        assert_eq!((whole.status, whole.body.len()), (200, bytes));
        assert!(announced > 1_000, "the head promises the whole");
        assert_eq!(last_request(&org).injected_fault.as_deref(), Some("drop"));
        assert_eq!(told(&org)[0].2, format!("drop, after {bytes} bytes"));
    }
}

#[test]
fn a_slow_body_comes_whole_and_late() {
    let org = fault("effect = \"slow-body\"\nfor = \"300ms\"\ntimes = 1");
    let watch = mockorg::clock::Stopwatch::start();
    let slow = org.door(Door::Standard).get("/services/data").unwrap();
    assert!(watch.elapsed() >= Duration::from_millis(300));
    let fast = org.door(Door::Standard).get("/services/data").unwrap();
    assert_eq!((slow.status, &slow.body), (200, &fast.body));
    assert_eq!(slow.header("content-length"), fast.header("content-length"));
}

#[test]
fn a_head_has_no_body_to_disturb() {
    let org = fault("effect = \"drop\"");
    let answer = org.door(Door::Standard).request("HEAD", "/services/data", None).unwrap();
    assert_eq!(answer.status, 200);
}
