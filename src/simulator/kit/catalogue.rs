//! The catalogue as files: each flaw's identity in PEM and PKCS#12, a scenario that judges them all, and a manifest of what
//! comes of each. Which flaws there are is [`pki::flaw`](crate::pki::flaw)'s to say.

use std::path::Path;

use jiff::Timestamp;

use super::folder::{self, Folder};
use super::{KitError, key_store, random_password};
use crate::controls::Controls;
use crate::journal::Journal;
use crate::pki::flaw::Case;
use crate::pki::{Certificate, Flaw};
use crate::scenario::{Outside, Scenario};
use crate::seed::Seed;

mod expected;
mod manifest;
mod scenario;

pub use manifest::{
    Alert, CatalogueError, Certificates, Expected, FlawEntry, MANIFEST, Manifest, ManifestUser, Outcome, User, schema,
};

/// Writes the catalogue for an org whose clock stands at `now` into `dir`: the identities, `scenario.toml`, and last of all
/// `manifest.json`. Modes are as those of a kit.
///
/// What the manifest expects is not copied from the list of flaws: the very scenario that was written is read again, its
/// org is founded, and its edge and its org are asked.
pub fn write_catalogue(dir: &Path, now: Timestamp) -> Result<Manifest, KitError> {
    let folder = Folder::open(dir)?;
    folder.remove(MANIFEST)?;
    let mut cases = Vec::new();
    for &flaw in Flaw::ALL {
        cases.push((flaw, flaw.case(now)?));
    }
    let mut flaws = Vec::new();
    for (flaw, case) in &cases {
        flaws.push(write_case(&folder, *flaw, case)?);
    }
    folder.write(SCENARIO, scenario::text(&cases, now).as_bytes())?;
    let controls = found(dir)?;
    for (entry, (flaw, case)) in flaws.iter_mut().zip(&cases) {
        entry.expected = expected::expected(*flaw, case, &controls);
    }
    let manifest = scenario::manifest(controls.scenario(), flaws, now);
    let mut text = serde_json::to_vec_pretty(&manifest).map_err(|error| folder::at(dir)(error.into()))?;
    text.push(b'\n');
    folder.write_in_one(MANIFEST, &text)?;
    Ok(manifest)
}

/// The scenario of a catalogue, relative to its folder.
pub const SCENARIO: &str = "scenario.toml";

fn found(dir: &Path) -> Result<Controls, KitError> {
    let read = Scenario::from_path(&dir.join(SCENARIO), Outside::Refuse);
    let scenario = read.map_err(|mistakes| KitError::Catalogue(mistakes.render(false)))?;
    let clock = scenario.org.clock.clock();
    let journal = Journal::new(clock.clone());
    Controls::found(scenario, clock, Seed::new(0), journal).map_err(|error| KitError::Catalogue(error.to_string()))
}

fn write_case(folder: &Folder, flaw: Flaw, case: &Case) -> Result<FlawEntry, KitError> {
    let file = |name: &str| format!("flaws/{flaw}/{name}");
    let key = key_store::pkcs8_pem(&case.key)?;
    let chain = pem(&case.sent);
    folder.write(&file("key.pem"), key.as_bytes())?;
    folder.write(&file("chain.pem"), chain.as_bytes())?;
    folder.write(&file("identity.pem"), format!("{key}{chain}").as_bytes())?;
    let password = random_password();
    let store = key_store::identity(flaw.id(), &case.key, &case.sent, &password)?;
    folder.write(&file("identity.p12"), &store)?;
    for (name, certificates) in [
        ("roots.pem", &case.roots),
        ("passed-over.pem", &case.passed_over),
        ("uploaded.pem", &case.uploaded),
        ("with-known.pem", &[&case.sent[..], &case.known].concat()),
    ] {
        let wanted = !certificates.is_empty() && (name != "with-known.pem" || !case.known.is_empty());
        if wanted {
            folder.write(&file(name), pem(certificates).as_bytes())?;
        }
    }
    for (number, crl) in (1..).zip(&case.crls) {
        folder.write(&file(&format!("{number}.crl")), crl)?;
    }
    Ok(FlawEntry {
        id: flaw.id().into(),
        title: flaw.title().into(),
        lesson: flaw.lesson().into(),
        chain: flaw.drawn().into(),
        tags: flaw.tags().into_iter().map(str::to_owned).collect(),
        importance: flaw.importance(),
        offered: flaw.offered(),
        pem: file("identity.pem"),
        cert: file("chain.pem"),
        key: file("key.pem"),
        p12: file("identity.p12"),
        p12_password: password,
        expected: Vec::new(),
    })
}

fn pem(certificates: &[Certificate]) -> String {
    certificates.iter().map(Certificate::pem).collect()
}
