//! What is wrong with an answer, in words for people.

use std::error::Error;

use http_body_util::LengthLimitError;

use super::{LARGEST_ANSWER, LARGEST_ANSWER_HEAD};
use crate::exchange::Outcome;

/// Of a body that was cut off, or should have been.
pub(super) fn of_body(error: &(dyn Error + Send + Sync + 'static)) -> Outcome {
    if error.is::<LengthLimitError>() {
        return Outcome::Failed(format!("an answer without end: more than {LARGEST_ANSWER} bytes of a body"));
    }
    let Some(error) = error.downcast_ref::<hyper::Error>() else { return Outcome::Failed(error.to_string()) };
    Outcome::Failed(match error.source().map(|cause| (cause, cause.downcast_ref::<h2::Error>())) {
        Some((_, Some(cause))) if cause.is_io() => "the connection ended in the middle of an answer".into(),
        Some((_, Some(cause))) => of_http2(cause).summary(),
        Some((cause, None)) => format!("{error}: {cause}"),
        None => error.to_string(),
    })
}

/// Of an answer that did not come, or is none.
pub(super) fn of_hyper(error: &hyper::Error) -> Outcome {
    if let Some(error) = error.source().and_then(|cause| cause.downcast_ref::<h2::Error>()) {
        return of_http2(error);
    }
    if error.is_parse_too_large() {
        return Outcome::Failed(format!("an answer whose head is larger than {LARGEST_ANSWER_HEAD} bytes"));
    }
    let is_io = error.source().is_some_and(|cause| cause.is::<std::io::Error>());
    if error.is_incomplete_message() || error.is_canceled() || error.is_closed() || is_io {
        return Outcome::Closed("the connection ended before the answer did".into());
    }
    let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
    Outcome::Failed(match error.is_parse() {
        true => format!("an answer that is no HTTP/1.1: {error}"),
        false => format!("{error}{cause}"),
    })
}

fn of_http2(error: &h2::Error) -> Outcome {
    let reason = error.reason();
    let words = reason.map_or_else(|| error.to_string(), |reason| format!("{reason:?}, {}", reason.description()));
    match (error.is_io(), error.is_remote(), error.is_go_away()) {
        (true, ..) => Outcome::Closed("the connection ended before the answer did".into()),
        (_, true, true) if reason == Some(h2::Reason::NO_ERROR) => {
            Outcome::Closed("the other side ended the connection (GOAWAY)".into())
        }
        (_, true, true) => Outcome::Failed(format!("the other side ended the connection (GOAWAY): {words}")),
        (_, true, false) => Outcome::Failed(format!("the other side broke the answer off (RST_STREAM): {words}")),
        _ => Outcome::Failed(format!("an answer that is no HTTP/2, or beyond the limits: {words}")),
    }
}
