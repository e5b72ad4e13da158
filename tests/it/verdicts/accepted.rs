//! Chains that hold, however they are sent.

use mockorg::pki::mint::ExtendedKeyUsage::{Any, ClientAuth, ServerAuth};
use mockorg::pki::mint::KeyUsage::{DigitalSignature, KeyAgreement, KeyCertSign};
use mockorg::pki::mint::{self, AlternativeName, NameConstraints, Request, Role};
use mockorg::pki::{ClientAuthEku, Revocation};

use super::draft::{Authority, Case, Draft, ISSUING, crl, key, name, numbered, years};
use super::refused::limits::{rsa_1024, signed_with_sha_1};
use super::{check, summary_at};

const SOUND: &str = "holds: billing < Acme Issuing CA < Acme Root CA";

#[test]
fn a_sound_chain_holds_in_any_order_with_any_extras() {
    check(&[
        ("leaf and intermediate", |draft| draft.sign(), SOUND),
        (
            "the root too",
            |draft| {
                let mut case = draft.sign();
                case.sent.push(case.root.certificate.clone());
                case
            },
            SOUND,
        ),
        (
            "root before intermediate, everything twice",
            |draft| {
                let mut case = draft.sign();
                let (root, issuing) = (case.root.certificate.clone(), case.issuing.certificate.clone());
                case.sent = vec![case.leaf.clone(), root.clone(), issuing.clone(), case.leaf.clone(), root, issuing];
                case
            },
            SOUND,
        ),
        (
            "straight from the root",
            |draft| {
                let root = Authority::root(&draft.root, 0);
                let mut case = Draft { leaf_issuer: Some(root.issuer), ..draft }.sign();
                case.sent.truncate(1);
                case
            },
            "holds: billing < Acme Root CA",
        ),
        (
            "an expired twin of the intermediate comes first",
            |draft| {
                let mut case = draft.sign();
                let request = numbered(Request::authority(name(ISSUING), years(2026, 2028)), 9);
                case.sent.insert(1, case.root.certify(&request, 1).certificate);
                case
            },
            SOUND,
        ),
        (
            "two roots of one name on the list, the other one first",
            |draft| {
                let other = Authority::root(&numbered(draft.root.clone(), 8), 7);
                let mut case = draft.sign();
                case.listed.insert(0, other.certificate);
                case
            },
            SOUND,
        ),
        (
            "the same, and nothing but the name points at the key",
            |mut draft| {
                let root = Authority::root(&draft.root, 0);
                let other = Authority::root(&numbered(draft.root.clone(), 8), 7);
                draft.leaf_issuer = Some(root.without_key_id());
                let mut case = draft.sign();
                case.sent.truncate(1);
                case.listed.insert(0, other.certificate);
                case
            },
            "holds: billing < Acme Root CA",
        ),
    ]);
}

#[test]
fn usages_that_allow_a_client_hold() {
    check(&[
        (
            "clientAuth among others",
            |mut draft| {
                draft.leaf.extended_key_usage = vec![ServerAuth, ClientAuth, Any];
                draft.sign()
            },
            SOUND,
        ),
        (
            "no extended key usage where none is required",
            |mut draft| {
                draft.leaf.extended_key_usage = Vec::new();
                let mut case = draft.sign();
                case.policy.client_auth_eku = ClientAuthEku::IfPresent;
                case
            },
            SOUND,
        ),
        (
            "no key usage at all",
            |mut draft| {
                draft.leaf.key_usage = Vec::new();
                draft.sign()
            },
            SOUND,
        ),
        (
            "key agreement instead of signing",
            |mut draft| {
                draft.leaf.key_usage = vec![KeyAgreement];
                draft.sign()
            },
            SOUND,
        ),
        (
            "a CA as a client",
            |mut draft| {
                draft.leaf.role = Role::Authority { path_length: None };
                draft.leaf.key_usage = vec![DigitalSignature, KeyCertSign];
                draft.sign()
            },
            SOUND,
        ),
        (
            "an issuer for clients alone",
            |mut draft| {
                draft.issuing.extended_key_usage = vec![ClientAuth];
                draft.sign()
            },
            SOUND,
        ),
        (
            "just as many intermediates and just the names that are allowed",
            |mut draft| {
                draft.root.role = Role::Authority { path_length: Some(1) };
                draft.issuing.role = Role::Authority { path_length: Some(0) };
                draft.issuing.name_constraints =
                    Some(NameConstraints { permitted_dns: vec!["acme.example".into()], ..Default::default() });
                draft.leaf.alternative_names = vec![AlternativeName::Dns("billing.acme.example".into())];
                draft.sign()
            },
            SOUND,
        ),
    ]);
}

#[test]
fn what_is_weak_holds_at_level_0() {
    let at_level_0 = |mut case: Case| {
        case.policy.security_level = 0;
        case
    };
    let short_key = at_level_0(Draft { leaf_key: rsa_1024(), ..Draft::new() }.sign());
    assert_eq!(summary_at(&short_key, short_key.now), SOUND);
    let sha_1 = at_level_0(signed_with_sha_1(Draft::new().sign()));
    assert_eq!(summary_at(&sha_1, sha_1.now), SOUND);
}

#[test]
fn revocation_is_asked_only_as_far_as_it_is_published() {
    check(&[
        (
            "another certificate is revoked",
            |draft| {
                let mut case = draft.sign();
                let root = case.root.certificate.clone();
                case.publish(&[&root], &[]);
                case.policy.revocation = Revocation::Require;
                case
            },
            SOUND,
        ),
        (
            "a stale CRL beside a current one",
            |draft| {
                let mut case = draft.sign();
                case.publish(&[], &[]);
                case.crls.insert(0, crl(&case.issuing.issuer, 6, ("2029-03-01", "2029-04-01"), &[]));
                case.policy.revocation = Revocation::Require;
                case
            },
            SOUND,
        ),
        (
            "revoked, but nobody looks",
            |draft| {
                let mut case = draft.sign();
                let leaf = case.leaf.clone();
                case.publish(&[&leaf], &[]);
                case.policy.revocation = Revocation::Ignore;
                case
            },
            SOUND,
        ),
        (
            "the CRL of somebody else is stale",
            |draft| {
                let other = Authority::root(&numbered(Request::authority(name("CN=Other"), years(2025, 2039)), 9), 5);
                let mut case = draft.sign();
                case.crls = vec![crl(&other.issuer, 1, ("2029-01-01", "2029-02-01"), &[])];
                case
            },
            SOUND,
        ),
        (
            "a root is trusted because it is listed, whatever its own CRL",
            |draft| {
                let root = Authority::root(&draft.root, 0);
                let mut case = Draft { leaf_issuer: Some(root.issuer), ..draft }.sign();
                case.sent.truncate(1);
                let root = case.root.certificate.clone();
                case.publish(&[], &[&root]);
                case.policy.revocation = Revocation::Require;
                case
            },
            "holds: billing < Acme Root CA",
        ),
    ]);
}

#[test]
fn a_listed_root_may_be_a_client_itself() {
    check(&[(
        "self-signed and listed",
        |draft| {
            let leaf = mint::self_signed(&draft.leaf, &key(2)).unwrap();
            let mut case = draft.sign();
            case.listed.push(leaf.clone());
            case.sent = vec![leaf];
            case.policy.revocation = Revocation::Require;
            case
        },
        "holds: billing",
    )]);
}
