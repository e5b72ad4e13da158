//! The SOAP API, partner and enterprise: logging in and out, who and when, and queries; no record is changed.

use jiff::Timestamp;

use super::call::Call;
use super::reject::{CLIENT, Reject};
use super::reply::Reply;
use super::session::admit;
use super::version::{Asked, Version};
use super::{Note, Site};
use crate::org::{Action, Grant};

mod envelope;
mod login;
mod query;
pub(super) mod user_info;

pub use crate::data::xml_guard::{MAX_ATTRIBUTES, MAX_ATTRIBUTES_IN_ALL, MAX_DEPTH, MAX_ELEMENTS};
use envelope::Envelope;
pub(super) use envelope::escape;

/// Which of the two APIs: they differ in their namespace and in little else.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Flavour {
    Enterprise,
    Partner,
}

impl Flavour {
    fn of(segment: &str) -> Option<Self> {
        match segment {
            "c" | "C" => Some(Self::Enterprise),
            "u" | "U" => Some(Self::Partner),
            _ => None,
        }
    }

    fn namespace(self) -> &'static str {
        match self {
            Self::Enterprise => "urn:enterprise.soap.sforce.com",
            Self::Partner => "urn:partner.soap.sforce.com",
        }
    }

    /// The namespace of records.
    fn objects(self) -> &'static str {
        match self {
            Self::Enterprise => "urn:sobject.enterprise.soap.sforce.com",
            Self::Partner => "urn:sobject.partner.soap.sforce.com",
        }
    }

    /// Its letter in URLs.
    fn letter(self) -> char {
        match self {
            Self::Enterprise => 'c',
            Self::Partner => 'u',
        }
    }

    /// `ApiType` in the login history.
    fn api_type(self) -> &'static str {
        match self {
            Self::Enterprise => "SOAP Enterprise",
            Self::Partner => "SOAP Partner",
        }
    }
}

/// `/services/Soap/u/64.0`, `/services/Soap/u/v64.0/00D…`; SOAPAction does not matter.
pub(super) fn answer(site: &Site, call: &Call, note: &mut Note) -> Result<Reply, Reject> {
    let (flavour, version) = match &call.segments[2..] {
        [flavour, version] | [flavour, version, _] => (Flavour::of(flavour), version.trim_start_matches(['v', 'V'])),
        _ => return Err(Reject::not_found()),
    };
    let flavour = flavour.ok_or_else(Reject::not_found)?;
    if call.method != http::Method::POST {
        return Err(Reject::method(&call.method, "POST"));
    }
    let Asked::Current(version) = Version::asked(version) else {
        let unsupported = Reject::said(500, "UNSUPPORTED_API_VERSION", "Invalid Api version specified on URL");
        return Err(Version::explain(unsupported, version));
    };
    let envelope = Envelope::read(&call.body)?;
    if envelope.namespace != flavour.namespace() {
        return Err(no_operation(&envelope));
    }
    match envelope.operation.as_str() {
        "login" => login::answer(site, call, note, flavour, version, &envelope),
        "logout" => {
            let caller = admit(site, call, note, envelope.session.as_deref(), Action::Logout)?;
            site.controls.store().end_session(&caller.session.token).map_err(Reject::unkept)?;
            Ok(envelope::response(flavour.namespace(), "", "<logoutResponse/>"))
        }
        "getUserInfo" => {
            let caller = admit(site, call, note, envelope.session.as_deref(), Action::Call)?;
            Ok(in_result(site, flavour, "getUserInfo", &user_info::xml(&call.org, &caller.grant)))
        }
        "getServerTimestamp" => {
            let caller = admit(site, call, note, envelope.session.as_deref(), Action::Call)?;
            Ok(in_result(site, flavour, "getServerTimestamp", &timestamp(site, &caller.grant)))
        }
        operation @ ("query" | "queryAll") => {
            let caller = admit(site, call, note, envelope.session.as_deref(), Action::Call)?;
            let result = query::xml(site, call, note, flavour, envelope.argument("queryString"), &caller.grant)?;
            Ok(in_result(site, flavour, operation, &result))
        }
        "queryMore" => {
            let caller = admit(site, call, note, envelope.session.as_deref(), Action::Call)?;
            let result = query::more(site, flavour, envelope.argument("queryLocator"), &caller.grant)?;
            Ok(in_result(site, flavour, "queryMore", &result))
        }
        _ => Err(no_operation(&envelope)),
    }
}

fn timestamp(site: &Site, _grant: &Grant) -> String {
    format!("<timestamp>{}</timestamp>", date_time(site.controls.clock().org_now()))
}

/// A date as SOAP writes it: unlike REST's.
fn date_time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// The answer to a call: its result, and in the header how much of the day's calls are used.
fn in_result(site: &Site, flavour: Flavour, operation: &str, result: &str) -> Reply {
    let used = site.usage.used(site.controls.clock().org_now());
    let header = format!(
        "<soapenv:Header><LimitInfoHeader><limitInfo><current>{used}</current><limit>{}</limit>\
         <type>API REQUESTS</type></limitInfo></LimitInfoHeader></soapenv:Header>",
        super::DAILY_API_REQUESTS
    );
    let opening = match operation {
        "query" | "queryAll" | "queryMore" => {
            format!("<result xsi:type=\"QueryResult\" xmlns:sf=\"{}\">", flavour.objects())
        }
        _ => "<result>".to_owned(),
    };
    let body = format!("<{operation}Response>{opening}{result}</result></{operation}Response>");
    envelope::response(flavour.namespace(), &header, &body)
}

fn no_operation(envelope: &Envelope) -> Reject {
    let message = format!("No operation available for request {{{}}}{}", envelope.namespace, envelope.operation);
    Reject::said(500, CLIENT, message).because(
        "the operation and its namespace must be those of the API at this path",
        "login, logout, getUserInfo, getServerTimestamp, query, queryAll or queryMore in urn:partner.soap.sforce.com \
         (/u/) or urn:enterprise.soap.sforce.com (/c/)",
        &format!("{} in {}", envelope.operation, envelope.namespace),
        "check that the endpoint's /u/ or /c/ fits the WSDL that the client was made from",
    )
}
