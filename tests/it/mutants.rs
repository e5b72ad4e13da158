//! The list of what is switched off to see a test fail: every text is still there, every test too, and the docs have both.

use std::fs;
use std::path::Path;

use serde::Deserialize;

#[derive(Deserialize)]
struct List {
    mutant: Vec<Mutant>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mutant {
    name: String,
    file: String,
    was: String,
    becomes: String,
    test: String,
}

#[test]
fn every_mutation_can_be_made_and_has_a_test_that_the_docs_name() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| fs::read_to_string(root.join(path)).unwrap();
    let list: List = toml::from_str(&read("tests/mutants.toml")).unwrap();
    let docs = read("docs/mutation.md");
    let tests = ["validate/tests.rs", "../strategies/clients.rs", "../strategies/orgs/tests.rs"];
    let tests: String = tests.iter().map(|path| read(&format!("src/pki/{path}"))).collect();
    assert!(!list.mutant.is_empty());
    for Mutant { name, file, was, becomes, test } in list.mutant {
        assert_eq!(read(&file).matches(&was).count(), 1, "{name}: {file}");
        assert_ne!(was, becomes, "{name}");
        assert!(tests.contains(&format!("fn {test}(")), "{name}: {test}");
        assert!(docs.contains(&format!("| {name} | `{file}` | `{test}` |")), "docs/mutation.md lacks {name}");
    }
}
