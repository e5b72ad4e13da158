//! Certificates on a CRL, and CRLs that cannot tell.

use mockorg::pki::Revocation;
use mockorg::pki::mint::KeyUsage;

use super::Row;
use crate::verdicts::draft::{Authority, Case, crl, numbered};

pub const ROWS: &[Row] = &[
    (
        "a revoked leaf",
        |draft| {
            let mut case = draft.sign();
            let leaf = case.leaf.clone();
            case.publish(&[&leaf], &[]);
            case
        },
        "revoked 1/2 CN=billing 23 alert 44",
    ),
    (
        "a revoked intermediate",
        |draft| {
            let mut case = draft.sign();
            let issuing = case.issuing.certificate.clone();
            case.publish(&[], &[&issuing]);
            case
        },
        "revoked 2/2 CN=Acme Issuing CA 23 alert 44",
    ),
    (
        "a revoked leaf where every CRL is required",
        |draft| {
            let mut case = draft.sign();
            let leaf = case.leaf.clone();
            case.publish(&[&leaf], &[]);
            case.policy.revocation = Revocation::Require;
            case
        },
        "revoked 1/2 CN=billing 23 alert 44",
    ),
    (
        "a leaf that a stale CRL revokes",
        |draft| {
            let mut case = draft.sign();
            case.crls = vec![crl(&case.issuing.issuer, 6, ("2029-05-02", "2029-05-09"), &[&case.leaf])];
            case
        },
        "revoked 1/2 CN=billing 23 alert 44; crl-stale 1/2 CN=billing 12 alert 45",
    ),
    (
        "no CRL where every one is required",
        |draft| required(draft.sign(), Vec::new()),
        "crl-missing 1/2 CN=billing 3 alert 48; crl-missing 2/2 CN=Acme Issuing CA 3 alert 48",
    ),
    (
        "no CRL of the root where every one is required",
        |draft| {
            let case = draft.sign();
            let crls = vec![current(&case.issuing)];
            required(case, crls)
        },
        "crl-missing 2/2 CN=Acme Issuing CA 3 alert 48",
    ),
    (
        "a stale CRL",
        |draft| {
            let mut case = draft.sign();
            case.crls = vec![crl(&case.issuing.issuer, 6, ("2029-03-01", "2029-04-01"), &[])];
            case
        },
        "crl-stale 1/2 CN=billing 12 alert 45",
    ),
    (
        "a stale CRL of the root",
        |draft| {
            let mut case = draft.sign();
            case.crls = vec![crl(&case.root.issuer, 6, ("2029-03-01", "2029-04-01"), &[]), current(&case.issuing)];
            case
        },
        "crl-stale 2/2 CN=Acme Issuing CA 12 alert 45",
    ),
    (
        "a CRL from the future",
        |draft| {
            let mut case = draft.sign();
            case.crls = vec![crl(&case.issuing.issuer, 6, ("2029-07-01", "2029-08-01"), &[])];
            case
        },
        "crl-not-yet-valid 1/2 CN=billing 11 alert 42",
    ),
    (
        "a CRL whose signature was altered",
        |draft| {
            let mut case = draft.sign();
            let mut der = current(&case.issuing);
            *der.last_mut().unwrap() ^= 1;
            case.crls = vec![der];
            case
        },
        "crl-invalid 1/2 CN=billing 8 alert 51",
    ),
    (
        "a CRL of another CA of the same name",
        |draft| {
            let request = numbered(draft.issuing.clone(), 9);
            let mut case = draft.sign();
            case.crls = vec![current(&case.root.certify(&request, 7))];
            case
        },
        "crl-missing 1/2 CN=billing 3 alert 48",
    ),
    (
        "the same, and nothing but the name points at a key",
        |draft| {
            let request = numbered(draft.issuing.clone(), 9);
            let mut case = draft.sign();
            let other = case.root.certify(&request, 7).without_key_id();
            case.crls = vec![crl(&other, 7, ("2029-05-01", "2029-07-01"), &[])];
            case
        },
        "crl-invalid 1/2 CN=billing 8 alert 51",
    ),
    (
        "a CRL by an issuer that may sign certificates alone",
        |mut draft| {
            draft.issuing.key_usage = vec![KeyUsage::KeyCertSign];
            let mut case = draft.sign();
            case.crls = vec![current(&case.issuing)];
            case
        },
        "crl-invalid 1/2 CN=billing 35 alert 46",
    ),
];

fn current(authority: &Authority) -> Vec<u8> {
    crl(&authority.issuer, 7, ("2029-05-01", "2029-07-01"), &[])
}

fn required(mut case: Case, crls: Vec<Vec<u8>>) -> Case {
    case.policy.revocation = Revocation::Require;
    case.crls = crls;
    case
}
