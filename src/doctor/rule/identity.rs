//! Is the certificate the one that the org knows? A chain that holds is not enough for an enforced user.

use std::collections::BTreeMap;

use super::Case;
use crate::doctor::finding::{Code, Finding, Severity};
use crate::doctor::habits::Topic;
use crate::doctor::history::{Connection, asked, counted, failed_mutually, listed, name_of};
use crate::journal::event::Request;

/// One finding for each leaf that the org turned away.
pub(super) fn rule(case: &Case<'_>) -> Vec<Finding> {
    let mut leaves: BTreeMap<&str, Vec<(&Connection<'_>, &Request)>> = BTreeMap::new();
    for (connection, request) in case.history.requests() {
        if connection.is_mutual() && connection.holds() && failed_mutually(request) {
            let Some(leaf) = connection.leaf() else { continue };
            leaves.entry(leaf.sha256.as_str()).or_default().push((connection, request));
        }
    }
    leaves.into_values().filter_map(|refused| unknown(case, &refused)).collect()
}

fn unknown(case: &Case<'_>, refused: &[(&Connection<'_>, &Request)]) -> Option<Finding> {
    let &(connection, request) = refused.first()?;
    let leaf = connection.leaf()?;
    let uploads = &case.facts.uploads;
    let namesake = uploads.iter().find(|upload| upload.subject == leaf.subject);
    let name = name_of(leaf);
    let (code, headline, topic) = match namesake {
        _ if uploads.is_empty() => {
            (Code::NothingUploaded, format!("the client presented {name}, and nothing is uploaded to the org"), None)
        }
        Some(upload) => (
            Code::NotUploaded,
            format!("the client presented another certificate of {name} than the one uploaded as '{}'", upload.label),
            Some(Topic::NotUploaded),
        ),
        None => (
            Code::WrongCertificate,
            format!("the client presented {name}, which is not uploaded: its key store may offer the wrong entry"),
            Some(Topic::WrongCertificate),
        ),
    };
    let explanation = request.explanation.as_ref();
    let text = |field: fn(&crate::journal::Explanation) -> &String| explanation.map(field).cloned().unwrap_or_default();
    let uploaded = listed(
        uploads
            .iter()
            .map(|upload| format!("{} ('{}')", upload.name.as_deref().unwrap_or(&upload.subject), upload.label)),
    );
    let expected =
        if uploads.is_empty() { text(|said| &said.expected) } else { format!("an uploaded certificate: {uploaded}") };
    let calls = listed(refused.iter().map(|(_, request)| asked(request)));
    Some(
        Finding::new(code, Severity::Breaks, headline)
            .rule(text(|said| &said.rule))
            .expected(expected)
            .found(format!("{}; refused: {} ({calls})", text(|said| &said.found), counted(refused.len(), "request")))
            .production("the chain holds, so the handshake succeeds; then access is denied (documented)")
            .cure(text(|said| &said.cure))
            .habits(topic.map(|topic| case.platform.habits(topic)).unwrap_or_default())
            .on(refused.iter().map(|(connection, _)| connection.n)),
    )
}
