//! The operations of the partner API that are answered here: their arguments, headers, results and faults.

/// An operation.
pub(super) struct Operation {
    pub name: &'static str,
    /// Headers of a request.
    pub headers: &'static [&'static str],
    /// Names and types.
    pub arguments: &'static [(&'static str, &'static str)],
    /// The type of its result, if it has one.
    pub result: Option<&'static str>,
    pub faults: &'static [&'static str],
    /// Whether the answer's header says how many of the day's calls are used.
    pub is_counted: bool,
}

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "login",
        headers: &["LoginScopeHeader", "CallOptions"],
        arguments: &[("username", "xsd:string"), ("password", "xsd:string")],
        result: Some("tns:LoginResult"),
        faults: &["LoginFault", "UnexpectedErrorFault"],
        is_counted: false,
    },
    Operation {
        name: "logout",
        headers: SESSION,
        arguments: &[],
        result: None,
        faults: &["UnexpectedErrorFault"],
        is_counted: false,
    },
    Operation {
        name: "getServerTimestamp",
        headers: SESSION,
        arguments: &[],
        result: Some("tns:GetServerTimestampResult"),
        faults: &["UnexpectedErrorFault"],
        is_counted: true,
    },
    Operation {
        name: "getUserInfo",
        headers: SESSION,
        arguments: &[],
        result: Some("tns:GetUserInfoResult"),
        faults: &["UnexpectedErrorFault"],
        is_counted: true,
    },
    Operation {
        name: "query",
        headers: PAGED,
        arguments: &[("queryString", "xsd:string")],
        result: Some("tns:QueryResult"),
        faults: QUERY,
        is_counted: true,
    },
    Operation {
        name: "queryAll",
        headers: PAGED,
        arguments: &[("queryString", "xsd:string")],
        result: Some("tns:QueryResult"),
        faults: QUERY,
        is_counted: true,
    },
    Operation {
        name: "queryMore",
        headers: PAGED,
        arguments: &[("queryLocator", "tns:QueryLocator")],
        result: Some("tns:QueryResult"),
        faults: &["InvalidQueryLocatorFault", "UnexpectedErrorFault"],
        is_counted: true,
    },
];

const SESSION: &[&str] = &["SessionHeader", "CallOptions"];
/// How many records fit into a page is taken and has no effect: results come in one.
const PAGED: &[&str] = &["SessionHeader", "CallOptions", "QueryOptions"];
const QUERY: &[&str] = &["InvalidSObjectFault", "InvalidFieldFault", "MalformedQueryFault", "UnexpectedErrorFault"];
