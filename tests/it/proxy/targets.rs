//! Hosts and ports: every name that stands for this org leads to the door of its port; the others are refused in words.

use mockorg::api::Outside;
use mockorg::org::Door;
use mockorg::{Scenario, Simulator};

use super::{LIMITS, dial, handshake_after, refusal_after, rest};
use crate::wire::{Answer, Org, connect};

/// Every form of a name that stands for the quickstart's org.
const HOSTS: [&str; 10] = [
    "login.salesforce.com",
    "test.salesforce.com",
    "acme.my.salesforce.com",
    "acme--uat.sandbox.my.salesforce.com",
    "acme.sandbox.my.salesforce.com",
    "acme.develop.my.salesforce.com",
    "acme.scratch.my.salesforce.com",
    "na1.salesforce.com",
    "cs42.salesforce.com",
    "usa4s.salesforce.com",
];

#[test]
fn every_name_of_the_service_leads_to_the_door_of_its_port() {
    let org = Org::quickstart();
    let session = org.reports();
    for (port, door) in [(443, Door::Standard), (8443, Door::Mutual)] {
        for host in HOSTS {
            let seen = org.journal().last_seq();
            // the client verifies the certificate for that very name
            let answer = org.by_proxy(host, port).session(&session).get(LIMITS);
            assert_eq!(answer.map(|answer| answer.status), Ok(200), "{host}:{port}");
            let told = handshake_after(&org, seen);
            assert_eq!((told.door, told.connect), (door, Some(format!("{host}:{port}"))));
        }
    }
}

#[test]
fn case_and_a_dot_at_the_end_do_not_matter() {
    let org = Org::quickstart();
    for target in ["LOGIN.SalesForce.com:443", "acme.my.salesforce.com.:8443", "ACME.MY.SALESFORCE.COM.:443"] {
        let mut tcp = dial(&org);
        let head = connect(&mut tcp, &format!("CONNECT {target} HTTP/1.1\r\n\r\n"));
        assert!(head.starts_with("HTTP/1.1 200 "), "{target}: {head}");
        let client = org.by_proxy("acme.my.salesforce.com", 443);
        assert!(client.shake_hands(tcp, client.builder()).is_ok(), "{target}");
    }
}

#[test]
fn the_doors_own_names_lead_to_them_through_the_proxy_too() {
    let org = Org::with(Simulator::default().seed(7).advertise(["org.test"]), Scenario::quickstart());
    for host in ["localhost", "127.0.0.1", "org.test", "ORG.TEST."] {
        for door in [Door::Standard, Door::Mutual] {
            let mut tcp = dial(&org);
            let seen = org.journal().last_seq();
            let head = connect(&mut tcp, &format!("CONNECT {host}:{} HTTP/1.1\r\n\r\n", org.port(door)));
            assert!(head.starts_with("HTTP/1.1 200 "), "{host}: {head}");
            let client = org.door(door);
            client.shake_hands(tcp, client.builder()).unwrap();
            assert_eq!(handshake_after(&org, seen).door, door);
        }
    }
    // seen from outside a port mapping
    org.advertise(Outside { mutual_port: Some(9), ..Outside::default() }).unwrap();
    let head = connect(&mut dial(&org), "CONNECT localhost:9 HTTP/1.1\r\n\r\n");
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
}

#[test]
fn what_leads_to_no_door_is_refused_with_a_reason_and_a_cure() {
    let org = Org::quickstart();
    let admin = format!("localhost:{}", org.ports().admin);
    let direct = format!("port {} (the standard door) or {}", org.port(Door::Standard), org.port(Door::Mutual));
    let foreign = "point the client at acme.my.salesforce.com, or give the scenario's [org] my-domain = \"other\"";
    let elsewhere = "list it in NO_PROXY";
    for (target, reason, told) in [
        ("example.com:443", "is not this org's, and mockorg's proxy dials nobody", elsewhere),
        ("www.salesforce.com:443", "is not this org's", elsewhere),
        ("salesforce.com:443", "is not this org's", elsewhere),
        ("acme.my.salesforce.com.evil.example:443", "is not this org's", elsewhere),
        ("acme.lightning.force.com:443", "is not this org's", elsewhere),
        ("10.0.0.1:443", "is not this org's", elsewhere),
        ("[fd00::1]:443", "is not this org's", elsewhere),
        ("other.my.salesforce.com:443", "is another org's My Domain; this org's is acme.my.salesforce.com", foreign),
        ("other.sandbox.my.salesforce.com:8443", "is another org's My Domain", foreign),
        ("acme-two.my.salesforce.com:443", "is another org's My Domain", "my-domain = \"acme-two\""),
        ("login.salesforce.com:80", "is none of the service's ports", "use 443, or 8443 with a client certificate"),
        ("acme.my.salesforce.com:4443", "is none of the service's ports", "use 443, or 8443"),
        ("localhost:443", "has no door on that port", &direct),
        (&admin, "has no door on that port", "NO_PROXY=localhost,127.0.0.1,::1"),
        ("[::1]:22", "has no door on that port", &direct),
    ] {
        let seen = org.journal().last_seq();
        let mut tcp = dial(&org);
        let head = connect(&mut tcp, &format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n"));
        let answer = Answer::read((head.clone() + &rest(tcp)).as_bytes()).unwrap();
        // many clients show the status line and nothing else
        let status_line = head.lines().next().unwrap();
        let named = if reason.contains("that port") { target.rsplit_once(':').unwrap().0 } else { target };
        assert!(status_line.starts_with(&format!("HTTP/1.1 403 {named} {reason}")), "{status_line}");
        assert!(answer.head.contains("content-type: text/plain") && answer.head.contains("connection: close"));
        assert!(answer.body.contains(told), "{target}: {}", answer.body);
        let event = refusal_after(&org, seen);
        assert_eq!((event.method.as_deref(), event.connect.as_deref()), (Some("CONNECT"), Some(target)));
        assert_eq!(event.status, Some(403));
        assert_eq!(event.explanation.client.as_deref(), Some("saw 403 instead of a tunnel"));
        assert!(event.explanation.to_string().contains(told), "{}", event.explanation);
    }
}

#[test]
fn the_my_domain_of_the_scenario_is_the_one_that_leads_here() {
    let text = include_str!("../../../scenarios/quickstart.toml");
    let org = Org::from_toml(&text.replace("my-domain = \"acme\"", "my-domain = \"other\""));
    let ask = |host: &str| connect(&mut dial(&org), &format!("CONNECT {host}:443 HTTP/1.1\r\n\r\n"));
    assert!(ask("other.my.salesforce.com").starts_with("HTTP/1.1 200 "));
    assert!(ask("acme.my.salesforce.com").starts_with("HTTP/1.1 403 "));
}
