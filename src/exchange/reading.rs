//! A probe's reading: which of those that it offers fits what came of its exchanges.

use std::collections::HashMap;

use super::{Captures, Outcome, differences, error_code};
use crate::scenario::ProbeSpec;
use crate::scenario::probe::{Condition, ReadingSpec};

/// The error code of the edge's page.
const PAGE: &str = "CERTIFICATE_ERROR_PAGE";

/// What came of exchanges, by name; of those that were not sent, why.
pub type Outcomes = HashMap<String, Result<Outcome, String>>;

/// What a probe's exchanges say.
#[derive(Clone, Debug)]
pub enum Read<'p, 'o> {
    /// None of the readings, though everything was tried.
    Open,
    /// This.
    Says(&'p ReadingSpec),
    /// Not enough was tried: why the first of what is missing was not.
    Untried(&'o str),
}

/// The first reading that holds. One that asks about an exchange that was not tried does not.
pub fn read<'p, 'o>(probe: &'p ProbeSpec, outcomes: &'o Outcomes, captures: &Captures) -> Read<'p, 'o> {
    let holds = |name: &str, condition: &Condition| match outcomes.get(name) {
        Some(Ok(outcome)) => fits(condition, outcome, captures),
        _ => false,
    };
    let reads = |reading: &&ReadingSpec| reading.conditions.iter().all(|(name, condition)| holds(name, condition));
    if let Some(reading) = probe.readings.iter().find(reads) {
        return Read::Says(reading);
    }
    let why = probe.exchanges().find_map(|name| match outcomes.get(name) {
        Some(Ok(_)) => None,
        Some(Err(why)) => Some(why.as_str()),
        None => Some("it was not played"),
    });
    why.map_or(Read::Open, Read::Untried)
}

fn fits(condition: &Condition, outcome: &Outcome, captures: &Captures) -> bool {
    let is_page = |answer| error_code(answer).as_deref() == Some(PAGE);
    match (condition, outcome) {
        (Condition::Granted, Outcome::Answered(answer)) => answer.status / 100 == 2 && !is_page(answer),
        (Condition::Like(expected), outcome) => differences(expected, captures, outcome).is_empty(),
        (Condition::Refused, Outcome::Alert { .. } | Outcome::Closed(_)) => true,
        // too busy, or not there at the moment, is no verdict
        (Condition::Refused, Outcome::Answered(answer)) if matches!(answer.status, 408 | 429) => false,
        (Condition::Refused, Outcome::Answered(answer)) => matches!(answer.status, 400..=500) || is_page(answer),
        (Condition::Granted | Condition::Refused, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::Answer;

    fn answered(status: u16, body: &str) -> Outcome {
        Outcome::Answered(Answer { status, body: body.into(), ..Answer::default() })
    }

    fn closed() -> Outcome {
        Outcome::Closed("the connection was closed".into())
    }

    #[test]
    fn an_outage_is_neither_granted_nor_refused() {
        let is = |condition: Condition, outcome: &Outcome| fits(&condition, outcome, &Captures::default());
        let alert = Outcome::Alert { name: "unknown_ca", number: 48 };
        let page = answered(200, "<title>Certificate Error</title>");
        for refused in [alert, page, closed(), answered(401, ""), answered(500, "")] {
            assert!(is(Condition::Refused, &refused) && !is(Condition::Granted, &refused), "{refused:?}");
        }
        for neither in [answered(302, ""), answered(429, ""), answered(503, ""), Outcome::Failed(String::new())] {
            assert!(!is(Condition::Refused, &neither) && !is(Condition::Granted, &neither), "{neither:?}");
        }
        assert!(is(Condition::Granted, &answered(204, "")) && !is(Condition::Refused, &answered(204, "")));
    }

    #[test]
    fn the_first_reading_that_holds_counts_and_what_was_not_tried_holds_nothing() {
        let reading = |says: &str, conditions: &[(&str, Condition)]| ReadingSpec {
            says: says.into(),
            shows: Default::default(),
            contradicts: false,
            conditions: conditions.iter().map(|(name, condition)| ((*name).to_owned(), condition.clone())).collect(),
        };
        let readings = vec![
            reading("both", &[("a", Condition::Granted), ("b", Condition::Granted)]),
            reading("one", &[("a", Condition::Granted)]),
        ];
        let probe = ProbeSpec { line: "l".into(), needs: None, readings };
        let says = |outcomes: &Outcomes| match read(&probe, outcomes, &Captures::default()) {
            Read::Says(reading) => reading.says.clone(),
            Read::Open => "open".into(),
            Read::Untried(why) => format!("untried: {why}"),
        };
        let of = |a: Result<Outcome, String>, b: Result<Outcome, String>| {
            says(&Outcomes::from([("a".to_owned(), a), ("b".to_owned(), b)]))
        };
        let granted = || Ok(answered(200, ""));
        assert_eq!(of(granted(), granted()), "both");
        assert_eq!(of(granted(), Err("why".into())), "one");
        assert_eq!(of(Ok(closed()), granted()), "open");
        assert_eq!(of(Ok(closed()), Err("why".into())), "untried: why");
        assert_eq!(says(&Outcomes::new()), "untried: it was not played");
    }
}
