//! `mockorg new`: every template is written, right, and plays clean; nothing is overwritten.

use std::fs;
use std::path::Path;

use mockorg::replay::replay;
use mockorg::scenario::Outside;
use mockorg::{Scenario, Simulator};

use super::{mockorg, stdout};
use crate::scenario::scenarios;

/// Every name that `--list` has, in its order.
fn names() -> Vec<String> {
    let list = stdout(&["new", "--list"]);
    let entries = list.lines().filter_map(|line| line.strip_prefix("  "));
    entries.map(|entry| entry.split_whitespace().next().unwrap().to_owned()).collect()
}

fn in_folder(folder: &Path, args: &[&str]) -> assert_cmd::assert::Assert {
    mockorg(&[&["new"], args].concat()).current_dir(folder).assert()
}

fn said(assert: assert_cmd::assert::Assert) -> String {
    String::from_utf8(assert.get_output().stderr.clone()).unwrap()
}

#[test]
fn the_list_has_every_scenario_of_the_repository_and_those_to_start_from_first() {
    let names = names();
    assert_eq!(names[..6], ["renewal", "clock", "faults", "expectations", "chaos", "quickstart"]);
    assert!(names[6].starts_with("failures/"), "{}", names[6]);
    let mut files: Vec<String> = scenarios()
        .iter()
        .map(|(path, _)| path.strip_prefix("scenarios").unwrap().with_extension("").display().to_string())
        .filter(|name| !name.starts_with("fidelity/"))
        .map(|name| name.strip_prefix("templates/").map_or(name.clone(), str::to_owned))
        .collect();
    let mut listed = names;
    files.sort();
    listed.sort();
    assert_eq!(listed, files, "src/cli/new/library.rs (left) and scenarios/ (right)");
}

#[test]
fn a_template_is_written_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    for (template, file) in [
        ("renewal", "scenarios/templates/renewal.toml"),
        ("failures/private-ca", "scenarios/failures/private-ca.toml"),
        ("scenarios/renewal/gap.toml", "scenarios/renewal/gap.toml"),
        ("skew", "scenarios/clock/skew.toml"),
    ] {
        let text = fs::read_to_string(file).unwrap();
        assert_eq!(stdout(&["new", template, "-"]), text, "{template}");
        in_folder(folder.path(), &[template, "copy.toml", "--force"]).code(0).stdout("");
        assert_eq!(fs::read_to_string(folder.path().join("copy.toml")).unwrap(), text, "{template}");
    }
}

#[test]
fn without_more_the_quickstart_is_written_and_what_to_do_next_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let said = said(in_folder(folder.path(), &[]).code(0).stdout(""));
    let written = fs::read_to_string(folder.path().join("scenario.toml")).unwrap();
    assert_eq!(written, include_str!("../../../scenarios/quickstart.toml"));
    for part in ["mockorg run scenario.toml -- npm test", "mockorg replay scenario.toml", "mockorg serve scenario.toml"]
    {
        assert!(said.contains(part), "{part} in {said}");
    }
    mockorg(&["check", "scenario.toml"]).current_dir(folder.path()).assert().code(0);
    mockorg(&["replay", "scenario.toml"]).current_dir(folder.path()).assert().code(0);
}

#[test]
fn a_file_that_is_there_is_left_alone_unless_forced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scenario.toml");
    fs::write(&path, "mine").unwrap();
    let refusal = said(in_folder(folder.path(), &["clock"]).code(2));
    assert!(refusal.starts_with("mockorg: scenario.toml is there already, and is left as it is"), "{refusal}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    in_folder(folder.path(), &["clock", "--force"]).code(0);
    assert!(fs::read_to_string(&path).unwrap().starts_with("# A clock to move"));
    let refusal = said(in_folder(folder.path(), &["clock", "nowhere/a.toml"]).code(2));
    assert!(refusal.starts_with("mockorg: nowhere/a.toml cannot be written"), "{refusal}");
}

#[test]
fn a_name_that_is_unknown_is_answered_with_the_nearest() {
    let folder = tempfile::tempdir().unwrap();
    let refusal = said(in_folder(folder.path(), &["renewl"]).code(2));
    assert!(refusal.contains("did you mean \"renewal\"?"), "{refusal}");
    let refusal = said(in_folder(folder.path(), &["mine.toml"]).code(2));
    assert!(refusal.contains("the template comes first: mockorg new quickstart mine.toml"), "{refusal}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn names_of_ones_own_are_put_in_and_what_comes_of_it_plays_clean() {
    let folder = tempfile::tempdir().unwrap();
    let own = ["--org", "Globex \u{26f1}", "--client", "etl", "--user", "etl@globex.example"];
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    for template in
        ["quickstart", "renewal", "clock", "faults", "expectations", "chaos", "wrong-entry-of-the-key-store"]
    {
        in_folder(folder.path(), &[&[template, "own.toml", "--force"], &own[..]].concat()).code(0);
        let scenario = Scenario::from_path(&folder.path().join("own.toml"), Outside::Refuse).unwrap();
        assert_eq!(scenario.org.name, "Globex \u{26f1}");
        assert!(scenario.clients.iter().any(|client| client.name == "etl"), "{template}");
        assert!(scenario.users.iter().any(|user| user.username == "etl@globex.example"), "{template}");
        let played = runtime.block_on(replay(Simulator::default().seed(7), scenario)).unwrap();
        assert!(played.is_as_expected(), "{template}: {:?}", played.first_difference());
    }
}

#[test]
fn a_name_that_cannot_be_put_in_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for (args, part) in [
        (&["rejects-logins", "--client", "etl"][..], "--client has nothing to replace"),
        (&["--client", "a\"b"], "a name without quotes"),
        (&["--user", "nobody at all"], "nothing is written, since it would be wrong"),
        (&["--client", "visitor"], "nothing is written, since it would be wrong"),
    ] {
        let refusal = said(in_folder(folder.path(), args).code(2).stdout(""));
        assert!(refusal.contains(part), "{part} in {refusal}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn completions_have_the_names() {
    for shell in ["bash", "zsh", "fish"] {
        let script = stdout(&["completions", shell]);
        for name in ["renewal/overlap", "failures/private-ca", "chaos"] {
            assert!(script.contains(name), "{name} for {shell}");
        }
    }
}
