//! An explanation: six lines at most, facts first, then the cure.

use std::fmt::{self, Display, Formatter};

use serde::Serialize;

use crate::org::{CredentialRefusal, Refusal, UploadRefusal};

/// Why something was refused (or granted), in the field's own words.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Explanation {
    /// `refused: certificate 1 of 2, CN=Acme Issuing CA, expired`
    pub headline: String,
    /// The rule and its source.
    pub rule: String,
    /// What the rule wants.
    pub expected: String,
    /// What was there.
    pub found: String,
    /// What the client saw, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// What to do about it.
    pub cure: String,
}

impl From<&Refusal> for Explanation {
    fn from(refusal: &Refusal) -> Self {
        Self {
            headline: format!("refused: {}", refusal.headline),
            rule: refusal.rule.clone(),
            expected: refusal.expected.clone(),
            found: refusal.found.clone(),
            client: Some(format!("saw {}", refusal.code)),
            cure: refusal.cure.clone(),
        }
    }
}

impl From<CredentialRefusal> for Explanation {
    fn from(refusal: CredentialRefusal) -> Self {
        Self {
            headline: format!("refused: {refusal}"),
            rule: "credentials of a login".into(),
            expected: refusal.expected().into(),
            found: format!("a login that login history calls {:?}", refusal.status()),
            client: Some(format!("saw {} or OAuth's invalid_grant", refusal.code())),
            cure: format!("{}; see docs/refusals.md#{}", refusal.cure(), refusal.anchor()),
        }
    }
}

impl From<&UploadRefusal> for Explanation {
    fn from(refusal: &UploadRefusal) -> Self {
        Self {
            headline: format!("refused: {refusal}"),
            rule: refusal.rule().into(),
            expected: refusal.expected(),
            found: refusal.found(),
            client: None,
            cure: format!("{}; see docs/refusals.md#{}", refusal.cure(), refusal.code()),
        }
    }
}

impl Display for Explanation {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.headline)?;
        self.lines().try_for_each(|(label, text)| write!(f, "\n  {label:<8}  {text}"))
    }
}

impl Explanation {
    /// The rule of whatever a fault did.
    pub const A_FAULT: &str = "a fault of the scenario, or one that a verb set";

    /// The heading of docs/refusals.md that its cure points to.
    pub fn anchor(&self) -> Option<&str> {
        let (_, anchor) = self.cure.rsplit_once("docs/refusals.md#")?;
        anchor.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next()
    }

    /// The lines below the headline, each with its label; what is not known is left out.
    pub fn lines(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let client = self.client.as_deref().unwrap_or("");
        let lines = [
            ("rule", self.rule.as_str()),
            ("expected", &self.expected),
            ("found", &self.found),
            ("client", client),
            ("cure", &self.cure),
        ];
        lines.into_iter().filter(|(_, text)| !text.is_empty())
    }
}
