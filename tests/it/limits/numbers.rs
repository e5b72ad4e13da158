//! `docs/limits.md` and the constants: the same limits, the same numbers, none left out on either side.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// File and name of a constant, and its number.
type Limits = BTreeMap<(String, String), u64>;

#[test]
fn the_docs_give_every_limit_its_number() {
    let (documented, coded) = (documented(), coded());
    assert!(coded.len() > 40, "the constants were found: {}", coded.len());
    assert_eq!(documented, coded, "docs/limits.md (left) and the code (right)");
}

#[test]
fn numbers_are_read_as_rust_and_as_people_write_them() {
    for (written, number) in [
        ("10_000", 10_000),
        ("6 * 1024 * 1024", 6_291_456),
        ("Duration::from_secs(30)", 30),
        ("SignedDuration::from_hours(2 * 24)", 172_800),
    ] {
        assert_eq!(value(written), number);
    }
    let row = "| `MAX` | 1,024 | bytes | 413 | `src/a.rs` |";
    assert_eq!(documented_row(row), Some((("src/a.rs".into(), "MAX".into()), 1_024)));
    assert_eq!(documented_row("| constant | number | unit | past it | where |"), None);
    assert_eq!(coded_line("    pub(super) const MAX_A: u64 = 2 * 2;"), Some(("MAX_A".into(), 4)));
    assert_eq!(coded_line("const NAMES: [&str; 2] = [];"), None);
}

fn documented() -> Limits {
    text(Path::new("docs/limits.md")).lines().filter_map(documented_row).collect()
}

fn documented_row(line: &str) -> Option<((String, String), u64)> {
    let [_, name, number, _, _, file, _] = line.split('|').map(str::trim).collect::<Vec<_>>()[..] else { return None };
    let bare = |text: &str| text.strip_prefix('`')?.strip_suffix('`').map(str::to_owned);
    Some(((bare(file)?, bare(name)?), number.replace(',', "").parse().ok()?))
}

fn coded() -> Limits {
    let mut limits = Limits::new();
    let mut folders = vec!["src".to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
            match entry.file_type().unwrap().is_dir() {
                true => folders.push(path),
                false => {
                    let found = text(Path::new(&path));
                    let found = found.lines().filter_map(coded_line);
                    limits.extend(found.map(|(name, number)| ((path.clone(), name), number)));
                }
            }
        }
    }
    limits
}

/// A constant that is a limit by its name.
fn coded_line(line: &str) -> Option<(String, u64)> {
    let (before, rest) = line.split_once("const ")?;
    if !before.trim().is_empty() && !before.trim().starts_with("pub") {
        return None;
    }
    let (name, rest) = rest.split_once(": ")?;
    let begins = ["MAX_", "LONGEST", "LARGEST", "MOST_", "LINGER", "DRAIN", "MISSED"];
    let ends = ["_LIMIT", "_PATIENCE", "_TIMEOUT", "KEPT"];
    let is_limit = begins.iter().any(|part| name.starts_with(part)) || ends.iter().any(|part| name.ends_with(part));
    let (_, written) = rest.split_once(" = ")?;
    is_limit.then(|| (name.to_owned(), value(written.trim_end_matches(';'))))
}

/// Products of whole numbers; durations in seconds.
fn value(written: &str) -> u64 {
    let (unit, product) = match written.strip_suffix(')').and_then(|call| call.split_once("::from_")) {
        Some((_, call)) => match call.split_once('(').unwrap() {
            ("secs", number) => (1, number),
            ("hours", number) => (3_600, number),
            (other, _) => panic!("{other} is no unit that this test knows"),
        },
        None => (1, written),
    };
    let factors = product.split('*').map(|factor| factor.trim().replace('_', "").parse::<u64>());
    unit * factors.map(|factor| factor.unwrap_or_else(|_| panic!("{written} is no product"))).product::<u64>()
}

fn text(path: &Path) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}
