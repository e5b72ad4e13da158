//! Refusals of the admin door itself: who may come in, and what a request must be.

use ::http::Method;

use super::{Cause, Explanation, LONGEST_MESSAGE, Reject, clipped, explain};

impl Reject {
    /// A page of another site may name us by any host that its DNS points here.
    pub fn foreign_host(host: &str) -> Self {
        let rule = "the door answers only to loopback names and those given by --advertise";
        let cure = "call it by 127.0.0.1 or localhost, or start the org with --advertise NAME";
        problem(
            403,
            "foreign-host",
            "Host is not a name of this org",
            [rule, "127.0.0.1, [::1], localhost, or a name given by --advertise", &shown(host), cure],
        )
    }

    /// A page of another origin.
    pub fn foreign_origin(found: &str) -> Self {
        let rule = "no page but the door's own may call it, and one with a cookie says where it is from when it writes";
        let expected = "the Origin of the door itself, or none from a program that sends the token";
        let cure = "call the door from a program with Authorization: Bearer, not from a page elsewhere";
        problem(
            403,
            "foreign-origin",
            "the request comes from a page of another origin",
            [rule, expected, &shown(found), cure],
        )
    }

    pub fn no_token() -> Self {
        let found = "neither a token nor a cookie of this org";
        problem(401, "no-token", "the admin door wants a token", [TOKEN_RULE, TOKEN, found, TOKEN_CURE])
    }

    pub fn bad_token() -> Self {
        let found = "another one: each start of an org makes a new token";
        problem(401, "bad-token", "the token is not this org's", [TOKEN_RULE, TOKEN, found, TOKEN_CURE])
    }

    pub fn no_route() -> Self {
        let cure = "see docs/admin.md, or GET /v1/openapi.json";
        problem(
            404,
            "not-found",
            "nothing lies at this path",
            ["paths of the admin door", "one of them", "another one", cure],
        )
    }

    pub fn no_method(method: &Method, allowed: &str) -> Self {
        let method = shown(method.as_str());
        let message = format!("{method} is not allowed here");
        problem(405, "method-not-allowed", &message, ["methods of this path", allowed, &method, "use one of these"])
    }

    pub fn not_json(found: &str) -> Self {
        let rule = "what a form can send from any page is not taken for a write";
        let expected = "Content-Type: application/json, even where the body is empty";
        problem(415, "not-json", "writes are JSON", [rule, expected, &shown(found), "set the header, and send JSON"])
    }

    pub fn bad_json(error: &str) -> Self {
        let cure = "see docs/admin-api.json for what this path takes";
        let expected = "JSON with the fields of this path, and no others";
        problem(400, "bad-json", error, ["the body of a write", expected, error, cure])
    }

    pub fn body_not_taken(method: &Method) -> Self {
        let message = format!("{method} takes no body");
        problem(400, "body-not-taken", &message, ["reads and deletions", "no body", "one", "leave it out"])
    }

    pub fn bad_value(name: &str, expected: &str, found: &str) -> Self {
        let (name, found) = (shown(name), shown(found));
        let message = format!("{name}: {expected} is expected");
        problem(400, "bad-value", &message, [&format!("values of {name}"), expected, &found, "correct the value"])
    }

    pub fn one_of(names: &[&str]) -> Self {
        let expected = format!("exactly one of {}", names.join(", "));
        problem(
            400,
            "one-of",
            &expected,
            ["fields that stand for one another", &expected, "none or several", "send one"],
        )
    }

    pub fn unknown_parameter(name: &str, known: &[&str]) -> Self {
        let name = shown(name);
        let message = format!("query parameter {name:?} is not known here, or there twice");
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        problem(400, "unknown-parameter", &message, ["query parameters of this path", &known, &name, "leave it out"])
    }

    pub fn no_crl(ca: &str) -> Self {
        let ca = shown(ca);
        let message = format!("no CRL of a CA named {ca:?}");
        let cure = "see the cas of GET /v1/org: one without a CRL says crl none";
        problem(404, "no-crl", &message, ["CRLs of the scenario's CAs", "the name of such a CA", &ca, cure])
    }

    pub fn unknown_mark(name: &str) -> Self {
        let name = shown(name);
        let message = format!("since: {name:?} is neither a place nor a mark");
        let cure = "set it with POST /v1/mark; a mark goes when the journal's memory has left it behind";
        problem(
            404,
            "unknown-mark",
            &message,
            ["places in the journal", "a number, or the name of a mark", &name, cure],
        )
    }

    pub fn too_many_readers(limit: usize) -> Self {
        let rule = format!("{limit} readers of the stream at one time");
        problem(
            503,
            "too-many-readers",
            "too many read the journal's stream",
            [&rule, "fewer", "as many", "close some"],
        )
    }

    pub fn cannot_hand_out(cause: &str) -> Self {
        let cure = "see whether the disk is full; else please report it";
        problem(500, "cannot-hand-out", cause, ["files that the org makes", "a file", cause, cure])
    }

    pub fn broken_verb(cause: &str) -> Self {
        problem(500, "broken", "the org failed to do it", ["verbs end well", "an answer", cause, "please report it"])
    }
}

/// Status, code, what happened; then rule, expected, found and cure.
pub(super) fn problem(
    status: u16,
    code: &'static str,
    message: &str,
    [rule, expected, found, cure]: [&str; 4],
) -> Reject {
    let message = clipped(message, LONGEST_MESSAGE);
    let explanation: Explanation = explain(&message, rule, expected, found, cure);
    Reject::new(Cause::Said { status, code, message }, explanation)
}

/// So much of what was sent is said back.
pub(super) fn shown(text: &str) -> String {
    clipped(text, SHOWN)
}

const SHOWN: usize = 100;

const TOKEN_RULE: &str = "everything but /health and /crl wants the token of this run";
const TOKEN: &str = "Authorization: Bearer and the token, or the cookie that GET /?token=… sets";
const TOKEN_CURE: &str = "take admin_token from kit.json, or open the URL that mockorg serve printed at start";
