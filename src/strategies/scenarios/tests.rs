//! That every scenario is a right one, whatever is in it; and how it shrinks.

use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};
use proptest::{prop_assert, proptest};

use super::*;
use crate::scenario::file::File;
use crate::scenario::step::Verb;

proptest! {
    #![proptest_config(Config { cases: 2_000, failure_persistence: None, ..Config::default() })]

    #[test]
    fn every_scenario_is_read_without_a_complaint(text in any_scenario()) {
        let read = text.read();
        prop_assert!(read.is_ok(), "{}", read.unwrap_err().render(false));
    }

    #[test]
    fn every_scenario_is_written_out_and_read_again(text in any_scenario()) {
        let file = File::from_toml(text.toml(), "any.toml").unwrap();
        let written = file.to_toml().unwrap();
        prop_assert!(File::from_toml(&written, "again.toml").unwrap() == file);
    }
}

#[test]
fn a_scenario_shrinks_to_the_one_step_that_matters() {
    let mut runner = TestRunner::deterministic();
    let revokes = |text: ScenarioText| {
        let steps = text.read().unwrap().steps;
        let revoked = steps.iter().any(|step| matches!(&step.verb, Verb::Revoke(client) if client == "two"));
        if revoked { Err(TestCaseError::fail("revoked")) } else { Ok(()) }
    };
    let Err(TestError::Fail(_, plainest)) = runner.run(&any_scenario(), revokes) else { panic!("none revokes") };
    let scenario = plainest.read().unwrap();
    assert_eq!((scenario.steps.len(), scenario.faults.len(), scenario.expectations.len()), (1, 0, 0), "{plainest:?}");
    assert_eq!((scenario.users.len(), scenario.uploads.len()), (1, 0));
    assert!(plainest.toml().contains("on = \"call\"\ndo.revoke = \"two\""), "{plainest:?}");
}

#[test]
fn every_verb_is_among_the_steps() {
    let mut runner = TestRunner::deterministic();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..1_000 {
        let tree = proptest::strategy::Strategy::new_tree(&any_scenario(), &mut runner).unwrap();
        let text = proptest::strategy::ValueTree::current(&tree);
        seen.extend(text.read().unwrap().steps.iter().map(|step| step.verb.name()));
    }
    assert_eq!(seen.len(), 16, "{seen:?}");
}
