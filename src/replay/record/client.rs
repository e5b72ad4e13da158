//! Who came, and how: the client of the scenario, what it sent, by which door, with which TLS.

use crate::journal::event::Handshake;
use crate::scenario::exchange::HttpVersion;
use crate::scenario::file::{ExchangeTable, NameList, Spot, Word};
use crate::scenario::pattern::Door;
use crate::scenario::switches::TlsVersion;
use crate::scenario::vocabulary::Vocabulary;
use crate::scenario::{Scenario, Sends};

/// A connection as an exchange makes it.
pub(super) struct Shown {
    door: Door,
    client: Option<String>,
    /// Where it is not what the client sends by itself.
    sends: Option<Vec<String>>,
    tls: Option<&'static str>,
    /// Where it is not the door's own.
    sni: Option<String>,
    http: Option<HttpVersion>,
    /// What the proxy door was asked for.
    by_proxy: Option<Spoken>,
    /// The names by which a client calls what it came to, if it says nothing else.
    own_names: Vec<String>,
}

/// The target of a CONNECT as an exchange writes it.
struct Spoken {
    text: String,
    /// Whether it says the door.
    has_port: bool,
}

impl Shown {
    /// What a handshake showed; why it cannot be played again otherwise.
    pub fn of(handshake: &Handshake, scenario: &Scenario) -> Result<Self, String> {
        let names: Option<Vec<&str>> = handshake.certificates.iter().map(|sent| sent.name.as_deref()).collect();
        let names = names.ok_or("a certificate that the scenario does not have was shown")?;
        let client = match names.first() {
            None => None,
            Some(first) => {
                let client = scenario.clients.iter().find(|client| client.name == **first);
                Some(client.ok_or_else(|| format!("the certificate of {first:?}, which is no client, came first"))?)
            }
        };
        let usual = client.map(|client| match client.sends {
            Sends::Chain => chain(scenario, &client.name),
            _ => Vec::new(),
        });
        let sends =
            usual.filter(|usual| *usual != names).map(|_| names.iter().map(|name| (*name).to_owned()).collect());
        let tls = (handshake.tls_version.as_deref() == Some("TLSv1.2")).then_some("1.2");
        let target = handshake.connect.as_deref().and_then(|target| target.rsplit_once(':'));
        let own_name = target.map_or("localhost", |(host, _)| host);
        let sni = match handshake.sni.as_deref() {
            Some(name) if name == own_name => None,
            other => Some(other.unwrap_or_default().to_owned()),
        };
        let direct = ["localhost", "127.0.0.1", "[::1]"];
        let by_proxy = target.map(|(host, port)| match (direct.contains(&host), port) {
            // the ports of the doors are others in each run
            (true, _) => Spoken { text: host.to_owned(), has_port: false },
            (false, _) => Spoken { text: format!("{host}:{port}"), has_port: true },
        });
        let own_names = match target {
            Some((host, _)) => vec![host.to_owned()],
            None => direct.map(str::to_owned).to_vec(),
        };
        let http = match handshake.alpn.as_deref() {
            Some("h2") => Some(HttpVersion::Http2),
            Some(_) => Some(HttpVersion::Http1),
            None => None,
        };
        let client = client.map(|client| client.name.clone());
        Ok(Self { door: handshake.door, client, sends, tls, sni, http, by_proxy, own_names })
    }

    /// Whether a Host is one that the player writes itself.
    pub fn is_own(&self, host: &str) -> bool {
        let name = host.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok()).map_or(host, |(name, _)| name);
        self.own_names.iter().any(|own| own == name)
    }

    pub fn write(self, table: &mut ExchangeTable) {
        let usual = if self.client.is_some() { Door::Mutual } else { Door::Standard };
        let is_said = self.by_proxy.as_ref().is_some_and(|spoken| spoken.has_port);
        table.door = (self.door != usual && !is_said).then(|| Word::of(self.door));
        table.http = self.http.map(Word::of);
        table.by_proxy = self.by_proxy.map(|spoken| spoken.text.into());
        table.client = self.client.map(Spot::from);
        table.sends = self.sends.map(|names| NameList::Names(names.into_iter().map(Spot::from).collect()));
        let version = self.tls.and_then(|tls| TlsVersion::WORDS.iter().find(|(word, _)| *word == tls));
        table.tls = version.map(|(_, version)| Word::of(*version));
        table.sni = self.sni.map(Spot::from);
    }
}

/// The client and the CAs above it, without the root.
fn chain<'a>(scenario: &'a Scenario, client: &'a str) -> Vec<&'a str> {
    let mut names = vec![client];
    let mut issuer = scenario.clients.iter().find(|spec| spec.name == client).and_then(|spec| spec.issuer.as_deref());
    while let Some(name) = issuer {
        let above = scenario.cas.iter().find(|ca| ca.name == name).and_then(|ca| ca.issuer.as_deref());
        if above.is_some() {
            names.push(name);
        }
        issuer = above;
    }
    names
}
