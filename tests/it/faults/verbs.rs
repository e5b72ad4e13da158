//! Setting and clearing faults on a running org.

use std::time::Duration;

use mockorg::controls::FaultError;
use mockorg::org::Door;
use mockorg::scenario::FaultSpec;
use mockorg::scenario::fault::{ConnectionEffect, Effect, RequestEffect, Selection};

use super::{fault, told};
use crate::wire::Org;

fn unavailable(name: &str) -> FaultSpec {
    let effect = Effect::Request(RequestEffect::Unavailable(None));
    FaultSpec { name: name.into(), when: Selection::default(), effect, times: None }
}

fn status(org: &Org) -> u16 {
    org.door(Door::Standard).get("/services/data").unwrap().status
}

#[test]
fn a_fault_counts_from_its_setting_on_and_until_it_is_cleared() {
    let org = Org::quickstart();
    assert_eq!(status(&org), 200);
    org.set_fault(FaultSpec { times: Some(1), ..unavailable("gone") }).unwrap();
    assert_eq!([status(&org), status(&org)], [503, 200]);
    org.set_fault(FaultSpec { times: Some(1), ..unavailable("gone") }).unwrap();
    assert_eq!(status(&org), 503, "set anew, it counts anew");
    assert_eq!(org.faults().len(), 1);
    org.set_fault(unavailable("gone")).unwrap();
    assert_eq!(org.clear_faults(&["gone".into()]), Ok(1));
    assert_eq!((status(&org), org.faults()), (200, Vec::new()));
    let changes: Vec<_> = told(&org).into_iter().map(|(_, change, _)| change).collect();
    assert_eq!(changes, ["set", "injected", "set", "injected", "set", "cleared"]);
}

#[test]
fn clearing_without_names_clears_all_of_them() {
    let org = fault("effect = \"reset\"\ndoor = \"mutual\"");
    org.set_fault(unavailable("gone")).unwrap();
    assert_eq!(org.clear_faults(&[]), Ok(2));
    assert_eq!(org.clear_faults(&[]), Ok(0));
}

#[test]
fn clearing_an_unknown_fault_clears_none() {
    let org = fault("effect = \"reset\"\ndoor = \"mutual\"");
    let unknown = org.clear_faults(&["reset".into(), "rest".into()]);
    assert_eq!(unknown, Err(FaultError::Unknown("rest".into())));
    assert_eq!(org.faults().len(), 1);
}

#[test]
fn a_fault_that_could_never_strike_is_refused() {
    let org = Org::quickstart();
    let reset = FaultSpec { effect: Effect::Connection(ConnectionEffect::Reset), ..unavailable("reset") };
    let hold = Effect::Connection(ConnectionEffect::HoldServerHello(Duration::from_secs(301)));
    let select = |when| FaultSpec { when, ..unavailable("x") };
    let named = |name: &str| Some(name.to_owned());
    for (spec, why) in [
        (
            FaultSpec { when: Selection { client: named("billing"), ..Selection::default() }, ..reset },
            "not known before",
        ),
        (FaultSpec { effect: hold, ..unavailable("hold") }, "held for longer than 300 s"),
        (select(Selection { client: named("nobody"), ..Selection::default() }), "no client \"nobody\""),
        (select(Selection { user: named("nobody"), ..Selection::default() }), "no user \"nobody\""),
        (select(Selection { remote: named("10.0.0.0/33"), ..Selection::default() }), "is no network"),
        (select(Selection { probability: Some(1.5), ..Selection::default() }), "at most 1"),
        (select(Selection { nth: Some(0), ..Selection::default() }), "counted from 1"),
    ] {
        let error = org.set_fault(spec).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
    assert_eq!((org.faults(), told(&org)), (Vec::new(), Vec::new()));
}

#[test]
fn there_are_a_hundred_faults_at_most() {
    let org = Org::quickstart();
    (0..100).for_each(|n| org.set_fault(unavailable(&n.to_string())).unwrap());
    assert_eq!(org.set_fault(unavailable("one more")), Err(FaultError::TooMany));
    org.set_fault(unavailable("5")).unwrap();
    assert_eq!(org.faults().len(), 100);
}
