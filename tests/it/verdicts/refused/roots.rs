//! Paths that end in no root on the list.

use mockorg::pki::mint::{self, Request};

use super::Row;
use crate::verdicts::draft::{Authority, key, name, numbered, years};

pub const ROWS: &[Row] = &[
    (
        "a leaf that signs itself",
        |draft| {
            let leaf = mint::self_signed(&draft.leaf, &key(2)).unwrap();
            let mut case = draft.sign();
            case.sent = vec![leaf];
            case
        },
        "self-signed 1/1 CN=billing 18 alert 48",
    ),
    (
        "an unlisted root, sent",
        |draft| {
            let mut case = draft.sign();
            case.sent.push(case.root.certificate.clone());
            case.listed.clear();
            case
        },
        "unlisted-root 3/3 CN=Acme Root CA 19 alert 48",
    ),
    (
        "an unlisted root that is known, not sent",
        |draft| {
            let mut case = draft.sign();
            case.listed.clear();
            case
        },
        "unlisted-root 2/2 CN=Acme Issuing CA 20 alert 48",
    ),
    (
        "an unlisted root that nobody knows, not sent",
        |draft| {
            let mut case = draft.sign();
            case.listed.clear();
            case.known.clear();
            case
        },
        "no-issuer 2/2 CN=Acme Issuing CA 20 alert 48",
    ),
    (
        "a root of the same name is listed, the own one sent",
        |draft| {
            let twin = Authority::root(&numbered(draft.root.clone(), 9), 7);
            let mut case = draft.sign();
            case.sent.push(case.root.certificate.clone());
            case.listed = vec![twin.certificate];
            case
        },
        "unlisted-root 3/3 CN=Acme Root CA 19 alert 48",
    ),
    (
        "a root of the same name is listed, the own one not sent and unknown",
        |draft| {
            let twin = Authority::root(&numbered(draft.root.clone(), 9), 7);
            let mut case = draft.sign();
            case.listed = vec![twin.certificate];
            case.known.clear();
            case
        },
        "no-issuer 2/2 CN=Acme Issuing CA 20 alert 48",
    ),
    (
        "a root of the same name is listed, and nothing but the name points at a key",
        |mut draft| {
            let twin = Authority::root(&numbered(draft.root.clone(), 9), 7);
            draft.leaf_issuer = Some(Authority::root(&draft.root, 0).without_key_id());
            let mut case = draft.sign();
            case.sent.truncate(1);
            case.listed = vec![twin.certificate];
            case
        },
        "bad-signature 1/1 CN=billing 7 alert 51",
    ),
    (
        "a cross-signed twin whose root is not listed, without the one whose root is",
        |draft| {
            let elsewhere =
                Authority::root(&numbered(Request::authority(name("CN=Elsewhere"), years(2025, 2039)), 8), 7);
            let mut case = draft.sign();
            case.sent[1] = elsewhere
                .certify(&numbered(Request::authority(case.issuing.issuer.name.clone(), years(2027, 2033)), 9), 1)
                .certificate;
            case
        },
        "no-issuer 2/2 CN=Acme Issuing CA 20 alert 48",
    ),
];
