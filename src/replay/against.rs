//! Another org than ours: whether it may be asked, and how gently. Nothing is sent before all of this is settled.

use std::time::Duration;

use http::Uri;
use openssl::x509::X509;
use tokio::sync::Mutex;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::party::Door;
use crate::scenario::Scenario;

/// How an org other than ours is to be treated.
#[derive(Clone, Debug)]
pub struct Against {
    pub(super) standard: Door,
    pub(super) mutual: Door,
    /// Roots besides the system's.
    pub(super) roots: Vec<X509>,
    allow_writes: bool,
    production: bool,
}

/// So many exchanges a second are played at another org, if nobody says otherwise.
pub const USUAL_RATE: u32 = 4;

/// Exchanges begin no faster than this, however many files are played.
#[derive(Debug)]
pub struct Pace(Mutex<Interval>);

impl Pace {
    /// So many a second; must be called within a runtime.
    pub fn new(per_second: u32) -> Self {
        let mut ticks = interval(Duration::from_secs(1) / per_second.max(1));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self(Mutex::new(ticks))
    }

    pub(super) async fn turn(&self) {
        self.0.lock().await.tick().await;
    }
}

impl Against {
    /// The org at these URLs.
    ///
    /// # Errors
    /// A URL is not `https://HOST[:PORT]`, or it may be a production org's and nobody said that this is meant.
    pub fn new(standard: &str, mutual: &str, roots: Vec<X509>, production: bool) -> Result<Self, String> {
        let (standard, mutual) = (door(standard)?, door(mutual)?);
        if let Some(door) =
            [&standard, &mutual].into_iter().find(|door| may_be_production(&door.host)).filter(|_| !production)
        {
            return Err(format!("{} may be a production org: --production says that it is meant", door.base));
        }
        Ok(Self { standard, mutual, roots, allow_writes: false, production })
    }

    /// Requests that may change something are sent as well.
    pub fn allow_writes(mut self, allowed: bool) -> Self {
        self.allow_writes = allowed;
        self
    }

    /// Whether a scenario may be played at it.
    ///
    /// # Errors
    /// The first exchange that may not be sent.
    pub fn check(&self, scenario: &Scenario) -> Result<(), String> {
        if let Some(exchange) = scenario.exchanges.iter().find(|exchange| exchange.by_proxy.is_some()) {
            return Err(format!(
                "the exchange of {} goes by the proxy door, which only an org of ours has: leave `by-proxy` out",
                exchange.title()
            ));
        }
        let forbidden = scenario.exchanges.iter().find(|exchange| exchange.writes() && !self.allow_writes);
        match forbidden {
            Some(exchange) => Err(format!(
                "the exchange of {} may change something there ({}): --allow-writes says that it is meant",
                exchange.title(),
                exchange.summary()
            )),
            None => Ok(()),
        }
    }

    /// Whether an org that calls itself no sandbox must be left alone.
    pub(super) fn wants_a_sandbox(&self) -> bool {
        !self.production && !is_known_to_be_none(&self.standard.host)
    }
}

fn door(url: &str) -> Result<Door, String> {
    let wrong = |why: &str| format!("{url:?} {why}: https://HOST or https://HOST:PORT is expected");
    let uri: Uri = url.parse().map_err(|_| wrong("is no URL"))?;
    if uri.scheme_str() != Some("https") {
        return Err(wrong("does not begin with https"));
    }
    let authority = uri.authority().ok_or_else(|| wrong("has no host"))?;
    if authority.as_str().contains('@') {
        return Err(wrong("has a user in it"));
    }
    if !matches!(uri.path(), "" | "/") || uri.query().is_some() {
        return Err(wrong("has a path"));
    }
    let port = uri.port_u16().unwrap_or(443);
    let host = authority.host().trim_matches(['[', ']']).trim_end_matches('.').to_ascii_lowercase();
    if host.is_empty() || port == 0 {
        return Err(wrong("has no host"));
    }
    Ok(Door::new(host, port))
}

/// Salesforce's own domains.
const SALESFORCE: [&str; 5] = ["cloudforce.com", "database.com", "force.com", "salesforce.com", "site.com"];

/// Whether a host is one of Salesforce's that is not named as a sandbox, a developer's org or a scratch org.
fn may_be_production(host: &str) -> bool {
    let is_below = |domain: &str| host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
    SALESFORCE.iter().any(|domain| is_below(domain)) && host != "test.salesforce.com" && !is_named_so(host)
}

fn is_named_so(host: &str) -> bool {
    let kinds = [".sandbox.my.salesforce.com", ".develop.my.salesforce.com", ".scratch.my.salesforce.com"];
    kinds.iter().any(|kind| host.ends_with(kind))
}

/// Hosts whose orgs say that they are no sandbox, and yet are nobody's production: those of this machine, and those that
/// are named so.
fn is_known_to_be_none(host: &str) -> bool {
    let is_loopback = host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    is_loopback || host == "localhost" || is_named_so(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_production_needs_a_word() {
        for host in [
            "login.salesforce.com",
            "acme.my.salesforce.com",
            "na30.salesforce.com",
            "cs15.salesforce.com",
            "acme.my.site.com",
        ] {
            assert!(may_be_production(host), "{host}");
        }
        for host in [
            "test.salesforce.com",
            "acme--uat.sandbox.my.salesforce.com",
            "x.develop.my.salesforce.com",
            "localhost",
            "mysalesforce.com",
        ] {
            assert!(!may_be_production(host), "{host}");
        }
    }

    #[test]
    fn a_url_is_https_and_a_host() {
        let base = |url: &str| door(url).map(|door| door.base);
        assert_eq!(base("https://Acme.my.salesforce.com/").as_deref(), Ok("https://acme.my.salesforce.com"));
        assert_eq!(base("https://[::1]:8443").as_deref(), Ok("https://[::1]:8443"));
        for url in
            ["http://a", "a", "https://", "https://a/b", "https://a?b", "https://u:p@a", "ftp://a", "https://a:0"]
        {
            assert!(base(url).is_err(), "{url}");
        }
    }
}
