//! The first hour on a machine that is not like ours: what is missing there stops nobody, or is named with its cure.

use std::process::{Command, Output, Stdio};

const FREE_PORTS: [&str; 8] = ["--standard-port", "0", "--mutual-port", "0", "--proxy-port", "0", "--admin-port", "0"];

/// An org that stops as soon as it is ready, with nothing in its environment but this.
fn serve(args: &[&str], environment: &[(&str, &str)]) -> (Output, String, String) {
    let output = Command::new(assert_cmd::cargo::cargo_bin("mockorg"))
        .env_clear()
        .envs(environment.iter().copied())
        .args(["serve", "--until-stdin-closes"])
        .args(args)
        .args(FREE_PORTS)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    (output, out, err)
}

#[test]
fn needs_neither_home_nor_path_nor_locale() {
    let folder = tempfile::tempdir().unwrap();
    let kit = folder.path().join("kit");
    let (output, out, err) = serve(&["--kit", kit.to_str().unwrap()], &[]);
    assert!(output.status.success() && out.contains("\nready\n") && err.is_empty(), "{out}{err}");
}

#[test]
fn without_a_temporary_folder_the_journal_stays_in_memory_and_that_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let (kit, missing) = (folder.path().join("kit"), folder.path().join("missing"));
    let (output, out, err) = serve(&["--kit", kit.to_str().unwrap()], &[("TMPDIR", missing.to_str().unwrap())]);
    assert!(output.status.success() && err.is_empty(), "{out}{err}");
    let said = out.lines().find(|line| line.contains("kept in memory only")).unwrap_or_else(|| panic!("{out}"));
    assert!(said.contains(missing.to_str().unwrap()) && said.contains("--journal FILE"), "{said}");
}

#[test]
fn without_a_temporary_folder_the_kit_needs_a_name() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing");
    let (output, out, err) = serve(&[], &[("TMPDIR", missing.to_str().unwrap())]);
    assert_eq!((output.status.code(), out.as_str()), (Some(2), ""), "{err}");
    assert!(err.contains("no temporary folder for the kit") && err.contains("--kit DIR"), "{err}");
}

#[test]
fn a_journal_that_was_asked_for_and_cannot_be_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("missing/journal.jsonl");
    let (output, out, err) = serve(&["--journal", journal.to_str().unwrap()], &[]);
    assert_eq!((output.status.code(), out.as_str()), (Some(2), ""), "{err}");
    assert!(err.contains(journal.to_str().unwrap()), "{err}");
}

#[test]
fn an_address_of_another_machine_is_named_with_its_flag() {
    // kept for documentation (RFC 5737): no machine has it
    let (output, out, err) = serve(&["--bind", "192.0.2.1"], &[]);
    assert_eq!((output.status.code(), out.as_str()), (Some(2), ""), "{err}");
    assert!(err.contains("192.0.2.1") && err.contains("--bind"), "{err}");
}

#[test]
fn healthcheck_knows_localhost_without_a_resolver() {
    // port 9 is discard's, and below what port 0 ever gives: nobody listens there
    let answer =
        super::mockorg(&["healthcheck", "--admin", "http://LOCALHOST:9"]).assert().code(1).get_output().clone();
    let said = String::from_utf8(answer.stderr).unwrap();
    assert!(said.contains("refused"), "{said}");
}
