//! What comes back through a tunnel: URLs that stay inside the mapping, and the same decisions as at the doors themselves.

use mockorg::org::Door;

use super::LIMITS;
use crate::wire::{Client, FORM, Org};

const HOST: &str = "acme.my.salesforce.com";

fn oauth(user: &str) -> String {
    format!(
        "grant_type=password&client_id=quickstart-client-id&client_secret=quickstart-secret\
         &username={user}@acme.example&password={user}-password"
    )
}

fn soap(user: &str) -> String {
    format!(
        "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body>\
         <login xmlns='urn:partner.soap.sforce.com'><username>{user}@acme.example</username>\
         <password>{user}-password</password></login></e:Body></e:Envelope>"
    )
}

/// The URLs that a login returns: by OAuth and by SOAP.
fn urls(client: &Client) -> [String; 2] {
    let token = client.post("/services/oauth2/token", FORM, &oauth("reports")).unwrap();
    assert_eq!(token.status, 200, "{}", token.body);
    let id = token.json()["id"].as_str().unwrap().to_owned();
    let instance = token.json()["instance_url"].as_str().unwrap().to_owned();
    assert!(id.starts_with(&format!("{instance}/id/")), "{id} and {instance}");
    let login = client.post("/services/Soap/u/59.0", "text/xml", &soap("reports")).unwrap();
    let (_, url) = login.body.split_once("<serverUrl>").expect("a login that went well");
    [instance, url.split_once("/services/").unwrap().0.to_owned()]
}

#[test]
fn urls_stay_inside_the_mapping_and_carry_the_standard_port() {
    let org = Org::quickstart();
    for host in ["login.salesforce.com", "test.salesforce.com", HOST, "na1.salesforce.com"] {
        for port in [443, 8443] {
            assert_eq!(
                urls(&org.by_proxy(host, port)),
                [format!("https://{HOST}"), format!("https://{HOST}")],
                "{host}"
            );
        }
    }
    let sandbox = "acme--uat.sandbox.my.salesforce.com";
    assert_eq!(urls(&org.by_proxy(sandbox, 8443))[0], format!("https://{sandbox}"));
}

#[test]
fn urls_carry_the_port_of_the_login_where_the_switch_says_so() {
    let org = Org::quickstart_with("api-endpoint = \"as-arrived\"", "");
    assert_eq!(urls(&org.by_proxy(HOST, 8443)), [format!("https://{HOST}:8443"), format!("https://{HOST}:8443")]);
    assert_eq!(urls(&org.by_proxy("login.salesforce.com", 443))[1], format!("https://{HOST}"));
}

#[test]
fn a_direct_name_stays_direct_through_the_proxy() {
    let org = Org::quickstart();
    for door in [Door::Standard, Door::Mutual] {
        let client = org.by_proxy("localhost", org.port(door));
        assert_eq!(urls(&client)[0], org.standard_url());
    }
}

#[test]
fn the_url_that_a_login_returns_leads_back_through_the_proxy() {
    let org = Org::quickstart();
    let token =
        org.by_proxy("login.salesforce.com", 443).post("/services/oauth2/token", FORM, &oauth("reports")).unwrap();
    let url = token.json()["instance_url"].as_str().unwrap().to_owned();
    let session = token.json()["access_token"].as_str().unwrap().to_owned();
    let host = url.strip_prefix("https://").unwrap();
    assert_eq!(org.by_proxy(host, 443).session(&session).get(LIMITS).unwrap().status, 200);
}

#[test]
fn the_org_decides_as_it_does_at_its_doors() {
    let org = Org::quickstart();
    let session = org.billing();
    let client = |port| org.by_proxy(HOST, port).session(&session);
    let billing = || org.client("billing").unwrap();
    for refused in [
        client(443),
        client(443).presenting(billing()),
        client(8443),
        client(8443).presenting(org.client("visitor").unwrap()),
    ] {
        let answer = refused.get(LIMITS).unwrap();
        assert_eq!((answer.status, answer.error_code().as_str()), (401, "MUTUAL_AUTHENTICATION_FAILED"));
    }
    assert_eq!(client(8443).presenting(billing()).get(LIMITS).unwrap().status, 200);
}
