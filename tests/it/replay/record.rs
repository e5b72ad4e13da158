//! What clients did is recorded, replays clean, and holds no secret.

use std::path::Path;

use mockorg::journal::canonical;
use mockorg::org::Door;
use mockorg::replay::record::{Recorder, Recording};
use mockorg::replay::replay;
use mockorg::scenario::file::File;
use mockorg::{Scenario, Simulator};
use openssl::ssl::SslVersion;

use super::{all_as_expected, runtime};
use crate::wire::{FORM, Org};

mod connections;

const QUICKSTART: &str = include_str!("../../../scenarios/quickstart.toml");
const SOAP: &str = "text/xml;charset=UTF-8";

/// An org that is recorded.
struct Taped {
    org: Org,
    recorder: Recorder,
}

impl Taped {
    fn quickstart() -> Self {
        let recorder = Recorder::new();
        let org = Org::with(Simulator::default().seed(7).tap(recorder.tap()), Scenario::quickstart());
        Self { org, recorder }
    }

    fn recording(&self) -> Recording {
        let file = File::from_toml(QUICKSTART, "quickstart.toml").unwrap();
        self.recorder.recording(&file, &Scenario::quickstart(), self.org.journal()).unwrap()
    }
}

fn scenario(recording: &Recording) -> Scenario {
    Scenario::from_text(&recording.toml, "recorded.toml", Path::new("."))
        .unwrap_or_else(|mistakes| panic!("{}\n{}", mistakes.render(false), recording.toml))
}

fn soap(body: &str) -> String {
    format!("<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\">{body}</e:Envelope>")
}

fn login(password: &str) -> String {
    soap(&format!(
        "<e:Body><login xmlns=\"urn:partner.soap.sforce.com\"><username>billing@acme.example</username>\
         <password>{password}</password></login></e:Body>"
    ))
}

/// Logins by each flow, calls with their sessions, refusals of both layers.
fn some_of_everything(org: &Org) -> String {
    let billing = org.mutual("billing");
    let answer = billing.post("/services/Soap/u/59.0", SOAP, &login("billing-password")).unwrap();
    let session = answer.body.split("<sessionId>").nth(1).unwrap().split('<').next().unwrap().to_owned();
    billing.post("/services/Soap/u/59.0", SOAP, &login("billing-passwordBILLINGTOKEN")).unwrap();
    billing.post("/services/Soap/u/59.0", SOAP, &login("a-password-mistyped")).unwrap();
    billing.clone().session(&session).get("/services/data/v68.0/query?q=SELECT+Id+FROM+User").unwrap();
    org.door(Door::Standard).session(&session).get("/services/data/v68.0/limits").unwrap();
    org.mutual("visitor").version(SslVersion::TLS1_2).session(&session).get("/services/data/v68.0/limits").unwrap();
    let header = format!(
        "<e:Header><SessionHeader xmlns=\"urn:partner.soap.sforce.com\"><sessionId>{session}</sessionId></SessionHeader></e:Header>"
    );
    let call = format!("{header}<e:Body><getUserInfo xmlns=\"urn:partner.soap.sforce.com\"/></e:Body>");
    billing.post("/services/Soap/u/59.0", SOAP, &soap(&call)).unwrap();
    for refused in ["expired", "revoked", "unlisted", "server-only", "leaf-only"] {
        org.mutual(refused).get("/services/data").unwrap_err();
    }
    let form = "grant_type=client_credentials&client_id=quickstart-client-id&client_secret=quickstart-secret";
    billing.post("/services/oauth2/token", FORM, form).unwrap();
    let reports = org.reports();
    org.door(Door::Mutual).session(&reports).get("/services/data/v68.0/limits").unwrap();
    org.door(Door::Standard).session("nobody").get("/services/data/v68.0/limits").unwrap();
    org.door(Door::Standard).session(&reports).get("/services/data/v68.0/nowhere?a=${b}").unwrap();
    session
}

#[test]
fn what_was_recorded_replays_clean() {
    let taped = Taped::quickstart();
    some_of_everything(&taped.org);
    let recording = taped.recording();
    assert_eq!(recording.left_out, Vec::<String>::new(), "{}", recording.toml);
    assert_eq!(recording.exchanges, 17);
    all_as_expected(&runtime().block_on(replay(Simulator::default().seed(7), scenario(&recording))).unwrap());
}

/// The same clients with the same certificates at the same doors, and the same verdicts on them.
#[test]
fn a_recording_and_its_replay_have_the_same_canonical_journal() {
    let first = Taped::quickstart();
    some_of_everything(&first.org);
    let recording = first.recording();
    let second =
        Taped { org: Org::with(Simulator::default().seed(7), scenario(&recording)), recorder: Recorder::new() };
    let scenario = scenario(&recording);
    let player = mockorg::replay::Player::new(mockorg::replay::Party::own(&second.org, &scenario));
    all_as_expected(&runtime().block_on(player.all(&scenario.exchanges)));
    let lines = |org: &Org| {
        let events = org.journal().since(0);
        let lines: Vec<String> = canonical(&events).iter().map(ToString::to_string).collect();
        lines.join("\n")
    };
    assert_eq!(lines(&second.org), lines(&first.org));
}

#[test]
fn no_secret_is_in_a_recording() {
    let taped = Taped::quickstart();
    let session = some_of_everything(&taped.org);
    let recorded = taped.recording().toml;
    let exchanges = &recorded[recorded.find("[[exchange]]").unwrap()..];
    for secret in [
        "a-password-mistyped",
        "billing-password",
        "BILLINGTOKEN",
        "quickstart-secret",
        "reports-password",
        session.as_str(),
    ] {
        assert!(!exchanges.contains(secret), "{secret} in {exchanges}");
    }
    assert!(exchanges.contains("${login-1.session}"), "{exchanges}");
}

#[test]
fn what_looks_like_a_secret_is_left_out_and_named() {
    let taped = Taped::quickstart();
    let client = taped.org.door(Door::Standard);
    let json = "application/json";
    let post = |path: &str, kind: &str, body: &str| _ = client.post(path, kind, body).unwrap();
    post("/services/apexrest/a", json, r#"{"in":[{"apiToken":"hunter2"}]}"#);
    post("/services/apexrest/b", FORM, "client_secret=hunter2");
    post("/services/apexrest/c", SOAP, "<a><password>hunter2</password></a>");
    post("/services/apexrest/d", json, r#"{"a":"quickstart-secret"}"#);
    post("/services/apexrest/e?access_token=hunter2", json, "{}");
    client.clone().header("X-Api-Token", "hunter2").get("/services/apexrest/f").unwrap();
    client.clone().header("Cookie", "sid=hunter2").get("/services/apexrest/g").unwrap();
    post("/services/apexrest/h", json, r#"{"a":"fine"}"#);
    let recording = taped.recording();
    assert_eq!(recording.exchanges, 1, "{}", recording.toml);
    assert!(!recording.toml.contains("hunter2"), "{}", recording.toml);
    assert_eq!(
        recording.left_out,
        [
            "POST /services/apexrest/a: the field \"apiToken\" looks like a secret",
            "POST /services/apexrest/b: the field \"client_secret\" looks like a secret",
            "POST /services/apexrest/c: the field \"password\" looks like a secret",
            "POST /services/apexrest/d: it has a secret of the scenario in it",
            "POST /services/apexrest/e: the field \"access_token\" looks like a secret",
            "GET /services/apexrest/f: the header x-api-token looks like a secret",
            "GET /services/apexrest/g: a cookie was sent",
        ]
    );
}
