//! The text of a scenario exactly as on disk: tables, keys and where they stand. What they mean is [`load`](super::load)'s.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

mod certificates;
mod exchange;
mod expect;
mod faults;
mod org;
mod pattern;
mod people;
mod probe;
mod steps;
mod text;

pub use certificates::{CaTable, ClientTable, NameConstraintsTable, TrustTable, UploadTable, ValidTable};
pub use exchange::{ExchangeTable, OutcomeTable, Scalar};
pub use expect::ExpectTable;
pub use faults::{ChaosTable, FaultTable};
pub use org::{EdgeTable, OrgTable};
pub use pattern::{PatternTable, StatusValue};
pub use people::{AppTable, BundleTable, JwtTable, RefreshTokenTable, UserTable};
pub use probe::{ProbeTable, ReadingTable};
pub use steps::{
    AfterTable, CrlChangeTable, DeliverTable, DoTable, IssueTable, ListTable, OrgSwitchTable, PasswordTable,
    PermissionChangeTable, StepTable, SwitchTable, UploadVerbTable,
};
pub use text::{NameList, Spot, Word};

/// A scenario file of format 1.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(title = "mockorg scenario", rename = "scenario")]
pub struct File {
    /// The format of this file: 1.
    #[schemars(extend("const" = 1))]
    pub format: Spot<i64>,
    /// The org.
    pub org: OrgTable,
    /// The edge, which judges certificates before the org sees anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edge: Option<EdgeTable>,
    /// The outbound CA list and the revocation lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trust: Option<TrustTable>,
    /// Certificate authorities, minted at start or read from files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ca: Vec<CaTable>,
    /// Identities for a team's clients.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub client: Vec<ClientTable>,
    /// Mutual authentication certificates, uploaded to the org at start.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mutual_auth_certificate: Vec<UploadTable>,
    /// Profiles besides the built-in ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub profile: Vec<BundleTable>,
    /// Permission sets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub permission_set: Vec<BundleTable>,
    /// Users.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub user: Vec<UserTable>,
    /// Connected apps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub connected_app: Vec<AppTable>,
    /// What a client does, and what comes of it: for `mockorg replay`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exchange: Vec<Spot<ExchangeTable>>,
    /// What the outcomes of exchanges say about an org: for `mockorg fidelity`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub probe: Vec<ProbeTable>,
    /// What a run is expected to show.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub expect: Vec<ExpectTable>,
    /// What goes wrong on purpose.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fault: Vec<FaultTable>,
    /// What the seed may do to clients.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chaos: Option<ChaosTable>,
    /// What happens to the org while it runs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub step: Vec<StepTable>,
}

impl File {
    /// A file with nothing in it but an org of this name.
    pub fn new(org_name: &str) -> Self {
        Self {
            format: 1.into(),
            org: OrgTable { name: org_name.to_owned().into(), ..OrgTable::default() },
            edge: None,
            trust: None,
            ca: Vec::new(),
            client: Vec::new(),
            mutual_auth_certificate: Vec::new(),
            profile: Vec::new(),
            permission_set: Vec::new(),
            user: Vec::new(),
            connected_app: Vec::new(),
            exchange: Vec::new(),
            probe: Vec::new(),
            expect: Vec::new(),
            fault: Vec::new(),
            chaos: None,
            step: Vec::new(),
        }
    }

    /// The file as TOML; read again, it is the same.
    ///
    /// # Errors
    /// A number or a text that TOML cannot hold; none that was read from a file.
    pub fn to_toml(&self) -> Result<String, toml::ser::Error> {
        toml::to_string(self)
    }
}
