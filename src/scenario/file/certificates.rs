//! `[trust]`, `[[ca]]`, `[[client]]` and `[[mutual-auth-certificate]]` as on disk.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{NameList, Spot, Word};
use crate::pki::mint::{ExtendedKeyUsage, KeyKind, KeyUsage};
use crate::scenario::CrlPublication;
use crate::scenario::vocabulary::ChainOrLeaf;

/// `[trust]`: the outbound CA list and the revocation lists.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "trust")]
pub struct TrustTable {
    /// Mozilla's roots too (default true).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub builtin: Option<bool>,
    /// Files or folders of roots: PEM, DER, PKCS#12 or JKS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roots: Option<Vec<Spot<String>>>,
    /// Files or folders of CRLs: PEM or DER.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crls: Option<Vec<Spot<String>>>,
    /// Pass over certificates in `roots` that are not self-issued (default false: a mistake).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_intermediates: Option<bool>,
    /// The password of PKCS#12 and JKS stores in `roots`; without it "changeit" and the empty one are tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub store_password: Option<Spot<String>>,
}

/// `[[ca]]`: a certificate authority.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "ca")]
pub struct CaTable {
    /// Its name here, and its common name unless `subject` says otherwise.
    pub name: Spot<String>,
    /// The CA that signs it; if missing, that of the CA that it renews, or none: a root.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<Spot<String>>,
    /// A CA of which this is another certificate: of the same name and key, with one CRL for both.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renews: Option<Spot<String>>,
    /// Whether it is on the outbound CA list (default false; roots only).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listed: Option<Spot<bool>>,
    /// The kind of key to mint (default "p-256").
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<Word<KeyKind>>,
    /// Its distinguished name, the most specific part first: "CN=Acme Issuing CA,O=Acme".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<Spot<String>>,
    /// When it is valid (default: from a year ago, for twenty years ahead if a root, else ten).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid: Option<ValidTable>,
    /// A PEM or DER file to read it from, with `key-file`, instead of minting it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Spot<String>>,
    /// The PEM file of its private key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_file: Option<Spot<String>>,
    /// What its CRL does (default "published").
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crl: Option<Word<CrlPublication>>,
    /// A URL for the CRL distribution point of the certificates that it issues.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distribution_point: Option<Spot<String>>,
    /// How many CAs may follow below it, 0 to 255 (default: any number).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 255))]
    pub path_length: Option<Spot<i64>>,
    /// The names that its subjects may have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_constraints: Option<Spot<NameConstraintsTable>>,
    /// What its subjects may be for (default: no such extension).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extended_key_usage: Option<Spot<Vec<Word<ExtendedKeyUsage>>>>,
}

/// `[[client]]`: an identity for a team's client.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "client")]
pub struct ClientTable {
    /// Its name here, and its common name unless `subject` says otherwise.
    pub name: Spot<String>,
    /// The CA that signs it; self-signed if missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<Spot<String>>,
    /// The kind of key to mint (default "p-256").
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<Word<KeyKind>>,
    /// Its distinguished name, the most specific part first: "CN=billing,O=Acme".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<Spot<String>>,
    /// Its serial number in hexadecimal, up to 20 octets (default: random).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial: Option<Spot<String>>,
    /// When it is valid (default: from yesterday for a year).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid: Option<ValidTable>,
    /// Whether it is on its issuer's CRL (default false).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked: Option<Spot<bool>>,
    /// Key usage (default ["digitalSignature"]; an empty list leaves the extension out).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_usage: Option<Spot<Vec<Word<KeyUsage>>>>,
    /// Extended key usage (default ["clientAuth"]; an empty list leaves the extension out).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extended_key_usage: Option<Spot<Vec<Word<ExtendedKeyUsage>>>>,
    /// A flaw of the catalogue in its own certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flaw: Option<Spot<String>>,
    /// What its PEM holds: "chain" (default), "leaf", "chain+root", or a list of clients and CAs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sends: Option<NameList<ChainOrLeaf>>,
    /// A PEM or DER file to read it from, leaf first, with `key-file`, instead of minting it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Spot<String>>,
    /// The PEM file of its private key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_file: Option<Spot<String>>,
}

/// `valid = { from = "-400d", until = "-2d" }`: a time, or a duration from the org's clock at start.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "valid")]
pub struct ValidTable {
    /// notBefore.
    pub from: Spot<String>,
    /// notAfter.
    pub until: Spot<String>,
}

/// `name-constraints`: DNS names; a leading dot means subdomains only.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "name-constraints")]
pub struct NameConstraintsTable {
    /// The DNS names permitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permitted_dns: Option<Vec<Spot<String>>>,
    /// The DNS names excluded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub excluded_dns: Option<Vec<Spot<String>>>,
}

/// `[[mutual-auth-certificate]]`: uploaded to the org at start.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "mutual-auth-certificate")]
pub struct UploadTable {
    /// Its label, at most 64 characters, unique.
    pub label: Spot<String>,
    /// The client whose leaf is uploaded; or `file`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<Spot<String>>,
    /// A PEM file: the certificate, or its chain with the certificate first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<Spot<String>>,
    /// Checked as of then (default: the org's clock at start): a time, or a duration such as "-400d".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uploaded_at: Option<Spot<String>>,
}
