//! What the scenario did to a client on purpose is told as that, and is no mistake of the client's.

use mockorg::doctor::{Ended, Severity, diagnose, story};
use mockorg::journal::line;
use mockorg::org::Door;

use super::{LIMITS, breaking, call, codes, facts, gone, log_in, report, text, turned_away};
use crate::wire::{Failure, Org};

/// The quickstart with something more, or with other switches of the edge.
fn org(edge: &str, more: &str) -> Org {
    let quickstart = include_str!("../../../scenarios/quickstart.toml");
    Org::from_toml(&format!("{quickstart}\n[edge]\n{edge}\n{more}"))
}

fn with_fault(fault: &str) -> Org {
    org("", &format!("[[fault]]\nname = \"planted\"\n{fault}\n"))
}

/// Billing logs in; its first call is struck, a second one succeeds.
fn struck_once(org: &Org) {
    let client = org.mutual("billing");
    let session = log_in(&client, "billing");
    let _ = client.clone().session(&session).get(LIMITS);
    let session = log_in(&client, "billing");
    assert_eq!(call(&client, &session), 200);
}

#[test]
fn a_fault_of_a_request_is_a_note_and_no_mistake() {
    for effect in ["end-session", "drop", "request-limit-exceeded", "server-unavailable", "unavailable"] {
        let org = with_fault(&format!("effect = \"{effect}\"\npath = \"{LIMITS}\"\nnth = 1"));
        struck_once(&org);
        let report = report(&org);
        assert_eq!(codes(&report), ["injected-fault"], "{effect}:\n{}", text(&report));
        let finding = &report.findings[0];
        assert_eq!((finding.severity, &*finding.connections), (Severity::Notes, &[2][..]), "{effect}");
        assert!(finding.headline.starts_with("the fault 'planted' ("), "{}", finding.headline);
        assert!(finding.headline.ends_with(") was injected into 1 request"), "{}", finding.headline);
        assert!(text(&report).contains("(injected: planted)"), "{}", text(&report));
    }
}

#[test]
fn a_refused_login_that_was_injected_is_no_mistake() {
    let org = with_fault("effect = \"server-unavailable\"\nuser = \"billing@acme.example\"\nnth = 1");
    let answer = org.mutual("billing").post(super::TOKEN, crate::wire::FORM, &super::password("billing")).unwrap();
    assert_eq!(answer.status, 503);
    let report = report(&org);
    assert_eq!(codes(&report), ["never-asked", "injected-fault"], "{}", text(&report));
}

#[test]
fn a_client_that_goes_on_with_a_session_that_a_fault_ended_makes_a_mistake_of_its_own() {
    let org = with_fault(&format!("effect = \"end-session\"\npath = \"{LIMITS}\"\nnth = 1"));
    let client = org.mutual("billing");
    let session = log_in(&client, "billing");
    assert_eq!([call(&client, &session), call(&client, &session)], [401, 401]);
    let report = report(&org);
    assert_eq!(breaking(&report), ["no-session"]);
    assert_eq!(report.findings[0].connections, [3], "{}", text(&report));
}

#[test]
fn a_connection_that_a_fault_ends_is_told_with_its_name_and_is_no_retry_of_a_refusal() {
    for effect in ["reset", "reset-in-handshake", "alert"] {
        let alert = if effect == "alert" { "alert = \"internal_error\"\n" } else { "" };
        let org = with_fault(&format!("effect = \"{effect}\"\n{alert}door = \"mutual\"\ntimes = 3"));
        for _ in 0..3 {
            org.mutual("billing").get(LIMITS).unwrap_err();
        }
        org.journal().wait_for(0, crate::wire::PATIENCE, |event| event.kind.handshake() == Some(3));
        let client = org.mutual("billing");
        let session = log_in(&client, "billing");
        assert_eq!(call(&client, &session), 200);
        let report = report(&org);
        assert_eq!(codes(&report), ["injected-fault"], "{effect}:\n{}", text(&report));
        assert!(report.findings[0].headline.ends_with("was injected into 3 connections"), "{}", text(&report));
        let told = "ended by the fault 'planted', which was injected";
        assert_eq!(text(&report).matches(told).count(), 3, "{}", text(&report));
    }
}

#[test]
fn a_client_that_refuses_a_chain_that_is_bad_on_purpose_is_not_told_to_trust_it() {
    let org = with_fault("effect = \"server-expired\"\nnth = 1");
    assert!(matches!(org.mutual("billing").get(LIMITS), Err(Failure::Other(_))));
    gone(&org, "alert-received");
    let client = org.mutual("billing");
    let session = log_in(&client, "billing");
    assert_eq!(call(&client, &session), 200);
    let report = report(&org);
    assert_eq!(codes(&report), ["injected-fault"], "{}", text(&report));
    let told = text(&report);
    assert!(told.contains("shown a bad server chain (expired), the client sent the alert"), "{told}");
    assert!(told.contains("did it trust the server                        yes: or it does not check"), "{told}");
    assert!(report.findings[0].cure.contains("it is right to refuse"), "{told}");
}

/// One whose certificate a verb spoiled: there is no fault to name.
#[test]
fn a_client_that_leaves_a_spoiled_server_makes_no_mistake_even_if_nothing_else_came() {
    let step = "[[step]]\nname = \"spoil\"\non = \"call\"\ndo.server-certificate = \"wrong-name\"\n";
    let org = org("", step);
    org.step("spoil").unwrap();
    // as a client does that looks at the name when the handshake is over
    let client = org.door(Door::Standard);
    let mut builder = client.builder();
    builder.set_verify(openssl::ssl::SslVerifyMode::NONE);
    let mut stream = client.connect_with(builder).unwrap();
    stream.shutdown().unwrap();
    org.event(|event| event.kind.handshake().is_some());
    assert_eq!(breaking(&report(&org)), Vec::<&str>::new(), "{}", text(&report(&org)));
}

#[test]
fn a_refusal_in_the_dialect_of_node_is_told_as_closing() {
    let org = org("alerts = \"node\"", "");
    turned_away(&org, "expired");
    let report = report(&org);
    assert_eq!(breaking(&report), ["expired"]);
    assert!(
        report.findings[0].found.ends_with("answered by closing 1 connection without an alert"),
        "{}",
        text(&report)
    );
    assert!(text(&report).contains("refused by closing, without an alert"), "{}", text(&report));
}

#[test]
fn a_command_that_fails_after_a_fault_is_told_so() {
    let org = with_fault(&format!("effect = \"unavailable\"\npath = \"{LIMITS}\""));
    let client = org.mutual("billing");
    let session = log_in(&client, "billing");
    assert_eq!(call(&client, &session), 503);
    let mut facts = facts(&org, &["./client"]);
    facts.ended = Ended::ExitCode(1);
    let report = diagnose(&facts, &org.journal().since(0));
    assert_eq!(breaking(&report), ["command-failed"]);
    let told = line::plain(&story::lines(&report));
    assert!(told.contains("exit code 1, after faults had been injected"), "{told}");
}
