//! Which door a host and port lead to, as a client names them that believes to talk to the real service, or comes directly.

use super::service::{ServiceName, is_my_domain, my_domain};
use super::{Addresses, HTTPS, LOOPBACK, MUTUAL, folded};
use crate::org::{Door, Org};

/// Why a host and port lead to no door.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(in crate::api) enum Elsewhere {
    /// One of our own names, but on these ports only: standard, mutual.
    DirectPort(u16, u16),
    /// Not a name of ours.
    Host,
    /// A My Domain of another org; ours has this host, and this label is asked for.
    MyDomain(String, String),
    /// One of the service's names, on a port that is neither 443 nor 8443.
    ServicePort,
}

impl Addresses {
    /// The door behind a host and port.
    pub(in crate::api) fn door(&self, org: &Org, host: &str, port: u16) -> Result<Door, Elsewhere> {
        let name = folded(host);
        match ServiceName::read(&name) {
            Some(ServiceName::MyDomain(label)) if !is_my_domain(org, label) => {
                Err(Elsewhere::MyDomain(my_domain(org), label.to_owned()))
            }
            Some(_) => match port {
                HTTPS => Ok(Door::Standard),
                MUTUAL => Ok(Door::Mutual),
                _ => Err(Elsewhere::ServicePort),
            },
            None if self.is_direct(&name) => self.direct_door(port),
            None => Err(Elsewhere::Host),
        }
    }

    /// The hosts that stand for this org on 443 and 8443, for people.
    pub(in crate::api) fn service_hosts(org: &Org) -> String {
        format!("login.salesforce.com, test.salesforce.com, {}", my_domain(org))
    }

    /// The doors' own ports, or those that are advertised in their place.
    fn direct_door(&self, port: u16) -> Result<Door, Elsewhere> {
        let outside = self.outside();
        let leads = |door| self.own_port(door) == port || outside.port(door) == Some(port);
        [Door::Standard, Door::Mutual]
            .into_iter()
            .find(|&door| leads(door))
            .ok_or(Elsewhere::DirectPort(self.standard, self.mutual))
    }

    /// The names that lead straight to the doors: loopback ones, and those given at start.
    pub fn direct_names(&self) -> Vec<String> {
        LOOPBACK.iter().map(|&name| name.to_owned()).chain(self.names.iter().cloned()).collect()
    }
}
