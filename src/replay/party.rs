//! The other side: where its doors are, whom it is to be trusted by, and what its clients and users prove themselves with.

use openssl::error::ErrorStack;
use openssl::ssl::SslConnectorBuilder;
use openssl::x509::X509;

use super::identity::Shown;
use super::keys::{Given, Own};
use crate::exchange::Keyring;
use crate::journal::Journal;
use crate::scenario::AppSpec;
use crate::scenario::exchange::Showing;
use crate::scenario::pattern;
use crate::simulator::Running;

/// An org that exchanges are played at.
pub struct Party {
    pub(super) standard: Door,
    pub(super) mutual: Door,
    pub(super) trust: Trust,
    pub(super) keys: Keys,
    /// Of an org of ours: it says why.
    pub(super) journal: Option<Journal>,
}

/// One of its doors.
#[derive(Clone, Debug)]
pub(super) struct Door {
    /// `https://localhost:8443`
    pub base: String,
    /// The name in its certificate, and in `Host`.
    pub host: String,
    /// What is connected to.
    pub reach: String,
    pub port: u16,
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
    pub fn own(org: &Running, apps: Vec<AppSpec>) -> Self {
        let door = |base: String, port: u16| Door { base, host: "localhost".into(), reach: "127.0.0.1".into(), port };
        let ports = org.ports();
        Self {
            standard: door(org.standard_url(), ports.standard),
            mutual: door(org.mutual_url(), ports.mutual),
            trust: Trust { roots: vec![org.server_ca().x509().to_owned()], system: false },
            keys: Keys::Own(Box::new(Own::new(org.controls().clone(), apps))),
            journal: Some(org.journal().clone()),
        }
    }

    pub(super) fn door(&self, door: pattern::Door) -> &Door {
        match door {
            pattern::Door::Mutual => &self.mutual,
            pattern::Door::Standard => &self.standard,
        }
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
