//! Does every call go to the mutual door, and does every connection there carry the certificate?

use super::Case;
use crate::doctor::finding::{Code, Finding, Severity};
use crate::doctor::habits::Topic;
use crate::doctor::history::{Connection, asked, counted, failed_mutually, is_granted_call, listed};
use crate::journal::event::Request;
use crate::org::Door;

type Asked<'a> = (&'a Connection<'a>, &'a Request);

pub(super) fn rule(case: &Case<'_>) -> Vec<Finding> {
    let requests: Vec<Asked<'_>> = case.history.requests().collect();
    let mutual = requests.iter().filter(|(connection, _)| connection.is_mutual()).copied();
    let (carried, bare): (Vec<_>, Vec<_>) = mutual.partition(|(connection, _)| connection.leaf().is_some());
    let good: Vec<_> = carried.iter().filter(|(connection, _)| connection.holds()).copied().collect();
    let astray: Vec<_> = requests.iter().filter(|asked| is_astray(case, asked)).copied().collect();
    let called_there = good.iter().any(|(_, request)| is_granted_call(request));

    let mut found = Vec::new();
    if !bare.is_empty() && !good.is_empty() || !astray.is_empty() && called_there {
        found.push(mixed(case, &good, &bare, &astray));
    } else {
        found.extend(no_certificate(case, &bare));
        found.extend(wrong_port(case, &astray, &good));
    }
    found.extend(login_on_standard(case, called_there));
    found
}

/// A call of an enforced user to the standard door: refused there, or not known to the org but meant for it.
fn is_astray(case: &Case<'_>, &(connection, request): &Asked<'_>) -> bool {
    let of_an_api = matches!(request.family, "rest" | "soap");
    let unheard = request.decision.is_none() && request.status == 404 && of_an_api && case.is_enforced();
    connection.handshake.door == Door::Standard && (failed_mutually(request) || unheard)
}

fn mixed(case: &Case<'_>, good: &[Asked<'_>], bare: &[Asked<'_>], astray: &[Asked<'_>]) -> Finding {
    let what = |(_, request): &Asked<'_>| asked(request);
    let mut found = format!("with the certificate {}", listed(good.iter().map(what)));
    if !bare.is_empty() {
        found += &format!("; without it {}", listed(bare.iter().map(what)));
    }
    if !astray.is_empty() {
        found += &format!("; on the standard door {}", listed(astray.iter().map(what)));
    }
    let headline = match (bare.len(), astray.len()) {
        (0, astray) => format!("{} went to the standard door, others to the mutual one", counted(astray, "call")),
        (bare, 0) => format!("{} came without the certificate that others carried", counted(bare, "request")),
        (bare, astray) => format!(
            "{} came without the certificate that others carried, and {} went to the standard door",
            counted(bare, "request"),
            counted(astray, "call")
        ),
    };
    let severity = if case.is_enforced() { Severity::Breaks } else { Severity::Warns };
    Finding::new(Code::MixedPaths, severity, headline)
        .rule("every call of an enforced user comes by the mutual door with the certificate, not only the first")
        .expected("one way for all: the mutual door's URL, and the certificate and key, in every place that opens connections")
        .found(found)
        .production(
            "calls without it fail while others succeed, as clients of WSC and Bulk found (observed): MUTUAL_AUTHENTICATION_FAILED, \
             or the edge's HTML page",
        )
        .cure("give the same TLS settings to every HTTP client in the process: SOAP, REST, Bulk, the token call; and read its URL from one place")
        .habits(case.platform.habits(Topic::MixedPaths))
        .on(bare.iter().chain(astray).map(|(connection, _)| connection.n))
}

fn no_certificate(case: &Case<'_>, bare: &[Asked<'_>]) -> Option<Finding> {
    let asked_for = bare.iter().map(|(connection, _)| connection.n);
    let refused = bare.iter().filter(|(_, request)| is_refused_for_want(request)).count();
    let calls = listed(bare.iter().map(|(_, request)| asked(request)));
    let finding = |severity, headline: &str| {
        Finding::new(Code::NoCertificate, severity, headline)
            .expected("a certificate and its key, in answer to the server's request")
            .found(format!("an empty answer, then {calls}; {refused} of {} refused", counted(bare.len(), "request")))
            .habits(case.platform.habits(Topic::NoCertificate))
            .on(asked_for.clone())
    };
    if bare.is_empty() {
        None
    } else if refused > 0 || case.is_enforced() {
        let finding = finding(Severity::Breaks, "the client sent no certificate, although the mutual door asks for one")
            .rule("an enforced user comes with a certificate that is uploaded to the org")
            .production(
                "access is denied (documented): MUTUAL_AUTHENTICATION_FAILED, or, as seen in 2018, an HTML page of the edge on \
                 every path (observed)",
            )
            .cure("set certificate and key for every call, logins included; see docs/refusals.md#no-certificate");
        Some(finding)
    } else {
        let finding = finding(Severity::Warns, "no certificate was sent, and the user is let in only because not enforced")
            .rule("a user without \"Enforce SSL/TLS Mutual Authentication\" may come without a certificate (documented)")
            .production(
                "let in (documented), but an edge as seen in 2018 answers 8443 without a certificate by an HTML page (observed); \
                 try edge.no-certificate = \"page\"",
            )
            .cure("give the client its certificate, so that it is ready for the day its user is enforced");
        Some(finding)
    }
}

fn is_refused_for_want(request: &Request) -> bool {
    failed_mutually(request) || request.error.as_deref() == Some(super::answers::EDGE_PAGE)
}

/// Refused on the standard door, with nothing but logins (or nothing at all) on the mutual one.
fn wrong_port(case: &Case<'_>, astray: &[Asked<'_>], good: &[Asked<'_>]) -> Option<Finding> {
    let refused: Vec<_> = astray.iter().filter(|(_, request)| failed_mutually(request)).collect();
    if refused.is_empty() {
        return None;
    }
    let logged_in = |door| case.history.logins().any(|(_, login)| login.decision == "granted" && login.door == door);
    let calls = listed(refused.iter().map(|(_, request)| asked(request)));
    let (code, headline, logins) = if logged_in(Door::Mutual) {
        let headline =
            "the client logged in on the mutual door and then called on the standard one: it did not change the port";
        (Code::PortNotChanged, headline, "login on the mutual door")
    } else if good.is_empty() && case.history.at(Door::Mutual).next().is_none() {
        let headline = "every call went to the standard door: the client never came to the mutual one";
        (Code::WrongPort, headline, "nothing on the mutual door")
    } else {
        (
            Code::WrongPort,
            "calls went to the standard door after the mutual one had been tried",
            "no login on the mutual door",
        )
    };
    let urls = if case.facts.urls_as_arrived {
        "URLs that login returns carry the port of the login (org.api-endpoint = \"as-arrived\")"
    } else {
        "URLs that login returns (serverUrl, instance_url) carry the standard port (org.api-endpoint = \"standard\")"
    };
    let by_proxy = refused.iter().any(|(connection, _)| connection.handshake.connect.is_some());
    let mutual = if by_proxy { "port 8443 through the proxy door" } else { &case.facts.mutual_url };
    let finding = Finding::new(code, Severity::Breaks, headline)
        .rule("an enforced user calls the API on 8443 only, whatever port the URLs from the login carry")
        .expected(format!("calls to {mutual}"))
        .found(format!("{logins}; on the standard door {calls}, {} refused; {urls}", counted(refused.len(), "call")))
        .production("a call on 443 with an enforced user's session answers MUTUAL_AUTHENTICATION_FAILED (observed, 2018); which port the \
             URLs from a login on 8443 carry today is not published (unverified)",
        )
        .cure(format!(
            "after login put the mutual door's port into serverUrl and instance_url (8443 in production, here {mutual}), before \
             the first call; see docs/refusals.md#standard-door"
        ))
        .on(refused.iter().map(|(connection, _)| connection.n));
    Some(finding)
}

fn login_on_standard(case: &Case<'_>, called_there: bool) -> Option<Finding> {
    let logins: Vec<_> = case
        .history
        .logins()
        .filter(|(_, login)| {
            login.door == Door::Standard && login.decision == "granted" && case.facts.enforces(&login.username)
        })
        .collect();
    (called_there && !logins.is_empty()).then(|| {
        let headline = "an enforced user logged in on the standard door and called on the mutual one";
        Finding::new(Code::LoginOnStandard, Severity::Notes, headline)
            .rule("today's guide has clients log in on port 8443 of the My Domain URL (documented)")
            .expected("a login on the mutual door, with the certificate")
            .found(format!("{} on the standard door, granted", counted(logins.len(), "login")))
            .production("a login on 443 was seen to succeed in 2018 (observed); whether it does today is not published (unverified)")
            .cure("log in on the mutual door too: that is right by every source")
            .on(logins.iter().map(|(connection, _)| connection.n))
    })
}
