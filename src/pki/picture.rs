//! A chain drawn: as it was sent and as it was built, with the faulty link marked. Colours and files are others' work.

use std::collections::HashSet;

use super::validate::MAX_SENT;
use super::{Certificate, Fault, Rejection, TrustList, Verdict};

mod text;

pub use text::{Span, Tone};

/// Both drawings of a chain.
#[derive(Clone, Debug)]
pub struct Picture {
    /// In the order sent.
    pub sent: Vec<Node>,
    /// From the leaf upwards, as far as the path leads.
    pub built: Vec<Node>,
}

/// One certificate in a drawing.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Node {
    /// Position among the certificates as sent, counted from 1; `None` if it was not sent.
    pub position: Option<usize>,
    /// Its subject.
    pub subject: String,
    /// What it is to the chain.
    pub role: Role,
    /// What is worth knowing, a line each.
    pub facts: Vec<String>,
    /// What is wrong with it, the most telling first.
    pub faults: Vec<&'static str>,
    /// Whether the link to the next one, upwards, is broken.
    pub broken: bool,
}

/// What a certificate is to a chain.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Role {
    /// The client's own.
    Certificate,
    /// Between leaf and root.
    Issuer,
    /// Named as an issuer, but not where it is needed; in which way.
    Missing(&'static str),
    /// A root on the list: where that comes from, and its alias there.
    Root(String),
    /// Sent, and no part of the path that was built.
    Unused,
}

impl Picture {
    /// Draws what `verdict` says of `sent`.
    pub fn of(sent: &[Certificate], trust: &TrustList, verdict: &Verdict) -> Self {
        let on_path = |certificate: &Certificate| verdict.path.contains(certificate);
        let mut seen = HashSet::new();
        let sent_nodes = sent.iter().enumerate().map(|(place, certificate)| Node {
            position: Some(place + 1),
            subject: certificate.subject().to_owned(),
            role: match place {
                0 => Role::Certificate,
                // a copy is no part of the path
                _ if !on_path(certificate) || !seen.insert(certificate.sha256()) => Role::Unused,
                _ if trust.lists(certificate.x509()) => root(certificate, trust),
                _ => Role::Issuer,
            },
            facts: facts(certificate),
            faults: of(verdict, certificate, sent).map(|fault| fault.rejection.headline()).collect(),
            broken: false,
        });
        Self { sent: sent_nodes.collect(), built: built(sent, trust, verdict) }
    }
}

fn built(sent: &[Certificate], trust: &TrustList, verdict: &Verdict) -> Vec<Node> {
    let mut nodes = Vec::new();
    for (place, certificate) in verdict.path.iter().enumerate() {
        let faults: Vec<&Fault> = of(verdict, certificate, sent).collect();
        nodes.push(Node {
            position: sent.iter().position(|it| it == certificate).map(|place| place + 1),
            subject: certificate.subject().to_owned(),
            role: match place {
                _ if trust.lists(certificate.x509()) => root(certificate, trust),
                0 => Role::Certificate,
                _ => Role::Issuer,
            },
            facts: Vec::new(),
            faults: faults.iter().map(|fault| fault.rejection.headline()).collect(),
            broken: faults.iter().any(|fault| is_of_a_link(fault.rejection)),
        });
    }
    let leads_nowhere = verdict.anchor.is_none() && sent.len() <= MAX_SENT;
    let Some(top) = verdict.path.last().filter(|top| leads_nowhere && !top.is_self_issued()) else { return nodes };
    if let Some(last) = nodes.last_mut() {
        last.broken = true;
    }
    let key = top.authority_key_identifier().map(|id| format!("key identifier {id}"));
    nodes.push(Node {
        position: None,
        subject: top.issuer().to_owned(),
        role: Role::Missing(lack(top, sent, verdict)),
        facts: key.into_iter().collect(),
        faults: Vec::new(),
        broken: false,
    });
    nodes
}

/// What is the matter with the issuer of `top`.
fn lack(top: &Certificate, sent: &[Certificate], verdict: &Verdict) -> &'static str {
    let unlisted = |fault: &Fault| fault.rejection == Rejection::UnlistedRoot;
    if of(verdict, top, sent).any(unlisted) {
        "a root that is not listed"
    } else if sent.iter().any(|it| it.subject() == top.issuer()) {
        "missing: what was sent by that name does not fit"
    } else {
        "missing"
    }
}

/// Whether it is the link upwards that is at fault, rather than the certificate.
fn is_of_a_link(rejection: Rejection) -> bool {
    matches!(
        rejection,
        Rejection::BadSignature | Rejection::MissingIntermediate | Rejection::NoIssuer | Rejection::UnlistedRoot
    )
}

fn of<'a>(
    verdict: &'a Verdict,
    certificate: &'a Certificate,
    sent: &'a [Certificate],
) -> impl Iterator<Item = &'a Fault> {
    verdict.faults.iter().filter(|fault| fault.is_of(certificate, sent))
}

fn root(certificate: &Certificate, trust: &TrustList) -> Role {
    let anchor = trust.anchors().find(|anchor| anchor.certificate == *certificate);
    Role::Root(anchor.map_or_else(String::new, |anchor| format!("{} as {}", anchor.source, anchor.alias)))
}

fn facts(certificate: &Certificate) -> Vec<String> {
    let purposes = super::fault::purposes(certificate);
    vec![
        format!("serial {}, {purposes}", certificate.serial()),
        format!("{} to {}", certificate.not_before(), certificate.not_after()),
    ]
}
