//! OAuth's errors: status 400 and `{"error":…,"error_description":…}`.

use serde::Serialize;

use super::{Cause, Refusal, Reply};

#[derive(Serialize)]
struct OAuthError<'a> {
    error: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    error_description: &'a str,
}

pub(super) fn reply(cause: &Cause) -> Reply {
    let (status, error, error_description) = match cause {
        Cause::Credentials(_) => (400, INVALID_GRANT, "authentication failure"),
        Cause::Http(error) => (error.status, "invalid_request", error.message.as_str()),
        // not seen: the word of RFC 6749 4.1.2.1 for a server that is too busy
        Cause::Injected(what) => (what.status(), "temporarily_unavailable", what.message()),
        Cause::Page { status, .. } => (*status, "invalid_request", ""),
        Cause::Query(error) => (400, "invalid_request", error.message.as_str()),
        // The body for an enforced user without a certificate was never seen: the known form of an authentication
        // failure with the documented text of the login history.
        Cause::Refused(refusal) if refusal.code == Refusal::MUTUAL_AUTHENTICATION_FAILED => {
            (400, INVALID_GRANT, "authentication failure - Mutual authentication failed")
        }
        Cause::Refused(refusal) if refusal.code == Refusal::API_ONLY => (400, refusal.code, refusal.page_text()),
        Cause::Refused(_) => (400, INVALID_GRANT, "authentication failure - API is not enabled"),
        Cause::Said { status, code, message } => (*status, *code, message.as_str()),
        Cause::Session => (400, "invalid_token", "invalid token"),
    };
    Reply::json_with_status(status, &OAuthError { error, error_description }, false).uncached()
}

const INVALID_GRANT: &str = "invalid_grant";
