//! The other side: where its doors are, whom it is to be trusted by, and what its clients and users prove themselves with.

use openssl::error::ErrorStack;
use openssl::ssl::SslConnectorBuilder;
use openssl::x509::X509;

use super::against::Against;
use super::given::Given;
use super::identity::Shown;
use super::keys::Own;
use super::steps::Steps;
use crate::exchange::Keyring;
use crate::journal::Journal;
use crate::scenario::exchange::{Proxied, Showing};
use crate::scenario::{ExchangeSpec, Scenario, pattern};
use crate::simulator::Running;

/// An org that exchanges are played at.
pub struct Party {
    pub(super) standard: Door,
    pub(super) mutual: Door,
    /// The port of its proxy door on this machine, if it is ours.
    pub(super) proxy: Option<u16>,
    pub(super) trust: Trust,
    pub(super) keys: Keys,
    /// Of an org of ours: it says why.
    pub(super) journal: Option<Journal>,
    /// Likewise: it has a film.
    pub(super) steps: Option<Steps>,
    /// Whether it must not go on with an org that says it is no sandbox.
    pub(super) wants_a_sandbox: bool,
}

/// One of its doors.
#[derive(Clone, Debug)]
pub(super) struct Door {
    /// `https://localhost:8443`
    pub base: String,
    /// What stands in `Host`.
    pub authority: String,
    /// The name in its certificate.
    pub host: String,
    /// What is connected to.
    pub reach: String,
    pub port: u16,
    /// What the proxy there is asked for first, if it is one.
    pub tunnel: Option<String>,
}

/// The roots that its doors may have.
#[derive(Clone)]
pub(super) struct Trust {
    pub roots: Vec<X509>,
    /// The system's too.
    pub system: bool,
}

/// What clients and users prove themselves with.
pub(super) enum Keys {
    Given(Box<Given>),
    Own(Box<Own>),
}

impl Party {
    /// An org of ours.
    pub fn own(org: &Running, scenario: &Scenario) -> Self {
        // by address: the name could lead to somebody else's port on IPv6
        let door = |port| Door { reach: "127.0.0.1".into(), ..Door::new("localhost".into(), port) };
        let ports = org.ports();
        Self {
            standard: door(ports.standard),
            mutual: door(ports.mutual),
            proxy: Some(ports.proxy),
            trust: Trust { roots: vec![org.server_ca().x509().to_owned()], system: false },
            keys: Keys::Own(Box::new(Own::new(org.controls().clone(), scenario.apps.clone()))),
            journal: Some(org.journal().clone()),
            steps: Some(Steps::new(org.controls().clone(), scenario.steps.clone())),
            wants_a_sandbox: false,
        }
    }

    /// Another org, with what was given for it.
    pub fn other(against: &Against, given: Given) -> Self {
        Self {
            standard: against.standard.clone(),
            mutual: against.mutual.clone(),
            proxy: None,
            trust: Trust { roots: against.roots.clone(), system: true },
            keys: Keys::Given(Box::new(given)),
            journal: None,
            steps: None,
            wants_a_sandbox: against.wants_a_sandbox(),
        }
    }

    /// Connects to this address instead of looking up the names of the doors.
    pub fn reached_at(mut self, address: &str) -> Self {
        (self.standard.reach, self.mutual.reach) = (address.to_owned(), address.to_owned());
        self
    }

    /// The door of an exchange, by the way that it takes.
    pub(super) fn door(&self, exchange: &ExchangeSpec) -> Result<Door, String> {
        let (own, usual) = match exchange.door {
            pattern::Door::Mutual => (&self.mutual, 8443),
            pattern::Door::Standard => (&self.standard, 443),
        };
        let Some(Proxied { host, port }) = &exchange.by_proxy else { return Ok(own.clone()) };
        let proxy = self.proxy.ok_or("only an org of ours has a proxy door")?;
        let is_direct = ["localhost", "127.0.0.1", "[::1]"].contains(&host.to_ascii_lowercase().as_str());
        let port = port.unwrap_or(if is_direct { own.port } else { usual });
        let bare = host.trim_matches(['[', ']']).to_owned();
        let asked = Door::new(bare, port);
        Ok(Door { reach: "127.0.0.1".into(), port: proxy, tunnel: Some(format!("{host}:{port}")), ..asked })
    }
}

impl Door {
    pub(super) fn new(host: String, port: u16) -> Self {
        let name = if host.contains(':') { format!("[{host}]") } else { host.clone() };
        let authority = if port == 443 { name } else { format!("{name}:{port}") };
        Self { base: format!("https://{authority}"), authority, reach: host.clone(), host, port, tunnel: None }
    }
}

impl Keys {
    pub(super) fn shown(&self, showing: &Showing) -> Result<Shown, String> {
        match self {
            Self::Given(given) => given.shown(showing),
            Self::Own(own) => own.shown(showing),
        }
    }

    pub(super) fn ring(&self) -> &dyn Keyring {
        match self {
            Self::Given(given) => &**given,
            Self::Own(own) => &**own,
        }
    }
}

impl Trust {
    pub(super) fn install(&self, builder: &mut SslConnectorBuilder) -> Result<(), ErrorStack> {
        if !self.system {
            // a fresh store, so that nobody is trusted by accident of the machine
            builder.set_cert_store(openssl::x509::store::X509StoreBuilder::new()?.build());
        }
        self.roots.iter().try_for_each(|root| builder.cert_store_mut().add_cert(root.clone()))
    }
}
