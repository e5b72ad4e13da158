//! `[org]` and `[edge]`.

use std::ops::RangeInclusive;

use jiff::SignedDuration;

use super::names::Names;
use super::{Reading, values};
use crate::scenario::file::{EdgeTable, NameList, OrgSwitchTable, OrgTable, Spot};
use crate::scenario::switches::{CaNames, RefusalStatus, TlsVersion};
use crate::scenario::vocabulary::EmptyOrListed;
use crate::scenario::{ClockSpec, EdgeSwitches, OrgSpec, OrgSwitches, Pace, guess};

/// The clock of an org that names none.
pub(super) const SYSTEM: ClockSpec = ClockSpec::System(SignedDuration::ZERO);

/// The longest name of an org, in characters.
const LONGEST_NAME: usize = 80;

pub(super) fn org(table: &OrgTable, reading: &mut Reading<'_>) -> OrgSpec {
    let length = table.name.chars().count();
    if table.name.trim().is_empty() || length > LONGEST_NAME {
        let message = format!("the org's name has {length} characters; it may have 1 to {LONGEST_NAME}");
        reading.mistake(table.name.span(), message);
    }
    let clock = table.clock.as_ref().map(|clock| values::clock(clock, reading));
    OrgSpec {
        name: table.name.to_string(),
        my_domain: my_domain(table, reading),
        clock: clock.unwrap_or(SYSTEM),
        pace: table.pace.as_ref().and_then(|pace| self::pace(pace, clock.unwrap_or(SYSTEM), reading)),
        switches: switches(&of_switches(table), reading),
    }
}

/// The switches of `[org]`, apart from its other keys.
fn of_switches(table: &OrgTable) -> OrgSwitchTable {
    OrgSwitchTable {
        api_endpoint: table.api_endpoint.clone(),
        soap_login: table.soap_login.clone(),
        mutual_auth: table.mutual_auth.clone(),
        refusal_status: table.refusal_status.clone(),
        jwt_clock: table.jwt_clock.clone(),
        enforced_login: table.enforced_login.clone(),
        identity_match: table.identity_match.clone(),
        session_binding: table.session_binding.clone(),
    }
}

pub(super) fn switches(table: &OrgSwitchTable, reading: &mut Reading<'_>) -> OrgSwitches {
    OrgSwitches {
        api_endpoint: reading.word_or(table.api_endpoint.as_ref(), Default::default()),
        soap_login: reading.word_or(table.soap_login.as_ref(), Default::default()),
        mutual_auth: reading.word_or(table.mutual_auth.as_ref(), Default::default()),
        refusal_status: refusal_status(table.refusal_status.as_ref(), reading),
        jwt_clock: reading.word_or(table.jwt_clock.as_ref(), Default::default()),
        enforced_login: reading.word_or(table.enforced_login.as_ref(), Default::default()),
        identity_match: reading.word_or(table.identity_match.as_ref(), Default::default()),
        session_binding: reading.word_or(table.session_binding.as_ref(), Default::default()),
    }
}

/// A clock that runs by itself cannot be told how fast.
fn pace(text: &Spot<String>, clock: ClockSpec, reading: &mut Reading<'_>) -> Option<Pace> {
    let found = values::pace(text, reading);
    if let ClockSpec::System(_) = clock {
        let message = "pace lets a clock run that would stand; this one runs with the system's. Set clock to a time";
        reading.mistake(text.span(), message);
    }
    found
}

fn my_domain(table: &OrgTable, reading: &mut Reading<'_>) -> String {
    let Some(label) = &table.my_domain else {
        let label = label_from(&table.name);
        if !values::is_dns_label(&label) && (1..=LONGEST_NAME).contains(&table.name.trim().chars().count()) {
            let name = guess::quoted(&table.name);
            reading.mistake(table.name.span(), format!("no My Domain can be made from {name}; set my-domain"));
        }
        return label;
    };
    if !values::is_dns_label(label) {
        let found = guess::quoted(label);
        let rule = "is not a DNS label: up to 63 lower-case letters, digits and hyphens, no hyphen at either end";
        reading.mistake(label.span(), format!("my-domain {found} {rule}"));
    }
    label.to_string()
}

/// Letters and digits in lower case; whatever stands between them becomes one hyphen.
fn label_from(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_ascii_lowercase()
}

fn refusal_status(status: Option<&Spot<i64>>, reading: &mut Reading<'_>) -> RefusalStatus {
    match status.map(|status| (status.span(), **status)) {
        None | Some((_, 401)) => RefusalStatus::Unauthorized,
        Some((_, 403)) => RefusalStatus::Forbidden,
        Some((span, other)) => {
            reading.mistake(span, format!("refusal-status is {other}; it may be 401 or 403"));
            RefusalStatus::default()
        }
    }
}

pub(super) fn edge(table: Option<&EdgeTable>, names: &Names<'_>, reading: &mut Reading<'_>) -> EdgeSwitches {
    let default = EdgeSwitches::default();
    let Some(table) = table else { return default };
    EdgeSwitches {
        no_certificate: reading.word_or(table.no_certificate.as_ref(), default.no_certificate),
        bad_chain: reading.word_or(table.bad_chain.as_ref(), default.bad_chain),
        client_auth_eku: reading.word_or(table.client_auth_eku.as_ref(), default.client_auth_eku),
        revocation: reading.word_or(table.revocation.as_ref(), default.revocation),
        ca_names: table.ca_names.as_ref().map(|list| ca_names(list, names, reading)).unwrap_or_default(),
        security_level: number("security-level", table.security_level.as_ref(), 0..=2, reading).unwrap_or(2),
        sni_mismatch: reading.word_or(table.sni_mismatch.as_ref(), default.sni_mismatch),
        login_hosts: reading.word_or(table.login_hosts.as_ref(), default.login_hosts),
        page_status: number("page-status", table.page_status.as_ref(), 200..=599, reading).unwrap_or(200),
        tls: tls(table, reading).unwrap_or(default.tls),
        live_connections: reading.word_or(table.live_connections.as_ref(), default.live_connections),
        resumption: reading.word_or(table.resumption.as_ref(), default.resumption),
        alerts: reading.word_or(table.alerts.as_ref(), default.alerts),
    }
}

fn ca_names(list: &NameList<EmptyOrListed>, names: &Names<'_>, reading: &mut Reading<'_>) -> CaNames {
    match list {
        NameList::Names(list) => {
            let known = list.iter().filter(|name| names.ca(name, reading).is_some());
            CaNames::These(known.map(|name| name.to_string()).collect())
        }
        NameList::Word(word) => match reading.word(word) {
            Some(EmptyOrListed::Listed) => CaNames::Listed,
            Some(EmptyOrListed::Empty) | None => CaNames::Empty,
        },
    }
}

fn tls(table: &EdgeTable, reading: &mut Reading<'_>) -> Option<Vec<TlsVersion>> {
    let words = table.tls.as_ref()?;
    if words.is_empty() {
        reading.mistake(words.span(), "tls is empty; a door offers \"1.2\", \"1.3\" or both");
    }
    let mut versions = reading.words(words);
    versions.sort_unstable();
    Some(versions)
}

fn number<N: TryFrom<i64>>(
    key: &str,
    value: Option<&Spot<i64>>,
    range: RangeInclusive<i64>,
    reading: &mut Reading<'_>,
) -> Option<N> {
    let value = value?;
    let fits = Some(**value).filter(|value| range.contains(value)).and_then(|value| N::try_from(value).ok());
    if fits.is_none() {
        let message = format!("{key} is {}; it goes from {} to {}", **value, range.start(), range.end());
        reading.mistake(value.span(), message);
    }
    fits
}
