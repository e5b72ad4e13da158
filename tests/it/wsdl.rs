//! The partner WSDL: given to a session at its real path, and promising exactly what the SOAP API answers.

use std::collections::BTreeSet;

use mockorg::org::{CredentialRefusal, Door, Refusal};
use roxmltree::{Document, Node};

use crate::wire::{Answer, Client, Org};

const PARTNER: &str = "urn:partner.soap.sforce.com";
const SOAP: &str = "http://schemas.xmlsoap.org/wsdl/soap/";

fn wsdl(org: &Org) -> String {
    let session = org.reports();
    let answer =
        org.door(Door::Standard).header("Cookie", &format!("a=b; sid={session}")).get("/soap/wsdl.jsp").unwrap();
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(answer.head.contains("content-type: text/xml"), "{}", answer.head);
    answer.body
}

fn soap(client: &Client, session: &str, operation: &str, arguments: &str) -> Answer {
    let body = format!(
        "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Header><SessionHeader \
         xmlns=\"{PARTNER}\"><sessionId>{session}</sessionId></SessionHeader></e:Header><e:Body><{operation} \
         xmlns=\"{PARTNER}\">{arguments}</{operation}></e:Body></e:Envelope>"
    );
    client.post("/services/Soap/u/64.0", "text/xml", &body).unwrap()
}

fn names<'a>(nodes: impl Iterator<Item = Node<'a, 'a>>) -> Vec<&'a str> {
    nodes.filter_map(|node| node.attribute("name")).collect()
}

/// The names of the fields of a complex type, in their order.
fn fields<'a>(document: &'a Document<'_>, name: &str) -> Vec<&'a str> {
    let found = document
        .descendants()
        .find(|node| node.tag_name().name() == "complexType" && node.attribute("name") == Some(name));
    let found = found.unwrap_or_else(|| panic!("no type {name}"));
    names(found.descendants().filter(|node| node.tag_name().name() == "element"))
}

#[test]
fn it_is_given_to_a_session_by_cookie_or_header_and_to_nobody_else() {
    let org = Org::quickstart();
    let session = org.reports();
    let client = org.door(Door::Standard);
    assert_eq!(client.clone().session(&session).get("/soap/wsdl.jsp").unwrap().status, 200);
    assert_eq!(client.get("/soap/wsdl.jsp").unwrap().status, 403);
    assert_eq!(client.clone().header("Cookie", "sid=00D!nobody").get("/soap/wsdl.jsp").unwrap().status, 403);
    let enterprise = client.clone().session(&session).get("/soap/wsdl.jsp?type=*").unwrap();
    assert_eq!(enterprise.status, 404, "{}", enterprise.body);
    assert_eq!(client.session(&session).post("/soap/wsdl.jsp", "text/xml", "").unwrap().status, 405);
}

#[test]
fn an_enforced_user_fetches_it_with_the_uploaded_certificate_alone() {
    let org = Org::quickstart();
    let session = org.billing();
    let get = |client: Client| client.session(&session).get("/soap/wsdl.jsp").unwrap().status;
    assert_eq!(get(org.mutual("billing")), 200);
    assert_eq!(get(org.mutual("visitor")), 403);
    assert_eq!(get(org.door(Door::Mutual)), 403);
    assert_eq!(get(org.door(Door::Standard)), 403);
}

#[test]
fn every_operation_that_it_names_is_answered_and_every_other_is_not() {
    let org = Org::quickstart();
    let text = wsdl(&org);
    let document = Document::parse(&text).unwrap();
    let port = document.descendants().find(|node| node.tag_name().name() == "portType").expect("a port type");
    let promised = names(port.children().filter(|node| node.tag_name().name() == "operation"));
    let mut sorted = promised.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, ["getServerTimestamp", "getUserInfo", "login", "logout", "query", "queryAll", "queryMore"]);
    let client = org.door(Door::Standard);
    for operation in promised {
        let answer = soap(&client, &org.reports(), operation, "");
        assert!(!answer.body.contains("No operation available"), "{operation}: {}", answer.body);
    }
    let other = soap(&client, &org.reports(), "describeGlobal", "");
    assert!(other.body.contains("No operation available"), "{}", other.body);
}

#[test]
fn answers_have_the_elements_of_its_types_in_their_order() {
    let org = Org::quickstart();
    let text = wsdl(&org);
    let document = Document::parse(&text).unwrap();
    let (client, session) = (org.door(Door::Standard), org.reports());
    for (operation, arguments, kind) in [
        ("login", "<username>reports@acme.example</username><password>reports-password</password>", "LoginResult"),
        ("getUserInfo", "", "GetUserInfoResult"),
        ("getServerTimestamp", "", "GetServerTimestampResult"),
        ("query", "<queryString>SELECT Id FROM User LIMIT 1</queryString>", "QueryResult"),
    ] {
        let answer = soap(&client, &session, operation, arguments);
        let answered = Document::parse(&answer.body).unwrap();
        let result = answered.descendants().find(|node| node.tag_name().name() == "result").expect("a result");
        let elements: Vec<_> = result.children().map(|node| node.tag_name().name()).collect();
        assert_eq!(elements, fields(&document, kind), "{operation}");
    }
}

#[test]
fn records_come_as_the_partner_api_writes_them() {
    let org = Org::quickstart();
    let query = "<queryString>SELECT Username, LastLoginDate, FirstName, IsActive FROM User WHERE Username = \
                 'reports@acme.example'</queryString>";
    let session = org.reports();
    let answer = soap(&org.door(Door::Standard), &session, "query", query);
    let (_, records) = answer.body.split_once("<records").expect("records");
    let (record, rest) = records.split_once("</records>").expect("an end");
    let (opening, rest_of_record) = record.split_once("<sf:LastLoginDate>").expect("a date");
    assert_eq!(
        opening,
        " xsi:type=\"sf:sObject\"><sf:type>User</sf:type><sf:Id xsi:nil=\"true\"/><sf:Username>reports@acme.example</sf:Username>"
    );
    let (date, last) = rest_of_record.split_once("</sf:LastLoginDate>").expect("an end");
    assert!(date.ends_with('Z') && date.parse::<jiff::Timestamp>().is_ok(), "{date}");
    assert_eq!(last, "<sf:FirstName xsi:nil=\"true\"/><sf:IsActive>true</sf:IsActive>");
    assert!(rest.starts_with("<size>1</size>"), "{rest}");
    let with_id =
        soap(&org.door(Door::Standard), &session, "query", "<queryString>SELECT Id FROM Organization</queryString>");
    let id = &org.controls().snapshot().org.id;
    assert!(with_id.body.contains(&format!("<sf:Id>{id}</sf:Id><sf:Id>{id}</sf:Id></records>")), "{}", with_id.body);
    let count =
        soap(&org.door(Door::Standard), &session, "query", "<queryString>SELECT COUNT() FROM User</queryString>");
    assert!(count.body.contains("<queryLocator xsi:nil=\"true\"/><size>2</size>"), "{}", count.body);
}

#[test]
fn a_query_that_cannot_be_answered_is_a_fault_with_its_place() {
    let org = Org::quickstart();
    let session = org.reports();
    for (query, kind, place) in [
        ("SELECT Nothing FROM User", "InvalidFieldFault", "<sf:row>1</sf:row><sf:column>8</sf:column>"),
        ("SELECT Id FROM Nothing", "InvalidSObjectFault", "<sf:row>1</sf:row><sf:column>16</sf:column>"),
        ("SELECT Id FROM", "MalformedQueryFault", "<sf:row>1</sf:row><sf:column>15</sf:column>"),
        ("", "MalformedQueryFault", "<sf:row>-1</sf:row><sf:column>-1</sf:column>"),
    ] {
        let answer = soap(&org.door(Door::Standard), &session, "query", &format!("<queryString>{query}</queryString>"));
        assert_eq!(answer.status, 500, "{query}");
        assert!(answer.body.contains(&format!("<sf:{kind} xsi:type=\"sf:{kind}\">")), "{query}: {}", answer.body);
        assert!(answer.body.contains(place), "{query}: {}", answer.body);
    }
    let more = soap(&org.door(Door::Standard), &session, "queryMore", "<queryLocator>01gx-200</queryLocator>");
    assert!(more.body.contains("sf:InvalidQueryLocatorFault"), "{}", more.body);
}

#[test]
fn every_code_that_a_fault_can_carry_is_among_its_exception_codes() {
    let org = Org::quickstart();
    let text = wsdl(&org);
    let document = Document::parse(&text).unwrap();
    let codes: BTreeSet<_> = document
        .descendants()
        .filter(|node| node.tag_name().name() == "enumeration")
        .filter_map(|node| node.attribute("value"))
        .collect();
    let refusals = [Refusal::API_DISABLED, Refusal::MUTUAL_AUTHENTICATION_FAILED, Refusal::PASSWORD_EXPIRED];
    let credentials = CredentialRefusal::ALL.map(CredentialRefusal::code);
    let said = [
        "INSUFFICIENT_ACCESS",
        "INVALID_OPERATION",
        "INVALID_QUERY_LOCATOR",
        "INVALID_SESSION_ID",
        "UNSUPPORTED_API_VERSION",
    ];
    let soql = ["INVALID_FIELD", "INVALID_TYPE", "MALFORMED_QUERY"];
    let possible: BTreeSet<_> = refusals.into_iter().chain(credentials).chain(said).chain(soql).collect();
    assert_eq!(codes, possible);
}

#[test]
fn its_address_is_where_it_was_fetched_and_takes_a_login() {
    let org = Org::quickstart();
    let session = org.billing();
    let client = org.mutual("billing");
    let text = client.clone().session(&session).get("/soap/wsdl.jsp").unwrap().body;
    let document = Document::parse(&text).unwrap();
    let address = document.descendants().find(|node| node.tag_name() == (SOAP, "address").into()).expect("an address");
    let location = address.attribute("location").expect("a location");
    assert_eq!(location, format!("https://localhost:{}/services/Soap/u/64.0", client.port));
    let arguments = "<username>billing@acme.example</username><password>billing-password</password>";
    assert_eq!(soap(&client, "", "login", arguments).status, 200);
}
