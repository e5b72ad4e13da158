//! The catalogue: everything that can be wrong with a client's certificates, one flaw at a time, each as a chain that is
//! minted when it is asked for. Whether a chain holds is [`validate()`]'s to say: what is claimed here, tests compare with it.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use jiff::Timestamp;
use openssl::pkey::{PKey, Private};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

mod chain;
mod constraints;
mod critical;
mod draft;
mod identity;
mod issuers;
mod kin;
mod list;
mod malformed;
mod names;
mod patch;
mod policies;
mod purpose;
mod revocation;
mod revocation_list;
mod scope;
mod serial;
mod shape;
mod signature;
mod sketch;
mod strength;
mod time;
mod trust;

pub use kin::Kin;
pub use list::Flaw;
pub use shape::{IssuerFlaw, Paper, Shape};

use super::mint::{Issuer, Request, Unmintable};
use super::{Certificate, Crls, Policy, Rejection, TrustList, Verdict, validate};
use draft::Draft;
use sketch::Sketch;

/// Who must notice a flaw.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Caught {
    /// The edge, by this rule; the handshake ends in an alert.
    Edge(Rejection),
    /// The handshake: the chain holds, and the key is of no use in it.
    Handshake,
    /// Nobody: it looks wrong, and the chain holds.
    Nobody,
    /// The org, which does not know the certificate: an enforced user is refused.
    Org,
}

/// How much a flaw matters to a team that looks after a client.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Importance {
    /// It happens to teams, and the client should name it.
    High,
    /// It happens to CAs, and the client meets it.
    Medium,
    /// Nobody does that but on purpose.
    Low,
}

/// Which clients can offer such a chain at all.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Offered {
    /// Any.
    ByAny,
    /// Not by all: some libraries refuse to load it, or their own security level forbids it.
    BySome,
    /// By some in TLS 1.2; in TLS 1.3 no signature goes with its key.
    BySomeInTls12,
}

/// A flaw's chain, and what an org has to have for it to be the only thing that is wrong.
#[derive(Clone, Debug)]
pub struct Case {
    /// The client's private key.
    pub key: PKey<Private>,
    /// What the client sends, its own certificate first.
    pub sent: Vec<Certificate>,
    /// Certificates that an explanation may name, and that are neither sent nor listed.
    pub known: Vec<Certificate>,
    /// The roots on the outbound CA list.
    pub roots: Vec<Certificate>,
    /// Intermediates that somebody meant to put on the list: they are passed over.
    pub passed_over: Vec<Certificate>,
    /// CRLs in DER.
    pub crls: Vec<Vec<u8>>,
    /// The file that was uploaded as the client's mutual authentication certificate; empty: none was.
    pub uploaded: Vec<Certificate>,
}

impl Flaw {
    /// The flaw of that id.
    pub fn of_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|flaw| flaw.id() == id)
    }

    /// Its chain, for an org whose clock shows `now`. Keys and serial numbers are new each time, everything else is the
    /// same but for dates, which are counted from `now`.
    pub fn case(self, now: Timestamp) -> Result<Case, Unmintable> {
        let mut sketch = Sketch::new(self.id(), now)?;
        let mut case = match self.recipe() {
            Recipe::Chain(make) => make(sketch)?,
            Recipe::Leaf(spoil) => {
                spoil(&mut sketch.leaf)?;
                sketch.case()?
            }
        };
        if matches!(self.caught(), Caught::Edge(_) | Caught::Handshake) {
            case.uploaded.clear();
        }
        Ok(case)
    }

    /// Whether it lies in the client's own certificate alone, so that any CA could have made it: see [`spoil`](Self::spoil).
    pub fn is_of_leaf(self) -> bool {
        matches!(self.recipe(), Recipe::Leaf(_))
    }

    /// Issues what `request` asks for, with this flaw, to the holder of `key` (or of a key that has the flaw); `None` if the
    /// flaw is not one of the client's own certificate.
    pub fn spoil(
        self,
        request: Request,
        key: PKey<Private>,
        issuer: &Issuer,
        now: Timestamp,
    ) -> Option<Result<(Certificate, PKey<Private>), Unmintable>> {
        let Recipe::Leaf(spoil) = self.recipe() else { return None };
        let mut draft = Draft::new(request, key, now);
        Some(spoil(&mut draft).and_then(|()| Ok((draft.issue(issuer)?, draft.key))))
    }

    /// Words to choose flaws by: its group, who notices it, and by which rule.
    pub fn tags(self) -> Vec<&'static str> {
        let mut tags = vec![self.group()];
        match self.caught() {
            Caught::Edge(rejection) => tags.extend(["edge", rejection.code()]),
            Caught::Handshake => tags.extend(["edge", "handshake"]),
            Caught::Nobody => tags.push("accepted"),
            Caught::Org => tags.extend(["org", "not-uploaded"]),
        }
        tags
    }

    /// Which clients can offer it.
    pub fn offered(self) -> Offered {
        match self {
            Self::Secp256k1 => Offered::BySomeInTls12,
            // Java reads neither
            Self::AlgorithmMismatch | Self::EmptySubject => Offered::BySome,
            _ if matches!(self.group(), "malformed" | "strength") => Offered::BySome,
            _ => Offered::ByAny,
        }
    }
}

impl Case {
    /// What an edge with the default switches that lists these roots and has these CRLs says at `now`.
    pub fn verdict(&self, now: Timestamp) -> Result<Verdict, Unmintable> {
        self.verdict_under(now, &Policy::default())
    }

    pub(crate) fn verdict_under(&self, now: Timestamp, policy: &Policy) -> Result<Verdict, Unmintable> {
        let mut trust = TrustList::default();
        for root in &self.roots {
            // what is no root cannot be on the list, and that is what a test wants to see
            let _ = trust.push(None, root.clone(), "the catalogue".into());
        }
        trust.set_known(self.known.clone());
        Ok(validate(&self.sent, &trust, &Crls::from_der(&self.crls)?, now, policy))
    }
}

impl Serialize for Flaw {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

impl<'de> Deserialize<'de> for Flaw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl Display for Flaw {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl FromStr for Flaw {
    type Err = String;

    fn from_str(id: &str) -> Result<Self, String> {
        Self::of_id(id).ok_or_else(|| format!("no flaw has the id \"{id}\""))
    }
}

type Made<T> = Result<T, Unmintable>;

/// How a flaw is brought about.
#[derive(Clone, Copy)]
enum Recipe {
    /// By what is done to the whole chain.
    Chain(fn(Sketch) -> Made<Case>),
    /// By what is done to the client's own certificate before it is signed.
    Leaf(fn(&mut Draft) -> Made<()>),
}
