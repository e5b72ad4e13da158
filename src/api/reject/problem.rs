//! The admin door's refusals in one shape, RFC 9457's: here the client is told all, since it is the operator's.

use serde_json::json;

use super::{Cause, Reject, Reply};

/// `code` tells causes apart; `docs/admin.md` lists them.
pub(super) fn reply(reject: &Reject) -> Reply {
    let (status, explanation) = (reject.status(), &reject.explanation);
    let detail = match &*reject.cause {
        Cause::Http(error) => &error.message,
        Cause::Said { message, .. } => message,
        _ => &explanation.headline,
    };
    let title = ::http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    let problem = json!({
        "title": title.unwrap_or("Refused"),
        "status": status,
        "code": reject.code(),
        "detail": detail,
        "rule": explanation.rule,
        "expected": explanation.expected,
        "found": explanation.found,
        "cure": explanation.cure,
    });
    Reply::new(status, "application/problem+json", problem.to_string())
}
