//! The further findings, one planted mistake each.

use std::io::Write;

use mockorg::Simulator;
use mockorg::doctor::{Ended, Severity, diagnose};
use mockorg::org::Door;
use openssl::ssl::SslVersion;

use super::{LIMITS, TOKEN, breaking, call, codes, facts, gone, log_in, org, password, report, text, turned_away};
use crate::wire::{FORM, Org};

/// Login and SOAP with the certificate, a GET without it: the calls of one client take different ways.
#[test]
fn tells_a_path_without_the_certificate_from_a_client_that_has_none() {
    let org = org();
    let session = log_in(&org.mutual("billing"), "billing");
    assert_eq!(call(&org.mutual("billing"), &session), 200);
    assert_eq!(call(&org.door(Door::Mutual), &session), 401);
    let report = report(&org);
    assert_eq!(breaking(&report), ["mixed-paths"]);
    assert_eq!(report.findings[0].connections, [3]);
    assert!(report.findings[0].found.contains("without it GET /services/data/v68.0/limits"), "{}", text(&report));
}

/// Bulk lies outside of what the org serves: the certificate is missing all the same.
#[test]
fn a_request_that_nobody_judged_counts_as_a_path_without_the_certificate() {
    let org = org();
    log_in(&org.mutual("billing"), "billing");
    org.door(Door::Mutual).get("/services/async/64.0/job/7505e0000000001AAA").unwrap();
    assert_eq!(breaking(&report(&org)), ["mixed-paths"]);
}

#[test]
fn tells_of_one_call_that_went_to_the_standard_door() {
    let org = org();
    let session = log_in(&org.mutual("billing"), "billing");
    assert_eq!(call(&org.mutual("billing"), &session), 200);
    assert_eq!(call(&org.door(Door::Standard), &session), 401);
    let report = report(&org);
    assert_eq!(breaking(&report), ["mixed-paths"]);
    assert!(report.findings[0].headline.contains("went to the standard door"), "{}", text(&report));
}

#[test]
fn a_client_that_never_came_is_told_where_the_doors_are() {
    let org = org();
    let report = report(&org);
    assert_eq!(breaking(&report), ["never-came"]);
    assert!(report.findings[0].expected.contains("https://localhost:8443"), "{}", text(&report));
    let mut facts = facts(&org, &["./client"]);
    facts.foreign_proxy = Some("HTTPS_PROXY".into());
    let report = diagnose(&facts, &[]);
    assert!(report.findings[0].cure.contains("unset HTTPS_PROXY"), "{}", text(&report));
}

#[test]
fn a_host_that_is_not_the_orgs_is_named_when_the_proxy_door_was_asked_for_it() {
    let org = org();
    let asked = b"CONNECT other.my.salesforce.com:443 HTTP/1.1\r\nHost: other.my.salesforce.com:443\r\n\r\n";
    crate::wire::plain(org.ports().proxy, asked);
    let report = report(&org);
    assert_eq!(breaking(&report), ["proxy-refused"]);
    assert!(report.findings[0].headline.contains("other.my.salesforce.com:443"), "{}", text(&report));
}

/// As Node does it when it does not trust a server.
#[test]
fn a_client_that_leaves_when_it_has_seen_our_certificate_does_not_trust_it() {
    let org = org();
    let client = org.door(Door::Standard);
    let tcp = client.open();
    // a handshake that is never carried to its end: the answer to our first flight is not read
    let config = client.builder().build().configure().unwrap();
    let ssl = config.into_ssl("localhost").unwrap();
    let hello = Recorder::default();
    let _ = ssl.connect(hello.clone());
    (&tcp).write_all(&hello.written()).unwrap();
    tcp.shutdown(std::net::Shutdown::Write).unwrap();
    gone(&org, "left");
    let report = report(&org);
    assert_eq!(breaking(&report), ["untrusted-server"], "{}", text(&report));
    assert!(report.findings[0].found.contains("without an alert"), "{}", text(&report));
}

#[test]
fn a_client_that_shakes_hands_and_says_nothing_may_not_trust_us_either() {
    let org = org();
    let mut stream = org.door(Door::Standard).connect().unwrap();
    stream.shutdown().unwrap();
    org.event(|event| event.kind.handshake().is_some());
    assert_eq!(breaking(&report(&org)), ["no-request"]);
}

#[test]
fn a_client_of_another_tls_version_is_told_so() {
    let org = Org::quickstart_with("", "tls = [\"1.3\"]");
    org.door(Door::Standard).version(SslVersion::TLS1_2).get(LIMITS).unwrap_err();
    gone(&org, "failed");
    assert_eq!(breaking(&report(&org)), ["tls-mismatch"], "{}", text(&report(&org)));
}

#[test]
fn bytes_that_are_no_tls_are_a_handshake_that_failed() {
    let org = org();
    crate::wire::plain(org.ports().standard, b"\x16\x03\x01\x00\x05hello");
    gone(&org, "failed");
    assert_eq!(breaking(&report(&org)), ["handshake-failed"]);
}

#[test]
fn a_chain_that_does_not_hold_is_named_by_its_fault() {
    let cases = [("revoked", "revoked"), ("unlisted", "broken-chain"), ("server-only", "broken-chain")];
    for (client, expected) in cases {
        let org = org();
        turned_away(&org, client);
        let report = report(&org);
        assert_eq!(breaking(&report), [expected], "{client}: {}", text(&report));
        assert!(report.findings[0].cure.contains("docs/refusals.md#"), "{}", text(&report));
    }
}

#[test]
fn a_renewed_certificate_that_is_not_uploaded_is_no_wrong_alias() {
    let org = org();
    let session = org.billing();
    org.issue("billing", mockorg::RenewalKey::Replace).unwrap();
    assert_eq!(call(&org.mutual("billing"), &session), 401);
    assert_eq!(breaking(&report(&org)), ["not-uploaded"], "{}", text(&report(&org)));
}

#[test]
fn an_org_to_which_nothing_is_uploaded_is_told_apart_too() {
    let org = org();
    for label in ["Billing 2026", "Leaf only"] {
        org.delete_certificate(label).unwrap();
    }
    let session = org.billing();
    assert_eq!(call(&org.mutual("billing"), &session), 401);
    assert_eq!(breaking(&report(&org)), ["nothing-uploaded"], "{}", text(&report(&org)));
}

#[test]
fn the_edges_page_is_named_beside_its_cause() {
    let org = Org::quickstart_with("", "no-certificate = \"page\"");
    let session = org.billing();
    let answer = org.door(Door::Mutual).session(&session).get(LIMITS).unwrap();
    assert!(answer.body.contains("Certificate Error"), "{}", answer.body);
    assert_eq!(codes(&report(&org)), ["no-certificate", "edge-page"]);
    let org = Org::quickstart_with("", "bad-chain = \"page\"");
    org.mutual("leaf-only").get(LIMITS).unwrap();
    assert_eq!(codes(&report(&org)), ["leaf-only", "edge-page"]);
}

#[test]
fn html_for_a_path_without_an_api_is_a_warning() {
    let org = org();
    let client = org.mutual("billing");
    let session = log_in(&client, "billing");
    assert_eq!(call(&client, &session), 200);
    client.get("/data/v68.0/limits").unwrap();
    let report = report(&org);
    assert_eq!(codes(&report), ["html-page"]);
    assert!(!report.breaks);
}

#[test]
fn a_refused_login_breaks_unless_it_is_put_right() {
    let org = org();
    let wrong = password("billing").replace("billing-password", "wrong");
    let client = org.mutual("billing");
    assert_eq!(client.post(TOKEN, FORM, &wrong).unwrap().status, 400);
    assert_eq!(breaking(&report(&org)), ["login-refused"]);
    let session = log_in(&client, "billing");
    assert_eq!(call(&client, &session), 200);
    let report = report(&org);
    assert_eq!((codes(&report), report.breaks), (vec!["login-refused"], false));
}

#[test]
fn a_call_without_a_session_breaks_unless_the_client_logs_in_again() {
    let org = org();
    let client = org.mutual("billing");
    assert_eq!(call(&client, "00D000000000000!gone"), 401);
    assert_eq!(breaking(&report(&org)), ["no-session"]);
    let session = log_in(&client, "billing");
    assert_eq!(call(&client, &session), 200);
    let report = report(&org);
    assert_eq!((codes(&report), report.breaks), (vec!["no-session"], false));
}

#[test]
fn an_error_of_a_request_is_a_warning_with_the_journals_words() {
    let org = org();
    let client = org.mutual("billing");
    let session = log_in(&client, "billing");
    client.session(&session).get("/services/data/v68.0/query?q=SELECT+Nothing+FROM+User").unwrap();
    let report = report(&org);
    assert_eq!((codes(&report), report.breaks), (vec!["request-refused"], false));
    assert!(report.findings[0].headline.contains("INVALID_FIELD"), "{}", text(&report));
}

#[test]
fn a_refusal_that_is_tried_again_and_again_is_a_warning() {
    let org = org();
    (0..3).for_each(|_| turned_away(&org, "expired"));
    let report = report(&org);
    assert_eq!(codes(&report), ["expired", "retries"]);
    assert!(report.findings[1].headline.contains("3 times"), "{}", text(&report));
}

#[test]
fn a_client_without_sni_is_warned() {
    let org = org();
    let mut client = org.mutual("billing");
    client.sni = None;
    let session = log_in(&client, "billing");
    assert_eq!(call(&client, &session), 200);
    assert_eq!(codes(&report(&org)), ["no-sni"]);
}

#[test]
fn a_run_that_was_held_to_nothing_proves_nothing() {
    let org = org();
    let session = org.reports();
    assert_eq!(call(&org.door(Door::Standard), &session), 200);
    let report = report(&org);
    assert_eq!((codes(&report), report.breaks), (vec!["never-asked"], false));
}

#[test]
fn a_user_who_is_not_enforced_is_warned_of_the_page_of_2018() {
    let org = org();
    let session = org.reports();
    assert_eq!(call(&org.door(Door::Mutual), &session), 200);
    let report = report(&org);
    assert_eq!((codes(&report), report.breaks), (vec!["no-certificate", "never-asked"], false));
}

#[test]
fn an_enforced_user_may_log_in_on_the_standard_door_but_should_not() {
    let org = org();
    let session = org.billing();
    assert_eq!(call(&org.mutual("billing"), &session), 200);
    let report = report(&org);
    assert_eq!(codes(&report), ["login-on-standard"]);
    assert_eq!(report.findings[0].severity, Severity::Notes);
}

#[test]
fn a_command_that_fails_for_no_reason_of_ours_or_never_ends_has_failed() {
    let org = org();
    let client = org.mutual("billing");
    let session = log_in(&client, "billing");
    assert_eq!(call(&client, &session), 200);
    let told = |ended| {
        let mut facts = facts(&org, &["./client"]);
        facts.ended = ended;
        codes(&diagnose(&facts, &org.journal().since(0)))
    };
    assert_eq!(told(Ended::ExitCode(0)), Vec::<&str>::new());
    assert_eq!(told(Ended::ExitCode(4)), ["command-failed"]);
    assert_eq!(told(Ended::Signal(11)), ["command-failed"]);
    assert_eq!(told(Ended::TimedOut(std::time::Duration::from_secs(2))), ["timed-out"]);
}

/// A habit is told where the command's platform is known to have it.
#[test]
fn a_platform_colours_the_cure() {
    let org = org();
    turned_away(&org, "leaf-only");
    let habits = |command: &[&str]| {
        let report = diagnose(&facts(&org, command), &org.journal().since(0));
        report.findings[0].habits.join("\n")
    };
    assert!(habits(&["dotnet", "test"]).contains("ClientCertificateContext"));
    assert!(!habits(&["node", "app.js"]).contains("ClientCertificateContext"));
}

/// A port in the URLs that login returns is what a client that did not change it has followed.
#[test]
fn the_switch_for_returned_urls_is_named() {
    let org = Org::quickstart_with("api-endpoint = \"as-arrived\"", "");
    super::wrong_port(&org);
    let report = report(&org);
    assert!(report.findings[0].found.contains("as-arrived"), "{}", text(&report));
}

#[test]
fn a_story_of_many_connections_is_cut_short() {
    let org = Org::with(Simulator::default(), mockorg::Scenario::quickstart());
    (0..15).for_each(|_| drop(org.door(Door::Standard).get("/services/data").unwrap()));
    let told = text(&report(&org));
    assert!(told.contains("… and 3 more connections"), "{told}");
}

/// Keeps what is written, and has nothing to read.
#[derive(Clone, Debug, Default)]
struct Recorder(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

impl Recorder {
    fn written(&self) -> Vec<u8> {
        self.0.lock().unwrap().clone()
    }
}

impl std::io::Read for Recorder {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::WouldBlock.into())
    }
}

impl Write for Recorder {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
