//! How long identities live unless the scenario says so.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use crate::pki::mint;
use crate::scenario::{Scenario, Source, Validity};

/// The validity of every CA of `scenario`, in its order: as asked for, or a default that encloses what it issues.
pub(super) fn authorities(scenario: &Scenario, start: Timestamp) -> Vec<mint::Validity> {
    let mut below: HashMap<&str, mint::Validity> = HashMap::new();
    for client in &scenario.clients {
        if let (Some(issuer), Source::Minted(_)) = (&client.issuer, &client.source) {
            enclose(&mut below, issuer, of_client(client.valid, start));
        }
    }
    let mut spans = Vec::with_capacity(scenario.cas.len());
    // Each CA comes after its issuer, so backwards all that a CA issues has been seen before the CA itself.
    for ca in scenario.cas.iter().rev() {
        let span = match (&ca.source, ca.valid) {
            (Source::Files { chain, .. }, _) if !chain.is_empty() => {
                mint::Validity { from: chain[0].not_before(), until: chain[0].not_after() }
            }
            (_, Some(valid)) => resolve(valid, start),
            (_, None) => {
                let years = if ca.issuer.is_some() { 10 } else { 20 };
                let default = mint::Validity { from: days(start, -365), until: days(start, 365 * years) };
                below.get(ca.name.as_str()).map_or(default, |&below| hull(default, below))
            }
        };
        if let Some(issuer) = &ca.issuer {
            enclose(&mut below, issuer, span);
        }
        spans.push(span);
    }
    spans.reverse();
    spans
}

fn enclose<'a>(below: &mut HashMap<&'a str, mint::Validity>, issuer: &'a str, span: mint::Validity) {
    below.entry(issuer).and_modify(|known| *known = hull(*known, span)).or_insert(span);
}

/// The validity of a client: as asked for, or from yesterday until a year ahead.
pub(super) fn of_client(valid: Option<Validity>, start: Timestamp) -> mint::Validity {
    let default = mint::Validity { from: days(start, -1), until: days(start, 365) };
    valid.map_or(default, |valid| resolve(valid, start))
}

/// As long a life as `former`, from yesterday on.
pub(super) fn renewed(former: mint::Validity, now: Timestamp) -> mint::Validity {
    let from = days(now, -1);
    let until = from.saturating_add(former.until.duration_since(former.from)).unwrap_or(Timestamp::MAX);
    mint::Validity { from, until }
}

fn resolve(valid: Validity, start: Timestamp) -> mint::Validity {
    mint::Validity { from: valid.from.resolve(start), until: valid.until.resolve(start) }
}

fn hull(one: mint::Validity, other: mint::Validity) -> mint::Validity {
    mint::Validity { from: one.from.min(other.from), until: one.until.max(other.until) }
}

fn days(at: Timestamp, days: i64) -> Timestamp {
    let end = if days < 0 { Timestamp::MIN } else { Timestamp::MAX };
    at.saturating_add(SignedDuration::from_hours(24 * days)).unwrap_or(end)
}
