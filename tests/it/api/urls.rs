//! Returned URLs: they follow the Host where it is a name of ours, and `org.api-endpoint`.

use mockorg::api::{AdvertiseError, Outside};
use mockorg::journal::Kind;
use mockorg::org::Door;

use super::Doors;

/// The instance URL that a login by this door and Host returns.
async fn instance(doors: &Doors, door: Door, host: &str) -> String {
    let form = [
        ("grant_type", "password"),
        ("username", "reports@acme.example"),
        ("password", "reports-password"),
        ("client_id", "quickstart-client-id"),
        ("client_secret", "quickstart-secret"),
    ];
    let ask = doors.ask(door, "POST", "/services/oauth2/token").header("host", host);
    let answer = ask.form(&form).send().await;
    answer.json()["instance_url"].as_str().expect("a URL").to_owned()
}

#[tokio::test]
async fn standard_endpoints_carry_the_standard_port_whichever_the_door() {
    let doors = Doors::quickstart();
    for (door, host, expected) in [
        (Door::Standard, "localhost:4443", "https://localhost:4443"),
        (Door::Mutual, "localhost:8443", "https://localhost:4443"),
        (Door::Mutual, "127.0.0.1:8443", "https://127.0.0.1:4443"),
        (Door::Mutual, "[::1]:8443", "https://[::1]:4443"),
        // through a port mapping: the door that was reached is reached again
        (Door::Standard, "localhost:9443", "https://localhost:9443"),
        (Door::Standard, "org.test", "https://org.test"),
        // through the proxy, as the real names and ports
        (Door::Standard, "login.salesforce.com", "https://acme.my.salesforce.com"),
        (Door::Standard, "acme.my.salesforce.com", "https://acme.my.salesforce.com"),
        (Door::Mutual, "acme.my.salesforce.com:8443", "https://acme.my.salesforce.com"),
        (Door::Standard, "acme--dev.sandbox.my.salesforce.com", "https://acme--dev.sandbox.my.salesforce.com"),
        (Door::Standard, "other.my.salesforce.com", "https://acme.my.salesforce.com"),
    ] {
        assert_eq!(instance(&doors, door, host).await, expected, "{host}");
    }
}

#[tokio::test]
async fn as_arrived_endpoints_carry_the_port_of_the_login() {
    let doors = Doors::quickstart().switch("org.api-endpoint", "as-arrived");
    for (door, host, expected) in [
        (Door::Standard, "localhost:4443", "https://localhost:4443"),
        (Door::Mutual, "localhost:8443", "https://localhost:8443"),
        (Door::Mutual, "localhost:9843", "https://localhost:9843"),
        (Door::Mutual, "acme.my.salesforce.com:8443", "https://acme.my.salesforce.com:8443"),
    ] {
        assert_eq!(instance(&doors, door, host).await, expected, "{host}");
    }
}

#[tokio::test]
async fn a_host_that_is_not_ours_is_never_repeated() {
    let doors = Doors::quickstart();
    for host in ["evil.example:4443", "evil.example", "localhost.evil.example", "evil.salesforce.com.example"] {
        assert_eq!(instance(&doors, Door::Standard, host).await, "https://localhost:4443", "{host}");
    }
    let no_host =
        doors.ask(Door::Standard, "GET", "/services/data").header("host", "a\"><b.salesforce.com").send().await;
    assert_eq!(no_host.status, 400, "what is no host is not even served");
}

#[tokio::test]
async fn what_is_advertised_overrides_direct_answers_and_no_others() {
    let doors = Doors::quickstart();
    let mapped = Outside { standard_port: Some(32_768), mutual_port: Some(32_769), ..Outside::default() };
    doors.addresses.advertise(&doors.controls, mapped.clone()).unwrap();
    for (door, host, expected) in [
        (Door::Standard, "localhost:32768", "https://localhost:32768"),
        (Door::Mutual, "localhost:32769", "https://localhost:32768"),
        (Door::Mutual, "127.0.0.1:32769", "https://127.0.0.1:32768"),
        (Door::Standard, "evil.example", "https://localhost:32768"),
        (Door::Standard, "login.salesforce.com", "https://acme.my.salesforce.com"),
        (Door::Mutual, "acme.my.salesforce.com:8443", "https://acme.my.salesforce.com"),
    ] {
        assert_eq!(instance(&doors, door, host).await, expected, "{host}");
    }
    doors.addresses.advertise(&doors.controls, Outside { host: Some("ORG.test.".into()), ..mapped.clone() }).unwrap();
    assert_eq!(instance(&doors, Door::Mutual, "localhost:32769").await, "https://org.test:32768");
    let as_arrived = doors.switch("org.api-endpoint", "as-arrived");
    assert_eq!(instance(&as_arrived, Door::Mutual, "localhost:32769").await, "https://org.test:32769");
    as_arrived.addresses.advertise(&as_arrived.controls, Outside { host: Some("[::1]".into()), ..mapped }).unwrap();
    assert_eq!(instance(&as_arrived, Door::Mutual, "localhost:32769").await, "https://[::1]:32769");
    as_arrived.addresses.advertise(&as_arrived.controls, Outside::default()).unwrap();
    assert_eq!(instance(&as_arrived, Door::Mutual, "localhost:9843").await, "https://localhost:9843");

    let told = as_arrived.controls.journal().since(0).into_iter().filter_map(|event| match &event.kind {
        Kind::Advertise { host, mutual_port, .. } => Some((host.clone(), *mutual_port)),
        _ => None,
    });
    let told: Vec<_> = told.collect();
    assert_eq!(told.len(), 4);
    assert_eq!(told[1], (Some("org.test".to_owned()), Some(32_769)));
}

#[tokio::test]
async fn only_names_given_at_start_and_real_ports_can_be_advertised() {
    let doors = Doors::quickstart();
    for host in ["evil.example", "acme.my.salesforce.com", "org.test.evil.example", "", "x.localhost", "org.test:443"] {
        let refused =
            doors.addresses.advertise(&doors.controls, Outside { host: Some(host.into()), ..Outside::default() });
        let Err(AdvertiseError::Host { names, .. }) = refused else { panic!("{host:?} was taken") };
        assert_eq!(names, ["localhost", "127.0.0.1", "::1", "org.test"]);
    }
    let zero = Outside { mutual_port: Some(0), ..Outside::default() };
    assert_eq!(doors.addresses.advertise(&doors.controls, zero), Err(AdvertiseError::Port));
    assert_eq!(*doors.addresses.outside(), Outside::default(), "nothing of it was kept");
    assert!(doors.controls.journal().since(0).is_empty());
}
