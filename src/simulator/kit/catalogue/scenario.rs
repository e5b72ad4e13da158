//! The scenario of a catalogue: one org that lists every root, has every CRL, and knows every client.

use std::fmt::Write;

use jiff::Timestamp;

use super::manifest::{FlawEntry, Manifest, ManifestUser, User};
use crate::pki::Flaw;
use crate::pki::flaw::Case;
use crate::scenario::{Permission, Scenario};

/// `scenario.toml`. Ids are made of letters, digits and hyphens, so nothing needs to be quoted.
pub(super) fn text(cases: &[(Flaw, Case)], now: Timestamp) -> String {
    let files = |files: &mut dyn Iterator<Item = String>| {
        files.fold(String::new(), |text, file| format!("{text}    \"flaws/{file}\",\n"))
    };
    let roots = |name: &'static str, of: fn(&Case) -> bool| {
        cases.iter().filter(move |(_, case)| of(case)).map(move |(flaw, _)| format!("{flaw}/{name}.pem"))
    };
    let mut roots =
        roots("roots", |case| !case.roots.is_empty()).chain(roots("passed-over", |case| !case.passed_over.is_empty()));
    let crls = |(flaw, case): &(Flaw, Case)| {
        let flaw = *flaw;
        (1..=case.crls.len()).map(move |number| format!("{flaw}/{number}.crl"))
    };
    let mut crls = cases.iter().flat_map(crls);
    let mut text = HEAD.replace("{now}", &now.to_string());
    text = text.replace("{roots}", &files(&mut roots)).replace("{crls}", &files(&mut crls));
    for (flaw, case) in cases {
        let (file, sends) = if case.known.is_empty() { ("chain", "") } else { ("with-known", "sends = \"leaf\"\n") };
        // writing to a String does not fail
        let _ = write!(
            text,
            "\n[[client]]\nname = \"{flaw}\"\ncertificate = \"flaws/{flaw}/{file}.pem\"\n\
             key-file = \"flaws/{flaw}/key.pem\"\n{sends}"
        );
        if !case.uploaded.is_empty() {
            let _ = write!(
                text,
                "\n[[mutual-auth-certificate]]\nlabel = \"{flaw}\"\nfile = \"flaws/{flaw}/uploaded.pem\"\n"
            );
        }
    }
    text
}

/// What the manifest says besides the flaws.
pub(super) fn manifest(scenario: &Scenario, flaws: Vec<FlawEntry>, now: Timestamp) -> Manifest {
    let users = scenario.users.iter().map(|user| ManifestUser {
        kind: if user.permissions.contains(&Permission::EnforceMutualAuthentication) {
            User::Enforced
        } else {
            User::Free
        },
        username: user.username.clone(),
        password: user.password.clone(),
    });
    let app = scenario.apps.first();
    Manifest {
        version: 1,
        org_time: now,
        users: users.collect(),
        client_id: app.map(|app| app.client_id.clone()).unwrap_or_default(),
        client_secret: app.and_then(|app| app.client_secret.clone()).unwrap_or_default(),
        call: "/services/data/v68.0/limits".into(),
        flaws,
    }
}

const HEAD: &str = r#"# Written by `mockorg certs --catalogue`: what is expected of each client stands in manifest.json.
format = 1

[org]
name = "Catalogue"
my-domain = "catalogue"
clock = "{now}"

[trust]
builtin = false
allow-intermediates = true
roots = [
{roots}]
crls = [
{crls}]

[[user]]
username = "enforced@catalogue.example"
password = "enforced-password"
permissions = ["api-only-user", "enforce-mutual-authentication"]

[[user]]
username = "free@catalogue.example"
password = "free-password"

[[connected-app]]
name = "catalogue"
client-id = "catalogue-client-id"
client-secret = "catalogue-secret"
"#;
