//! What each verb of a step changes, as a client sees it.

use mockorg::journal::Kind;
use mockorg::org::Door;

use super::{at, days, film, step, story};
use crate::wire::{Client, Failure, Org};

/// An org with one step on call.
fn with(verb: &str) -> Org {
    film(&step("it", "on = \"call\"", verb))
}

fn play(org: &Org) {
    org.step("it").unwrap();
}

/// What billing's calls with a session meet on the mutual door: status, or the alert.
fn call(org: &Org, client: &Client, session: &str) -> Result<u16, Failure> {
    let _ = org;
    client.clone().session(session).get("/services/data/v64.0/limits").map(|answer| answer.status)
}

fn billing(org: &Org) -> Result<u16, Failure> {
    call(org, &org.mutual("billing"), &org.billing())
}

#[test]
fn advance_moves_the_clock() {
    let org = with("advance = \"40d\"");
    play(&org);
    assert_eq!(org.clock().org_now(), at("2029-04-10T00:00:00Z"));
    assert_eq!(story(&org), "it done on 03-01\n", "told at its moment");
}

#[test]
fn advance_may_go_back() {
    let org = with("advance = \"-400d\"");
    assert_eq!(billing(&org), Ok(200));
    play(&org);
    assert!(matches!(billing(&org), Err(Failure::Alert(_))), "the certificate is not valid yet");
}

#[test]
fn issue_renews_with_a_new_key_or_the_same() {
    for (key, same) in [("", false), (", key = \"new\"", false), (", key = \"same\"", true)] {
        let org = with(&format!("issue = {{ client = \"billing\"{key} }}"));
        let (session, before) = (org.billing(), org.client("billing").unwrap());
        play(&org);
        let after = org.client("billing").unwrap();
        assert_eq!(after.key_pem == before.key_pem, same, "{key}");
        assert_ne!(after.certificates[0].serial(), before.certificates[0].serial());
        assert_eq!(call(&org, &org.mutual("billing"), &session), Ok(401), "it is not uploaded yet");
        assert_eq!(call(&org, &org.door(Door::Mutual).presenting(before), &session), Ok(200));
    }
}

#[test]
fn deliver_replaces_what_a_client_sends_and_says_so() {
    let org = with("deliver = { client = \"billing\", sends = [\"billing\", \"acme-issuing\", \"acme-root\"] }");
    let before = org.client("billing").unwrap().certificates;
    play(&org);
    let after = org.client("billing").unwrap().certificates;
    assert_eq!((after.len(), &after[..2]), (3, &before[..]), "the same leaf, another chain");
    assert_eq!(billing(&org), Ok(200));
    let delivered = org.journal().since(0).into_iter().find(|event| event.kind.name() == "deliver").unwrap();
    let sent = serde_json::to_value(&delivered.kind).unwrap()["sent"].clone();
    assert_eq!(sent, serde_json::json!(["billing", "acme-issuing", "acme-root"]));
    org.reset().unwrap();
    assert_eq!(org.client("billing").unwrap().certificates, before);
}

#[test]
fn upload_and_delete_certificate_change_who_is_let_in() {
    let steps = step("renew", "on = \"call\"", "issue = { client = \"billing\" }")
        + &step("upload", "on = \"call\"", "upload = { label = \"Billing 2029\", client = \"billing\" }")
        + &step("delete", "on = \"call\"", "delete-certificate = \"Billing 2026\"");
    let org = film(&steps);
    let (session, before) = (org.billing(), org.mutual("billing"));
    org.step("renew").unwrap();
    org.step("upload").unwrap();
    let after = org.mutual("billing");
    assert_eq!([call(&org, &before, &session), call(&org, &after, &session)], [Ok(200), Ok(200)], "the overlap");
    org.step("delete").unwrap();
    assert_eq!([call(&org, &before, &session), call(&org, &after, &session)], [Ok(401), Ok(200)]);
}

#[test]
fn upload_takes_a_file_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let other = Org::quickstart();
    std::fs::write(folder.path().join("visitor.pem"), &other.client("visitor").unwrap().certificates_pem).unwrap();
    let text = super::text(
        &format!("clock = \"{}\"", super::START),
        &step("it", "at = \"+1d\"", "upload = { label = \"From a file\", file = \"visitor.pem\" }"),
    );
    // it was issued on the system's clock: the org has to live there for it to be valid
    let text = text.replace(&format!("clock = \"{}\"", super::START), "clock = \"system\"");
    let org = Org::start(mockorg::Scenario::from_text(&text, "x.toml", folder.path()).unwrap());
    org.advance(days(1)).unwrap();
    let label = org.snapshot().org.uploads.last().unwrap().label.clone();
    assert_eq!(label, "From a file", "{}", story(&org));
}

#[test]
fn revoke_refuses_the_next_handshake() {
    let org = with("revoke = \"billing\"");
    assert_eq!(billing(&org), Ok(200));
    play(&org);
    assert_eq!(billing(&org), Err(Failure::Alert(44)));
}

#[test]
fn a_crl_is_withheld_published_spoilt_dropped_and_replaced() {
    let crl = |change: &str| format!("crl = {{ ca = \"acme-issuing\", change = \"{change}\" }}");
    let steps = step("withhold", "on = \"call\"", &crl("withhold"))
        + &step("revoke", "on = \"call\"", "revoke = \"billing\"")
        + &step("publish", "on = \"call\"", &crl("publish"))
        + &step("drop", "on = \"call\"", &crl("drop"));
    let org = film(&steps);
    let plays = |name: &str| {
        org.step(name).unwrap();
        billing(&org)
    };
    assert_eq!(plays("withhold"), Ok(200));
    assert_eq!(plays("revoke"), Ok(200), "the CRL that is out does not say so");
    assert_eq!(plays("publish"), Err(Failure::Alert(44)));
    assert_eq!(plays("drop"), Ok(200), "unchecked where there is none");
}

#[test]
fn a_crl_that_is_stale_refuses_what_it_does_not_name() {
    let org = with("crl = { ca = \"acme-issuing\", change = \"stale\" }");
    assert_eq!(billing(&org), Ok(200));
    play(&org);
    assert!(matches!(billing(&org), Err(Failure::Alert(_))));
    org.event(|event| {
        let Kind::Handshake(handshake) = &event.kind else { return false };
        handshake.verdict.iter().flat_map(|verdict| &verdict.faults).any(|fault| fault.rule == "crl-stale")
    });
}

#[test]
fn a_crl_is_replaced_by_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let other = super::film(&step("revoke", "at = \"+0s\"", "revoke = \"billing\""));
    let crl = other.snapshot().edge.minted_crls.crls.iter().find(|(ca, ..)| ca == "acme-issuing").unwrap().1.clone();
    std::fs::write(folder.path().join("other.crl"), crl).unwrap();
    let replace = "crl = { ca = \"acme-issuing\", change = \"replace\", file = \"other.crl\" }";
    let text = super::text(&format!("clock = \"{}\"", super::START), &step("it", "on = \"call\"", replace));
    let org = Org::start(mockorg::Scenario::from_text(&text, "x.toml", folder.path()).unwrap());
    assert_eq!(billing(&org), Ok(200));
    play(&org);
    assert!(matches!(billing(&org), Err(Failure::Alert(_))), "signed by another key than the CA's");
}

#[test]
fn delist_and_list_change_which_chains_hold() {
    let steps = step("delist", "on = \"call\"", "delist = \"acmeroot\"")
        + &step("list", "on = \"call\"", "list = { ca = \"elsewhere-root\" }");
    let org = film(&steps);
    let session = org.billing();
    let unlisted = || call(&org, &org.mutual("unlisted"), &session);
    assert!(matches!(unlisted(), Err(Failure::Alert(48))));
    org.step("delist").unwrap();
    assert_eq!(billing(&org), Err(Failure::Alert(48)));
    org.step("list").unwrap();
    assert_eq!(unlisted(), Ok(401), "the chain holds by now; the org knows no such certificate");
    assert!(org.snapshot().edge.trust.anchor("elsewhereroot").is_some());
}

#[test]
fn grant_and_deny_count_from_the_next_request_on() {
    let enforce = |verb: &str| {
        format!("{verb} = {{ user = \"reports@acme.example\", permission = \"enforce-mutual-authentication\" }}")
    };
    let org =
        film(&(step("grant", "on = \"call\"", &enforce("grant")) + &step("deny", "on = \"call\"", &enforce("deny"))));
    let (client, session) = (org.door(Door::Standard), org.reports());
    assert_eq!(call(&org, &client, &session), Ok(200));
    org.step("grant").unwrap();
    assert_eq!(call(&org, &client, &session), Ok(401));
    org.step("deny").unwrap();
    assert_eq!(call(&org, &client, &session), Ok(200));
}

#[test]
fn expire_sessions_ends_them() {
    let org = with("expire-sessions = \"reports@acme.example\"");
    let (client, session) = (org.door(Door::Standard), org.reports());
    assert_eq!(call(&org, &client, &session), Ok(200));
    play(&org);
    assert_eq!(call(&org, &client, &session), Ok(401));
    assert_eq!(call(&org, &client, &org.reports()), Ok(200));
}

fn login(org: &Org, password: &str) -> u16 {
    let body = format!(
        "grant_type=password&client_id=quickstart-client-id&client_secret=quickstart-secret&username=reports@acme.example&password={password}"
    );
    org.door(Door::Standard).post("/services/oauth2/token", crate::wire::FORM, &body).unwrap().status
}

#[test]
fn a_password_is_set_and_expires() {
    let steps = step("set", "on = \"call\"", "password = { user = \"reports@acme.example\", password = \"new-one\" }")
        + &step("expire", "on = \"call\"", "password = { user = \"Reports@acme.example\", expired = true }");
    let org = film(&steps);
    let old = org.reports();
    org.step("set").unwrap();
    assert_eq!([login(&org, "reports-password"), login(&org, "new-one")], [400, 200]);
    assert_eq!(call(&org, &org.door(Door::Standard), &old), Ok(200), "sessions live on");
    org.step("expire").unwrap();
    assert_ne!(call(&org, &org.door(Door::Standard), &old), Ok(200));
    let events = org.journal().since(0);
    assert!(
        !serde_json::to_string(&events.iter().map(|event| &**event).collect::<Vec<_>>()).unwrap().contains("new-one")
    );
}

#[test]
fn a_server_certificate_is_spoilt_and_renewed() {
    let steps: String = ["expired", "incomplete", "other-root", "wrong-name", "renew"]
        .map(|word| step(word, "on = \"call\"", &format!("server-certificate = \"{word}\"")))
        .concat();
    let org = film(&steps);
    let reaches = || org.door(Door::Mutual).get("/services/data").is_ok();
    assert!(reaches());
    for flaw in ["expired", "incomplete", "other-root", "wrong-name"] {
        org.step(flaw).unwrap();
        assert!(!reaches(), "{flaw}");
    }
    org.step("renew").unwrap();
    assert!(reaches());
}

#[test]
fn switches_are_set_several_at_a_time() {
    let org = with("switch = { edge = { tls = [\"1.3\"], page-status = 403 }, org.api-endpoint = \"as-arrived\" }");
    play(&org);
    let snapshot = org.snapshot();
    assert_eq!((snapshot.edge.switches.page_status, snapshot.edge.switches.tls.len()), (403, 1));
    assert_eq!(snapshot.org.switches.api_endpoint, mockorg::scenario::switches::ApiEndpoint::AsArrived);
    let old = org.door(Door::Mutual).version(openssl::ssl::SslVersion::TLS1_2);
    old.get("/services/data").unwrap_err();
}

#[test]
fn a_fault_is_set_and_cleared() {
    let steps = step("break", "on = \"call\"", "fault = { name = \"busy\", effect = \"unavailable\" }")
        + &step("mend", "on = \"call\"", "clear = \"busy\"")
        + &step("break again", "on = \"call\"", "fault = { effect = \"unavailable\", path = \"*/limits\" }")
        + &step("mend all", "on = \"call\"", "clear = \"*\"");
    let org = film(&steps);
    let (client, session) = (org.door(Door::Standard), org.reports());
    let status = |name: &str| {
        org.step(name).unwrap();
        call(&org, &client, &session)
    };
    assert_eq!(["break", "mend", "break again", "mend all"].map(status), [Ok(503), Ok(200), Ok(503), Ok(200)]);
}
