//! The accept loop of a door: on IPv4 and IPv6 loopback alike, bounded, and stopped from outside.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};

/// Connections of one door at a time; further ones wait in the system's queue.
pub const MAX_CONNECTIONS: usize = 10_000;

/// How often port 0 is tried before giving up on a number that is free in both address families.
const PORT_TRIES: usize = 32;

/// Sockets that are bound, before anything is served.
#[derive(Debug)]
pub struct Bound {
    sockets: Vec<TcpListener>,
    port: u16,
}

/// Tells that the org is to stop; clones hear the same.
#[derive(Clone, Debug)]
pub struct Stop(watch::Receiver<bool>);

/// A door that accepts connections until it is stopped.
#[derive(Debug)]
pub struct Listener {
    bound: Bound,
    stop: Stop,
}

impl Stop {
    /// A stop, and what asks for it: `true`, or dropping it.
    pub fn channel() -> (watch::Sender<bool>, Self) {
        let (ask, hear) = watch::channel(false);
        (ask, Self(hear))
    }

    /// Returns once the org is to stop.
    pub async fn requested(&mut self) {
        let _ = self.0.wait_for(|stop| *stop).await;
    }
}

/// Binds `port` (0: a free one) on `address`; for IPv4 loopback the same number on `::1` too, where there is IPv6.
pub async fn bind(address: IpAddr, port: u16) -> io::Result<Bound> {
    let mut last = None;
    for _ in 0..PORT_TRIES {
        let first = TcpListener::bind(SocketAddr::new(address, port)).await?;
        let chosen = first.local_addr()?.port();
        if address != IpAddr::V4(Ipv4Addr::LOCALHOST) {
            return Ok(Bound { sockets: vec![first], port: chosen });
        }
        match TcpListener::bind(SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), chosen)).await {
            Ok(second) => return Ok(Bound { sockets: vec![first, second], port: chosen }),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && port == 0 => last = Some(error),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => return Err(error),
            // a machine without IPv6
            Err(_) => return Ok(Bound { sockets: vec![first], port: chosen }),
        }
    }
    Err(last.unwrap_or_else(|| io::ErrorKind::AddrInUse.into()))
}

impl Bound {
    /// The port, the same on every address.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// A listener on these sockets.
    pub fn listen(self, stop: Stop) -> Listener {
        Listener { bound: self, stop }
    }
}

impl Listener {
    /// Hands every connection to `connected`, each in a task of its own, until the org stops; then waits for them.
    pub async fn run<C, F>(self, connected: C)
    where
        C: Fn(TcpStream, SocketAddr, Stop) -> F + Clone + Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
        let mut loops = tokio::task::JoinSet::new();
        for socket in self.bound.sockets {
            loops.spawn(accept(socket, connected.clone(), self.stop.clone(), places.clone()));
        }
        while loops.join_next().await.is_some() {}
        // every place free again: every connection has ended
        let _ = places.acquire_many(MAX_CONNECTIONS as u32).await;
    }
}

async fn accept<C, F>(socket: TcpListener, connected: C, mut stop: Stop, places: Arc<Semaphore>)
where
    C: Fn(TcpStream, SocketAddr, Stop) -> F,
    F: Future<Output = ()> + Send + 'static,
{
    loop {
        let Ok(place) = places.clone().acquire_owned().await else { return };
        let accepted = tokio::select! {
            accepted = socket.accept() => accepted,
            () = stop.requested() => return,
        };
        match accepted {
            Ok((stream, remote)) => {
                let _ = stream.set_nodelay(true);
                let connection = connected(stream, remote, stop.clone());
                tokio::spawn(async move {
                    connection.await;
                    drop(place);
                });
            }
            // out of file descriptors, or the client was gone already: the door stays open
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}
