//! What may be wrong with the chain that the doors prove themselves with. Making such chains is `simulator`'s.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One flaw of our own server chain; everything else about it is sound.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, JsonSchema, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ServerFlaw {
    /// Its leaf expired yesterday.
    Expired,
    /// The intermediate between leaf and root is not sent.
    Incomplete,
    /// It ends in a root that nobody was handed.
    OtherRoot,
    /// Its leaf has another name than any that clients ask for.
    WrongName,
}

impl ServerFlaw {
    /// All of them, in order of name.
    pub const ALL: [Self; 4] = [Self::Expired, Self::Incomplete, Self::OtherRoot, Self::WrongName];

    /// The name in scenario files and at the admin door.
    pub fn name(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::Incomplete => "incomplete",
            Self::OtherRoot => "other-root",
            Self::WrongName => "wrong-name",
        }
    }
}

/// What the doors show: the flaw of their chain, if it has one, and how often a sound one was made anew.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize)]
pub struct ServerShown {
    /// None: a sound chain.
    pub flaw: Option<ServerFlaw>,
    /// A renewal has a new serial number and a new key.
    pub renewals: u64,
}
