//! `ctl org`: the org at a glance.

use serde_json::Value;

use super::Answer;
use super::door::Door;
use super::shown::{at, certificate, either, items, table};

pub(super) fn run(door: &Door, json: bool) -> Answer {
    let org = door.read("/v1/org")?;
    Ok(either(json, &org, || glance(&org)))
}

fn glance(org: &Value) -> String {
    let mut rows = vec![
        row("org", [at(org, "name"), at(org, "id")]),
        row("clock", [at(org, "org_time"), format!("seed {}", org["seed"])]),
    ];
    let doors = org["doors"].as_object().into_iter().flatten();
    rows.extend(doors.map(|(name, _)| row(name, [at(&org["doors"], name)])));
    rows.extend(items(org, "users").map(|user| {
        let enforced = if user["enforced"] == true { "enforced" } else { "" };
        let names: Vec<_> = items(user, "permissions").filter_map(Value::as_str).collect();
        row("user", [at(user, "username"), enforced.into(), names.join(", ")])
    }));
    rows.extend(items(org, "clients").map(|client| {
        let [subject, serial, until] = certificate(&client["certificate"]);
        let revoked = if client["revoked"] == true { "revoked" } else { "" };
        row("client", [at(client, "name"), subject, format!("{serial}, {until}"), revoked.into()])
    }));
    rows.extend(
        items(org, "cas").map(|ca| row("ca", [at(ca, "name"), at(ca, "subject"), format!("crl {}", at(ca, "crl"))])),
    );
    rows.extend(
        items(org, "certificates")
            .filter_map(Value::as_str)
            .map(|label| row("certificate", [crate::journal::line::harmless(label)])),
    );
    rows.push(row("roots", [at(org, "roots")]));
    rows.push(row("events", [at(org, "events")]));
    table(&rows)
}

fn row(label: &str, cells: impl IntoIterator<Item = String>) -> Vec<String> {
    std::iter::once(label.to_owned()).chain(cells).collect()
}
