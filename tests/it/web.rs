//! A browser login over TLS, from the login page to a call of the API, by both doors.

use mockorg::org::Door;

use crate::wire::{Answer, Client, FORM, Org};

const AUTHORIZE: &str = "/services/oauth2/authorize?response_type=code&client_id=PlatformCLI&state=1\
                         &redirect_uri=http%3A%2F%2Flocalhost%3A1717%2FOauthRedirect";

fn field(page: &Answer, name: &str) -> String {
    let rest = page
        .body
        .split_once(&format!("name=\"{name}\" value=\""))
        .unwrap_or_else(|| panic!("{} {}", page.raw_head, page.body))
        .1;
    rest.split_once('"').expect("its end").0.to_owned()
}

fn cookie(answer: &Answer) -> String {
    answer.header("set-cookie").expect("a cookie").split_once(';').expect("attributes").0.to_owned()
}

/// From the login page to the session of the API.
fn log_in(client: &Client, username: &str, password: &str) -> String {
    let page = client.get(AUTHORIZE).unwrap();
    let visitor = client.clone().header("Cookie", &cookie(&page));
    let form = format!("csrf_token={}&username={username}&password={password}", field(&page, "csrf_token"));
    let page = visitor.post(AUTHORIZE, FORM, &form).unwrap();
    let visitor = client.clone().header("Cookie", &cookie(&page));
    let form = format!("csrf_token={}&decision=allow", field(&page, "csrf_token"));
    let answer = visitor.post(AUTHORIZE, FORM, &form).unwrap();
    let location = answer.header("location").unwrap_or_else(|| panic!("{} {}", answer.status, answer.body));
    let query = location.strip_prefix("http://localhost:1717/OauthRedirect?code=").expect("the client's own place");
    let code = query.strip_suffix("&state=1").expect("the state");
    let redirect_uri = "http%3A%2F%2Flocalhost%3A1717%2FOauthRedirect";
    let form = format!("grant_type=authorization_code&client_id=PlatformCLI&redirect_uri={redirect_uri}&code={code}");
    let answer = client.post("/services/oauth2/token", FORM, &form).unwrap();
    answer.json()["access_token"].as_str().unwrap_or_else(|| panic!("{}", answer.body)).to_owned()
}

#[test]
fn a_browser_logs_in_over_tls_by_either_door() {
    let ways: [fn(&Org) -> Client; 3] =
        [|org| org.door(Door::Standard), |org| org.door(Door::Mutual), |org| org.mutual("visitor")];
    for way in ways {
        let org = Org::quickstart();
        let session = log_in(&way(&org), "reports@acme.example", "reports-password");
        let answer = way(&org).session(&session).get("/services/data/v68.0/limits").unwrap();
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
}
