//! What each switch changes, both ways, with certificates on the wire.

use crate::wire::{Answer, Client, Failure};

mod live;
mod org;
mod resumption;
mod sni;

const LIMITS: &str = "/services/data/v68.0/limits";

/// A SOAP login.
fn log_in(client: &Client, username: &str, password: &str) -> Answer {
    let body = format!(
        "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
         <login xmlns=\"urn:partner.soap.sforce.com\"><username>{username}</username><password>{password}</password>\
         </login></s:Body></s:Envelope>"
    );
    client.clone().header("SOAPAction", "login").post("/services/Soap/u/64.0", "text/xml", &body).unwrap()
}

/// The session that a SOAP login opened.
fn session(client: &Client, username: &str, password: &str) -> String {
    let answer = log_in(client, username, password);
    let rest = answer.body.split_once("<sessionId>").unwrap_or_else(|| panic!("no session in {}", answer.body)).1;
    rest.split_once("</sessionId>").unwrap().0.to_owned()
}

/// The status of a call, and its error code if it has one.
fn call(client: &Client, session: &str) -> Result<(u16, String), Failure> {
    let answer = client.clone().session(session).get(LIMITS)?;
    let code = if answer.status == 200 { String::new() } else { answer.error_code() };
    Ok((answer.status, code))
}

fn granted() -> Result<(u16, String), Failure> {
    Ok((200, String::new()))
}

fn refused(code: &str) -> Result<(u16, String), Failure> {
    Ok((401, code.to_owned()))
}
