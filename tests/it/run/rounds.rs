//! `--repeat`: rounds with the next seed each, to hunt what fails now and then.

use serde_json::Value;

use super::{run, said};

/// Fails in the second round, by counting rounds in a file.
const FLAKY: &str = "test \"$(cat \"$0\" | wc -l)\" -ne 1; code=$?; echo >> \"$0\"; exit $code";

#[test]
fn the_first_seed_that_fails_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rounds");
    std::fs::write(&file, "").unwrap();
    let args = ["--repeat", "3", "--seed", "40", "--json", "--", "sh", "-c", FLAKY, file.to_str().unwrap()];
    let output = run(&args).assert().code(1).get_output().clone();
    let said = said(&output.stderr);
    assert!(said.contains("the built-in quickstart, seed 40, round 1 of 3 yes\n"), "{said}");
    assert!(said.contains("the built-in quickstart, seed 41, round 2 of 3\n"), "{said}");
    assert!(
        said.ends_with("mockorg run: no, in 1 of 3 rounds; the first is round 2: --seed 41 plays it again\n"),
        "{said}"
    );
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let seeds: Vec<u64> =
        report["rounds"].as_array().unwrap().iter().map(|round| round["seed"].as_u64().unwrap()).collect();
    assert_eq!((seeds, &report["first_failed"]), (vec![40, 41, 42], &41.into()));
}

#[test]
fn each_round_has_an_org_of_its_own_made_from_its_seed() {
    let script = "\"$BINARY\" ctl --json org | grep -e '\"id\": \"00D' -e '\"seed\"'";
    let told = |args: &[&str]| {
        let args: Vec<&str> = args.iter().copied().chain(["--", "sh", "-c", script]).collect();
        said(&run(&args).assert().code(0).get_output().stdout)
    };
    let both = told(&["--repeat", "2", "--seed", "5"]);
    assert_eq!(both, told(&["--seed", "5"]) + &told(&["--seed", "6"]));
    assert_ne!(both.lines().next(), both.lines().nth(2), "another seed, another org");
}

#[test]
fn rounds_that_all_hold_are_a_line_each() {
    let output = run(&["--repeat", "2", "--seed", "1", "--", "true"]).assert().code(0).get_output().clone();
    let line = |seed, round| format!("mockorg run: the built-in quickstart, seed {seed}, round {round} of 2 yes\n");
    assert_eq!(said(&output.stderr), line(1, 1) + &line(2, 2) + "mockorg run: yes, in all of 2 rounds\n");
}
