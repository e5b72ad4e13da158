//! What comes of a flaw, by door, user and version of TLS: the edge and the org themselves are asked.

use std::collections::BTreeMap;

use super::manifest::{Alert, Certificates, Expected, Outcome, User};
use crate::controls::Controls;
use crate::journal::Explanation;
use crate::org::{Action, Door, Edge, authorize};
use crate::pki::flaw::{Case, Caught, Offered};
use crate::pki::rejection::alert;
use crate::pki::{Fault, Flaw, validate};
use crate::scenario::Permission;

/// A call by each user, at each door, in each version.
pub(super) fn expected(flaw: Flaw, case: &Case, controls: &Controls) -> Vec<Expected> {
    let snapshot = controls.snapshot();
    let edge = &snapshot.edge;
    let now = controls.clock().org_now();
    let verdict = validate(&case.sent, &edge.trust, &edge.crls, now, &edge.policy);
    let mut expected = Vec::new();
    for (door, name) in [(Door::Mutual, "mutual"), (Door::Standard, "standard")] {
        for user in &snapshot.org.users {
            for tls in ["1.2", "1.3"] {
                let certificates = certificates(flaw, door, tls);
                let sent = certificates == Certificates::Sent;
                let kind = if user.may(Permission::EnforceMutualAuthentication) { User::Enforced } else { User::Free };
                let at = |outcome| Expected { door: name.into(), user: kind, tls: tls.into(), certificates, outcome };
                if let Some(fault) = verdict.fault().filter(|_| sent) {
                    expected.push(at(refused_by_edge(fault, tls)));
                    continue;
                }
                if sent && flaw.caught() == Caught::Handshake {
                    expected.push(at(of_no_use_in_tls()));
                    continue;
                }
                let shown = if sent { Edge::Holds(case.sent[0].clone()) } else { Edge::NoCertificate };
                expected.push(at(match authorize(&snapshot.org, user, Action::Call, door, &shown) {
                    Ok(grant) => Outcome::Granted { status: 200, why: grant.ground().into() },
                    Err(refusal) => Outcome::Refused {
                        status: snapshot.org.switches.refusal_status.code(),
                        error_code: refusal.code.into(),
                        rule: refusal.anchor.into(),
                        why: refusal.headline.clone(),
                        explanation: at_length(&Explanation::from(&refusal)),
                    },
                }));
            }
        }
    }
    expected
}

fn certificates(flaw: Flaw, door: Door, tls: &str) -> Certificates {
    match (door, flaw.offered()) {
        (Door::Standard, _) => Certificates::NotAskedFor,
        (Door::Mutual, Offered::BySomeInTls12) if tls == "1.3" => Certificates::NotPossible,
        (Door::Mutual, _) => Certificates::Sent,
    }
}

fn refused_by_edge(fault: &Fault, tls: &str) -> Outcome {
    let (name, number) = alert(fault.openssl);
    let explanation = Explanation::of_fault(fault, None);
    Outcome::Alert {
        alert: Alert { name: name.into(), number },
        seen: if tls == "1.3" { "first-read" } else { "handshake" }.into(),
        rule: fault.rejection.code().into(),
        why: explanation.headline.trim_start_matches("refused: ").into(),
        explanation: at_length(&explanation),
    }
}

/// Not a verdict: OpenSSL takes no signature on that curve from a client.
fn of_no_use_in_tls() -> Outcome {
    let lines = [
        ("headline", "the handshake failed: wrong curve"),
        ("rule", "a client's key is on a curve that the door offers (RFC 8422 5.1)"),
        ("expected", "P-256, P-384, P-521, or a key of another kind"),
        ("found", "secp256k1"),
        ("cure", "make a key on P-256"),
    ];
    Outcome::Alert {
        alert: Alert { name: "illegal_parameter".into(), number: 47 },
        seen: "handshake".into(),
        rule: "handshake".into(),
        why: "the chain holds, and the edge takes no signature on that curve".into(),
        explanation: lines.map(|(label, text)| (label.to_owned(), text.to_owned())).into(),
    }
}

fn at_length(explanation: &Explanation) -> BTreeMap<String, String> {
    let headline = explanation.headline.trim_start_matches("refused: ");
    let lines = explanation.lines().chain([("headline", headline)]);
    lines.map(|(label, text)| (label.to_owned(), text.to_owned())).collect()
}
