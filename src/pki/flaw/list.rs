//! The one enum of flaws, put together from the rows of the modules below: what each is, what to learn from it, how it is
//! made, how much it matters, and who must notice it.

use super::Caught::{self, Edge, Handshake, Nobody, Org};
use super::Importance::{self, High, Low, Medium};
use super::Recipe::{self, Chain, Leaf};
use super::{
    chain, constraints, critical, identity, issuers, malformed, names, policies, purpose, revocation, scope, serial,
    signature, strength, time, trust,
};
use crate::pki::Rejection::*;

#[macro_use]
mod certificates;
#[macro_use]
mod chains;
#[macro_use]
mod revocations;

macro_rules! flaws {
    ($(
        #[doc = $title:literal]
        #[doc = $lesson:literal]
        $name:ident = $id:literal, $kind:ident $group:ident::$recipe:ident, $importance:expr, $caught:expr, $drawn:literal;
    )*) => {
        /// One thing that is wrong, or looks wrong, with a client's certificates.
        ///
        /// A chain is drawn as the client sends it: `client < issuing < (root*)` is a client's certificate that the issuing
        /// CA signed, whose own the root signed. What stands in parentheses is not sent, what has an asterisk is on the
        /// outbound CA list, and the flaw stands in brackets. Where the order sent is another one, it comes first, before a
        /// colon. CRLs and uploads are named where they matter.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum Flaw {$(
            #[doc = $title]
            #[doc = ""]
            #[doc = concat!("`", $drawn, "`")]
            #[doc = ""]
            #[doc = $lesson]
            $name,
        )*}

        impl Flaw {
            /// All of them, group by group.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its name in files and tags.
            pub fn id(self) -> &'static str {
                match self {$(Self::$name => $id),*}
            }

            /// What is wrong, in a sentence.
            pub fn title(self) -> &'static str {
                match self {$(Self::$name => $title),*}.trim_start()
            }

            /// What to learn from it, or to do about it.
            pub fn lesson(self) -> &'static str {
                match self {$(Self::$name => $lesson),*}.trim_start()
            }

            /// The chain, drawn.
            pub fn drawn(self) -> &'static str {
                match self {$(Self::$name => $drawn),*}
            }

            /// Who must notice it.
            pub fn caught(self) -> Caught {
                match self {$(Self::$name => $caught),*}
            }

            /// How much it matters.
            pub fn importance(self) -> Importance {
                match self {$(Self::$name => $importance),*}
            }

            /// What kind of flaw it is.
            pub fn group(self) -> &'static str {
                match self {$(Self::$name => stringify!($group)),*}
            }

            pub(super) fn recipe(self) -> Recipe {
                match self {$(Self::$name => $kind($group::$recipe)),*}
            }
        }
    };
}

chains! { certificates revocations flaws }
