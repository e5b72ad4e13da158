//! The snapshot taken apart into records, and put together again: whatever a verb changed is found by comparison.
//!
//! Every part is named here, so that a new one does not compile before it is said how it is kept.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::disk::{Changes, Disk};
use super::folder::DataError;
use super::{EdgeState, Snapshot};
use crate::org::{App, Org, Upload, User};
use crate::pki::{Anchor, Certificate, TrustList};
use crate::scenario::{EdgeSwitches, ServerShown};

/// Where the elements of the snapshot's lists lie.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    users: Numbers,
    apps: Numbers,
    uploads: Numbers,
    roots: Numbers,
}

/// The number that each element of a list has in its key: elements are appended under the next one, so their order is
/// that of their keys.
#[derive(Clone, Debug, Default)]
struct Numbers {
    given: Vec<u64>,
    next: u64,
}

/// A snapshot's parts as they were read.
#[derive(Debug)]
pub struct Parts {
    /// The org.
    pub org: Org,
    /// `edge.*`
    pub switches: EdgeSwitches,
    /// The roots of the outbound CA list.
    pub roots: Vec<Arc<Anchor>>,
    /// What the doors prove themselves with.
    pub server: ServerShown,
    pub(super) places: Places,
}

/// A root of the outbound CA list. One that comes with mockorg is known by its fingerprint.
#[derive(Deserialize, Serialize)]
struct Root {
    alias: String,
    source: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    certificate: Option<Certificate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    builtin: Option<String>,
}

const ORG: &str = "org";
const USER: &str = "user/";
const APP: &str = "app/";
const UPLOAD: &str = "upload/";
const EDGE: &str = "edge";
const ROOT: &str = "root/";
const SERVER: &str = "server";

impl Places {
    /// What makes the records of `old` (nothing, when an org is founded) those of `new`.
    pub(super) fn changes(&mut self, old: Option<&Snapshot>, new: &Snapshot, changes: &mut Changes) {
        let Snapshot { org, edge } = new;
        if old.is_none_or(|old| !Arc::ptr_eq(&old.org, org)) {
            self.org(old.map(|old| &*old.org), org, changes);
        }
        if old.is_none_or(|old| !Arc::ptr_eq(&old.edge, edge)) {
            self.edge(old.map(|old| &*old.edge), edge, changes);
        }
    }

    fn org(&mut self, old: Option<&Org>, new: &Org, changes: &mut Changes) {
        // id to switches are the head; indexes follow from the lists
        #[rustfmt::skip]
        let Org {
            id: _, name: _, my_domain: _, created: _, switches: _, users, apps, uploads,
            by_username: _, by_user_id: _, by_client_id: _, by_leaf: _,
        } = new;
        let head = new.head();
        if old.map(Org::head).as_ref() != Some(&head) {
            changes.put(ORG, &head);
        }
        self.users.changes(USER, old.map(|org| &*org.users).unwrap_or_default(), users, changes);
        self.apps.changes(APP, old.map(|org| &*org.apps).unwrap_or_default(), apps, changes);
        self.uploads.changes(UPLOAD, old.map(|org| &*org.uploads).unwrap_or_default(), uploads, changes);
    }

    fn edge(&mut self, old: Option<&EdgeState>, new: &EdgeState, changes: &mut Changes) {
        // these follow from switches, identities and scenario: policy, crls, given_crls, minted_crls, ca_names, names
        let EdgeState {
            switches,
            trust,
            policy: _,
            crls: _,
            given_crls: _,
            minted_crls: _,
            ca_names: _,
            names: _,
            server,
            remembered: _,
        } = new;
        if old.map(|old| &old.switches) != Some(switches) {
            changes.put(EDGE, switches);
        }
        if old.map_or_else(ServerShown::default, |old| old.server) != *server {
            changes.put(SERVER, server);
        }
        let before = old.map(|old| old.trust.shared()).unwrap_or_default();
        self.roots.changes_as(ROOT, before, trust.shared(), changes, root);
    }
}

impl Numbers {
    fn changes<T: Serialize>(&mut self, prefix: &str, old: &[Arc<T>], new: &[Arc<T>], changes: &mut Changes) {
        self.changes_as(prefix, old, new, changes, |element| element);
    }

    /// Elements are the same if they share their place in memory: a changed one is always made anew.
    fn changes_as<'a, T, R: Serialize>(
        &mut self,
        prefix: &str,
        old: &[Arc<T>],
        new: &'a [Arc<T>],
        changes: &mut Changes,
        record: impl Fn(&'a T) -> R,
    ) {
        let key = |number: u64| format!("{prefix}{number:010}");
        if old.len() == new.len() {
            let places = self.given.iter().zip(old).zip(new);
            for ((&number, _), new) in places.filter(|((_, old), new)| !Arc::ptr_eq(old, new)) {
                changes.put(key(number), &record(new));
            }
            return;
        }
        let (mut kept, mut rest) = (Vec::with_capacity(new.len()), new);
        for (&number, old) in self.given.iter().zip(old) {
            match rest.split_first() {
                Some((first, after)) if Arc::ptr_eq(old, first) => {
                    kept.push(number);
                    rest = after;
                }
                _ => changes.remove(key(number)),
            }
        }
        for added in rest {
            changes.put(key(self.next), &record(added));
            kept.push(self.next);
            self.next += 1;
        }
        self.given = kept;
    }

    fn read<T: DeserializeOwned>(disk: &Disk, prefix: &str) -> Result<(Self, Vec<T>), DataError> {
        let (mut numbers, mut elements) = (Self::default(), Vec::new());
        for (rest, element) in disk.list(prefix)? {
            let number: u64 = rest.parse().map_err(|_| disk.folder().damaged(&format!("a key {prefix}{rest}")))?;
            numbers.given.push(number);
            numbers.next = number + 1;
            elements.push(element);
        }
        Ok((numbers, elements))
    }
}

impl Parts {
    /// Reads them.
    pub fn read(disk: &Disk) -> Result<Self, DataError> {
        let (users, of_users) = Numbers::read::<User>(disk, USER)?;
        let (apps, of_apps) = Numbers::read::<App>(disk, APP)?;
        let (uploads, of_uploads) = Numbers::read::<Upload>(disk, UPLOAD)?;
        if let Some(empty) = of_uploads.iter().find(|upload| upload.chain.is_empty()) {
            return Err(disk.folder().damaged(&format!("the upload {:?} has no certificate", empty.label)));
        }
        let (roots, of_roots) = Numbers::read::<Root>(disk, ROOT)?;
        let mut anchors = Vec::with_capacity(of_roots.len());
        let mut numbers = Numbers { next: roots.next, ..Numbers::default() };
        for (number, root) in roots.given.into_iter().zip(of_roots) {
            // a root that mockorg no longer brings along is listed no more
            if let Some(anchor) = root.anchor().map_err(|what| disk.folder().damaged(&what))? {
                anchors.push(anchor);
                numbers.given.push(number);
            }
        }
        let org = Org::assembled(disk.need(ORG)?, shared(of_users), shared(of_apps), shared(of_uploads));
        let places = Places { users, apps, uploads, roots: numbers };
        let server = disk.read(SERVER)?.unwrap_or_default();
        Ok(Self { org, switches: disk.need(EDGE)?, roots: anchors, server, places })
    }
}

fn shared<T>(elements: Vec<T>) -> Vec<Arc<T>> {
    elements.into_iter().map(Arc::new).collect()
}

fn root(anchor: &Anchor) -> Root {
    let fingerprint = anchor.certificate.fingerprint();
    let builtin = builtin().contains_key(&fingerprint);
    Root {
        alias: anchor.alias.clone(),
        source: anchor.source.to_string(),
        certificate: (!builtin).then(|| anchor.certificate.clone()),
        builtin: builtin.then_some(fingerprint),
    }
}

impl Root {
    fn anchor(self) -> Result<Option<Arc<Anchor>>, String> {
        let certificate = match (self.certificate, self.builtin) {
            (Some(certificate), _) => certificate,
            (None, None) => return Err(format!("the root {:?} has no certificate", self.alias)),
            (None, Some(fingerprint)) => match builtin().get(&fingerprint) {
                Some(known) if known.alias == self.alias => return Ok(Some(known.clone())),
                Some(known) => known.certificate.clone(),
                None => return Ok(None),
            },
        };
        let anchor = Anchor::new(self.alias, certificate, self.source.as_str().into());
        anchor.map(|anchor| Some(Arc::new(anchor))).map_err(|cause| cause.to_string())
    }
}

/// The roots that come with mockorg, by fingerprint.
fn builtin() -> &'static HashMap<String, Arc<Anchor>> {
    static BUILTIN: LazyLock<HashMap<String, Arc<Anchor>>> = LazyLock::new(|| {
        let anchors = TrustList::builtin().shared().iter();
        anchors.map(|anchor| (anchor.certificate.fingerprint(), anchor.clone())).collect()
    });
    &BUILTIN
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Permission, Scenario, UserSpec};
    use crate::seed::Seed;

    fn org(users: usize) -> Org {
        let mut scenario = Scenario::quickstart();
        scenario.uploads.clear();
        let one = scenario.users[0].clone();
        let user = |number| UserSpec { username: format!("user{number}@acme.example"), ..one.clone() };
        scenario.users = (0..users).map(user).collect();
        let now = "2027-03-01T12:00:00Z".parse().unwrap();
        Org::from_scenario(&scenario, &HashMap::new(), now, Seed::new(7)).unwrap()
    }

    #[test]
    fn a_change_to_one_user_writes_one_record() {
        let (mut places, mut founded) = (Places::default(), Changes::default());
        let before = org(1_000);
        places.org(None, &before, &mut founded);
        assert_eq!(founded.keys().filter(|key| key.starts_with(USER)).count(), 1_000);
        let after = before.with_permission("user500@acme.example", Permission::ModifyAllData, true).unwrap();
        let mut changes = Changes::default();
        places.org(Some(&before), &after, &mut changes);
        assert_eq!(changes.keys().collect::<Vec<_>>(), ["user/0000000500"]);
    }

    #[test]
    fn what_is_appended_comes_after_what_was_there_whatever_was_removed() {
        let mut numbers = Numbers::default();
        let elements: Vec<Arc<char>> = ('a'..='d').map(Arc::new).collect();
        let [a, b, c, d] = &elements[..] else { unreachable!("four") };
        let mut step = |old: &[&Arc<char>], new: &[&Arc<char>]| {
            let mut changes = Changes::default();
            let [old, new] = [old, new].map(|list| list.iter().copied().cloned().collect::<Vec<_>>());
            numbers.changes("x/", &old, &new, &mut changes);
            changes.keys().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(step(&[], &[a, b, c]), ["x/0000000000", "x/0000000001", "x/0000000002"]);
        assert_eq!(step(&[a, b, c], &[a, c]), ["x/0000000001"]);
        assert_eq!(step(&[a, c], &[a, c, d]), ["x/0000000003"]);
        assert_eq!(step(&[a, c, d], &[a, b, d]), ["x/0000000002"], "replaced in its place");
        assert_eq!(step(&[a, b, d], &[a, b, d]), [""; 0]);
    }
}
