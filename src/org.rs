//! The org: users and what they may do, uploaded certificates, sessions, login history; and [`authorize()`].
//!
//! The second layer. It never sees a chain that does not hold: [`Edge`] cannot express one.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::data::Id;
use crate::pki::Certificate;
use crate::scenario::switches::{Enabled, IdentityMatch};
use crate::scenario::{AppSpec, OrgSwitches, Permission, UserSpec};

mod assembly;
pub mod authorize;
pub mod built_in;
pub mod founding;
pub mod identity;
pub mod login;
pub mod near_miss;
pub mod refusal;
pub mod session;
pub mod upload;

pub use assembly::Head;
pub use authorize::{Action, Grant, authorize, authorize_session};
pub use founding::{Leaves, Unfounded};
pub use login::{CredentialRefusal, LoginRow};
pub use near_miss::NearMiss;
pub use refusal::Refusal;
pub use session::Session;
pub use upload::{Upload, UploadRefusal};

pub use crate::scenario::Door;

/// The org at one instant: immutable, the next one is built by a verb.
#[derive(Clone, Debug)]
pub struct Org {
    /// `00D…`
    pub id: Id,
    /// Its name.
    pub name: String,
    /// One DNS label.
    pub my_domain: String,
    /// When it was made, on the org's clock.
    pub created: Timestamp,
    /// `org.*`
    pub switches: OrgSwitches,
    /// Its users, in the scenario's order.
    pub users: Vec<Arc<User>>,
    /// Its connected apps.
    pub apps: Vec<Arc<App>>,
    /// Its mutual authentication certificates, in order of upload.
    pub uploads: Vec<Arc<Upload>>,
    /// Lower-case username to place in `users`; shared, because no verb adds a user.
    pub by_username: Arc<HashMap<String, usize>>,
    /// User id to place in `users`.
    pub by_user_id: Arc<HashMap<Id, usize>>,
    /// Consumer key to place in `apps`.
    pub by_client_id: Arc<HashMap<String, usize>>,
    /// SHA-256 of an upload's first certificate to place in `uploads`.
    pub by_leaf: HashMap<[u8; 32], usize>,
}

impl Org {
    /// The user of that name, whatever its case.
    pub fn user_named(&self, username: &str) -> Option<&Arc<User>> {
        self.by_username.get(&username.trim().to_lowercase()).map(|&at| &self.users[at])
    }

    /// The user with that id.
    pub fn user(&self, id: &Id) -> Option<&Arc<User>> {
        self.by_user_id.get(id).map(|&at| &self.users[at])
    }

    /// The connected app with that consumer key.
    pub fn app(&self, client_id: &str) -> Option<&Arc<App>> {
        self.by_client_id.get(client_id).map(|&at| &self.apps[at])
    }

    /// The upload that this certificate stands for, by `org.identity-match`; the newest of several.
    pub fn upload_of(&self, leaf: &Certificate) -> Option<&Arc<Upload>> {
        if self.switches.identity_match != IdentityMatch::Certificate {
            let matches = |upload: &&Arc<Upload>| identity::matches(self.switches.identity_match, upload.leaf(), leaf);
            return self.uploads.iter().rev().find(matches);
        }
        let upload = &self.uploads[*self.by_leaf.get(leaf.sha256())?];
        (upload.leaf() == leaf).then_some(upload)
    }

    /// The upload with that label.
    pub fn upload_labelled(&self, label: &str) -> Option<&Arc<Upload>> {
        self.uploads.iter().find(|upload| upload.label == label)
    }

    /// Whether this user is held to the mutual door: the permission counts only where Support turned the feature on.
    pub fn enforces(&self, user: &User) -> bool {
        self.switches.mutual_auth == Enabled::Enabled && user.may(Permission::EnforceMutualAuthentication)
    }

    /// The org with one more upload, the newest last.
    pub fn with_upload(&self, upload: Arc<Upload>) -> Self {
        let uploads = self.uploads.iter().cloned().chain([upload]).collect();
        self.with_uploads(uploads)
    }

    /// The org without the upload of that label; `None` if there is none.
    pub fn without_upload(&self, label: &str) -> Option<Self> {
        self.upload_labelled(label)?;
        Some(self.with_uploads(self.uploads.iter().filter(|upload| upload.label != label).cloned().collect()))
    }

    /// The org in which that user has (`granted`) or lacks a permission, whatever profile and permission sets say.
    pub fn with_permission(&self, username: &str, permission: Permission, granted: bool) -> Option<Self> {
        let user = self.user_named(username)?;
        let mut permissions = user.permissions.clone();
        if granted {
            permissions.insert(permission);
        } else {
            permissions.remove(&permission);
        }
        let mut next = self.clone();
        next.users[self.by_user_id[&user.id]] = Arc::new(User { permissions, ..User::clone(user) });
        Some(next)
    }

    /// The org with another description of a user, of the same name; `None` if there is no such user.
    pub fn with_user(&self, username: &str, change: impl FnOnce(&mut UserSpec)) -> Option<Self> {
        let user = self.user_named(username)?;
        let mut changed = User::clone(user);
        change(&mut changed.spec);
        changed.spec.username.clone_from(&user.spec.username);
        let mut next = self.clone();
        next.users[self.by_user_id[&user.id]] = Arc::new(changed);
        Some(next)
    }

    fn with_uploads(&self, uploads: Vec<Arc<Upload>>) -> Self {
        let by_leaf = uploads.iter().enumerate().map(|(at, upload)| (*upload.leaf().sha256(), at)).collect();
        Self { uploads, by_leaf, ..self.clone() }
    }
}

/// A user with the permissions that profile, permission sets and direct grants add up to.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct User {
    /// `005…`
    pub id: Id,
    /// `00e…`
    pub profile_id: Id,
    /// As the scenario describes it.
    pub spec: UserSpec,
    /// What it adds up to.
    pub permissions: BTreeSet<Permission>,
}

impl User {
    /// Whether the user has this permission.
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(&permission)
    }

    /// First and last name.
    pub fn full_name(&self) -> String {
        match &self.spec.first_name {
            Some(first) => format!("{first} {}", self.spec.last_name),
            None => self.spec.last_name.clone(),
        }
    }
}

/// A connected app, with the certificate that its JWT assertions are checked against.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct App {
    /// `0H4…`
    pub id: Id,
    /// As the scenario describes it.
    pub spec: AppSpec,
}

/// What the edge passes on.
#[derive(Clone, Debug)]
pub enum Edge {
    /// A chain that holds; this is its leaf.
    Holds(Certificate),
    /// No certificate was sent (on the standard door none is asked for).
    NoCertificate,
}
