//! An org put together from what it is and what it holds; the indexes follow from the lists.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{App, Org, Upload, User};
use crate::data::Id;
use crate::scenario::OrgSwitches;

/// An org but for its lists.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Head {
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
}

impl Org {
    /// The org with these lists; usernames, ids, consumer keys and certificates must be unique.
    pub fn assembled(head: Head, users: Vec<Arc<User>>, apps: Vec<Arc<App>>, uploads: Vec<Arc<Upload>>) -> Self {
        let Head { id, name, my_domain, created, switches } = head;
        let by_username = users.iter().enumerate().map(|(at, user)| (user.spec.username.trim().to_lowercase(), at));
        let by_leaf: HashMap<_, _> =
            uploads.iter().enumerate().map(|(at, upload)| (*upload.leaf().sha256(), at)).collect();
        Self {
            id,
            name,
            my_domain,
            created,
            switches,
            by_username: Arc::new(by_username.collect()),
            by_user_id: Arc::new(users.iter().enumerate().map(|(at, user)| (user.id.clone(), at)).collect()),
            by_client_id: Arc::new(apps.iter().enumerate().map(|(at, app)| (app.spec.client_id.clone(), at)).collect()),
            by_leaf,
            users,
            apps,
            uploads,
        }
    }

    /// What it is, without what it holds.
    pub fn head(&self) -> Head {
        Head {
            id: self.id.clone(),
            name: self.name.clone(),
            my_domain: self.my_domain.clone(),
            created: self.created,
            switches: self.switches.clone(),
        }
    }
}
