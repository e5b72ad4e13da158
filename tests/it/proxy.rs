//! The proxy door: every hard-coded host leads to this org, on 443 and 8443; everything else is told why not.

use std::io::Read;
use std::net::{Ipv4Addr, TcpStream};
use std::sync::Arc;

use mockorg::journal::event::{Handshake, Proxy};
use mockorg::journal::{Event, Kind};

use crate::wire::{Org, PATIENCE};

mod answers; // URLs that come back, and the org's own decisions, through a tunnel
mod heads; // what is asked of the proxy in a way that it does not take
mod targets; // hosts and ports: which lead where, which nowhere
mod tunnel; // bytes on their way: pipelined, half sent, closed, refused by an alert

const LIMITS: &str = "/services/data/v68.0/limits";

/// A connection to the proxy door.
fn dial(org: &Org) -> TcpStream {
    let tcp = TcpStream::connect((Ipv4Addr::LOCALHOST, org.ports().proxy)).unwrap();
    tcp.set_read_timeout(Some(PATIENCE)).unwrap();
    tcp
}

/// The first event after `seq` of that kind.
fn after(org: &Org, seq: u64, wanted: impl Fn(&Kind) -> bool) -> Arc<Event> {
    org.journal().wait_for(seq, PATIENCE, |event| wanted(&event.kind)).expect("an event that was expected")
}

fn refusal_after(org: &Org, seq: u64) -> Proxy {
    let event = after(org, seq, |kind| matches!(kind, Kind::Proxy(_)));
    let Kind::Proxy(proxy) = &event.kind else { unreachable!("asked for a refusal") };
    (**proxy).clone()
}

fn handshake_after(org: &Org, seq: u64) -> Handshake {
    let event = after(org, seq, |kind| matches!(kind, Kind::Handshake(_)));
    let Kind::Handshake(handshake) = &event.kind else { unreachable!("asked for a handshake") };
    (**handshake).clone()
}

/// Everything until the other side is done.
fn rest(mut stream: impl Read) -> String {
    let mut read = Vec::new();
    let _ = stream.read_to_end(&mut read);
    String::from_utf8_lossy(&read).into_owned()
}
