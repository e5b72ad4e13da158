//! A story for programs: all that the text says, as JSON.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::input::Key;
use super::story::Story;
use crate::journal::event::{SentCertificate, VerdictEntry};
use crate::pki::outlook::{Break, End};
use crate::pki::picture::{Node, Role};
use crate::pki::proposal::{Piece, Proposal, WantedUsage};

impl Story<'_> {
    /// The report.
    pub(super) fn report(&self) -> Value {
        let names = HashMap::new();
        let certificates = &self.chain.certificates;
        let sent: Vec<_> = certificates.iter().map(|certificate| SentCertificate::new(certificate, &names)).collect();
        json!({
            "version": 1,
            "source": self.chain.source,
            "alias": self.chain.alias,
            "private_key": matches!(self.chain.key, Key::Beside | Key::InStore),
            "at": self.now,
            "certificates": sent,
            "built": self.picture.built.iter().map(node).collect::<Vec<_>>(),
            "verdict": VerdictEntry::from(&self.verdict),
            "anchor": self.verdict.anchor,
            "explanation": self.explanation(),
            "breaks": self.outlook.breaks.as_ref().map(breaks),
            "breaks_with_crls_renewed": self.outlook.breaks_otherwise.as_ref().map(breaks),
            "holds_from": self.outlook.holds_from,
            "ends": self.outlook.ends.iter().map(end).collect::<Vec<_>>(),
            "send": self.proposal.as_ref().map(|proposal| self.proposed(proposal)),
            "usages": self.usages.iter().map(usage).collect::<Vec<_>>(),
            "uploaded_as": self.uploaded_as(),
            "notes": self.warnings,
        })
    }

    fn proposed(&self, proposal: &Proposal) -> Value {
        let faults: Vec<_> = proposal.faults.iter().map(|fault| fault.rejection.code()).collect();
        let pieces: Vec<_> = proposal.send.iter().map(|piece| self.piece(piece)).collect();
        json!({ "certificates": pieces, "holds": proposal.holds(), "faults": faults })
    }

    fn piece(&self, piece: &Piece) -> Value {
        match piece {
            Piece::Sent(position, certificate) => {
                json!({ "subject": certificate.subject(), "position": position, "missing": false })
            }
            Piece::Missing(certificate) => json!({
                "subject": certificate.subject(),
                "missing": true,
                "serial": certificate.serial(),
                "key_identifier": certificate.key_identifier(),
                "sha256": certificate.fingerprint(),
                "file": self.ground.file_of(certificate),
                "pem": certificate.pem(),
            }),
            Piece::Unknown(wanted) => json!({
                "subject": wanted.subject,
                "missing": true,
                "key_identifier": wanted.key_identifier,
                "urls": wanted.urls,
            }),
        }
    }
}

fn node(node: &Node) -> Value {
    let (role, listed) = match &node.role {
        Role::Certificate => ("certificate", None),
        Role::Issuer => ("issuer", None),
        Role::Missing(_) => ("missing", None),
        Role::Root(listed) => ("root", Some(listed)),
        Role::Unused => ("unused", None),
    };
    json!({
        "subject": node.subject,
        "position": node.position,
        "role": role,
        "listed": listed,
        "faults": node.faults,
        "link_broken": node.broken,
    })
}

fn breaks(breaks: &Break) -> Value {
    json!({
        "until": breaks.until,
        "what": breaks.what.name(),
        "subject": breaks.subject,
        "position": breaks.position,
        "rule": breaks.rejection.code(),
    })
}

fn end(end: &End) -> Value {
    json!({ "until": end.until, "what": end.what.name(), "subject": end.subject })
}

fn usage(usage: &WantedUsage) -> Value {
    json!({
        "position": usage.position,
        "subject": usage.subject,
        "extended_key_usage": usage.wanted,
        "oid": usage.oid,
        "found": usage.found,
    })
}
