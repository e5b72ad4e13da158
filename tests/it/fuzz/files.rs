//! What comes from files: scenarios, chains, key stores, CRLs.

use std::path::Path;

use mockorg::pki::mint::{KeyKind, Request, Validity, name_from_text, self_signed};
use mockorg::pki::outlook::Outlook;
use mockorg::pki::picture::Picture;
use mockorg::pki::proposal::{Proposal, WantedUsage};
use mockorg::pki::{Certificate, Crls, Policy, Revocation, TrustList, keystore, validate};
use mockorg::{Clock, Scenario};
use openssl::pkcs12::Pkcs12;

use super::fuzz;

#[test]
fn a_scenario_is_read_or_refused() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut seeds = vec![std::fs::read(folder.join("scenarios/quickstart.toml")).unwrap()];
    for entry in std::fs::read_dir(folder.join("tests/bad")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            seeds.push(std::fs::read(path).unwrap());
        }
    }
    fuzz("scenario", seeds, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        if let Err(wrong) = Scenario::from_text(&text, "fuzz.toml", &folder.join("tests/fuzz/scenario")) {
            assert!(!wrong.render(false).is_empty());
        }
    });
}

/// Judged, drawn, foretold and mended, whatever it is.
fn told(sent: &[Certificate], crls: &Crls) {
    let now = Clock::system().org_now();
    for revocation in [Revocation::IfPublished, Revocation::Require] {
        let policy = Policy { revocation, ..Policy::default() };
        let mut trust = TrustList::default();
        for root in sent.iter().filter(|certificate| certificate.is_self_issued()) {
            // one that cannot be used is no root
            let _ = trust.push(None, root.clone(), "fuzz".into());
        }
        let verdict = validate(sent, &trust, crls, now, &policy);
        let _ = Picture::of(sent, &trust, &verdict).lines();
        let _ = Outlook::of(sent, &trust, crls, now, &policy, &verdict);
        let _ = Proposal::of(sent, &trust, crls, now, &policy);
        let _ = WantedUsage::of(&verdict.faults, &verdict.path, sent);
    }
}

#[test]
fn a_chain_is_judged_or_unreadable() {
    fuzz("chain", Vec::new(), |bytes| {
        let chain = Certificate::from_pem(bytes).or_else(|_| Certificate::from_der(bytes).map(|one| vec![one]));
        if let Ok(chain) = chain {
            told(&chain, &Crls::default());
        }
    });
}

/// A store of a key that nobody has seen before.
fn with_key() -> Vec<u8> {
    let at = |time: &str| time.parse().unwrap();
    let validity = Validity { from: at("2020-01-01T00:00:00Z"), until: at("2060-01-01T00:00:00Z") };
    let key = KeyKind::P256.generate().unwrap();
    let certificate = self_signed(&Request::client(name_from_text("CN=a").unwrap(), validity), &key).unwrap();
    let mut builder = Pkcs12::builder();
    builder.name("a").pkey(&key).cert(certificate.x509()).key_iter(1).mac_iter(1);
    builder.build2("changeit").unwrap().to_der().unwrap()
}

#[test]
fn a_pkcs12_store_is_read_or_refused() {
    fuzz("pkcs12", vec![with_key()], |bytes| {
        if let Ok(entries) = keystore::pkcs12(bytes, "changeit") {
            entries.iter().for_each(|entry| told(&entry.certificates, &Crls::default()));
        }
    });
}

#[test]
fn a_jks_store_is_read_or_refused() {
    fuzz("jks", Vec::new(), |bytes| {
        let _ = keystore::jks(bytes, Some("changeit"));
        if let Ok(entries) = keystore::jks(bytes, None) {
            entries.iter().for_each(|entry| told(&entry.certificates, &Crls::default()));
        }
    });
}

#[test]
fn a_crl_is_used_or_refused() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/chain");
    let chain = Certificate::from_pem(&std::fs::read(folder.join("chain.pem")).unwrap()).unwrap();
    fuzz("crl", Vec::new(), |bytes| {
        if let Ok(crls) = Crls::from_der([bytes]) {
            told(&chain, &crls);
        }
    });
}
