//! `[[fault]]` and `[chaos]`.

use std::time::Duration;

use jiff::SignedDuration;

use super::word;
use crate::scenario::FaultSpec;
use crate::scenario::fault::{ConnectionEffect, Effect, Preset, RequestEffect, RetryAfter};
use crate::scenario::file::{ChaosTable, FaultTable, Spot, Word};

pub(in crate::scenario) fn fault(spec: &FaultSpec) -> FaultTable {
    let text = |text: &Option<String>| text.clone().map(Spot::from);
    let when = &spec.when;
    let mut table = FaultTable {
        name: Some(spec.name.clone().into()),
        door: when.door.map(Word::of),
        remote: text(&when.remote),
        nth: when.nth.map(number),
        probability: when.probability.map(Spot::from),
        client: text(&when.client),
        user: text(&when.user),
        path: text(&when.path),
        times: spec.times.map(number),
        ..FaultTable::new(spec.effect.name())
    };
    match spec.effect {
        Effect::Connection(ConnectionEffect::Alert(alert)) => table.alert = word(alert),
        Effect::Connection(ConnectionEffect::HoldServerHello(time))
        | Effect::Request(RequestEffect::SlowBody(time)) => table.lasting = Some(duration(time)),
        Effect::Request(RequestEffect::Drop { after_bytes }) => table.after_bytes = Some(number(after_bytes)),
        Effect::Request(
            RequestEffect::RequestLimitExceeded(Some(RetryAfter { after, form }))
            | RequestEffect::ServerUnavailable(Some(RetryAfter { after, form }))
            | RequestEffect::Unavailable(Some(RetryAfter { after, form })),
        ) => (table.retry_after, table.retry_after_form) = (Some(duration(after)), word(form)),
        Effect::Connection(_) | Effect::Request(_) => {}
    }
    table
}

pub(super) fn chaos(preset: Preset) -> Option<ChaosTable> {
    word(preset).map(|preset| ChaosTable { preset })
}

/// What the file had was an `i64` too.
fn number(number: u64) -> Spot<i64> {
    i64::try_from(number).unwrap_or(i64::MAX).into()
}

fn duration(time: Duration) -> Spot<String> {
    let time = SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX);
    format!("{time:#}").replace(' ', "").into()
}
