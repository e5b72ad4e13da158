//! Waits until the journal has everything that a client did which has ended; it does so by events, not by the clock.

use std::collections::HashSet;
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

use crate::journal::{Event, Journal, Kind};
use crate::simulator::Ports;

/// Connections of our own, which are no part of the client's story.
#[derive(Debug, Default)]
pub(super) struct Probes(HashSet<String>);

impl Probes {
    /// Whether this event is about one of them.
    pub fn made(&self, event: &Event) -> bool {
        matches!(&event.kind, Kind::Handshake(handshake) if self.0.contains(&handshake.remote))
    }
}

/// How long is waited, at most, for a connection that somebody still holds open without a word.
const SETTLE_PATIENCE: Duration = Duration::from_secs(2);

/// A connection made now is accepted after all those before it, and every one that is accepted gets a number: once the
/// journal has ours, and a handshake for every lower number, nothing of the client is on its way any more.
pub(super) async fn settle(journal: &Journal, before: u64, ports: Ports) -> Probes {
    let journal = journal.clone();
    let waited = tokio::task::spawn_blocking(move || {
        let probes = Probes(knock(ports));
        for remote in &probes.0 {
            let _ = journal
                .wait_for(before, SETTLE_PATIENCE, |event| handshake(event).is_some_and(|(_, from)| from == remote));
        }
        let events = journal.since(before);
        let seen: HashSet<u64> = events.iter().filter_map(|event| Some(handshake(event)?.0)).collect();
        let last = seen.iter().max().copied().unwrap_or_default();
        // of a run so long that its first events are gone, only the last are waited for
        let first = if events.first().is_some_and(|event| event.seq == before + 1) { 1 } else { last };
        for missing in (first..=last).filter(|id| !seen.contains(id)) {
            if journal
                .wait_for(before, SETTLE_PATIENCE, |event| handshake(event).is_some_and(|(id, _)| id == missing))
                .is_none()
            {
                break;
            }
        }
        probes
    });
    waited.await.unwrap_or_default()
}

/// Connects to every address of the doors, and leaves again; through the proxy door, too, which tells of nobody else.
fn knock(ports: Ports) -> HashSet<String> {
    let addresses = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
    let doors: [(u16, &[u8]); 3] = [(ports.proxy, TUNNEL), (ports.standard, b""), (ports.mutual, b"")];
    let all = doors.into_iter().flat_map(|(port, words)| addresses.map(|at| (SocketAddr::new(at, port), words)));
    // a machine without IPv6 is no error
    let knocked = all.filter_map(|(door, words)| {
        let mut stream = TcpStream::connect_timeout(&door, SETTLE_PATIENCE).ok()?;
        let remote = stream.local_addr().ok()?.to_string();
        // what cannot be written is not answered either, and waited for no longer than the rest
        let _ = stream.write_all(words);
        Some(remote)
    });
    knocked.collect()
}

const TUNNEL: &[u8] = b"CONNECT login.salesforce.com:443 HTTP/1.1\r\nHost: login.salesforce.com:443\r\n\r\n";

fn handshake(event: &Event) -> Option<(u64, &str)> {
    match &event.kind {
        Kind::Handshake(handshake) => Some((handshake.id, &handshake.remote)),
        _ => None,
    }
}
