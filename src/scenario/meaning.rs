//! What a scenario means, as a digest of each of its tables: the same for files that differ in comments, order of keys
//! or place alone, another one as soon as a file that it reads has another content.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use openssl::sha::Sha256;
use serde::{Serialize, Serializer};

use super::Scenario;
use crate::pki::Certificate;

/// Each table (`[org]`, `[[user]]` …) with the SHA-256 of what it says.
pub type Meaning = BTreeMap<String, String>;

impl Scenario {
    /// Its meaning.
    pub fn meaning(&self) -> Result<Meaning, serde_json::Error> {
        // spelled out, so that a new table cannot be forgotten; what a run is expected to show founds no other org, and
        // faults and chaos are not kept: they are read anew at each start
        #[rustfmt::skip]
        let Self {
            source: _, org, edge, trust, cas, clients, uploads, profiles, permission_sets, users, apps, steps,
            exchanges: _, probes: _, expectations: _, faults: _, chaos: _,
        } = self;
        let tables = [
            ("[org]", digest(org)?),
            ("[edge]", digest(edge)?),
            ("[trust]", digest(trust)?),
            ("[[ca]]", digest(cas)?),
            ("[[client]]", digest(clients)?),
            ("[[mutual-auth-certificate]]", digest(uploads)?),
            ("[[profile]]", digest(profiles)?),
            ("[[permission-set]]", digest(permission_sets)?),
            ("[[user]]", digest(users)?),
            ("[[connected-app]]", digest(apps)?),
        ];
        let mut meaning: Meaning = tables.map(|(table, digest)| (table.to_owned(), digest)).into();
        // a folder from before there were steps goes on meaning the same
        if !steps.is_empty() {
            meaning.insert("[[step]]".to_owned(), digest(steps)?);
        }
        Ok(meaning)
    }
}

/// The roots without the names of their files.
pub(super) fn certificates<S: Serializer>(roots: &[(Certificate, PathBuf)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(roots.iter().map(|(root, _)| root))
}

struct Hashing(Sha256);

impl io::Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn digest(table: &impl Serialize) -> Result<String, serde_json::Error> {
    let mut hashing = Hashing(Sha256::new());
    serde_json::to_writer(io::BufWriter::with_capacity(16 * 1024, &mut hashing), table)?;
    Ok(hashing.0.finish().iter().map(|byte| format!("{byte:02x}")).collect())
}
