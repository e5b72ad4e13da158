//! Putting what a client has now where its process looks for it: in the files of the kits that were handed out. How such
//! files are written is for whoever hands them out.

use std::collections::BTreeMap;
use std::fmt::{self, Debug, Formatter};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Controls;
use super::identities::{Client, Identities, MintError};
use crate::journal::Kind;
use crate::journal::event::Delivery;
use crate::pki::Certificate;
use crate::scenario::Sends;

/// Writes a client's files; an error says which one could not be written.
pub type WriteFiles = Box<dyn Fn(&Identities, &Client) -> Result<(), String> + Send + Sync>;

/// The folders that were handed out. Held while files are written, so that the last delivery is the one that stays.
#[derive(Default)]
pub(super) struct Deliveries(Mutex<BTreeMap<PathBuf, WriteFiles>>);

/// A delivery that is in the journal, and not in every file.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the files of the client {client:?} are not as the org has it now: {cause}")]
pub struct Undelivered {
    /// The client.
    pub client: String,
    /// Which file, and why.
    pub cause: String,
}

impl Controls {
    /// Puts a client's present key and certificates into its kit's files, each of them whole. With `sends` it sends that from
    /// now on: another chain for the certificate that it has.
    pub fn deliver(&self, client: &str, sends: Option<Sends>) -> Result<Client, MintError> {
        let now = self.clock().org_now();
        let (delivered, sent) = self.change_identities(now, |identities| {
            let delivered = identities.deliver(client, sends)?.clone();
            let sent = identities.sends(&delivered);
            let shown = |one: &Certificate| identities.name_of(one).unwrap_or(one.subject()).to_owned();
            Ok::<_, MintError>((delivered, sent.iter().map(shown).collect()))
        })?;
        let (client, serial) = (client.to_owned(), delivered.leaf.serial().to_owned());
        self.journal().append(Kind::Deliver(Delivery { client, serial, sent }));
        self.write_files(|present| present.name == delivered.name)?;
        Ok(delivered)
    }

    /// From now on deliveries are written there too, until [`stop_delivering`](Self::stop_delivering); it holds the files of
    /// `written`, and what has become of them meanwhile is made up for.
    pub fn deliver_to(&self, folder: &Path, written: &Arc<Identities>, write: WriteFiles) -> Result<(), Undelivered> {
        self.0.deliveries.folders().insert(folder.to_owned(), write);
        if Arc::ptr_eq(written, &self.identities()) { Ok(()) } else { self.write_files(|_| true) }
    }

    /// That folder stays as it is.
    pub fn stop_delivering(&self, folder: &Path) {
        self.0.deliveries.folders().remove(folder);
    }

    /// Writes the files of these clients as they are now, in every folder; the first that cannot be written is told.
    pub(super) fn write_files(&self, wanted: impl Fn(&Client) -> bool) -> Result<(), Undelivered> {
        let folders = self.0.deliveries.folders();
        let identities = self.identities();
        let mut first = Ok(());
        for client in identities.clients().iter().filter(|client| wanted(client)) {
            for write in folders.values() {
                let written = write(&identities, client);
                first = first.and(written.map_err(|cause| Undelivered { client: client.name.clone(), cause }));
            }
        }
        first
    }
}

impl Deliveries {
    fn folders(&self) -> MutexGuard<'_, BTreeMap<PathBuf, WriteFiles>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Debug for Deliveries {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.folders().keys()).finish()
    }
}
