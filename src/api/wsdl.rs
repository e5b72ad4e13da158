//! The partner WSDL at its real path, to a session: written from what the SOAP API here answers, and nothing else.
//!
//! The enterprise WSDL (`?type=*`) describes an org's own objects and is not served.

use std::fmt::Write;

use super::call::Call;
use super::openid::issuer;
use super::reject::Reject;
use super::reply::Reply;
use super::session::admit;
use super::version::Version;
use super::{Note, Site};
use crate::org::{Action, Grant};

mod operations;
mod schema;

use operations::{OPERATIONS, Operation};

/// `/soap/wsdl.jsp`
pub(super) fn answer(site: &Site, call: &Call, note: &mut Note) -> Result<Reply, Reject> {
    match call.segments.as_slice() {
        [_, page] if page.eq_ignore_ascii_case("wsdl.jsp") => {}
        _ => return Err(Reject::not_found()),
    }
    if !call.reads() {
        return Err(Reject::method(&call.method, "GET,HEAD"));
    }
    let caller = admit(site, call, note, session(call), Action::Call)?;
    if call.parameter("type").is_some() {
        return Err(Reject::not_found().because(
            "the WSDL of this org is the partner's: /soap/wsdl.jsp",
            "no parameter type",
            "type=*, the enterprise WSDL, which describes an org's own objects",
            "use the partner WSDL; see docs/fidelity.md for what is served",
        ));
    }
    Ok(Reply::xml(200, document(&issuer(site, call), &caller.grant)))
}

/// By cookie, as a browser and published downloaders send it, or by header.
fn session(call: &Call) -> Option<&str> {
    let mut cookies =
        call.header("cookie").unwrap_or_default().split(';').filter_map(|pair| pair.trim().split_once('='));
    call.token().or_else(|| cookies.find(|(name, _)| *name == "sid").map(|(_, value)| value))
}

fn document(base: &str, _grant: &Grant) -> String {
    let mut xml = HEAD.to_owned();
    schema::write(&mut xml);
    messages(&mut xml);
    port_type(&mut xml);
    binding(&mut xml);
    // the newest version in which login() is there: a client made from this can log in
    let version = Version::LAST_SOAP_LOGIN.number();
    let _ = write!(
        xml,
        "<service name=\"SforceService\">\n<documentation>{NOTE}</documentation>\n\
         <port binding=\"tns:SoapBinding\" name=\"Soap\"><soap:address location=\"{base}/services/Soap/u/{version}\"/>\
         </port>\n</service>\n</definitions>\n"
    );
    xml
}

fn messages(xml: &mut String) {
    xml.push_str("<message name=\"Header\">\n");
    for header in schema::HEADERS {
        let _ = writeln!(xml, "<part element=\"tns:{header}\" name=\"{header}\"/>");
    }
    xml.push_str("</message>\n");
    for fault in schema::FAULTS {
        let _ = writeln!(xml, "<message name=\"{fault}\"><part name=\"fault\" element=\"fns:{fault}\"/></message>");
    }
    for Operation { name, .. } in OPERATIONS {
        let _ = write!(
            xml,
            "<message name=\"{name}Request\"><part element=\"tns:{name}\" name=\"parameters\"/></message>\n\
             <message name=\"{name}Response\"><part element=\"tns:{name}Response\" name=\"parameters\"/></message>\n"
        );
    }
}

fn port_type(xml: &mut String) {
    xml.push_str("<portType name=\"Soap\">\n");
    for Operation { name, faults, .. } in OPERATIONS {
        let _ = writeln!(xml, "<operation name=\"{name}\">");
        let _ = writeln!(xml, "<input message=\"tns:{name}Request\"/><output message=\"tns:{name}Response\"/>");
        for fault in *faults {
            let _ = writeln!(xml, "<fault message=\"tns:{fault}\" name=\"{fault}\"/>");
        }
        xml.push_str("</operation>\n");
    }
    xml.push_str("</portType>\n");
}

fn binding(xml: &mut String) {
    xml.push_str(
        "<binding name=\"SoapBinding\" type=\"tns:Soap\">\n\
         <soap:binding style=\"document\" transport=\"http://schemas.xmlsoap.org/soap/http\"/>\n",
    );
    for operation in OPERATIONS {
        let _ = writeln!(xml, "<operation name=\"{}\"><soap:operation soapAction=\"\"/>", operation.name);
        xml.push_str("<input>");
        for header in operation.headers {
            let _ = write!(xml, "<soap:header use=\"literal\" message=\"tns:Header\" part=\"{header}\"/>");
        }
        xml.push_str("<soap:body parts=\"parameters\" use=\"literal\"/></input>\n<output>");
        if operation.is_counted {
            xml.push_str("<soap:header use=\"literal\" message=\"tns:Header\" part=\"LimitInfoHeader\"/>");
        }
        xml.push_str("<soap:body use=\"literal\"/></output>\n");
        for fault in operation.faults {
            let _ = writeln!(xml, "<fault name=\"{fault}\"><soap:fault name=\"{fault}\" use=\"literal\"/></fault>");
        }
        xml.push_str("</operation>\n");
    }
    xml.push_str("</binding>\n");
}

const NOTE: &str = "The part of the partner API that this simulator answers";

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<definitions targetNamespace="urn:partner.soap.sforce.com" xmlns="http://schemas.xmlsoap.org/wsdl/"
    xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xsd="http://www.w3.org/2001/XMLSchema"
    xmlns:fns="urn:fault.partner.soap.sforce.com" xmlns:tns="urn:partner.soap.sforce.com"
    xmlns:ens="urn:sobject.partner.soap.sforce.com">
"#;
