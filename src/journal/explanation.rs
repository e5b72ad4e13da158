//! An explanation: six lines at most, facts first, then the cure.

use std::fmt::{self, Display, Formatter};

use serde::Serialize;

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

impl Display for Explanation {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.headline)?;
        let client = self.client.as_deref().unwrap_or("");
        for (label, text) in [
            ("rule", self.rule.as_str()),
            ("expected", &self.expected),
            ("found", &self.found),
            ("client", client),
            ("cure", &self.cure),
        ] {
            if !text.is_empty() {
                write!(f, "\n  {label:<8}  {text}")?;
            }
        }
        Ok(())
    }
}
