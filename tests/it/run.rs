//! `mockorg run` as people type it: streams, environment, verdicts, reports.
#![cfg(unix)]

use std::path::{Path, PathBuf};
use std::time::Duration;

use assert_cmd::Command;
use expect_test::{expect, expect_file};
use serde_json::Value;

mod leftovers; // nothing is left running or on a disk, however it ends
mod rounds; // many rounds, each with the next seed

fn run(args: &[&str]) -> Command {
    let mut command = Command::cargo_bin("mockorg").unwrap();
    for inherited in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "CLICOLOR_FORCE"] {
        command.env_remove(inherited);
    }
    command.env("BINARY", env!("CARGO_BIN_EXE_mockorg"));
    command.timeout(Duration::from_secs(60)).arg("run").args(args);
    command
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The one client that is there wherever these tests are: it asks each door for something, and has no certificate.
const HEALTHCHECK: [&str; 3] = ["sh", "-c", "\"$BINARY\" healthcheck --kit \"$MOCKORG_KIT\""];

/// What a healthcheck does, and what it does not.
const EXPECTATIONS: &str = "
[[expect]]
name = \"somebody comes to the mutual door\"
event = { kind = \"handshake\", door = \"mutual\" }

[[expect]]
name = \"every connection there shows a certificate\"
every = { kind = \"handshake\", door = \"mutual\" }
has = { sent = \"any\" }

[[expect]]
name = \"reports stays away\"
never = { user = \"reports@acme.example\" }

[[expect]]
name = \"the renewal is picked up\"
event = { client = \"billing\", certificate = \"renewed\" }
after = { kind = \"issue\", client = \"billing\" }
";

/// A folder with a scenario in it: the quickstart, and these expectations.
fn folder(expectations: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let scenario = folder.path().join("scenario.toml");
    let text = format!("{}\n{expectations}", include_str!("../../scenarios/quickstart.toml"));
    std::fs::write(&scenario, text).unwrap();
    (folder, scenario)
}

/// Without what differs from run to run: where files lie, how long something took, ports.
fn masked(text: &str, folder: &Path) -> String {
    let text = text.replace(folder.to_str().unwrap(), "FOLDER");
    let mut masked = String::new();
    for line in text.split_inclusive('\n') {
        let mut line = line.to_owned();
        for (before, after) in [(" after ", " s\n"), ("time=\"", "\"")] {
            let mut from = 0;
            while let Some(start) = line[from..].find(before).map(|at| from + at + before.len()) {
                let Some(end) = line[start..].find(after).map(|at| start + at) else { break };
                line.replace_range(start..end, "T");
                from = start;
            }
        }
        masked += &line;
    }
    masked
}

#[test]
fn a_command_that_does_as_expected_is_exit_code_0_and_its_streams_are_left_alone() {
    let (folder, scenario) = folder("[[expect]]\nname = \"nobody comes\"\nnever = { kind = \"handshake\" }\n");
    let args = ["--seed", "7", scenario.to_str().unwrap(), "--", "sh", "-c", "cat; echo mine >&2"];
    let output = run(&args).write_stdin("given\n").assert().code(0).stdout("given\n").get_output().clone();
    expect![[r#"
        mine

        mockorg run: FOLDER/scenario.toml, seed 7
          yes `sh -c cat; echo mine >&2`  ended with exit code 0 after T s
          yes nobody comes                no handshake at all

        yes: as expected
    "#]]
    .assert_eq(&masked(&said(&output.stderr), folder.path()));
}

#[test]
fn a_failure_says_what_was_expected_and_found_as_text_and_for_ci() {
    let (folder, scenario) = folder(EXPECTATIONS);
    let (junit, report) = (folder.path().join("junit.xml"), folder.path().join("report.json"));
    let mut args = vec!["--seed", "7", scenario.to_str().unwrap(), "--junit", junit.to_str().unwrap()];
    args.extend(["--report", report.to_str().unwrap(), "--"]);
    args.extend(HEALTHCHECK);
    let output = run(&args).assert().code(1).get_output().clone();
    let text = said(&output.stderr);
    let verdict = text.split_once("mockorg run: ").map(|(_, verdict)| format!("mockorg run: {verdict}")).unwrap();
    expect_file!["../golden/run-verdict.txt"].assert_eq(&masked(&verdict, folder.path()));
    let junit = std::fs::read_to_string(junit).unwrap();
    expect_file!["../golden/run-junit.xml"].assert_eq(&masked(&junit, folder.path()));
    let report: Value = serde_json::from_slice(&std::fs::read(report).unwrap()).unwrap();
    assert_eq!((&report["holds"], &report["first_failed"]), (&false.into(), &7.into()));
    let round = &report["rounds"][0];
    assert_eq!(round["ended"]["exit-code"], 0);
    let outcomes: Vec<&str> =
        round["expectations"].as_array().unwrap().iter().map(|one| one["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["met", "failed", "met", "failed"]);
    let shown = &round["expectations"][1]["events"][0];
    assert_eq!((&shown["event"]["kind"], &shown["differs"][0]), (&"handshake".into(), &"sent".into()));
}

#[test]
fn steps_are_played_beside_the_command_and_one_that_fails_is_no_verdict_to_trust() {
    let steps = "
        [[step]]
        name = \"renewal\"
        when = { kind = \"handshake\", door = \"mutual\" }
        do.issue = { client = \"billing\" }

        [[expect]]
        name = \"billing is renewed\"
        event = { kind = \"issue\", client = \"billing\" }

        [[expect]]
        name = \"and not before somebody comes\"
        event = { step = \"renewal\" }
        after = { kind = \"handshake\", door = \"mutual\" }";
    let (_folder, scenario) = folder(steps);
    let args: Vec<&str> = [scenario.to_str().unwrap(), "--"].into_iter().chain(HEALTHCHECK).collect();
    run(&args).assert().code(0);
    let twice = "
        [[step]]
        name = \"upload twice\"
        when = { kind = \"handshake\", door = \"mutual\" }
        do.upload = { label = \"Billing 2026\", client = \"visitor\" }";
    let (_folder, scenario) = self::folder(twice);
    let args: Vec<&str> = [scenario.to_str().unwrap(), "--"].into_iter().chain(HEALTHCHECK).collect();
    let output = run(&args).assert().code(1).get_output().clone();
    let said = said(&output.stderr);
    assert!(said.contains("failed: step \"upload twice\"\n  expected  a step that can be played\n"), "{said}");
}

#[test]
fn a_command_that_fails_is_exit_code_1_whatever_its_own() {
    for (script, words) in [("exit 3", "ended with exit code 3"), ("kill -9 $$", "was ended by signal 9")] {
        let output = run(&["--", "sh", "-c", script]).assert().code(1).get_output().clone();
        let said = said(&output.stderr);
        assert!(said.contains(words) && said.contains("no: 1 of 1 not as expected"), "{said}");
    }
}

#[test]
fn what_cannot_be_run_is_exit_code_2() {
    let not_there = run(&["--", "/no/such/command"]).assert().code(2).stdout("").get_output().clone();
    assert_eq!(said(&not_there.stderr), "mockorg: /no/such/command: no such command\n");
    run(&[]).assert().code(2);
    run(&["tests/bad/expect-nothing.toml", "--", "true"]).assert().code(2);
    run(&["--repeat", "0", "--", "true"]).assert().code(2);
}

#[test]
fn a_file_that_cannot_be_written_is_noticed_before_the_command_starts() {
    let folder = tempfile::tempdir().unwrap();
    let [mark, kept] = ["mark", "kept.json"].map(|name| folder.path().join(name).display().to_string());
    for flag in ["--report", "--junit", "--record"] {
        let args = [flag, "/no/such/folder/file", "--", "touch", &mark];
        let output = run(&args).assert().code(2).stdout("").get_output().clone();
        assert_eq!(said(&output.stderr), "mockorg: /no/such/folder/file: No such file or directory (os error 2)\n");
        run(&[flag, folder.path().to_str().unwrap(), "--", "touch", &mark]).assert().code(2);
        assert!(!Path::new(&mark).exists(), "{flag}: the command was run");
    }
    std::fs::write(&kept, "as it was").unwrap();
    let script = format!("grep 'as it was' {kept} && test ! -e {mark}");
    run(&["--report", &kept, "--junit", &mark, "--", "sh", "-c", &script]).assert().code(0).stdout("as it was\n");
    assert!(std::fs::read_to_string(&kept).unwrap().starts_with('{') && Path::new(&mark).exists());
    let fifo = folder.path().join("fifo").display().to_string();
    let script = format!("mkfifo {fifo} && {{ cat {fifo} & \"$BINARY\" run --report {fifo} -- true; wait; }}");
    let nested = run(&["--", "sh", "-c", &script]).assert().code(0).get_output().clone();
    assert!(said(&nested.stdout).contains("\"holds\": true"), "{}", said(&nested.stderr));
}

#[test]
fn a_command_that_takes_too_long_has_failed() {
    let output = run(&["--timeout", "1s", "--", "sh", "-c", "sleep 600 & wait"]).assert().code(1).get_output().clone();
    let said = said(&output.stderr);
    assert!(said.contains("did not end within 1s, and was ended"), "{said}");
}

#[test]
fn json_has_standard_output_for_itself() {
    let output = run(&["--json", "--", "sh", "-c", "echo mine"]).assert().code(0).get_output().clone();
    assert!(said(&output.stderr).starts_with("mine\n"), "{}", said(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&report["version"], &report["holds"]), (&1.into(), &true.into()));
    assert_eq!(report["command"], serde_json::json!(["sh", "-c", "echo mine"]));
}

#[test]
fn the_command_finds_the_org_in_its_environment() {
    let script = "test -f \"$MOCKORG_KIT/kit.json\" && test -f \"$MOCKORG_CLIENT_BILLING_PEM\" && test -n \"$MOCKORG_NOW\" \
                  && test -n \"$MOCKORG_ADMIN_TOKEN\" && test -z \"$HTTPS_PROXY\" && ls -ld \"$MOCKORG_KIT\" | cut -c1-10";
    run(&["--", "sh", "-c", script]).assert().code(0).stdout("drwx------\n");
    let script = "test \"$HTTPS_PROXY\" = \"$MOCKORG_PROXY_URL\" && test -n \"$NO_PROXY\"";
    run(&["--proxy", "--", "sh", "-c", script]).assert().code(0);
}

#[test]
fn the_command_can_ask_the_org_how_its_expectations_stand() {
    let (_folder, scenario) = folder(EXPECTATIONS);
    let script = "\"$BINARY\" ctl expectations; \"$BINARY\" ctl --json expectations";
    let args = [scenario.to_str().unwrap(), "--", "sh", "-c", script];
    let output = run(&args).assert().code(1).get_output().clone();
    let (text, json) = said(&output.stdout).split_once('{').map(|(a, b)| (a.to_owned(), format!("{{{b}"))).unwrap();
    assert!(text.contains("not met yet: somebody comes to the mutual door\n"), "{text}");
    assert!(text.contains("met: reports stays away\n"), "{text}");
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["holds"], &json["expectations"][0]["outcome"]), (&false.into(), &"unmet".into()));
}

/// A step that puts another chain for the same leaf in place, when the command calls for it.
const DELIVERY: &str = "
[[step]]
name = \"delivery\"
on = \"call\"
do.deliver = { client = \"billing\", sends = [\"billing\", \"acme-issuing\", \"acme-root\"] }
";

/// Says how many certificates billing's file has, before the step and after it.
const READS_TWICE: &str = "count() { grep -c BEGIN \"$MOCKORG_CLIENT_BILLING_CERT\"; }; \
    count; \"$BINARY\" ctl step delivery >&2; count";

#[test]
fn a_delivery_replaces_the_files_that_the_command_was_told_of() {
    let (_folder, scenario) = folder(DELIVERY);
    let args = [scenario.to_str().unwrap(), "--", "sh", "-c", READS_TWICE];
    let output = run(&args).assert().code(0).get_output().clone();
    assert_eq!(said(&output.stdout), "2\n3\n");
}

#[test]
fn a_delivery_that_cannot_be_written_is_a_row_of_the_verdict_and_ends_nothing() {
    let (_folder, scenario) = folder(DELIVERY);
    let script = "rm -r \"$MOCKORG_KIT/clients\"; echo mine > \"$MOCKORG_KIT/clients\"; \
        \"$BINARY\" ctl step delivery; \"$BINARY\" healthcheck --kit \"$MOCKORG_KIT\"";
    let args = [scenario.to_str().unwrap(), "--", "sh", "-c", script];
    let output = run(&args).assert().code(1).get_output().clone();
    let story = said(&output.stderr);
    assert!(story.contains("yes `sh -c"), "the command goes on: {story}");
    assert!(story.contains("no  step \"delivery\""), "{story}");
    assert!(story.contains("the files of the client \"billing\" are not as the org has it now"), "{story}");
}
