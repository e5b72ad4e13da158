//! REST's errors: `[{"message":…,"errorCode":…}]`.

use serde::Serialize;

use super::{Cause, INVALID_SESSION_ID, Refusal, RefusalStatus, Reply};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RestError<'a> {
    message: &'a str,
    error_code: &'a str,
}

pub(super) fn reply(cause: &Cause, refusal_status: RefusalStatus) -> Reply {
    let (status, error_code, message) = match cause {
        Cause::Credentials(refusal) => (401, refusal.code(), refusal.message()),
        Cause::Http(error) => (error.status, error.code, error.message.as_str()),
        Cause::Injected(what) => (what.status(), what.code(), what.message()),
        Cause::Page { status, .. } => (*status, "CERTIFICATE_ERROR", ""),
        Cause::Query(error) => (400, error.code, error.message.as_str()),
        Cause::Refused(refusal) if refusal.code == Refusal::MUTUAL_AUTHENTICATION_FAILED => {
            (refusal_status.code(), refusal.code, MUTUAL)
        }
        // 401 as seen: clients that renew their session on it renew it in vain
        Cause::Refused(refusal) if refusal.code == Refusal::PASSWORD_EXPIRED => (401, refusal.code, PASSWORD_EXPIRED),
        Cause::Refused(refusal) => (403, refusal.code, API_DISABLED),
        Cause::Said { status, code, message } => (*status, *code, message.as_str()),
        Cause::Session => (401, INVALID_SESSION_ID, "Session expired or invalid"),
    };
    Reply::json_with_status(status, &[RestError { message, error_code }], false)
}

/// As seen (2014): with "the use" and "REST API", unlike SOAP's.
const MUTUAL: &str = "This session could not be mutually authenticated for the use with REST API";
/// As seen (2023, 2026); older reports have SOAP's text.
const PASSWORD_EXPIRED: &str = "Your password has expired. Please reset your password.";
const API_DISABLED: &str = "The REST API is not enabled for this Organization.";
