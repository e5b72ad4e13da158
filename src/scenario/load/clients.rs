//! `[[client]]` and `[[mutual-auth-certificate]]`. Whether the org takes an upload, the org decides.

use std::collections::HashMap;

use super::identity::{self, Origin};
use super::names::Names;
use super::{Reading, files, names, values};
use crate::pki::Flaw;
use crate::scenario::file::{ClientTable, File, NameList, Spot, UploadTable};
use crate::scenario::vocabulary::ChainOrLeaf;
use crate::scenario::{ClientSpec, Sends, UploadSpec, Uploaded, guess};

/// The longest label of an upload, in characters.
const LONGEST_LABEL: usize = 64;

pub(super) fn clients(file: &File, names: &Names<'_>, reading: &mut Reading<'_>) -> Vec<ClientSpec> {
    let clients: Vec<ClientSpec> = file.client.iter().map(|table| client(table, names, reading)).collect();
    let mut serials = HashMap::new();
    for (table, client) in file.client.iter().zip(&clients) {
        let (Some(spot), Some(serial)) = (&table.serial, &client.serial) else { continue };
        let number = serial.trim_start_matches('0').to_owned();
        let issuer = client.issuer.as_deref().map(|issuer| names.keeper(issuer, file));
        if let Some(other) = serials.insert((issuer, number), &client.name) {
            let other = guess::quoted(other);
            reading.mistake(spot.span(), format!("{other} has this serial number already, from the same issuer"));
        }
    }
    clients
}

fn client(client: &ClientTable, names: &Names<'_>, reading: &mut Reading<'_>) -> ClientSpec {
    if let Some(issuer) = &client.issuer {
        names.ca(issuer, reading);
    }
    let revoked = client.revoked.as_ref().is_some_and(|revoked| **revoked);
    if let (true, Some(revoked), None) = (revoked, &client.revoked, &client.issuer) {
        let name = guess::quoted(&client.name);
        reading.mistake(revoked.span(), format!("{name} has no issuer, so there is no CRL that it could be on"));
    }
    let origin = Origin {
        name: &client.name,
        key: client.key.as_ref(),
        certificate: client.certificate.as_ref(),
        key_file: client.key_file.as_ref(),
        minting: vec![
            ("subject", client.subject.as_ref().map(|subject| subject.span())),
            ("serial", client.serial.as_ref().map(|serial| serial.span())),
            ("valid", client.valid.as_ref().map(|valid| valid.from.span())),
            ("key-usage", client.key_usage.as_ref().map(|usages| usages.span())),
            ("extended-key-usage", client.extended_key_usage.as_ref().map(|usages| usages.span())),
            ("flaw", client.flaw.as_ref().map(|flaw| flaw.span())),
        ],
    };
    ClientSpec {
        name: client.name.to_string(),
        issuer: client.issuer.as_ref().map(|issuer| issuer.to_string()),
        source: identity::source(origin, reading),
        subject: client.subject.as_ref().map(|subject| values::subject(subject, reading)),
        serial: client.serial.as_ref().map(|serial| values::serial(serial, reading)),
        valid: client.valid.as_ref().and_then(|valid| values::validity(valid, reading)),
        revoked,
        extended_key_usage: client.extended_key_usage.as_ref().map(|usages| reading.words(usages)),
        key_usage: client.key_usage.as_ref().map(|usages| reading.words(usages)),
        flaw: client.flaw.as_ref().and_then(|spot| flaw(client, spot, reading)),
        sends: client.sends.as_ref().map(|sends| self::sends(&client.name, sends, names, reading)).unwrap_or_default(),
    }
}

/// A flaw that any CA could have made; of the others it is said where they are to be had.
fn flaw(client: &ClientTable, spot: &Spot<String>, reading: &mut Reading<'_>) -> Option<Flaw> {
    let Some(flaw) = Flaw::of_id(spot) else {
        reading.unknown("flaw", spot, Flaw::ALL.iter().filter(|flaw| flaw.is_of_leaf()).map(|flaw| flaw.id()));
        return None;
    };
    let name = guess::quoted(&client.name);
    if !flaw.is_of_leaf() {
        let cure = "mockorg certs --catalogue makes it, with an org that has it all";
        reading.mistake(
            spot.span(),
            format!("\"{flaw}\" is not a flaw of {name} alone but of its chain or its org; {cure}"),
        );
    } else if client.issuer.is_none() {
        reading.mistake(
            spot.span(),
            format!("{name} has no issuer, and who signs itself is refused before \"{flaw}\" counts"),
        );
    }
    Some(flaw)
}

pub(super) fn sends(
    client: &Spot<String>,
    sends: &NameList<ChainOrLeaf>,
    names: &Names<'_>,
    reading: &mut Reading<'_>,
) -> Sends {
    match sends {
        NameList::Names(list) => {
            if list.is_empty() {
                let name = guess::quoted(client);
                reading.mistake(client.span(), format!("sends of {name} is empty; it takes at least one name"));
            }
            let known = list.iter().filter(|name| names.either(name, reading));
            Sends::List(known.map(|name| name.to_string()).collect())
        }
        NameList::Word(word) => match reading.word(word) {
            Some(ChainOrLeaf::ChainAndRoot) => Sends::ChainAndRoot,
            Some(ChainOrLeaf::Leaf) => Sends::Leaf,
            Some(ChainOrLeaf::Chain) | None => Sends::Chain,
        },
    }
}

pub(super) fn uploads(file: &File, names: &Names<'_>, reading: &mut Reading<'_>) -> Vec<UploadSpec> {
    let tables = &file.mutual_auth_certificate;
    names::check_unique("label", tables.iter().map(|table| &table.label), str::to_owned, reading);
    tables.iter().filter_map(|table| upload(table, names, reading)).collect()
}

fn upload(table: &UploadTable, names: &Names<'_>, reading: &mut Reading<'_>) -> Option<UploadSpec> {
    let uploaded_at = table.uploaded_at.as_ref().and_then(|when| values::when(when, reading));
    let of = uploaded(&table.label, table.client.as_ref(), table.file.as_ref(), names, reading)?;
    Some(UploadSpec { label: table.label.to_string(), of, uploaded_at })
}

/// What is uploaded under a label: a client's leaf or a file.
pub(super) fn uploaded(
    label: &Spot<String>,
    client: Option<&Spot<String>>,
    file: Option<&Spot<String>>,
    names: &Names<'_>,
    reading: &mut Reading<'_>,
) -> Option<Uploaded> {
    let length = label.chars().count();
    if length == 0 || length > LONGEST_LABEL {
        reading.mistake(label.span(), format!("the label has {length} characters; it may have 1 to {LONGEST_LABEL}"));
    }
    match (client, file) {
        (Some(client), None) => {
            names.client(client, reading)?;
            Some(Uploaded::Client(client.to_string()))
        }
        (None, Some(file)) => reading.contents(file, files::LARGEST_CERTIFICATE).map(Uploaded::Pem),
        (Some(_), Some(file)) => {
            reading.mistake(file.span(), format!("{} has client and file; it takes one of them", guess::quoted(label)));
            None
        }
        (None, None) => {
            reading.mistake(label.span(), format!("{} has neither client nor file", guess::quoted(label)));
            None
        }
    }
}
