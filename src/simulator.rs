//! The composition root: from a scenario to a running org with its doors open.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

use crate::api::BODY_PATIENCE;
use crate::api::Bodies;
use crate::scenario::Scenario;
use crate::tls::Timeouts;

pub mod kit;
mod kit_writer;
mod running;
pub mod server_certificate;
mod start;

pub use kit_writer::KitWriter;
pub use running::{Identity, Ports, Running};
pub use start::StartError;

/// Starts orgs.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use mockorg::{Scenario, Simulator};
///
/// let org = Simulator::start(Scenario::quickstart()).await?;
/// println!("{}", org.mutual_url());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Simulator {
    pub(crate) bind: IpAddr,
    pub(crate) standard_port: u16,
    pub(crate) mutual_port: u16,
    pub(crate) admin_port: u16,
    pub(crate) advertise: Vec<String>,
    pub(crate) seed: Option<u64>,
    pub(crate) kit: Option<PathBuf>,
    pub(crate) journal: Option<PathBuf>,
    pub(crate) bodies: Bodies,
    pub(crate) timeouts: Timeouts,
    pub(crate) body_timeout: Duration,
}

impl Default for Simulator {
    fn default() -> Self {
        Self {
            bind: IpAddr::V4(Ipv4Addr::LOCALHOST),
            standard_port: 0,
            mutual_port: 0,
            admin_port: 0,
            advertise: Vec::new(),
            seed: None,
            kit: None,
            journal: None,
            bodies: Bodies::Omit,
            timeouts: Timeouts::default(),
            body_timeout: BODY_PATIENCE,
        }
    }
}

impl Simulator {
    /// Starts an org on free ports of the loopback addresses.
    pub async fn start(scenario: Scenario) -> Result<Running, StartError> {
        Self::default().run(scenario).await
    }

    /// The ports of the standard, the mutual and the admin door; 0 is a free one.
    pub fn ports(mut self, standard: u16, mutual: u16, admin: u16) -> Self {
        (self.standard_port, self.mutual_port, self.admin_port) = (standard, mutual, admin);
        self
    }

    /// The address to listen on; the default is loopback, in IPv4 and IPv6.
    pub fn bind(mut self, address: IpAddr) -> Self {
        self.bind = address;
        self
    }

    /// Further host names that clients may use, for the server certificate and for URLs in answers.
    pub fn advertise(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.advertise.extend(names.into_iter().map(Into::into));
        self
    }

    /// The seed of ids, session tokens and order; random if not given.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// A folder to write the kit to, once every door is open.
    pub fn kit(mut self, folder: impl Into<PathBuf>) -> Self {
        self.kit = Some(folder.into());
        self
    }

    /// A file to append the journal to, one JSON object a line.
    pub fn journal(mut self, file: impl Into<PathBuf>) -> Self {
        self.journal = Some(file.into());
        self
    }

    /// How long a client may take over its handshake (10 s if not given).
    pub fn handshake_timeout(mut self, limit: Duration) -> Self {
        self.timeouts.handshake = limit;
        self
    }

    /// How long a client may take over the head of a request, or leave a connection unused (60 s if not given).
    pub fn header_timeout(mut self, limit: Duration) -> Self {
        self.timeouts.header = limit;
        self
    }

    /// How long a client may take over the body of a request (30 s if not given).
    pub fn body_timeout(mut self, limit: Duration) -> Self {
        self.body_timeout = limit;
        self
    }

    /// Whether the journal keeps bodies, their secrets masked.
    pub fn bodies(mut self, bodies: Bodies) -> Self {
        self.bodies = bodies;
        self
    }

    /// Starts an org as set.
    pub async fn run(self, scenario: Scenario) -> Result<Running, StartError> {
        start::start(self, scenario).await
    }
}
