//! A scenario's identities as files, and a `scenario.toml` that reads them: another org judges the very same keys.
//!
//! The CAs come as certificates and CRLs; no file holds a CA's key, so nothing there can issue or revoke.

use std::path::Path;

use jiff::Timestamp;

use super::folder::{self, Folder};
use super::{KitError, key_store};
use crate::controls::identities::Identities;
use crate::pki::Certificate;
use crate::scenario::{Paths, Scenario, Uploaded};

/// Writes the identities of `scenario` into `dir`, as they are at `now`, the org's clock, and a `scenario.toml` last.
///
/// CRLs last until their CA's end, but for withheld ones, which stay as they were. Modes are as those of a kit.
/// Waits for the keys of connected apps.
pub fn write_certs(
    dir: &Path,
    identities: &mut Identities,
    scenario: &Scenario,
    now: Timestamp,
) -> Result<(), KitError> {
    let folder = Folder::open(dir)?;
    folder.remove(SCENARIO)?;
    let mut paths = Paths { crls: crls(&folder, identities, scenario, now)?, ..Paths::default() };
    paths.roots = authorities(&folder, identities, scenario)?;
    for client in identities.clients() {
        let file = format!("clients/{}", folder::file_name(&client.name)?);
        let (certificate, key) = (format!("{file}.crt"), format!("{file}.key"));
        let sends = identities.sends(client);
        let key_pem = key_store::pkcs8_pem(&client.key)?;
        folder.write(&key, key_pem.as_bytes())?;
        folder.write(&certificate, pem(&sends).as_bytes())?;
        folder.write(&format!("{file}.pem"), format!("{key_pem}{}", pem(&sends)).as_bytes())?;
        if sends.first() == Some(&client.leaf) {
            paths.clients.push((certificate, key));
        } else {
            // A scenario reads the certificate of the key first: the rest of what is sent follows it.
            let mut own_first = vec![client.leaf.clone()];
            own_first.extend(sends.into_iter().filter(|sent| *sent != client.leaf));
            let readable = format!("{file}.own-first.crt");
            folder.write(&readable, pem(&own_first).as_bytes())?;
            paths.clients.push((readable, key));
        }
    }
    paths.apps = apps(&folder, identities, scenario)?;
    for (number, upload) in scenario.uploads.iter().enumerate() {
        paths.uploads.push(match &upload.of {
            Uploaded::Client(_) => None,
            Uploaded::Pem(text) => {
                let file = format!("uploads/{}.pem", number + 1);
                folder.write(&file, text)?;
                Some(file)
            }
        });
    }
    let toml = scenario.to_file(now, &paths).to_toml()?;
    folder.write_in_one(SCENARIO, format!("{}\n{toml}", header(scenario)).as_bytes())
}

/// The file whose appearance means that the rest is there.
const SCENARIO: &str = "scenario.toml";

/// Every CA's certificate; returns the files that belong on the outbound CA list.
fn authorities(folder: &Folder, identities: &Identities, scenario: &Scenario) -> Result<Vec<String>, KitError> {
    let mut roots = Vec::new();
    for authority in identities.authorities() {
        let file = format!("cas/{}.crt", folder::file_name(&authority.name)?);
        folder.write(&file, authority.certificate.pem().as_bytes())?;
        if authority.listed {
            roots.push(file);
        }
    }
    for (number, (root, _)) in scenario.trust.roots.iter().enumerate() {
        let file = format!("trust/root-{}.crt", number + 1);
        folder.write(&file, root.pem().as_bytes())?;
        roots.push(file);
    }
    Ok(roots)
}

fn crls(
    folder: &Folder,
    identities: &mut Identities,
    scenario: &Scenario,
    now: Timestamp,
) -> Result<Vec<String>, KitError> {
    let mut files = Vec::new();
    for (name, der) in identities.lasting_crls(now)? {
        let file = format!("cas/{}.crl", folder::file_name(&name)?);
        folder.write(&file, &der)?;
        files.push(file);
    }
    for (number, der) in scenario.trust.crls.iter().enumerate() {
        let file = format!("trust/crl-{}.crl", number + 1);
        folder.write(&file, der)?;
        files.push(file);
    }
    Ok(files)
}

/// For each connected app the file of its certificate; its key lies beside it if it was minted.
fn apps(folder: &Folder, identities: &Identities, scenario: &Scenario) -> Result<Vec<Option<String>>, KitError> {
    let mut certificates = Vec::new();
    for app in &scenario.apps {
        let Some(known) = identities.app(&app.name) else {
            certificates.push(None);
            continue;
        };
        let file = format!("apps/{}", folder::file_name(&app.name)?);
        if let Some(minted) = known.key()? {
            folder.write(&format!("{file}.key"), key_store::pkcs8_pem(&minted.key)?.as_bytes())?;
        }
        let certificate = format!("{file}.crt");
        folder.write(&certificate, known.certificate()?.pem().as_bytes())?;
        certificates.push(Some(certificate));
    }
    Ok(certificates)
}

fn header(scenario: &Scenario) -> String {
    let mut header =
        String::from("# Written by `mockorg certs`: the same identities, read from the files beside it.\n");
    if scenario.names_cas_to_clients() {
        header.push_str("# edge.ca-names listed CAs of the scenario; there are none here, so the list is empty.\n");
    }
    let left_out = scenario.tables_left_out();
    if !left_out.is_empty() {
        header += &format!("# Left out of what the scenario had: {}.\n", left_out.join(", "));
    }
    header
}

fn pem(certificates: &[Certificate]) -> String {
    certificates.iter().map(Certificate::pem).collect()
}
