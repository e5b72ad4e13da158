//! Chains of any shape: as many CAs as you like, sent in any order with anything besides, sound or with flaws where you want
//! them. Which shapes are tried, the strategies say.

use jiff::Timestamp;

use super::critical::unknown;
use super::draft::Draft;
use super::revocation_list::List;
use super::sketch::{Authority, Sketch};
use super::{Case, Caught, Flaw, Kin, Made, Recipe};
use crate::pki::mint::{ExtendedKeyUsage, KeyKind, KeyUsage, Role, Unmintable};
use crate::pki::{Certificate, Rejection};

/// A client's chain: a root on the list, CAs below it, the client's own certificate.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Shape {
    /// The flaw of the client's own certificate; one that [`Flaw::is_of_leaf`] says no to is left out.
    pub leaf_flaw: Option<Flaw>,
    /// The flaw of one of the CAs, and which: 0 is the one that issued the client's certificate.
    pub issuer_flaw: Option<(IssuerFlaw, usize)>,
    /// How many CAs stand between client and root.
    pub issuers: usize,
    /// The kind of the client's key.
    pub key: KeyKind,
    /// How many places the certificates after the client's own are moved on, around the end.
    pub turned: usize,
    /// Whether the root is sent too.
    pub root_sent: bool,
    /// How many certificates are sent that have nothing to do with it.
    pub strangers: usize,
    /// Whether every CA publishes a CRL that is current and empty.
    pub crls: bool,
}

/// What is uploaded: a certificate, or its chain with the certificate first.
pub type Paper = Vec<Certificate>;

/// What may be wrong with a CA, or with what is sent of it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum IssuerFlaw {
    /// It expired yesterday.
    Expired,
    /// It is not sent.
    Missing,
    /// It begins tomorrow.
    NotYetValid,
    /// It says that it is no CA.
    NotACa,
    /// Its key usage lacks keyCertSign.
    NoKeyCertSign,
    /// It is for servers alone.
    ServerAuthOnly,
    /// It has a critical extension that nobody knows.
    UnknownCritical,
}

impl IssuerFlaw {
    /// All of them, the plainest first.
    pub const ALL: [Self; 7] = [
        Self::Expired,
        Self::Missing,
        Self::NotYetValid,
        Self::NotACa,
        Self::NoKeyCertSign,
        Self::ServerAuthOnly,
        Self::UnknownCritical,
    ];

    /// The rule that it breaks.
    pub fn breaks(self) -> Rejection {
        match self {
            Self::Expired => Rejection::Expired,
            Self::Missing => Rejection::NoIssuer,
            Self::NotYetValid => Rejection::NotYetValid,
            Self::NotACa | Self::NoKeyCertSign => Rejection::IssuerNotCa,
            Self::ServerAuthOnly => Rejection::IssuerWithoutClientAuth,
            Self::UnknownCritical => Rejection::UnknownCriticalExtension,
        }
    }

    fn spoil(self, draft: &mut Draft) -> Made<()> {
        match self {
            Self::Expired => draft.valid(-700, -1),
            Self::Missing => {}
            Self::NotYetValid => draft.valid(1, 2_000),
            Self::NotACa => draft.request.role = Role::EndEntity,
            Self::NoKeyCertSign => draft.request.key_usage = vec![KeyUsage::CrlSign, KeyUsage::DigitalSignature],
            Self::ServerAuthOnly => draft.request.extended_key_usage = vec![ExtendedKeyUsage::ServerAuth],
            Self::UnknownCritical => draft.extend(unknown(true)?),
        }
        Ok(())
    }
}

impl Shape {
    /// The rules that it breaks, the most telling first; none: the chain holds.
    pub fn breaks(&self) -> Vec<Rejection> {
        let of_leaf = self.leaf_flaw.and_then(|flaw| match flaw.caught() {
            Caught::Edge(rejection) => Some(rejection),
            Caught::Handshake | Caught::Nobody | Caught::Org => None,
        });
        // without its issuer nobody can tell a signature from another
        let unseen = matches!(self.issuer_flaw, Some((IssuerFlaw::Missing, 0)));
        let of_leaf = of_leaf.filter(|rejection| !unseen || *rejection != Rejection::BadSignature);
        let of_issuer = self.issuer_flaw.filter(|(_, place)| *place < self.issuers).map(|(flaw, _)| flaw.breaks());
        let mut breaks: Vec<Rejection> = of_leaf.into_iter().chain(of_issuer).collect();
        breaks.sort_by_key(|rejection| rejection.rank());
        breaks
    }

    /// Its chain, for an org whose clock shows `now`; keys are new each time.
    pub fn case(&self, now: Timestamp) -> Result<Case, Unmintable> {
        Ok(self.case_with(&[], now)?.0)
    }

    /// Its chain, and for each of `kin` what would be uploaded of it; `None` where no CA could make that.
    pub fn case_with(&self, kin: &[Kin], now: Timestamp) -> Result<(Case, Vec<Option<Paper>>), Unmintable> {
        let mut sketch = Sketch::new("shaped", now)?;
        sketch.leaf.key = self.key.generate()?;
        let plain = sketch.leaf.request.clone();
        if let Some(Recipe::Leaf(spoil)) = self.leaf_flaw.map(Flaw::recipe) {
            spoil(&mut sketch.leaf)?;
        }
        let root = Authority::root(&sketch.root)?;
        // from the root down
        let mut issuers = vec![root.clone()];
        for place in (0..self.issuers).rev() {
            let mut draft = sketch.other(&format!(" {place}"))?;
            if let Some((flaw, _)) = self.issuer_flaw.filter(|(_, at)| *at == place) {
                flaw.spoil(&mut draft)?;
            }
            let below = issuers[issuers.len() - 1].certify(&draft)?;
            issuers.push(below);
        }
        let sound = Draft::new(plain, sketch.leaf.key.clone(), now);
        let leaf = sketch.leaf.issue(&issuers[issuers.len() - 1].issuer)?;
        let uploads = kin.iter().map(|kin| kin.of(&leaf, &sound, &issuers)).collect::<Made<_>>()?;
        let crls = match self.crls {
            true => issuers.iter().map(|issuer| List::of(&issuer.issuer, now).sign()).collect::<Made<_>>()?,
            false => Vec::new(),
        };
        let mut rest = self.rest(&issuers);
        for number in 0..self.strangers {
            rest.push(Authority::root(&sketch.other(&format!(" stranger {number}"))?)?.certificate);
        }
        if !rest.is_empty() {
            let by = self.turned % rest.len();
            rest.rotate_left(by);
        }
        let case = Case {
            key: sketch.leaf.key,
            sent: std::iter::once(leaf.clone()).chain(rest).collect(),
            known: Vec::new(),
            roots: vec![root.certificate],
            passed_over: Vec::new(),
            crls,
            uploaded: vec![leaf],
        };
        Ok((case, uploads))
    }

    /// What is sent after the leaf, from the leaf up.
    fn rest(&self, from_the_root: &[Authority]) -> Vec<Certificate> {
        let missing = self.issuer_flaw.filter(|(flaw, _)| *flaw == IssuerFlaw::Missing).map(|(_, place)| place);
        let (root, below) = from_the_root.split_at(1);
        let sent = below.iter().rev().enumerate().filter(|(place, _)| Some(*place) != missing);
        let root = root.iter().filter(|_| self.root_sent);
        sent.map(|(_, issuer)| issuer).chain(root).map(|issuer| issuer.certificate.clone()).collect()
    }
}
