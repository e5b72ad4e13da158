//! The identities that a scenario asks for: who chains to whom, renewal, revocation.

use jiff::SignedDuration;
use mockorg::controls::identities::{Identities, MintError};
use mockorg::pki::Certificate;
use mockorg::pki::mint::{ExtendedKeyUsage, KeyKind};
use mockorg::scenario::{
    AppSpec, CaSpec, ClientSpec, ClockSpec, CrlPublication, EdgeSwitches, Flow, JwtSpec, OrgSpec, OrgSwitches,
    Scenario, Sends, Source, TrustSpec, Validity, When,
};
use openssl::x509::{CrlStatus, X509Crl, X509VerifyResult};

use super::{at, error, mockorg_time, verify};

#[test]
fn every_client_of_a_scenario_chains_to_its_root() {
    let mut identities = Identities::mint(&scenario(), at(START)).unwrap();
    let roots = [("billing", "acme-root"), ("revoked", "acme-root"), ("unlisted", "elsewhere-root")];
    for (client, root) in roots {
        let root = certificate_of(&identities, root);
        let sent = identities.sends(identities.client(client).unwrap());
        assert_eq!(verify(&sent, &root, START), X509VerifyResult::OK, "{client}");
    }
    let listed: Vec<&str> = identities.listed().map(|authority| authority.name.as_str()).collect();
    assert_eq!(listed, ["acme-root"]);
    let published = identities.crls(at(START)).unwrap();
    let names: Vec<&str> = published.crls.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["acme-root", "acme-issuing", "elsewhere-root"]);
    assert_eq!(on_crl(&published.crls[1].1, &identities, "revoked"), Some(true));
    assert_eq!(on_crl(&published.crls[1].1, &identities, "billing"), Some(false));
}

#[test]
fn an_issuer_encloses_whatever_it_issues() {
    let identities = Identities::mint(&scenario(), at(START)).unwrap();
    let root = certificate_of(&identities, "acme-root");
    let expired = identities.client("expired").unwrap();
    assert_eq!(expired.leaf.not_before(), at("2027-11-26T00:00:00Z"));
    assert_eq!(expired.leaf.not_after(), at("2028-12-28T00:00:00Z"));
    let sent = identities.sends(expired);
    assert_eq!(error(&sent, &root, START), "certificate has expired");
    assert_eq!(verify(&sent, &root, "2027-11-27T00:00:00Z"), X509VerifyResult::OK);
    let elsewhere = certificate_of(&identities, "elsewhere-root");
    assert_eq!(elsewhere.not_before(), at("2027-12-31T00:00:00Z"), "nothing widens it");
}

#[test]
fn a_client_sends_what_its_scenario_says() {
    let mut scenario = scenario();
    let wanted = [
        (Sends::Chain, "billing, acme-issuing"),
        (Sends::ChainAndRoot, "billing, acme-issuing, acme-root"),
        (Sends::Leaf, "billing"),
        (Sends::List(vec!["acme-issuing".into(), "visitor".into()]), "acme-issuing, visitor"),
    ];
    for (sends, expected) in wanted {
        scenario.clients[0].sends = sends;
        let identities = Identities::mint(&scenario, at(START)).unwrap();
        let sent = identities.sends(&identities.clients()[0]);
        let names: Vec<&str> = sent.iter().map(|certificate| identities.name_of(certificate).unwrap()).collect();
        assert_eq!(names.join(", "), expected);
    }
}

#[test]
fn a_client_without_an_issuer_signs_itself() {
    let mut scenario = scenario();
    scenario.clients[0].issuer = None;
    let mut identities = Identities::mint(&scenario, at(START)).unwrap();
    let leaf = identities.client("billing").unwrap().leaf.clone();
    let root = certificate_of(&identities, "acme-root");
    assert_eq!(error(std::slice::from_ref(&leaf), &root, START), "self-signed certificate");
    assert!(matches!(identities.revoke("billing", at(START)), Err(MintError::NoIssuer(_))));
    assert_ne!(identities.issue("billing", Some(KeyKind::P256.generate().unwrap()), at(START)).unwrap().leaf, leaf);
}

#[test]
fn a_renewal_has_a_new_serial_and_the_key_that_is_asked_for() {
    let mut identities = Identities::mint(&scenario(), at(START)).unwrap();
    let before = identities.client("billing").unwrap().clone();
    let later = "2029-11-30T00:00:00Z";
    let kept = identities.issue("billing", None, at(later)).unwrap().clone();
    assert_ne!(kept.leaf.serial(), before.leaf.serial());
    assert_eq!(kept.leaf.subject(), before.leaf.subject());
    assert!(kept.key.public_eq(&before.key));
    assert_eq!(kept.leaf.not_before(), at("2029-11-29T00:00:00Z"));
    assert_eq!(kept.leaf.not_after(), at("2030-11-30T00:00:00Z"));

    let changed = identities.issue("billing", Some(KeyKind::P256.generate().unwrap()), at(later)).unwrap().clone();
    assert_ne!(changed.leaf.serial(), kept.leaf.serial());
    assert!(!changed.key.public_eq(&kept.key));
    assert_eq!(identities.sends(identities.client("billing").unwrap())[0], changed.leaf);
    let names = [before, kept, changed].map(|client| identities.name_of(&client.leaf).map(str::to_owned));
    assert_eq!(names, [(); 3].map(|()| Some("billing".to_owned())), "former certificates stay known");
}

#[test]
fn a_crl_renews_itself_when_the_clock_has_gone_on_or_back() {
    let mut identities = Identities::mint(&scenario(), at(START)).unwrap();
    let first = identities.crls(at(START)).unwrap();
    assert_eq!((first.since, first.until), (at(START), at("2029-01-05T00:00:00Z")));
    assert_eq!(identities.crls(first.until).unwrap().crls, first.crls, "not due");
    for now in ["2029-01-05T00:00:01Z", "2029-02-17T00:00:00Z", "2020-01-01T00:00:00Z"] {
        let renewed = identities.crls(at(now)).unwrap();
        assert_eq!(renewed.since, at(now));
        let crl = X509Crl::from_der(&renewed.crls[1].1).unwrap();
        let next = at(now) + SignedDuration::from_hours(7 * 24);
        assert_eq!(mockorg_time(crl.next_update().unwrap()), next);
        assert_eq!(on_crl(&renewed.crls[1].1, &identities, "revoked"), Some(true));
    }
}

#[test]
fn a_revocation_is_on_the_next_crl_at_once() {
    let mut identities = Identities::mint(&scenario(), at(START)).unwrap();
    let before = identities.crls(at(START)).unwrap();
    identities.revoke("billing", at(START)).unwrap();
    identities.revoke("billing", at(START)).unwrap();
    let after = identities.crls(at(START)).unwrap();
    assert_eq!(on_crl(&before.crls[1].1, &identities, "billing"), Some(false));
    assert_eq!(on_crl(&after.crls[1].1, &identities, "billing"), Some(true));
    assert_eq!(X509Crl::from_der(&after.crls[1].1).unwrap().get_revoked().unwrap().len(), 2);
    assert!(matches!(identities.revoke("nobody", at(START)), Err(MintError::UnknownClient(_))));
}

#[test]
fn a_crl_to_hand_out_lasts_as_long_as_either_certificate_of_its_ca() {
    let mut scenario = scenario();
    scenario.cas.push(CaSpec { renews: Some("acme-root".into()), ..ca("again", None, false) });
    let [from, until] = ["2028-01-01T00:00:00Z", "2029-02-01T00:00:00Z"].map(|time| When::At(at(time)));
    scenario.cas[0].valid = Some(Validity { from, until });
    let mut identities = Identities::mint(&scenario, at(START)).unwrap();
    let lasting = identities.lasting_crls(at(START)).unwrap();
    let (name, der) = &lasting[0];
    let next = mockorg_time(X509Crl::from_der(der).unwrap().next_update().unwrap());
    assert_eq!((name.as_str(), next), ("acme-root", identities.authority("again").unwrap().certificate.not_after()));
    assert!(lasting.iter().all(|(name, _)| name != "again"), "one CRL for both");
}

#[test]
fn a_withheld_crl_is_issued_once_and_a_ca_may_have_none() {
    let mut scenario = scenario();
    scenario.cas[0].crl = CrlPublication::None;
    scenario.cas[1].crl = CrlPublication::Withheld;
    let mut identities = Identities::mint(&scenario, at(START)).unwrap();
    let first = identities.crls(at(START)).unwrap();
    identities.revoke("billing", at(START)).unwrap();
    let later = identities.crls(at("2029-03-01T00:00:00Z")).unwrap();
    let names: Vec<&str> = later.crls.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["acme-issuing", "elsewhere-root"]);
    assert_eq!(later.crls[0], first.crls[0]);
    assert_eq!(on_crl(&later.crls[0].1, &identities, "billing"), Some(false));
    assert_ne!(later.crls[1], first.crls[1], "the published one goes on");
}

#[test]
fn handed_out_crls_last_until_their_cas_end() {
    let mut identities = Identities::mint(&scenario(), at(START)).unwrap();
    for (name, der) in identities.lasting_crls(at(START)).unwrap() {
        let end = certificate_of(&identities, &name).not_after();
        assert_eq!(mockorg_time(X509Crl::from_der(&der).unwrap().next_update().unwrap()), end, "{name}");
    }
}

#[test]
fn the_key_of_an_app_is_made_when_somebody_asks() {
    let identities = Identities::mint(&scenario(), at(START)).unwrap();
    identities.begin_app_keys();
    let app = identities.app("quickstart").unwrap();
    let made = app.key().unwrap().unwrap();
    assert_eq!((made.key.id(), made.key.bits()), (openssl::pkey::Id::RSA, 2048));
    assert!(made.certificate.x509().public_key().unwrap().public_eq(&made.key));
    assert_eq!(app.certificate().unwrap(), &made.certificate);
    assert_eq!(made.certificate.issuer(), "CN=acme-issuing,O=Acme");
}

#[test]
fn identities_from_files_are_taken_as_they_are() {
    let minted = Identities::mint(&scenario(), at(START)).unwrap();
    let billing = minted.client("billing").unwrap();
    let mut scenario = scenario();
    scenario.clients[0].source =
        Source::Files { chain: minted.sends(billing), key_pem: billing.key.private_key_to_pem_pkcs8().unwrap() };
    scenario.clients[0].issuer = None;
    let mut read = Identities::mint(&scenario, at(START)).unwrap();
    assert_eq!(read.sends(read.client("billing").unwrap()), minted.sends(billing));
    assert!(read.client("billing").unwrap().key.public_eq(&billing.key));
    assert!(matches!(read.issue("billing", None, at(START)), Err(MintError::NoIssuer(_))));
}

/// The org's clock at start.
pub const START: &str = "2028-12-30T00:00:00Z";

/// The quickstart, built by code so that these tests depend on no file.
pub fn scenario() -> Scenario {
    let issuing = Some("acme-issuing");
    let mut clients: Vec<ClientSpec> = ["billing", "visitor", "expired", "revoked", "server-only", "leaf-only"]
        .map(|name| client(name, issuing))
        .into();
    clients.push(client("unlisted", Some("elsewhere-root")));
    let days = |days: i64| When::FromStart(SignedDuration::from_hours(24 * days));
    clients[2].valid = Some(Validity { from: days(-400), until: days(-2) });
    clients[3].revoked = true;
    clients[4].extended_key_usage = Some(vec![ExtendedKeyUsage::ServerAuth]);
    clients[5].sends = Sends::Leaf;
    let app = AppSpec {
        name: "quickstart".into(),
        client_id: "quickstart-client-id".into(),
        client_secret: Some("quickstart-secret".into()),
        flows: vec![Flow::JwtBearer],
        redirect_uris: Vec::new(),
        run_as: None,
        jwt: Some(JwtSpec::Minted { issuer: "acme-issuing".into() }),
        require_pkce: false,
        refresh_token_rotation: false,
        refresh_tokens: Vec::new(),
        scopes: Vec::new(),
    };
    Scenario {
        exchanges: Vec::new(),
        probes: Vec::new(),
        source: None,
        org: OrgSpec {
            name: "Acme".into(),
            my_domain: "acme".into(),
            clock: ClockSpec::Standing(at(START)),
            pace: None,
            switches: OrgSwitches::default(),
        },
        edge: EdgeSwitches::default(),
        trust: TrustSpec::default(),
        cas: vec![
            ca("acme-root", None, true),
            ca("acme-issuing", Some("acme-root"), false),
            ca("elsewhere-root", None, false),
        ],
        clients,
        uploads: Vec::new(),
        profiles: Vec::new(),
        permission_sets: Vec::new(),
        users: Vec::new(),
        apps: vec![app],
        expectations: Vec::new(),
        faults: Vec::new(),
        chaos: Default::default(),
        steps: Vec::new(),
    }
}

fn ca(name: &str, issuer: Option<&str>, listed: bool) -> CaSpec {
    CaSpec {
        name: name.into(),
        issuer: issuer.map(Into::into),
        renews: None,
        listed,
        source: Source::Minted(KeyKind::P256),
        subject: None,
        valid: None,
        crl: CrlPublication::Published,
        distribution_point: None,
        path_length: None,
        name_constraints: None,
        extended_key_usage: Vec::new(),
    }
}

fn client(name: &str, issuer: Option<&str>) -> ClientSpec {
    ClientSpec {
        name: name.into(),
        issuer: issuer.map(Into::into),
        source: Source::Minted(KeyKind::P256),
        subject: None,
        serial: None,
        valid: None,
        revoked: false,
        extended_key_usage: None,
        key_usage: None,
        flaw: None,
        sends: Sends::Chain,
    }
}

fn certificate_of(identities: &Identities, authority: &str) -> Certificate {
    identities.authorities().iter().find(|known| known.name == authority).unwrap().certificate.clone()
}

fn on_crl(der: &[u8], identities: &Identities, client: &str) -> Option<bool> {
    let leaf = &identities.client(client)?.leaf;
    Some(matches!(X509Crl::from_der(der).ok()?.get_by_cert(&leaf.x509().to_owned()), CrlStatus::Revoked(_)))
}
