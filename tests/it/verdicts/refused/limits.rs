//! Chains beyond what their CAs or the edge allow: path length, names, policies, strength, number, critical extensions.

use der::asn1::OctetString;
use mockorg::pki::Certificate;
use mockorg::pki::mint::{self, AlternativeName, Extension, Issuer, NameConstraints, Request, Role};
use openssl::asn1::Asn1Time;
use openssl::ec::{Asn1Flag, EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::x509::X509;
use openssl::x509::extension::ExtendedKeyUsage;

use super::Row;
use crate::verdicts::draft::{Authority, Case, at, key, name, numbered, years};

pub const ROWS: &[Row] = &[
    (
        "more intermediates than the root allows",
        |mut draft| {
            draft.root.role = Role::Authority { path_length: Some(0) };
            draft.sign()
        },
        "path-too-long root CN=Acme Root CA 25 alert 48",
    ),
    (
        "more intermediates than an intermediate allows",
        |mut draft| {
            draft.issuing.role = Role::Authority { path_length: Some(0) };
            let (leaf, mut case) = (draft.leaf.clone(), draft.sign());
            let lower = Request::authority(name("CN=Acme Sub CA,O=Acme"), years(2028, 2032));
            let lower = case.issuing.certify(&numbered(lower, 4), 3);
            case.sent = vec![issue(&leaf, &lower), lower.certificate, case.issuing.certificate.clone()];
            case
        },
        "path-too-long 3/3 CN=Acme Issuing CA 25 alert 48",
    ),
    (
        "a name that is not permitted",
        |mut draft| {
            draft.issuing.name_constraints = constraints(&["acme.example"], &[]);
            draft.leaf.alternative_names = vec![AlternativeName::Dns("billing.elsewhere.example".into())];
            draft.sign()
        },
        "name-constraint 1/2 CN=billing 47 alert 46",
    ),
    (
        "a name that is excluded",
        |mut draft| {
            draft.issuing.name_constraints = constraints(&[], &["acme.example"]);
            draft.leaf.alternative_names = vec![AlternativeName::Dns("billing.acme.example".into())];
            draft.sign()
        },
        "name-constraint 1/2 CN=billing 48 alert 46",
    ),
    (
        "a critical extension that nobody knows",
        |mut draft| {
            draft.leaf.other = vec![extension("1.3.6.1.4.1.99999.1", true, &[0x05, 0x00])];
            draft.sign()
        },
        "unknown-critical-extension 1/2 CN=billing 34 alert 46",
    ),
    (
        "a critical extension that nobody knows, in the intermediate",
        |mut draft| {
            draft.issuing.other = vec![extension("1.3.6.1.4.1.99999.1", true, &[0x05, 0x00])];
            draft.sign()
        },
        "unknown-critical-extension 2/2 CN=Acme Issuing CA 34 alert 46",
    ),
    (
        "no policy where the intermediate demands one",
        |mut draft| {
            // policyConstraints: requireExplicitPolicy 0
            draft.issuing.other = vec![extension("2.5.29.36", true, &[0x30, 0x03, 0x80, 0x01, 0x00])];
            draft.sign()
        },
        "policy 1/2 CN=billing 43 alert 46",
    ),
    (
        "a leaf with an RSA key of 1024 bits",
        |mut draft| {
            draft.leaf_key = rsa_1024();
            draft.sign()
        },
        "weak 1/2 CN=billing 66 alert 42",
    ),
    (
        "an intermediate with an RSA key of 1024 bits",
        |draft| {
            let leaf = draft.leaf.clone();
            let mut case = draft.sign();
            let weak = weak_intermediate(&case);
            case.sent = vec![issue(&leaf, &weak), weak.certificate];
            case
        },
        "weak 2/2 CN=Acme Issuing CA 67 alert 42",
    ),
    ("a leaf signed with SHA-1", |draft| signed_with_sha_1(draft.sign()), "weak 1/2 CN=billing 68 alert 42"),
    (
        "a leaf signed with SHA-1 at level 1",
        |draft| {
            let mut case = signed_with_sha_1(draft.sign());
            case.policy.security_level = 1;
            case
        },
        "weak 1/2 CN=billing 68 alert 42",
    ),
    (
        "a key on a curve that is spelt out",
        |mut draft| {
            let mut group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
            group.set_asn1_flag(Asn1Flag::EXPLICIT_CURVE);
            draft.leaf_key = PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap();
            draft.sign()
        },
        "other 1/2 CN=billing 94 alert 42",
    ),
    (
        "33 certificates",
        |draft| {
            let mut case = draft.sign();
            case.sent = vec![case.leaf.clone(); 33];
            case
        },
        "too-many 1/33 CN=billing 22 alert 48",
    ),
];

pub fn extension(oid: &str, critical: bool, value: &[u8]) -> Extension {
    Extension { extn_id: oid.parse().unwrap(), critical, extn_value: OctetString::new(value).unwrap() }
}

pub fn rsa_1024() -> PKey<Private> {
    PKey::from_rsa(Rsa::generate(1024).unwrap()).unwrap()
}

/// The leaf, signed with SHA-1 by the same issuer.
pub fn signed_with_sha_1(mut case: Case) -> Case {
    let x509 = case.leaf.x509();
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    builder.set_serial_number(x509.serial_number()).unwrap();
    builder.set_subject_name(x509.subject_name()).unwrap();
    builder.set_issuer_name(x509.issuer_name()).unwrap();
    builder.set_not_before(&Asn1Time::from_unix(at("2029-01-01T00:00:00Z").as_second()).unwrap()).unwrap();
    builder.set_not_after(&Asn1Time::from_unix(at("2029-12-31T23:59:59Z").as_second()).unwrap()).unwrap();
    builder.set_pubkey(&key(2)).unwrap();
    builder.append_extension(ExtendedKeyUsage::new().client_auth().build().unwrap()).unwrap();
    builder.sign(&case.issuing.issuer.key, MessageDigest::sha1()).unwrap();
    case.sent[0] = Certificate::new(builder.build());
    case
}

fn weak_intermediate(case: &Case) -> Authority {
    let weak = rsa_1024();
    let request = numbered(Request::authority(case.issuing.issuer.name.clone(), years(2027, 2033)), 9);
    let certificate = mint::certificate(&request, &weak, &case.root.issuer).unwrap();
    Authority { issuer: Issuer::new(&certificate, weak).unwrap(), certificate }
}

fn issue(leaf: &Request, authority: &Authority) -> Certificate {
    mint::certificate(leaf, &key(2), &authority.issuer).unwrap()
}

fn constraints(permitted: &[&str], excluded: &[&str]) -> Option<NameConstraints> {
    let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    Some(NameConstraints {
        permitted_dns: names(permitted),
        excluded_dns: names(excluded),
        permitted_networks: Vec::new(),
    })
}
