//! SOAP faults, with the prefixes that clients search for literally.

use super::{Cause, INVALID_SESSION_ID, Refusal, Reply};
use crate::api::soap::escape;
use crate::data::SoqlError;

/// The code of a fault that is SOAP's own and carries no exception code.
pub(in crate::api) const CLIENT: &str = "soapenv:Client";

pub(super) fn reply(cause: &Cause) -> Reply {
    match cause {
        Cause::Credentials(refusal) => exception(500, refusal.code(), refusal.message(), "LoginFault"),
        Cause::Http(error) => client(error.status, &error.message),
        Cause::Injected(what) => exception(500, what.code(), what.message(), UNEXPECTED),
        Cause::Page { status, html } => Reply::html(*status, html.clone()),
        Cause::Query(error) => query(error),
        Cause::Refused(refusal) if refusal.code == Refusal::MUTUAL_AUTHENTICATION_FAILED => {
            exception(500, refusal.code, MUTUAL, UNEXPECTED)
        }
        Cause::Refused(refusal) if refusal.code == Refusal::PASSWORD_EXPIRED => {
            exception(500, refusal.code, PASSWORD_EXPIRED, UNEXPECTED)
        }
        Cause::Refused(refusal) => exception(500, refusal.code, API_DISABLED, UNEXPECTED),
        Cause::Said { status, code: CLIENT, message } => client(*status, message),
        Cause::Said { status, code: code @ "INVALID_QUERY_LOCATOR", message } => {
            exception(*status, code, message, "InvalidQueryLocatorFault")
        }
        Cause::Said { status, code, message } => exception(*status, code, message, UNEXPECTED),
        Cause::Session => exception(500, INVALID_SESSION_ID, ILLEGAL_SESSION, UNEXPECTED),
    }
}

/// A fault with the place in the query, -1 where there is none.
fn query(error: &SoqlError) -> Reply {
    let kind = match error.code {
        "INVALID_FIELD" => "InvalidFieldFault",
        "INVALID_TYPE" => "InvalidSObjectFault",
        _ => "MalformedQueryFault",
    };
    let place = match error.place {
        Some((row, column)) => format!("<sf:row>{row}</sf:row><sf:column>{column}</sf:column>"),
        None => "<sf:row>-1</sf:row><sf:column>-1</sf:column>".to_owned(),
    };
    exception_with(500, error.code, &error.message, kind, &place)
}

fn exception(status: u16, code: &str, message: &str, kind: &str) -> Reply {
    exception_with(status, code, message, kind, "")
}

/// `sf` is always bound to the partner API's faults: clients look for `sf:exceptionCode`.
fn exception_with(status: u16, code: &str, message: &str, kind: &str, more: &str) -> Reply {
    let message = escape(message);
    Reply::xml(
        status,
        format!(
            "{DECLARATION}<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" \
             xmlns:sf=\"urn:fault.partner.soap.sforce.com\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\
             <soapenv:Body><soapenv:Fault><faultcode>sf:{code}</faultcode><faultstring>{code}: {message}</faultstring>\
             <detail><sf:{kind} xsi:type=\"sf:{kind}\"><sf:exceptionCode>{code}</sf:exceptionCode>\
             <sf:exceptionMessage>{message}</sf:exceptionMessage>{more}</sf:{kind}></detail>\
             </soapenv:Fault></soapenv:Body></soapenv:Envelope>"
        ),
    )
}

fn client(status: u16, message: &str) -> Reply {
    Reply::xml(
        status,
        format!(
            "{DECLARATION}<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body>\
             <soapenv:Fault><faultcode>{CLIENT}</faultcode><faultstring>{}</faultstring></soapenv:Fault>\
             </soapenv:Body></soapenv:Envelope>",
            escape(message)
        ),
    )
}

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
const UNEXPECTED: &str = "UnexpectedErrorFault";
/// As seen (2018): unlike REST's.
const MUTUAL: &str = "This session could not be mutually authenticated for use with the API";
const API_DISABLED: &str = "API is not enabled for this Organization or Partner";
const PASSWORD_EXPIRED: &str =
    "The users password has expired, you must call SetPassword before attempting any other API operations";
const ILLEGAL_SESSION: &str = "Invalid Session ID found in SessionHeader: Illegal Session";
