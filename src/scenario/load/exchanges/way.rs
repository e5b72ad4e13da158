//! How an exchange comes to its door: a connection of its own, or one that an earlier exchange made.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Exchange;
use crate::scenario::exchange::{HttpVersion, Proxied, Sending, Showing};
use crate::scenario::file::{ExchangeTable, NameList, Spot};
use crate::scenario::guess;
use crate::scenario::load::{Reading, names};
use crate::scenario::pattern::Door;
use crate::scenario::switches::TlsVersion;
use crate::scenario::vocabulary::Shown;

/// The port of the service's mutual door.
const MUTUAL: u16 = 8443;

/// Connections that are kept, by name: the line where each begins, and how.
pub(super) type Opened = BTreeMap<String, (usize, Way)>;

/// How a connection is made.
#[derive(Clone, Debug)]
pub(in crate::scenario::load) struct Way {
    pub(super) door: Door,
    pub(super) client: Option<Showing>,
    pub(super) tls: Option<TlsVersion>,
    pub(super) sni: Option<String>,
    pub(in crate::scenario::load) http: Option<HttpVersion>,
    pub(in crate::scenario::load) resume: Option<String>,
    pub(super) by_proxy: Option<Proxied>,
}

impl Way {
    /// The exchange that a probe reads: of its way only what it offers counts there.
    pub(in crate::scenario::load) fn offering(resume: Option<String>) -> Self {
        Self { door: Door::Mutual, client: None, tls: None, sni: None, http: None, resume, by_proxy: None }
    }

    /// Whether the proxy door is asked first.
    pub(in crate::scenario::load) fn is_by_proxy(&self) -> bool {
        self.by_proxy.is_some()
    }
}

impl Exchange<'_> {
    pub(super) fn way(&mut self, reading: &mut Reading<'_>) -> Way {
        let Some(name) = &self.table.connection else { return self.own_way(reading) };
        names::check_name("connection", name, reading);
        if let Some((line, way)) = self.opened.get(name.as_str()) {
            self.check_follower(*line, reading);
            return Way { resume: None, ..way.clone() };
        }
        let way = self.own_way(reading);
        self.opened.insert(name.to_string(), (reading.line(self.table.span().start), way.clone()));
        way
    }

    /// Keys that say how a connection is made, where it is there already.
    fn check_follower(&self, line: usize, reading: &mut Reading<'_>) {
        let table: &ExchangeTable = self.table;
        let at = |text: &Option<Spot<String>>| text.as_ref().map(Spot::span);
        let keys = [
            ("door", table.door.as_ref().map(|word| word.text().span())),
            ("client", at(&table.client)),
            ("sends", table.sends.as_ref().map(|sends| span_of(sends, self.table))),
            ("tls", table.tls.as_ref().map(|word| word.text().span())),
            ("sni", at(&table.sni)),
            ("http", table.http.as_ref().map(|word| word.text().span())),
            ("resume", at(&table.resume)),
            ("by-proxy", at(&table.by_proxy)),
        ];
        for (key, span) in keys {
            if let Some(span) = span {
                reading.mistake(span, format!("`{key}` is said where the connection begins, in line {line}"));
            }
        }
    }

    fn own_way(&self, reading: &mut Reading<'_>) -> Way {
        let table: &ExchangeTable = self.table;
        let client = self.client(reading);
        let by_proxy = table.by_proxy.as_ref().and_then(|target| proxied(target, reading));
        let usual = match by_proxy.as_ref().and_then(|proxied| proxied.port) {
            Some(MUTUAL) => Door::Mutual,
            Some(_) => Door::Standard,
            None if table.client.is_some() => Door::Mutual,
            None => Door::Standard,
        };
        if let (Some(door), Some(Proxied { port: Some(_), .. })) = (&table.door, &by_proxy) {
            reading.mistake(door.text().span(), "the port in `by-proxy` says which door: leave one of them out");
        }
        let sni = table.sni.as_ref().map(|sni| sni.to_string());
        if let (Some(spot), Some(name)) = (&table.sni, &sni)
            && !name.is_empty()
            && !is_host(name)
        {
            reading.mistake(spot.span(), format!("{} is no host name", guess::quoted(name)));
        }
        Way {
            door: reading.word_or(table.door.as_ref(), usual),
            client,
            tls: table.tls.as_ref().and_then(|word| reading.word(word)),
            sni,
            http: table.http.as_ref().and_then(|word| reading.word(word)),
            resume: table.resume.as_ref().map(|name| {
                self.captured.check_earlier(name, reading);
                name.to_string()
            }),
            by_proxy,
        }
    }

    fn client(&self, reading: &mut Reading<'_>) -> Option<Showing> {
        let Some(client) = &self.table.client else {
            if let Some(sends) = &self.table.sends {
                reading
                    .mistake(span_of(sends, self.table), "`sends` says what a client sends, and there is no `client`");
            }
            return None;
        };
        self.names.client(client, reading)?;
        let sends = match &self.table.sends {
            None => Sending::AsClient,
            Some(NameList::Word(word)) => match reading.word(word)? {
                Shown::Chain => Sending::Chain,
                Shown::ChainAndRoot => Sending::ChainAndRoot,
                Shown::Leaf => Sending::Leaf,
                Shown::None => Sending::Nothing,
                Shown::Shuffled => Sending::Shuffled,
            },
            Some(NameList::Names(list)) => {
                let known = list.iter().filter(|name| self.names.either(name, reading)).count() == list.len();
                if list.first().map(|first| first.as_str()) != Some(client.as_str()) {
                    let span = list.first().map_or_else(|| client.span(), Spot::span);
                    let first = guess::quoted(client);
                    reading.mistake(span, format!("the list begins with {first}, the client whose key signs"));
                }
                Sending::List(list.iter().filter(|_| known).map(|name| name.to_string()).collect())
            }
        };
        Some(Showing { client: client.to_string(), sends })
    }
}

fn proxied(target: &Spot<String>, reading: &mut Reading<'_>) -> Option<Proxied> {
    let split = target.rsplit_once(':').filter(|(host, _)| !host.contains(':') || host.ends_with(']'));
    let (host, port) = match split {
        Some((host, port)) => (host, port.parse().ok().filter(|port| *port != 0).map(Some)),
        None => (target.as_str(), Some(None)),
    };
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let is_fit = bare.map_or_else(|| is_host(host), |address| address.parse::<std::net::Ipv6Addr>().is_ok());
    let Some(port) = port.filter(|_| is_fit && !host.is_empty()) else {
        let found = guess::quoted(target);
        let meant = "no host such as \"login.salesforce.com\", nor host and port";
        reading.mistake(target.span(), format!("{found} is {meant}"));
        return None;
    };
    Some(Proxied { host: host.to_owned(), port })
}

fn is_host(name: &str) -> bool {
    name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
}

fn span_of(sends: &NameList<Shown>, table: &Spot<ExchangeTable>) -> Range<usize> {
    match sends {
        NameList::Names(list) => list.first().map_or_else(|| table.span(), Spot::span),
        NameList::Word(word) => word.text().span(),
    }
}
