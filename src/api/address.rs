//! The URLs that answers carry: they follow the request's Host where that is a name of ours, and `org.api-endpoint`.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use arc_swap::ArcSwap;
use warp::host::Authority;

use crate::controls::Controls;
use crate::journal::Kind;
use crate::org::{Door, Org};
use crate::scenario::switches::ApiEndpoint;
use crate::seed::Chance;

mod service;
mod target;

use service::{ServiceName, is_my_domain, my_domain};
pub(super) use target::Elsewhere;

/// How clients reach the doors; clones share what is advertised.
#[derive(Clone, Debug, Default)]
pub struct Addresses {
    standard: u16,
    mutual: u16,
    names: Vec<String>,
    outside: Arc<ArcSwap<Outside>>,
}

/// The doors as they are seen from outside a port mapping. What is left out follows each request, or is the door's own.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Outside {
    /// A name given at start, or `localhost`, `127.0.0.1`, `::1`: what the server's certificate covers.
    pub host: Option<String>,
    /// The port that leads to the standard door.
    pub standard_port: Option<u16>,
    /// The port that leads to the mutual door.
    pub mutual_port: Option<u16>,
    /// The port that leads to the proxy door; only the kit names it.
    pub proxy_port: Option<u16>,
    /// The port that leads to the admin door; only the kit names it.
    pub admin_port: Option<u16>,
}

/// Why something cannot be advertised.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum AdvertiseError {
    /// Not a name of this org.
    #[error("{host:?} is not a name of this org, which has {}", .names.join(", "))]
    Host {
        /// As asked.
        host: String,
        /// The names that can be advertised.
        names: Vec<String>,
    },
    /// Port 0.
    #[error("0 is no port that a client can call")]
    Port,
}

impl Addresses {
    /// The doors' own ports, and the names besides loopback ones by which clients may call them (`--advertise`).
    pub fn new(standard: u16, mutual: u16, names: Vec<String>) -> Self {
        let names = names.iter().map(|name| folded(name.trim_start_matches('[').trim_end_matches(']'))).collect();
        Self { standard, mutual, names, outside: Arc::default() }
    }

    /// The names given at start, besides loopback ones.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// What is advertised now.
    pub fn outside(&self) -> Arc<Outside> {
        self.outside.load_full()
    }

    /// Sets what direct answers and the kit carry from now on, and tells the journal; `Outside::default()` takes it back.
    ///
    /// It replaces what was advertised before. Requests to a name of the real service (through the proxy, or by an alias)
    /// are not affected: their answers stay with such names.
    pub fn advertise(&self, controls: &Controls, mut outside: Outside) -> Result<(), AdvertiseError> {
        if let Some(host) = &mut outside.host {
            *host = folded(host.trim_start_matches('[').trim_end_matches(']'));
            let names: Vec<_> =
                LOOPBACK.iter().map(|&name| name.to_owned()).chain(self.names.iter().cloned()).collect();
            if !names.contains(host) {
                return Err(AdvertiseError::Host { host: host.clone(), names });
            }
        }
        let Outside { host, standard_port, mutual_port, proxy_port, admin_port } = outside.clone();
        if [standard_port, mutual_port, proxy_port, admin_port].contains(&Some(0)) {
            return Err(AdvertiseError::Port);
        }
        self.outside.store(Arc::new(outside));
        controls.journal().append(Kind::Advertise { host, standard_port, mutual_port, proxy_port, admin_port });
        Ok(())
    }

    /// The base of the URLs that a login returns: scheme, host and port, no slash at the end.
    pub fn endpoint(&self, org: &Org, host: Option<&Authority>, arrived: Door) -> String {
        let wanted = match org.switches.api_endpoint {
            ApiEndpoint::AsArrived => arrived,
            ApiEndpoint::Standard => Door::Standard,
        };
        let ours = host.filter(|authority| self.is_ours(authority));
        let outside = match ours {
            Some(authority) if ServiceName::read(&folded(authority.host())).is_some() => Arc::default(),
            _ => self.outside(),
        };
        let port = outside.port(wanted).unwrap_or_else(|| match ours {
            Some(authority) => self.port(authority, arrived, wanted),
            None => self.own_port(wanted),
        });
        let name = outside.host.as_deref().map_or_else(|| self.name(org, host), bracketed);
        if port == HTTPS { format!("https://{name}") } else { format!("https://{name}:{port}") }
    }

    /// The same by another name that leads here too, where there are several and `chance` picks one (`[chaos]`).
    pub fn any_endpoint(&self, org: &Org, host: Option<&Authority>, arrived: Door, chance: Option<&Chance>) -> String {
        let usual = self.endpoint(org, host, arrived);
        let Some(chance) = chance else { return usual };
        let asked = host.filter(|authority| self.is_ours(authority)).map(|authority| folded(authority.host()));
        let names: &[&str] = match asked.as_deref() {
            Some(name) if ServiceName::read(name).is_some() => &[INSTANCE],
            Some("localhost" | "127.0.0.1") if self.outside().host.is_none() => &["localhost", "127.0.0.1"],
            _ => return usual,
        };
        // the usual name, or one of these
        let pick = usize::try_from(chance.below(names.len() as u64 + 1)).unwrap_or(0);
        let (Some(name), Some(own)) = (names.get(pick), host_of(&usual)) else { return usual };
        usual.replacen(own, name, 1)
    }

    /// The base by which a client came, without a slash at the end: the issuer of id tokens, whatever `org.api-endpoint`.
    ///
    /// `login` and `test` stay as they are, since a client compares the issuer with the host that it asked.
    pub fn issuer(&self, org: &Org, host: Option<&Authority>, arrived: Door) -> String {
        let name = match host.map(|authority| folded(authority.host())) {
            Some(name) if matches!(ServiceName::read(&name), Some(ServiceName::Login)) => name,
            _ => self.name(org, host),
        };
        let port = match host {
            Some(authority) if self.is_ours(authority) => authority.port_u16().unwrap_or(HTTPS),
            _ => self.own_port(arrived),
        };
        if port == HTTPS { format!("https://{name}") } else { format!("https://{name}:{port}") }
    }

    /// The host to name in answers: the one asked for if it is ours.
    pub fn name(&self, org: &Org, host: Option<&Authority>) -> String {
        let Some(authority) = host.filter(|authority| self.is_ours(authority)) else {
            return "localhost".to_owned();
        };
        let name = folded(authority.host());
        match ServiceName::read(&name) {
            Some(ServiceName::MyDomain(label)) if is_my_domain(org, label) => name,
            Some(_) => my_domain(org),
            None => name,
        }
    }

    /// Whether a host, with or without a port, is one that clients of this org may name: in a JWT's audience.
    pub fn answers_to(&self, org: &Org, host: &str) -> bool {
        let Ok(authority) = host.parse::<Authority>() else { return false };
        let name = folded(authority.host());
        match ServiceName::read(&name) {
            Some(ServiceName::Login) => true,
            Some(ServiceName::MyDomain(label)) => is_my_domain(org, label),
            Some(ServiceName::Instance) => false,
            None => self.is_ours(&authority),
        }
    }

    fn is_ours(&self, authority: &Authority) -> bool {
        let name = folded(authority.host());
        self.is_direct(&name) || ServiceName::read(&name).is_some()
    }

    /// Whether a folded name leads straight to the doors.
    fn is_direct(&self, name: &str) -> bool {
        is_loopback(name) || self.names.iter().any(|ours| bracketed(ours) == name)
    }

    /// The port by which the client reaches the wanted door.
    fn port(&self, host: &Authority, arrived: Door, wanted: Door) -> u16 {
        let given = host.port_u16().unwrap_or(HTTPS);
        if arrived == wanted {
            // Whatever the client used works, through a port mapping too.
            given
        } else if given == MUTUAL && ServiceName::read(&folded(host.host())).is_some() {
            // Proxied: the client believes that it talks to the service's own ports.
            HTTPS
        } else {
            self.own_port(wanted)
        }
    }

    pub(super) fn own_port(&self, door: Door) -> u16 {
        match door {
            Door::Mutual => self.mutual,
            Door::Standard => self.standard,
        }
    }
}

impl Outside {
    fn port(&self, door: Door) -> Option<u16> {
        match door {
            Door::Mutual => self.mutual_port,
            Door::Standard => self.standard_port,
        }
    }
}

/// Whether it is a host that people log in at from everywhere: no org's own.
pub(super) fn is_login_host(host: &Authority) -> bool {
    ServiceName::read(&folded(host.host())) == Some(ServiceName::Login)
}

/// The host of a base of ours.
fn host_of(base: &str) -> Option<&str> {
    let rest = base.strip_prefix("https://")?;
    Some(rest.rsplit_once(':').map_or(rest, |(host, _)| host))
}

/// As a URL writes a host.
fn bracketed(host: &str) -> String {
    if host.contains(':') { format!("[{host}]") } else { host.to_owned() }
}

/// Names that the server's certificate covers without being told.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "::1"];
/// A legacy instance, to which the proxy door leads as it does to My Domain.
const INSTANCE: &str = "na1.salesforce.com";
const HTTPS: u16 = 443;
const MUTUAL: u16 = 8443;

/// Case and the dot at the end of a full name do not matter.
fn folded(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

fn is_loopback(name: &str) -> bool {
    let v6 = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    // an authority may hold more characters than a name, & and ' among them
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'));
    name == "localhost"
        || name.ends_with(".localhost") && is_name
        || name.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        || v6.is_some_and(|address| address.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback()))
}
