//! What `explain` judges by: a kit, a scenario, or the built-in roots alone.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use crate::cli::ctl::Door;
use crate::clock::Clock;
use crate::controls::Controls;
use crate::journal::Journal;
use crate::org::{Upload, identity};
use crate::pki::{Certificate, Crls, Policy, TrustList};
use crate::scenario::switches::IdentityMatch;
use crate::scenario::{Outside, Scenario, Source};
use crate::seed::Seed;
use crate::simulator::kit::EdgeFile;

/// Trust list, CRLs, switches, uploads and a time.
pub(super) struct Ground {
    pub trust: TrustList,
    pub crls: Crls,
    pub policy: Policy,
    pub uploads: Vec<Arc<Upload>>,
    pub identity_match: IdentityMatch,
    pub now: Timestamp,
    /// CAs that are made anew at each start: no chain of an earlier one can lead to them.
    pub minted_anew: bool,
}

impl Ground {
    /// The upload that this certificate stands for, the newest of several.
    pub(super) fn upload_of(&self, leaf: &Certificate) -> Option<&Arc<Upload>> {
        self.uploads.iter().rev().find(|upload| identity::matches(self.identity_match, upload.leaf(), leaf))
    }

    /// Mozilla's roots, and no org.
    pub(super) fn builtin() -> Self {
        Self {
            trust: TrustList::builtin().clone(),
            crls: Crls::default(),
            policy: Policy::default(),
            uploads: Vec::new(),
            identity_match: IdentityMatch::default(),
            now: Clock::system().org_second(),
            minted_anew: false,
        }
    }

    /// The org that wrote a kit, as it stood then; its clock has gone on since.
    pub(super) fn of_kit(folder: &Path) -> Result<Self, String> {
        Self::of_file(&EdgeFile::read(folder).map_err(|error| error.to_string())?)
    }

    /// A running org as it stands now.
    pub(super) fn of_admin(url: &str, token: Option<&str>) -> Result<Self, String> {
        let door = Door::at(url, token.map(str::to_owned))?;
        let edge = door.bytes("/v1/edge").map_err(|failure| failure.words())?;
        Self::of_file(&EdgeFile::parse(url.to_owned(), &edge).map_err(|error| error.to_string())?)
    }

    fn of_file(file: &EdgeFile) -> Result<Self, String> {
        let told = |error: crate::simulator::kit::EdgeFileError| error.to_string();
        Ok(Self {
            trust: file.trust().map_err(told)?,
            crls: file.crls().map_err(told)?,
            policy: file.policy(),
            uploads: file.uploads().map_err(told)?,
            identity_match: file.identity_match,
            now: file.now,
            minted_anew: false,
        })
    }

    /// The org of a scenario, founded without opening a door.
    pub(super) fn of_scenario(path: &Path, allow_outside: bool) -> Result<Self, String> {
        let outside = if allow_outside { Outside::Allow } else { Outside::Refuse };
        let scenario = Scenario::from_path(path, outside).map_err(|diagnostics| diagnostics.render(false))?;
        let minted_anew = scenario.cas.iter().any(|ca| matches!(ca.source, Source::Minted(_)));
        let clock = scenario.org.clock.clock();
        let journal = Journal::new(clock.clone());
        let controls = Controls::found(scenario, clock, Seed::new(0), journal).map_err(|error| error.to_string())?;
        let snapshot = controls.snapshot();
        Ok(Self {
            trust: snapshot.edge.trust.clone(),
            crls: snapshot.edge.crls.clone(),
            policy: snapshot.edge.policy.clone(),
            uploads: snapshot.org.uploads.clone(),
            identity_match: snapshot.org.switches.identity_match,
            now: controls.clock().org_second(),
            minted_anew,
        })
    }
}
