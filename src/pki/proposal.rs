//! What a client should send instead: which certificates in which order, which of them is missing, which has to be issued
//! anew. Nothing is fetched; and nothing is judged here: what is proposed is put before OpenSSL.

use jiff::Timestamp;

use super::fault::{client_auth_oid, purposes};
use super::path::may_issue;
use super::validate::MAX_SENT;
use super::{Certificate, Crls, Fault, Policy, Rejection, TrustList, validate};

/// What to send instead of a chain that is not as it should be.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The leaf first; without the root.
    pub send: Vec<Piece>,
    /// What would still be wrong with it; empty if it would hold.
    pub faults: Vec<Fault>,
}

/// One certificate of a proposal.
#[derive(Clone, Debug)]
pub enum Piece {
    /// Not sent, but known.
    Missing(Certificate),
    /// Sent already, at this position, counted from 1.
    Sent(usize, Certificate),
    /// Not sent, and nobody here knows it.
    Unknown(Wanted),
}

/// An issuer that is not at hand, as the certificate below it describes it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Wanted {
    /// Its subject.
    pub subject: String,
    /// Its key's identifier, `AB:CD:…`.
    pub key_identifier: Option<String>,
    /// Where its CA publishes it (never fetched).
    pub urls: Vec<String>,
}

/// An extended key usage that a certificate would need.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WantedUsage {
    /// Position among the certificates as sent, counted from 1.
    pub position: Option<usize>,
    /// Its subject.
    pub subject: String,
    /// `clientAuth`
    pub wanted: &'static str,
    /// The same as a dotted OID.
    pub oid: String,
    /// What it has instead, in words.
    pub found: String,
}

impl Proposal {
    /// What to send instead of `sent`, which does not hold, or has more in it than is needed.
    pub fn of(sent: &[Certificate], trust: &TrustList, crls: &Crls, now: Timestamp, policy: &Policy) -> Option<Self> {
        let leaf = sent.iter().find(|it| !sent.iter().any(|other| other != *it && may_issue(it, other)));
        let pool = at_hand(leaf.or(sent.first())?, sent, trust);
        let verdict = validate(&pool, trust, crls, now, policy);
        let listed = |certificate: &Certificate| trust.lists(certificate.x509());
        let path: Vec<Certificate> = verdict.path.into_iter().filter(|it| *it == pool[0] || !listed(it)).collect();
        let faults = validate(&path, trust, crls, now, policy).faults;
        let mut send: Vec<Piece> = path.iter().map(|it| Piece::of(it, sent)).collect();
        let leads_nowhere = verdict.anchor.is_none();
        if let Some(top) = path.last().filter(|top| leads_nowhere && !top.is_self_issued()) {
            send.push(Piece::Unknown(Wanted::issuer_of(top)));
        }
        Some(Self { send, faults })
    }

    /// Whether it would hold.
    pub fn holds(&self) -> bool {
        self.faults.is_empty()
    }

    /// Whether it is what was sent.
    pub fn is_as_sent(&self, sent: &[Certificate]) -> bool {
        let same =
            |(place, piece): (usize, &Piece)| matches!(piece, Piece::Sent(position, _) if *position == place + 1);
        self.send.len() == sent.len() && self.send.iter().enumerate().all(same)
    }
}

impl Piece {
    fn of(certificate: &Certificate, sent: &[Certificate]) -> Self {
        match sent.iter().position(|it| it == certificate) {
            Some(place) => Self::Sent(place + 1, certificate.clone()),
            None => Self::Missing(certificate.clone()),
        }
    }

    /// The subject.
    pub fn subject(&self) -> &str {
        match self {
            Self::Missing(certificate) | Self::Sent(_, certificate) => certificate.subject(),
            Self::Unknown(wanted) => &wanted.subject,
        }
    }
}

impl Wanted {
    fn issuer_of(certificate: &Certificate) -> Self {
        let access = certificate.x509().authority_info();
        let issuers =
            access.iter().flatten().filter(|access| access.method().nid() == openssl::nid::Nid::AD_CA_ISSUERS);
        let urls = issuers.filter_map(|access| access.location().uri());
        Self {
            subject: certificate.issuer().to_owned(),
            key_identifier: certificate.authority_key_identifier(),
            urls: urls.map(|url| url.chars().filter(|c| !c.is_control()).take(LONGEST_URL).collect()).collect(),
        }
    }
}

impl WantedUsage {
    /// The usages that these faults ask for.
    pub fn of(faults: &[Fault], path: &[Certificate], sent: &[Certificate]) -> Vec<Self> {
        let about =
            |fault: &&Fault| matches!(fault.rejection, Rejection::NoClientAuth | Rejection::IssuerWithoutClientAuth);
        let usage = |fault: &Fault| {
            let certificate = path.iter().chain(sent).find(|it| fault.is_of(it, sent))?;
            Some(Self {
                position: fault.position,
                subject: fault.subject.clone(),
                wanted: "clientAuth",
                oid: client_auth_oid(),
                found: purposes(certificate),
            })
        };
        faults.iter().filter(about).filter_map(usage).collect()
    }
}

/// The leaf, and what could lie above it: what was sent first, then what is known.
fn at_hand(leaf: &Certificate, sent: &[Certificate], trust: &TrustList) -> Vec<Certificate> {
    let mut pool = vec![leaf.clone()];
    let mut next = 0;
    while let Some(below) = pool.get(next).cloned() {
        let issuers = sent.iter().chain(trust.known()).filter(|it| may_issue(it, &below));
        for issuer in issuers {
            // a chain of more would be refused unread
            if pool.len() < MAX_SENT && !pool.contains(issuer) {
                pool.push(issuer.clone());
            }
        }
        next += 1;
    }
    pool
}

/// The characters of a URL in a certificate that are shown.
const LONGEST_URL: usize = 200;
