//! What a report must not show: an org's hosts, its users and secrets. Outcomes are told without them.

use crate::exchange::{Outcome, error_code};
use crate::replay::Player;
use crate::replay::party::Keys;

/// Words of an org that nobody else is to see.
#[derive(Debug)]
pub(super) struct Hidden(Vec<String>);

/// Shorter words say nothing about an org.
const SHORTEST: usize = 4;

/// The longest error code that is shown.
const LONGEST_CODE: usize = 64;

/// Labels of hosts that every org has.
const ANYBODYS: [&str; 6] = ["develop", "localhost", "salesforce", "sandbox", "scratch", "test"];

impl Hidden {
    pub fn of(player: &Player) -> Self {
        let party = player.party();
        let mut words = Vec::new();
        for door in [&party.standard, &party.mutual] {
            words.extend([door.base.clone(), door.authority.clone(), door.host.clone(), door.reach.clone()]);
            let labels = door.host.split('.').flat_map(|label| label.split("--").chain([label]));
            words.extend(labels.filter(|label| !ANYBODYS.contains(label)).map(str::to_owned));
        }
        if let Keys::Given(given) = &party.keys {
            words.extend(given.words());
        }
        words.extend(player.captures().values().map(str::to_owned));
        words.retain(|word| word.len() >= SHORTEST);
        words.iter_mut().for_each(|word| word.make_ascii_lowercase());
        Self::sorted(words)
    }

    /// All of their words: what an org was told in one file it may answer in another.
    pub fn together<'a>(several: impl Iterator<Item = &'a Self>) -> Self {
        Self::sorted(several.flat_map(|hidden| &hidden.0).cloned().collect())
    }

    fn sorted(mut words: Vec<String>) -> Self {
        // the longer first: a word in another's place would leave the rest of that one
        words.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        words.dedup();
        Self(words)
    }

    /// What came of an exchange, without any of them.
    pub fn tell(&self, outcome: &Outcome) -> String {
        match outcome {
            Outcome::Answered(answer) => match error_code(answer) {
                Some(code) if is_code(&code) => self.without(&format!("{} {code}", answer.status)),
                Some(_) => format!("{} with a code that is not shown", answer.status),
                None => answer.status.to_string(),
            },
            other => self.without(&other.summary()),
        }
    }

    /// A text without any of them.
    pub fn without(&self, text: &str) -> String {
        let (mut shown, mut rest) = (String::new(), text);
        let lower = text.to_ascii_lowercase();
        while !rest.is_empty() {
            let here = &lower[text.len() - rest.len()..];
            let taken = match self.0.iter().find(|word| here.starts_with(word.as_str())) {
                Some(word) => {
                    shown += "…";
                    word.len()
                }
                None => {
                    let next = rest.chars().next().map_or(1, char::len_utf8);
                    shown += &rest[..next];
                    next
                }
            };
            rest = &rest[taken..];
        }
        shown
    }
}

/// Codes are words of letters; whatever else stands in their place may be anything.
fn is_code(code: &str) -> bool {
    code.len() <= LONGEST_CODE && code.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b':' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::Answer;

    #[test]
    fn hosts_users_and_secrets_are_cut_out() {
        let hidden =
            Hidden(vec!["https://acme--uat.sandbox.my.salesforce.com".into(), "acme--uat".into(), "s3cret".into()]);
        let of = |text: &str| hidden.without(text);
        assert_eq!(of("https://Acme--UAT.sandbox.my.salesforce.com is not to be reached"), "… is not to be reached");
        assert_eq!(of("é ACME--uat, s3cret!"), "é …, …!");
    }

    #[test]
    fn what_is_no_error_code_is_not_shown_as_one() {
        let told = |code: &str| {
            let body = format!(r#"{{"error":"{code}"}}"#).into_bytes();
            Hidden(vec!["acme".into()]).tell(&Outcome::Answered(Answer { status: 400, body, ..Answer::default() }))
        };
        assert_eq!(told("invalid_grant"), "400 invalid_grant");
        assert_eq!(told("00D000000000001!AQ"), "400 with a code that is not shown");
        assert_eq!(told("na1.example.com"), "400 with a code that is not shown");
        assert_eq!(told("no_such_org_Acme"), "400 no_such_org_…");
    }
}
