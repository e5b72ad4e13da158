//! The rules: each looks at a whole run and says what it finds. None of them decides who is let in.

use super::facts::Facts;
use super::finding::Finding;
use super::habits::Platform;
use super::history::History;

mod answers;
mod certificate;
mod ending;
mod identity;
mod injected;
mod login;
mod mixed;
mod reach;
mod streaming;
mod trust;

/// A run, as the rules see it.
pub(super) struct Case<'a> {
    pub facts: &'a Facts,
    pub history: History<'a>,
    pub platform: Platform,
}

/// Every finding, in no order.
pub(super) fn findings(case: &Case<'_>) -> Vec<Finding> {
    let mut found: Vec<Finding> = RULES.iter().flat_map(|rule| rule(case)).collect();
    found.extend(ending::rule(case, &found));
    found
}

const RULES: [fn(&Case<'_>) -> Vec<Finding>; 9] = [
    reach::rule,
    trust::rule,
    certificate::rule,
    identity::rule,
    mixed::rule,
    login::rule,
    answers::rule,
    injected::rule,
    streaming::rule,
];

impl Case<'_> {
    /// Whether the run is one of a user who is held to mutual authentication.
    ///
    /// If no user was named (a handshake was refused, say), it is taken for one if the org has such a user at all.
    pub fn is_enforced(&self) -> bool {
        let mut users = self.users().peekable();
        if users.peek().is_none() {
            return !self.facts.enforced.is_empty();
        }
        users.any(|user| self.facts.enforces(user))
    }

    /// The users that were named.
    pub fn users(&self) -> impl Iterator<Item = &str> {
        let logged_in = self.history.logins().map(|(_, login)| login.username.as_str());
        let calling = self.history.requests().filter_map(|(_, request)| request.user.as_deref());
        logged_in.chain(calling).filter(|user| !user.is_empty())
    }
}
