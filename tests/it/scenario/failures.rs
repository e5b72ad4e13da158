//! The library of failures: every mode has its file, its place in the reading order, and its entry for people.

use std::path::Path;

use mockorg::Scenario;
use mockorg::scenario::Outside;
use mockorg::scenario::exchange::Expected;
use mockorg::scenario::pattern::Status;

use super::scenarios;

/// The failures between a client and the org, by the numbers of docs/troubleshooting.md.
const BETWEEN: [u32; 17] = [1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 19, 20, 21];

/// Probes of another org are no reading: they are for the report that plays them.
const PROBES: &str = "fidelity/";

/// The files of the table in the reading order, by number.
fn listed() -> Vec<(u32, String)> {
    let readme = std::fs::read_to_string("scenarios/README.md").unwrap();
    let rows = readme.lines().filter_map(|line| {
        let (number, row) = line.strip_prefix("| ")?.split_once(" | ")?;
        let (_, link) = row.rsplit_once("](")?;
        Some((number.parse().ok()?, link.split_once(')')?.0.to_owned()))
    });
    rows.collect()
}

#[test]
fn every_failure_between_client_and_org_has_its_file_in_the_reading_order() {
    let listed = listed();
    let numbers: Vec<u32> = listed.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, BETWEEN);
    for (number, file) in listed {
        let text = std::fs::read_to_string(Path::new("scenarios").join(&file)).unwrap();
        assert!(text.starts_with(&format!("# Failure {number}")), "{file}: {}", text.lines().next().unwrap_or(""));
    }
}

#[test]
fn a_failure_says_what_goes_wrong_how_a_client_notices_and_what_a_good_one_does() {
    for (_, file) in listed() {
        let text = std::fs::read_to_string(Path::new("scenarios").join(&file)).unwrap();
        let header: Vec<&str> = text.lines().take_while(|line| line.starts_with('#')).collect();
        for part in ["# In real life: ", "# How a client notices: ", "# A good client "] {
            assert!(header.iter().any(|line| line.starts_with(part)), "{file} lacks {part:?}");
        }
        let lines = text.lines().count();
        assert!(lines <= 60, "{file}: {lines} lines");
    }
}

/// A bad client that is refused (or, where nobody refuses it, let in where it should not be), and a good one.
#[test]
fn a_failure_plays_a_bad_client_and_a_good_one() {
    for (number, file) in listed() {
        let scenario = Scenario::from_path(&Path::new("scenarios").join(&file), Outside::Refuse).unwrap();
        let (refused, fine): (Vec<_>, Vec<_>) =
            scenario.exchanges.iter().partition(|exchange| !is_success(&exchange.expect));
        assert!(!refused.is_empty() && !fine.is_empty(), "{file}: {} refused, {} fine", refused.len(), fine.len());
        let last = scenario.exchanges.last().expect("there are exchanges");
        assert!(is_success(&last.expect), "{file}: a good client has the last word ({number})");
    }
}

fn is_success(expect: &Expected) -> bool {
    let status = match expect.status {
        None => false,
        Some(Status::Class(digit)) => digit == 2,
        Some(Status::Exactly(status)) => (200..300).contains(&status),
    };
    status && expect.alert.is_none() && expect.error.is_none()
}

#[test]
fn every_file_of_the_library_is_in_the_table() {
    let listed = listed();
    for (path, _) in scenarios() {
        let name = path.strip_prefix("scenarios").unwrap();
        if name.starts_with("failures") {
            assert!(listed.iter().any(|(_, file)| Path::new(file) == name), "{}", name.display());
        }
    }
}

/// What it is and how to cure it stands with the refusals, what it looks like where people look first.
#[test]
fn a_failure_is_led_to_from_the_refusals_and_from_what_people_see() {
    for page in ["docs/refusals.md", "docs/troubleshooting.md"] {
        let text = std::fs::read_to_string(page).unwrap();
        for (number, file) in listed() {
            assert!(text.contains(&format!("](../scenarios/{file})")), "{page} does not lead to {file} ({number})");
        }
    }
    let text = std::fs::read_to_string("docs/troubleshooting.md").unwrap();
    for number in [16, 17, 18, 22] {
        assert!(text.contains(&format!("\n### {number}. ")), "a section for {number}");
    }
}

/// Whoever finds that a file plays nothing is told so by the reading order, and of the others the opposite holds.
#[test]
fn what_has_nothing_to_play_is_said_to_have_nothing() {
    let readme = std::fs::read_to_string("scenarios/README.md").unwrap();
    for (path, _) in scenarios() {
        let name = path.strip_prefix("scenarios").unwrap().display().to_string();
        if name.starts_with(PROBES) {
            continue;
        }
        let scenario = Scenario::from_path(&path, Outside::Refuse).unwrap();
        let (before, entry) = readme.split_once(&format!("]({name})")).expect("it is listed");
        let entry = entry.split("\n- ").next().unwrap_or("").split("\n\n").next().unwrap_or("");
        let section = before.rsplit("\n## ").next().unwrap_or("");
        let intro = section.split("\n- ").next().unwrap_or("").to_lowercase();
        let says = entry.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ").contains("nothing to play")
            || intro.split_whitespace().collect::<Vec<_>>().join(" ").contains("nothing to play");
        assert_eq!(scenario.exchanges.is_empty(), says, "{name}");
    }
}
