//! Orgs that a client comes to: users, uploads, switches. An org is plain data until it is founded for a client; then the two
//! layers themselves are the oracle: [`validate()`](crate::pki::validate()), and [`authorize`].

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::sample::select;

use crate::data::Id;
use crate::org::{Action, Door, Edge, Grant, Leaves, Org, Refusal, Unfounded, Upload, authorize, upload};
use crate::pki::flaw::{Case, Kin, Paper, Shape};
use crate::pki::mint::Unmintable;
use crate::pki::{Certificate, Crls, Fault, TrustList, Verdict, validate};
use crate::scenario::switches::{Enabled, EnforcedLogin, IdentityMatch};
use crate::scenario::{
    Diagnostics, OrgSwitches, Permission, PermissionBundle, Scenario, UploadSpec, Uploaded, UserSpec, When,
};
use crate::seed::Seed;

/// An org, but for the client that its uploads are akin to.
#[derive(Clone, Debug)]
pub struct OrgShape {
    /// At least one.
    pub users: Vec<UserShape>,
    /// What is uploaded, in this order.
    pub uploads: Vec<Kin>,
    /// `org.*`
    pub switches: OrgSwitches,
}

/// A user of an org.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UserShape {
    /// How the user is held to mutual authentication.
    pub enforced: Enforced,
    /// "API Enabled"
    pub api_enabled: bool,
    /// "API Only User"
    pub api_only: bool,
    /// Whether a new password must be set.
    pub password_expired: bool,
}

/// Where "Enforce SSL/TLS Mutual Authentication" comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Enforced {
    /// From nowhere: the user is free.
    Nowhere,
    /// From the user's own permissions.
    Directly,
    /// From a permission set.
    ByPermissionSet,
    /// From the profile.
    ByProfile,
}

/// An org that was founded for a client, and what the client comes with.
#[derive(Clone, Debug)]
pub struct Founded {
    /// To start a simulator with.
    pub scenario: Scenario,
    /// The same org, in process.
    pub org: Org,
    /// The client's chain and key.
    pub case: Case,
    /// What the edge says of the chain.
    pub verdict: Verdict,
}

/// Why an org cannot be founded.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// The scenario that it begins with.
    #[error("{}", .0.render(false))]
    Scenario(Diagnostics),
    /// The client's chain.
    #[error(transparent)]
    Chain(#[from] Unmintable),
    /// The scenario that it became.
    #[error(transparent)]
    Org(#[from] Unfounded),
}

/// Which layer says no.
#[derive(Clone, Debug)]
pub enum Refused {
    /// The edge: the handshake ends here.
    Edge(Box<Fault>),
    /// The org: the request is answered.
    Org(Box<Refusal>),
}

/// Any user: free or enforced, in whatever way; the plainest is free and may use the API.
pub fn any_user() -> impl Strategy<Value = UserShape> + Clone {
    let enforced = select(&[Enforced::Nowhere, Enforced::Directly, Enforced::ByPermissionSet, Enforced::ByProfile][..]);
    let mostly = prop_oneof![4 => Just(true), 1 => Just(false)];
    let rarely = prop_oneof![4 => Just(false), 1 => Just(true)];
    (enforced, mostly, rarely.clone(), rarely).prop_map(|(enforced, api_enabled, api_only, password_expired)| {
        UserShape { enforced, api_enabled, api_only, password_expired }
    })
}

/// Any upload; the plainest is the client's own certificate.
pub fn any_upload() -> impl Strategy<Value = Kin> + Clone {
    select(&Kin::ALL[..])
}

/// Any org, of one user to three and at most three uploads.
pub fn any_org() -> impl Strategy<Value = OrgShape> + Clone {
    (vec(any_user(), 1..4), vec(any_upload(), 0..4), switches()).prop_map(|(users, uploads, switches)| OrgShape {
        users,
        uploads,
        switches,
    })
}

/// The switches that bear on who may come in; the plainest are the defaults.
fn switches() -> impl Strategy<Value = OrgSwitches> + Clone {
    let mutual_auth = prop_oneof![5 => Just(Enabled::Enabled), 1 => Just(Enabled::Disabled)];
    let enforced_login = select(&[EnforcedLogin::AnyDoor, EnforcedLogin::Mutual][..]);
    let identity_match =
        select(&[IdentityMatch::Certificate, IdentityMatch::IssuerSerial, IdentityMatch::PublicKey][..]);
    (mutual_auth, enforced_login, identity_match).prop_map(|(mutual_auth, enforced_login, identity_match)| {
        OrgSwitches { mutual_auth, enforced_login, identity_match, ..OrgSwitches::default() }
    })
}

impl OrgShape {
    /// The org as it stands at `now` for that client. An upload that the org would refuse is left out.
    ///
    /// # Errors
    /// What keeps it from being; no org and client of these strategies come to that.
    pub fn found(&self, client: &Shape, now: Timestamp) -> Result<Founded, Unfit> {
        let (case, papers) = client.case_with(&self.uploads, now)?;
        let mut scenario = self.scenario(now)?;
        scenario.trust.roots = case.roots.iter().map(|root| (root.clone(), "roots.pem".into())).collect();
        scenario.trust.crls.clone_from(&case.crls);
        scenario.uploads = self.uploads_taken(papers, now);
        let org = Org::from_scenario(&scenario, &Leaves::new(), now, Seed::new(1))?;
        let mut trust = TrustList::default();
        for (root, _) in &scenario.trust.roots {
            let _ = trust.push(None, root.clone(), "the scenario".into());
        }
        let crls = Crls::from_der(&scenario.trust.crls).map_err(Unmintable::from)?;
        let verdict = validate(&case.sent, &trust, &crls, now, &scenario.edge.policy());
        Ok(Founded { scenario, org, case, verdict })
    }

    /// Of what is uploaded, what the org takes.
    fn uploads_taken(&self, papers: Vec<Option<Paper>>, now: Timestamp) -> Vec<UploadSpec> {
        let (mut taken, mut specs) = (Vec::new(), Vec::new());
        for (place, (kin, chain)) in self.uploads.iter().zip(papers).enumerate() {
            let Some(chain) = chain else { continue };
            // an expired one was uploaded while it held
            let at = if *kin == Kin::Expired { now.saturating_sub(MONTHS_AGO).unwrap_or(now) } else { now };
            let (label, pem) = (format!("upload {place}"), chain.iter().map(Certificate::pem).collect::<String>());
            if upload::check(&label, pem.as_bytes(), &taken, at).is_ok() {
                let id = Id::new(upload::KEY_PREFIX, place as u64);
                taken.push(Arc::new(Upload { id, label: label.clone(), chain, at }));
                specs.push(UploadSpec { label, of: Uploaded::Pem(pem.into_bytes()), uploaded_at: Some(When::At(at)) });
            }
        }
        specs
    }

    /// The scenario of the org without what is the client's.
    fn scenario(&self, now: Timestamp) -> Result<Scenario, Unfit> {
        let mut text = format!("format = 1\n[org]\nname = \"Acme\"\nclock = \"{now}\"\n[trust]\nbuiltin = false\n");
        for place in 0..self.users.len() {
            let name = username(place);
            let _ = write!(text, "[[user]]\nusername = \"{name}\"\npassword = \"{PASSWORD}\"\n");
        }
        let mut scenario = Scenario::from_text(&text, "any-org.toml", Path::new(".")).map_err(Unfit::Scenario)?;
        scenario.org.switches = self.switches.clone();
        for (place, (shape, spec)) in self.users.iter().zip(&mut scenario.users).enumerate() {
            shape.describe(place, spec, &mut scenario.profiles, &mut scenario.permission_sets);
        }
        Ok(scenario)
    }
}

impl UserShape {
    fn describe(
        &self,
        place: usize,
        spec: &mut UserSpec,
        profiles: &mut Vec<PermissionBundle>,
        sets: &mut Vec<PermissionBundle>,
    ) {
        let enforce = Permission::EnforceMutualAuthentication;
        let mut of_profile = Vec::new();
        of_profile.extend(self.api_enabled.then_some(Permission::ApiEnabled));
        of_profile.extend((self.enforced == Enforced::ByProfile).then_some(enforce));
        spec.permissions.extend(self.api_only.then_some(Permission::ApiOnlyUser));
        spec.permissions.extend((self.enforced == Enforced::Directly).then_some(enforce));
        if self.enforced == Enforced::ByPermissionSet {
            spec.permission_sets.push(format!("set {place}"));
            sets.push(PermissionBundle { name: format!("set {place}"), permissions: vec![enforce] });
        }
        spec.profile = format!("profile {place}");
        profiles.push(PermissionBundle { name: spec.profile.clone(), permissions: of_profile });
        spec.password_expired = self.password_expired;
    }
}

impl Founded {
    /// What comes of the action of a user (by place) who comes to that door, with the client's chain if `shown`.
    ///
    /// # Errors
    /// Which layer says no, and why.
    pub fn answer(&self, user: usize, action: Action, door: Door, shown: bool) -> Result<Grant, Refused> {
        // the standard door asks for no certificate
        let edge = if shown && door == Door::Mutual {
            if let Some(fault) = self.verdict.fault() {
                return Err(Refused::Edge(Box::new(fault.clone())));
            }
            Edge::Holds(self.case.sent[0].clone())
        } else {
            Edge::NoCertificate
        };
        authorize(&self.org, &self.org.users[user], action, door, &edge)
            .map_err(|refusal| Refused::Org(Box::new(refusal)))
    }
}

/// The name of the user at that place.
pub(super) fn username(place: usize) -> String {
    format!("user{place}@acme.example")
}

/// Of every user.
const PASSWORD: &str = "password";

const MONTHS_AGO: SignedDuration = SignedDuration::from_hours(24 * 100);

#[cfg(test)]
mod tests;
