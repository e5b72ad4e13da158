//! Setting a switch by its name, as scenario files and the admin door spell it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::de::{DeserializeOwned, IntoDeserializer, value};
use serde_json::{Value, json};

use super::{Controls, edge};
use crate::journal::Kind;
use crate::org::Org;
use crate::scenario::switches::{CaNames, RefusalStatus};
use crate::scenario::{EdgeSwitches, OrgSwitches, Scenario};
use crate::store::{EdgeState, Snapshot, Unkept};

/// The switches that there are, in order of name.
pub const SWITCHES: [&str; 21] = [
    "edge.alerts",
    "edge.bad-chain",
    "edge.ca-names",
    "edge.client-auth-eku",
    "edge.live-connections",
    "edge.login-hosts",
    "edge.no-certificate",
    "edge.page-status",
    "edge.resumption",
    "edge.revocation",
    "edge.security-level",
    "edge.sni-mismatch",
    "edge.tls",
    "org.api-endpoint",
    "org.enforced-login",
    "org.identity-match",
    "org.jwt-clock",
    "org.mutual-auth",
    "org.refusal-status",
    "org.session-binding",
    "org.soap-login",
];

/// Why a switch stays as it is.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SwitchError {
    /// The switch cannot be set to that.
    #[error("{name} = {value:?}: {reason}")]
    BadValue {
        /// The switch.
        name: &'static str,
        /// What it should be set to.
        value: String,
        /// What it can be set to.
        reason: String,
    },
    /// No switch has that name.
    #[error("no switch {name:?}; did you mean {nearest:?}?")]
    Unknown {
        /// The name.
        name: String,
        /// The name most like it.
        nearest: &'static str,
    },
    /// The data folder refuses it.
    #[error(transparent)]
    Unkept(#[from] Unkept),
}

impl Controls {
    /// Sets a switch (`edge.bad-chain`) to a value as a scenario file has it (`page`); lists are separated by commas.
    ///
    /// It counts from the next handshake (`edge.*`) or request (`org.*`) on.
    pub fn set_switch(&self, name: &str, value: &str) -> Result<(), SwitchError> {
        self.set_switches(&[(name, value)])
    }

    /// Sets several switches, or none of them if one cannot be set so.
    pub fn set_switches(&self, changes: &[(&str, &str)]) -> Result<(), SwitchError> {
        let identities = self.identities();
        self.store().try_update(|now| {
            let (mut switches, mut org) = (now.edge.switches.clone(), now.org.switches.clone());
            for (name, value) in changes {
                set(&mut switches, &mut org, self.scenario(), name, value)?;
            }
            let (policy, ca_names) = (switches.policy(), edge::ca_names(&switches.ca_names, identities.authorities()));
            let edge = EdgeState { switches, policy, ca_names, ..EdgeState::clone(&now.edge) };
            let org = Org { switches: org, ..Org::clone(&now.org) };
            Ok::<_, SwitchError>((Snapshot { org: Arc::new(org), edge: Arc::new(edge) }, ()))
        })?;
        for (name, value) in changes {
            self.journal().append(Kind::Switch { name: (*name).to_owned(), value: (*value).to_owned() });
        }
        Ok(())
    }

    /// Every switch and its value, as a scenario file has it.
    pub fn switches(&self) -> BTreeMap<&'static str, Value> {
        let snapshot = self.snapshot();
        let (edge, org) = (&snapshot.edge.switches, &snapshot.org.switches);
        SWITCHES.into_iter().map(|name| (name, value(edge, org, name))).collect()
    }
}

/// Null for a name that is none.
fn value(edge: &EdgeSwitches, org: &OrgSwitches, name: &str) -> Value {
    match name {
        "edge.alerts" => json!(edge.alerts),
        "edge.bad-chain" => json!(edge.bad_chain),
        "edge.ca-names" => match &edge.ca_names {
            CaNames::Empty => json!("empty"),
            CaNames::Listed => json!("listed"),
            CaNames::These(names) => json!(names),
        },
        "edge.client-auth-eku" => json!(edge.client_auth_eku),
        "edge.live-connections" => json!(edge.live_connections),
        "edge.login-hosts" => json!(edge.login_hosts),
        "edge.no-certificate" => json!(edge.no_certificate),
        "edge.page-status" => json!(edge.page_status),
        "edge.resumption" => json!(edge.resumption),
        "edge.revocation" => json!(edge.revocation),
        "edge.security-level" => json!(edge.security_level),
        "edge.sni-mismatch" => json!(edge.sni_mismatch),
        "edge.tls" => json!(edge.tls),
        "org.api-endpoint" => json!(org.api_endpoint),
        "org.enforced-login" => json!(org.enforced_login),
        "org.identity-match" => json!(org.identity_match),
        "org.jwt-clock" => json!(org.jwt_clock),
        "org.mutual-auth" => json!(org.mutual_auth),
        "org.refusal-status" => json!(org.refusal_status.code()),
        "org.session-binding" => json!(org.session_binding),
        "org.soap-login" => json!(org.soap_login),
        _ => Value::Null,
    }
}

fn set(
    edge: &mut EdgeSwitches,
    org: &mut OrgSwitches,
    scenario: &Scenario,
    name: &str,
    value: &str,
) -> Result<(), SwitchError> {
    let Some(&name) = SWITCHES.iter().find(|&&known| known == name) else {
        return Err(unknown(name));
    };
    let number = |low: u16, high: u16| {
        let number = value.parse().ok().filter(|number| (low..=high).contains(number));
        number.ok_or_else(|| bad(name, value, format!("a number from {low} to {high} is expected")))
    };
    match name {
        "edge.alerts" => edge.alerts = word(name, value)?,
        "edge.bad-chain" => edge.bad_chain = word(name, value)?,
        "edge.ca-names" => edge.ca_names = ca_names(name, value, scenario)?,
        "edge.client-auth-eku" => edge.client_auth_eku = word(name, value)?,
        "edge.live-connections" => edge.live_connections = word(name, value)?,
        "edge.login-hosts" => edge.login_hosts = word(name, value)?,
        "edge.no-certificate" => edge.no_certificate = word(name, value)?,
        "edge.page-status" => edge.page_status = number(200, 599)?,
        "edge.resumption" => edge.resumption = word(name, value)?,
        "edge.revocation" => edge.revocation = word(name, value)?,
        "edge.security-level" => edge.security_level = number(0, 2)? as u8,
        "edge.sni-mismatch" => edge.sni_mismatch = word(name, value)?,
        "edge.tls" => edge.tls = items(value).map(|version| word(name, version)).collect::<Result<_, _>>()?,
        "org.api-endpoint" => org.api_endpoint = word(name, value)?,
        "org.enforced-login" => org.enforced_login = word(name, value)?,
        "org.identity-match" => org.identity_match = word(name, value)?,
        "org.jwt-clock" => org.jwt_clock = word(name, value)?,
        "org.mutual-auth" => org.mutual_auth = word(name, value)?,
        "org.refusal-status" => {
            org.refusal_status = match value {
                "401" => RefusalStatus::Unauthorized,
                "403" => RefusalStatus::Forbidden,
                _ => return Err(bad(name, value, "401 or 403 is expected".into())),
            };
        }
        "org.session-binding" => org.session_binding = word(name, value)?,
        "org.soap-login" => org.soap_login = word(name, value)?,
        other => return Err(unknown(other)),
    }
    Ok(())
}

/// One of the words of an enum, by the names that it has in scenario files.
fn word<T: DeserializeOwned>(name: &'static str, value: &str) -> Result<T, SwitchError> {
    T::deserialize(value.into_deserializer()).map_err(|error: value::Error| bad(name, value, error.to_string()))
}

fn ca_names(name: &'static str, value: &str, scenario: &Scenario) -> Result<CaNames, SwitchError> {
    match value {
        "empty" => return Ok(CaNames::Empty),
        "listed" => return Ok(CaNames::Listed),
        _ => {}
    }
    let names: Vec<_> = items(value).map(str::to_owned).collect();
    match names.iter().find(|&ca| scenario.cas.iter().all(|known| known.name != *ca)) {
        Some(ca) => Err(bad(name, value, format!("empty, listed or names of CAs are expected; no CA {ca:?}"))),
        None => Ok(CaNames::These(names)),
    }
}

fn items(value: &str) -> impl Iterator<Item = &str> {
    value.split(',').map(str::trim)
}

fn bad(name: &'static str, value: &str, reason: String) -> SwitchError {
    SwitchError::BadValue { name, value: value.to_owned(), reason }
}

fn unknown(name: &str) -> SwitchError {
    let likeness = |known: &&str| (strsim::jaro_winkler(known, name) * 1_000.0) as u32;
    let nearest = SWITCHES.into_iter().max_by_key(likeness).unwrap_or(SWITCHES[0]);
    SwitchError::Unknown { name: name.to_owned(), nearest }
}
