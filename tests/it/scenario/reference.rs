//! The reference in `docs/scenarios.md` and the schema say the same.

use std::collections::BTreeSet;

use expect_test::expect_file;
use mockorg::scenario;
use serde_json::Value;

/// The section of the reference for each table of the schema.
const SECTIONS: [(&str, &str); 33] = [
    ("after", "`after`"),
    ("bundle", "`[[profile]]` and `[[permission-set]]`"),
    ("ca", "`[[ca]]`"),
    ("chaos", "`[chaos]`"),
    ("client", "`[[client]]`"),
    ("connected-app", "`[[connected-app]]`"),
    ("do", "`do`"),
    ("do-crl", "`do.crl`"),
    ("do-deliver", "`do.deliver`"),
    ("do-grant", "`do.grant` and `do.deny`"),
    ("do-issue", "`do.issue`"),
    ("do-list", "`do.list`"),
    ("do-password", "`do.password`"),
    ("do-switch", "`do.switch`"),
    ("do-switch-org", "`do.switch.org`"),
    ("do-upload", "`do.upload`"),
    ("edge", "`[edge]`"),
    ("exchange", "`[[exchange]]`"),
    ("expect", "`[[expect]]`"),
    ("fault", "`[[fault]]`"),
    ("jwt", "`jwt`"),
    ("mutual-auth-certificate", "`[[mutual-auth-certificate]]`"),
    ("name-constraints", "`name-constraints`"),
    ("org", "`[org]`"),
    ("outcome", "`expect` of an exchange"),
    ("pattern", "Patterns"),
    ("probe", "`[[probe]]`"),
    ("reading", "`reading`"),
    ("refresh-token", "`refresh-token`"),
    ("step", "`[[step]]`"),
    ("trust", "`[trust]`"),
    ("user", "`[[user]]`"),
    ("valid", "`valid`"),
];

#[test]
fn the_schema_is_as_it_was() {
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/schema.json");
    expect_file![golden].assert_eq(&format!("{:#}\n", scenario::schema()));
}

#[test]
fn the_schema_knows_no_null_and_refuses_unknown_keys() {
    let schema = scenario::schema();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert!(!schema.to_string().contains("null"));
    let tables = schema["$defs"].as_object().unwrap().values().chain([&schema]);
    for table in tables {
        assert_eq!(table["additionalProperties"], false, "{table}");
    }
}

#[test]
fn the_reference_has_every_table_key_and_word_and_no_other_key() {
    let reference = std::fs::read_to_string("docs/scenarios.md").unwrap();
    let schema = scenario::schema();
    let tables = schema["$defs"].as_object().unwrap();
    for (table, definition) in tables {
        let heading = SECTIONS.iter().find(|(name, _)| name == table).unwrap_or_else(|| panic!("no section {table}")).1;
        let section = reference.split("\n## ").find_map(|section| section.strip_prefix(heading)?.strip_prefix('\n'));
        let section = section.unwrap_or_else(|| panic!("no section {heading}"));
        let keys: BTreeSet<&str> = definition["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        let rows = section.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |").map(|(key, _)| key));
        let rows: BTreeSet<&str> = rows.filter(|row| !row.starts_with('"')).collect();
        assert_eq!(rows, keys, "{heading}");
        // the words of permissions have a table of their own
        let place = if table == "user" { &reference } else { section };
        for word in words(definition) {
            assert!(place.contains(&word), "{word} is missing in {heading}");
        }
    }
}

/// `do.switch` takes the switches of `[edge]` and `[org]`, and they are the ones that a verb sets.
#[test]
fn a_switch_is_the_same_in_its_table_in_a_step_and_in_a_verb() {
    let schema = scenario::schema();
    let keys = |table: &str| {
        let mut keys = schema["$defs"][table]["properties"].as_object().unwrap().clone();
        // a step says what it sets a switch to, and there is no default
        keys.values_mut().for_each(|key| _ = key.as_object_mut().unwrap().remove("description"));
        keys
    };
    let mut org = keys("org");
    for no_switch in ["clock", "my-domain", "name", "pace"] {
        assert!(org.remove(no_switch).is_some(), "{no_switch}");
    }
    assert_eq!(keys("do-switch-org"), org);
    let in_tables = [("edge", keys("edge")), ("org", org)];
    let in_tables = in_tables.iter().flat_map(|(table, keys)| keys.keys().map(move |key| format!("{table}.{key}")));
    assert_eq!(in_tables.collect::<BTreeSet<_>>(), mockorg::controls::SWITCHES.map(str::to_owned).into());
}

/// Every word of a vocabulary below this schema, as TOML writes it.
fn words(schema: &Value) -> Vec<String> {
    match schema {
        Value::Object(object) => {
            let own = object.get("enum").and_then(Value::as_array).into_iter().flatten().map(Value::to_string);
            own.chain(object.values().flat_map(words)).collect()
        }
        Value::Array(items) => items.iter().flat_map(words).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn the_example_in_the_reference_is_right() {
    let reference = std::fs::read_to_string("docs/scenarios.md").unwrap();
    let (_, example) = reference.split_once("```toml\n").unwrap();
    let (example, _) = example.split_once("```").unwrap();
    super::read(example).unwrap_or_else(|mistakes| panic!("{mistakes}"));
}
