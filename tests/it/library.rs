//! `Simulator` and `Running` as a Rust team uses them: where an org is, its verbs, its end, and that two get along.

use jiff::SignedDuration;
use mockorg::RenewalKey;
use mockorg::journal::Query;
use mockorg::org::Door;
use mockorg::pki::mint::{self, KeyKind, Request, Validity};
use mockorg::scenario::Permission;

use crate::wire::{Failure, Org};

mod ending;
#[path = "../../examples/first_test.rs"]
mod first_test;
mod same_seed;

const LIMITS: &str = "/services/data/v68.0/limits";
const BILLING: &str = "billing@acme.example";

#[test]
fn a_client_teams_first_test_passes() {
    first_test::main().unwrap();
}

#[test]
fn a_running_org_says_where_it_is_and_whom_to_trust() {
    let org = Org::quickstart();
    let ports = org.ports();
    assert_eq!(org.standard_url(), format!("https://localhost:{}", ports.standard));
    assert_eq!(org.mutual_url(), format!("https://localhost:{}", ports.mutual));
    assert_eq!(org.proxy_url(), format!("http://127.0.0.1:{}", ports.proxy));
    assert_eq!(org.admin_url(), format!("http://127.0.0.1:{}", ports.admin));
    assert_eq!((org.port(Door::Standard), org.port(Door::Mutual)), (ports.standard, ports.mutual));
    // a client that trusts `server_ca` and nothing else gets through, at either address of localhost
    assert_eq!(org.door(Door::Standard).get("/services/data").unwrap().status, 200);
    assert_eq!(org.mutual("billing").get("/services/data").unwrap().status, 200);
    let billing = org.client("billing").unwrap();
    assert_eq!(billing.certificates_pem.matches("BEGIN CERTIFICATE").count(), billing.certificates.len());
    assert!(billing.key_pem.starts_with("-----BEGIN PRIVATE KEY-----"));
    assert!(org.client("nobody").is_none());
    let edge = org.snapshot().edge.clone();
    assert_eq!(edge.trust.anchor("acmeroot").unwrap().certificate.common_name(), "acme-root");
    assert!(edge.trust.anchor("elsewhereroot").is_none());
    assert_eq!(org.seed().number(), 7);
}

#[test]
fn the_verbs_of_a_running_org_change_what_its_clients_meet() {
    let org = Org::quickstart();
    let session = org.billing();
    let call = |client: &str| org.mutual(client).session(&session).get(LIMITS).map(|answer| answer.status);
    assert_eq!((call("billing"), call("visitor")), (Ok(200), Ok(401)));

    org.deny(BILLING, Permission::EnforceMutualAuthentication).unwrap();
    assert_eq!(call("visitor"), Ok(200));
    org.grant(BILLING, Permission::EnforceMutualAuthentication).unwrap();
    assert_eq!(call("visitor"), Ok(401));

    org.upload("Visitor", org.client("visitor").unwrap().certificates_pem.as_bytes()).unwrap();
    assert_eq!(call("visitor"), Ok(200));
    org.delete_certificate("Visitor").unwrap();
    assert_eq!(call("visitor"), Ok(401));

    let listed = org.snapshot().edge.trust.anchor("acmeroot").unwrap().certificate.clone();
    org.delist("acmeroot").unwrap();
    assert_eq!(call("billing"), Err(Failure::Alert(48)));
    org.list("acme", listed).unwrap();
    assert_eq!(call("billing"), Ok(200));

    org.set_switch("org.refusal-status", "403").unwrap();
    assert_eq!(call("visitor"), Ok(403));
    let now = org.advance(SignedDuration::from_hours(1)).unwrap();
    org.set_clock(now - SignedDuration::from_hours(1));
    assert_eq!(org.expire_sessions(BILLING), Ok(1));
    assert_eq!(org.mutual("billing").session(&session).get(LIMITS).unwrap().error_code(), "INVALID_SESSION_ID");
    org.issue("visitor", RenewalKey::Keep).unwrap();
    org.revoke("billing").unwrap();
    assert_eq!(call("billing"), Err(Failure::Alert(44)));

    let verbs = org.journal().since(0);
    let verbs: Vec<&str> = verbs.iter().map(|event| event.kind.name()).filter(|kind| is_verb(kind)).collect();
    let expected = "permission permission upload upload trust trust switch clock clock sessions issue crl";
    assert_eq!(verbs.join(" "), expected);
}

fn is_verb(kind: &str) -> bool {
    !matches!(kind, "handshake" | "login" | "request")
}

#[test]
fn two_orgs_in_one_process_do_not_disturb_each_other() {
    let (one, other) = (Org::quickstart(), Org::quickstart());
    let sessions = [one.reports(), other.reports()];
    let call = |org: &Org, client: &str, session: usize| {
        org.mutual(client).session(&sessions[session]).get(LIMITS).map(|answer| answer.status)
    };
    one.revoke("visitor").unwrap();
    one.advance(SignedDuration::from_hours(24)).unwrap();
    assert_eq!(call(&one, "visitor", 0), Err(Failure::Alert(44)));
    assert_eq!(call(&other, "visitor", 1), Ok(200));
    // one's client at the other's door: another CA of the same name
    let stranger = other.door(Door::Mutual).presenting(one.client("billing").unwrap());
    assert_eq!(stranger.get(LIMITS).err(), Some(Failure::Alert(48)));
    assert!(one.clock().org_now() > other.clock().org_now() + SignedDuration::from_hours(23));
    let visitors = Query { client: Some("visitor".into()), kind: Some("handshake".into()), ..Query::default() };
    assert_eq!((one.journal().query(&visitors).len(), other.journal().query(&visitors).len()), (1, 1));
    drop(one);
    assert_eq!(call(&other, "billing", 1), Ok(200));
}

#[test]
fn a_root_of_ones_own_is_listed_while_the_org_runs() {
    let org = Org::quickstart();
    let now = org.clock().org_now();
    let validity = Validity { from: now, until: now + SignedDuration::from_hours(24) };
    let request = Request::authority(mint::named("Our own root", "Acme").unwrap(), validity);
    let root = mint::self_signed(&request, &KeyKind::P256.generate().unwrap()).unwrap();
    org.list("ourown", root.clone()).unwrap();
    assert!(org.snapshot().edge.trust.lists(root.x509()));
    assert!(org.door(Door::Standard).get("/cacerts.jsp").unwrap().body.contains("ourown"));
}
