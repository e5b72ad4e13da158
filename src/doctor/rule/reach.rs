//! Did the client come at all, with TLS, and did it say anything?

use super::Case;
use crate::doctor::finding::{Code, Finding, Severity};
use crate::doctor::habits::Topic;
use crate::doctor::history::{Connection, counted, listed};

pub(super) fn rule(case: &Case<'_>) -> Vec<Finding> {
    [never_came(case), proxy_refused(case), plain_http(case), no_request(case), no_sni(case), foreign_sni(case)]
        .into_iter()
        .flatten()
        .collect()
}

fn never_came(case: &Case<'_>) -> Option<Finding> {
    if !case.history.connections.is_empty() || !case.history.turned_away.is_empty() {
        return None;
    }
    let facts = case.facts;
    let headline = "the client never came: no connection reached a door of the org";
    let found = match &facts.foreign_proxy {
        Some(variable) => format!("no connection; {variable} is set, so the client may have gone to that proxy"),
        None => "no connection".into(),
    };
    let cure = match &facts.foreign_proxy {
        Some(variable) => format!("unset {variable}, or set NO_PROXY=localhost,127.0.0.1,::1, and try again"),
        None => {
            "give the client MOCKORG_STANDARD_URL as its login URL and MOCKORG_MUTUAL_URL for calls, or fix the doors \
                 with --standard-port and --mutual-port; a client with hard-coded salesforce.com hosts needs --proxy"
                .into()
        }
    };
    let finding = Finding::new(Code::NeverCame, Severity::Breaks, headline)
        .rule("a client logs in and calls at the org's own address")
        .expected(format!("a connection to {} or {}", facts.standard_url, facts.mutual_url))
        .found(found)
        .production("nothing would have come there either, if its address is set in the same way (inferred)")
        .cure(cure);
    Some(finding)
}

/// A client may have business with others, too; that it came to this org is what counts.
fn proxy_refused(case: &Case<'_>) -> Option<Finding> {
    let refused = &case.history.turned_away;
    let explanation = &refused.first()?.explanation;
    let came = !case.history.connections.is_empty();
    let severity = if came { Severity::Warns } else { Severity::Breaks };
    let asked = listed(refused.iter().map(|one| one.connect.clone().unwrap_or_else(|| "what cannot be read".into())));
    Some(
        Finding::new(Code::ProxyRefused, severity, format!("the proxy door was asked for {asked}, and refused"))
            .rule(explanation.rule.clone())
            .expected(explanation.expected.clone())
            .found(format!("{}; {}", explanation.found, counted(refused.len(), "refusal")))
            .production(
                "the client would reach that host: whether it is the org's is for its configuration to say (inferred)",
            )
            .cure(explanation.cure.clone()),
    )
}

fn plain_http(case: &Case<'_>) -> Option<Finding> {
    let plain: Vec<_> =
        case.history.connections.iter().filter(|one| one.handshake.ending == Some("plain-http")).collect();
    let first = plain.first()?;
    let door = first.handshake.door.name();
    let finding =
        Finding::new(Code::PlainHttp, Severity::Breaks, format!("the client spoke plain HTTP to the {door} door"))
            .rule("443 and 8443 speak TLS")
            .expected("https")
            .found(format!("{} without TLS", counted(plain.len(), "connection")))
            .production("no call succeeds, and what it carried went over the wire in the clear (inferred)")
            .cure("write https in the client's URL")
            .on(numbers(plain));
    Some(finding)
}

/// A client that says nothing on any connection may have found the server wanting once the handshake was over.
fn no_request(case: &Case<'_>) -> Option<Finding> {
    let silent: Vec<_> = case
        .history
        .connections
        .iter()
        .filter(|one| one.is_open() && one.requests.is_empty() && !one.was_shown_a_bad_chain())
        .collect();
    let spoke = case.history.requests().next().is_some();
    if silent.is_empty() || spoke {
        return None;
    }
    let headline = "the client shook hands and left without a request: it may not trust the server";
    let finding = Finding::new(Code::NoRequest, Severity::Breaks, headline)
        .rule("a client that trusts the server sends a request")
        .expected("a request on at least one connection")
        .found(format!("{} with a whole handshake, and no request", counted(silent.len(), "connection")))
        .production(
            "the real certificate is publicly trusted: if trust is what is missing here, it is not there (inferred)",
        )
        .cure(TRUST)
        .habits(case.platform.habits(Topic::UntrustedServer))
        .on(numbers(silent));
    Some(finding)
}

fn no_sni(case: &Case<'_>) -> Option<Finding> {
    let silent = case
        .history
        .connections
        .iter()
        .filter(|one| one.handshake.tls_version.is_some() && one.handshake.sni.is_none());
    let nameless: Vec<_> = silent.filter(|one| one.is_open()).collect();
    if nameless.is_empty() {
        return None;
    }
    let finding = Finding::new(Code::NoSni, Severity::Warns, "the client sent no server name (SNI)")
        .rule("a client names the host that it wants in its handshake")
        .expected("the host name of the URL")
        .found(format!("none on {}", counted(nameless.len(), "connection")))
        .production(
            "the default certificate comes, for *.my.salesforce.com and *.sandbox.my.salesforce.com: any other host does not \
             match it (documented)",
        )
        .cure("use a host name in the URL: for an address such as 127.0.0.1 no client sends a name; or turn SNI on")
        .on(numbers(nameless));
    Some(finding)
}

/// The name of somebody else, as a relay or a CDN in between asks for it: the default certificate does not match it.
fn foreign_sni(case: &Case<'_>) -> Option<Finding> {
    let asked = |one: &Connection<'_>| one.handshake.sni.clone().filter(|name| !is_ours(case, name));
    let foreign: Vec<_> = case.history.connections.iter().filter(|one| asked(one).is_some()).collect();
    let names = listed(foreign.iter().filter_map(|one| asked(one)));
    if foreign.is_empty() {
        return None;
    }
    let finding = Finding::new(Code::ForeignSni, Severity::Warns, format!("the handshake asked for {names}, which is not the org"))
        .rule("a client names the host of the org in its handshake")
        .expected("the host name of the org's URL, unchanged by whatever stands between")
        .found(format!("{names} on {}", counted(foreign.len(), "connection")))
        .production(
            "the default certificate comes, for *.my.salesforce.com and *.sandbox.my.salesforce.com: it does not match that name \
             (documented)",
        )
        .cure("let the client, and a relay or CDN before the org, ask for the org's own host; see docs/troubleshooting.md")
        .on(numbers(foreign));
    Some(finding)
}

/// A host of the doors' URLs, of the real service, or of this machine.
fn is_ours(case: &Case<'_>, name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let of_a_door = [&case.facts.standard_url, &case.facts.mutual_url].into_iter().any(|url| host(url) == name);
    of_a_door || name == "localhost" || name.ends_with(".localhost") || name.ends_with(".salesforce.com")
}

/// The host of a URL that has a port.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.rsplit_once(':').map_or(rest, |(host, _)| host)
}

pub(super) const TRUST: &str = "give the client the kit's server CA: NODE_EXTRA_CA_CERTS, REQUESTS_CA_BUNDLE, SSL_CERT_FILE, \
                                curl --cacert, or Java's trust store (doctor sets each in the command's environment)";

pub(super) fn numbers<'a>(connections: impl IntoIterator<Item = &'a Connection<'a>>) -> Vec<usize> {
    connections.into_iter().map(|connection| connection.n).collect()
}

/// `standard`, `mutual`, or both.
pub(super) fn doors<'a>(connections: impl IntoIterator<Item = &'a Connection<'a>>) -> String {
    listed(connections.into_iter().map(|connection| connection.handshake.door.name().to_owned()))
}
