//! Films in a data folder: no step is played twice, whatever the process did.

use mockorg::{Scenario, Simulator};

use super::{ANYTHING, START, at, days, step, story};
use crate::wire::Org;

fn start(folder: &std::path::Path, org: &str, steps: &str) -> Org {
    let scenario = Scenario::from_text(&super::text(org, steps), "test.toml", std::path::Path::new(".")).unwrap();
    Org::with(Simulator::default().data_dir(folder), scenario)
}

fn standing() -> String {
    format!("clock = \"{START}\"")
}

#[test]
fn what_was_played_is_not_played_again_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let steps = step("first", "at = \"+1d\"", ANYTHING)
        + &step("called", "on = \"call\"", ANYTHING)
        + &step("second", "at = \"+3d\"", ANYTHING);
    let org = start(folder.path(), &standing(), &steps);
    org.advance(days(2)).unwrap();
    org.step("called").unwrap();
    org.stop();
    let org = start(folder.path(), &standing(), &steps);
    assert_eq!(org.clock().org_now(), at("2029-03-03T00:00:00Z"));
    assert!(org.step("called").is_err());
    org.advance(days(2)).unwrap();
    assert_eq!(story(&org), "second done on 03-04\n");
}

#[test]
fn moments_that_passed_while_the_org_was_down_are_made_up_for() {
    let folder = tempfile::tempdir().unwrap();
    let steps = step("soon", "at = \"+10d\"", ANYTHING);
    let org = start(folder.path(), "clock = \"system\"", &steps);
    org.stop();
    let org = start(folder.path(), "clock = \"system\"", &steps);
    assert_eq!(story(&org), "");
    org.advance(days(11)).unwrap();
    assert_eq!(story(&org).lines().count(), 1, "counted from the founding");
}

#[test]
fn a_password_and_a_flaw_of_the_server_outlive_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let steps = step("password", "on = \"call\"", "password = { user = \"reports@acme.example\", password = \"new\" }")
        + &step("server", "on = \"call\"", "server-certificate = \"expired\"")
        + &step("renew", "on = \"call\"", "server-certificate = \"renew\"");
    let org = start(folder.path(), &standing(), &steps);
    org.step("password").unwrap();
    org.step("server").unwrap();
    org.stop();
    let org = start(folder.path(), &standing(), &steps);
    org.door(mockorg::org::Door::Standard).get("/services/data").unwrap_err();
    org.step("renew").unwrap();
    org.session("reports@acme.example", "new");
}

#[test]
fn a_paced_clock_goes_on_from_where_it_was_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let org_table = format!("clock = \"{START}\"\npace = \"1000d/s\"");
    let steps = step("one", "at = \"+100d\"", ANYTHING);
    let org = start(folder.path(), &org_table, &steps);
    org.event(|event| super::played(event).is_some());
    org.stop();
    let org = start(folder.path(), &org_table, &steps);
    assert!(org.clock().org_now() >= at(START) + days(100));
    assert_eq!(story(&org), "");
}

#[test]
fn a_reset_of_a_kept_org_lets_steps_come_again_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let steps = step("timed", "at = \"+1d\"", ANYTHING);
    let org = start(folder.path(), &standing(), &steps);
    org.advance(days(2)).unwrap();
    org.reset().unwrap();
    org.stop();
    let org = start(folder.path(), &standing(), &steps);
    assert_eq!(org.clock().org_now(), at(START));
    org.advance(days(2)).unwrap();
    assert_eq!(story(&org), "timed done on 03-02\n");
}

#[test]
fn a_step_in_which_the_process_ended_is_told_and_may_set_off_another() {
    let folder = tempfile::tempdir().unwrap();
    let steps = step("cut short", "on = \"call\"", ANYTHING)
        + &step("seen", "when = { step = \"cut short\", outcome = \"refused\" }", ANYTHING);
    let org = start(folder.path(), &standing(), &steps);
    // as far as a process comes that is killed in the step's verb
    org.store().keep(|changes| changes.put("step/0000000000", &"begun")).unwrap();
    org.stop();
    let org = start(folder.path(), &standing(), &steps);
    assert_eq!(story(&org), "cut short failed on 03-01\nseen done on 03-01\n");
}

#[test]
fn a_reset_that_is_finished_at_the_next_start_begins_the_film_once_events_are_watched() {
    let folder = tempfile::tempdir().unwrap();
    let steps = step("at once", "at = \"+0s\"", ANYTHING)
        + &step("then", "when = { step = \"at once\" }", ANYTHING)
        + &step("anew", "when = { kind = \"reset\" }", ANYTHING);
    let org = start(folder.path(), &standing(), &steps);
    org.store().keep(|changes| changes.put("starting-over", &true)).unwrap();
    org.stop();
    let org = start(folder.path(), &standing(), &steps);
    assert_eq!(story(&org), "at once done on 03-01\nthen done on 03-01\n");
}
