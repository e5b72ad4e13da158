//! From a scenario to an org: permissions added up, ids given, uploads checked. Nothing is minted or read here.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::upload::{self, Upload, UploadRefusal};
use super::{App, Head, Org, User, built_in};
use crate::data::Id;
use crate::pki::Certificate;
use crate::scenario::{AppSpec, PermissionBundle, Scenario, UploadSpec, Uploaded, UserSpec};
use crate::seed::Seed;

/// The name of each `[[client]]` to the leaf that it has at the start.
pub type Leaves = HashMap<String, Certificate>;

/// Why a scenario makes no org. The loader finds the unknown names first; a scenario built by code comes here.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Unfounded {
    /// Two users share a username (case does not tell them apart).
    #[error("user {0:?} is there twice")]
    DuplicateUser(String),
    /// A name that nothing in the scenario has.
    #[error("{of} names the {what} {name:?}, which is not there")]
    Unknown {
        /// Who names it.
        of: String,
        /// `profile`, `permission set`, `client`
        what: &'static str,
        /// The name.
        name: String,
    },
    /// The org would refuse this upload.
    #[error("mutual authentication certificate {label:?} is refused: {refusal}")]
    Upload {
        /// Its label.
        label: String,
        /// Why.
        refusal: UploadRefusal,
    },
}

impl Org {
    /// The org of a scenario as it stands at `now`; the same `seed` gives the same ids.
    pub fn from_scenario(scenario: &Scenario, leaves: &Leaves, now: Timestamp, seed: Seed) -> Result<Self, Unfounded> {
        let first = seed.stream("org").below(ID_SPREAD);
        let id = |prefix: &str, place: usize| Id::new(prefix, first + place as u64);
        let mut users = Vec::with_capacity(scenario.users.len());
        for (at, spec) in scenario.users.iter().enumerate() {
            let (profile, permissions) = add_up(scenario, spec)?;
            let user = User { id: id("005", at), profile_id: id("00e", profile), spec: spec.clone(), permissions };
            users.push(Arc::new(user));
        }
        let mut apps: Vec<_> =
            scenario.apps.iter().enumerate().map(|(at, spec)| Arc::new(app(spec, id("0H4", at)))).collect();
        if apps.iter().all(|app| app.spec.client_id != built_in::PLATFORM_CLI) {
            apps.push(Arc::new(built_in::platform_cli(id("0H4", apps.len()))));
        }
        let mut usernames = HashSet::with_capacity(users.len());
        for user in &users {
            if !usernames.insert(user.spec.username.trim().to_lowercase()) {
                return Err(Unfounded::DuplicateUser(user.spec.username.clone()));
            }
        }
        let head = Head {
            id: id("00D", 0),
            name: scenario.org.name.clone(),
            my_domain: scenario.org.my_domain.clone(),
            created: now,
            switches: scenario.org.switches.clone(),
        };
        let mut org = Self::assembled(head, users, apps, Vec::new());
        for (at, spec) in scenario.uploads.iter().enumerate() {
            let uploaded = uploaded(spec, &org.uploads, leaves, now, id(upload::KEY_PREFIX, at))?;
            org = org.with_upload(Arc::new(uploaded));
        }
        Ok(org)
    }
}

/// The place of the user's profile, and everything that profile, permission sets and direct permissions grant.
fn add_up(scenario: &Scenario, spec: &UserSpec) -> Result<(usize, BTreeSet<crate::scenario::Permission>), Unfounded> {
    let profile = find(&scenario.profiles, &spec.profile, "profile", spec)?;
    let mut permissions: BTreeSet<_> = spec.permissions.iter().copied().collect();
    permissions.extend(&scenario.profiles[profile].permissions);
    for name in &spec.permission_sets {
        let set = find(&scenario.permission_sets, name, "permission set", spec)?;
        permissions.extend(&scenario.permission_sets[set].permissions);
    }
    Ok((profile, permissions))
}

fn find(bundles: &[PermissionBundle], name: &str, what: &'static str, of: &UserSpec) -> Result<usize, Unfounded> {
    let place = bundles.iter().position(|bundle| bundle.name == name);
    place.ok_or_else(|| Unfounded::Unknown { of: of.username.clone(), what, name: name.to_owned() })
}

fn app(spec: &AppSpec, id: Id) -> App {
    App { id, spec: spec.clone() }
}

fn uploaded(
    spec: &UploadSpec,
    existing: &[Arc<Upload>],
    leaves: &Leaves,
    now: Timestamp,
    id: Id,
) -> Result<Upload, Unfounded> {
    let pem = match &spec.of {
        Uploaded::Client(name) => {
            let leaf = leaves.get(name);
            let leaf = leaf.ok_or_else(|| Unfounded::Unknown {
                of: format!("mutual authentication certificate {:?}", spec.label),
                what: "client",
                name: name.clone(),
            })?;
            leaf.pem().into_bytes()
        }
        Uploaded::Pem(pem) => pem.clone(),
    };
    let at = spec.uploaded_at.map_or(now, |when| when.resolve(now));
    let chain = upload::check(&spec.label, &pem, existing, at)
        .map_err(|refusal| Unfounded::Upload { label: spec.label.clone(), refusal })?;
    Ok(Upload { id, label: spec.label.clone(), chain, at })
}

/// Where a seed may let ids start: far from zero, with room above for every record that an org will hold.
const ID_SPREAD: u64 = 62_u64.pow(6);
