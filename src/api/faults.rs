//! Faults of requests: asked for at their moments. Refusals leave through [`reject`](super::reject); bodies that break off
//! or dawdle are made here.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, stream};
use jiff::{SignedDuration, Timestamp};
use tokio::time::sleep;
use warp::Reply as _;
use warp::reply::Response;

use super::call::Call;
use super::reject::Reject;
use super::{Head, Note, Site};
use crate::controls::{Moment, Situation};
use crate::org::User;
use crate::scenario::fault::{RequestEffect, RetryAfter, RetryAfterForm, Strike};
use crate::store::EdgeState;
use crate::tls::{Peer, Presented};

/// The head of a request is there; nobody is known yet.
pub(super) fn arrived(site: &Site, edge: &EdgeState, head: &Head, note: &mut Note) -> Result<(), Reject> {
    let situation = situation(edge, &head.peer, None, &head.path);
    strike(site, note, &[Moment::Arrived], &situation, None)
}

/// Somebody is about to log in, and is who they say.
pub(super) fn known(site: &Site, call: &Call, note: &mut Note, user: &User) -> Result<(), Reject> {
    let situation = situation(&call.edge_state, &call.peer, Some(&user.spec.username), &call.path);
    strike(site, note, &[Moment::Known], &situation, None)
}

/// Somebody comes with a session that lives; `calls` if it is to make a call.
pub(super) fn with_session(
    site: &Site,
    call: &Call,
    note: &mut Note,
    (user, token): (&User, &str),
    calls: bool,
) -> Result<(), Reject> {
    let situation = situation(&call.edge_state, &call.peer, Some(&user.spec.username), &call.path);
    let moments: &[Moment] = if calls { &[Moment::Known, Moment::Called] } else { &[Moment::Known] };
    let struck = strike(site, note, moments, &situation, Some(token));
    if struck.is_err() {
        (note.user, note.decision) = (Some(user.spec.username.clone()), Some("refused"));
    }
    struck
}

fn strike(
    site: &Site,
    note: &mut Note,
    moments: &[Moment],
    situation: &Situation<'_>,
    token: Option<&str>,
) -> Result<(), Reject> {
    if note.injected_fault.is_some() {
        return Ok(());
    }
    let Some(Strike { fault, effect }) = site.controls.request_fault(moments, situation) else { return Ok(()) };
    note.injected_fault = Some(fault.clone());
    let told = |retry: Option<RetryAfter>| retry.map(|retry| retry_after(site, retry));
    Err(match effect {
        RequestEffect::EndSession => {
            if let Some(token) = token {
                site.controls.store().end_session(token).map_err(Reject::unkept)?;
            }
            Reject::dead_session().injected(&fault)
        }
        RequestEffect::RequestLimitExceeded(retry) => Reject::request_limit(told(retry)).injected(&fault),
        RequestEffect::ServerUnavailable(retry) => Reject::server_unavailable(told(retry)).injected(&fault),
        RequestEffect::Unavailable(retry) => Reject::unavailable(told(retry)).injected(&fault),
        // these have their moment when the answer is there
        RequestEffect::Drop { .. } | RequestEffect::SlowBody(_) => return Ok(()),
    })
}

/// What befalls the answer, once it is there.
pub(super) fn answered(
    site: &Site,
    edge: &EdgeState,
    peer: &Peer,
    path: &str,
    note: &mut Note,
) -> Option<RequestEffect> {
    if note.injected_fault.is_some() {
        return None;
    }
    let situation = situation(edge, peer, note.user.as_deref(), path);
    let Strike { fault, effect } = site.controls.request_fault(&[Moment::Answered], &situation)?;
    note.injected_fault = Some(fault);
    Some(effect)
}

/// The answer with a body that breaks off or dawdles.
pub(super) fn disturbed(response: Response, body: Bytes, effect: RequestEffect) -> Response {
    let parts = match effect {
        RequestEffect::Drop { after_bytes } => broken_off(body, after_bytes),
        RequestEffect::SlowBody(lasting) => slow(&body, lasting),
        _ => return response,
    };
    let (head, _) = response.into_parts();
    let (_, body) = warp::reply::stream(paced(parts)).into_response().into_parts();
    Response::from_parts(head, body)
}

/// A part of a body, and how long after the one before it comes.
type Part = (Duration, Result<Bytes, io::Error>);

/// The end comes a moment after the bytes, so that they are on their way.
fn broken_off(body: Bytes, after: u64) -> VecDeque<Part> {
    let kept = usize::try_from(after).unwrap_or(usize::MAX).min(body.len());
    let mut parts = VecDeque::new();
    if kept > 0 {
        parts.push_back((Duration::ZERO, Ok(body.slice(..kept))));
    }
    parts.push_back((ON_ITS_WAY, Err(io::ErrorKind::ConnectionAborted.into())));
    parts
}

/// Evenly, a piece every tenth of a second or more rarely, the last one at the end.
fn slow(body: &Bytes, lasting: Duration) -> VecDeque<Part> {
    let pieces = (lasting.as_millis() / TICK.as_millis()).clamp(1, MOST_PIECES);
    let pieces = usize::try_from(pieces).unwrap_or(1).min(body.len().max(1));
    let pause = lasting / u32::try_from(pieces).unwrap_or(1);
    let cut = |n: usize| body.len() * n / pieces;
    (0..pieces).map(|n| (pause, Ok(body.slice(cut(n)..cut(n + 1))))).collect()
}

fn paced(parts: VecDeque<Part>) -> impl Stream<Item = Result<Bytes, io::Error>> + Send + Sync {
    stream::unfold(parts, |mut parts| async {
        let (pause, part) = parts.pop_front()?;
        sleep(pause).await;
        Some((part, parts))
    })
}

fn situation<'a>(edge: &'a EdgeState, peer: &Peer, user: Option<&'a str>, path: &'a str) -> Situation<'a> {
    let client = match &peer.presented {
        Presented::Holds(leaf, _) => edge.names.get(leaf.sha256()).map(|name| &**name),
        Presented::Broken(_) | Presented::Nothing => None,
    };
    Situation { handshake: peer.handshake, door: peer.door, remote: peer.remote.ip(), client, user, path }
}

/// The value of `Retry-After`. A date is given to the second, and none too early.
pub(super) fn retry_after(site: &Site, retry: RetryAfter) -> String {
    let seconds = retry.after.as_secs();
    match site.controls.retry_after_form(retry) {
        RetryAfterForm::Date => http_date(site.controls.clock().wall_now(), retry.after),
        RetryAfterForm::Either | RetryAfterForm::Seconds => seconds.to_string(),
    }
}

/// IMF-fixdate (RFC 9110 5.6.7).
fn http_date(now: Timestamp, after: Duration) -> String {
    let after = SignedDuration::try_from(after).unwrap_or(SignedDuration::ZERO);
    let at = now.saturating_add(after).unwrap_or(Timestamp::MAX);
    let whole = Timestamp::from_second(at.as_second()).unwrap_or(at);
    let at = if whole < at { whole.saturating_add(SignedDuration::from_secs(1)).unwrap_or(whole) } else { whole };
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

const ON_ITS_WAY: Duration = Duration::from_millis(50);
const TICK: Duration = Duration::from_millis(100);
/// In one answer; a longer time has longer pauses.
const MOST_PIECES: u128 = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_to_retry_after_is_never_too_early() {
        let date = |now: &str| http_date(now.parse().unwrap(), Duration::from_secs(2));
        assert_eq!(date("2026-11-24T09:00:00Z"), "Tue, 24 Nov 2026 09:00:02 GMT");
        assert_eq!(date("2026-11-24T09:00:00.001Z"), "Tue, 24 Nov 2026 09:00:03 GMT");
    }

    #[test]
    fn a_slow_body_is_whole() {
        let body = Bytes::from_static(b"0123456789");
        for (lasting, pieces) in [(50, 1), (300, 3), (5_000, 10), (300_000, 10)] {
            let parts = slow(&body, Duration::from_millis(lasting));
            assert_eq!(parts.len(), pieces);
            let whole: Vec<u8> = parts.iter().flat_map(|(_, part)| part.as_ref().unwrap().to_vec()).collect();
            assert_eq!(whole, body);
            let time: Duration = parts.iter().map(|(pause, _)| *pause).sum();
            assert!(time.as_millis().abs_diff(lasting.into()) <= 1);
        }
        assert_eq!(slow(&Bytes::new(), Duration::from_secs(1)).len(), 1);
    }
}
