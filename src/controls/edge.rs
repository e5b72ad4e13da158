//! The edge's state: put together from a scenario, and kept current as minted CRLs come due on the org's clock.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::Controls;
use super::identities::{Authority, Identities, MintError};
use crate::pki::crl::Crl;
use crate::pki::trust::NotARoot;
use crate::pki::{Certificate, Crls, Remembered, TrustList, Unreadable};
use crate::scenario::switches::CaNames;
use crate::scenario::{EdgeSwitches, Scenario, ServerShown};
use crate::store::{EdgeState, MintedCrls, Snapshot, Unkept};

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
    assembled(scenario, scenario.edge.clone(), trust, identities, now)
}

/// The edge of a scenario at `now`, with the switches and the trust list that it had before.
pub(super) fn assembled(
    scenario: &Scenario,
    switches: EdgeSwitches,
    mut trust: TrustList,
    identities: &mut Identities,
    now: Timestamp,
) -> Result<EdgeState, EdgeError> {
    trust.set_known(identities.issuers());
    let read: Result<Vec<_>, _> = scenario.trust.crls.iter().map(|der| Crl::from_der(der).map(Arc::new)).collect();
    let given = read?;
    let minted = minted(identities, now)?;
    Ok(EdgeState {
        policy: switches.policy(),
        trust,
        crls: together(&given, &minted),
        given_crls: given,
        minted_crls: minted,
        ca_names: ca_names(&switches.ca_names, identities.authorities()),
        names: identities.names(),
        switches,
        server: ServerShown::default(),
        remembered: Remembered::default(),
    })
}

/// The certificates whose names `edge.ca-names` lists.
pub(super) fn ca_names(switch: &CaNames, authorities: &[Arc<Authority>]) -> Vec<Certificate> {
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
        let mut held = self.held();
        // another handshake may have come first
        let edge = self.snapshot().edge.clone();
        if edge.minted_crls.covers(now) {
            return (edge, now);
        }
        let mut next = Identities::clone(&held);
        // minting worked at the start; should it fail now, the old CRLs go stale and each verdict will say so
        let Ok(minted) = minted(&mut next, now) else { return (edge, now) };
        if self.replace(&mut held, next, minted.clone()).is_err() {
            // a disk that refuses must not make CRLs stale; the next start will issue them once more
            self.store().refresh_snapshot(|snapshot| renewed(snapshot, minted, held.names()));
        }
        (self.snapshot().edge.clone(), now)
    }

    /// Changes the identities at `now`, and with them the CRLs and names that the edge judges by. The only way to: all of
    /// it is kept, or none.
    pub(super) fn change_identities<T, E: From<MintError>>(
        &self,
        now: Timestamp,
        verb: impl FnOnce(&mut Identities) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut held = self.held();
        let mut next = Identities::clone(&held);
        let made = verb(&mut next)?;
        let minted = minted(&mut next, now)?;
        self.replace(&mut held, next, minted).map_err(MintError::from)?;
        Ok(made)
    }

    /// The identities stay locked until the snapshot is replaced: else a renewal that a revocation has overtaken would put
    /// back the CRL without it.
    fn replace(&self, held: &mut Arc<Identities>, next: Identities, minted: MintedCrls) -> Result<(), Unkept> {
        let names = next.names();
        self.store().update_with(
            |changes| Identities::changes(held, &next, changes),
            |snapshot| Ok::<_, Unkept>((renewed(snapshot, minted, names), ())),
        )?;
        *held = Arc::new(next);
        Ok(())
    }
}

/// The snapshot with these CRLs of minted CAs, and with the names that are known by now.
fn renewed(snapshot: &Snapshot, minted_crls: MintedCrls, names: Names) -> Snapshot {
    let crls = together(&snapshot.edge.given_crls, &minted_crls);
    let edge = EdgeState { crls, minted_crls, names, ..EdgeState::clone(&snapshot.edge) };
    Snapshot { edge: Arc::new(edge), ..snapshot.clone() }
}

type Names = Arc<HashMap<[u8; 32], Arc<str>>>;

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
