//! Logging in over TLS, both ways: what the org answers by SOAP and by OAuth, and what the login history keeps.

use std::net::{Ipv6Addr, TcpStream};

use mockorg::data::Id;
use mockorg::journal::Kind;
use mockorg::org::Door;
use openssl::ssl::HandshakeError;

use crate::wire::{Answer, FORM, Org};

const PARTNER: &str = "urn:partner.soap.sforce.com";

/// One user for every way in which a login can go, and an app that takes passwords.
const SCENARIO: &str = r#"
format = 1

[org]
name = "Acme"

[[profile]]
name = "No API"

[[user]]
username = "good@acme.example"
password = "secret"

[[user]]
username = "locked@acme.example"
password = "secret"
locked = true

[[user]]
username = "inactive@acme.example"
password = "secret"
active = false

[[user]]
username = "expired@acme.example"
password = "secret"
password-expired = true

[[user]]
username = "no-api@acme.example"
password = "secret"
profile = "No API"

[[user]]
username = "abroad@acme.example"
password = "secret"
security-token = "TOKEN"
trusted-ranges = ["10.0.0.0/8", "2001:db8::1-2001:db8::f"]

[[connected-app]]
name = "quickstart"
client-id = "quickstart-client-id"
client-secret = "quickstart-secret"
"#;

fn soap(org: &Org, version: &str, header: &str, username: &str, password: &str) -> Answer {
    let login =
        format!("<login xmlns=\"{PARTNER}\"><username>{username}</username><password>{password}</password></login>");
    let path = format!("/services/Soap/u/{version}");
    org.door(Door::Standard).post(&path, "text/xml", &envelope(header, &login)).unwrap()
}

fn envelope(header: &str, body: &str) -> String {
    format!(
        "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Header>{header}</e:Header>\
         <e:Body>{body}</e:Body></e:Envelope>"
    )
}

fn call(org: &Org, session: &str, operation: &str) -> Answer {
    let header = format!("<SessionHeader xmlns=\"{PARTNER}\"><sessionId>{session}</sessionId></SessionHeader>");
    let body = format!("<{operation} xmlns=\"{PARTNER}\"/>");
    org.door(Door::Standard).post("/services/Soap/u/64.0", "text/xml", &envelope(&header, &body)).unwrap()
}

fn oauth(org: &Org, username: &str, password: &str) -> Answer {
    let body = format!(
        "grant_type=password&client_id=quickstart-client-id&client_secret=quickstart-secret&username={username}&password={password}"
    );
    org.door(Door::Standard).post("/services/oauth2/token", FORM, &body).unwrap()
}

fn scope(organization: &str, portal: &str) -> String {
    format!(
        "<LoginScopeHeader xmlns=\"{PARTNER}\"><organizationId>{organization}</organizationId>\
         <portalId>{portal}</portalId></LoginScopeHeader>"
    )
}

fn between<'a>(answer: &'a Answer, name: &str) -> &'a str {
    let rest = answer.body.split_once(&format!("<{name}>")).unwrap_or_else(|| panic!("no {name}: {}", answer.body)).1;
    rest.split_once("</").expect("an end").0
}

/// The fault's code and the status of the newest row of login history.
fn refused(org: &Org, answer: &Answer) -> (String, Option<String>) {
    assert_eq!(answer.status, 500, "{}", answer.body);
    assert!(answer.body.contains("<sf:LoginFault xsi:type=\"sf:LoginFault\">"), "{}", answer.body);
    (between(answer, "sf:exceptionCode").to_owned(), last_status(org))
}

fn last_status(org: &Org) -> Option<String> {
    org.controls().store().logins().last().map(|row| row.status.clone().into_owned())
}

/// What the journal says of the last login.
fn explained(org: &Org) -> String {
    let events = org.journal().since(0);
    let login = events.iter().rev().find_map(|event| match &event.kind {
        Kind::Login(login) => login.explanation.clone(),
        _ => None,
    });
    let explanation = login.expect("a login that was refused");
    format!("{} | {} | {}", explanation.headline, explanation.found, explanation.cure)
}

#[test]
fn every_user_who_may_not_log_in_gets_the_same_words_and_a_status_of_their_own() {
    let org = Org::from_toml(SCENARIO);
    for (username, password, status) in [
        ("good@acme.example", "wrong", Some("Invalid Password")),
        ("locked@acme.example", "secret", Some("Password Lockout")),
        ("inactive@acme.example", "secret", Some("User is Inactive")),
    ] {
        let answer = soap(&org, "64.0", "", username, password);
        assert_eq!(refused(&org, &answer), ("INVALID_LOGIN".to_owned(), status.map(str::to_owned)), "{username}");
        let words = "INVALID_LOGIN: Invalid username, password, security token; or user locked out.";
        assert_eq!(between(&answer, "faultstring"), words, "{username}");
        let by_oauth = oauth(&org, username, password);
        assert_eq!((by_oauth.status, &by_oauth.json()["error"]), (400, &"invalid_grant".into()), "{username}");
        assert_eq!(by_oauth.json()["error_description"], "authentication failure", "{username}");
        assert_eq!(last_status(&org).as_deref(), status, "{username} by OAuth");
    }
    let rows = org.controls().store().logins().len();
    let nobody = soap(&org, "64.0", "", "nobody@acme.example", "secret");
    assert_eq!(refused(&org, &nobody).0, "INVALID_LOGIN");
    assert_eq!(org.controls().store().logins().len(), rows + 1);
    assert_eq!(org.controls().store().logins().last().and_then(|row| row.user_id.clone()), None);

    let good = soap(&org, "64.0", "", "good@acme.example", "secret");
    assert_eq!((good.status, between(&good, "passwordExpired")), (200, "false"), "{}", good.body);
    assert_eq!(last_status(&org).as_deref(), Some("Success"));
}

#[test]
fn an_expired_password_logs_in_and_every_call_waits_for_a_new_one() {
    let org = Org::from_toml(SCENARIO);
    let answer = soap(&org, "64.0", "", "expired@acme.example", "secret");
    assert_eq!((answer.status, between(&answer, "passwordExpired")), (200, "true"), "{}", answer.body);
    let session = between(&answer, "sessionId").to_owned();

    let soap_call = call(&org, &session, "getUserInfo");
    assert_eq!(soap_call.status, 500);
    assert_eq!(between(&soap_call, "faultcode"), "sf:INVALID_OPERATION_WITH_EXPIRED_PASSWORD");
    let standard = org.door(Door::Standard).session(&session);
    let rest = standard.get("/services/data/v68.0/limits").unwrap();
    assert_eq!((rest.status, rest.error_code().as_str()), (401, "INVALID_OPERATION_WITH_EXPIRED_PASSWORD"));
    assert_eq!(rest.json()[0]["message"], "Your password has expired. Please reset your password.");
    assert_eq!(standard.get("/services/oauth2/userinfo").unwrap().status, 200, "who somebody is can be asked");
    assert_eq!(call(&org, &session, "logout").status, 200);

    let token = oauth(&org, "expired@acme.example", "secret");
    assert_eq!(token.status, 200, "{}", token.body);
    assert_eq!(last_status(&org).as_deref(), Some("Success"));
}

#[test]
fn outside_the_trusted_ranges_the_security_token_is_asked_for() {
    let org = Org::from_toml(SCENARIO);
    let without = soap(&org, "64.0", "", "abroad@acme.example", "secret");
    let status = Some("Failed: API security token required");
    assert_eq!(refused(&org, &without), ("LOGIN_MUST_USE_SECURITY_TOKEN".to_owned(), status.map(str::to_owned)));
    assert!(between(&without, "faultstring").ends_with("then select Reset My Security Token."), "{}", without.body);
    assert!(explained(&org).contains("docs/refusals.md#security-token-required"), "{}", explained(&org));
    let by_oauth = oauth(&org, "abroad@acme.example", "secret");
    assert_eq!((by_oauth.status, &by_oauth.json()["error_description"]), (400, &"authentication failure".into()));
    assert_eq!(last_status(&org).as_deref(), status);

    assert_eq!(soap(&org, "64.0", "", "abroad@acme.example", "secretTOKEN").status, 200);
    assert_eq!(oauth(&org, "abroad@acme.example", "secretTOKEN").status, 200);
    let wrong = soap(&org, "64.0", "", "abroad@acme.example", "secretNEKOT");
    assert_eq!(refused(&org, &wrong), ("INVALID_LOGIN".to_owned(), Some("Invalid Password".to_owned())));
}

/// Both loopback addresses reach the same door; a machine without IPv6 has the first alone.
#[test]
fn trusted_ranges_tell_one_loopback_address_from_the_other() {
    for (range, v4, v6) in [("127.0.0.1-127.0.0.9", 200, 500), ("::1", 500, 200), ("::/0", 500, 200)] {
        let org = Org::from_toml(&SCENARIO.replace("2001:db8::1-2001:db8::f", range));
        assert_eq!(soap(&org, "64.0", "", "abroad@acme.example", "secret").status, v4, "{range}");
        let client = org.door(Door::Standard);
        let Ok(tcp) = TcpStream::connect((Ipv6Addr::LOCALHOST, client.port)) else { continue };
        let login = format!(
            "<login xmlns=\"{PARTNER}\"><username>abroad@acme.example</username><password>secret</password></login>"
        );
        let body = envelope("", &login);
        let request = format!(
            "POST /services/Soap/u/64.0 HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\nContent-Type: text/xml\r\n\
             Content-Length: {}\r\n\r\n{body}",
            client.port,
            body.len()
        );
        let mut configuration = client.builder().build().configure().unwrap();
        configuration.set_verify_hostname(true);
        let mut stream = match configuration.connect("localhost", tcp) {
            Ok(stream) => stream,
            Err(HandshakeError::SetupFailure(error)) => panic!("{error}"),
            Err(error) => panic!("{error}"),
        };
        std::io::Write::write_all(&mut stream, request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        let _ = std::io::Read::read_to_end(&mut stream, &mut answer);
        assert_eq!(Answer::read(&answer).unwrap().status, v6, "{range} from ::1");
    }
}

#[test]
fn a_login_scope_is_this_orgs_in_15_or_18_characters() {
    let org = Org::from_toml(SCENARIO);
    let id = org.controls().snapshot().org.id.clone();
    for own in [id.as_str(), id.short(), &format!("  {id}\n")] {
        let answer = soap(&org, "64.0", &scope(own, ""), "good@acme.example", "secret");
        assert_eq!(answer.status, 200, "{own}: {}", answer.body);
    }
    let rows = org.controls().store().logins().len();
    for other in ["00D000000000000EAA", "00D000000000000", "0050000000000001AA", "acme", "00D"] {
        let answer = soap(&org, "64.0", &scope(other, ""), "good@acme.example", "secret");
        assert_eq!(refused(&org, &answer).0, "INVALID_LOGIN", "{other}");
        assert!(explained(&org).contains(&format!("| {other} |")), "{}", explained(&org));
    }
    assert_eq!(org.controls().store().logins().len(), rows, "it is not this org's history");
}

#[test]
fn a_portal_is_refused_and_the_journal_says_why() {
    let org = Org::from_toml(SCENARIO);
    let id = org.controls().snapshot().org.id.clone();
    let answer = soap(&org, "64.0", &scope(id.as_str(), "060000000000001"), "good@acme.example", "secret");
    assert_eq!(refused(&org, &answer).0, "INVALID_LOGIN");
    assert!(explained(&org).contains("there are no portals"), "{}", explained(&org));
}

#[test]
fn a_user_without_the_api_is_refused_by_every_protocol() {
    let org = Org::from_toml(SCENARIO);
    let answer = soap(&org, "64.0", "", "no-api@acme.example", "secret");
    assert_eq!((answer.status, between(&answer, "faultcode")), (500, "sf:API_DISABLED_FOR_ORG"));
    assert_eq!(last_status(&org).as_deref(), Some("Failed: API access disabled"));
    let token = oauth(&org, "no-api@acme.example", "secret");
    assert_eq!((token.status, &token.json()["error"]), (400, &"invalid_grant".into()));
    assert_eq!(last_status(&org).as_deref(), Some("Failed: OAuth API access disabled"));
    org.grant("no-api@acme.example", mockorg::scenario::Permission::ApiEnabled).unwrap();
    assert_eq!(soap(&org, "64.0", "", "no-api@acme.example", "secret").status, 200);
}

#[test]
fn soap_login_begins_with_31_and_ends_with_64() {
    let org = Org::from_toml(SCENARIO);
    let login = |version: &str| soap(&org, version, "", "good@acme.example", "secret");
    for version in ["31.0", "48.0", "64.0"] {
        assert_eq!(login(version).status, 200, "{version}");
    }
    for (version, code) in
        [("30.0", "UNSUPPORTED_API_VERSION"), ("65.0", "INVALID_OPERATION"), ("68.0", "INVALID_OPERATION")]
    {
        let answer = login(version);
        assert_eq!((answer.status, between(&answer, "sf:exceptionCode")), (500, code), "{version}");
    }
}

#[test]
fn soap_login_can_be_off_and_oauth_goes_on() {
    let org = Org::from_toml(&SCENARIO.replace("name = \"Acme\"\n", "name = \"Acme\"\nsoap-login = \"disabled\"\n"));
    let answer = soap(&org, "64.0", "", "good@acme.example", "secret");
    assert_eq!((answer.status, between(&answer, "sf:exceptionCode")), (500, "INVALID_OPERATION"));
    assert_eq!(oauth(&org, "good@acme.example", "secret").status, 200);
    org.set_switch("org.soap-login", "enabled").unwrap();
    assert_eq!(soap(&org, "64.0", "", "good@acme.example", "secret").status, 200);
}

#[test]
fn soap_login_may_take_a_permission_of_its_own() {
    let org =
        Org::from_toml(&SCENARIO.replace("name = \"Acme\"\n", "name = \"Acme\"\nsoap-login = \"with-permission\"\n"));
    let login = |password: &str| {
        let answer = soap(&org, "64.0", "", "good@acme.example", password);
        (answer.status, between(&answer, "sf:exceptionCode").to_owned())
    };
    assert_eq!(login("secret"), (500, "INSUFFICIENT_ACCESS".to_owned()));
    assert!(last_request(&org).contains("good@acme.example without it"), "{}", last_request(&org));
    assert_eq!(login("wrong").1, "INVALID_LOGIN", "a wrong password learns nothing of the permission");
    assert_eq!(oauth(&org, "good@acme.example", "secret").status, 200);
    org.grant("good@acme.example", mockorg::scenario::Permission::UseAnyApiAuth).unwrap();
    assert_eq!(soap(&org, "64.0", "", "good@acme.example", "secret").status, 200);
}

#[test]
fn a_session_of_another_org_looks_dead_and_the_journal_knows_better() {
    let (org, other) = (Org::from_toml(SCENARIO), Org::with(mockorg::Simulator::default().seed(8), scenario()));
    let answer = soap(&other, "64.0", "", "good@acme.example", "secret");
    let foreign = between(&answer, "sessionId").to_owned();
    let (own_id, other_id) = (org.controls().snapshot().org.id.clone(), other.controls().snapshot().org.id.clone());
    assert_ne!(own_id, other_id);
    let rest = org.door(Door::Standard).session(&foreign).get("/services/data/v68.0/limits").unwrap();
    assert_eq!((rest.status, rest.error_code().as_str()), (401, "INVALID_SESSION_ID"));
    assert_eq!(rest.json()[0]["message"], "Session expired or invalid");
    assert!(
        last_request(&org).contains(&format!("one that begins with {}", other_id.short())),
        "{}",
        last_request(&org)
    );
    let fault = call(&org, &foreign, "getUserInfo");
    assert_eq!((fault.status, between(&fault, "faultcode")), (500, "sf:INVALID_SESSION_ID"));

    let ended = format!("{}!AQnever", own_id.short());
    let rest = org.door(Door::Standard).session(&ended).get("/services/data/v68.0/limits").unwrap();
    assert_eq!((rest.status, rest.error_code().as_str()), (401, "INVALID_SESSION_ID"));
    assert!(last_request(&org).contains("the session has ended, or never was"), "{}", last_request(&org));
    assert_eq!(call(&other, &foreign, "getUserInfo").status, 200, "in its own org it is good");
}

fn scenario() -> mockorg::Scenario {
    mockorg::Scenario::from_text(SCENARIO, "test.toml", std::path::Path::new(".")).expect("a scenario")
}

fn last_request(org: &Org) -> String {
    let events = org.journal().since(0);
    let request = events.iter().rev().find_map(|event| match &event.kind {
        Kind::Request(request) => request.explanation.clone(),
        _ => None,
    });
    request.map(|explanation| format!("{} | {}", explanation.headline, explanation.found)).unwrap_or_default()
}

#[test]
fn ids_of_15_and_18_characters_are_one() {
    let id = Id::new("00D", 7);
    assert_eq!(Id::parse(id.short()), Some(id.clone()));
    assert_eq!(Id::parse(id.as_str()), Some(id));
}

/// The scenario files do what their comments say.
#[test]
fn the_scenarios_of_refused_logins_hold_what_they_say() {
    let org = Org::from_toml(include_str!("../../scenarios/org/rejects-logins.toml"));
    for (user, code) in [
        ("locked", "INVALID_LOGIN"),
        ("gone", "INVALID_LOGIN"),
        ("abroad", "LOGIN_MUST_USE_SECURITY_TOKEN"),
        ("browser", "API_DISABLED_FOR_ORG"),
    ] {
        let answer = soap(&org, "64.0", "", &format!("{user}@acme.example"), &format!("{user}-password"));
        assert_eq!(between(&answer, "sf:exceptionCode"), code, "{user}");
    }
    let with_token = soap(&org, "64.0", "", "abroad@acme.example", "abroad-passwordABROADTOKEN");
    assert_eq!(with_token.status, 200, "{}", with_token.body);

    let org = Org::from_toml(include_str!("../../scenarios/org/rejects-calls-with-expired-password.toml"));
    let answer = soap(&org, "64.0", "", "night-shift@acme.example", "night-shift-password");
    assert_eq!(between(&answer, "passwordExpired"), "true");
    let fault = call(&org, between(&answer, "sessionId"), "getUserInfo");
    assert_eq!(between(&fault, "sf:exceptionCode"), "INVALID_OPERATION_WITH_EXPIRED_PASSWORD");

    let org = Org::from_toml(include_str!("../../scenarios/org/rejects-soap-login.toml"));
    let answer = soap(&org, "64.0", "", "reports@acme.example", "reports-password");
    assert_eq!(between(&answer, "sf:exceptionCode"), "INVALID_OPERATION");
    let form = "grant_type=client_credentials&client_id=reports-client-id&client_secret=reports-secret";
    assert_eq!(org.door(Door::Standard).post("/services/oauth2/token", FORM, form).unwrap().status, 200);

    let org = Org::from_toml(include_str!("../../scenarios/org/gives-id-tokens.toml"));
    let form = "grant_type=client_credentials&client_id=portal-client-id&client_secret=portal-secret";
    let granted = org.door(Door::Standard).post("/services/oauth2/token", FORM, form).unwrap().json();
    assert_eq!(granted["id_token"].as_str().map(|token| token.split('.').count()), Some(3), "{granted}");
}
