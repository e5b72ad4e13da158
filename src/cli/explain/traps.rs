//! What a chain that holds today may still trip over, and what one that does not would need.

use jiff::{SignedDuration, Timestamp};

use super::ground::Ground;
use super::input::{Chain, Key};
use crate::pki::{Certificate, Rejection, Verdict, validate};

/// A certificate that ends sooner than this is worth a word.
const SOON: SignedDuration = SignedDuration::from_hours(30 * 24);

/// One sentence each, facts first, then the cure.
pub(super) fn warnings(chain: &Chain, verdict: &Verdict, ground: &Ground, now: Timestamp) -> Vec<String> {
    let sent = &chain.certificates;
    let mut warnings = Vec::new();
    warnings.extend(about_key(chain));
    if let Some(root) = sent.iter().skip(1).find(|certificate| certificate.is_self_issued()) {
        warnings
            .push(format!("{} is a root: it need not be sent, and the list decides, not the client", root.subject()));
    }
    let first = &sent[0];
    if let Some(at) = (1..sent.len()).find(|at| sent[*at] != *first && issued(first, &sent[*at])) {
        let (issuer, subject) = (first.subject(), sent[at].subject());
        warnings.push(format!(
            "certificate 1 ({issuer}) issued certificate {} ({subject}): the client's own certificate comes first, then \
             its issuer",
            at + 1
        ));
    } else if let Some(at) = (1..sent.len()).find(|at| sent[..*at].contains(&sent[*at])) {
        warnings.push(format!("certificate {} ({}) was there already: once is enough", at + 1, sent[at].subject()));
    } else if let Some((at, pair)) = sent.windows(2).enumerate().find(|(_, pair)| !issued(&pair[1], &pair[0])) {
        let (here, next) = (pair[0].subject(), pair[1].subject());
        warnings.push(format!(
            "certificate {} ({next}) did not issue certificate {} ({here}): the edge does not mind the order, but an upload does",
            at + 2,
            at + 1
        ));
    }
    let stray = sent.iter().filter(|certificate| verdict.holds() && !verdict.path.contains(certificate));
    warnings.extend(stray.map(|stray| format!("{} is not part of the chain and can be left out", stray.subject())));
    warnings.extend(would_hold(chain, verdict, ground, now));
    if verdict.holds() && verdict.until.duration_since(now) < SOON {
        warnings.push(format!("it holds only until {}: renew, upload, then switch the client over", verdict.until));
    }
    if !verdict.holds() && ground.minted_anew {
        warnings.push(
            "this scenario mints its CAs anew at each start, so no chain of an earlier start leads to them: \
             use --kit for a running org, or `mockorg certs` for one that stays"
                .to_owned(),
        );
    }
    warnings
}

fn about_key(chain: &Chain) -> Option<String> {
    let entry =
        chain.alias.as_ref().map_or_else(|| "the key store".into(), |alias| format!("entry {alias} of the key store"));
    match chain.key {
        Key::Beside => {
            Some("the file holds a private key: right for curl's --cert, but never upload it to an org".into())
        }
        Key::InStore => Some(format!("{entry} has a private key, which is not looked at here")),
        Key::StoreWithout => Some(format!("{entry} has no private key: a client could not prove itself with it")),
        Key::None => None,
    }
}

/// Not listed, but would hold with its root on the list.
fn would_hold(chain: &Chain, verdict: &Verdict, ground: &Ground, now: Timestamp) -> Option<String> {
    let unlisted =
        |rejection| matches!(rejection, Rejection::UnlistedRoot | Rejection::NoIssuer | Rejection::SelfSigned);
    verdict.fault().filter(|fault| unlisted(fault.rejection))?;
    let roots =
        chain.certificates.iter().chain(ground.trust.known()).filter(|certificate| certificate.is_self_issued());
    for root in roots {
        let mut trust = ground.trust.clone();
        trust.push(None, root.clone(), "supposed".into()).ok()?;
        if validate(&chain.certificates, &trust, &ground.crls, now, &ground.policy).holds() {
            let root = root.subject();
            return Some(format!("with {root} on the outbound CA list it would hold (trust.roots, or listed = true)"));
        }
    }
    None
}

fn issued(issuer: &Certificate, subject: &Certificate) -> bool {
    issuer.x509().issued(subject.x509()) == openssl::x509::X509VerifyResult::OK
}
