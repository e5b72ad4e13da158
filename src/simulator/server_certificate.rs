//! The certificate that the doors show, and the CA above it: both made at start, disjoint from every client's CA. Others
//! in its place, sound or flawed, are [`variant`]'s.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use jiff::{SignedDuration, Timestamp};
use openssl::pkey::{PKey, Private};

use crate::pki::Certificate;
use crate::pki::mint::{self, AlternativeName, Issuer, KeyKind, NameConstraints, Request, Role, Unmintable, Validity};

pub mod variant;

/// What the doors show. The CA's key stays in memory, for renewals: its holders trust it for our own names alone.
#[derive(Clone, Debug)]
pub struct ServerCertificate {
    /// What clients must trust; its name constraints keep it to loopback, `salesforce.com` and the names advertised.
    pub ca: Certificate,
    /// What the doors show to clients that ask for one of `names`.
    pub leaf: Certificate,
    /// What they show to clients that ask for another name, or for none; for the same key.
    pub fallback: Certificate,
    /// The DNS names in `leaf`, in lower case.
    pub names: Vec<String>,
    /// The leaf's key.
    pub key: PKey<Private>,
    issuer: Issuer,
    alternative_names: Vec<AlternativeName>,
}

impl ServerCertificate {
    /// Mints both for 30 days from `wall_now`, the wall's clock: that is the one clients live on.
    ///
    /// `advertised` are further DNS names or IP addresses by which clients reach the doors.
    pub fn mint(advertised: &[String], wall_now: Timestamp) -> Result<Self, Unmintable> {
        let advertised: Vec<AlternativeName> = advertised.iter().map(|name| host(name)).collect::<Result<_, _>>()?;
        let validity = lifetime(wall_now);

        let ca_key = KeyKind::P256.generate()?;
        let mut request = Request::authority(mint::named("mockorg server CA", "mockorg")?, validity);
        // a chain that is incomplete lacks an intermediate
        request.role = Role::Authority { path_length: Some(1) };
        request.name_constraints = Some(constraints(&advertised));
        let ca = mint::self_signed(&request, &ca_key)?;

        let names = NAMES.iter().map(|&name| AlternativeName::Dns(name.to_owned()));
        let loopback = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)].map(AlternativeName::Ip);
        let mut names: Vec<AlternativeName> = names.chain(loopback).collect();
        for name in advertised {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let issuer = Issuer::new(&ca, ca_key)?;
        let variant::Leaves { leaf, fallback, names: dns, key } =
            variant::Leaves::mint(&issuer, validity, &names, variant::COMMON_NAMES)?;
        Ok(Self { ca, leaf, fallback, names: dns, key, issuer, alternative_names: names })
    }
}

/// Whether the default certificate has this name: two names of the service's own default certificate (documented), and
/// what TLS clients do not announce: addresses (RFC 6066 3) and, in Java, names of one label, `localhost` among them.
fn needs_no_sni(name: &AlternativeName) -> bool {
    match name {
        AlternativeName::Dns(name) => DEFAULT_NAMES.contains(&name.as_str()) || !name.contains('.'),
        AlternativeName::Ip(_) => true,
    }
}

fn constraints(advertised: &[AlternativeName]) -> NameConstraints {
    let mut constraints = NameConstraints {
        permitted_dns: vec!["localhost".to_owned(), "salesforce.com".to_owned()],
        excluded_dns: Vec::new(),
        permitted_networks: vec![(IpAddr::V4(Ipv4Addr::new(127, 0, 0, 0)), 8), (IpAddr::V6(Ipv6Addr::LOCALHOST), 128)],
    };
    for name in advertised {
        match name {
            AlternativeName::Dns(name) => constraints.permitted_dns.push(name.clone()),
            AlternativeName::Ip(address) => {
                let prefix = if address.is_ipv4() { 32 } else { 128 };
                constraints.permitted_networks.push((*address, prefix));
            }
        }
    }
    constraints
}

/// A host name of letters, digits, hyphens and dots, or an address (brackets around it are dropped).
fn host(name: &str) -> Result<AlternativeName, Unmintable> {
    if let Ok(address) = name.trim_start_matches('[').trim_end_matches(']').parse() {
        return Ok(AlternativeName::Ip(address));
    }
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let label = |label: &str| {
        let letters = label.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-' || c == b'_');
        letters && (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
    };
    match name.len() <= 253 && name.split('.').all(label) {
        true => Ok(AlternativeName::Dns(name)),
        false => Err(Unmintable::Host(name)),
    }
}

fn lifetime(wall_now: Timestamp) -> Validity {
    Validity { from: moved(wall_now, -BACKDATED), until: moved(wall_now, LIFE) }
}

fn moved(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(Timestamp::MAX)
}

/// What clients with hard-coded hosts ask for through the proxy, and what everybody else asks for.
const NAMES: [&str; 8] = [
    "localhost",
    "login.salesforce.com",
    "test.salesforce.com",
    // a legacy instance: na1, cs42
    "*.salesforce.com",
    "*.my.salesforce.com",
    "*.sandbox.my.salesforce.com",
    "*.develop.my.salesforce.com",
    "*.scratch.my.salesforce.com",
];
/// The names of the certificate that the service shows to clients without a server name (documented).
const DEFAULT_NAMES: [&str; 2] = ["*.my.salesforce.com", "*.sandbox.my.salesforce.com"];
/// Long enough for any test run, short enough that nobody leans on it.
const LIFE: SignedDuration = SignedDuration::from_hours(30 * 24);
/// For clients whose clock is behind ours.
const BACKDATED: SignedDuration = SignedDuration::from_hours(1);
