//! Did the client trust the server, and could the two agree on TLS?

use super::Case;
use super::reach::{TRUST, doors, numbers};
use crate::doctor::finding::{Code, Finding, Severity};
use crate::doctor::habits::Topic;
use crate::doctor::history::{Connection, counted, listed};

pub(super) fn rule(case: &Case<'_>) -> Vec<Finding> {
    [untrusted(case), mismatch(case), failed(case)].into_iter().flatten().collect()
}

/// bad_certificate, unsupported_certificate, certificate_expired, certificate_unknown, unknown_ca
const DISTRUST: [u8; 5] = [42, 43, 45, 46, 48];

/// handshake_failure, protocol_version, insufficient_security
const MISMATCH: [u8; 3] = [40, 70, 71];

/// OpenSSL's words for a client with which nothing is in common.
const NOTHING_IN_COMMON: [&str; 4] =
    ["unsupported protocol", "no shared cipher", "no suitable signature algorithm", "no suitable key share"];

fn untrusted(case: &Case<'_>) -> Option<Finding> {
    let wary: Vec<_> = case
        .history
        .connections
        .iter()
        .filter(|one| !one.was_shown_a_bad_chain() && (sent(one, &DISTRUST) || went_silently(case, one)))
        .collect();
    let door = doors(wary.iter().copied());
    let alerts = listed(wary.iter().filter_map(|one| one.handshake.alert_received.clone()));
    let (headline, found) = if alerts.is_empty() {
        let headline = format!(
            "the client left when it had seen the server's certificate ({door} door): it does not trust it, it seems"
        );
        (headline, format!("{} closed without an alert, as Node does it", counted(wary.len(), "handshake")))
    } else {
        let headline = format!("the client does not trust the server ({door} door)");
        (headline, format!("TLS alert {alerts} from the client, on {}", counted(wary.len(), "connection")))
    };
    (!wary.is_empty()).then(|| {
        Finding::new(Code::UntrustedServer, Severity::Breaks, headline)
            .rule("a client checks the server's certificate against the CAs that it trusts")
            .expected("a client that trusts the kit's server-ca.pem, or ca-bundle.pem")
            .found(found)
            .production(
                "the real certificate has a public root: a client with its platform's own roots trusts it; one with pinned or \
                 old roots does not (documented: trust Mozilla's roots, do not pin)",
            )
            .cure(TRUST)
            .habits(case.platform.habits(Topic::UntrustedServer))
            .on(numbers(wary))
    })
}

/// Whether it left once the server's certificate was under way, at a door where it never asked for anything.
fn went_silently(case: &Case<'_>, connection: &Connection<'_>) -> bool {
    let handshake = connection.handshake;
    let spoke = case.history.at(handshake.door).any(|one| !one.requests.is_empty());
    let left = handshake.ending == Some("left") && connection.injected().is_none();
    left && handshake.cipher.is_some() && !spoke
}

fn mismatch(case: &Case<'_>) -> Option<Finding> {
    let apart: Vec<_> =
        case.history.connections.iter().filter(|one| sent(one, &MISMATCH) || shares_nothing(one)).collect();
    let reasons = listed(apart.iter().filter_map(|one| Some(one.handshake.explanation.as_ref()?.found.clone())));
    (!apart.is_empty()).then(|| {
        Finding::new(Code::TlsMismatch, Severity::Breaks, "client and server have no TLS version or cipher in common")
            .rule("TLS 1.2 or 1.3, with one of the ciphers that the service lists")
            .expected("TLS 1.2 or 1.3")
            .found(reasons)
            .production("1.0 and 1.1 are gone there, too (documented)")
            .cure("let the client speak TLS 1.2 and 1.3; here edge.tls and edge.security-level say what the doors take")
            .on(numbers(apart))
    })
}

/// Whatever else kept a handshake from its end; the journal has the words.
fn failed(case: &Case<'_>) -> Option<Finding> {
    let failed: Vec<_> = case
        .history
        .connections
        .iter()
        .filter(|one| matches!(one.handshake.ending, Some("alert-received" | "failed" | "left" | "timed-out")))
        .filter(|one| !sent(one, &DISTRUST) && !sent(one, &MISMATCH) && !shares_nothing(one))
        .filter(|one| !went_silently(case, one) && !one.was_shown_a_bad_chain() && one.injected().is_none())
        .collect();
    let explanation = failed.first()?.handshake.explanation.as_ref()?;
    let spoke = case.history.requests().next().is_some();
    let only_left = failed.iter().all(|one| one.handshake.ending == Some("left"));
    // a client that connects ahead of need and leaves again does no harm
    let severity = if only_left && spoke { Severity::Notes } else { Severity::Breaks };
    Some(
        Finding::new(Code::HandshakeFailed, severity, explanation.headline.clone())
            .rule(explanation.rule.clone())
            .expected(explanation.expected.clone())
            .found(format!("{}, on {}", explanation.found, counted(failed.len(), "connection")))
            .production("a handshake that fails here for the client's part fails there, too (inferred)")
            .cure(explanation.cure.clone())
            .on(numbers(failed)),
    )
}

fn sent(connection: &Connection<'_>, alerts: &[u8]) -> bool {
    connection.alert_received().is_some_and(|alert| alerts.contains(&alert))
}

fn shares_nothing(connection: &Connection<'_>) -> bool {
    let found = connection.handshake.explanation.as_ref().map_or("", |explanation| &explanation.found);
    connection.handshake.ending == Some("failed") && NOTHING_IN_COMMON.iter().any(|words| found.contains(words))
}
