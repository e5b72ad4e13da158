//! How an exchange comes to its door: HTTP/2, a connection that is kept, a TLS session that is resumed, the proxy door.

use mockorg::journal::Kind;
use mockorg::journal::event::Handshake;
use mockorg::replay::Judged;
use mockorg::{Scenario, Simulator};

use super::{all_as_expected, at, play, runtime};
use crate::wire::Org;

fn handshakes(org: &Org) -> Vec<Handshake> {
    let events = org.journal().since(0);
    let handshakes = events.iter().filter_map(|event| match &event.kind {
        Kind::Handshake(handshake) => Some((**handshake).clone()),
        _ => None,
    });
    handshakes.collect()
}

#[test]
fn http_2_is_spoken_where_it_is_offered() {
    for (http, alpn) in [("", None), ("http = \"1.1\"", Some("http/1.1")), ("http = \"2\"", Some("h2"))] {
        let org = Org::quickstart();
        let login = format!("[[exchange]]\nname = \"a\"\n{http}\nlogin = \"soap\"\nuser = \"reports@acme.example\"\n");
        let call = format!("[[exchange]]\nsession = \"a\"\n{http}\nrequest = \"GET /services/data/v68.0/limits\"\n");
        let played = at(&org, &format!("{login}{call}"));
        assert!(played.iter().all(|exchange| exchange.outcome == Judged::AsExpected), "{played:#?}");
        assert!(handshakes(&org).iter().all(|handshake| handshake.alpn.as_deref() == alpn), "{http}");
    }
}

#[test]
fn an_alert_is_told_apart_over_http_2_in_both_versions_of_tls() {
    for version in ["1.2", "1.3"] {
        all_as_expected(&play(&format!(
            "[[exchange]]\nclient = \"revoked\"\nhttp = \"2\"\ntls = \"{version}\"\nrequest = \"GET /\"\n\
             expect.alert = \"certificate_revoked\"\n"
        )));
    }
}

const KEPT: &str = r#"
    [[step]]
    name = "revocation"
    on = "call"
    do.revoke = "billing"
    [[step]]
    name = "upload deleted"
    on = "call"
    do.delete-certificate = "Billing 2026"
    [[exchange]]
    name = "login"
    connection = "pool"
    client = "billing"
    HTTP
    login = "password"
    user = "billing@acme.example"
    [[exchange]]
    connection = "pool"
    session = "login"
    request = "GET /services/data/v68.0/limits"
    [[exchange]]
    step = "revocation"
    connection = "pool"
    session = "login"
    request = "GET /services/data/v68.0/limits"
    [[exchange]]
    client = "billing"
    session = "login"
    request = "GET /services/data/v68.0/limits"
    expect.alert = "certificate_revoked"
    [[exchange]]
    step = "upload deleted"
    connection = "pool"
    session = "login"
    request = "GET /services/data/v68.0/limits"
    expect.error = "MUTUAL_AUTHENTICATION_FAILED"
"#;

#[test]
fn exchanges_share_a_connection_while_the_org_changes() {
    for http in ["", "http = \"1.1\"", "http = \"2\""] {
        let exchanges = KEPT.replace("HTTP", http);
        let played = play(&exchanges);
        all_as_expected(&played);
        let doors: Vec<_> = played.exchanges.iter().filter_map(|exchange| exchange.door).collect();
        assert_eq!(doors, ["mutual"; 5], "those that share it are told by its door");
    }
}

#[test]
fn a_connection_that_is_kept_is_made_once() {
    let org = Org::quickstart();
    let one = "[[exchange]]\nconnection = \"a\"\nrequest = \"GET /services/data\"\n";
    let other = one.replace("\"a\"", "\"b\"");
    at(&org, &[one, one, &other, one, &other].concat());
    let events = org.journal().since(0);
    let on: Vec<u64> = events
        .iter()
        .filter_map(|event| match &event.kind {
            Kind::Request(request) => Some(request.handshake),
            _ => None,
        })
        .collect();
    assert_eq!(on, [1, 1, 2, 1, 2]);
}

#[test]
fn a_connection_that_the_org_has_ended_is_not_made_again() {
    let text = include_str!("../../../scenarios/edge/rechecks-live-connections.toml");
    let (org, _) = text.split_once("\n[[exchange]]").unwrap();
    for http in ["", "http = \"1.1\""] {
        let exchanges = format!(
            "[[step]]\nname = \"revocation\"\non = \"call\"\ndo.revoke = \"billing\"\n\
             [[exchange]]\nclient = \"billing\"\nconnection = \"a\"\n{http}\nrequest = \"GET /services/data\"\n\
             [[exchange]]\nstep = \"revocation\"\nconnection = \"a\"\nrequest = \"GET /services/data\"\n\
             expect = {{ status = 200, error = \"CERTIFICATE_ERROR_PAGE\" }}\n\
             [[exchange]]\nconnection = \"a\"\nrequest = \"GET /services/data\"\nexpect.closed = true\n"
        );
        let scenario = Scenario::from_text(&format!("{org}\n{exchanges}"), "x.toml", ".".as_ref()).unwrap();
        let played = runtime().block_on(mockorg::replay::replay(Simulator::default().seed(7), scenario)).unwrap();
        all_as_expected(&played);
    }
}

#[test]
fn what_shares_a_connection_that_never_came_to_be_is_not_played() {
    let one = "[[exchange]]\nclient = \"expired\"\nconnection = \"a\"\nrequest = \"GET /\"\n\
               tls = \"1.2\"\nexpect.alert = \"certificate_expired\"\n";
    let played = play(&format!("{one}[[exchange]]\nconnection = \"a\"\nrequest = \"GET /\"\n"));
    assert_eq!(played.exchanges[0].outcome, Judged::AsExpected);
    assert_eq!(played.exchanges[1].outcome, Judged::NotPlayed);
    assert_eq!(played.exchanges[1].found, "not played: its connection did not come to be");
}

#[test]
fn a_tls_session_is_resumed_if_the_org_takes_it() {
    for (switch, version, resumed) in [
        ("resumption = \"trust\"", "1.2", true),
        ("resumption = \"trust\"", "1.3", true),
        ("resumption = \"rejudge\"", "1.3", true),
        ("", "1.2", false),
        ("", "1.3", false),
    ] {
        let org = Org::quickstart_with("", switch);
        let exchange = |name: &str, more: &str| {
            let outcome = if more.is_empty() { String::new() } else { format!("expect.resumed = {resumed}\n") };
            format!(
                "[[exchange]]\nname = \"{name}\"\nclient = \"billing\"\ntls = \"{version}\"\n{more}\n\
                 request = \"GET /services/data\"\n{outcome}"
            )
        };
        let first = exchange("first", "");
        let second = exchange("second", "resume = \"first\"");
        let third = exchange("third", "http = \"2\"\nresume = \"second\"");
        let played = at(&org, &[first, second, third].concat());
        assert!(played.iter().all(|exchange| exchange.outcome == Judged::AsExpected), "{switch} {version} {played:#?}");
        let from: Vec<_> = handshakes(&org).iter().map(|handshake| handshake.resumed_from).collect();
        assert_eq!(from, if resumed { [None, Some(1), Some(1)] } else { [None; 3] }, "{switch} {version}");
    }
}

#[test]
fn calls_by_the_proxy_door_reach_the_door_of_their_port() {
    let org = Org::quickstart();
    let played = at(
        &org,
        r#"
        [[exchange]]
        name = "login"
        by-proxy = "login.salesforce.com"
        login = "soap"
        user = "reports@acme.example"
        expect.values = { "//serverUrl" = "https://acme.my.salesforce.com/services/Soap/u/64.0/*" }
        [[exchange]]
        session = "login"
        client = "billing"
        http = "2"
        by-proxy = "acme.my.salesforce.com:8443"
        request = "GET /services/data/v68.0/limits"
        [[exchange]]
        session = "login"
        client = "billing"
        by-proxy = "localhost"
        request = "GET /services/data/v68.0/limits"
        [[exchange]]
        client = "revoked"
        by-proxy = "acme.my.salesforce.com"
        request = "GET /"
        expect.alert = "certificate_revoked"
        [[exchange]]
        by-proxy = "example.com"
        request = "GET /"
        expect.proxy = 403
        [[exchange]]
        by-proxy = "[::1]:1"
        request = "GET /"
        expect.proxy = "4xx"
        "#,
    );
    assert!(played.iter().all(|exchange| exchange.outcome == Judged::AsExpected), "{played:#?}");
    let came: Vec<_> = handshakes(&org).into_iter().map(|came| (came.door.name(), came.connect.unwrap())).collect();
    let own = format!("localhost:{}", org.ports().mutual);
    assert_eq!(
        came,
        [
            ("standard", "login.salesforce.com:443".to_owned()),
            ("mutual", "acme.my.salesforce.com:8443".to_owned()),
            ("mutual", own),
            ("mutual", "acme.my.salesforce.com:8443".to_owned()),
        ]
    );
    assert_eq!(played[4].found, "no tunnel: 403 example.com:443 is not this org's, and mockorg's proxy dials nobody");
    assert!(played[4].explanation.as_ref().unwrap().cure.contains("NO_PROXY"), "{:?}", played[4].explanation);
}
