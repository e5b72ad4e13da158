//! The same file played at another org that has one switch set the other way: every switch that shows on the wire is seen.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::Timestamp;
use mockorg::controls::SWITCHES;
use mockorg::pki::mint::{self, Issuer, KeyKind, Request, Validity};
use mockorg::replay::{Against, Exchanged, Judged, Party, Player, Sources};
use mockorg::simulator::Identity;
use mockorg::{RenewalKey, Scenario, Simulator};
use openssl::pkey::PKey;
use openssl::rsa::Rsa;
use openssl::x509::X509;

use super::runtime;
use crate::wire::Org;

/// A switch, its other value, what is played, and what is found then; with the defaults everything is as the file says.
struct Flip {
    switch: &'static str,
    value: &'static str,
    exchanges: &'static str,
    /// What is done at the other org before the last exchange: no exchange can.
    before_last: fn(&Org),
    found: &'static str,
}

const fn flip(switch: &'static str, value: &'static str, exchanges: &'static str, found: &'static str) -> Flip {
    Flip { switch, value, exchanges, before_last: |_| {}, found }
}

const LOGIN: &str =
    "[[exchange]]\nname = \"login\"\nclient = \"billing\"\nlogin = \"soap\"\nuser = \"billing@acme.example\"\n";
const CALL: &str = "session = \"login\"\nrequest = \"GET /services/data/v68.0/limits\"\n";

/// An enforced user's call without a certificate.
const WITHOUT: &str = "LOGIN[[exchange]]\nCALLexpect = { status = 401, error = \"MUTUAL_AUTHENTICATION_FAILED\" }\n";

const FLIPS: [Flip; 20] = [
    flip(
        "edge.alerts",
        "go",
        "[[exchange]]\nclient = \"expired\"\nrequest = \"GET /\"\nexpect.alert = \"certificate_expired\"\n",
        "TLS alert bad_certificate (42)",
    ),
    flip(
        "edge.bad-chain",
        "page",
        "[[exchange]]\nclient = \"expired\"\nrequest = \"GET /\"\nexpect.alert = \"certificate_expired\"\n",
        "200 CERTIFICATE_ERROR_PAGE",
    ),
    flip(
        "edge.client-auth-eku",
        "if-present",
        "[[exchange]]\nclient = \"no-eku\"\nrequest = \"GET /services/data\"\nexpect.alert = \"any\"\n",
        "200",
    ),
    Flip {
        switch: "edge.live-connections",
        value: "recheck",
        exchanges: "LOGIN[[exchange]]\nclient = \"billing\"\nconnection = \"pool\"\nCALL\
                    [[exchange]]\nconnection = \"pool\"\nCALLexpect.headers = { content-type = \"application/json*\" }\n",
        before_last: |org| org.revoke("billing").unwrap(),
        found: "200 CERTIFICATE_ERROR_PAGE",
    },
    flip(
        "edge.login-hosts",
        "421",
        "[[exchange]]\nclient = \"billing\"\nsni = \"login.salesforce.com\"\nrequest = \"GET /services/data\"\n\
         headers = { Host = \"login.salesforce.com:8443\" }\n",
        "421 MISDIRECTED_REQUEST",
    ),
    flip(
        "edge.no-certificate",
        "page",
        "[[exchange]]\ndoor = \"mutual\"\nrequest = \"GET /services/data\"\nexpect.headers = { content-type = \"application/json*\" }\n",
        "200 CERTIFICATE_ERROR_PAGE",
    ),
    flip(
        "edge.page-status",
        "403",
        "[[exchange]]\nclient = \"expired\"\nrequest = \"GET /\"\nexpect = { status = 200, error = \"CERTIFICATE_ERROR_PAGE\" }\n",
        "403 CERTIFICATE_ERROR_PAGE",
    ),
    flip(
        "edge.resumption",
        "trust",
        "[[exchange]]\nname = \"first\"\nclient = \"billing\"\nrequest = \"GET /services/data\"\n\
         [[exchange]]\nresume = \"first\"\nclient = \"billing\"\nrequest = \"GET /services/data\"\nexpect.resumed = false\n",
        "200",
    ),
    flip(
        "edge.revocation",
        "ignore",
        "[[exchange]]\nclient = \"revoked\"\nrequest = \"GET /services/data\"\nexpect.alert = \"certificate_revoked\"\n",
        "200",
    ),
    flip(
        "edge.security-level",
        "0",
        "[[exchange]]\nclient = \"weak\"\nrequest = \"GET /services/data\"\nexpect.alert = \"any\"\n",
        "200",
    ),
    flip(
        "edge.sni-mismatch",
        "421",
        "[[exchange]]\nsni = \"login.salesforce.com\"\nrequest = \"GET /services/data\"\nheaders = { Host = \"acme.my.salesforce.com\" }\n",
        "421 MISDIRECTED_REQUEST",
    ),
    flip(
        "edge.tls",
        "1.2",
        "[[exchange]]\ntls = \"1.3\"\nrequest = \"GET /services/data\"\n",
        "TLS alert protocol_version (70)",
    ),
    flip(
        "org.api-endpoint",
        "as-arrived",
        "[[exchange]]\nname = \"standard\"\nlogin = \"soap\"\nuser = \"reports@acme.example\"\n\
         [[exchange]]\ndoor = \"mutual\"\nlogin = \"soap\"\nuser = \"reports@acme.example\"\n\
         expect.values = { \"//serverUrl\" = \"${standard.server-url}\" }\n",
        "200",
    ),
    flip(
        "org.enforced-login",
        "mutual",
        "[[exchange]]\nlogin = \"password\"\nuser = \"billing@acme.example\"\n",
        "400 invalid_grant",
    ),
    // the certificate was renewed with its key, and the new one not uploaded
    flip(
        "org.identity-match",
        "public-key",
        "[[exchange]]\nclient = \"billing\"\nlogin = \"soap\"\nuser = \"billing@acme.example\"\n\
         expect.error = \"MUTUAL_AUTHENTICATION_FAILED\"\n",
        "200",
    ),
    flip(
        "org.jwt-clock",
        "org",
        "[[exchange]]\nlogin = \"jwt-bearer\"\nuser = \"reports@acme.example\"\n",
        "400 invalid_grant",
    ),
    flip("org.mutual-auth", "disabled", WITHOUT, "200"),
    flip("org.refusal-status", "403", WITHOUT, "403 MUTUAL_AUTHENTICATION_FAILED"),
    flip(
        "org.session-binding",
        "certificate",
        "[[exchange]]\nname = \"login\"\nlogin = \"soap\"\nuser = \"reports@acme.example\"\n\
         [[exchange]]\nclient = \"billing\"\nCALL",
        "401 INVALID_SESSION_ID",
    ),
    flip(
        "org.soap-login",
        "disabled",
        "[[exchange]]\nlogin = \"soap\"\nuser = \"reports@acme.example\"\n",
        "500 INVALID_OPERATION",
    ),
];

/// Switches that no exchange can show, and why.
const UNSEEN: [(&str, &str); 1] = [(
    "edge.ca-names",
    "the names stand in the certificate request, and an exchange shows its certificate whatever they are",
)];

/// The quickstart on a clock of its own, with clients whose certificates are taken by some switches alone.
fn scenario(exchanges: &str, folder: &Path) -> Scenario {
    let text = include_str!("../../../scenarios/quickstart.toml");
    let (org, _) = text.split_once("\n[[exchange]]").unwrap();
    let org = org.replacen("my-domain = \"acme\"\n", "my-domain = \"acme\"\nclock = \"2029-03-01T00:00:00Z\"\n", 1);
    let more = "[[client]]\nname = \"no-eku\"\nissuer = \"acme-issuing\"\nextended-key-usage = []\n\
                [[client]]\nname = \"weak\"\ncertificate = \"weak.pem\"\nkey-file = \"weak.key\"\n\
                [trust]\nroots = [\"root.pem\"]\n";
    let exchanges = exchanges.replace("LOGIN", LOGIN).replace("CALL", CALL);
    Scenario::from_text(&format!("{org}\n{more}{exchanges}"), "x.toml", folder)
        .unwrap_or_else(|mistakes| panic!("{}", mistakes.render(false)))
}

/// A client's key of 1,024 bits, its certificate and the root above it, as files.
fn write_weak(folder: &Path) {
    let at = |time: &str| time.parse::<Timestamp>().unwrap();
    let valid = Validity { from: at("2029-01-01T00:00:00Z"), until: at("2030-01-01T00:00:00Z") };
    let name = |name: &str| mint::name_from_text(name).unwrap();
    let root_key = KeyKind::P256.generate().unwrap();
    let root = mint::self_signed(&Request::authority(name("CN=Old Root"), valid), &root_key).unwrap();
    let issuer = Issuer::new(&root, root_key).unwrap();
    let key = PKey::from_rsa(Rsa::generate(1_024).unwrap()).unwrap();
    let weak = mint::certificate(&Request::client(name("CN=weak"), valid), &key, &issuer).unwrap();
    std::fs::write(folder.join("root.pem"), root.x509().to_pem().unwrap()).unwrap();
    std::fs::write(folder.join("weak.pem"), weak.x509().to_pem().unwrap()).unwrap();
    std::fs::write(folder.join("weak.key"), key.private_key_to_pem_pkcs8().unwrap()).unwrap();
}

/// Plays them as `replay --against` does, at an org with these switches.
fn played(flip: &Flip, switches: &[(&str, &str)]) -> Vec<Exchanged> {
    let folder = tempfile::tempdir().unwrap();
    write_weak(folder.path());
    let scenario = scenario(flip.exchanges, folder.path());
    let kit = folder.path().join("kit");
    let other = Org::with(Simulator::default().seed(9).kit(&kit), scenario.clone());
    other.set_switches(switches).unwrap();
    let renewed = folder.path().join("renewed.pem");
    if flip.switch == "org.identity-match" {
        other.issue("billing", RenewalKey::Keep).unwrap();
        let Identity { certificates_pem, key_pem, .. } = other.client("billing").unwrap();
        std::fs::write(&renewed, certificates_pem + &key_pem).unwrap();
    }
    let path = renewed.display().to_string();
    let environment =
        move |name: &str| (name == "MOCKORG_CLIENT_BILLING_PEM" && renewed.exists()).then(|| path.clone());
    let roots: Vec<X509> = vec![other.server_ca().x509().to_owned()];
    let against = Against::new(&other.standard_url(), &other.mutual_url(), roots, false).unwrap();
    let kit = Some(Sources::read_kit(&kit).unwrap());
    let given = Sources { file: None, environment: Box::new(environment), kit }.gather(&scenario);
    let mut player = Player::new(Party::other(&against, given.unwrap_or_else(|missing| panic!("{missing:?}"))));
    let last = scenario.exchanges.len() - 1;
    runtime().block_on(async {
        let mut played = Vec::new();
        for (at, exchange) in scenario.exchanges.iter().enumerate() {
            if at == last {
                (flip.before_last)(&other);
            }
            played.push(player.play(exchange).await);
        }
        played
    })
}

#[test]
fn every_switch_that_shows_is_seen_when_it_is_set_the_other_way() {
    for flip in &FLIPS {
        // the page's status shows where there is a page
        let both = if flip.switch == "edge.page-status" { vec![("edge.bad-chain", "page")] } else { Vec::new() };
        let name = flip.switch;
        let usual = played(flip, &both);
        assert!(usual.iter().all(|exchange| exchange.outcome == Judged::AsExpected), "{name}: {usual:#?}");
        let flipped = played(flip, &[both, vec![(name, flip.value)]].concat());
        let first = flipped.iter().find(|exchange| exchange.outcome == Judged::Different);
        let first = first.unwrap_or_else(|| panic!("{name} is not seen: {flipped:#?}"));
        assert_eq!(first.found, flip.found, "{name}");
        assert!(!first.differences.is_empty(), "{name}");
    }
}

#[test]
fn every_switch_is_either_seen_or_said_to_be_out_of_sight() {
    let seen = FLIPS.iter().map(|flip| flip.switch);
    let all: BTreeSet<&str> = seen.chain(UNSEEN.iter().map(|(switch, _)| *switch)).collect();
    assert_eq!(all, BTreeSet::from(SWITCHES));
    assert_eq!(all.len(), FLIPS.len() + UNSEEN.len(), "each once");
}
