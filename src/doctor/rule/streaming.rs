//! Is it a client of the streaming APIs? Neither is simulated, and neither is said to go with mutual authentication.

use super::Case;
use crate::doctor::finding::{Code, Finding, Severity};
use crate::doctor::history::{asked, listed};
use crate::journal::event::Request;

pub(super) fn rule(case: &Case<'_>) -> Vec<Finding> {
    let cometd: Vec<_> = case.history.requests().filter(|(_, request)| is_streaming(request)).collect();
    let pub_sub = case.history.turned_away.iter().filter_map(|proxy| proxy.connect.clone());
    let pub_sub: Vec<_> = pub_sub.filter(|target| target.starts_with(PUB_SUB)).collect();
    if cometd.is_empty() && pub_sub.is_empty() {
        return Vec::new();
    }
    let found = listed(cometd.iter().map(|(_, request)| asked(request)).chain(pub_sub));
    let finding =
        Finding::new(Code::Streaming, Severity::Warns, "the client streams: not here, and not with mutual authentication")
            .rule("events reach a client of the Streaming API (/cometd) or of the Pub/Sub API, which this simulator does not have")
            .expected("calls of SOAP or REST")
            .found(found)
            .production(
                "vendors say that platform events and change data capture do not support mutual authentication, by design \
                 (2023, unverified): try it with an enforced user before anything is built on it",
            )
            .cure("let a user of its own, who is not enforced, read the stream; see docs/troubleshooting.md#22-streaming-clients")
            .on(cometd.iter().map(|(connection, _)| connection.n));
    vec![finding]
}

/// Whether it went to the Streaming API.
pub(super) fn is_streaming(request: &Request) -> bool {
    request.path == "/cometd" || request.path.starts_with("/cometd/")
}

const PUB_SUB: &str = "api.pubsub.salesforce.com:";
