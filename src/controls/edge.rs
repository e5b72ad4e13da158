//! The edge's state: put together from a scenario, and kept current as minted CRLs come due on the org's clock.

use std::sync::Arc;

use jiff::Timestamp;

use super::Controls;
use super::identities::{Authority, Identities, MintError};
use crate::pki::crl::Crl;
use crate::pki::trust::NotARoot;
use crate::pki::{Certificate, Crls, Remembered, TrustList, Unreadable};
use crate::scenario::Scenario;
use crate::scenario::switches::CaNames;
use crate::store::{EdgeState, MintedCrls, Snapshot};

/// Why an edge cannot be set up.
#[derive(Clone, Debug, thiserror::Error)]
pub enum EdgeError {
    /// A CRL that cannot be read.
    #[error("a CRL cannot be read: {0}")]
    Crl(#[from] Unreadable),
    /// An identity or CRL that cannot be made.
    #[error(transparent)]
    Mint(#[from] MintError),
    /// A certificate that is no root.
    #[error(transparent)]
    Root(#[from] NotARoot),
}

/// The edge of a scenario at `now`.
pub fn found(scenario: &Scenario, identities: &mut Identities, now: Timestamp) -> Result<EdgeState, EdgeError> {
    let mut trust = if scenario.trust.builtin { TrustList::builtin().clone() } else { TrustList::default() };
    for (root, file) in &scenario.trust.roots {
        trust.push(None, root.clone(), file.display().to_string().into())?;
    }
    for authority in identities.listed() {
        trust.push(Some(&authority.name), authority.certificate.clone(), "the scenario".into())?;
    }
    trust.set_known(identities.issuers());
    let read: Result<Vec<_>, _> = scenario.trust.crls.iter().map(|der| Crl::from_der(der).map(Arc::new)).collect();
    let given = read?;
    let minted = minted(identities, now)?;
    Ok(EdgeState {
        switches: scenario.edge.clone(),
        policy: scenario.edge.policy(),
        trust,
        crls: together(&given, &minted),
        given_crls: given,
        minted_crls: minted,
        ca_names: ca_names(&scenario.edge.ca_names, identities.authorities()),
        names: identities.names(),
        remembered: Remembered::default(),
    })
}

/// The certificates whose names `edge.ca-names` lists.
pub(super) fn ca_names(switch: &CaNames, authorities: &[Authority]) -> Vec<Certificate> {
    let CaNames::These(names) = switch else { return Vec::new() };
    let named = |name: &String| authorities.iter().find(|authority| authority.name == *name);
    names.iter().filter_map(named).map(|authority| authority.certificate.clone()).collect()
}

impl Controls {
    /// The edge's state, and the org's time that it is current for: minted CRLs are renewed if the clock has left their
    /// span.
    pub fn edge(&self) -> (Arc<EdgeState>, Timestamp) {
        let now = self.clock().org_now();
        let edge = self.snapshot().edge.clone();
        if edge.minted_crls.covers(now) {
            return (edge, now);
        }
        let mut identities = self.identities();
        // another handshake may have come first
        let edge = self.snapshot().edge.clone();
        if edge.minted_crls.covers(now) {
            return (edge, now);
        }
        // minting worked at the start; should it fail now, the old CRLs go stale and each verdict will say so
        (self.renew(&mut identities, now).unwrap_or(edge), now)
    }

    /// Brings minted CRLs and names up to date, and with them the snapshot.
    pub(super) fn renew_crls(&self, now: Timestamp) -> Result<(), MintError> {
        self.renew(&mut self.identities(), now).map(|_| ())
    }

    /// The identities stay locked until the snapshot is replaced: else a renewal that a revocation has overtaken would put
    /// back the CRL without it.
    fn renew(&self, identities: &mut Identities, now: Timestamp) -> Result<Arc<EdgeState>, MintError> {
        let minted_crls = minted(identities, now)?;
        let names = identities.names();
        Ok(self.store().update(|snapshot| {
            let crls = together(&snapshot.edge.given_crls, &minted_crls);
            let edge = Arc::new(EdgeState { crls, minted_crls, names, ..EdgeState::clone(&snapshot.edge) });
            (Snapshot { edge: edge.clone(), ..snapshot.clone() }, edge)
        }))
    }
}

fn minted(identities: &mut Identities, now: Timestamp) -> Result<MintedCrls, MintError> {
    let published = identities.crls(now)?;
    // one that is left out would leave its CA's certificates unchecked ("if-published")
    let read = |(name, der): (String, Vec<u8>)| match Crl::from_der(&der) {
        Ok(crl) => Ok((name, der, Arc::new(crl))),
        Err(cause) => Err(MintError::Unmintable { what: "CRL of ca", name, cause: cause.into() }),
    };
    let crls = published.crls.into_iter().map(read).collect::<Result<_, _>>()?;
    Ok(MintedCrls { crls, since: published.since, until: published.until })
}

fn together(given: &[Arc<Crl>], minted: &MintedCrls) -> Crls {
    Crls::new(given.iter().cloned().chain(minted.crls.iter().map(|(_, _, crl)| crl.clone())).collect())
}
