//! `mockorg doctor` as people type it: streams, environment, signals, exit codes.
#![cfg(unix)]

use std::io::{BufRead, BufReader, Read};
use std::process::{Command as Process, Stdio};
use std::time::Duration;

use assert_cmd::Command;
use serde_json::Value;

fn doctor(args: &[&str]) -> Command {
    let mut command = Command::cargo_bin("mockorg").unwrap();
    for inherited in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "CLICOLOR_FORCE"] {
        command.env_remove(inherited);
    }
    command.timeout(Duration::from_secs(60)).arg("doctor").args(args);
    command
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The one client that is there wherever these tests are: it asks each door for something, and has no certificate.
const HEALTHCHECK: [&str; 4] = ["sh", "-c", "\"$0\" healthcheck --kit \"$MOCKORG_KIT\"", env!("CARGO_BIN_EXE_mockorg")];

fn healthcheck<'a>(options: &[&'a str]) -> Vec<&'a str> {
    options.iter().copied().chain(["--"]).chain(HEALTHCHECK).collect()
}

#[test]
fn the_commands_streams_are_left_alone_and_the_story_goes_to_standard_error() {
    let output = doctor(&["--", "sh", "-c", "cat; echo mine >&2; exit 3"]).write_stdin("given\n").assert();
    let output = output.code(1).stdout("given\n").get_output().clone();
    let said = said(&output.stderr);
    assert!(said.starts_with("mine\n"), "{said}");
    for words in ["ended with exit code 3", "[never-came]", "1 finding breaks in production"] {
        assert!(said.contains(words), "{words:?} is missing in:\n{said}");
    }
    assert!(!said.contains('\u{1b}'), "colour is for terminals");
}

#[test]
fn the_report_goes_to_standard_output_in_json_and_the_commands_output_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.json");
    let args = ["--json", "--report", file.to_str().unwrap(), "--", "sh", "-c", "echo mine"];
    let output = doctor(&args).assert().code(1).get_output().clone();
    assert!(said(&output.stderr).starts_with("mine\n"), "{}", said(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["findings"][0]["code"], "never-came");
    assert_eq!(report["ended"]["exit-code"], 0);
    assert_eq!(said(&std::fs::read(file).unwrap()), said(&output.stdout));
}

#[test]
fn the_command_finds_the_org_in_its_environment() {
    let script = "test -f \"$MOCKORG_KIT/kit.json\" && test -f \"$MOCKORG_CLIENT_BILLING_PEM\" && test -f \"$CURL_CA_BUNDLE\" \
                  && echo \"$MOCKORG_MUTUAL_URL $JAVA_TOOL_OPTIONS\"";
    let output =
        doctor(&["--mutual-port", "0", "--", "sh", "-c", script]).env("JAVA_TOOL_OPTIONS", "-Dmine=1").output();
    let found = said(&output.unwrap().stdout);
    assert!(found.starts_with("https://localhost:"), "{found}");
    assert!(found.contains("-Dmine=1 -Djavax.net.ssl.trustStore="), "{found}");
}

#[test]
fn the_kit_can_be_kept_but_says_no_longer_that_an_org_is_ready() {
    let folder = tempfile::tempdir().unwrap();
    let kit = folder.path().join("kit");
    let args = ["--kit", kit.to_str().unwrap(), "--", "sh", "-c", "test -f \"$0\"/kit.json", kit.to_str().unwrap()];
    let output = doctor(&args).assert().code(1).get_output().clone();
    assert!(said(&output.stderr).contains("ended with exit code 0"), "{}", said(&output.stderr));
    assert!(kit.join("clients/billing.pem").exists() && !kit.join("kit.json").exists());
}

#[test]
fn what_breaks_is_exit_code_1_and_what_does_not_is_0() {
    let output = doctor(&healthcheck(&[])).assert().code(1).get_output().clone();
    assert!(said(&output.stderr).contains("[no-certificate]"), "{}", said(&output.stderr));
    let folder = tempfile::tempdir().unwrap();
    let scenario = folder.path().join("nobody.toml");
    std::fs::write(&scenario, "format = 1\n[org]\nname = \"Nobody\"\n").unwrap();
    let output = doctor(&healthcheck(&[scenario.to_str().unwrap()])).assert().code(0).get_output().clone();
    assert!(said(&output.stderr).contains("nothing here breaks in production, 2 more"), "{}", said(&output.stderr));
}

#[test]
fn what_cannot_be_run_is_exit_code_2() {
    let not_there = doctor(&["--", "/no/such/command"]).assert().code(2).stdout("").get_output().clone();
    assert_eq!(said(&not_there.stderr), "mockorg: /no/such/command: no such command\n");
    let folder = doctor(&["--", "/"]).assert().code(2).get_output().clone();
    assert_eq!(said(&folder.stderr), "mockorg: /: it may not be run\n");
    doctor(&[]).assert().code(2);
    doctor(&["tests/bad/format-zero.toml", "--", "true"]).assert().code(2);
    doctor(&["--timeout", "soon", "--", "true"]).assert().code(2);
}

/// A child of the command that lived on would hold the output open, and this test would run out of time.
#[test]
fn a_command_that_takes_too_long_is_ended_with_all_its_children() {
    let args = ["--timeout", "1s", "--", "sh", "-c", "sleep 600 & echo started; wait"];
    let output = doctor(&args).assert().code(1).stdout("started\n").get_output().clone();
    let said = said(&output.stderr);
    assert!(said.contains("did not end within 1s") && said.contains("[timed-out]"), "{said}");
}

#[test]
fn a_signal_is_handed_on_and_the_story_is_told_all_the_same() {
    // the shell's own child says so: were it the shell, a signal just before its wait would be seen only after that
    let script = "trap 'echo told; exit 7' TERM; sh -c 'echo ready; exec sleep 600'; exit 9";
    let mut process = Process::new(env!("CARGO_BIN_EXE_mockorg"))
        .args(["doctor", "--", "sh", "-c", script])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(process.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    assert_eq!(line, "ready\n");
    let sent = Process::new("sh").args(["-c", "kill -TERM \"$0\"", &process.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let (mut rest, mut story) = (String::new(), String::new());
    output.read_to_string(&mut rest).unwrap();
    process.stderr.take().unwrap().read_to_string(&mut story).unwrap();
    assert_eq!((rest.as_str(), process.wait().unwrap().code()), ("told\n", Some(1)), "{story}");
    assert!(story.contains("ended with exit code 7"), "{story}");
}
