//! What may be uploaded to the org for a client: its certificate, or one that is akin to it. Whether the org takes it, and
//! whether it counts as the client's, is [`org`](crate::org)'s to say.

use super::Made;
use super::draft::Draft;
use super::sketch::{Authority, key, name};
use crate::pki::Certificate;

/// A certificate by its kinship with the one that the client shows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kin {
    /// The client's own, and nothing besides.
    Itself,
    /// The client's own, and the chain up to the root.
    Chain,
    /// Of the same subject and key, and it expired yesterday.
    Expired,
    /// Of another subject.
    Other,
    /// Of the same subject, with another key: it was renewed.
    Renewed,
    /// Of the same subject and key, and another serial number.
    SameKey,
    /// Of the same issuer and serial number, with another key.
    SameSerial,
}

impl Kin {
    /// All of them, the plainest first.
    pub const ALL: [Self; 7] =
        [Self::Itself, Self::Chain, Self::Expired, Self::Other, Self::Renewed, Self::SameKey, Self::SameSerial];

    /// Whether the client shows that very certificate.
    pub fn is_the_same(self) -> bool {
        matches!(self, Self::Itself | Self::Chain)
    }

    /// What is uploaded; `sound` is the client's certificate without a flaw, `issuers` stand from the root down.
    pub(super) fn of(self, leaf: &Certificate, sound: &Draft, issuers: &[Authority]) -> Made<Option<Vec<Certificate>>> {
        let issuer = &issuers[issuers.len() - 1].issuer;
        let mut draft = sound.clone();
        match self {
            Self::Itself => return Ok(Some(vec![leaf.clone()])),
            Self::Chain => {
                let above = issuers.iter().rev().map(|issuer| issuer.certificate.clone());
                return Ok(Some(std::iter::once(leaf.clone()).chain(above).collect()));
            }
            Self::Expired => draft.valid(-365, -1),
            Self::Other => (draft.request.subject, draft.key) = (name("another", "")?, key()?),
            Self::Renewed => draft.key = key()?,
            Self::SameKey => draft.valid(-60, 305),
            Self::SameSerial => {
                let serial = leaf.x509().serial_number().to_bn()?;
                draft.key = key()?;
                draft.request.serial = Some(serial.to_vec());
                // zero, negative, too long: no CA here gives such a number a second time
                return Ok(draft
                    .issue(issuer)
                    .ok()
                    .filter(|twin| twin.serial() == leaf.serial())
                    .map(|twin| vec![twin]));
            }
        }
        Ok(Some(vec![draft.issue(issuer)?]))
    }
}
