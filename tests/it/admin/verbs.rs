//! What the door does: each verb counts on the wire, is journaled, and is refused with a reason.

use mockorg::Certificate;
use mockorg::org::Door;
use mockorg::pki::crl::Crl;
use openssl::pkcs12::Pkcs12;
use openssl::pkey::PKey;
use serde_json::{Value, json};

use super::{ask, get, refused, state, write};
use crate::uploads::paper::ca;
use crate::wire::{Failure, Org};

const BILLING: &str = "/v1/users/billing@acme.example";
const REVOKED: u8 = 44;
const UNKNOWN_CA: u8 = 48;

/// How a call of an enforced user with that client's certificate ends.
fn calls(org: &Org, session: &str, client: &str) -> Result<u16, Failure> {
    org.mutual(client).session(session).get("/services/data/v60.0/limits").map(|answer| answer.status)
}

/// What the newest event says, without times.
fn journaled(org: &Org) -> Value {
    serde_json::to_value(&org.journal().since(0).pop().unwrap().kind).unwrap()
}

#[test]
fn a_renewal_as_an_integration_lives_it() {
    let org = Org::quickstart();
    let session = org.billing();
    assert_eq!(calls(&org, &session, "billing"), Ok(200));
    let issued = write(&org, "POST", "/v1/clients/billing/issue", &json!({})).json();
    assert_eq!(issued["certificate"]["name"], "billing");
    assert_eq!(calls(&org, &session, "billing"), Ok(401), "the new certificate is not uploaded");
    let upload = json!({"label": "Billing 2027", "client": "billing"});
    let uploaded = write(&org, "POST", "/v1/certificates", &upload);
    assert_eq!((uploaded.status, &uploaded.json()["chain"][0]), (201, &issued["certificate"]));
    assert_eq!(calls(&org, &session, "billing"), Ok(200));
    write(&org, "POST", "/v1/clients/billing/revoke", &json!({}));
    assert_eq!(calls(&org, &session, "billing"), Err(Failure::Alert(REVOKED)));
    let clients = get(&org, "/v1/org")["clients"].clone();
    assert_eq!((&clients[0]["name"], &clients[0]["revoked"]), (&json!("billing"), &json!(true)));
    let kept = write(&org, "POST", "/v1/clients/visitor/issue", &json!({"key": "keep"}));
    assert_eq!((kept.status, journaled(&org)["kept_key"].as_bool()), (200, Some(true)));
    let bare = write(&org, "POST", "/v1/clients/visitor/deliver", &json!({})).json();
    assert_eq!(bare["certificates"].as_array().map(Vec::len), Some(2), "as before");
    let sends = json!({"sends": ["visitor", "acme-issuing", "acme-root"]});
    let delivered = write(&org, "POST", "/v1/clients/visitor/deliver", &sends).json();
    assert_eq!(
        (&delivered["certificates"][2]["name"], &journaled(&org)["sent"]),
        (&json!("acme-root"), &sends["sends"])
    );
    assert_eq!(org.client("visitor").unwrap().certificates.len(), 3);
    for (sends, answer) in [
        (json!(["visitor", "nobody"]), (404, "unknown-name")),
        (json!([]), (400, "bad-value")),
        (json!("root"), (400, "bad-json")),
    ] {
        let refused = refused(&org, "POST", "/v1/clients/visitor/deliver", &json!({"sends": sends}));
        assert_eq!(refused, (answer.0, answer.1.to_owned()));
    }
    assert_eq!(refused(&org, "POST", "/v1/clients/nobody/deliver", &json!({})), (404, "unknown-client".into()));
    assert_eq!(refused(&org, "POST", "/v1/clients/nobody/issue", &json!({})), (404, "unknown-client".into()));
    assert_eq!(refused(&org, "POST", "/v1/clients/billing/issue", &json!({"key": "none"})), (400, "bad-json".into()));
}

#[test]
fn a_reset_goes_back_to_the_scenario_and_keeps_keys_and_doors() {
    let org = Org::quickstart();
    let before = state(&org);
    let (session, leaf) = (org.billing(), org.client("billing").unwrap().certificates);
    write(&org, "PUT", "/v1/clock", &json!({"advance": "2d"}));
    assert_eq!(ask(&org, "DELETE", &format!("{BILLING}/permissions/api-enabled")).send().status, 200);
    assert_eq!(ask(&org, "DELETE", "/v1/certificates/Billing%202026").send().status, 204);
    assert_eq!(ask(&org, "DELETE", "/v1/trust/acmeroot").send().status, 204);
    write(&org, "PATCH", "/v1/switches", &json!({"edge.tls": ["1.2"], "org.soap-login": "disabled"}));
    write(&org, "PUT", "/v1/cas/acme-issuing/crl", &json!({"crl": "none"}));
    write(&org, "POST", "/v1/clients/billing/issue", &json!({}));
    write(&org, "POST", "/v1/clients/visitor/revoke", &json!({}));
    assert_ne!(state(&org), before);

    assert_eq!(write(&org, "POST", "/v1/reset", &json!({})).status, 204);
    assert_eq!(journaled(&org), json!({"kind": "reset"}));
    assert_eq!(state(&org), before);
    assert_eq!(org.client("billing").unwrap().certificates, leaf, "the kit's files are good again");
    assert_eq!(calls(&org, &session, "billing"), Ok(401), "sessions have ended");
    assert_eq!(calls(&org, &org.billing(), "billing"), Ok(200));
    assert_eq!(calls(&org, &org.reports(), "visitor"), Ok(200));
    assert_eq!(calls(&org, &org.reports(), "revoked"), Err(Failure::Alert(REVOKED)));
    let clock = get(&org, "/v1/clock");
    let seconds = |key: &str| clock[key].as_str().unwrap().parse::<jiff::Timestamp>().unwrap().as_second();
    assert!((seconds("org_time") - seconds("wall_time")).abs() <= 1, "{clock}");
}

#[test]
fn a_reset_of_a_standing_clock_sets_it_back() {
    let org = Org::quickstart_with("clock = \"2026-03-01T00:00:00Z\"", "");
    let advanced = write(&org, "PUT", "/v1/clock", &json!({"advance": "30d"})).json();
    assert_eq!((&advanced["org_time"], &advanced["stands"]), (&json!("2026-03-31T00:00:00Z"), &json!(true)));
    let set = write(&org, "PUT", "/v1/clock", &json!({"set": "2027-01-01T00:00:00Z"})).json();
    assert_eq!(set["org_time"], "2027-01-01T00:00:00Z");
    write(&org, "PUT", "/v1/clock", &json!({"advance": "-1d"}));
    write(&org, "POST", "/v1/reset", &json!({}));
    assert_eq!(get(&org, "/v1/clock")["org_time"], "2026-03-01T00:00:00Z");
    for (body, code) in [
        (json!({"advance": "soon"}), "bad-value"),
        (json!({"advance": "9999y"}), "bad-value"),
        (json!({"advance": "1d", "set": "2027-01-01T00:00:00Z"}), "one-of"),
        (json!({}), "one-of"),
        (json!({"set": "tomorrow"}), "bad-json"),
        (json!({"advance": "1d", "by": 2}), "bad-json"),
    ] {
        assert_eq!(refused(&org, "PUT", "/v1/clock", &body), (400, code.into()), "{body}");
    }
    let far = json!({"set": "9999-01-01T00:00:00Z"});
    write(&org, "PUT", "/v1/clock", &far);
    assert_eq!(refused(&org, "PUT", "/v1/clock", &json!({"advance": "900d"})), (400, "out-of-calendar".into()));
}

#[test]
fn a_step_is_played_on_call() {
    let step = |name: &str, trigger: &str, verb: &str| format!("[[step]]\nname = \"{name}\"\n{trigger}\ndo.{verb}\n");
    let steps = step("cut/over", "on = \"call\"", "delete-certificate = \"Billing 2026\"")
        + &step("again", "on = \"call\"", "delete-certificate = \"Billing 2026\"")
        + &step("timed", "at = \"+30d\"", "revoke = \"billing\"");
    let org = Org::from_toml(&format!("{}\n{steps}", include_str!("../../../scenarios/quickstart.toml")));
    let session = org.billing();
    assert_eq!(calls(&org, &session, "billing"), Ok(200));
    let path = "/v1/steps/cut%2Fover";
    assert_eq!(write(&org, "POST", path, &json!({})).status, 204);
    assert_eq!(calls(&org, &session, "billing"), Ok(401));
    for (path, expected) in [
        (path, (409, "step-played")),
        ("/v1/steps/again", (409, "step-failed")),
        ("/v1/steps/timed", (409, "not-on-call")),
        ("/v1/steps/cut-over", (404, "unknown-step")),
    ] {
        assert_eq!(refused(&org, "POST", path, &json!({})), (expected.0, expected.1.into()), "{path}");
    }
}

#[test]
fn permissions_count_from_the_next_request_on() {
    let org = Org::quickstart();
    let (session, path) = (org.reports(), "/v1/users/REPORTS@acme.example/permissions/enforce-mutual-authentication");
    let call = || org.door(Door::Standard).session(&session).get("/services/data/v60.0/limits").unwrap().status;
    assert_eq!(call(), 200);
    let user = write(&org, "PUT", path, &json!({})).json();
    assert_eq!((&user["username"], &user["enforced"]), (&json!("reports@acme.example"), &json!(true)));
    assert_eq!(call(), 401);
    assert_eq!(ask(&org, "DELETE", path).send().json()["enforced"], false);
    assert_eq!(call(), 200);
    let ended = write(&org, "POST", "/v1/users/reports@acme.example/sessions/expire", &json!({})).json();
    assert_eq!((ended, call()), (json!({"ended": 1}), 401));
    let nobody = |path: &str| refused(&org, "PUT", path, &json!({})).1;
    assert_eq!(nobody("/v1/users/nobody/permissions/api-enabled"), "unknown-user");
    assert_eq!(nobody(&format!("{BILLING}/permissions/fly")), "unknown-permission");
    assert_eq!(refused(&org, "POST", "/v1/users/nobody/sessions/expire", &json!({})).1, "unknown-user");
}

#[test]
fn uploads_are_refused_in_the_orgs_words() {
    let org = Org::quickstart();
    let root = ca("Acme Root CA", 1).self_signed();
    let identity = org.client("billing").unwrap();
    for (label, pem, expected) in [
        ("Selfie", root.certificate.pem(), (422, "upload-self-signed")),
        ("Key", identity.key_pem.clone(), (422, "upload-private-key")),
        ("Nothing", "hello".into(), (422, "upload-not-a-certificate")),
        ("Again", identity.certificates[0].pem(), (409, "upload-duplicate")),
        ("Billing 2026", identity.certificates[0].pem(), (409, "upload-label-taken")),
        ("", identity.certificates[0].pem(), (422, "upload-bad-label")),
    ] {
        let body = json!({"label": label, "pem": pem});
        assert_eq!(refused(&org, "POST", "/v1/certificates", &body), (expected.0, expected.1.into()), "{label}");
        let event = journaled(&org);
        assert_eq!((&event["kind"], &event["outcome"]), (&json!("upload"), &json!("refused")), "one event, its own");
    }
    let none = refused(&org, "POST", "/v1/certificates", &json!({"label": "x", "client": "nobody"}));
    assert_eq!(none, (404, "unknown-client".into()));
    assert_eq!(refused(&org, "POST", "/v1/certificates", &json!({"label": "x"})), (400, "one-of".into()));
    let labels: Vec<_> = get(&org, "/v1/certificates")["certificates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["label"].clone())
        .collect();
    assert_eq!(labels, ["Billing 2026", "Leaf only"]);
}

#[test]
fn the_trust_list_is_read_extended_cut_and_exported() {
    let org = Org::quickstart();
    let session = org.reports();
    assert_eq!(calls(&org, &session, "unlisted"), Err(Failure::Alert(UNKNOWN_CA)));
    let root = org.identities().authority("elsewhere-root").unwrap().certificate.clone();
    let added = write(&org, "POST", "/v1/trust", &json!({"pem": root.pem()}));
    assert_eq!((added.status, &added.json()["alias"]), (201, &json!("elsewhereroot")), "made from its name");
    assert_eq!(calls(&org, &session, "unlisted"), Ok(200));
    let exported = ask(&org, "GET", "/v1/trust.pem").send();
    let listed = Certificate::from_pem(&exported.body).unwrap();
    assert_eq!(listed.len(), get(&org, "/v1/trust")["roots"].as_array().unwrap().len());
    assert!(listed.contains(&root) && exported.text().contains("\n# elsewhereroot\n-----BEGIN CERTIFICATE-----\n"));
    let add = |body: Value| refused(&org, "POST", "/v1/trust", &body);
    assert_eq!(add(json!({"pem": root.pem()})), (409, "already-listed".into()));
    let another = ca("Another", 1).self_signed().certificate.pem();
    assert_eq!(add(json!({"pem": another, "alias": "acmeroot"})), (409, "alias-taken".into()));
    assert_eq!(add(json!({"pem": another, "alias": "Another Root"})), (400, "bad-alias".into()));
    assert_eq!(add(json!({"pem": format!("{another}{}", root.pem())})), (422, "not-one-root".into()));
    assert_eq!(add(json!({"pem": "hello"})), (422, "not-one-root".into()));
    let issuing = org.identities().authority("acme-issuing").unwrap().certificate.pem();
    assert_eq!(add(json!({"pem": issuing})), (422, "not-a-root".into()));
    assert_eq!(ask(&org, "DELETE", "/v1/trust/elsewhereroot").send().status, 204);
    assert_eq!(calls(&org, &session, "unlisted"), Err(Failure::Alert(UNKNOWN_CA)));
    assert_eq!(ask(&org, "DELETE", "/v1/trust/elsewhereroot").send().problem(), (404, "unknown-alias".into()));
}

#[test]
fn an_identity_is_handed_out_in_pem_and_pkcs12() {
    let org = Org::quickstart();
    write(&org, "POST", "/v1/clients/billing/issue", &json!({}));
    let identity = org.client("billing").unwrap();
    let pem = ask(&org, "GET", "/v1/clients/billing.pem").send();
    assert_eq!(pem.text(), format!("{}{}", identity.key_pem, identity.certificates_pem));
    assert_eq!(pem.header("content-disposition"), Some("attachment; filename=\"billing.pem\""));
    let p12 = ask(&org, "GET", "/v1/clients/billing.p12").send();
    let password = p12.header("mockorg-p12-password").unwrap();
    let store = Pkcs12::from_der(&p12.body).unwrap().parse2(password).unwrap();
    assert_eq!(store.cert.unwrap().to_der().unwrap(), identity.certificates[0].der());
    assert!(store.pkey.unwrap().public_eq(&PKey::private_key_from_pem(identity.key_pem.as_bytes()).unwrap()));
    for path in ["/v1/clients/nobody.pem", "/v1/clients/nobody.p12", "/v1/clients/acme-issuing.pem"] {
        assert_eq!(
            ask(&org, "GET", path).send().problem(),
            (404, "unknown-client".into()),
            "no CA's key leaves: {path}"
        );
    }
}

#[test]
fn a_ca_is_revoked_by_its_issuer() {
    let org = Org::quickstart();
    let revoke = |ca: &str| refused(&org, "POST", &format!("/v1/cas/{ca}/revoke"), &json!({}));
    assert_eq!(revoke("acme-root"), (409, "no-issuer".into()));
    assert_eq!(revoke("nobody"), (404, "unknown-ca".into()));
    assert_eq!(write(&org, "POST", "/v1/cas/acme-issuing/revoke", &json!({})).status, 204);
    assert_eq!(journaled(&org), json!({"kind": "crl", "ca": "acme-root", "change": "revoked acme-issuing"}));
    let met = org.mutual("billing").get("/services/data").map(|answer| answer.status);
    assert_eq!(met, Err(Failure::Alert(REVOKED)), "nothing holds below it");
    let cas = get(&org, "/v1/org")["cas"].clone();
    let revoked: Vec<_> = cas.as_array().unwrap().iter().map(|ca| ca["revoked"] == true).collect();
    assert_eq!(revoked, [false, true, false]);
}

#[test]
fn a_crl_is_withheld_dropped_published_and_replaced() {
    let org = Org::quickstart();
    let session = org.reports();
    let change = |body: Value| write(&org, "PUT", "/v1/cas/acme-issuing/crl", &body).status;
    let served = || ask(&org, "GET", "/crl/acme-issuing.crl").send();
    assert_eq!(change(json!({"crl": "withheld"})), 204);
    assert_eq!(journaled(&org), json!({"kind": "crl", "ca": "acme-issuing", "change": "withheld"}));
    let withheld = served().body;
    write(&org, "POST", "/v1/clients/visitor/revoke", &json!({}));
    assert_eq!((calls(&org, &session, "visitor"), served().body), (Ok(200), withheld.clone()), "nobody hears of it");

    assert_eq!(change(json!({"crl": "published"})), 204);
    assert_eq!(calls(&org, &session, "visitor"), Err(Failure::Alert(REVOKED)));
    assert_ne!(served().body, withheld);

    let pem = openssl::x509::X509Crl::from_der(&withheld).unwrap().to_pem().unwrap();
    assert_eq!(change(json!({"pem": String::from_utf8(pem).unwrap()})), 204);
    assert_eq!((calls(&org, &session, "visitor"), served().body), (Ok(200), withheld.clone()));
    write(&org, "PUT", "/v1/clock", &json!({"advance": "8d"}));
    let stale = org.door(Door::Mutual).presenting(org.client("billing").unwrap()).get("/services/data");
    assert!(matches!(stale, Err(Failure::Alert(_))), "a withheld CRL grows stale: {stale:?}");

    assert_eq!(change(json!({"crl": "none"})), 204);
    assert_eq!(served().problem(), (404, "no-crl".into()));
    assert_eq!(
        org.mutual("revoked").get("/services/data").map(|answer| answer.status),
        Ok(200),
        "unchecked without one"
    );
    use base64::Engine;
    let der = base64::prelude::BASE64_STANDARD.encode(&withheld);
    assert_eq!(change(json!({"der": der})), 204);
    assert!(Crl::from_der(&served().body).is_ok());

    let refused = |ca: &str, body: Value| refused(&org, "PUT", &format!("/v1/cas/{ca}/crl"), &body);
    assert_eq!(refused("nobody", json!({"crl": "published"})), (404, "unknown-ca".into()));
    assert_eq!(refused("acme-root", json!({"der": der})), (422, "crl-of-another".into()));
    assert_eq!(refused("acme-root", json!({"pem": "hello"})), (422, "not-a-crl".into()));
    assert_eq!(refused("acme-root", json!({"der": "!"})), (400, "bad-value".into()));
    assert_eq!(refused("acme-root", json!({"crl": "published", "der": der})), (400, "one-of".into()));
    assert_eq!(refused("acme-root", json!({"crl": "gone"})), (400, "bad-json".into()));
}

#[test]
fn switches_are_set_together_or_not_at_all() {
    let org = Org::quickstart();
    let wanted = json!({"edge.page-status": 403, "edge.tls": ["1.3"], "edge.ca-names": ["acme-root"],
        "org.refusal-status": 403, "edge.bad-chain": "page"});
    let now = write(&org, "PATCH", "/v1/switches", &wanted).json();
    for (name, value) in wanted.as_object().unwrap() {
        assert_eq!(&now[name], value, "{name}");
    }
    assert_eq!(get(&org, "/v1/switches"), now);
    let back = write(&org, "PATCH", "/v1/switches", &now).json();
    assert_eq!(back, now, "what is read can be written");
    let set = |body: Value| refused(&org, "PATCH", "/v1/switches", &body);
    assert_eq!(set(json!({"edge.bad-chain": "alert", "edge.bad-chains": "x"})), (404, "unknown-switch".into()));
    assert_eq!(set(json!({"edge.bad-chain": "alert", "edge.page-status": 1000})), (400, "bad-switch-value".into()));
    assert_eq!(set(json!({"edge.bad-chain": {"alert": true}})), (400, "bad-value".into()));
    assert_eq!(set(json!({"edge.tls": [["1.2"]]})), (400, "bad-value".into()));
    assert_eq!(set(json!([])), (400, "bad-json".into()));
}

#[test]
fn what_is_advertised_is_what_answers_and_kits_say() {
    let org = Org::quickstart();
    let seen = json!({"standard_port": 32768, "mutual_port": 32769, "admin_port": 32770, "host": "127.0.0.1"});
    assert_eq!(write(&org, "PUT", "/v1/advertise", &seen).json(), seen);
    let answer = org.door(Door::Standard).post("/services/oauth2/token", crate::wire::FORM,
        "grant_type=password&client_id=quickstart-client-id&client_secret=quickstart-secret&username=reports@acme.example&password=reports-password").unwrap();
    assert_eq!(answer.json()["instance_url"], "https://127.0.0.1:32768");
    let kit = super::journal::files_of_tar(&ask(&org, "GET", "/v1/kit.tar").send().body).remove("kit.json").unwrap();
    let kit: Value = serde_json::from_slice(&kit).unwrap();
    assert_eq!(kit["mutual_url"], "https://127.0.0.1:32769");
    assert_eq!(kit["env"]["MOCKORG_ADMIN_URL"], "http://127.0.0.1:32770");
    assert_eq!(write(&org, "PUT", "/v1/advertise", &json!({})).json(), json!({}));
    assert_eq!(get(&org, "/v1/org")["doors"]["mutual"], org.mutual_url());
    let refused = |body: Value| refused(&org, "PUT", "/v1/advertise", &body);
    assert_eq!(refused(json!({"host": "elsewhere.example"})), (422, "unknown-name".into()));
    assert_eq!(refused(json!({"mutual_port": 0})), (400, "bad-port".into()));
    assert_eq!(refused(json!({"mutual_port": 65536})), (400, "bad-json".into()));
}

#[test]
fn faults_are_set_listed_and_cleared_by_the_keys_of_a_scenario() {
    let org = Org::quickstart();
    let set = |keys: Value| write(&org, "POST", "/v1/faults", &keys).json();
    let gone = set(json!({"effect": "unavailable", "path": "/services/data", "retry-after": "90s", "times": 1}));
    assert_eq!(
        gone,
        json!({"name": "unavailable", "effect": "unavailable", "path": "/services/data", "retry-after": "1m30s", "times": 1})
    );
    let drawn = json!({"name": "drawn", "effect": "reset", "door": "mutual", "probability": 1.0});
    assert_eq!(set(json!({"name": "drawn", "effect": "reset", "door": "mutual", "probability": 1})), drawn);
    assert_eq!(get(&org, "/v1/faults"), json!({"faults": [gone, drawn]}));
    assert_eq!(set(gone.clone()), gone, "what is read can be written");
    let client = org.door(mockorg::org::Door::Standard);
    assert_eq!([(); 2].map(|()| client.get("/services/data").unwrap().status), [503, 200]);
    let clear = |target: &str| ask(&org, "DELETE", target).send().json();
    assert_eq!(clear("/v1/faults?name=drawn"), json!({"cleared": 1}));
    assert_eq!(clear("/v1/faults"), json!({"cleared": 1}));
    assert_eq!(get(&org, "/v1/faults"), json!({"faults": []}));
}

#[test]
fn a_fault_that_is_none_is_met_with_the_words_of_a_scenario_file() {
    let org = Org::quickstart();
    for (keys, said) in [
        (json!({}), "\"effect\" is missing"),
        (json!({"effect": "reset", "client": "billing"}), "client is not known yet when \"reset\" strikes"),
        (json!({"effect": "drop", "client": "biling"}), "did you mean \"billing\"?"),
        (json!({"effect": "drop", "user": "nobody@acme.example"}), "unknown user \"nobody@acme.example\""),
        (json!({"effect": "slow-body", "for": "1h"}), "5m at most"),
        (json!({"effect": "drop", "nth": "3"}), "expected a whole number"),
        (json!({"effect": "reset", "bogus": 1}), "unknown key \"bogus\""),
        (json!({"effect": null}), "null"),
        (json!({"effect": "nonsense"}), "\"server-wrong-name\" and 2 more"),
    ] {
        let answer = ask(&org, "POST", "/v1/faults").json(&keys).send();
        assert_eq!((answer.status, answer.json()["code"].as_str()), (400, Some("bad-fault")), "{keys}");
        assert!(answer.json()["detail"].as_str().unwrap().contains(said), "{}", answer.text());
    }
    let unknown = ask(&org, "DELETE", "/v1/faults?name=nobody").send();
    assert_eq!((unknown.status, unknown.json()["code"].as_str()), (404, Some("unknown-fault")));
}

#[test]
fn a_reset_brings_the_scenarios_faults_back_with_their_counts() {
    let text = include_str!("../../../scenarios/quickstart.toml");
    let org = Org::from_toml(&format!("{text}\n[[fault]]\neffect = \"unavailable\"\nnth = 1\n"));
    let status = || org.door(mockorg::org::Door::Standard).get("/services/data").unwrap().status;
    assert_eq!([status(), status()], [503, 200]);
    write(&org, "POST", "/v1/faults", &json!({"effect": "reset", "door": "mutual"}));
    write(&org, "POST", "/v1/reset", &json!({}));
    assert_eq!(get(&org, "/v1/faults")["faults"].as_array().unwrap().len(), 1);
    assert_eq!([status(), status()], [503, 200]);
}
