//! The edge's own answers over HTTP: its certificate page, and 421. What it lets pass, it passes on as [`Edge`].

use super::Head;
use super::reject::Reject;
use crate::org::{Door, Edge};
use crate::pki::{Fault, Rejection};
use crate::scenario::EdgeSwitches;
use crate::scenario::switches::{NoCertificate, SniMismatch};
use crate::tls::Presented;

/// What the edge passes on, or why it answers itself.
pub(super) fn pass(switches: &EdgeSwitches, head: &Head) -> Result<Edge, Reject> {
    let edge = match &head.peer.presented {
        Presented::Broken(verdict) => return Err(broken(switches, verdict.fault())),
        Presented::Holds(leaf, _) => Edge::Holds(leaf.clone()),
        Presented::Nothing if head.peer.door == Door::Mutual && switches.no_certificate == NoCertificate::Page => {
            return Err(Reject::no_certificate(switches.page_status, page(NOTHING)));
        }
        Presented::Nothing => Edge::NoCertificate,
    };
    if switches.sni_mismatch == SniMismatch::Misdirected
        && let (Some(sni), Some(host)) = (&head.peer.sni, &head.host)
        && !sni.trim_end_matches('.').eq_ignore_ascii_case(host.host().trim_end_matches('.'))
    {
        return Err(Reject::misdirected(sni, host.host()));
    }
    Ok(edge)
}

fn broken(switches: &EdgeSwitches, fault: Option<&Fault>) -> Reject {
    let reason = fault.map_or("certificate rejected", |fault| reason(fault.rejection));
    Reject::broken_chain(switches.page_status, page(reason), fault)
}

/// The page byte for byte as it was seen in 2018, with its slot for the reason.
fn page(reason: &str) -> String {
    format!(
        "<html><head><title>Certificate Error</title></head><body bgcolor=#ffffff text=#3198d8><center>\
         <img src=\"http://www.sfdcstatic.com/common/assets/img/logo-company.png\"><p>\
         <h3>Client certificate error:<i>{reason}</i></h3></center></body></html>"
    )
}

const NOTHING: &str = "No client certificate provided.";

/// OpenSSL's words, because the page's other reasons were never seen.
fn reason(rejection: Rejection) -> &'static str {
    match rejection {
        Rejection::BadSignature => "certificate signature failure",
        Rejection::CrlInvalid => "CRL signature failure",
        Rejection::CrlMissing => "unable to get certificate CRL",
        Rejection::CrlNotYetValid => "CRL is not yet valid",
        Rejection::CrlStale => "CRL has expired",
        Rejection::Expired => "certificate has expired",
        Rejection::IssuerNotCa => "invalid CA certificate",
        Rejection::MissingIntermediate => "unable to get local issuer certificate",
        Rejection::NameConstraint => "permitted subtree violation",
        Rejection::NoClientAuth => "unsuitable certificate purpose",
        Rejection::NotYetValid => "certificate is not yet valid",
        Rejection::PathTooLong => "path length constraint exceeded",
        Rejection::Policy => "no explicit policy",
        Rejection::Revoked => "certificate revoked",
        Rejection::SelfSigned => "self-signed certificate",
        Rejection::TooMany => "certificate chain too long",
        Rejection::UnknownCriticalExtension => "unhandled critical extension",
        Rejection::UnlistedRoot => "self-signed certificate in certificate chain",
        Rejection::Weak => "EE certificate key too weak",
        Rejection::Other => "certificate rejected",
    }
}
