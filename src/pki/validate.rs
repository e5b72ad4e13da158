//! The one way in: does this chain hold? OpenSSL judges each candidate path; here they are chosen, and the answers gathered.

use std::collections::HashSet;
use std::ffi::c_ulong;

use jiff::Timestamp;
use openssl::x509::X509ExtendedKeyUsage;
use openssl::x509::store::{X509Store, X509StoreBuilder};
use openssl_sys as sys;

use super::chain::timestamp;
use super::fault::{ABOUT_CRLS, Case, LEADS_NOWHERE};
use super::ffi::{self, Checks, Objection};
use super::path::{Candidate, candidates};
use super::{Certificate, ClientAuthEku, Crls, Fault, Policy, Revocation, TrustList, Verdict};

/// A chain of more certificates than this is refused unread.
pub const MAX_SENT: usize = 32;

/// Judges the certificates exactly as sent, leaf first, at `now`.
///
/// Total: whatever was sent, there is a verdict. An empty chain is not a chain that holds, but nobody should ask.
pub fn validate(sent: &[Certificate], trust: &TrustList, crls: &Crls, now: Timestamp, policy: &Policy) -> Verdict {
    let case = Case { sent, trust, crls, now, policy };
    if sent.is_empty() || sent.len() > MAX_SENT {
        let path = sent.first().cloned().into_iter().collect();
        return Verdict {
            faults: vec![case.too_many()],
            path,
            anchor: None,
            since: Timestamp::MIN,
            until: Timestamp::MAX,
        };
    }
    let mut nearest: Option<Verdict> = None;
    for candidate in candidates(sent, trust) {
        let verdict = judge(&case, &candidate);
        if verdict.holds() {
            // a way that came before may hold at another time, and would then be the one that is told of
            let (since, until) = nearest.map_or((verdict.since, verdict.until), |failed| common(&failed, &verdict));
            return Verdict { since, until, ..verdict };
        }
        nearest = Some(match nearest {
            Some(best) => nearer(best, verdict),
            None => verdict,
        });
    }
    nearest.unwrap_or_else(|| unreachable_verdict(&case))
}

/// One path, judged by OpenSSL.
fn judge(case: &Case<'_>, candidate: &Candidate<'_>) -> Verdict {
    let sent = case.sent;
    let on_path = candidate.places[1..].iter();
    // the rest comes last: a CRL's signer may be among it. But OpenSSL would leave the path for a twin that it likes better
    let twin = |place: usize| candidate.places.iter().any(|&on_path| is_twin(&sent[on_path], &sent[place]));
    let others = (1..sent.len()).filter(|&place| !candidate.places.contains(&place) && !twin(place));
    let untrusted = ffi::stack(on_path.copied().chain(others).map(|place| sent[place].to_x509()));
    let nothing = empty_store();
    let store = candidate.anchor.map_or(nothing.as_ref(), |anchor| Some(anchor.store()));
    let checks = Checks {
        flags: flags(case.policy),
        time: case.now.as_second(),
        security_level: case.policy.security_level.into(),
        crls: case.crls.stack(),
        policies: &case.policy.policies.initial,
    };
    let (Ok(untrusted), Some(store)) = (untrusted, store) else { return unreachable_verdict(case) };
    let Ok((objections, built)) = ffi::verify(sent[0].x509(), &untrusted, store, &checks) else {
        return unreachable_verdict(case);
    };
    let path: Vec<Certificate> = built.into_iter().map(|x509| known(case, candidate, x509)).collect();
    let faults = gather(case, &objections, &path);
    let (since, until) = span(case, &path, faults.is_empty());
    let anchor = candidate.anchor.map(|anchor| anchor.alias.clone());
    Verdict { faults, path, anchor, since, until }
}

/// Whether two certificates are for one name and one key.
fn is_twin(one: &Certificate, other: &Certificate) -> bool {
    one.x509().subject_name_hash() == other.x509().subject_name_hash()
        && one.key_sha256().is_some_and(|key| other.key_sha256() == Some(key))
}

/// Every fault, the most telling first, each certificate's each fault once.
fn gather(case: &Case<'_>, objections: &[Objection], path: &[Certificate]) -> Vec<Fault> {
    let minded = objections.iter().filter(|objection| !pardoned(case, objection) && !follows(objection, objections));
    let mut faults: Vec<Fault> = minded.map(|objection| case.fault(objection, path)).collect();
    // beyond OpenSSL, which does not ask for the extension
    let leaf = &case.sent[0];
    let purposes = leaf.x509().extended_key_usage();
    let named = purposes.is_some_and(|purposes| purposes.contains(X509ExtendedKeyUsage::SSL_CLIENT));
    let required = case.policy.client_auth_eku == ClientAuthEku::Require || purposes.is_some();
    if required && !named && (leaf.is_readable() || faults.is_empty()) {
        faults.push(case.no_client_auth());
    }
    let mut seen = HashSet::new();
    faults.retain(|fault| seen.insert((fault.rejection, fault.subject.clone())));
    faults.sort_by_key(|fault| fault.rejection.rank());
    faults
}

/// Without its issuer, or if it cannot be read, a certificate cannot be covered by a CRL either: one fault, not two.
fn follows(objection: &Objection, all: &[Objection]) -> bool {
    let Some(certificate) = &objection.certificate else { return false };
    let another = |is_cause: fn(i32) -> bool| {
        all.iter().any(|other| other.certificate == objection.certificate && is_cause(other.code))
    };
    match objection.code {
        sys::X509_V_ERR_UNABLE_TO_GET_CRL if another(|code| LEADS_NOWHERE.contains(&code)) => true,
        code if ABOUT_CRLS.contains(&code) && ffi::is_garbled(certificate) => {
            another(|code| !ABOUT_CRLS.contains(&code))
        }
        _ => false,
    }
}

/// What OpenSSL minds and the edge does not.
fn pardoned(case: &Case<'_>, objection: &Objection) -> bool {
    let Some(certificate) = &objection.certificate else { return false };
    let at_its_last_second = |end: Timestamp| end.as_second() == case.now.as_second();
    // a root is trusted because it is listed: OpenSSL 3.0 wants to see its CRL, 3.6 does not
    if ABOUT_CRLS.contains(&objection.code) && case.trust.lists(certificate) {
        return true;
    }
    match objection.code {
        // dates are inclusive (RFC 5280 4.1.2.5); to OpenSSL the last second is too late
        sys::X509_V_ERR_CERT_HAS_EXPIRED => timestamp(certificate.not_after()).is_ok_and(at_its_last_second),
        sys::X509_V_ERR_CRL_HAS_EXPIRED => {
            let next = objection.crl.as_ref().and_then(|crl| crl.next_update());
            next.is_some_and(|next| timestamp(next).is_ok_and(at_its_last_second))
        }
        // "if-published": no CRL is no fault where none of the loaded ones names the issuer
        sys::X509_V_ERR_UNABLE_TO_GET_CRL => {
            case.policy.revocation == Revocation::IfPublished
                && case.crls.issued_by(certificate.issuer_name()).next().is_none()
        }
        _ => false,
    }
}

fn flags(policy: &Policy) -> c_ulong {
    let crls = match policy.revocation {
        Revocation::Ignore => 0,
        Revocation::IfPublished | Revocation::Require => {
            sys::X509_V_FLAG_CRL_CHECK
                | sys::X509_V_FLAG_CRL_CHECK_ALL
                | sys::X509_V_FLAG_EXTENDED_CRL_SUPPORT
                | sys::X509_V_FLAG_USE_DELTAS
        }
    };
    let policies = &policy.policies;
    let asked = [
        (policies.explicit, sys::X509_V_FLAG_EXPLICIT_POLICY),
        (policies.no_mapping, sys::X509_V_FLAG_INHIBIT_MAP),
        (policies.no_any, sys::X509_V_FLAG_INHIBIT_ANY),
    ];
    let asked = asked.into_iter().filter(|(wanted, _)| *wanted).map(|(_, flag)| flag);
    asked.fold(crls | sys::X509_V_FLAG_POLICY_CHECK, |flags, flag| flags | flag)
}

/// The same certificate as we hold it already, so that names and dates are not read twice.
fn known(case: &Case<'_>, candidate: &Candidate<'_>, x509: openssl::x509::X509) -> Certificate {
    let anchor = candidate.anchor.map(|anchor| &anchor.certificate);
    let same = |certificate: &&Certificate| certificate.x509() == &*x509;
    case.sent.iter().chain(anchor).find(same).cloned().unwrap_or_else(|| Certificate::new(x509))
}

/// The span around `now` in which the verdict stays the same, all else equal.
fn span(case: &Case<'_>, path: &[Certificate], holds: bool) -> (Timestamp, Timestamp) {
    let (mut since, mut until) = (Timestamp::MIN, Timestamp::MAX);
    let mut boundary = |starts: Timestamp| {
        if starts <= case.now { since = since.max(starts) } else { until = until.min(before(starts)) }
    };
    // what is not on the path bears on one that holds only if it signs a CRL
    let signs_crl = |sent: &&Certificate| case.crls.issued_by(sent.x509().subject_name()).next().is_some();
    let others = case.sent.iter().filter(|sent| !holds || signs_crl(sent));
    let on_path: Vec<&Certificate> = path.iter().chain(others).collect();
    for certificate in &on_path {
        boundary(certificate.not_before());
        boundary(after(certificate.not_after()));
    }
    for crl in
        case.crls.iter().filter(|crl| crl.indirect || on_path.iter().any(|below| crl.is_by(below.x509().issuer_name())))
    {
        boundary(crl.this_update);
        crl.next_update.into_iter().for_each(|next| boundary(after(next)));
    }
    (since, until)
}

fn after(time: Timestamp) -> Timestamp {
    time.saturating_add(jiff::SignedDuration::from_secs(1)).unwrap_or(Timestamp::MAX)
}

fn before(time: Timestamp) -> Timestamp {
    time.saturating_sub(jiff::SignedDuration::from_secs(1)).unwrap_or(Timestamp::MIN)
}

/// Of two paths that do not hold, the one whose most telling fault is less of an obstacle, for as long as neither holds.
fn nearer(one: Verdict, other: Verdict) -> Verdict {
    let (since, until) = common(&one, &other);
    let nearer = if obstacles(&other) < obstacles(&one) { other } else { one };
    Verdict { since, until, ..nearer }
}

/// The span in which neither of two verdicts can change.
fn common(one: &Verdict, other: &Verdict) -> (Timestamp, Timestamp) {
    (one.since.max(other.since), one.until.min(other.until))
}

fn obstacles(verdict: &Verdict) -> (usize, u8) {
    let rank = verdict.fault().map_or(0, |fault| fault.rejection.rank());
    (verdict.faults.len(), u8::MAX - rank)
}

fn empty_store() -> Option<X509Store> {
    X509StoreBuilder::new().map(X509StoreBuilder::build).ok()
}

/// OpenSSL could not even begin (out of memory): refused, and said so.
fn unreachable_verdict(case: &Case<'_>) -> Verdict {
    let objection = Objection { code: sys::X509_V_ERR_UNSPECIFIED, depth: 0, certificate: None, crl: None };
    let faults = vec![case.fault(&objection, &[])];
    Verdict { faults, path: Vec::new(), anchor: None, since: case.now, until: case.now }
}

#[cfg(test)]
mod tests;
