//! Returned URLs: they follow the Host where it is a name of ours, and `org.api-endpoint`.

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
