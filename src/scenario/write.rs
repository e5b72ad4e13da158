//! A scenario as a file again, once its certificates lie in files: the other way of [`load`](super::load()).
//!
//! CAs become roots and CRLs of `[trust]`, so nothing in the file can issue; where files lie is for the caller to say.

use jiff::{SignedDuration, Timestamp};

use super::file::{ClientTable, EdgeTable, File, NameList, OrgTable, Spot, TrustTable, UploadTable, Word};
use super::vocabulary::{EmptyOrListed, Vocabulary};
use super::{CaNames, ClockSpec, Scenario, UploadSpec, Uploaded};

mod faults;
mod people;
mod switches;

pub(super) use faults::fault;

/// Where the certificates and keys of a scenario lie, relative to the file that is to be written.
#[derive(Clone, Debug, Default)]
pub struct Paths {
    /// Roots for the outbound CA list.
    pub roots: Vec<String>,
    /// CRLs.
    pub crls: Vec<String>,
    /// For each client, in the scenario's order, what it sends (its own certificate first) and its key.
    pub clients: Vec<(String, String)>,
    /// For each connected app, in the scenario's order, the certificate that its assertions are checked against.
    pub apps: Vec<Option<String>>,
    /// For each upload, in the scenario's order, its PEM file unless it is a client's certificate.
    pub uploads: Vec<Option<String>>,
}

impl Scenario {
    /// This scenario as a file that reads from `paths` all that was minted at `start`, the org's clock.
    ///
    /// Times that were relative to the start become absolute, as those of the certificates are. Three things are lost:
    /// names of CAs in `edge.ca-names`, because there is no CA any more, how a client's own certificate came to
    /// stand in another place than the first, and the [tables that are left out](Self::tables_left_out).
    pub fn to_file(&self, start: Timestamp, paths: &Paths) -> File {
        let mut file = File::new(&self.org.name);
        file.org = OrgTable { clock: clock(self.org.clock), ..switches::org(&self.org) };
        file.edge = Some(switches::edge(&self.edge)).filter(|table| *table != EdgeTable::default());
        file.trust = Some(TrustTable {
            builtin: (!self.trust.builtin).then_some(false),
            roots: some(paths.roots.iter().map(|path| path.clone().into()).collect()),
            crls: some(paths.crls.iter().map(|path| path.clone().into()).collect()),
            ..TrustTable::default()
        });
        let clients = self.clients.iter().zip(&paths.clients);
        file.client = clients.map(|(spec, paths)| client(&spec.name, paths)).collect();
        let uploads = self.uploads.iter().zip(&paths.uploads);
        file.mutual_auth_certificate = uploads.map(|(spec, path)| upload(spec, path.as_deref(), start)).collect();
        file.profile = self.profiles.iter().filter(|spec| !spec.is_built_in()).map(people::bundle).collect();
        file.permission_set = self.permission_sets.iter().map(people::bundle).collect();
        file.user = self.users.iter().map(people::user).collect();
        let apps = self.apps.iter().zip(&paths.apps);
        file.connected_app = apps.map(|(spec, path)| people::app(spec, path.as_deref())).collect();
        file.fault = self.faults.iter().map(faults::fault).collect();
        file.chaos = faults::chaos(self.chaos);
        file
    }

    /// Whether [`to_file`](Self::to_file) loses the names in `edge.ca-names`.
    pub fn names_cas_to_clients(&self) -> bool {
        matches!(self.edge.ca_names, CaNames::These(_))
    }

    /// The tables of this scenario that [`to_file`](Self::to_file) leaves out: they are about how it goes on.
    pub fn tables_left_out(&self) -> Vec<&'static str> {
        let tables = [
            ("[[exchange]]", self.exchanges.is_empty()),
            ("[[expect]]", self.expectations.is_empty()),
            ("[[step]]", self.steps.is_empty()),
        ];
        tables.into_iter().filter(|(_, is_empty)| !is_empty).map(|(table, _)| table).collect()
    }
}

fn client(name: &str, (certificate, key): &(String, String)) -> ClientTable {
    ClientTable {
        name: name.to_owned().into(),
        certificate: Some(certificate.clone().into()),
        key_file: Some(key.clone().into()),
        issuer: None,
        key: None,
        subject: None,
        serial: None,
        valid: None,
        revoked: None,
        key_usage: None,
        extended_key_usage: None,
        flaw: None,
        sends: None,
    }
}

fn upload(spec: &UploadSpec, path: Option<&str>, start: Timestamp) -> UploadTable {
    let at = spec.uploaded_at.map_or(start, |when| when.resolve(start));
    let client = match &spec.of {
        Uploaded::Client(name) => Some(name.clone().into()),
        Uploaded::Pem(_) => None,
    };
    UploadTable {
        label: spec.label.clone().into(),
        client,
        file: path.map(|path| path.to_owned().into()),
        uploaded_at: Some(at.to_string().into()),
    }
}

/// `None` for the default, the system's clock.
fn clock(clock: ClockSpec) -> Option<Spot<String>> {
    match clock {
        ClockSpec::Standing(time) => Some(time.to_string().into()),
        ClockSpec::System(SignedDuration::ZERO) => None,
        ClockSpec::System(shift) => {
            let sign = if shift.is_negative() { '-' } else { '+' };
            Some(format!("{sign}{}s", shift.as_secs().unsigned_abs()).into())
        }
    }
}

/// The word for `value` unless it is the default.
fn word<V: Vocabulary + Default>(value: V) -> Option<Word<V>> {
    (value != V::default()).then(|| Word::of(value))
}

fn words<V: Vocabulary>(values: &[V]) -> Vec<Word<V>> {
    values.iter().map(|&value| Word::of(value)).collect()
}

/// `None` for an empty list.
fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    Some(list).filter(|list| !list.is_empty())
}

/// `edge.ca-names` without the names of CAs.
fn ca_names(names: &CaNames) -> Option<NameList<EmptyOrListed>> {
    match names {
        CaNames::Empty | CaNames::These(_) => None,
        CaNames::Listed => Some(NameList::Word(Word::of(EmptyOrListed::Listed))),
    }
}
