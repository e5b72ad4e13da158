//! What each connection's client showed, so that a request can be asked whose it was. Bounded, and fed by events in order.

use std::collections::{BTreeMap, HashMap};

use super::event::{Event, Handshake, Kind};

/// So many connections are remembered; of older ones it is no longer known who made them.
pub const CONNECTIONS_KEPT: usize = 10_000;

/// What is known of connections, and of renewals.
#[derive(Clone, Debug, Default)]
pub struct Connections {
    shown: BTreeMap<u64, Shown>,
    /// The serial number that a client's last renewal gave, by its name.
    renewed: HashMap<String, String>,
}

/// The certificates of one handshake.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    /// The leaf's name in the scenario.
    pub name: Option<String>,
    /// The leaf's common name.
    pub common_name: Option<String>,
    /// The leaf's serial number, as [`number`] writes it.
    pub serial: Option<String>,
    /// All of them by name, in the order sent; `None` for one that the scenario does not know.
    pub sent: Vec<Option<String>>,
}

impl Connections {
    /// Nothing known so far.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes note of an event; before it is matched.
    pub fn observe(&mut self, event: &Event) {
        match &event.kind {
            Kind::Handshake(handshake) => {
                self.shown.insert(handshake.id, Shown::of(handshake));
                if self.shown.len() > CONNECTIONS_KEPT {
                    self.shown.pop_first();
                }
            }
            Kind::Issue { client, serial, .. } => {
                self.renewed.insert(client.clone(), number(serial));
            }
            // every client has its first certificate again
            Kind::Reset => self.renewed.clear(),
            _ => {}
        }
    }

    /// What was shown in this handshake.
    pub(super) fn shown(&self, handshake: u64) -> Option<&Shown> {
        self.shown.get(&handshake)
    }

    /// Whether a connection's leaf is its client's last one: `None` unless that client was renewed.
    pub(super) fn is_renewed(&self, shown: &Shown) -> Option<bool> {
        let renewed = self.renewed.get(shown.name.as_deref()?)?;
        Some(shown.serial.as_ref() == Some(renewed))
    }
}

impl Shown {
    fn of(handshake: &Handshake) -> Self {
        let leaf = handshake.certificates.first();
        let common_name =
            |subject: &str| Some(subject.split(',').find_map(|part| part.strip_prefix("CN="))?.to_owned());
        Self {
            name: leaf.and_then(|leaf| leaf.name.clone()),
            common_name: leaf.and_then(|leaf| common_name(&leaf.subject)),
            serial: leaf.map(|leaf| number(&leaf.serial)),
            sent: handshake.certificates.iter().map(|certificate| certificate.name.clone()).collect(),
        }
    }

    /// Whether its first certificate goes by this name, or by this common name.
    pub fn is_of(&self, client: &str) -> bool {
        self.name.as_deref() == Some(client) || self.common_name.as_deref() == Some(client)
    }
}

/// A serial number in one spelling: without colons and leading zeros, in upper case.
pub(super) fn number(hexadecimal: &str) -> String {
    let digits: String = hexadecimal.chars().filter(|c| *c != ':').collect();
    digits.trim_start_matches('0').to_ascii_uppercase()
}
