//! `[chaos]`: what the seed decides is done here, and every decision noted for the journal.

use super::call::Call;
use super::reject::Reject;
use super::rows::Held;
use super::{Note, RECORDS_OF_A_PAGE, Site, faults};
use crate::controls::chaos::RECORDS_OF_A_TINY_PAGE;
use crate::data::{Found, Object, Row, Rows, SoqlError, run};
use crate::seed::Chance;

/// A session was opened; the seed may give it a short life.
pub(super) fn opened(site: &Site, note: &mut Note, token: &str) {
    if let Some(calls) = site.controls.doom(token) {
        note.chaos.push(format!("the session opened will die after {calls} calls"));
    }
}

/// A call is made with a session that lives; the seed may end it, or be busy.
pub(super) fn called(site: &Site, note: &mut Note, token: &str) -> Result<(), Reject> {
    if let Some(retry) = site.controls.is_busy() {
        let when = faults::retry_after(site, retry);
        note.chaos.push(format!("too busy for this call; retry-after in {}", form(&when)));
        return Err(Reject::server_unavailable(Some(when)).by_chaos());
    }
    if site.controls.dies_early(token) {
        note.chaos.push("the session dies early".into());
        site.controls.store().end_session(token).map_err(Reject::unkept)?;
        return Err(Reject::dead_session().by_chaos());
    }
    Ok(())
}

/// The base of the URLs that a login returns; the seed may pick another name that leads here too.
pub(super) fn endpoint(site: &Site, call: &Call, note: &mut Note) -> String {
    let (host, door) = (call.host.as_ref(), call.peer.door);
    let usual = site.addresses.endpoint(&call.org, host, door);
    let picked = site.addresses.any_endpoint(&call.org, host, door, site.controls.any_host());
    if picked != usual {
        // without the port, which differs between runs
        let name = picked.trim_start_matches("https://").split(':').next().unwrap_or_default();
        note.chaos.push(format!("returned URLs name {name}"));
    }
    picked
}

/// A date would differ between runs.
fn form(when: &str) -> &'static str {
    if when.bytes().all(|byte| byte.is_ascii_digit()) { "seconds" } else { "a date" }
}

/// Answers a query, rows without an order in any order, and says how many records its pages hold.
pub(super) fn query(
    site: &Site,
    held: &Held<'_>,
    text: &str,
    decisions: &mut Vec<String>,
) -> Result<(Found, usize), SoqlError> {
    let Some(chance) = site.controls.disorder() else {
        return Ok((run(text, held)?, RECORDS_OF_A_PAGE));
    };
    let found = run(text, &Shuffled { held, chance })?;
    if !found.ordered && found.records.len() > 1 {
        decisions.push("no order was asked for: rows in any order".into());
    }
    if found.records.len() > RECORDS_OF_A_TINY_PAGE {
        decisions.push(format!("pages of {RECORDS_OF_A_TINY_PAGE} records"));
    }
    Ok((found, RECORDS_OF_A_TINY_PAGE))
}

/// Rows in any order; sorting by a query's own keys keeps it among equals.
struct Shuffled<'a> {
    held: &'a Held<'a>,
    chance: &'a Chance,
}

impl Rows for Shuffled<'_> {
    fn rows(&self, object: &'static Object) -> Vec<Row> {
        let mut rows = self.held.rows(object);
        self.chance.shuffle(&mut rows);
        rows
    }
}
