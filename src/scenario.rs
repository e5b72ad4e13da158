//! A scenario: an org, its edge, its users and its certificates, as a file describes them.
//!
//! [`mod@file`] is the text exactly as on disk; `load` turns it into a [`Scenario`], which cannot be wrong.

use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::clock::Clock;
pub use crate::clock::Pace;
pub use crate::pki::mint::{ExtendedKeyUsage, KeyKind, KeyUsage, NameConstraints};
use crate::pki::{Certificate, Flaw};

mod diagnostic;
pub mod exchange;
mod expect;
pub mod fault;
pub mod file;
mod guess;
pub mod load;
pub mod meaning;
pub mod pattern;
mod pattern_words;
pub mod permission;
pub mod probe;
mod schema;
mod server_flaw;
pub mod step;
pub mod switches;
mod toml_error;
pub mod vocabulary;
mod write;

pub use diagnostic::{Diagnostic, Diagnostics, Place};
pub use exchange::ExchangeSpec;
pub(crate) use expect::seconds;
pub use expect::{ExpectSpec, Wanted};
pub use fault::FaultSpec;
#[cfg(feature = "cli")]
pub(crate) use guess::unknown as unknown_name;
pub use load::{Outside, duration, upload_refused};
pub use meaning::Meaning;
pub use pattern::{Door, Outcome, Pattern};
pub use permission::Permission;
pub use probe::ProbeSpec;
pub use schema::schema;
pub use server_flaw::{ServerFlaw, ServerShown};
pub use step::StepSpec;
pub use switches::{CaNames, EdgeSwitches, OrgSwitches};
pub use write::Paths;

/// A scenario that was read and found right: every name that it mentions exists.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Where it was read, for messages; `None` for one that was built in or built by code.
    pub source: Option<PathBuf>,
    /// `[org]`
    pub org: OrgSpec,
    /// `[edge]`
    pub edge: EdgeSwitches,
    /// `[trust]`
    pub trust: TrustSpec,
    /// `[[ca]]`, each after its issuer and after the one that it renews
    pub cas: Vec<CaSpec>,
    /// `[[client]]`
    pub clients: Vec<ClientSpec>,
    /// `[[mutual-auth-certificate]]`
    pub uploads: Vec<UploadSpec>,
    /// `[[profile]]` and the standard ones
    pub profiles: Vec<PermissionBundle>,
    /// `[[permission-set]]`
    pub permission_sets: Vec<PermissionBundle>,
    /// `[[user]]`
    pub users: Vec<UserSpec>,
    /// `[[connected-app]]`
    pub apps: Vec<AppSpec>,
    /// `[[exchange]]`, in order; they say nothing about the org.
    pub exchanges: Vec<ExchangeSpec>,
    /// `[[probe]]`, likewise.
    pub probes: Vec<ProbeSpec>,
    /// `[[expect]]`
    pub expectations: Vec<ExpectSpec>,
    /// `[[fault]]`
    pub faults: Vec<FaultSpec>,
    /// `[chaos]`
    pub chaos: fault::Preset,
    /// `[[step]]`
    pub steps: Vec<StepSpec>,
}

/// `[org]`: name, My Domain, clock and switches.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OrgSpec {
    /// The org's name.
    pub name: String,
    /// One DNS label.
    pub my_domain: String,
    /// Where the org stands in time.
    pub clock: ClockSpec,
    /// How fast a clock that would stand runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pace: Option<Pace>,
    /// `org.*`
    pub switches: OrgSwitches,
}

/// `clock` in `[org]`.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClockSpec {
    /// An RFC 3339 time: stands there until moved.
    Standing(Timestamp),
    /// `system`, or the system's shifted by a duration.
    System(SignedDuration),
}

impl ClockSpec {
    /// A clock that is set so.
    pub fn clock(self) -> Clock {
        match self {
            Self::Standing(time) => Clock::standing_at(time),
            Self::System(shift) => Clock::shifted(shift),
        }
    }
}

/// A point in time: relative to the org's clock at start, or absolute.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// An RFC 3339 time.
    At(Timestamp),
    /// `"-400d"`, `"30d"`.
    FromStart(SignedDuration),
}

impl When {
    /// The time meant, for an org that starts at `start`; clamped to the calendar.
    pub fn resolve(self, start: Timestamp) -> Timestamp {
        match self {
            Self::At(time) => time,
            Self::FromStart(by) => start.saturating_add(by).unwrap_or(Timestamp::MAX),
        }
    }
}

/// `valid = { from, until }`.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub struct Validity {
    /// notBefore
    pub from: When,
    /// notAfter
    pub until: When,
}

/// `[trust]`: the outbound CA list.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TrustSpec {
    /// Mozilla's roots too (default true).
    pub builtin: bool,
    /// Roots from files, each with the file it came from.
    #[serde(serialize_with = "meaning::certificates")]
    pub roots: Vec<(Certificate, PathBuf)>,
    /// CRLs from files, DER.
    pub crls: Vec<Vec<u8>>,
}

/// `[[ca]]`.
#[derive(Clone, Debug, Serialize)]
pub struct CaSpec {
    /// Its name in this scenario; the common name too unless `subject` says otherwise.
    pub name: String,
    /// The CA that signs it; `None` for a root.
    pub issuer: Option<String>,
    /// The CA that it has its name, its key and its CRL from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renews: Option<String>,
    /// On the outbound CA list.
    pub listed: bool,
    /// Minted here, or read from files.
    pub source: Source,
    /// `CN=…,O=…`, most specific first.
    pub subject: Option<String>,
    /// Defaults to a year ago until twenty years ahead for roots, ten for others, or wider, so that it encloses the
    /// validity of all that it issues.
    pub valid: Option<Validity>,
    /// What its CRL does.
    pub crl: CrlPublication,
    /// A URL for the CRL distribution point of the certificates it issues.
    pub distribution_point: Option<String>,
    /// pathLenConstraint.
    pub path_length: Option<u8>,
    /// Permitted and excluded names.
    pub name_constraints: Option<NameConstraints>,
    /// Restricts what its subjects may be for; empty means no extension.
    pub extended_key_usage: Vec<ExtendedKeyUsage>,
}

/// Where an identity comes from.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// `certificate` + `key-file`: certificate chain (leaf first) and its key, PKCS#8 PEM or PKCS#1/SEC1 PEM.
    Files {
        /// Leaf first.
        chain: Vec<Certificate>,
        /// The private key in PEM.
        #[serde(with = "crate::pki::text::octets")]
        key_pem: Vec<u8>,
    },
    /// Minted at start with a key of this kind.
    Minted(KeyKind),
}

/// `crl` on a `[[ca]]`.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CrlPublication {
    /// The CA has no CRL at all.
    None,
    /// Signed, loaded by the edge, renewed on the org's clock.
    #[default]
    Published,
    /// Issued once at start, never renewed.
    Withheld,
}

/// `[[client]]`: an identity for a team's client.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct ClientSpec {
    /// Its name in this scenario; the common name too unless `subject` says otherwise.
    pub name: String,
    /// The CA that signs it; `None` for a self-signed one.
    pub issuer: Option<String>,
    /// Minted here, or read from files.
    pub source: Source,
    /// `CN=…,O=…`
    pub subject: Option<String>,
    /// Hexadecimal digits.
    pub serial: Option<String>,
    /// Defaults to yesterday until a year ahead.
    pub valid: Option<Validity>,
    /// On its issuer's CRL.
    pub revoked: bool,
    /// `None`: the default, clientAuth. Empty: no extension.
    pub extended_key_usage: Option<Vec<ExtendedKeyUsage>>,
    /// `None`: the default, digitalSignature.
    pub key_usage: Option<Vec<KeyUsage>>,
    /// What is wrong with its certificate.
    #[serde(default)]
    pub flaw: Option<Flaw>,
    /// What its PEM holds.
    pub sends: Sends,
}

/// `sends` on a `[[client]]`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sends {
    /// Leaf and intermediates, in order.
    #[default]
    Chain,
    /// Leaf, intermediates and root.
    ChainAndRoot,
    /// The leaf alone.
    Leaf,
    /// These, by name: clients and CAs, in this order.
    List(Vec<String>),
}

/// `[[mutual-auth-certificate]]`: uploaded to the org at start.
#[derive(Clone, Debug, Serialize)]
pub struct UploadSpec {
    /// At most 64 characters, unique.
    pub label: String,
    /// What is uploaded.
    pub of: Uploaded,
    /// Checked as of then (default: the org's clock at start).
    pub uploaded_at: Option<When>,
}

/// What an `[[mutual-auth-certificate]]` names.
#[derive(Clone, Debug, Serialize)]
pub enum Uploaded {
    /// The leaf of a client of this scenario.
    Client(String),
    /// The text of a PEM file.
    Pem(#[serde(serialize_with = "crate::pki::text::octets::serialize")] Vec<u8>),
}

/// A profile or a permission set.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct PermissionBundle {
    /// Its name.
    pub name: String,
    /// What it grants.
    pub permissions: Vec<Permission>,
}

/// `[[user]]`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct UserSpec {
    /// An e-mail-like name, unique regardless of case.
    pub username: String,
    /// In the clear: this is a simulator.
    pub password: String,
    /// Asked for only outside `trusted_ranges`.
    pub security_token: Option<String>,
    /// First name.
    pub first_name: Option<String>,
    /// Last name; from the username if missing.
    pub last_name: String,
    /// Defaults to the username.
    pub email: String,
    /// The name of a profile.
    pub profile: String,
    /// Names of permission sets.
    pub permission_sets: Vec<String>,
    /// Granted directly, besides profile and permission sets.
    pub permissions: Vec<Permission>,
    /// May log in.
    pub active: bool,
    /// Locked out.
    pub locked: bool,
    /// Must set a new password.
    pub password_expired: bool,
    /// Networks (`10.0.0.0/8`) where no security token is asked for.
    pub trusted_ranges: Vec<String>,
}

/// `[[connected-app]]`.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct AppSpec {
    /// Its name.
    pub name: String,
    /// Consumer key.
    pub client_id: String,
    /// Consumer secret.
    pub client_secret: Option<String>,
    /// The grants it may use.
    pub flows: Vec<Flow>,
    /// For the web server flow.
    pub redirect_uris: Vec<String>,
    /// The username that client credentials run as.
    pub run_as: Option<String>,
    /// What JWT bearer assertions are signed with.
    pub jwt: Option<JwtSpec>,
    /// Whether its web server flow needs PKCE.
    pub require_pkce: bool,
    /// Whether each use of a refresh token replaces it.
    pub refresh_token_rotation: bool,
    /// Refresh tokens that users have given it before: username and token.
    pub refresh_tokens: Vec<(String, String)>,
    /// Default `api refresh_token`… as the org would list them.
    pub scopes: Vec<String>,
}

/// `flows` on a `[[connected-app]]`.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Flow {
    /// `client-credentials`
    ClientCredentials,
    /// `device`
    Device,
    /// `jwt-bearer`
    JwtBearer,
    /// `password`
    Password,
    /// `refresh-token`
    RefreshToken,
    /// `web-server`
    WebServer,
}

/// `jwt` on a `[[connected-app]]`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum JwtSpec {
    /// A certificate from a file; its key stays with the team.
    Certificate(Certificate),
    /// A key (RSA 2048) and a certificate minted by this CA; the kit holds the key.
    Minted {
        /// The CA's name.
        issuer: String,
    },
}
