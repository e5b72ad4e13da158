//! The URLs that answers carry: they follow the request's Host where that is a name of ours, and `org.api-endpoint`.

use std::net::{Ipv4Addr, Ipv6Addr};

use warp::host::Authority;

use crate::org::{Door, Org};
use crate::scenario::switches::ApiEndpoint;

/// How clients reach the doors.
#[derive(Clone, Debug, Default)]
pub struct Addresses {
    /// The standard door's port.
    pub standard: u16,
    /// The mutual door's port.
    pub mutual: u16,
    /// Names besides loopback ones that clients may use, without a port.
    pub advertise: Vec<String>,
}

impl Addresses {
    /// The base of the URLs that a login returns: scheme, host and port, no slash at the end.
    pub fn endpoint(&self, org: &Org, host: Option<&Authority>, arrived: Door) -> String {
        let wanted = match org.switches.api_endpoint {
            ApiEndpoint::AsArrived => arrived,
            ApiEndpoint::Standard => Door::Standard,
        };
        let port = match host {
            Some(authority) if self.is_ours(authority) => self.port(authority, arrived, wanted),
            _ => self.own_port(wanted),
        };
        let name = self.name(org, host);
        if port == HTTPS { format!("https://{name}") } else { format!("https://{name}:{port}") }
    }

    /// The base by which a client came, without a slash at the end: the issuer of id tokens, whatever `org.api-endpoint`.
    ///
    /// `login` and `test` stay as they are, since a client compares the issuer with the host that it asked.
    pub fn issuer(&self, org: &Org, host: Option<&Authority>, arrived: Door) -> String {
        let name = match host.map(|authority| folded(authority.host())) {
            Some(name) if matches!(service_name(&name), Some("login" | "test")) => name,
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
        is_loopback(&name)
            || service_name(&name).is_some()
            || self.advertise.iter().any(|advertised| folded(advertised) == name)
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

    fn own_port(&self, door: Door) -> u16 {
        match door {
            Door::Mutual => self.mutual,
            Door::Standard => self.standard,
        }
    }
}

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
