//! From a scenario to open doors: bind, mint, found the org, listen, and hand out the kit last.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use hyper_util::service::TowerToHyperService;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::kit::{KitError, KitWriter};
use super::running::{Opened, Ports, Running};
use super::server_certificate::ServerCertificate;
use super::{Simulator, film};
use crate::api::admin::{AdminDoor, Keys};
use crate::api::proxy::Proxy;
use crate::api::{self, Addresses};
use crate::clock::Clock;
use crate::controls::{Controls, FoundError, Keeping, Moment, Situation};
use crate::journal::Journal;
use crate::org::Door;
use crate::pki::mint::Unmintable;
use crate::scenario::Scenario;
use crate::seed::Seed;
use crate::store::DataError;
use crate::tls::{self, Acceptors, Arrival, Beginning, Bound, Doorway, Protocol, ServerIdentities, Stop};

/// Why an org did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder cannot be used.
    #[error(transparent)]
    Data(#[from] DataError),
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
    /// Not an address of this machine.
    #[error("the doors cannot listen on {address}: {cause}; --bind ADDR names an address of this machine")]
    Address {
        /// As asked.
        address: IpAddr,
        /// Why.
        cause: io::Error,
    },
    /// A port that is not to be had.
    #[error("the {door} door cannot listen on port {port}: {cause}; {flag} N moves it (0: a free one)")]
    Port {
        /// `standard`, `mutual`, `proxy` or `admin`.
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
    let data = match &settings.data_dir {
        Some(folder) => {
            let (folder, former, seed) = (folder.clone(), settings.former, settings.seed);
            let scenario = scenario.clone();
            Some(apart(move || Keeping::open(&folder, former, &scenario, seed)).await?)
        }
        None => None,
    };
    let kept = data.as_ref();
    let clock = kept.and_then(Keeping::clock).unwrap_or_else(|| scenario.org.clock.clock());
    let seed = kept.and_then(Keeping::seed).or(settings.seed).map_or_else(Seed::random, Seed::new);
    let server = ServerCertificate::mint(&settings.advertise, clock.wall_now())?;
    let (journal, folder) = journal(&settings, kept, &clock)?;
    let controls = match data {
        None => Controls::found(scenario, clock, seed, journal)?,
        Some(data) => apart(move || Controls::kept(data, scenario, clock, seed, journal)).await?,
    };
    let ports = doors.ports();
    let (ask, stop) = Stop::channel();
    let addresses = Addresses::new(ports.standard, ports.mutual, settings.advertise.clone());
    let keys = Arc::new(Keys::random());
    let writer = KitWriter {
        controls: controls.clone(),
        addresses: addresses.clone(),
        ports,
        reach: settings.reach,
        keys: keys.clone(),
        server_ca: server.ca.clone(),
    };
    let org = Opened { controls, addresses, ports, keys, writer };
    let begun = org.controls.clone();
    // what happens at the very start has happened before anybody comes
    apart(move || begun.begin()).await;
    let mut tasks = doors.open(&org, &settings, &server, stop.clone());
    tasks.spawn(film::watch_the_clock(org.controls.clone(), stop));
    let running = Running::new(org, server.ca, ask, tasks, folder);
    if let Some(folder) = settings.kit {
        let writer = running.kit_writer();
        apart(move || writer.write(&folder)).await?;
    }
    Ok(running)
}

/// On a thread that may wait: for a disk, for RSA keys in the making.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
}

fn journal(
    settings: &Simulator,
    data: Option<&Keeping>,
    clock: &Clock,
) -> Result<(Journal, Option<tempfile::TempDir>), StartError> {
    let at = |path: PathBuf, folder| match Journal::with_file(clock.clone(), &path) {
        Ok(journal) => Ok((journal, folder)),
        Err(cause) => Err(StartError::Journal { path, cause }),
    };
    if let (None, Some(data)) = (&settings.journal, data) {
        let path = data.journal();
        let journal = Journal::continued(clock.clone(), &path);
        return journal.map(|journal| (journal, None)).map_err(|cause| StartError::Journal { path, cause });
    }
    match &settings.journal {
        Some(path) => at(path.clone(), None),
        None => match tempfile::Builder::new().prefix("mockorg-").tempdir() {
            Ok(folder) => at(folder.path().join("journal.jsonl"), Some(folder)),
            // an image with nothing in it, a read-only root: nobody asked for a file, so its lack stops nobody
            Err(cause) => {
                let why = format!("no temporary folder: {cause}");
                Ok((Journal::without_file(clock.clone(), why), None))
            }
        },
    }
}

/// The system's own words for a low port do not say that it is one.
fn explained(cause: io::Error, port: u16) -> io::Error {
    if cause.kind() == io::ErrorKind::PermissionDenied && port < 1024 {
        let why = "ports below 1024 are for root here (Linux: net.ipv4.ip_unprivileged_port_start says from where not)";
        return io::Error::new(cause.kind(), why);
    }
    cause
}

/// Which fault is due for a connection.
fn faults(controls: &Controls) -> tls::Faults {
    let controls = controls.clone();
    Arc::new(move |Beginning { handshake, door, remote, greeted }| {
        let moment = if greeted { Moment::Greeted } else { Moment::Accepted };
        controls.connection_fault(moment, &Situation { handshake, door, remote, client: None, user: None, path: "" })
    })
}

/// The doors, bound but closed.
struct Doors {
    standard: Bound,
    mutual: Bound,
    proxy: Bound,
    admin: Bound,
}

impl Doors {
    async fn bind(settings: &Simulator) -> Result<Self, StartError> {
        let bind = async |door, port, flag| {
            let bound = tls::bind(settings.bind, port).await;
            bound.map_err(|cause| match cause.kind() {
                io::ErrorKind::AddrNotAvailable => StartError::Address { address: settings.bind, cause },
                _ => StartError::Port { door, port, flag, cause: explained(cause, port) },
            })
        };
        Ok(Self {
            standard: bind("standard", settings.standard_port, "--standard-port").await?,
            mutual: bind("mutual", settings.mutual_port, "--mutual-port").await?,
            proxy: bind("proxy", settings.proxy_port, "--proxy-port").await?,
            admin: bind("admin", settings.admin_port, "--admin-port").await?,
        })
    }

    fn ports(&self) -> Ports {
        Ports {
            standard: self.standard.port(),
            mutual: self.mutual.port(),
            proxy: self.proxy.port(),
            admin: self.admin.port(),
        }
    }

    fn open(self, org: &Opened, settings: &Simulator, server: &ServerCertificate, stop: Stop) -> JoinSet<()> {
        let Opened { controls, addresses, keys, writer, .. } = org;
        let routes = api::routes_within(
            settings.body_timeout,
            settings.bodies,
            settings.tap.clone(),
            controls.clone(),
            addresses.clone(),
        );
        let service = warp::service(routes);
        let (certificate, clock) = (server.clone(), controls.clock().clone());
        let mint = move |flaw| certificate.variant(flaw, clock.wall_now());
        let acceptors = Arc::new(Acceptors::new(ServerIdentities::new(server.identity(), mint)));
        let counter = Arc::new(AtomicU64::new(0));
        let doorway = |door| {
            let edge = controls.clone();
            Arc::new(Doorway {
                door,
                acceptors: acceptors.clone(),
                edge: Arc::new(move || edge.edge()),
                journal: controls.journal().clone(),
                faults: faults(controls),
                counter: counter.clone(),
                timeouts: settings.timeouts,
                witness: None,
                service: TowerToHyperService::new(service.clone()),
            })
        };
        let (standard, mutual) = (doorway(Door::Standard), doorway(Door::Mutual));
        let mut tasks = JoinSet::new();
        for (doorway, bound) in [(standard.clone(), self.standard), (mutual.clone(), self.mutual)] {
            let admit = move |stream: TcpStream, remote: SocketAddr, stop: Stop| {
                doorway.clone().admit(Arrival::direct(stream, remote), stop)
            };
            tasks.spawn(bound.listen(stop.clone()).run(admit));
        }
        let proxy = Proxy::new(controls.clone(), addresses.clone(), settings.timeouts.header);
        let lead = move |stream: TcpStream, remote: SocketAddr, mut stop: Stop| {
            let (proxy, standard, mutual) = (proxy.clone(), standard.clone(), mutual.clone());
            async move {
                match proxy.receive(stream, remote, &mut stop).await {
                    Some((Door::Mutual, arrival)) => mutual.admit(arrival, stop).await,
                    Some((Door::Standard, arrival)) => standard.admit(arrival, stop).await,
                    None => {}
                }
            }
        };
        tasks.spawn(self.proxy.listen(stop.clone()).run(lead));
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
