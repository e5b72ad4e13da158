//! From a scenario to open doors: bind, mint, found the org, listen, and hand out the kit last.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use hyper_util::service::TowerToHyperService;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::Simulator;
use super::kit::KitError;
use super::kit_writer::KitWriter;
use super::running::{Opened, Ports, Running};
use super::server_certificate::ServerCertificate;
use crate::api::admin::{AdminDoor, Keys};
use crate::api::{self, Addresses};
use crate::clock::Clock;
use crate::controls::{Controls, FoundError};
use crate::journal::Journal;
use crate::org::Door;
use crate::pki::mint::Unmintable;
use crate::scenario::Scenario;
use crate::seed::Seed;
use crate::tls::{self, Acceptors, Bound, Doorway, Protocol, ServerIdentity, Stop};

/// Why an org did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The scenario makes no org.
    #[error(transparent)]
    Found(#[from] FoundError),
    /// The journal's file cannot be written.
    #[error("the journal cannot be written to {}: {cause}", path.display())]
    Journal {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// The kit cannot be written.
    #[error(transparent)]
    Kit(#[from] KitError),
    /// A port that is not to be had.
    #[error("the {door} door cannot listen on port {port}: {cause}; {flag} N moves it (0: a free one)")]
    Port {
        /// `standard`, `mutual` or `admin`.
        door: &'static str,
        /// The port.
        port: u16,
        /// The flag of `serve` that moves it.
        flag: &'static str,
        /// Why.
        cause: io::Error,
    },
    /// The server's own certificate cannot be made.
    #[error("the server certificate cannot be made: {0}")]
    Server(#[from] Unmintable),
}

pub(super) async fn start(settings: Simulator, scenario: Scenario) -> Result<Running, StartError> {
    let doors = Doors::bind(&settings).await?;
    let clock = scenario.org.clock.clock();
    let seed = settings.seed.map_or_else(Seed::random, Seed::new);
    let server = ServerCertificate::mint(&settings.advertise, clock.wall_now())?;
    let (journal, folder) = journal(&settings, &clock)?;
    let controls = Controls::found(scenario, clock, seed, journal)?;
    let ports = doors.ports();
    let (ask, stop) = Stop::channel();
    let addresses = Addresses::new(ports.standard, ports.mutual, settings.advertise.clone());
    let keys = Arc::new(Keys::random());
    let writer = KitWriter::new(controls.clone(), addresses.clone(), ports, keys.clone(), server.ca.clone());
    let org = Opened { controls, addresses, ports, keys, writer };
    let tasks = doors.open(&org, &settings, &server, stop);
    let running = Running::new(org, server.ca, ask, tasks, folder);
    if let Some(folder) = settings.kit {
        let writer = running.kit_writer();
        let written = tokio::task::spawn_blocking(move || writer.write(&folder)).await;
        written.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))?;
    }
    Ok(running)
}

fn journal(settings: &Simulator, clock: &Clock) -> Result<(Journal, Option<tempfile::TempDir>), StartError> {
    let at = |path: PathBuf, folder| match Journal::with_file(clock.clone(), &path) {
        Ok(journal) => Ok((journal, folder)),
        Err(cause) => Err(StartError::Journal { path, cause }),
    };
    match &settings.journal {
        Some(path) => at(path.clone(), None),
        None => {
            let folder = tempfile::Builder::new().prefix("mockorg-").tempdir();
            let folder = folder.map_err(|cause| StartError::Journal { path: std::env::temp_dir(), cause })?;
            at(folder.path().join("journal.jsonl"), Some(folder))
        }
    }
}

/// The doors, bound but closed.
struct Doors {
    standard: Bound,
    mutual: Bound,
    admin: Bound,
}

impl Doors {
    async fn bind(settings: &Simulator) -> Result<Self, StartError> {
        let bind = async |door, port, flag| {
            let bound = tls::bind(settings.bind, port).await;
            bound.map_err(|cause| StartError::Port { door, port, flag, cause })
        };
        Ok(Self {
            standard: bind("standard", settings.standard_port, "--standard-port").await?,
            mutual: bind("mutual", settings.mutual_port, "--mutual-port").await?,
            admin: bind("admin", settings.admin_port, "--admin-port").await?,
        })
    }

    fn ports(&self) -> Ports {
        Ports { standard: self.standard.port(), mutual: self.mutual.port(), admin: self.admin.port() }
    }

    fn open(self, org: &Opened, settings: &Simulator, server: &ServerCertificate, stop: Stop) -> JoinSet<()> {
        let Opened { controls, addresses, keys, writer, .. } = org;
        let routes = api::routes_within(settings.body_timeout, settings.bodies, controls.clone(), addresses.clone());
        let service = warp::service(routes);
        let identity = ServerIdentity { chain: vec![server.leaf.clone()], key: server.key.clone() };
        let acceptors = Arc::new(Acceptors::new(identity));
        let counter = Arc::new(AtomicU64::new(0));
        let mut tasks = JoinSet::new();
        for (door, bound) in [(Door::Standard, self.standard), (Door::Mutual, self.mutual)] {
            let edge = {
                let controls = controls.clone();
                Arc::new(move || controls.edge())
            };
            let doorway = Arc::new(Doorway {
                door,
                acceptors: acceptors.clone(),
                edge,
                journal: controls.journal().clone(),
                counter: counter.clone(),
                timeouts: settings.timeouts,
                service: TowerToHyperService::new(service.clone()),
            });
            let admit =
                move |stream: TcpStream, remote: SocketAddr, stop: Stop| doorway.clone().admit(stream, remote, stop);
            tasks.spawn(bound.listen(stop.clone()).run(admit));
        }
        let handouts = Arc::new(writer.clone());
        let admin = AdminDoor::new(controls.clone(), addresses.clone(), keys.clone(), handouts, stop.clone());
        let admin = warp::service(admin.routes());
        let header_timeout = settings.timeouts.header;
        let answer = move |stream: TcpStream, _: SocketAddr, stop: Stop| {
            tls::serve(stream, Protocol::Http1, TowerToHyperService::new(admin.clone()), header_timeout, stop)
        };
        tasks.spawn(self.admin.listen(stop).run(answer));
        tasks
    }
}
