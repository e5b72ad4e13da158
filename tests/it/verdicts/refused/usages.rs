//! Leaves for other purposes than a client's.

use mockorg::pki::ClientAuthEku;
use mockorg::pki::mint::ExtendedKeyUsage::{Any, EmailProtection, ServerAuth};
use mockorg::pki::mint::Extension;
use mockorg::pki::mint::KeyUsage::{KeyEncipherment, NonRepudiation};

use super::Row;
use super::limits::extension;

const NO_CLIENT_AUTH: &str = "no-client-auth 1/2 CN=billing 26 alert 43";

pub const ROWS: &[Row] = &[
    (
        "a leaf without an extended key usage",
        |mut draft| {
            draft.leaf.extended_key_usage = Vec::new();
            draft.sign()
        },
        NO_CLIENT_AUTH,
    ),
    (
        "a leaf for servers and mail",
        |mut draft| {
            draft.leaf.extended_key_usage = vec![ServerAuth, EmailProtection];
            draft.sign()
        },
        NO_CLIENT_AUTH,
    ),
    (
        "a leaf for any purpose",
        |mut draft| {
            draft.leaf.extended_key_usage = vec![Any];
            draft.sign()
        },
        NO_CLIENT_AUTH,
    ),
    (
        "a leaf for servers where no extended key usage is required",
        |mut draft| {
            draft.leaf.extended_key_usage = vec![ServerAuth];
            let mut case = draft.sign();
            case.policy.client_auth_eku = ClientAuthEku::IfPresent;
            case
        },
        NO_CLIENT_AUTH,
    ),
    (
        "a leaf for any purpose where no extended key usage is required",
        |mut draft| {
            draft.leaf.extended_key_usage = vec![Any];
            let mut case = draft.sign();
            case.policy.client_auth_eku = ClientAuthEku::IfPresent;
            case
        },
        NO_CLIENT_AUTH,
    ),
    (
        "a leaf that may encrypt keys and sign contracts",
        |mut draft| {
            draft.leaf.key_usage = vec![KeyEncipherment, NonRepudiation];
            draft.sign()
        },
        "key-usage 1/2 CN=billing 26 alert 43",
    ),
    (
        "a leaf with an extended key usage that cannot be read",
        |mut draft| {
            draft.leaf.extended_key_usage = Vec::new();
            draft.leaf.other = vec![purposes(&[0x30, 0x01])];
            let mut case = draft.sign();
            case.policy.client_auth_eku = ClientAuthEku::IfPresent;
            case
        },
        "other 1/2 CN=billing 20 alert 48",
    ),
    (
        "a leaf with two extended key usages",
        |mut draft| {
            draft.leaf.other =
                vec![purposes(&[0x30, 0x0a, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01])];
            draft.sign()
        },
        "other 1/2 CN=billing 20 alert 48",
    ),
    (
        "an intermediate with a key usage of nothing",
        |mut draft| {
            draft.issuing.key_usage = Vec::new();
            draft.issuing.other = vec![extension("2.5.29.15", true, &[0x03, 0x02, 0x07, 0x00])];
            draft.sign()
        },
        "other 2/2 CN=Acme Issuing CA 20 alert 48",
    ),
];

fn purposes(value: &[u8]) -> Extension {
    extension("2.5.29.37", false, value)
}
