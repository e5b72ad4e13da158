//! What `explain` judges by: a kit, a scenario, or the built-in roots alone.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use crate::cli::ctl::Door;
use crate::clock::Clock;
use crate::controls::Controls;
use crate::journal::Journal;
use crate::org::{Upload, identity};
use crate::pki::{Certificate, Crls, Policy, Remembered, TrustList};
use crate::scenario::switches::{BadChain, CaNames, IdentityMatch};
use crate::scenario::{EdgeSwitches, Outside, Scenario, ServerShown, Source};
use crate::seed::Seed;
use crate::simulator::kit::EdgeFile;
use crate::store::{EdgeState, MintedCrls};

/// Trust list, CRLs, switches, uploads and a time.
pub(super) struct Ground {
    pub trust: TrustList,
    pub crls: Crls,
    pub policy: Policy,
    /// The versions and the like that a door of these switches offers.
    switches: EdgeSwitches,
    pub uploads: Vec<Arc<Upload>>,
    pub identity_match: IdentityMatch,
    pub now: Timestamp,
    /// CAs that are made anew at each start: no chain of an earlier one can lead to them.
    pub minted_anew: bool,
    /// Where certificates that may be named were found, by SHA-256.
    files: HashMap<[u8; 32], String>,
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
            switches: EdgeSwitches::default(),
            uploads: Vec::new(),
            identity_match: IdentityMatch::default(),
            now: Clock::system().org_second(),
            minted_anew: false,
            files: HashMap::new(),
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
            switches: EdgeSwitches::default(),
            uploads: file.uploads().map_err(told)?,
            identity_match: file.identity_match,
            now: file.now,
            minted_anew: false,
            files: HashMap::new(),
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
        // as a kit has it: CRLs of minted CAs do not end, because the org renews them
        let file = EdgeFile::of(&controls).map_err(|error| error.to_string())?;
        let switches = controls.snapshot().edge.switches.clone();
        Ok(Self { minted_anew, switches, ..Self::of_file(&file)? })
    }

    /// Learns of certificates that lie beside a chain: they may be named, never used to judge it.
    pub(super) fn learn(&mut self, found: &[(String, Certificate)]) {
        let mut known = self.trust.known().to_vec();
        for (file, certificate) in found {
            self.files.entry(*certificate.sha256()).or_insert_with(|| file.clone());
            if !known.contains(certificate) {
                known.push(certificate.clone());
            }
        }
        self.trust.set_known(known);
    }

    /// The file that a certificate was found in.
    pub(super) fn file_of(&self, certificate: &Certificate) -> Option<&str> {
        self.files.get(certificate.sha256()).map(String::as_str)
    }

    /// What the mutual door would judge by: it asks for a certificate with an empty list of CA names, and a chain that does
    /// not hold meets an alert.
    pub(super) fn edge(&self) -> EdgeState {
        let mut switches = self.switches.clone();
        (switches.ca_names, switches.bad_chain) = (CaNames::Empty, BadChain::Alert);
        switches.client_auth_eku = self.policy.client_auth_eku;
        switches.revocation = self.policy.revocation;
        switches.security_level = self.policy.security_level;
        EdgeState {
            switches,
            policy: self.policy.clone(),
            trust: self.trust.clone(),
            crls: self.crls.clone(),
            given_crls: Vec::new(),
            minted_crls: MintedCrls { crls: Vec::new(), since: Timestamp::MIN, until: Timestamp::MAX },
            ca_names: Vec::new(),
            names: Arc::default(),
            server: ServerShown::default(),
            remembered: Remembered::default(),
        }
    }
}
