//! The films under `scenarios/`: each tells a good client from a bad one, by its own expectations.

use std::path::Path;

use mockorg::Scenario;
use mockorg::journal::Kind;
use mockorg::org::Door;
use mockorg::scenario::Outside;
use mockorg::simulator::Identity;

use super::days;
use crate::wire::{Client, Org};

fn org(path: &str) -> Org {
    Org::start(Scenario::from_path(Path::new(path), Outside::Refuse).unwrap())
}

/// Logs in by SOAP and calls with what it was given, every third day; `renews` says when it reads its key store again.
fn live(org: &Org, until: i64, mut reads_again: impl FnMut(i64, &Org) -> bool) {
    let (mut client, mut connections) = (org.mutual("billing"), 0);
    for day in (0..=until).step_by(3) {
        if reads_again(day, org) {
            client = org.door(Door::Mutual).presenting(org.client("billing").unwrap());
        }
        connections += work(&client);
        // a refused client may know before the journal does
        org.event(|event| matches!(&event.kind, Kind::Handshake(handshake) if handshake.id == connections));
        org.advance(days(3)).unwrap();
    }
}

/// A login and a call, as far as they come; over how many connections.
fn work(client: &Client) -> u64 {
    let login = "<env:Envelope xmlns:env=\"http://schemas.xmlsoap.org/soap/envelope/\"><env:Body><login xmlns=\"urn:partner.soap.sforce.com\">\
        <username>billing@acme.example</username><password>billing-password</password></login></env:Body></env:Envelope>";
    let answer = client.clone().header("SOAPAction", "login").post("/services/Soap/u/64.0", "text/xml", login);
    let session = answer
        .ok()
        .and_then(|answer| Some(answer.body.split_once("<sessionId>")?.1.split_once("</sessionId>")?.0.to_owned()));
    let Some(session) = session else { return 1 };
    // refused or not, the expectations say
    let _ = client.clone().session(&session).get("/services/data/v64.0/limits");
    2
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

#[test]
fn an_overlap_is_survived_by_a_client_that_reads_its_key_store_again() {
    let good = org("scenarios/renewal/overlap.toml");
    live(&good, 28, |day, _| day == 21);
    assert_eq!(unmet(&good), [""; 0]);
    let bad = org("scenarios/renewal/overlap.toml");
    live(&bad, 28, |_, _| false);
    assert_eq!(unmet(&bad), ["billing is granted with the new certificate", "no call is refused after the cut-over"]);
}

#[test]
fn forty_seven_days_are_survived_by_a_client_that_waits_for_the_upload() {
    let path = "scenarios/clock/forty-seven-days.toml";
    let good = org(path);
    live(&good, 48, |_, org| is_uploaded(org, &org.client("billing").unwrap()));
    assert_eq!(unmet(&good), [""; 0]);
    let hasty = org(path);
    live(&hasty, 48, |_, _| true);
    assert_eq!(unmet(&hasty), ["billing is never refused by the org"]);
    let lazy = org(path);
    live(&lazy, 48, |_, _| false);
    assert_eq!(
        unmet(&lazy),
        ["billing never presents a certificate that has expired", "billing has changed over by the end"]
    );
}
