//! The words of patterns: kinds of events, rules, alerts, codes. Tests compare them with the journal and the docs.

use super::pattern::{
    ActionName, Age, Alert, Door, Ending, ErrorCode, EventKind, Family, FlowName, Outcome, Rule, SentWord,
};
use super::vocabulary::Vocabulary;

macro_rules! words {
    ($type:ident, $what:literal, [$($word:literal),+ $(,)?]) => {
        impl Vocabulary for $type {
            const WHAT: &'static str = $what;
            const WORDS: &'static [(&'static str, Self)] = &[$(($word, Self($word))),+];
        }
    };
}

macro_rules! variants {
    ($type:ident, $what:literal, { $($word:literal => $variant:ident),+ $(,)? }) => {
        impl Vocabulary for $type {
            const WHAT: &'static str = $what;
            const WORDS: &'static [(&'static str, Self)] = &[$(($word, Self::$variant)),+];
        }
    };
}

variants!(Age, "value of certificate", { "renewed" => Renewed, "replaced" => Replaced });
variants!(Door, "door", { "mutual" => Mutual, "standard" => Standard });
variants!(Outcome, "outcome", { "granted" => Granted, "refused" => Refused });
variants!(SentWord, "value of sent", { "any" => Any, "chain" => Chain, "leaf" => Leaf, "none" => None });

words!(ActionName, "action", ["call", "identity", "login", "logout", "page", "token"]);
words!(
    Alert,
    "alert",
    [
        "any",
        "access_denied",
        "bad_certificate",
        "bad_record_mac",
        "certificate_expired",
        "certificate_required",
        "certificate_revoked",
        "certificate_unknown",
        "close_notify",
        "decode_error",
        "decrypt_error",
        "handshake_failure",
        "illegal_parameter",
        "inappropriate_fallback",
        "insufficient_security",
        "internal_error",
        "missing_extension",
        "no_application_protocol",
        "protocol_version",
        "record_overflow",
        "unexpected_message",
        "unknown_ca",
        "unnamed",
        "unrecognized_name",
        "unsupported_certificate",
        "unsupported_extension",
        "user_canceled",
    ]
);
words!(Ending, "ending", ["alert-received", "failed", "injected", "left", "plain-http", "refused", "timed-out"]);
words!(
    EventKind,
    "kind of event",
    [
        "admin",
        "advertise",
        "clock",
        "crl",
        "deliver",
        "expectation",
        "fault",
        "handshake",
        "issue",
        "login",
        "mark",
        "password",
        "permission",
        "proxy",
        "request",
        "reset",
        "server",
        "sessions",
        "step",
        "switch",
        "trust",
        "upload",
    ]
);
words!(Family, "family", ["identity", "oauth", "openid", "page", "rest", "soap", "wsdl"]);
words!(
    FlowName,
    "flow",
    ["browser", "client-credentials", "device", "jwt-bearer", "password", "refresh-token", "soap", "web-server",]
);
words!(
    ErrorCode,
    "error code",
    [
        "access_denied",
        "API_DISABLED_FOR_ORG",
        "authorization_pending",
        "Bad_Id",
        "BAD_REQUEST",
        "CERTIFICATE_ERROR_PAGE",
        "consent_required",
        "expired_token",
        "immediate_unsuccessful",
        "INSUFFICIENT_ACCESS",
        "invalid_client",
        "invalid_client_id",
        "INVALID_CSRF_TOKEN",
        "INVALID_FIELD",
        "invalid_grant",
        "INVALID_LOGIN",
        "INVALID_OPERATION",
        "INVALID_OPERATION_WITH_EXPIRED_PASSWORD",
        "INVALID_QUERY_LOCATOR",
        "invalid_request",
        "invalid_scope",
        "INVALID_SESSION_ID",
        "invalid_token",
        "INVALID_TYPE",
        "INVALID_USER_CODE",
        "LOGIN_MUST_USE_SECURITY_TOKEN",
        "login_required",
        "MALFORMED_QUERY",
        "METHOD_NOT_ALLOWED",
        "MISDIRECTED_REQUEST",
        "MUTUAL_AUTHENTICATION_FAILED",
        "NOT_FOUND",
        "OAUTH_APPROVAL_ERROR_GENERIC",
        "redirect_uri_mismatch",
        "redirect_uri_missing",
        "REQUEST_ENTITY_TOO_LARGE",
        "REQUEST_LIMIT_EXCEEDED",
        "REQUEST_TIMEOUT",
        "server_error",
        "SERVER_UNAVAILABLE",
        "slow_down",
        "soapenv:Client",
        "unauthorized_client",
        "UNAVAILABLE",
        "UNKNOWN_EXCEPTION",
        "UNSUPPORTED_API_VERSION",
        "unsupported_grant_type",
        "UNSUPPORTED_MEDIA_TYPE",
        "unsupported_response_type",
        "Wrong_Org",
    ]
);
words!(
    Rule,
    "rule",
    [
        "api-disabled",
        "api-only-user",
        "bad-signature",
        "crl-invalid",
        "crl-missing",
        "crl-not-yet-valid",
        "crl-stale",
        "expired",
        "inactive-user",
        "invalid-password",
        "issuer-not-ca",
        "issuer-without-client-auth",
        "key-usage",
        "locked-user",
        "login-host",
        "login-on-the-standard-door",
        "missing-intermediate",
        "name-constraint",
        "no-certificate",
        "no-client-auth",
        "no-issuer",
        "not-uploaded",
        "not-yet-valid",
        "nothing-uploaded",
        "other",
        "other-org",
        "password-expired",
        "path-too-long",
        "policy",
        "portal",
        "revoked",
        "security-token-required",
        "self-signed",
        "session-binding",
        "soap-login",
        "standard-door",
        "too-many",
        "unknown-critical-extension",
        "unknown-user",
        "unlisted-root",
        "upload-bad-label",
        "upload-broken",
        "upload-duplicate",
        "upload-expired",
        "upload-feature-off",
        "upload-label-taken",
        "upload-no-client-auth",
        "upload-not-a-certificate",
        "upload-out-of-order",
        "upload-private-key",
        "upload-self-signed",
        "upload-too-large",
        "upload-too-many",
        "weak",
    ]
);
