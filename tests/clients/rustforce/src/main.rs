//! rustforce through the proxy door: it knows `https://login.salesforce.com`, takes no certificate, and is told nothing.
//!
//!     by-proxy KIT    (in the kit's environment: HTTPS_PROXY and SSL_CERT_FILE)

use std::fmt::Debug;
use std::process::ExitCode;

use rustforce::{Client, Error};
use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct User {
    username: String,
}

struct Run {
    kit: Value,
    failed: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let folder = std::env::args().nth(1).expect("usage: by-proxy KIT");
    let kit = std::fs::read_to_string(format!("{folder}/kit.json")).expect("a kit");
    let mut run = Run { kit: serde_json::from_str(&kit).expect("kit.json"), failed: false };
    run.granted().await;
    run.refused().await;
    if run.failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

impl Run {
    async fn granted(&mut self) {
        for soap in [false, true] {
            let how = if soap { "SOAP login" } else { "OAuth password" };
            match self.login("reports", "https://login.salesforce.com", soap).await {
                Ok(client) => {
                    let found = query(&client, "reports@acme.example").await;
                    self.say(found.as_deref() == Ok("reports@acme.example"), &format!("{how}: query"), &found);
                    let versions = client.versions().await.map(|versions| versions.len()).unwrap_or_default();
                    self.say(versions > 0, &format!("{how}: versions"), &versions);
                }
                Err(error) => self.say(false, how, &error),
            }
        }
    }

    /// It cannot present a certificate: a user who is enforced gets a session, and the org's refusal for every call.
    async fn refused(&mut self) {
        for soap in [false, true] {
            let how = if soap { "SOAP login" } else { "OAuth password" };
            match self.login("billing", "https://login.salesforce.com", soap).await {
                Ok(client) => {
                    let found = query(&client, "billing@acme.example").await;
                    let told = found.as_ref().err().is_some_and(|error| error.contains("MUTUAL_AUTHENTICATION_FAILED"));
                    self.say(told, &format!("{how}: a call without a certificate is refused"), &found);
                }
                Err(error) => self.say(false, how, &error),
            }
        }
        let mutual = format!("https://{}.my.salesforce.com:8443", self.kit["org"]["my_domain"].as_str().unwrap_or("?"));
        let found = self.login("billing", &mutual, true).await.map(|_| "a session");
        let told = found.as_ref().is_err_and(|error| error.to_string().contains("MUTUAL_AUTHENTICATION_FAILED"));
        self.say(told, "a login on 8443 without a certificate is refused", &found);
        let found = self.login("reports", "https://other.my.salesforce.com", false).await.map(|_| "a session");
        self.say(found.is_err(), "another org's My Domain is refused", &found);
    }

    async fn login(&self, user: &str, endpoint: &str, soap: bool) -> Result<Client, Error> {
        let app = &self.kit["connected_apps"][0];
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let mut client = Client::new(text(&app["client_id"]), text(&app["client_secret"]));
        client.set_login_endpoint(endpoint);
        let (username, password) = (format!("{user}@acme.example"), format!("{user}-password"));
        match soap {
            false => client.login_with_credential(username, password).await?,
            true => client.login_by_soap(username, password).await?,
        };
        Ok(client)
    }

    fn say(&mut self, holds: bool, name: &str, found: &dyn Debug) {
        if holds {
            println!("ok      {name}");
        } else {
            println!("FAILED  {name}: found {found:?}");
            self.failed = true;
        }
    }
}

async fn query(client: &Client, username: &str) -> Result<String, String> {
    let soql = format!("SELECT Id, Username FROM User WHERE Username = '{username}'");
    let found = client.query::<User>(&soql).await.map_err(|error| error.to_string())?;
    found.records.into_iter().next().map(|user| user.username).ok_or_else(|| "no record".into())
}
