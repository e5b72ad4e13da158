//! Issuers that are missing, wrong, or without the right to issue; and signatures that are not theirs.

use mockorg::pki::mint::{ExtendedKeyUsage, KeyUsage, Role};
use mockorg::pki::{Certificate, Revocation};

use super::Row;
use crate::verdicts::draft::{numbered, years};

pub const ROWS: &[Row] = &[
    (
        "a missing intermediate that is known",
        |draft| {
            let mut case = draft.sign();
            case.sent.truncate(1);
            case
        },
        "missing-intermediate 1/1 CN=billing 20 alert 48",
    ),
    (
        "a missing intermediate that nobody knows",
        |draft| {
            let mut case = draft.sign();
            case.sent.truncate(1);
            case.known.clear();
            case
        },
        "no-issuer 1/1 CN=billing 20 alert 48",
    ),
    (
        "a missing intermediate whose CRLs are there",
        |draft| {
            let mut case = draft.sign();
            case.publish(&[], &[]);
            case.policy.revocation = Revocation::Require;
            case.sent.truncate(1);
            case
        },
        "missing-intermediate 1/1 CN=billing 20 alert 48",
    ),
    (
        "an expired leaf without its intermediate: another leaf would not help",
        |mut draft| {
            draft.leaf.validity = years(2028, 2028);
            let mut case = draft.sign();
            case.sent.truncate(1);
            case
        },
        "missing-intermediate 1/1 CN=billing 20 alert 48; expired 1/1 CN=billing 10 alert 45",
    ),
    (
        "an intermediate of the same name with another key",
        |draft| {
            let request = numbered(draft.issuing.clone(), 9);
            let mut case = draft.sign();
            case.sent[1] = case.root.certify(&request, 7).certificate;
            case
        },
        "missing-intermediate 1/2 CN=billing 20 alert 48",
    ),
    (
        "an intermediate of the same name with another key, and the right one is unknown",
        |draft| {
            let request = numbered(draft.issuing.clone(), 9);
            let mut case = draft.sign();
            case.sent[1] = case.root.certify(&request, 7).certificate;
            case.known.clear();
            case
        },
        "no-issuer 1/2 CN=billing 20 alert 48",
    ),
    (
        "an issuer that is no CA",
        |mut draft| {
            draft.issuing.role = Role::EndEntity;
            draft.sign()
        },
        "issuer-not-ca 2/2 CN=Acme Issuing CA 79 alert 48",
    ),
    (
        "an issuer that may sign CRLs alone",
        |mut draft| {
            draft.issuing.key_usage = vec![KeyUsage::CrlSign];
            draft.sign()
        },
        "issuer-not-ca 2/2 CN=Acme Issuing CA 79 alert 48",
    ),
    (
        "a root that may sign CRLs alone",
        |mut draft| {
            draft.root.key_usage = vec![KeyUsage::CrlSign];
            draft.sign()
        },
        "issuer-not-ca root CN=Acme Root CA 79 alert 48",
    ),
    (
        "an issuer for servers alone",
        |mut draft| {
            draft.issuing.extended_key_usage = vec![ExtendedKeyUsage::ServerAuth];
            draft.sign()
        },
        "issuer-without-client-auth 2/2 CN=Acme Issuing CA 26 alert 43",
    ),
    (
        "a root for servers alone",
        |mut draft| {
            draft.root.extended_key_usage = vec![ExtendedKeyUsage::ServerAuth];
            draft.sign()
        },
        "issuer-without-client-auth root CN=Acme Root CA 26 alert 43",
    ),
    (
        "a leaf whose signature was altered",
        |draft| {
            let mut case = draft.sign();
            case.sent[0] = altered(&case.leaf);
            case
        },
        "bad-signature 1/2 CN=billing 7 alert 51",
    ),
    (
        "an intermediate whose signature was altered",
        |draft| {
            let mut case = draft.sign();
            case.sent[1] = altered(&case.issuing.certificate);
            case
        },
        "bad-signature 2/2 CN=Acme Issuing CA 7 alert 51",
    ),
];

/// With one bit of its signature flipped.
fn altered(certificate: &Certificate) -> Certificate {
    let mut der = certificate.der().to_vec();
    *der.last_mut().unwrap() ^= 1;
    Certificate::from_der(&der).unwrap()
}
