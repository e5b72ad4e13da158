//! `mockorg replay` as a command: what it says, what it writes, how it exits.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

const ORG: &str = "format = 1\n[org]\nname = \"Acme\"\n";
const CALL: &str = "[[exchange]]\nrequest = \"GET /services/data\"\n";

struct Run {
    code: i32,
    out: String,
    err: String,
}

fn run(folder: &Path, args: &[&str]) -> Run {
    let output = Command::cargo_bin("mockorg").unwrap().current_dir(folder).arg("replay").args(args).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    Run { code: output.status.code().unwrap(), out: text(&output.stdout), err: text(&output.stderr) }
}

fn folder(files: &[(&str, String)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

#[test]
fn a_file_that_is_as_it_says_exits_with_0() {
    let folder = folder(&[("a.toml", format!("{ORG}{CALL}"))]);
    let run = run(folder.path(), &["a.toml"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert_eq!(
        run.out,
        "a.toml\n  ok       line 4: GET /services/data on the standard door: 200\n1 file, 1 outcomes as expected\n"
    );
}

#[test]
fn a_file_without_exchanges_starts_and_says_so() {
    let folder = folder(&[("a.toml", ORG.to_owned())]);
    let run = run(folder.path(), &["a.toml"]);
    assert_eq!(run.code, 0);
    assert!(run.out.starts_with("a.toml: starts; it has no exchanges\n"), "{}", run.out);
}

#[test]
fn a_difference_exits_with_1_and_is_shown_from_both_sides() {
    let client = "[[ca]]\nname = \"root\"\n[[client]]\nname = \"billing\"\nissuer = \"root\"\n";
    let exchange = "[[exchange]]\nclient = \"billing\"\nrequest = \"GET /services/data\"\nexpect.status = 200\n";
    let folder = folder(&[("a.toml", format!("{ORG}{client}{exchange}"))]);
    let run = run(folder.path(), &["a.toml"]);
    assert_eq!(run.code, 1);
    for part in
        ["DIFFERS  line 9", "expected  an answer with status 200", "found     TLS alert unknown_ca (48)", "cure "]
    {
        assert!(run.out.contains(part), "{part} in {}", run.out);
    }
}

#[test]
fn a_file_that_cannot_be_played_exits_with_2_and_the_others_are_played() {
    let folder = folder(&[("a.toml", "format = 1\n".to_owned()), ("b.toml", format!("{ORG}{CALL}"))]);
    let run = run(folder.path(), &["a.toml", "b.toml", "missing.toml"]);
    assert_eq!(run.code, 2);
    assert!(run.out.contains("there is no [org] table"), "{}", run.out);
    assert!(run.out.contains("missing.toml: could not be played"), "{}", run.out);
    assert!(run.out.ends_with("3 files, 1 outcomes as expected; 2 of the files could not be played\n"), "{}", run.out);
}

#[test]
fn a_folder_stands_for_every_scenario_below_it() {
    let text = format!("{ORG}{CALL}");
    let folder = folder(&[("s/b.toml", text.clone()), ("s/a/c.toml", text), ("s/notes.md", String::new())]);
    let found = run(folder.path(), &["s"]);
    assert_eq!(found.code, 0);
    let files: Vec<&str> = found.out.lines().filter(|line| line.ends_with(".toml")).collect();
    assert_eq!(files, ["s/a/c.toml", "s/b.toml"]);
    fs::create_dir(folder.path().join("empty")).unwrap();
    let none = run(folder.path(), &["empty"]);
    assert_eq!((none.code, none.err.as_str()), (2, "mockorg: empty: no file in it ends in .toml\n"));
}

#[test]
fn the_report_is_the_same_on_the_screen_and_in_a_file() {
    let folder = folder(&[("a.toml", format!("{ORG}{CALL}expect.status = 201\n"))]);
    let run = run(folder.path(), &["a.toml", "--json", "--report", "report.json"]);
    assert_eq!(run.code, 1);
    let report: Value = serde_json::from_str(&run.out).unwrap();
    let written: Value = serde_json::from_str(&fs::read_to_string(folder.path().join("report.json")).unwrap()).unwrap();
    assert_eq!(report, written);
    assert_eq!(report["version"], 1);
    assert_eq!(report["result"], "different");
    let exchange = &report["files"][0]["exchanges"][0];
    assert_eq!((&exchange["line"], &exchange["outcome"]), (&4.into(), &"different".into()));
    assert_eq!(exchange["differences"][0]["what"], "status");
}

#[test]
fn a_report_that_cannot_be_written_exits_with_2() {
    let folder = folder(&[("a.toml", format!("{ORG}{CALL}"))]);
    for flag in ["--report", "--junit"] {
        let run = run(folder.path(), &["a.toml", flag, "nowhere/report"]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "nothing is played");
        assert!(run.err.starts_with("mockorg: the report cannot be written: nowhere/report: "), "{}", run.err);
    }
}

#[test]
fn junit_has_a_suite_a_file_and_a_case_an_exchange() {
    let broken = format!("{ORG}{CALL}expect.status = 201\n{CALL}");
    let folder = folder(&[("a.toml", broken), ("b.toml", ORG.to_owned()), ("c.toml", "format = 2\n".to_owned())]);
    let run = run(folder.path(), &["a.toml", "b.toml", "c.toml", "--junit", "report.xml"]);
    assert_eq!(run.code, 2);
    let xml = fs::read_to_string(folder.path().join("report.xml")).unwrap();
    for part in [
        "<testsuites name=\"mockorg replay\" tests=\"4\" skipped=\"0\" failures=\"1\" errors=\"1\"",
        "<testsuite name=\"a.toml\" tests=\"2\"",
        "<failure message=\"status: expected 201; found 200\"",
        "<testcase name=\"starts\" classname=\"b.toml\"",
        "<error message=\"c.toml could not be played\"",
    ] {
        assert!(xml.contains(part), "{part} in {xml}");
    }
}

#[test]
fn steps_are_played_and_expectations_are_not_judged() {
    let steps = "[[ca]]\nname = \"root\"\nlisted = true\n[[client]]\nname = \"billing\"\nissuer = \"root\"\n\
                 [[step]]\nname = \"renewal\"\non = \"call\"\ndo.issue = { client = \"billing\" }\n\
                 [[expect]]\nname = \"billing comes\"\nevent = { client = \"billing\" }\n";
    let folder = folder(&[("a.toml", format!("{ORG}{steps}"))]);
    let run = run(folder.path(), &["a.toml"]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(run.out.contains("ok       step renewal: done"), "{}", run.out);
    assert!(
        run.out.contains("not judged, since they are about the client of `mockorg run`: \"billing comes\""),
        "{}",
        run.out
    );
}
