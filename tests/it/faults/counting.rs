//! Whom a fault strikes, and how often: n-th, times, probability by the seed, order of the file.

use mockorg::Simulator;
use mockorg::org::Door;
use mockorg::scenario::Scenario;

use super::{LIMITS, fault, told, with};
use crate::wire::Org;

/// Which of so many requests were answered by 503.
fn unavailable(org: &Org, requests: usize) -> Vec<usize> {
    let client = org.door(Door::Standard);
    (1..=requests).filter(|_| client.get("/services/data").unwrap().status == 503).collect()
}

#[test]
fn the_nth_that_fits_is_struck_and_no_other() {
    let org = fault("effect = \"unavailable\"\nnth = 3\npath = \"/services/data\"");
    org.door(Door::Standard).get("/").unwrap();
    assert_eq!(unavailable(&org, 6), [3]);
}

#[test]
fn a_fault_strikes_so_many_times() {
    assert_eq!(unavailable(&fault("effect = \"unavailable\"\ntimes = 2"), 5), [1, 2]);
    assert_eq!(unavailable(&fault("effect = \"unavailable\""), 3), [1, 2, 3]);
}

#[test]
fn the_seed_draws_whom_a_probability_strikes() {
    let text = format!(
        "{}\n[[fault]]\neffect = \"unavailable\"\nprobability = 0.3\n",
        include_str!("../../../scenarios/quickstart.toml")
    );
    let struck = |seed| {
        let scenario = Scenario::from_text(&text, "test.toml", std::path::Path::new(".")).unwrap();
        unavailable(&Org::with(Simulator::default().seed(seed), scenario), 25)
    };
    let first = struck(7);
    assert_eq!(struck(7), first);
    assert_ne!(struck(8), first);
    assert!((2..=15).contains(&first.len()), "{first:?}");
}

#[test]
fn one_fault_does_not_disturb_the_draws_of_another() {
    let part = "[[fault]]\nname = \"drawn\"\neffect = \"unavailable\"\nprobability = 0.3\npath = \"/services/data\"\n";
    let other = "[[fault]]\neffect = \"slow-body\"\nfor = \"1ms\"\nprobability = 0.5\n";
    let alone = unavailable(&with(part), 20);
    assert_eq!(unavailable(&with(&format!("{part}{other}")), 20), alone);
}

#[test]
fn the_first_in_the_order_of_the_file_strikes() {
    let org = with(
        "[[fault]]\neffect = \"server-unavailable\"\ntimes = 1\n[[fault]]\neffect = \"unavailable\"\npath = \"/services/*\"\n",
    );
    let client = org.door(Door::Standard);
    let codes: Vec<String> = (0..2).map(|_| client.get("/services/data").unwrap().body).collect();
    assert!(codes[0].contains("SERVER_UNAVAILABLE") && codes[1].starts_with("<html>"), "{codes:?}");
    assert_eq!(told(&org).len(), 2, "one for each request");
}

#[test]
fn a_fault_for_a_door_or_a_network_passes_over_others() {
    let org = fault("effect = \"unavailable\"\ndoor = \"mutual\"");
    assert_eq!(org.door(Door::Standard).get("/services/data").unwrap().status, 200);
    assert_eq!(org.door(Door::Mutual).get("/services/data").unwrap().status, 503);
    let elsewhere = fault("effect = \"unavailable\"\nremote = \"10.0.0.0/8\"");
    assert_eq!(elsewhere.door(Door::Standard).get("/services/data").unwrap().status, 200);
    let here = fault("effect = \"unavailable\"\nremote = \"127.0.0.0/8\"");
    assert_eq!(here.door(Door::Standard).get("/services/data").unwrap().status, 503);
}

#[test]
fn a_fault_for_a_client_knows_it_by_its_certificate_renewed_or_not() {
    let org = fault("effect = \"unavailable\"\nclient = \"billing\"");
    assert_eq!(org.mutual("visitor").get("/services/data").unwrap().status, 200);
    assert_eq!(org.door(Door::Mutual).get("/services/data").unwrap().status, 200);
    assert_eq!(org.mutual("billing").get("/services/data").unwrap().status, 503);
    org.issue("billing", mockorg::RenewalKey::Replace).unwrap();
    assert_eq!(org.mutual("billing").get("/services/data").unwrap().status, 503);
}

#[test]
fn a_fault_for_a_user_waits_until_the_user_is_known() {
    let org = fault("effect = \"server-unavailable\"\nuser = \"reports@acme.example\"\nnth = 2");
    let client = org.door(Door::Standard);
    let (reports, billing) = (org.reports(), org.billing());
    assert_eq!(client.clone().session(&billing).get(LIMITS).unwrap().error_code(), "MUTUAL_AUTHENTICATION_FAILED");
    // the login was the first
    let struck = client.clone().session(&reports).get(LIMITS).unwrap();
    assert_eq!((struck.status, struck.error_code().as_str()), (503, "SERVER_UNAVAILABLE"));
    assert_eq!(client.session(&reports).get(LIMITS).unwrap().status, 200);
}
