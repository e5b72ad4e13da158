//! The proxy door: what a client asks it for by CONNECT leads to one of our own doors, or nowhere. Nothing is ever dialled.
//!
//! It is for clients with hard-coded hosts: `login.salesforce.com` and the like stand for this org on 443 and 8443. What is
//! said inside the tunnel is the door's business, not known here.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::Addresses;
use super::reject::proxy::Refusal;
use crate::controls::Controls;
use crate::journal::{Kind, event};
use crate::org::Door;
use crate::tls::{Arrival, Stop, answer_and_close};

mod head;

use head::{Head, Reading, Target, Unread};

/// What the proxy door needs; clones share it.
#[derive(Clone, Debug)]
pub struct Proxy {
    controls: Controls,
    addresses: Addresses,
    head_timeout: Duration,
}

impl Proxy {
    /// A proxy to the doors at `addresses`; a client may take `head_timeout` over what it asks for.
    pub fn new(controls: Controls, addresses: Addresses, head_timeout: Duration) -> Self {
        Self { controls, addresses, head_timeout }
    }

    /// Hears what a client asks for, and gives the door that it shall have and its connection there.
    ///
    /// Otherwise the client has had its refusal, or has left, and nothing is to be done. A client that never says a word
    /// (some open connections ahead of their need) is not worth one in the journal.
    pub async fn receive(&self, mut stream: TcpStream, remote: SocketAddr, stop: &mut Stop) -> Option<(Door, Arrival)> {
        let mut reading = Reading::default();
        let heard = tokio::select! {
            heard = timeout(self.head_timeout, reading.read(&mut stream)) => heard,
            () = stop.requested() => return None,
        };
        let (head, refusal) = match heard {
            Ok(Ok(head)) => match self.judge(&head) {
                Ok((door, target)) => {
                    // should the client be gone, the door will find out, and tell
                    let _ = stream.write_all(GRANTED).await;
                    return Some((door, Arrival::tunnelled(stream, remote, target.to_string(), head.ahead)));
                }
                Err(refusal) => (Some(head), refusal),
            },
            _ if !reading.begun => return None,
            Ok(Err(Unread::Left)) => (None, Refusal::left()),
            Ok(Err(Unread::Malformed(what))) => (None, Refusal::malformed(&what)),
            Ok(Err(Unread::Tls)) => (None, Refusal::tls()),
            Ok(Err(Unread::TooLarge(limit))) => (None, Refusal::too_large(&limit)),
            Err(_) => (None, Refusal::too_slow(self.head_timeout)),
        };
        self.refuse(stream, remote, head, refusal).await;
        None
    }

    fn judge(&self, head: &Head) -> Result<(Door, Target), Refusal> {
        if head.method != "CONNECT" {
            return Err(Refusal::bad_method(&head.method));
        }
        let target = head.connect_target().ok_or_else(Refusal::bad_target)?;
        let org = &self.controls.snapshot().org;
        match self.addresses.door(org, &target.host, target.port) {
            Ok(door) => Ok((door, target)),
            Err(elsewhere) => Err(Refusal::elsewhere(&target.to_string(), &elsewhere, &Addresses::service_hosts(org))),
        }
    }

    async fn refuse(&self, stream: TcpStream, remote: SocketAddr, head: Option<Head>, refusal: Refusal) {
        let answer = refusal.answer(head.as_ref().map(|head| head.method.as_str()));
        // Written first: whatever the client sees can be looked up.
        self.controls.journal().append(Kind::Proxy(Box::new(event::Proxy {
            remote: remote.to_string(),
            connect: head.as_ref().and_then(Head::host),
            method: head.map(|head| head.method),
            status: refusal.status,
            explanation: refusal.explanation,
        })));
        if let Some(answer) = answer {
            answer_and_close(stream, answer.as_bytes(), self.head_timeout).await;
        }
    }
}

/// Every client takes a bare 200 for leave to begin.
const GRANTED: &[u8] = b"HTTP/1.1 200 Connection established\r\n\r\n";
