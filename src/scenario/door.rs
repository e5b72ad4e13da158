//! The two doors by which clients come in.

use serde::{Deserialize, Serialize};

/// The door that somebody came in by.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Door {
    /// Stands for 8443.
    Mutual,
    /// Stands for 443.
    Standard,
}

impl Door {
    /// The word used in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mutual => "mutual",
            Self::Standard => "standard",
        }
    }
}
