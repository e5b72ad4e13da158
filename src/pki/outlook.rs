//! When a chain that holds will next break, and by what. Nothing is judged here: OpenSSL is asked at each moment at which
//! its answer could change.

use jiff::{SignedDuration, Timestamp};

use super::path::may_issue;
use super::{Certificate, Crls, Policy, Rejection, Revocation, TrustList, Verdict, validate};

/// What is to come for a chain, all else equal.
#[derive(Clone, Debug, Default)]
pub struct Outlook {
    /// For a chain that holds: what breaks it first; `None` if nothing does.
    pub breaks: Option<Break>,
    /// What would, if every CRL were renewed in time; said only where a CRL comes first.
    pub breaks_otherwise: Option<Break>,
    /// For a chain that does not hold yet: the first second at which it will.
    pub holds_from: Option<Timestamp>,
    /// The ends of all that it rests on, the soonest first.
    pub ends: Vec<End>,
}

/// The end of a chain that holds.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Break {
    /// The last second at which it holds.
    pub until: Timestamp,
    /// What ends then.
    pub what: Part,
    /// Position among the certificates as sent, counted from 1; `None` for a root that was not sent.
    pub position: Option<usize>,
    /// Whose it is: the subject of a certificate, the issuer of a CRL.
    pub subject: String,
    /// What the verdict will say then.
    pub rejection: Rejection,
}

/// What a chain rests on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct End {
    /// The last second at which it is good.
    pub until: Timestamp,
    /// What it is.
    pub what: Part,
    /// The subject of a certificate, the issuer of a CRL.
    pub subject: String,
}

/// The kinds of things that end.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Part {
    /// The client's own certificate.
    Certificate,
    /// A CRL.
    Crl,
    /// An intermediate.
    Issuer,
    /// The root on the list.
    Root,
}

impl Part {
    /// `certificate`, `CRL`, `issuer`, `root`
    pub fn name(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::Crl => "CRL",
            Self::Issuer => "issuer",
            Self::Root => "root",
        }
    }
}

/// So many moments at which a verdict could change are looked at.
pub const MAX_MOMENTS: usize = 256;

impl Outlook {
    /// What is to come for `sent`, on which the verdict at `now` is `verdict`.
    pub fn of(
        sent: &[Certificate],
        trust: &TrustList,
        crls: &Crls,
        now: Timestamp,
        policy: &Policy,
        verdict: &Verdict,
    ) -> Self {
        let at = |now: Timestamp| validate(sent, trust, crls, now, policy);
        let ends = ends(verdict, crls, policy);
        if !verdict.holds() {
            let holds_from = change(verdict, at).map(|(last, _)| after(last));
            return Self { holds_from, ends, ..Self::default() };
        }
        let broken = |(until, verdict): (Timestamp, Verdict)| Break::of(until, &verdict, sent);
        let breaks = change(verdict, at).and_then(broken);
        let of_a_crl = breaks.as_ref().is_some_and(|breaks| breaks.what == Part::Crl);
        let breaks_otherwise = of_a_crl
            .then(|| {
                let policy = Policy { revocation: Revocation::Ignore, ..policy.clone() };
                let at = |now: Timestamp| validate(sent, trust, crls, now, &policy);
                change(&at(now), at).and_then(broken)
            })
            .flatten();
        Self { breaks, breaks_otherwise, holds_from: None, ends }
    }
}

impl Break {
    fn of(until: Timestamp, verdict: &Verdict, sent: &[Certificate]) -> Option<Self> {
        let fault = verdict.fault()?;
        let about_crl = matches!(
            fault.rejection,
            Rejection::CrlStale | Rejection::CrlInvalid | Rejection::CrlMissing | Rejection::CrlNotYetValid
        );
        let at_fault = verdict.path.iter().position(|certificate| fault.is_of(certificate, sent));
        let certificate = at_fault.map(|place| &verdict.path[place]);
        let what = match (fault.position, at_fault) {
            _ if about_crl => Part::Crl,
            (Some(1), _) => Part::Certificate,
            (None, _) => Part::Root,
            (_, Some(place)) if verdict.anchor.is_some() && place + 1 == verdict.path.len() => Part::Root,
            _ => Part::Issuer,
        };
        let subject = match certificate {
            Some(certificate) if about_crl => certificate.issuer().to_owned(),
            _ => fault.subject.clone(),
        };
        Some(Self { until, what, position: fault.position, subject, rejection: fault.rejection })
    }
}

/// The last second at which the chain holds, or does not, as in `verdict`, and the verdict after that; `None` if never.
fn change(verdict: &Verdict, at: impl Fn(Timestamp) -> Verdict) -> Option<(Timestamp, Verdict)> {
    let holds = verdict.holds();
    let mut until = verdict.until;
    for _ in 0..MAX_MOMENTS {
        let next = after(until);
        if next >= LAST {
            return None;
        }
        let verdict = at(next);
        if verdict.holds() != holds {
            return Some((until, verdict));
        }
        until = verdict.until.max(next);
    }
    None
}

fn ends(verdict: &Verdict, crls: &Crls, policy: &Policy) -> Vec<End> {
    let mut ends = Vec::new();
    for (place, certificate) in verdict.path.iter().enumerate() {
        let what = match place {
            0 => Part::Certificate,
            _ if verdict.anchor.is_some() && place + 1 == verdict.path.len() => Part::Root,
            _ => Part::Issuer,
        };
        ends.push(End { until: certificate.not_after(), what, subject: certificate.subject().to_owned() });
    }
    // a listed root needs no CRL of its own
    let revocable = verdict.path.windows(2).filter(|pair| may_issue(&pair[1], &pair[0]));
    for pair in revocable.filter(|_| policy.revocation != Revocation::Ignore) {
        let issuer = pair[1].x509().subject_name();
        // of several the last to end counts: each one before it may be superseded
        let until = crls.issued_by(issuer).filter_map(|crl| crl.next_update).max();
        let subject = pair[1].subject().to_owned();
        ends.extend(until.map(|until| End { until, what: Part::Crl, subject }));
    }
    ends.sort_by_key(|end| (end.until, end.what));
    ends
}

fn after(last: Timestamp) -> Timestamp {
    last.saturating_add(SignedDuration::from_secs(1)).unwrap_or(Timestamp::MAX)
}

/// The calendar's end, give or take the seconds by which spans are moved: what lasts until then has no end.
const LAST: Timestamp = Timestamp::constant(253_402_207_190, 0);
