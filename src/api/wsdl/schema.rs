//! The types of the partner API: records, results, headers, faults.

use std::fmt::Write;

use super::operations::{OPERATIONS, Operation};
use crate::api::soap::user_info;

/// Every header, of requests and of answers.
pub(super) const HEADERS: [&str; 5] =
    ["CallOptions", "LimitInfoHeader", "LoginScopeHeader", "QueryOptions", "SessionHeader"];

/// Every fault with a message of its own.
pub(super) const FAULTS: [&str; 6] = [
    "InvalidFieldFault",
    "InvalidQueryLocatorFault",
    "InvalidSObjectFault",
    "LoginFault",
    "MalformedQueryFault",
    "UnexpectedErrorFault",
];

/// Every exception code that a fault of this org can carry.
pub(super) const EXCEPTION_CODES: [&str; 13] = [
    "API_DISABLED_FOR_ORG",
    "INSUFFICIENT_ACCESS",
    "INVALID_FIELD",
    "INVALID_LOGIN",
    "INVALID_OPERATION",
    "INVALID_OPERATION_WITH_EXPIRED_PASSWORD",
    "INVALID_QUERY_LOCATOR",
    "INVALID_SESSION_ID",
    "INVALID_TYPE",
    "LOGIN_MUST_USE_SECURITY_TOKEN",
    "MALFORMED_QUERY",
    "MUTUAL_AUTHENTICATION_FAILED",
    "UNSUPPORTED_API_VERSION",
];

pub(super) fn write(xml: &mut String) {
    xml.push_str("<types>\n");
    open(xml, "urn:sobject.partner.soap.sforce.com", &["urn:partner.soap.sforce.com"]);
    xml.push_str(RECORD);
    xml.push_str("</schema>\n");

    open(xml, "urn:partner.soap.sforce.com", &["urn:sobject.partner.soap.sforce.com"]);
    xml.push_str(SIMPLE);
    for (name, fields) in RESULTS {
        complex(xml, name, fields);
    }
    complex(xml, "GetUserInfoResult", &user_info::ELEMENTS);
    for (name, fields) in HEADER_ELEMENTS {
        element(xml, name, fields);
    }
    for Operation { name, arguments, result, .. } in OPERATIONS {
        element(xml, name, arguments);
        let result: Vec<_> = result.iter().map(|kind| ("result", *kind)).collect();
        element(xml, &format!("{name}Response"), &result);
    }
    xml.push_str("</schema>\n");

    open(xml, "urn:fault.partner.soap.sforce.com", &["urn:partner.soap.sforce.com"]);
    faults(xml);
    xml.push_str("</schema>\n</types>\n");
}

fn open(xml: &mut String, namespace: &str, imports: &[&str]) {
    let _ = writeln!(
        xml,
        "<schema elementFormDefault=\"qualified\" xmlns=\"http://www.w3.org/2001/XMLSchema\" \
         targetNamespace=\"{namespace}\">"
    );
    for import in imports {
        let _ = writeln!(xml, "<import namespace=\"{import}\"/>");
    }
}

fn complex(xml: &mut String, name: &str, fields: &[(&str, &str)]) {
    let _ = writeln!(xml, "<complexType name=\"{name}\">");
    sequence(xml, fields);
    xml.push_str("</complexType>\n");
}

fn element(xml: &mut String, name: &str, fields: &[(&str, &str)]) {
    let _ = writeln!(xml, "<element name=\"{name}\"><complexType>");
    sequence(xml, fields);
    xml.push_str("</complexType></element>\n");
}

/// After a type, `?` means that it may be nil, `~` that it may be left out, `*` that there may be none or many.
fn sequence(xml: &mut String, fields: &[(&str, &str)]) {
    xml.push_str("<sequence>\n");
    for (name, kind) in fields {
        let (kind, more) = match kind.split_at(kind.len() - 1) {
            (kind, "?") => (kind, " nillable=\"true\""),
            (kind, "~") => (kind, " minOccurs=\"0\""),
            (kind, "*") => (kind, " nillable=\"true\" minOccurs=\"0\" maxOccurs=\"unbounded\""),
            _ => (*kind, ""),
        };
        let _ = writeln!(xml, "<element name=\"{name}\" type=\"{kind}\"{more}/>");
    }
    xml.push_str("</sequence>\n");
}

fn faults(xml: &mut String) {
    xml.push_str("<simpleType name=\"ExceptionCode\"><restriction base=\"xsd:string\">\n");
    for code in EXCEPTION_CODES {
        let _ = writeln!(xml, "<enumeration value=\"{code}\"/>");
    }
    xml.push_str("</restriction></simpleType>\n");
    complex(xml, "ApiFault", &[("exceptionCode", "fns:ExceptionCode"), ("exceptionMessage", "xsd:string")]);
    extension(xml, "ApiQueryFault", "fns:ApiFault", &[("row", "xsd:int"), ("column", "xsd:int")]);
    for fault in FAULTS {
        let base = match fault {
            "InvalidFieldFault" | "InvalidSObjectFault" | "MalformedQueryFault" => "fns:ApiQueryFault",
            _ => "fns:ApiFault",
        };
        extension(xml, fault, base, &[]);
        let _ = writeln!(xml, "<element name=\"{fault}\" type=\"fns:{fault}\"/>");
    }
}

fn extension(xml: &mut String, name: &str, base: &str, fields: &[(&str, &str)]) {
    let _ = writeln!(xml, "<complexType name=\"{name}\"><complexContent><extension base=\"{base}\">");
    if !fields.is_empty() {
        sequence(xml, fields);
    }
    xml.push_str("</extension></complexContent></complexType>\n");
}

/// In the order of the answers: generated clients are strict about it.
const RESULTS: [(&str, &[(&str, &str)]); 4] = [
    (
        "LoginResult",
        &[
            ("metadataServerUrl", "xsd:string?"),
            ("passwordExpired", "xsd:boolean"),
            ("sandbox", "xsd:boolean"),
            ("serverUrl", "xsd:string?"),
            ("sessionId", "xsd:string?"),
            ("userId", "tns:ID?"),
            ("userInfo", "tns:GetUserInfoResult"),
        ],
    ),
    ("GetServerTimestampResult", &[("timestamp", "xsd:dateTime")]),
    ("LimitInfo", &[("current", "xsd:int"), ("limit", "xsd:int"), ("type", "xsd:string")]),
    (
        "QueryResult",
        &[
            ("done", "xsd:boolean"),
            ("queryLocator", "tns:QueryLocator?"),
            ("records", "ens:sObject*"),
            ("size", "xsd:int"),
        ],
    ),
];

const HEADER_ELEMENTS: [(&str, &[(&str, &str)]); 5] = [
    ("CallOptions", &[("client", "xsd:string?"), ("defaultNamespace", "xsd:string?")]),
    ("LimitInfoHeader", &[("limitInfo", "tns:LimitInfo*")]),
    ("LoginScopeHeader", &[("organizationId", "tns:ID"), ("portalId", "tns:ID~")]),
    ("QueryOptions", &[("batchSize", "xsd:int~")]),
    ("SessionHeader", &[("sessionId", "xsd:string")]),
];

const SIMPLE: &str = r#"<simpleType name="ID"><restriction base="xsd:string"><length value="18"/>
<pattern value="[a-zA-Z0-9]{18}"/></restriction></simpleType>
<simpleType name="QueryLocator"><restriction base="xsd:string"/></simpleType>
"#;

/// A record of any object: its type, its id, its fields.
const RECORD: &str = r###"<complexType name="sObject"><sequence>
<element name="type" type="xsd:string"/>
<element name="fieldsToNull" type="xsd:string" nillable="true" minOccurs="0" maxOccurs="unbounded"/>
<element name="Id" type="tns:ID" nillable="true"/>
<any namespace="##targetNamespace" minOccurs="0" maxOccurs="unbounded" processContents="lax"/>
</sequence></complexType>
"###;
