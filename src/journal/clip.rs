//! How long the texts of an event may be: some come from the network, and thousands of events are kept.

use super::event::{Admin, Delivery, Handshake, Login, Proxy, Request};
use super::{Explanation, Kind};

/// The characters of any text in an event; the rest gives way to `…`.
pub const LONGEST_TEXT: usize = 1_000;

impl Kind {
    /// The same, no text longer than [`LONGEST_TEXT`].
    pub(super) fn clipped(mut self) -> Self {
        match &mut self {
            Self::Admin(refused) => clip_admin(refused),
            Self::Advertise { host, .. } => each(host),
            Self::Clock { change } => clip(change),
            Self::Crl { ca, change } => each([ca, change]),
            Self::Deliver(Delivery { client, serial, sent }) => each([client, serial].into_iter().chain(sent)),
            Self::Expectation(failed) => each([&mut failed.name, &mut failed.expected, &mut failed.found]),
            Self::Fault(fault) => each([&mut fault.name, &mut fault.effect]),
            Self::Handshake(handshake) => clip_handshake(handshake),
            Self::Issue { client, serial, .. } => each([client, serial]),
            Self::Login(login) => clip_login(login),
            Self::Mark { name } => clip(name),
            Self::Password { user, .. } => clip(user),
            Self::Permission { user, permission, .. } => each([user, permission]),
            Self::Proxy(proxy) => clip_proxy(proxy),
            Self::Request(request) => clip_request(request),
            Self::Reset => {}
            Self::Server { shows } => clip(shows),
            Self::Sessions { user, .. } => clip(user),
            Self::Step(step) => {
                each([&mut step.name, &mut step.trigger, &mut step.what]);
                step.explanation.iter_mut().for_each(clip_explanation);
            }
            Self::Switch { name, value } => each([name, value]),
            Self::Trust { alias, .. } => clip(alias),
            Self::Upload { label, explanation, .. } => {
                clip(label);
                explanation.iter_mut().for_each(clip_explanation);
            }
        }
        self
    }
}

fn clip_handshake(handshake: &mut Handshake) {
    let Handshake { remote, connect, sni, tls_version, cipher, alpn, certificates, .. } = handshake;
    clip(remote);
    each([connect, sni, tls_version, cipher, alpn].into_iter().flatten());
    for certificate in certificates {
        each([&mut certificate.subject, &mut certificate.issuer, &mut certificate.serial]);
    }
    if let Some(verdict) = &mut handshake.verdict {
        each(&mut verdict.path);
        for fault in &mut verdict.faults {
            each([&mut fault.subject, &mut fault.expected, &mut fault.found, &mut fault.cure]);
        }
    }
    handshake.explanation.iter_mut().for_each(clip_explanation);
}

fn clip_admin(refused: &mut Admin) {
    let Admin { method, path, error, explanation, .. } = refused;
    each([method, path, error]);
    clip_explanation(explanation);
}

fn clip_login(login: &mut Login) {
    clip(&mut login.username);
    login.explanation.iter_mut().for_each(clip_explanation);
}

fn clip_proxy(proxy: &mut Proxy) {
    let Proxy { remote, method, connect, explanation, .. } = proxy;
    clip(remote);
    each([method, connect].into_iter().flatten());
    clip_explanation(explanation);
}

fn clip_request(request: &mut Request) {
    let Request { method, path, user, session, ground, error, explanation, request_body, response_body, .. } = request;
    each([method, path]);
    each([user, session, ground, error, request_body, response_body].into_iter().flatten());
    explanation.iter_mut().for_each(clip_explanation);
}

fn clip_explanation(explanation: &mut Explanation) {
    let Explanation { headline, rule, expected, found, client, cure } = explanation;
    each([headline, rule, expected, found, cure]);
    each(client);
}

fn each<'a>(texts: impl IntoIterator<Item = &'a mut String>) {
    texts.into_iter().for_each(clip);
}

fn clip(text: &mut String) {
    mask(text);
    if text.len() <= LONGEST_TEXT {
        return;
    }
    if let Some((end, _)) = text.char_indices().nth(LONGEST_TEXT) {
        text.truncate(end);
        text.push('…');
        // what was cut off is not kept
        text.shrink_to_fit();
    }
}

/// A session that somebody put where something else belongs is said back in an explanation, but not with its secret.
fn mask(text: &mut String) {
    let mut from = 0;
    while let Some(at) = text[from..].find('!').map(|at| from + at) {
        let end = text[at + 1..].find(|c: char| !is_of_a_token(c)).map_or(text.len(), |length| at + 1 + length);
        from = at + 1;
        if end > from && ends_in_an_org_id(&text[..at]) {
            text.replace_range(from..end, MASK);
            from += MASK.len();
        }
    }
}

const MASK: &str = "{token}";

fn is_of_a_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_')
}

fn ends_in_an_org_id(text: &str) -> bool {
    let start = text.len().saturating_sub(15);
    text.get(start..)
        .is_some_and(|id| id.starts_with("00D") && id.len() == 15 && id.bytes().all(|b| b.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_loses_its_secret_wherever_it_stands() {
        for (given, kept) in [
            ("found 00D5e0000000001!AQx.y_z, no version", "found 00D5e0000000001!{token}, no version"),
            ("00D5e0000000001!AQ00D5e0000000001!AQ", "00D5e0000000001!{token}!AQ"),
            ("Hello! 00D! é00D5e0000000001!", "Hello! 00D! é00D5e0000000001!"),
        ] {
            let mut text = given.to_owned();
            clip(&mut text);
            assert_eq!(text, kept);
        }
    }

    #[test]
    fn a_text_of_megabytes_leaves_its_beginning() {
        let login = |username: String| Kind::Permission { user: username, permission: "p".into(), granted: true };
        for (given, kept) in [("é".repeat(1_000_000), 1_001), ("é".repeat(1_000), 1_000), ("short".into(), 5)] {
            let Kind::Permission { user, .. } = login(given).clipped() else { unreachable!("what was made") };
            assert_eq!(user.chars().count(), kept);
        }
    }
}
