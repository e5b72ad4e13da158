//! A running org: where it is, who its clients are, and the verbs on it; it stops when it is dropped.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::kit::KitWriter;
use crate::api::admin::Keys;
use crate::api::{Addresses, AdvertiseError, Outside};
use crate::controls::Controls;
use crate::org::Door;
use crate::pki::Certificate;

/// How long [`Running::stop`] waits for requests in hand.
const DRAIN: Duration = Duration::from_secs(10);

/// A running org. The verbs are those of [`Controls`], to which it dereferences; it stops on drop.
#[derive(Debug)]
pub struct Running {
    controls: Controls,
    addresses: Addresses,
    ports: Ports,
    keys: Arc<Keys>,
    writer: KitWriter,
    server_ca: Certificate,
    ask: watch::Sender<bool>,
    tasks: JoinSet<()>,
    _folder: Option<TempDir>,
}

/// What stands behind the doors.
pub(super) struct Opened {
    pub controls: Controls,
    pub addresses: Addresses,
    pub ports: Ports,
    pub keys: Arc<Keys>,
    pub writer: KitWriter,
}

/// The ports of the doors.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Ports {
    /// TLS, stands for 443.
    pub standard: u16,
    /// TLS, stands for 8443.
    pub mutual: u16,
    /// HTTP CONNECT.
    pub proxy: u16,
    /// HTTP.
    pub admin: u16,
}

/// What a client proves itself with, as PEM.
#[derive(Clone, Debug)]
pub struct Identity {
    /// What it sends, leaf first.
    pub certificates: Vec<Certificate>,
    /// `certificates` in PEM.
    pub certificates_pem: String,
    /// Its private key, PKCS#8 in PEM.
    pub key_pem: String,
}

impl Running {
    pub(super) fn new(
        org: Opened,
        server_ca: Certificate,
        ask: watch::Sender<bool>,
        tasks: JoinSet<()>,
        folder: Option<TempDir>,
    ) -> Self {
        let Opened { controls, addresses, ports, keys, writer } = org;
        Self { controls, addresses, ports, keys, writer, server_ca, ask, tasks, _folder: folder }
    }

    /// `https://localhost:…` of the standard door.
    pub fn standard_url(&self) -> String {
        format!("https://localhost:{}", self.ports.standard)
    }

    /// `https://localhost:…` of the mutual door.
    pub fn mutual_url(&self) -> String {
        format!("https://localhost:{}", self.ports.mutual)
    }

    /// `http://127.0.0.1:…` of the proxy door.
    pub fn proxy_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports.proxy)
    }

    /// `http://127.0.0.1:…` of the admin door.
    pub fn admin_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports.admin)
    }

    /// What opens the admin door: `Authorization: Bearer`. A browser opens `/?token=…` once.
    pub fn admin_token(&self) -> &str {
        self.keys.token()
    }

    /// The ports of the doors.
    pub fn ports(&self) -> Ports {
        self.ports
    }

    /// The port of a TLS door.
    pub fn port(&self, door: Door) -> u16 {
        match door {
            Door::Mutual => self.ports.mutual,
            Door::Standard => self.ports.standard,
        }
    }

    /// The CA that clients must trust to talk to the doors.
    pub fn server_ca(&self) -> &Certificate {
        &self.server_ca
    }

    /// The verbs, to be kept beyond a borrow.
    pub fn controls(&self) -> &Controls {
        &self.controls
    }

    /// How clients reach the doors, and what is advertised.
    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// Sets what direct answers and the kit carry from now on: see [`Addresses::advertise`].
    pub fn advertise(&self, outside: Outside) -> Result<(), AdvertiseError> {
        self.addresses.advertise(&self.controls, outside)
    }

    /// The present identity of a client of the scenario.
    pub fn client(&self, name: &str) -> Option<Identity> {
        let identities = self.controls.identities();
        let client = identities.client(name)?;
        let certificates = identities.sends(client);
        let certificates_pem = certificates.iter().map(Certificate::pem).collect();
        let key_pem = String::from_utf8(client.key.private_key_to_pem_pkcs8().ok()?).ok()?;
        Some(Identity { certificates, certificates_pem, key_pem })
    }

    /// What writes the kit as things stand now; `kit.json` appears last.
    pub fn kit_writer(&self) -> KitWriter {
        self.writer.clone()
    }

    /// Closes the doors, lets requests in hand finish (10 s at most), and returns.
    pub async fn stop(mut self) {
        let _ = self.ask.send(true);
        self.controls.keep_clock();
        let _ = timeout(DRAIN, async { while self.tasks.join_next().await.is_some() {} }).await;
    }
}

impl Deref for Running {
    type Target = Controls;

    fn deref(&self) -> &Controls {
        &self.controls
    }
}
