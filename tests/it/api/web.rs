//! Browser logins: the web server flow, its pages, the device flow, refresh tokens. A browser is played, script-less.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use super::{Answer, Ask, Door, Doors, encode};

mod consent;
mod device;
mod exchange;
mod frontdoor;
mod login;
mod pages;
mod pkce;
mod refresh;
mod request;

/// A person's browser: it keeps its cookie, and fills in the forms that it is shown.
struct Browser<'a> {
    doors: &'a Doors,
    door: Door,
    certificate: Option<&'static str>,
    cookie: Option<String>,
}

/// One user who may do anything, one API Only, one who is enforced alone, one of each bad kind; apps of every sort.
const ORG: &str = r#"
format = 1

[org]
name = "Acme"
my-domain = "acme"

[[ca]]
name = "root"
listed = true

[[client]]
name = "billing"
issuer = "root"

[[mutual-auth-certificate]]
label = "Billing"
client = "billing"

[[user]]
username = "ada@acme.example"
password = "ada-password"
security-token = "ADATOKEN"
trusted-ranges = []

[[user]]
username = "robot@acme.example"
password = "robot-password"
permissions = ["api-only-user"]

[[user]]
username = "held@acme.example"
password = "held-password"
permissions = ["enforce-mutual-authentication"]

[[user]]
username = "locked@acme.example"
password = "locked-password"
locked = true

[[user]]
username = "gone@acme.example"
password = "gone-password"
active = false

[[user]]
username = "late@acme.example"
password = "late-password"
password-expired = true

[[connected-app]]
name = "Shop <b>"
client-id = "shop"
client-secret = "shop-secret"
redirect-uris = ["https://shop.example/back", "http://localhost:8080/back?from=org"]
scopes = ["api", "refresh_token", "id"]

[[connected-app]]
name = "Rota"
client-id = "rota"
redirect-uris = ["testapp:///done"]
refresh-token-rotation = true
require-pkce = true

[[connected-app]]
name = "Server"
client-id = "server"
client-secret = "server-secret"
redirect-uris = ["https://server.example/back"]
flows = ["jwt-bearer"]
"#;

const ADA: (&str, &str) = ("ada@acme.example", "ada-password");
const SHOP: &str = "/services/oauth2/authorize?response_type=code&client_id=shop\
                    &redirect_uri=https%3A%2F%2Fshop.example%2Fback&state=s%201";
const SHOP_BACK: (&str, &str) = ("redirect_uri", "https://shop.example/back");
const SHOP_SECRET: (&str, &str) = ("client_secret", "shop-secret");
/// 171 characters, as `sf` sends.
const VERIFIER: &str = "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghhhhhhhhhhiiiiiiiiiijjjjjjjjjj\
                        kkkkkkkkkkllllllllllmmmmmmmmmmnnnnnnnnnnooooooooooppppppppppqqqqqqqqqqr";

fn org() -> Doors {
    Doors::from_toml(ORG)
}

fn challenge(verifier: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(openssl::sha::sha256(verifier.as_bytes()))
}

impl<'a> Browser<'a> {
    fn at(doors: &'a Doors) -> Self {
        Self { doors, door: Door::Standard, certificate: None, cookie: None }
    }

    fn mutual(doors: &'a Doors, certificate: Option<&'static str>) -> Self {
        Self { door: Door::Mutual, certificate, ..Self::at(doors) }
    }

    async fn get(&mut self, uri: &str) -> Answer {
        let ask = self.ask("GET", uri);
        self.send(ask).await
    }

    /// Sends the form of a page that was shown at `uri`, with the fields that are hidden in it.
    async fn submit(&mut self, uri: &str, shown: &Answer, fields: &[(&str, &str)]) -> Answer {
        let hidden = hidden(&shown.text);
        let hidden = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        self.post(uri, &hidden.chain(fields.iter().copied()).collect::<Vec<_>>()).await
    }

    async fn post(&mut self, uri: &str, fields: &[(&str, &str)]) -> Answer {
        let ask = self.ask("POST", uri).form(fields);
        self.send(ask).await
    }

    async fn log_in(&mut self, uri: &str, (username, password): (&str, &str)) -> Answer {
        let page = self.get(uri).await;
        assert!(page.text.contains("id=\"password\""), "a login page was expected: {}", page.text);
        self.submit(uri, &page, &[("username", username), ("password", password)]).await
    }

    /// Through login, and consent if it is asked for, to the code.
    async fn code(&mut self, uri: &str, user: (&str, &str)) -> String {
        let page = self.log_in(uri, user).await;
        if page.status == 303 {
            return code_of(&page);
        }
        let answer = self.submit(uri, &page, &[("decision", "allow")]).await;
        code_of(&answer)
    }

    fn ask(&self, method: &str, uri: &str) -> Ask<'a> {
        let mut ask = self.doors.ask(self.door, method, uri);
        if let Some(cookie) = &self.cookie {
            ask = ask.header("cookie", &format!("other=1; {cookie}"));
        }
        match self.certificate {
            Some(client) => ask.certificate(client),
            None => ask,
        }
    }

    async fn send(&mut self, ask: Ask<'_>) -> Answer {
        let answer = ask.send().await;
        if let Some((pair, _)) = answer.header("set-cookie").split_once(';') {
            self.cookie = Some(pair.to_owned());
        }
        answer
    }
}

fn hidden(page: &str) -> Vec<(String, String)> {
    let inputs = page.split("<input type=\"hidden\"").skip(1);
    let value = |input: &str, name: &str| {
        let rest = input.split_once(&format!("{name}=\"")).expect("an attribute").1;
        rest.split_once('"').expect("its end").0.to_owned()
    };
    inputs.map(|input| (value(input, "name"), value(input, "value"))).collect()
}

/// The code in a redirect, decoded.
fn code_of(answer: &Answer) -> String {
    let location = answer.header("location");
    let query = location.split_once("code=").unwrap_or_else(|| panic!("no code: {} {}", answer.status, answer.text)).1;
    query.split('&').next().expect("a code").replace("%3D", "=")
}

/// The token request, with this and that in it.
async fn token(doors: &Doors, fields: &[(&str, &str)]) -> Answer {
    doors.standard("POST", "/services/oauth2/token").form(fields).send().await
}

/// The token request of the shop.
async fn redeem(doors: &Doors, code: &str, more: &[(&str, &str)]) -> Answer {
    let fields = [("grant_type", "authorization_code"), ("code", code), ("client_id", "shop"), SHOP_SECRET, SHOP_BACK];
    token(doors, &fields.iter().chain(more).copied().collect::<Vec<_>>()).await
}

fn error(answer: &Answer) -> String {
    let body = answer.json();
    let text = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
    format!("{} {}: {}", answer.status, text("error"), text("error_description"))
}

/// Whether the API takes this session.
async fn lives(doors: &Doors, session: &str) -> bool {
    doors.standard("GET", "/services/data/v68.0/limits").bearer(session).send().await.status == 200
}
