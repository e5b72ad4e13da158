//! Steps: when they come, in which order, once each, and what they leave in the journal.

use std::fmt::Write;

use jiff::{SignedDuration, Timestamp};
use mockorg::controls::StepError;
use mockorg::journal::event::Step;
use mockorg::journal::{Event, Kind};
use mockorg::org::Door;

use crate::wire::Org;

mod generated;
mod kept;
mod reissued;
mod scenarios;
mod verbs;

const START: &str = "2029-03-01T00:00:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

/// The quickstart on a clock that stands, with these steps.
fn film(steps: &str) -> Org {
    film_with(&format!("clock = \"{START}\""), steps)
}

fn film_with(org: &str, steps: &str) -> Org {
    Org::from_toml(&text(org, steps))
}

fn text(org: &str, steps: &str) -> String {
    let quickstart = include_str!("../../scenarios/quickstart.toml");
    let quickstart = quickstart.replacen("my-domain = \"acme\"\n", &format!("my-domain = \"acme\"\n{org}\n"), 1);
    assert!(quickstart.contains(org));
    format!("{quickstart}\n{steps}")
}

fn step(name: &str, trigger: &str, verb: &str) -> String {
    format!("[[step]]\nname = \"{name}\"\n{trigger}\ndo.{verb}\n")
}

/// A permission to and fro: what a step does where it makes no difference.
const ANYTHING: &str = "grant = { user = \"reports@acme.example\", permission = \"view-all-data\" }";

fn played(event: &Event) -> Option<&Step> {
    if let Kind::Step(step) = &event.kind { Some(step) } else { None }
}

/// Of each step that was played: its name, its outcome, and the org's day.
fn story(org: &Org) -> String {
    let mut story = String::new();
    for event in org.journal().since(0) {
        if let Some(step) = played(&event) {
            writeln!(story, "{} {} on {}", step.name, step.outcome, event.org_time.strftime("%m-%d")).unwrap();
        }
    }
    story
}

#[test]
fn a_journey_plays_every_step_on_its_way_at_its_own_moment() {
    let steps = step("third", "at = \"+40d\"", ANYTHING)
        + &step("first", "at = \"+10d\"", ANYTHING)
        + &step("second", "at = \"2029-03-31T00:00:00Z\"", ANYTHING)
        + &step("second, too", "at = \"+30d\"", ANYTHING)
        + &step("later", "at = \"+50d\"", ANYTHING);
    let org = film(&steps);
    assert_eq!(org.advance(days(47)).unwrap(), at("2029-04-17T00:00:00Z"));
    let expected = "first done on 03-11\nsecond done on 03-31\nsecond, too done on 03-31\nthird done on 04-10\n";
    assert_eq!(story(&org), expected);
    let events = org.journal().since(0);
    let kinds: Vec<_> = events.iter().map(|event| event.kind.name()).collect();
    assert_eq!(kinds.join(" "), "permission step permission step permission step permission step clock");
    assert!(events.windows(2).all(|pair| pair[0].org_time <= pair[1].org_time));
    org.set_clock(at("2029-05-01T00:00:00Z")).unwrap();
    assert!(story(&org).ends_with("later done on 04-20\n"), "{}", story(&org));
    org.set_clock(at(START)).unwrap();
    org.advance(days(100)).unwrap();
    assert_eq!(story(&org).lines().count(), 5, "each once, though its moment came again");
}

#[test]
fn a_step_at_the_start_is_played_before_anybody_comes() {
    let org = film(&step("at once", "at = \"+0s\"", "switch.org.refusal-status = 403"));
    assert_eq!(story(&org), "at once done on 03-01\n");
    assert_eq!(org.snapshot().org.switches.refusal_status.code(), 403);
}

#[test]
fn a_step_may_move_the_clock_past_other_steps() {
    let steps = step("jump", "at = \"+10d\"", "advance = \"30d\"")
        + &step("passed", "at = \"+20d\"", ANYTHING)
        + &step("jump on", "at = \"+30d\"", "advance = \"1d\"")
        + &step("never", "at = \"+45d\"", ANYTHING);
    let org = film(&steps);
    assert_eq!(org.advance(days(15)).unwrap(), at("2029-04-10T00:00:00Z"), "the step went further");
    assert_eq!(story(&org), "jump done on 03-11\npassed done on 03-21\njump on done on 03-31\n");
}

#[test]
fn thousands_of_steps_that_move_the_clock_exhaust_nothing() {
    let steps: String =
        (0..3_000).map(|n| step(&format!("n{n}"), &format!("at = \"+{n}s\""), "advance = \"1s\"")).collect();
    let org = film(&steps);
    assert_eq!(org.clock().org_now(), at(START) + SignedDuration::from_secs(3_000));
    assert_eq!(org.journal().since(0).iter().filter(|event| played(event).is_some()).count(), 3_000);
}

#[test]
fn a_step_is_called_once_and_only_if_it_is_there_to_be_called() {
    let org = film(&(step("cut-over", "on = \"call\"", ANYTHING) + &step("timed", "at = \"+1d\"", ANYTHING)));
    assert_eq!(story(&org), "");
    org.step("cut-over").unwrap();
    assert_eq!(story(&org), "cut-over done on 03-01\n");
    assert_eq!(org.step("cut-over"), Err(StepError::Played("cut-over".into())));
    let said = |name: &str| org.step(name).unwrap_err().to_string();
    assert_eq!(said("timed"), "the step \"timed\" is not played on call: it comes at +1d");
    assert_eq!(said("cutover"), "no step \"cutover\"; steps on call: cut-over");
    assert_eq!(story(&org).lines().count(), 1);
}

#[test]
fn a_step_that_fails_says_why_and_the_film_goes_on() {
    let steps = step("upload twice", "at = \"+1d\"", "upload = { label = \"Billing 2026\", client = \"visitor\" }")
        + &step("go on", "at = \"+2d\"", ANYTHING);
    let org = film(&steps);
    org.advance(days(3)).unwrap();
    assert_eq!(story(&org), "upload twice failed on 03-02\ngo on done on 03-03\n");
    let event = org.event(|event| played(event).is_some_and(|step| step.outcome == "failed"));
    let explanation = played(&event).unwrap().explanation.clone().unwrap();
    assert_eq!(explanation.headline, "failed: the step 'upload twice'");
    assert!(explanation.found.contains("Billing 2026"), "{}", explanation.found);
}

#[test]
fn a_called_step_that_fails_says_so_to_its_caller() {
    let org = film(&step("twice", "on = \"call\"", "upload = { label = \"Billing 2026\", client = \"visitor\" }"));
    let error = org.step("twice").unwrap_err();
    assert!(matches!(&error, StepError::Failed { name, .. } if name == "twice"), "{error}");
}

#[test]
fn a_step_comes_after_so_many_events_and_before_the_last_of_them_is_answered() {
    let limits = "after = { count = 3, of = { path = \"*/limits\", outcome = \"granted\" } }";
    let org = film(&step("third call", limits, "expire-sessions = \"reports@acme.example\""));
    let session = org.reports();
    let call = || org.door(Door::Standard).session(&session).get("/services/data/v64.0/limits").unwrap().status;
    assert_eq!([call(), call(), call(), call()], [200, 200, 200, 401]);
    assert_eq!(story(&org), "third call done on 03-01\n");
    let session = org.reports();
    let call = || org.door(Door::Standard).session(&session).get("/services/data/v64.0/limits").unwrap().status;
    assert_eq!([call(), call(), call(), call()], [200; 4], "once");
}

#[test]
fn a_step_comes_when_an_event_of_a_client_comes() {
    let when = "when = { client = \"visitor\", kind = \"handshake\" }";
    let org = film(&step("seen", when, "revoke = \"visitor\""));
    org.mutual("billing").get("/services/data").unwrap();
    assert_eq!(story(&org), "");
    org.mutual("visitor").get("/services/data").unwrap();
    org.event(|event| played(event).is_some());
    org.mutual("visitor").get("/services/data").unwrap_err();
}

#[test]
fn steps_follow_one_another_and_nothing_goes_round_for_ever() {
    let steps = step("last", "when = { step = \"middle\" }", ANYTHING)
        + &step("middle", "when = { kind = \"permission\", user = \"reports@acme.example\" }", ANYTHING)
        + &step("after all", "after = { count = 3, of = { kind = \"step\" } }", "advance = \"1d\"")
        + &step("first", "on = \"call\"", ANYTHING);
    let org = film(&steps);
    org.step("first").unwrap();
    assert_eq!(story(&org), "first done on 03-01\nmiddle done on 03-01\nlast done on 03-01\nafter all done on 03-01\n");
    assert_eq!(org.clock().org_now(), at("2029-03-02T00:00:00Z"));
}

#[test]
fn steps_of_one_event_come_in_the_order_of_the_file() {
    let when = "when = { kind = \"switch\" }";
    let steps: String = ["c", "a", "b"].map(|name| step(name, when, ANYTHING)).concat();
    let org = film(&steps);
    org.set_switch("org.soap-login", "disabled").unwrap();
    assert_eq!(story(&org), "c done on 03-01\na done on 03-01\nb done on 03-01\n");
}

#[test]
fn every_step_is_played_once_however_many_threads_set_it_off() {
    let steps = step("first switch", "when = { kind = \"switch\" }", ANYTHING)
        + &step("tenth switch", "after = { count = 10, of = { kind = \"switch\" } }", ANYTHING)
        + &step("called", "on = \"call\"", ANYTHING)
        + &step("in time", "at = \"+5d\"", ANYTHING);
    let org = film(&steps);
    let called = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let controls = org.controls().clone();
                scope.spawn(move || {
                    for _ in 0..5 {
                        controls.set_switch("org.soap-login", "disabled").unwrap();
                        controls.advance(days(1)).unwrap();
                    }
                    controls.step("called").is_ok()
                })
            })
            .collect();
        threads.into_iter().filter(|_| true).map(|thread| usize::from(thread.join().unwrap())).sum::<usize>()
    });
    assert_eq!(called, 1);
    let story = story(&org);
    let mut names: Vec<&str> = story.lines().map(|line| line.split_once(" done").unwrap().0).collect();
    names.sort_unstable();
    assert_eq!(names, ["called", "first switch", "in time", "tenth switch"]);
    assert_eq!(org.clock().org_now(), at(START) + days(40));
}

#[test]
fn a_clock_that_runs_reaches_the_moments_of_steps_by_itself() {
    let org = film_with("clock = \"+30d\"", &step("soon", "at = \"+20ms\"", ANYTHING));
    let event = org.event(|event| played(event).is_some());
    assert!(event.org_time.duration_since(event.wall_time) > days(29));
    org.advance(days(1)).unwrap();
    assert_eq!(story(&org).lines().count(), 1);
}

#[test]
fn a_running_clock_that_is_moved_plays_the_steps_on_its_way() {
    let steps = step("soon", "at = \"+10d\"", ANYTHING) + &step("later", "at = \"+20d\"", ANYTHING);
    let org = film_with("clock = \"system\"", &steps);
    let start = org.clock().org_now();
    org.advance(days(30)).unwrap();
    let moments: Vec<_> =
        (org.journal().since(0).iter()).filter(|event| played(event).is_some()).map(|event| event.org_time).collect();
    let late = |at: usize, day: i64| moments[at].duration_since(start) - days(day);
    assert!(late(0, 10) < days(1) && late(1, 20) < days(1), "{moments:?}");
    assert!(org.clock().org_now().duration_since(start) >= days(30));
}

#[test]
fn a_pace_lets_a_clock_run_that_stands_otherwise_and_each_step_has_its_exact_moment() {
    let later = |name, days| step(name, &format!("at = \"+{days}d\""), ANYTHING);
    let steps = later("one", 1000) + &later("two", 1001) + &later("three", 1002);
    let org = film_with(&format!("clock = \"{START}\"\npace = \"10000d/s\""), &steps);
    let event = org.event(|event| played(event).is_some_and(|step| step.name == "two"));
    assert_eq!(event.org_time, at(START) + days(1001));
    let one = org.event(|event| played(event).is_some_and(|step| step.name == "one"));
    assert_eq!(one.org_time, at(START) + days(1000));
    // the clock waits at each moment, and goes on
    let three = org.event(|event| played(event).is_some_and(|step| step.name == "three"));
    assert_eq!(three.org_time, at(START) + days(1002));
}

#[test]
fn a_callback_of_a_step_may_move_the_clock() {
    let org = film(&(step("called", "on = \"call\"", ANYTHING) + &step("on the way", "at = \"+1d\"", ANYTHING)));
    let controls = org.controls().clone();
    let _subscription = org.journal().subscribe(move |event| {
        if played(event).is_some_and(|step| step.name == "called") {
            controls.advance(days(2)).unwrap();
        }
    });
    org.step("called").unwrap();
    assert_eq!(story(&org), "called done on 03-01\non the way done on 03-02\n");
    assert_eq!(org.clock().org_now(), at("2029-03-03T00:00:00Z"));
}

#[test]
fn a_reset_lets_every_step_come_again() {
    let steps = step("called", "on = \"call\"", ANYTHING) + &step("timed", "at = \"+1d\"", ANYTHING);
    let org = film(&steps);
    for _ in 0..2 {
        org.step("called").unwrap();
        org.advance(days(1)).unwrap();
        org.reset().unwrap();
        assert_eq!(org.clock().org_now(), at(START));
    }
    assert_eq!(story(&org), "called done on 03-01\ntimed done on 03-02\n".repeat(2));
}

#[test]
fn a_reset_lets_steps_come_again_by_themselves_on_a_clock_that_runs() {
    let org = film_with("clock = \"system\"", &step("soon", "at = \"+20ms\"", ANYTHING));
    org.event(|event| played(event).is_some());
    org.reset().unwrap();
    let reset = org.journal().last_seq();
    let again = org.journal().wait_for(reset, crate::wire::PATIENCE, |event| played(event).is_some());
    assert!(again.is_some(), "{}", story(&org));
}

#[test]
fn the_same_film_leaves_the_same_canonical_journal() {
    let run = || {
        let steps = step("renewal", "at = \"+1d\"", "issue = { client = \"billing\" }")
            + &step("upload", "when = { step = \"renewal\" }", "upload = { label = \"New\", client = \"billing\" }");
        let org = film(&steps);
        org.advance(days(2)).unwrap();
        serde_json::Value::from(mockorg::journal::canonical(&org.journal().since(0))).to_string()
    };
    assert_eq!(run(), run());
}

#[test]
fn the_steps_of_the_reference_are_right() {
    let reference = include_str!("../../docs/scenarios.md");
    let (_, section) = reference.split_once("\n## `[[step]]`\n").unwrap();
    let (_, example) = section.split_once("```toml\n").unwrap();
    let org = film(example.split_once("```").unwrap().0);
    org.advance(days(30)).unwrap();
    let expected = "renewal done on 03-31\nthe new certificate is uploaded done on 03-31\n";
    assert_eq!(story(&org), expected);
    org.step("cut-over").unwrap();
}

#[test]
fn an_absolute_moment_that_was_over_when_the_org_began_is_told() {
    let org = film_with("clock = \"system\"", &step("over", "at = \"2020-01-01T00:00:00Z\"", ANYTHING));
    let event = org.event(|event| played(event).is_some());
    let found = played(&event).unwrap().explanation.clone().unwrap().found;
    assert!(found.starts_with("its moment, 2020-01-01T00:00:00Z, was over when the org was founded"), "{found}");
}
