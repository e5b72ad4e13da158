//! The URLs that answers carry: they follow the request's Host where that is a name of ours, and `org.api-endpoint`.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use arc_swap::ArcSwap;
use warp::host::Authority;

use crate::controls::Controls;
use crate::journal::Kind;
use crate::org::{Door, Org};
use crate::scenario::switches::ApiEndpoint;

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
            if !names.iter().any(|name| folded(name) == *host) {
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
            Some(authority) if service_name(&folded(authority.host())).is_some() => Arc::default(),
            _ => self.outside(),
        };
        let port = outside.port(wanted).unwrap_or_else(|| match ours {
            Some(authority) => self.port(authority, arrived, wanted),
            None => self.own_port(wanted),
        });
        let name = outside.host.as_deref().map_or_else(|| self.name(org, host), bracketed);
        if port == HTTPS { format!("https://{name}") } else { format!("https://{name}:{port}") }
    }

    /// The host to name in answers: the one asked for if it is ours.
    pub fn name(&self, org: &Org, host: Option<&Authority>) -> String {
        let Some(authority) = host.filter(|authority| self.is_ours(authority)) else {
            return "localhost".to_owned();
        };
        let name = folded(authority.host());
        match service_name(&name) {
            // Sandboxes of this org are called `acme--name`; any other label is somebody else's, or the login service.
            Some(label) if label == org.my_domain || label.starts_with(&format!("{}--", org.my_domain)) => name,
            Some(_) => format!("{}.my.salesforce.com", org.my_domain),
            None => name,
        }
    }

    /// Whether a host, with or without a port, is one that clients of this org may name: in a JWT's audience.
    pub fn answers_to(&self, org: &Org, host: &str) -> bool {
        let Ok(authority) = host.parse::<Authority>() else { return false };
        let name = folded(authority.host());
        match service_name(&name) {
            Some("login" | "test") => true,
            Some(label) => label == org.my_domain || label.starts_with(&format!("{}--", org.my_domain)),
            None => self.is_ours(&authority),
        }
    }

    fn is_ours(&self, authority: &Authority) -> bool {
        let name = folded(authority.host());
        is_loopback(&name) || service_name(&name).is_some() || self.names.iter().any(|ours| folded(ours) == name)
    }

    /// The port by which the client reaches the wanted door.
    fn port(&self, host: &Authority, arrived: Door, wanted: Door) -> u16 {
        let given = host.port_u16().unwrap_or(HTTPS);
        if arrived == wanted {
            // Whatever the client used works, through a port mapping too.
            given
        } else if given == MUTUAL && service_name(&folded(host.host())).is_some() {
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

/// As a URL writes a host.
fn bracketed(host: &str) -> String {
    if host.contains(':') { format!("[{host}]") } else { host.to_owned() }
}

/// Names that the server's certificate covers without being told.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "::1"];
const HTTPS: u16 = 443;
const MUTUAL: u16 = 8443;

fn folded(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
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

/// The first label of a name of the real service that stands for this org: login, test, My Domain, legacy instance.
fn service_name(name: &str) -> Option<&str> {
    let rest = name.strip_suffix(".salesforce.com")?;
    let label = [".sandbox.my", ".develop.my", ".scratch.my", ".my"]
        .iter()
        .find_map(|suffix| rest.strip_suffix(suffix))
        .unwrap_or(rest);
    (!label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')).then_some(label)
}
