//! The films under `scenarios/`: each tells a good client from a bad one, by its own expectations.

use std::path::Path;

use jiff::SignedDuration;
use mockorg::Scenario;
use mockorg::journal::Event;
use mockorg::org::Door;
use mockorg::scenario::Outside;
use mockorg::simulator::Identity;
use openssl::stack::Stack;
use openssl::x509::store::X509StoreBuilder;
use openssl::x509::verify::X509VerifyParam;
use openssl::x509::{X509PurposeId, X509StoreContext};

use super::days;
use crate::wire::{Client, Org, PATIENCE};

mod clock;
mod renewal;

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

fn org(path: &str) -> Org {
    Org::start(Scenario::from_path(Path::new(path), Outside::Refuse).unwrap())
}

/// Logs in by SOAP and calls with what it was given, every third day; `renews` says when it reads its key store again.
fn live(org: &Org, until: i64, mut reads_again: impl FnMut(i64, &Org) -> bool) {
    let mut client = org.mutual("billing");
    for day in (0..=until).step_by(3) {
        if reads_again(day, org) {
            client = org.door(Door::Mutual).presenting(org.client("billing").unwrap());
        }
        work(org, &client);
        org.advance(days(3)).unwrap();
    }
}

/// A login and a call, as far as they come; a refused handshake is in the journal by then.
fn work(org: &Org, client: &Client) -> Option<u16> {
    let before = org.journal().last_seq();
    let status = login_and_call(client);
    if status.is_none() {
        // an alert leaves inside OpenSSL's accept, a moment before the handshake's event is written
        let refused = |event: &Event| event.kind.name() == "handshake";
        org.journal().wait_for(before, PATIENCE, refused).expect("a handshake that was refused");
    }
    status
}

fn login_and_call(client: &Client) -> Option<u16> {
    let session = log_in(client)?;
    Some(client.clone().session(&session).get("/services/data/v64.0/limits").ok()?.status)
}

/// A session, by SOAP.
fn log_in(client: &Client) -> Option<String> {
    let login = "<env:Envelope xmlns:env=\"http://schemas.xmlsoap.org/soap/envelope/\"><env:Body><login xmlns=\"urn:partner.soap.sforce.com\">\
        <username>billing@acme.example</username><password>billing-password</password></login></env:Body></env:Envelope>";
    let answer = client.clone().header("SOAPAction", "login").post("/services/Soap/u/64.0", "text/xml", login).ok()?;
    Some(answer.body.split_once("<sessionId>")?.1.split_once("</sessionId>")?.0.to_owned())
}

/// A client that is handed one identity after another, and puts the next that it is content with in place.
struct Present<'a>(&'a [&'a str]);

impl<'a> Present<'a> {
    fn new(names: &'a [&'a str]) -> Self {
        Self(names)
    }

    /// Day by day from the first one on; `takes` says whether that one is good enough to change over to.
    fn play(&self, org: &Org, until: i64, takes: impl Fn(&Org, &str) -> bool) {
        let mut present = 0;
        for _ in 0..until {
            if let Some(next) = (present + 1..self.0.len()).find(|&next| takes(org, self.0[next])) {
                present = next;
            }
            work(org, &org.mutual(self.0[present]));
            org.advance(days(1)).unwrap();
        }
    }
}

/// What `openssl verify -purpose sslclient` says of a client's chain, with the roots of the scenario.
fn suits_clients(org: &Org, client: &str) -> bool {
    let chain = org.client(client).unwrap().certificates;
    let mut store = X509StoreBuilder::new().unwrap();
    for root in org.identities().listed() {
        store.add_cert(root.certificate.x509().to_owned()).unwrap();
    }
    store.set_purpose(X509PurposeId::SSL_CLIENT).unwrap();
    let mut param = X509VerifyParam::new().unwrap();
    param.set_time(org.clock().org_now().as_second());
    store.set_param(&param).unwrap();
    let mut above = Stack::new().unwrap();
    chain[1..].iter().for_each(|one| above.push(one.x509().to_owned()).unwrap());
    let mut context = X509StoreContext::new().unwrap();
    context.init(&store.build(), chain[0].x509(), &above, |context| context.verify_cert()).unwrap()
}

/// The names of the expectations that were not met.
fn unmet(org: &Org) -> Vec<String> {
    let verdict = serde_json::to_value(org.verdict()).unwrap();
    let all = verdict["expectations"].as_array().unwrap().clone();
    let name = |one: &serde_json::Value| one["name"].as_str().unwrap().to_owned();
    all.iter().filter(|one| one["outcome"] != "met").map(name).collect()
}

/// Whether the org would let that identity in by now, without asking it.
fn is_uploaded(org: &Org, identity: &Identity) -> bool {
    org.snapshot().org.uploads.iter().any(|upload| *upload.leaf() == identity.certificates[0])
}
