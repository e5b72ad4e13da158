//! What CAs and clients share: minted or read from files, and the fit of certificate, key and issuer.

use std::collections::HashMap;
use std::ops::Range;

use super::Reading;
use crate::scenario::file::{File, Spot, Word};
use crate::scenario::{KeyKind, Scenario, Source, guess};

/// The keys of a `[[ca]]` or `[[client]]` that say where it comes from.
pub(super) struct Origin<'a> {
    pub(super) name: &'a Spot<String>,
    pub(super) key: Option<&'a Word<KeyKind>>,
    pub(super) certificate: Option<&'a Spot<String>>,
    pub(super) key_file: Option<&'a Spot<String>>,
    /// Keys that only shape a certificate that is minted.
    pub(super) minting: Vec<(&'static str, Option<Range<usize>>)>,
}

/// Minted, or read from files; after a mistake, minted, which then goes nowhere.
pub(super) fn source(origin: Origin<'_>, reading: &mut Reading<'_>) -> Source {
    let kind = reading.word_or(origin.key, KeyKind::default());
    let minted = Source::Minted(kind);
    let (certificate, key_file) = match (origin.certificate, origin.key_file) {
        (Some(certificate), Some(key_file)) => (certificate, key_file),
        (None, None) => return minted,
        (Some(certificate), None) => {
            reading.mistake(certificate.span(), "a certificate needs its private key: key-file is missing");
            return minted;
        }
        (None, Some(key_file)) => {
            reading.mistake(key_file.span(), "a key-file needs its certificate: certificate is missing");
            return minted;
        }
    };
    let key_span = origin.key.map(|key| key.text().span());
    let minting = origin.minting.into_iter().chain([("key", key_span)]);
    for (key, span) in minting.filter_map(|(key, span)| Some((key, span?))) {
        let name = guess::quoted(origin.name);
        reading.mistake(span, format!("{key} shapes a certificate that is minted; that of {name} is read from a file"));
    }
    let chain = reading.certificates(certificate);
    let key = reading.private_key(key_file);
    let (Some(chain), Some((key, key_pem))) = (chain, key) else { return minted };
    let fits = chain[0].x509().public_key().is_ok_and(|public| public.public_eq(&key));
    if !fits {
        let (key_file, certificate) = (guess::quoted(key_file), guess::quoted(certificate));
        let span = origin.key_file.map(Spot::span).unwrap_or_default();
        reading.mistake(span, format!("the key in {key_file} is not the key of the certificate in {certificate}"));
    }
    Source::Files { chain, key_pem }
}

/// A certificate from a file that names an issuer must have been signed by it.
pub(super) fn check_signatures(scenario: &Scenario, file: &File, reading: &mut Reading<'_>) {
    let sources: HashMap<&str, &Source> = scenario.cas.iter().map(|ca| (ca.name.as_str(), &ca.source)).collect();
    let of_cas = file.ca.iter().filter_map(|ca| Some((ca.issuer.as_ref()?, *sources.get(ca.name.as_str())?)));
    let of_clients = file.client.iter().zip(&scenario.clients);
    let of_clients = of_clients.filter_map(|(table, client)| Some((table.issuer.as_ref()?, &client.source)));
    for (issuer, source) in of_cas.chain(of_clients) {
        let Source::Files { chain, .. } = source else { continue };
        let signed = match sources.get(issuer.as_str()) {
            Some(Source::Files { chain: above, .. }) => {
                above[0].x509().public_key().and_then(|key| chain[0].x509().verify(&key)).unwrap_or(false)
            }
            Some(Source::Minted(_)) => false,
            None => continue, // said already
        };
        if !signed {
            let (issuer_name, subject) = (guess::quoted(issuer), chain[0].subject());
            reading
                .mistake(issuer.span(), format!("{subject} is read from a file and was not signed by {issuer_name}"));
        }
    }
}
