//! Scenarios with steps, faults and expectations, as the text of a file: every one is a right one, so nothing that reads or
//! plays them has an excuse. What a step does to an org is for those who play it.

use std::fmt::{self, Debug, Formatter, Write};
use std::path::Path;

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::select;

mod expectations;
mod faults;
mod steps;

use super::orgs::{Enforced, UserShape, any_user, username};
use crate::scenario::{Diagnostics, Scenario};
use expectations::expectation;
use faults::fault;
use steps::{step, uploads_of};

/// The text of a scenario file. Shown as it would lie on disk.
#[derive(Clone, Eq, PartialEq)]
pub struct ScenarioText(String);

impl ScenarioText {
    /// The text.
    pub fn toml(&self) -> &str {
        &self.0
    }

    /// The scenario that it describes.
    ///
    /// # Errors
    /// None, if it came from [`any_scenario`].
    pub fn read(&self) -> Result<Scenario, Diagnostics> {
        Scenario::from_text(&self.0, "any.toml", Path::new("."))
    }
}

impl Debug for ScenarioText {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Any scenario: an org that stands at noon on 2029-06-01, a listed root and a CA below it, the clients `one` and `two`, users
/// `user0@acme.example` and on, at most six steps, three faults and four expectations. The plainest has none of these.
pub fn any_scenario() -> impl Strategy<Value = ScenarioText> + Clone {
    let people = (vec(any_user(), 1..4), 0..3_usize, any::<bool>());
    let switches = (of(select(EDGE)), of(select(ORG)), of(select(CHAOS)));
    let film = (vec(step(), 0..7), vec(fault(), 0..4), vec(expectation(), 0..5));
    (people, switches, film).prop_map(
        |((users, uploads, ends_soon), (edge, org, chaos), (steps, faults, expectations))| {
            let mut text = String::from("format = 1\n\n[org]\nname = \"Acme\"\nclock = \"2029-06-01T12:00:00Z\"\n");
            org.into_iter().for_each(|switch| line(&mut text, switch));
            edge.into_iter().for_each(|switch| line(&mut text, &format!("\n[edge]\n{switch}")));
            chaos.into_iter().for_each(|preset| line(&mut text, &format!("\n[chaos]\npreset = \"{preset}\"")));
            text += CAS;
            for client in CLIENTS {
                line(&mut text, &format!("\n[[client]]\nname = \"{client}\"\nissuer = \"issuing\""));
                if ends_soon {
                    line(&mut text, "valid = { from = \"-300d\", until = \"20d\" }");
                }
            }
            for client in &CLIENTS[..uploads] {
                line(
                    &mut text,
                    &format!("\n[[mutual-auth-certificate]]\nlabel = \"of {client}\"\nclient = \"{client}\""),
                );
            }
            users.iter().enumerate().for_each(|(place, shape)| user(&mut text, place, shape));
            let scene = Scene {
                users: users.len(),
                labels: CLIENTS[..uploads]
                    .iter()
                    .map(|client| format!("of {client}"))
                    .chain(uploads_of(&steps))
                    .collect(),
                faults: faults.len(),
                steps: steps.len(),
            };
            for (place, step) in steps.iter().enumerate() {
                line(&mut text, &format!("\n[[step]]\nname = \"step {place}\"\n{}", step.text(place, &scene)));
            }
            for (place, fault) in faults.iter().enumerate() {
                line(&mut text, &format!("\n[[fault]]\nname = \"fault {place}\"\n{}", fault.text(&scene)));
            }
            for (place, expectation) in expectations.iter().enumerate() {
                line(&mut text, &format!("\n[[expect]]\nname = \"expectation {place}\"\n{}", expectation.text(&scene)));
            }
            ScenarioText(text)
        },
    )
}

/// What steps, faults and expectations may name.
struct Scene {
    users: usize,
    labels: Vec<String>,
    faults: usize,
    steps: usize,
}

impl Scene {
    /// The name of a user; any number stands for one.
    fn user(&self, number: usize) -> String {
        username(number % self.users)
    }
}

fn user(text: &mut String, place: usize, shape: &UserShape) {
    let flag = |on: bool, permission| if on { format!("\"{permission}\"") } else { String::new() };
    let enforce = "enforce-mutual-authentication";
    let of_profile = [flag(shape.api_enabled, "api-enabled"), flag(shape.enforced == Enforced::ByProfile, enforce)];
    let direct = [flag(shape.api_only, "api-only-user"), flag(shape.enforced == Enforced::Directly, enforce)];
    line(text, &format!("\n[[profile]]\nname = \"profile {place}\"\npermissions = [{}]", listed(&of_profile)));
    if shape.enforced == Enforced::ByPermissionSet {
        line(text, &format!("\n[[permission-set]]\nname = \"set {place}\"\npermissions = [\"{enforce}\"]"));
    }
    let name = username(place);
    line(text, &format!("\n[[user]]\nusername = \"{name}\"\npassword = \"password\"\nprofile = \"profile {place}\""));
    line(text, &format!("permissions = [{}]", listed(&direct)));
    if shape.enforced == Enforced::ByPermissionSet {
        line(text, &format!("permission-sets = [\"set {place}\"]"));
    }
    if shape.password_expired {
        line(text, "password-expired = true");
    }
}

fn listed(words: &[String]) -> String {
    words.iter().filter(|word| !word.is_empty()).cloned().collect::<Vec<_>>().join(", ")
}

fn line(text: &mut String, line: &str) {
    let _ = writeln!(text, "{line}");
}

/// A client of every scenario.
fn client() -> impl Strategy<Value = &'static str> + Clone {
    prop_oneof![Just(CLIENTS[0]), Just(CLIENTS[1])]
}

const CLIENTS: [&str; 2] = ["one", "two"];

const CAS: &str = "\n[[ca]]\nname = \"root\"\nlisted = true\n\n[[ca]]\nname = \"issuing\"\nissuer = \"root\"\n";

const CHAOS: &[&str] = &["faithful", "honest"];

/// Switches of the edge, one for each.
const EDGE: &[&str] = &[
    "bad-chain = \"page\"",
    "no-certificate = \"page\"",
    "client-auth-eku = \"if-present\"",
    "revocation = \"require\"",
    "revocation = \"ignore\"",
    "ca-names = \"listed\"",
    "ca-names = [\"root\"]",
    "security-level = 0",
    "sni-mismatch = \"421\"",
    "page-status = 403",
    "tls = [\"1.2\"]",
    "live-connections = \"recheck\"",
    "resumption = \"rejudge\"",
    "alerts = \"java\"",
];

/// Switches of the org, one for each.
const ORG: &[&str] = &[
    "api-endpoint = \"as-arrived\"",
    "soap-login = \"disabled\"",
    "mutual-auth = \"disabled\"",
    "refusal-status = 403",
    "jwt-clock = \"org\"",
    "enforced-login = \"mutual\"",
    "identity-match = \"public-key\"",
    "session-binding = \"certificate\"",
];

#[cfg(test)]
mod tests;
