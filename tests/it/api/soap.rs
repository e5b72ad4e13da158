//! SOAP: envelopes as published clients write them, results in the order of the WSDL, faults as observed.

use expect_test::expect;

use super::{Answer, Doors};

const PARTNER: &str = "urn:partner.soap.sforce.com";

pub(super) async fn login(doors: &Doors, path: &str, username: &str, password: &str) -> Answer {
    let inner = format!("<username>{username}</username><password>{password}</password>");
    let body = envelope("", &format!("<login xmlns=\"{PARTNER}\">{inner}</login>"));
    doors.standard("POST", &format!("/services/Soap/{path}")).header("content-type", "text/xml").body(body).send().await
}

fn envelope(header: &str, body: &str) -> String {
    format!(
        "<se:Envelope xmlns:se=\"http://schemas.xmlsoap.org/soap/envelope/\"><se:Header>{header}</se:Header>\
         <se:Body>{body}</se:Body></se:Envelope>"
    )
}

fn call(session: &str, operation: &str) -> String {
    let header = format!("<SessionHeader xmlns=\"{PARTNER}\"><sessionId>{session}</sessionId></SessionHeader>");
    envelope(&header, &format!("<{operation} xmlns=\"{PARTNER}\"/>"))
}

#[tokio::test]
async fn login_answers_in_the_order_of_the_wsdl() {
    let doors = Doors::quickstart();
    let answer = login(&doors, "u/64.0", "billing@acme.example", "billing-password").await;
    let session = answer.between("<sessionId>", "</sessionId>");
    assert_eq!(answer.header("content-type"), "text/xml; charset=utf-8");
    let org = &doors.controls.snapshot().org;
    let user = org.user_named("billing@acme.example").expect("the user");
    let shown = answer
        .shown()
        .replace(session, "SESSION")
        .replace(org.id.as_str(), "ORG18")
        .replace(org.id.short(), "ORG15")
        .replace(user.id.as_str(), "USER")
        .replace(user.profile_id.as_str(), "PROFILE")
        .replace("><", ">\n<");
    expect![[r#"
        200 <?xml version="1.0" encoding="UTF-8"?>
        <soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns="urn:partner.soap.sforce.com" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
        <soapenv:Body>
        <loginResponse>
        <result>
        <metadataServerUrl>https://localhost:4443/services/Soap/m/64.0/ORG15</metadataServerUrl>
        <passwordExpired>false</passwordExpired>
        <sandbox>false</sandbox>
        <serverUrl>https://localhost:4443/services/Soap/u/64.0/ORG15</serverUrl>
        <sessionId>SESSION</sessionId>
        <userId>USER</userId>
        <userInfo>
        <accessibilityMode>false</accessibilityMode>
        <chatterExternal>false</chatterExternal>
        <currencySymbol>$</currencySymbol>
        <orgAttachmentFileSizeLimit>5242880</orgAttachmentFileSizeLimit>
        <orgDefaultCurrencyIsoCode>USD</orgDefaultCurrencyIsoCode>
        <orgDefaultCurrencyLocale>en_US</orgDefaultCurrencyLocale>
        <orgDisallowHtmlAttachments>false</orgDisallowHtmlAttachments>
        <orgHasPersonAccounts>false</orgHasPersonAccounts>
        <organizationId>ORG18</organizationId>
        <organizationMultiCurrency>false</organizationMultiCurrency>
        <organizationName>Acme</organizationName>
        <profileId>PROFILE</profileId>
        <roleId xsi:nil="true"/>
        <sessionSecondsValid>7200</sessionSecondsValid>
        <userDefaultCurrencyIsoCode xsi:nil="true"/>
        <userEmail>billing@acme.example</userEmail>
        <userFullName>billing</userFullName>
        <userId>USER</userId>
        <userLanguage>en_US</userLanguage>
        <userLocale>en_US</userLocale>
        <userName>billing@acme.example</userName>
        <userTimeZone>GMT</userTimeZone>
        <userType>Standard</userType>
        <userUiSkin>Theme3</userUiSkin>
        </userInfo>
        </result>
        </loginResponse>
        </soapenv:Body>
        </soapenv:Envelope>"#]]
    .assert_eq(&shown);
    let (organization, secret) = session.split_once('!').expect("an org id and a secret");
    assert_eq!(organization, org.id.short());
    assert!(secret.len() >= 90 && secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._".contains(&byte)));
}

#[tokio::test]
async fn any_prefixes_any_action_a_v_slashes_and_case_do_not_matter() {
    let doors = Doors::quickstart();
    let body = "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\
        <env:Envelope xmlns:env='http://schemas.xmlsoap.org/soap/envelope/' xmlns:n1='urn:partner.soap.sforce.com'>\
        <env:Header><n1:CallOptions><n1:client>tests</n1:client></n1:CallOptions></env:Header>\
        <env:Body><!-- a word --><n1:login><n1:username>reports@<![CDATA[acme]]>.example</n1:username>\
        <n1:password>reports&#45;password</n1:password></n1:login></env:Body></env:Envelope>";
    for path in ["/services/Soap/u/v44.0", "/SERVICES//soap/U/59.0/", "/services/Soap/u/40.0/00D000000000001"] {
        let answer = doors.standard("POST", path).header("soapaction", "\"example\"").body(body).send().await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    }
    let login = doors.controls.store().logins().pop().expect("a row");
    assert_eq!((login.application.as_str(), login.api_version.as_deref()), ("tests", Some("40.0")));
}

#[tokio::test]
async fn enterprise_differs_in_its_namespace_and_its_letter() {
    let doors = Doors::quickstart();
    let inner = "<username>reports@acme.example</username><password>reports-password</password>";
    let body = envelope("", &format!("<login xmlns=\"urn:enterprise.soap.sforce.com\">{inner}</login>"));
    let answer = doors.standard("POST", "/services/Soap/c/50.0").body(body).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(answer.text.contains("xmlns=\"urn:enterprise.soap.sforce.com\""), "{}", answer.text);
    assert!(answer.between("<serverUrl>", "</serverUrl>").contains("/services/Soap/c/50.0/00D"), "{}", answer.text);
    assert_eq!(doors.controls.store().logins()[0].api_type.as_deref(), Some("SOAP Enterprise"));
}

#[tokio::test]
async fn an_enforced_user_on_the_standard_door_meets_the_fault_as_observed() {
    let doors = Doors::quickstart();
    let session = doors.billing().await;
    let answer = doors.standard("POST", "/services/Soap/u/41.0").body(call(&session, "getUserInfo")).send().await;
    expect![[r#"
        500 <?xml version="1.0" encoding="UTF-8"?>
        <soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:sf="urn:fault.partner.soap.sforce.com" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
        <soapenv:Body>
        <soapenv:Fault>
        <faultcode>sf:MUTUAL_AUTHENTICATION_FAILED</faultcode>
        <faultstring>MUTUAL_AUTHENTICATION_FAILED: This session could not be mutually authenticated for use with the API</faultstring>
        <detail>
        <sf:UnexpectedErrorFault xsi:type="sf:UnexpectedErrorFault">
        <sf:exceptionCode>MUTUAL_AUTHENTICATION_FAILED</sf:exceptionCode>
        <sf:exceptionMessage>This session could not be mutually authenticated for use with the API</sf:exceptionMessage>
        </sf:UnexpectedErrorFault>
        </detail>
        </soapenv:Fault>
        </soapenv:Body>
        </soapenv:Envelope>"#]]
    .assert_eq(&answer.shown().replace("><", ">\n<"));
    let request = doors.last_request();
    assert_eq!((request.decision, request.action), (Some("refused"), Some("call")));
    assert!(request.explanation.expect("why").found.contains("standard door"));
}

#[tokio::test]
async fn an_enforced_user_with_the_uploaded_certificate_is_let_in() {
    let doors = Doors::quickstart();
    let session = doors.billing().await;
    let ask = doors.mutual("POST", "/services/Soap/u/41.0").certificate("billing");
    let answer = ask.body(call(&session, "getUserInfo")).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.between("<getUserInfoResponse><result><", ">"), "accessibilityMode");
    assert!(answer.text.contains("<current>1</current><limit>15000</limit><type>API REQUESTS</type>"));
    let ground = doors.last_request().ground.expect("a ground");
    assert!(ground.contains("CN=billing"), "{ground}");
}

#[tokio::test]
async fn the_timestamp_is_the_orgs() {
    let doors = Doors::quickstart();
    let session = doors.reports().await;
    let ask = doors.standard("POST", "/services/Soap/u/68.0");
    let answer = ask.body(call(&session, "getServerTimestamp")).send().await;
    assert_eq!(answer.between("<timestamp>", "</timestamp>"), "2026-11-24T09:00:00.000Z");
}

#[tokio::test]
async fn logout_ends_the_session() {
    let doors = Doors::quickstart();
    let session = doors.reports().await;
    let answer = doors.standard("POST", "/services/Soap/u/64.0").body(call(&session, "logout")).send().await;
    assert_eq!(answer.status, 200);
    assert!(answer.text.contains("<logoutResponse/>"));
    let answer = doors.standard("POST", "/services/Soap/u/64.0").body(call(&session, "getUserInfo")).send().await;
    assert_eq!(answer.status, 500);
    assert_eq!(answer.between("<faultcode>", "</faultcode>"), "sf:INVALID_SESSION_ID");
}

async fn fault(answer: Answer) -> String {
    let code = answer.between("<faultcode>", "</faultcode>");
    format!("{} {code} {}", answer.status, answer.between("<faultstring>", "</faultstring>"))
}

#[tokio::test]
async fn a_wrong_password_is_a_login_fault_and_a_row_of_history() {
    let doors = Doors::quickstart();
    let answer = login(&doors, "u/64.0", "billing@acme.example", "wrong").await;
    assert!(answer.text.contains("<sf:LoginFault xsi:type=\"sf:LoginFault\"><sf:exceptionCode>INVALID_LOGIN<"));
    expect!["500 sf:INVALID_LOGIN INVALID_LOGIN: Invalid username, password, security token; or user locked out."]
        .assert_eq(&fault(answer).await);
    assert_eq!(doors.controls.store().logins()[0].status, "Invalid Password");
    assert_eq!(doors.last_login().decision, "refused");
}

#[tokio::test]
async fn login_ends_with_64() {
    let doors = Doors::quickstart();
    let answer = login(&doors, "u/65.0", "reports@acme.example", "reports-password").await;
    expect!["500 sf:INVALID_OPERATION INVALID_OPERATION: The SOAP Login operation is not available in the API version specified (65.0). Refer to the documentation for supported versions."]
        .assert_eq(&fault(answer).await);
}

#[tokio::test]
async fn login_may_be_disabled() {
    let doors = Doors::quickstart().switch("org.soap-login", "disabled");
    let answer = login(&doors, "u/64.0", "reports@acme.example", "reports-password").await;
    expect!["500 sf:INVALID_OPERATION INVALID_OPERATION: SOAP API login() is disabled by default in this org. Contact the org administrator to enable SOAP API login()."]
        .assert_eq(&fault(answer).await);
}

#[tokio::test]
async fn versions_that_are_not_served_are_unsupported() {
    let doors = Doors::quickstart();
    for path in ["u/30.0", "u/69.0", "u/7", "u/latest"] {
        let answer = login(&doors, path, "reports@acme.example", "reports-password").await;
        assert_eq!(
            fault(answer).await,
            "500 sf:UNSUPPORTED_API_VERSION UNSUPPORTED_API_VERSION: Invalid Api version specified on URL",
            "{path}"
        );
    }
}

#[tokio::test]
async fn an_operation_of_another_namespace_is_not_available() {
    let doors = Doors::quickstart();
    let answer = login(&doors, "c/64.0", "reports@acme.example", "reports-password").await;
    expect!["500 soapenv:Client No operation available for request {urn:partner.soap.sforce.com}login"]
        .assert_eq(&fault(answer).await);
}

#[tokio::test]
async fn what_is_no_envelope_is_a_clear_fault() {
    let doors = Doors::quickstart();
    let deep = format!("{}{}", "<a>".repeat(10_000), "</a>".repeat(10_000));
    for (body, words) in [
        ("", "could not be read"),
        ("{\"json\": true}", "could not be read"),
        ("<a/>", "expected an Envelope"),
        ("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "document type declaration"),
        (deep.as_str(), "more than 100 levels"),
    ] {
        let answer = doors.standard("POST", "/services/Soap/u/64.0").body(body.to_owned()).send().await;
        let fault = fault(answer).await;
        assert!(fault.starts_with("500 soapenv:Client") && fault.contains(words), "{fault}");
    }
}

#[tokio::test]
async fn a_name_with_markup_stays_text() {
    let doors = Doors::from_toml(
        "format = 1\n[org]\nname = \"A & <B>\"\n[[user]]\nusername = \"a@b.example\"\npassword = \"p\"\n",
    );
    let answer = login(&doors, "u/64.0", "a@b.example", "p").await;
    assert_eq!(answer.between("<organizationName>", "</organizationName>"), "A &amp; &lt;B&gt;");
}
