//! The server's name: which certificate it decides on, and `edge.sni-mismatch`.

use mockorg::org::Door;
use mockorg::{Scenario, Simulator};

use super::LIMITS;
use super::live::H2;
use crate::wire::{Client, Org};

/// The names of the certificate that a client is shown who asks for `sni`.
fn shown(org: &Org, sni: Option<&str>) -> Vec<String> {
    let mut client = org.door(Door::Mutual);
    client.sni = sni.map(str::to_owned);
    let mut builder = client.builder();
    builder.set_verify(openssl::ssl::SslVerifyMode::NONE);
    let stream = client.connect_with(builder).unwrap();
    let certificate = stream.ssl().peer_certificate().expect("a server shows one");
    let names = certificate.subject_alt_names().unwrap();
    names.iter().filter_map(|name| name.dnsname().map(str::to_owned)).collect()
}

const DEFAULT: [&str; 3] = ["localhost", "*.my.salesforce.com", "*.sandbox.my.salesforce.com"];

#[test]
fn a_client_without_a_server_name_is_shown_the_default_certificate() {
    let org = Org::quickstart();
    assert_eq!(shown(&org, None), DEFAULT);
    assert!(shown(&org, Some("login.salesforce.com")).contains(&"login.salesforce.com".to_owned()));
    assert!(shown(&org, Some("ACME.my.salesforce.com")).len() > DEFAULT.len());
    // a legacy instance's name; one label in its place is covered as well
    for instance in ["na1.salesforce.com", "my.salesforce.com"] {
        assert!(shown(&org, Some(instance)).contains(&"*.salesforce.com".to_owned()), "{instance}");
    }
    for foreign in ["cdn.example", "salesforce.com", "a.b.my.salesforce.com", "my.salesforce.example"] {
        assert_eq!(shown(&org, Some(foreign)), DEFAULT, "{foreign}");
    }
}

/// TLS has no server name for an address, and Java sends none for a name of one label.
#[test]
fn addresses_and_localhost_are_in_the_default_certificate_too() {
    let org = Org::quickstart();
    for host in ["127.0.0.1", "::1", "localhost"] {
        let client = org.door(Door::Mutual);
        let mut configuration = client.builder().build().configure().unwrap();
        configuration.set_use_server_name_indication(false);
        assert!(configuration.connect(host, client.open()).is_ok(), "{host}");
    }
    let client = org.door(Door::Mutual);
    let mut configuration = client.builder().build().configure().unwrap();
    configuration.set_use_server_name_indication(false);
    let refused = configuration.connect("login.salesforce.com", client.open());
    assert!(refused.is_err(), "as in production: a name that the default certificate lacks");
    let told = org.event(|event| event.kind.explanation().is_some_and(|why| why.cure.contains("server name (SNI)")));
    assert!(told.kind.explanation().is_some());
}

#[test]
fn a_name_advertised_is_shown_by_name_and_one_of_one_label_without() {
    let simulator = Simulator::default().advertise(["org", "mockorg.test"]);
    let org = Org::with(simulator, Scenario::quickstart());
    let by_default = shown(&org, None);
    assert!(by_default.contains(&"org".to_owned()) && !by_default.contains(&"mockorg.test".to_owned()));
    assert!(shown(&org, Some("mockorg.test")).contains(&"mockorg.test".to_owned()));
}

fn misdirecting() -> Org {
    Org::from_toml(include_str!("../../../scenarios/edge/misdirects-another-host.toml"))
}

fn asking(org: &Org, sni: Option<&str>, host: &str) -> Client {
    let mut client = org.door(Door::Standard);
    (client.sni, client.host) = (sni.map(str::to_owned), host.to_owned());
    client
}

#[test]
fn a_host_other_than_the_server_name_is_served_or_misdirected() {
    let org = misdirecting();
    let status = |sni, host| asking(&org, sni, host).get("/services/data").unwrap().status;
    let mine = "acme.my.salesforce.com";
    for (sni, host, expected) in [
        (Some(mine), mine, 200),
        (Some(mine), "Acme.My.Salesforce.com.", 200),
        (Some(mine), "login.salesforce.com", 421),
        (Some("localhost"), mine, 421),
        (None, mine, 200),
    ] {
        assert_eq!(status(sni, host), expected, "{sni:?} {host}");
    }
    org.set_switch("edge.sni-mismatch", "serve").unwrap();
    assert_eq!(status(Some("localhost"), mine), 200);
}

#[test]
fn a_login_host_is_served_by_the_mutual_door_or_refused_there() {
    let org = Org::quickstart();
    let ask = |door, host: &str| {
        let mut client = if door == Door::Mutual { org.mutual("billing") } else { org.door(door) };
        client.host = host.to_owned();
        client.get("/services/data").unwrap().status
    };
    assert_eq!(ask(Door::Mutual, "login.salesforce.com"), 200);
    org.set_switch("edge.login-hosts", "421").unwrap();
    for (door, host, expected) in [
        (Door::Mutual, "login.salesforce.com", 421),
        (Door::Mutual, "Test.Salesforce.com.", 421),
        (Door::Mutual, "acme.my.salesforce.com", 200),
        (Door::Mutual, "localhost", 200),
        (Door::Standard, "login.salesforce.com", 200),
    ] {
        assert_eq!(ask(door, host), expected, "{door:?} {host}");
    }
    let told = org.event(|event| event.kind.explanation().is_some_and(|why| why.cure.contains("#login-host")));
    let why = told.kind.explanation().unwrap();
    assert!(why.expected.contains(".my.salesforce.com:8443"), "{why:?}");
}

/// Two names on one h2 connection, as clients do that find both in one certificate (RFC 9113 9.1.1).
#[test]
fn a_name_that_shares_an_h2_connection_is_misdirected_request_by_request() {
    let org = misdirecting();
    let h2 = H2::connect(&asking(&org, Some("acme.my.salesforce.com"), ""));
    assert_eq!(h2.get_from("acme.my.salesforce.com", "/services/data", None).0, 200);
    assert_eq!(h2.get_from("login.salesforce.com", LIMITS, None).0, 421);
    assert_eq!(h2.get_from("acme.my.salesforce.com", "/services/data", None).0, 200);
}
