//! What is said about mistakes: each file in `tests/bad` has one kind, and beside it what is said about it.

use std::fmt::Write;
use std::path::Path;

use expect_test::expect_file;
use mockorg::Scenario;
use mockorg::scenario::Outside;

use super::{files_below, folder, read, scenarios};

/// The folder of files with mistakes.
const BAD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bad");

#[test]
fn every_mistake_is_met_with_its_own_words() {
    let mut seen = 0;
    for path in files_below(Path::new(BAD)).iter().filter(|path| path.extension().is_some_and(|e| e == "toml")) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let text = std::fs::read_to_string(path).unwrap();
        let Err(mistakes) = Scenario::from_text(&text, name, folder::path()) else { panic!("{name} is right") };
        assert!(!mistakes.is_unreadable());
        expect_file![path.with_extension("txt")].assert_eq(&format!("{}\n", mistakes.render(false)));
        seen += 1;
    }
    assert!(seen >= 100, "{seen} files");
}

#[test]
fn no_words_stand_beside_no_mistake() {
    for path in files_below(Path::new(BAD)) {
        assert!(path.with_extension("toml").exists(), "{}", path.display());
    }
}

#[test]
fn a_bogus_key_is_refused_in_every_table_of_every_scenario() {
    for (path, text) in scenarios() {
        let lines: Vec<&str> = text.lines().collect();
        let mut tables = 0;
        for (index, line) in lines.iter().enumerate() {
            let mut changed = lines.clone();
            let inline = line.replacen("{ ", "{ bogus-key = 1, ", 1);
            let wrong_line = if line.starts_with('[') || index == 0 {
                changed.insert(index + usize::from(line.starts_with('[')), "bogus-key = 1");
                index + 1 + usize::from(line.starts_with('['))
            } else if inline != *line
                && !takes_any_key(line)
                && !line.trim_start().starts_with('#')
                && is_before_comment(line, "{ ")
            {
                changed[index] = &inline;
                index + 1
            } else {
                continue;
            };
            tables += 1;
            let folder = path.parent().unwrap();
            let Err(mistakes) = Scenario::from_text(&changed.join("\n"), "x.toml", folder) else {
                panic!("{}: taken in line {wrong_line}", path.display())
            };
            let first = mistakes.iter().next().unwrap();
            assert_eq!(first.place.as_ref().unwrap().line, wrong_line, "{first}");
            assert!(first.message.starts_with("unknown key \"bogus-key\""), "{first}");
        }
        assert!(tables > 1, "{}", path.display());
    }
}

/// Names in these tables are the writer's own.
fn takes_any_key(line: &str) -> bool {
    ["capture", "form", "headers", "expect.headers", "expect.values"]
        .iter()
        .any(|map| line.starts_with(&format!("{map} = ")))
}

fn is_before_comment(line: &str, what: &str) -> bool {
    line.find(what).unwrap() < line.find('#').unwrap_or(line.len())
}

#[test]
fn reserved_tables_are_known_by_name() {
    let reserved = ["object", "record", "apex-rest", "outbound-message", "listener"];
    for table in reserved {
        let mistakes = read(&format!("format = 1\n[org]\nname = \"Acme\"\n[[{table}]]\n")).unwrap_err();
        let expected = format!("x.toml:4:3: \"{table}\" is not supported by this version yet");
        assert_eq!(mistakes.iter().next().unwrap().to_string(), expected);
    }
}

#[test]
fn a_hundred_mistakes_are_written_out_and_the_rest_counted() {
    let mut text = "format = 1\n[org]\nname = \"Acme\"\n".to_owned();
    for n in 0..103 {
        write!(text, "[[client]]\nname = \"client-{n}\"\nissuer = \"nowhere\"\n").unwrap();
    }
    let mistakes = read(&text).unwrap_err();
    assert_eq!(mistakes.iter().count(), 100);
    assert!(mistakes.render(false).ends_with("\n\nand 3 more"));
}

#[test]
fn ten_thousand_tables_of_a_name_are_enough() {
    let clients = |count: usize| {
        let mut text = "format = 1\n[org]\nname = \"Acme\"\n".to_owned();
        for n in 0..count {
            write!(text, "[[client]]\nname = \"client-{n}\"\n").unwrap();
        }
        read(&text)
    };
    assert_eq!(clients(10_000).unwrap().clients.len(), 10_000);
    let mistakes = clients(10_001).unwrap_err();
    assert_eq!(
        mistakes.iter().next().unwrap().to_string(),
        "x.toml:20005:8: more than 10000 [[client]] tables in one file"
    );
}

#[test]
fn a_deep_nest_of_brackets_is_refused_without_harm() {
    let mistakes = read(&format!("format = 1\norg = {}", "[".repeat(100_000))).unwrap_err();
    assert_eq!(mistakes.iter().count(), 1);
}

#[test]
fn a_file_that_cannot_be_read_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let said = |name: &str| {
        let mistakes = Scenario::from_path(&folder.path().join(name), Outside::Refuse).unwrap_err();
        assert!(mistakes.is_unreadable());
        mistakes.iter().next().unwrap().message.clone()
    };
    std::fs::write(folder.path().join("latin-1.toml"), b"format = 1\nname = \"S\xf6hne\"\n").unwrap();
    std::fs::File::create(folder.path().join("large.toml")).unwrap().set_len((4 << 20) + 1).unwrap();
    assert_eq!(said("missing.toml"), "no such file");
    assert_eq!(said("."), "not a file");
    assert_eq!(said("latin-1.toml"), "not UTF-8 text, in line 2");
    assert_eq!(said("large.toml"), "larger than 4 MB");
}

#[test]
fn a_control_character_in_a_file_does_not_reach_the_terminal() {
    let mistakes = read("format = 1\n[org]\nname = \"Acme\"\nclock = \"\\u001b[31m\"\n").unwrap_err();
    assert!(!mistakes.render(false).contains('\u{1b}'));
    let mistakes = read("format = 1\n[org]\nname = \"Acme\" # \u{1b}[31m\nclock = \"soon\"\n").unwrap_err();
    assert!(!mistakes.render(false).contains('\u{1b}'));
}

#[test]
fn colour_is_used_only_where_it_is_asked_for() {
    let mistakes = read("format = 1\n").unwrap_err();
    assert!(mistakes.render(true).contains('\u{1b}'));
    assert!(!mistakes.render(false).contains('\u{1b}'));
}
