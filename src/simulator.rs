//! The composition root: from a scenario to a running org with its doors open.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

use crate::api::BODY_PATIENCE;
use crate::api::{Bodies, Tap};
use crate::scenario::Scenario;
use crate::store::Former;
use crate::tls::Timeouts;

mod expecting;
mod film;
pub mod kit;
mod running;
pub mod server_certificate;
mod start;

pub use expecting::Missed;
pub use kit::{KitWriter, Reach};
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
    pub(crate) proxy_port: u16,
    pub(crate) admin_port: u16,
    pub(crate) advertise: Vec<String>,
    pub(crate) seed: Option<u64>,
    pub(crate) kit: Option<PathBuf>,
    pub(crate) reach: Reach,
    pub(crate) journal: Option<PathBuf>,
    pub(crate) data_dir: Option<PathBuf>,
    pub(crate) former: Former,
    pub(crate) bodies: Bodies,
    pub(crate) tap: Tap,
    pub(crate) timeouts: Timeouts,
    pub(crate) body_timeout: Duration,
}

impl Default for Simulator {
    fn default() -> Self {
        Self {
            bind: IpAddr::V4(Ipv4Addr::LOCALHOST),
            standard_port: 0,
            mutual_port: 0,
            proxy_port: 0,
            admin_port: 0,
            advertise: Vec::new(),
            seed: None,
            kit: None,
            reach: Reach::default(),
            journal: None,
            data_dir: None,
            former: Former::Keep,
            bodies: Bodies::Omit,
            tap: Tap::default(),
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

    /// The port of the proxy door; 0 is a free one.
    pub fn proxy_port(mut self, port: u16) -> Self {
        self.proxy_port = port;
        self
    }

    /// How the kit's environment sends clients to the doors.
    pub fn reach(mut self, reach: Reach) -> Self {
        self.reach = reach;
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

    /// A folder for what is to outlive the process; without one the org is forgotten when it stops.
    ///
    /// An org that is in it already is taken up as it was left, if the scenario is the one it was founded from. See
    /// docs/state.md.
    pub fn data_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.data_dir = Some(folder.into());
        self
    }

    /// Whether what the data folder holds is removed first, as far as it is ours.
    pub fn reset(mut self, reset: bool) -> Self {
        self.former = if reset { Former::Reset } else { Former::Keep };
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

    /// Who is told of every request as it came, secrets included: for recording.
    pub fn tap(mut self, tap: Tap) -> Self {
        self.tap = tap;
        self
    }

    /// Starts an org as set.
    pub async fn run(self, scenario: Scenario) -> Result<Running, StartError> {
        start::start(self, scenario).await
    }
}
