//! Replay: the client's side of scenarios, played and compared.

use std::path::Path;

use mockorg::journal::Kind;
use mockorg::replay::{Exchanged, Judged, Party, Played, Player, replay};
use mockorg::scenario::Outside;
use mockorg::{Scenario, Simulator};

use crate::scenario::scenarios;
use crate::wire::Org;

mod against;
mod command;
mod generated;
mod hostile;
mod outcomes;
mod record;
mod switches;
mod ways;

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// The quickstart's org with these exchanges instead of its own.
fn quickstart(exchanges: &str) -> Scenario {
    let text = include_str!("../../scenarios/quickstart.toml");
    let (org, _) = text.split_once("\n[[exchange]]").unwrap();
    Scenario::from_text(&format!("{org}\n{exchanges}"), "x.toml", Path::new("."))
        .unwrap_or_else(|mistakes| panic!("{}", mistakes.render(false)))
}

/// Plays exchanges at the quickstart's org.
fn play(exchanges: &str) -> Played {
    runtime().block_on(replay(Simulator::default().seed(7), quickstart(exchanges))).unwrap()
}

#[track_caller]
fn all_as_expected(played: &Played) {
    if let Some(first) = played.first_difference() {
        panic!("line {}: {}\n{:#?}\n{:?}", first.line, first.found, first.differences, first.explanation);
    }
}

#[test]
fn every_scenario_of_the_repository_replays_clean() {
    let mut played = 0;
    for (path, _) in scenarios() {
        let scenario = Scenario::from_path(&path, Outside::Refuse).unwrap();
        let report = runtime().block_on(replay(Simulator::default().seed(7), scenario)).unwrap();
        if let Some(first) = report.first_difference() {
            panic!("{}:{}: {}\n{:#?}", path.display(), first.line, first.found, first.differences);
        }
        played += report.exchanges.len();
    }
    assert!(played > 50, "{played} exchanges");
}

/// A scenario that claims a verdict by its name shows it.
#[test]
fn every_scenario_that_is_named_by_an_outcome_has_exchanges() {
    for (path, _) in scenarios() {
        let name = path.file_name().unwrap().to_str().unwrap();
        let claims = ["accepts-", "rejects-", "refuses-", "binds-", "keeps-", "gives-"].iter();
        if claims.clone().any(|claim| name.starts_with(claim)) {
            let scenario = Scenario::from_path(&path, Outside::Refuse).unwrap();
            assert!(!scenario.exchanges.is_empty(), "{}", path.display());
        }
    }
}

#[test]
fn every_login_flow_gives_a_session_that_works() {
    let call = |login: &str| {
        format!(
            "[[exchange]]\nclient = \"billing\"\nsession = \"{login}\"\nrequest = \"GET /services/data/v68.0/limits\"\n"
        )
    };
    let mut text = String::new();
    for (flow, user) in [("soap", true), ("password", true), ("client-credentials", false), ("jwt-bearer", true)] {
        text += &format!("[[exchange]]\nname = \"{flow}\"\nclient = \"billing\"\nlogin = \"{flow}\"\n");
        if user {
            text += "user = \"Billing@acme.example\"\n";
        }
        text += &call(flow);
    }
    all_as_expected(&play(&text));
}

#[test]
fn what_one_exchange_captures_the_next_may_send() {
    all_as_expected(&play(
        r#"
        [[exchange]]
        name = "login"
        login = "password"
        user = "reports@acme.example"
        capture = { kind = "$.token_type", type = "header:content-type" }
        [[exchange]]
        name = "who"
        request = "GET /services/data/v68.0/query?q=SELECT+Id,Name+FROM+Organization"
        headers = { Authorization = "${login.kind} ${login.session}" }
        capture = { id = "$.records[0].Id" }
        [[exchange]]
        session = "login"
        request = "GET /services/data/v68.0/query?q=SELECT+Name+FROM+Organization+WHERE+Id='${who.id}'"
        expect = { values = { "$.records[0].Name" = "Acme" }, headers = { content-type = "${login.type}" } }
        [[exchange]]
        request = "POST /services/oauth2/revoke"
        form = { token = "${login.session}" }
        [[exchange]]
        session = "login"
        soap = "<getUserInfo/>"
        expect = { status = 500, error = "INVALID_SESSION_ID" }
        "#,
    ));
}

#[test]
fn what_was_not_captured_is_not_sent() {
    let played = play(
        r#"
        [[exchange]]
        name = "login"
        login = "soap"
        user = "reports@acme.example"
        password = "wrong"
        expect.error = "INVALID_LOGIN"
        [[exchange]]
        session = "login"
        request = "GET /services/data/v68.0/limits"
        "#,
    );
    assert_eq!(played.exchanges[1].outcome, Judged::NotPlayed);
    assert_eq!(played.exchanges[1].found, "not played: ${login.session} was not captured");
    assert!(!played.is_as_expected());
}

/// Plays at an org whose journal is read afterwards.
fn at(org: &Org, exchanges: &str) -> Vec<Exchanged> {
    let scenario = quickstart(exchanges);
    let player = Player::new(Party::own(org, &scenario));
    runtime().block_on(player.all(&scenario.exchanges)).exchanges
}

#[test]
fn exactly_the_certificates_asked_for_are_sent() {
    let own: &[&str] = &["billing", "acme-issuing"];
    let cases: [(&str, &[&str]); 8] = [
        ("", own),
        ("sends = \"chain\"", own),
        ("sends = \"leaf\"", &["billing"]),
        ("sends = \"chain+root\"", &["billing", "acme-issuing", "acme-root"]),
        ("sends = \"shuffled\"", &["billing", "acme-root", "acme-issuing"]),
        ("sends = \"none\"", &[]),
        ("sends = [\"billing\", \"elsewhere-root\", \"visitor\"]", &["billing", "elsewhere-root", "visitor"]),
        ("sends = [\"billing\"]", &["billing"]),
    ];
    for version in ["1.2", "1.3"] {
        for (sends, names) in cases {
            let org = Org::quickstart();
            let exchange =
                format!("[[exchange]]\nclient = \"billing\"\ntls = \"{version}\"\nrequest = \"GET /\"\n{sends}\n");
            at(&org, &exchange);
            let event = org.event(|event| matches!(event.kind, Kind::Handshake(_)));
            let Kind::Handshake(handshake) = &event.kind else { unreachable!("asked for a handshake") };
            let sent: Vec<_> = handshake.certificates.iter().filter_map(|sent| sent.name.as_deref()).collect();
            assert_eq!(sent, names, "{sends} in TLS {version}");
            assert_eq!(handshake.tls_version.as_deref(), Some(format!("TLSv{version}").as_str()));
        }
    }
}

#[test]
fn the_server_name_is_the_doors_another_or_none() {
    for (sni, asked) in [
        ("", Some("localhost")),
        ("sni = \"login.salesforce.com\"", Some("login.salesforce.com")),
        ("sni = \"\"", None),
    ] {
        let org = Org::quickstart();
        let played = at(&org, &format!("[[exchange]]\nrequest = \"GET /services/data\"\n{sni}\n"));
        assert_eq!(played[0].found, "200", "{sni}");
        let event = org.event(|event| matches!(event.kind, Kind::Handshake(_)));
        let Kind::Handshake(handshake) = &event.kind else { unreachable!("asked for a handshake") };
        assert_eq!(handshake.sni.as_deref(), asked);
    }
}

#[test]
fn a_step_between_exchanges_changes_what_comes_of_them() {
    all_as_expected(&play(
        r#"
        [[step]]
        name = "revocation"
        on = "call"
        do.revoke = "billing"
        [[step]]
        name = "later"
        at = "30d"
        do.grant = { user = "reports@acme.example", permission = "enforce-mutual-authentication" }
        [[exchange]]
        client = "billing"
        request = "GET /services/data"
        [[exchange]]
        step = "revocation"
        client = "billing"
        request = "GET /services/data"
        expect.alert = "certificate_revoked"
        [[exchange]]
        name = "login"
        step = "later"
        login = "soap"
        user = "reports@acme.example"
        [[exchange]]
        session = "login"
        request = "GET /services/data/v68.0/limits"
        expect.error = "MUTUAL_AUTHENTICATION_FAILED"
        "#,
    ));
}
