//! `edge.alerts`: each dialect on the wire, compared with the table that was measured on five kinds of server.

use std::fmt::Write;

use expect_test::expect_file;
use mockorg::journal::Kind;
use mockorg::journal::event::Handshake;
use openssl::ssl::SslVersion;

use crate::wire::{Client, Failure, Org};

/// The clients of the table, in its order.
const KINDS: [&str; 8] =
    ["none", "billing", "self-signed", "expired", "not-yet", "server-only", "leaf-only", "revoked"];

/// What was measured: WireMock (Jetty), Node.js behind mountebank, nginx 1.22 (`on`), Caddy, `openssl s_server -Verify`.
/// A revoked certificate passed where no CRL was looked at, as with `edge.revocation = "ignore"` here.
const MEASURED: [(&str, [&str; 8]); 5] = [
    ("java", ["bad_certificate", "200", UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, "200"]),
    ("node", ["certificate_required", "200", "close", "close", "close", "close", "close", "200"]),
    ("nginx", ["400", "200", "400", "400", "400", "400", "400", "200"]),
    ("go", ["bad_certificate", "200", BAD, BAD, BAD, BAD, BAD, "200"]),
    (
        "openssl",
        [
            "certificate_required",
            "200",
            "unknown_ca",
            "certificate_expired",
            "bad_certificate",
            "unsupported_certificate",
            "unknown_ca",
            "200",
        ],
    ),
];

/// A revoked certificate where CRLs are looked at: `-crl_check` and `ssl_crl` were measured, the rest is inferred.
const REVOKED: [(&str, &str); 5] =
    [("java", UNKNOWN), ("node", "close"), ("nginx", "400"), ("go", BAD), ("openssl", "certificate_revoked")];

const UNKNOWN: &str = "certificate_unknown";
const BAD: &str = "bad_certificate";
const VERSIONS: [SslVersion; 2] = [SslVersion::TLS1_2, SslVersion::TLS1_3];

/// The quickstart with two more clients, and an edge that insists on a certificate.
fn org(edge: &str) -> Org {
    let clients = "[[client]]\nname = \"self-signed\"\n[[client]]\nname = \"not-yet\"\nissuer = \"acme-issuing\"\n\
                   valid = { from = \"2d\", until = \"400d\" }\n";
    let quickstart = include_str!("../../scenarios/quickstart.toml");
    Org::from_toml(&format!("{quickstart}\n{clients}\n[edge]\nno-certificate = \"alert\"\n{edge}\n"))
}

fn client(org: &Org, kind: &str) -> Client {
    match kind {
        "none" => org.door(mockorg::org::Door::Mutual),
        name => org.mutual(name),
    }
}

fn seen(client: &Client) -> String {
    match client.get("/services/data") {
        Ok(answer) => answer.status.to_string(),
        Err(Failure::Alert(number)) => named(number).to_owned(),
        Err(Failure::Closed) => "close".to_owned(),
        Err(Failure::Other(other)) => other,
    }
}

fn named(number: u8) -> &'static str {
    match number {
        40 => "handshake_failure",
        42 => BAD,
        43 => "unsupported_certificate",
        44 => "certificate_revoked",
        45 => "certificate_expired",
        46 => UNKNOWN,
        48 => "unknown_ca",
        116 => "certificate_required",
        _ => "another alert",
    }
}

/// `certificate_required` is of TLS 1.3: before, the same servers send `handshake_failure`.
fn in_version(measured: &str, version: SslVersion) -> &str {
    match measured {
        "certificate_required" if version == SslVersion::TLS1_2 => "handshake_failure",
        same => same,
    }
}

#[test]
fn every_dialect_says_what_was_measured() {
    for (dialect, measured) in MEASURED {
        let org = org(&format!("alerts = \"{dialect}\"\nrevocation = \"ignore\""));
        for version in VERSIONS {
            for (kind, expected) in KINDS.iter().zip(measured) {
                let found = seen(&client(&org, kind).version(version));
                assert_eq!(found, in_version(expected, version), "{dialect}, {kind}, {version:?}");
            }
        }
    }
}

#[test]
fn a_revoked_certificate_is_refused_in_the_dialect_where_crls_are_looked_at() {
    for (dialect, expected) in REVOKED {
        let org = org(&format!("alerts = \"{dialect}\""));
        for version in VERSIONS {
            assert_eq!(seen(&org.mutual("revoked").version(version)), expected, "{dialect}");
        }
    }
}

#[test]
fn every_suite_of_tls_1_3_carries_the_alert_that_openssl_would_not_send() {
    for suite in ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"] {
        let org = org("alerts = \"go\"");
        let client = client(&org, "none").version(SslVersion::TLS1_3);
        let mut builder = client.builder();
        builder.set_ciphersuites(suite).unwrap();
        let mut stream = client.connect_with(builder).unwrap();
        let error = stream.ssl_read(&mut [0; 10]).unwrap_err();
        assert_eq!(crate::wire::failure(&error), Failure::Alert(42), "{suite}");
    }
}

#[test]
fn a_client_that_shares_no_cipher_is_told_so_in_every_dialect() {
    for dialect in ["java", "go"] {
        let org = org(&format!("alerts = \"{dialect}\""));
        for version in VERSIONS {
            let client = client(&org, "billing").version(version);
            let mut builder = client.builder();
            // the server's key is on a curve
            builder.set_cipher_list("ECDHE-RSA-AES128-GCM-SHA256").unwrap();
            builder.set_ciphersuites("TLS_AES_128_CCM_8_SHA256").unwrap();
            let failure = client.connect_with(builder).map(drop).unwrap_err();
            assert_eq!(failure, Failure::Alert(40), "{dialect} {version:?}");
        }
    }
}

#[test]
fn the_alert_for_a_missing_certificate_is_the_same_with_tickets_about() {
    let org = org("alerts = \"java\"\nresumption = \"trust\"");
    for version in VERSIONS {
        assert_eq!(seen(&client(&org, "none").version(version)), BAD);
        assert_eq!(seen(&client(&org, "billing").version(version)), "200");
    }
}

#[test]
fn who_may_come_without_a_certificate_may_do_so_in_every_dialect() {
    for (dialect, _) in MEASURED {
        let quickstart = include_str!("../../scenarios/quickstart.toml");
        let org = Org::from_toml(&format!("{quickstart}\n[edge]\nalerts = \"{dialect}\"\n"));
        for version in VERSIONS {
            assert_eq!(seen(&client(&org, "none").version(version)), "200", "{dialect}");
        }
        assert_eq!(org.door(mockorg::org::Door::Standard).get("/services/data").unwrap().status, 200);
    }
}

#[test]
fn the_page_of_bad_chain_outdoes_the_dialect() {
    for (dialect, _) in MEASURED {
        let org = org(&format!("alerts = \"{dialect}\"\nbad-chain = \"page\""));
        let page = org.mutual("expired").get("/services/data").unwrap();
        assert!(page.status == 200 && page.body.contains("Client certificate error:"), "{dialect}: {}", page.body);
    }
}

#[test]
fn a_dialect_is_a_switch_of_a_running_org() {
    let org = org("");
    assert_eq!(seen(&org.mutual("expired")), "certificate_expired");
    org.set_switch("edge.alerts", "java").unwrap();
    assert_eq!(seen(&org.mutual("expired")), UNKNOWN);
    org.set_switch("edge.no-certificate", "pass").unwrap();
    assert_eq!(seen(&client(&org, "none")), "200");
}

#[test]
fn nginx_speaks_its_own_page_and_ends_the_connection() {
    let org = org("alerts = \"nginx\"");
    let page = org.mutual("expired").get("/services/data").unwrap();
    assert_eq!(page.header("connection"), Some("close"));
    assert!(page.body.contains("<center>The SSL certificate error</center>"), "{}", page.body);
    let page = client(&org, "none").get("/services/data").unwrap();
    assert!(page.body.contains("<center>No required SSL certificate was sent</center>"), "{}", page.body);
}

/// What the journal says of each refusal: alert sent, how it ended, and what the client saw.
#[test]
fn the_journal_tells_every_dialect_as_it_is() {
    let mut told = String::new();
    for (dialect, _) in MEASURED {
        let org = org(&format!("alerts = \"{dialect}\""));
        for version in VERSIONS {
            for kind in ["none", "expired"] {
                let before = org.journal().last_seq();
                let _ = seen(&client(&org, kind).version(version));
                let handshake = handshake_after(&org, before);
                let explanation = handshake.explanation.as_ref();
                let client = explanation.and_then(|explanation| explanation.client.as_deref()).unwrap_or("-");
                let (alert, ending) = (handshake.alert_sent.as_deref().unwrap_or("-"), handshake.ending.unwrap_or("-"));
                let version = handshake.tls_version.as_deref().unwrap_or("-");
                writeln!(told, "{dialect} {kind} {version}\n  {ending}: {alert}\n  {client}").unwrap();
            }
        }
    }
    expect_file![concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/dialects.txt")].assert_eq(&told);
}

/// The handshake after that place: a refusal may reach the client a moment before its event is there.
fn handshake_after(org: &Org, seq: u64) -> Handshake {
    let wanted = |event: &mockorg::journal::Event| matches!(&event.kind, Kind::Handshake(_));
    let event = org.journal().wait_for(seq, crate::wire::PATIENCE, wanted).expect("a handshake");
    let Kind::Handshake(handshake) = &event.kind else { unreachable!("asked for a handshake") };
    (**handshake).clone()
}
