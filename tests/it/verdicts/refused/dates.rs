//! Certificates before and after their time.

use super::Row;
use crate::verdicts::draft::years;

pub const ROWS: &[Row] = &[
    (
        "an expired leaf",
        |mut draft| {
            draft.leaf.validity = years(2028, 2028);
            draft.sign()
        },
        "expired 1/2 CN=billing 10 alert 45",
    ),
    (
        "an expired intermediate",
        |mut draft| {
            draft.issuing.validity = years(2027, 2028);
            draft.sign()
        },
        "expired 2/2 CN=Acme Issuing CA 10 alert 45",
    ),
    (
        "an expired root, not sent",
        |mut draft| {
            draft.root.validity = years(2025, 2028);
            draft.sign()
        },
        "expired root CN=Acme Root CA 10 alert 45",
    ),
    (
        "an expired root, sent",
        |mut draft| {
            draft.root.validity = years(2025, 2028);
            let mut case = draft.sign();
            case.sent.push(case.root.certificate.clone());
            case
        },
        "expired 3/3 CN=Acme Root CA 10 alert 45",
    ),
    (
        "a leaf that is not yet valid",
        |mut draft| {
            draft.leaf.validity = years(2030, 2030);
            draft.sign()
        },
        "not-yet-valid 1/2 CN=billing 9 alert 42",
    ),
    (
        "an intermediate that is not yet valid",
        |mut draft| {
            draft.issuing.validity = years(2030, 2033);
            draft.sign()
        },
        "not-yet-valid 2/2 CN=Acme Issuing CA 9 alert 42",
    ),
    (
        "a root that is not yet valid",
        |mut draft| {
            draft.root.validity = years(2030, 2039);
            draft.sign()
        },
        "not-yet-valid root CN=Acme Root CA 9 alert 42",
    ),
    (
        "an expired leaf of an intermediate that is not yet valid: the leaf is the team's to renew",
        |mut draft| {
            draft.leaf.validity = years(2028, 2028);
            draft.issuing.validity = years(2030, 2033);
            draft.sign()
        },
        "expired 1/2 CN=billing 10 alert 45; not-yet-valid 2/2 CN=Acme Issuing CA 9 alert 42",
    ),
];
