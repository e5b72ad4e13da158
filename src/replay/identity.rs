//! What a client shows in a handshake: its own chain, or another selection of certificates around the same leaf.

use openssl::pkey::{PKey, Private};
use openssl::x509::X509;

use crate::scenario::exchange::Sending;

/// Certificates as they are sent, and the key of the first.
#[derive(Clone)]
pub struct Shown {
    /// Leaf first; empty for a client that answers with an empty list.
    pub certificates: Vec<X509>,
    /// Of the leaf.
    pub key: PKey<Private>,
}

/// What can be sent for a client.
#[derive(Clone)]
pub(super) struct Selection {
    /// What it sends of itself, leaf first.
    pub own: Vec<X509>,
    /// Leaf, intermediates, root, as far as they are at hand.
    pub whole: Vec<X509>,
    /// Of the leaf.
    pub key: PKey<Private>,
}

impl Selection {
    /// What an exchange sends of it; `named` finds another client or CA.
    pub fn sending(&self, sends: &Sending, named: impl Fn(&str) -> Result<X509, String>) -> Result<Shown, String> {
        let leaf = self.own.first().ok_or("the client has no certificate")?.clone();
        let is_root = |certificate: &X509| is_self_issued(certificate);
        let above = || self.whole.iter().skip(1);
        let root = || above().any(is_root).then_some(()).ok_or("the root of the client's chain is not at hand");
        let certificates = match sends {
            Sending::AsClient => self.own.clone(),
            Sending::Chain => [leaf].into_iter().chain(above().filter(|c| !is_root(c)).cloned()).collect(),
            Sending::ChainAndRoot => {
                root()?;
                [leaf].into_iter().chain(above().cloned()).collect()
            }
            Sending::Leaf => vec![leaf],
            Sending::List(names) => {
                let more = names.iter().skip(1).map(|name| named(name)).collect::<Result<Vec<_>, _>>()?;
                [leaf].into_iter().chain(more).collect()
            }
            Sending::Nothing => Vec::new(),
            Sending::Shuffled => {
                root()?;
                [leaf].into_iter().chain(above().rev().cloned()).collect()
            }
        };
        Ok(Shown { certificates, key: self.key.clone() })
    }
}

fn is_self_issued(certificate: &X509) -> bool {
    let (subject, issuer) = (certificate.subject_name().to_der(), certificate.issuer_name().to_der());
    subject.ok().is_some_and(|subject| issuer.ok() == Some(subject))
}
