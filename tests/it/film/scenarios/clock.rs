//! `scenarios/clock/`.

use super::{Present, days, hours, is_uploaded, live, log_in, org, unmet, work};
use crate::wire::{KeepAlive, Org};

#[test]
fn forty_seven_days_are_survived_by_a_client_that_waits_for_the_upload() {
    let path = "scenarios/clock/forty-seven-days.toml";
    let good = org(path);
    live(&good, 48, |_, org| is_uploaded(org, &org.client("billing").unwrap()));
    assert_eq!(unmet(&good), [""; 0]);
    let hasty = org(path);
    live(&hasty, 48, |_, _| true);
    assert_eq!(unmet(&hasty), ["billing is never refused by the org"]);
    let lazy = org(path);
    live(&lazy, 48, |_, _| false);
    assert_eq!(
        unmet(&lazy),
        ["billing never presents a certificate that has expired", "billing has changed over by the end"]
    );
}

#[test]
fn a_root_that_is_delisted_is_survived_by_a_client_with_a_spare_under_another() {
    let path = "scenarios/clock/root-delisted.toml";
    let good = org(path);
    let mut name = "billing";
    for _ in 0..15 {
        if work(&good, &good.mutual(name)).is_none() {
            name = "billing-spare";
            assert_eq!(work(&good, &good.mutual(name)), Some(200));
        }
        good.advance(days(1)).unwrap();
    }
    assert_eq!(unmet(&good), [""; 0]);
    let bad = org(path);
    live(&bad, 20, |_, _| false);
    assert_eq!(
        unmet(&bad),
        ["billing tries the root that has gone once at most", "billing is granted under the other root"]
    );
}

/// Calls hour by hour until Monday noon; `waits` has the next pause by the last one, `meanwhile` what is done when refused.
fn through_the_weekend(org: &Org, waits: impl Fn(i64) -> i64, meanwhile: impl Fn(&Org)) {
    let (mut hour, mut wait) = (0, 6);
    while hour < 9 * 24 + 30 {
        if work(org, &org.mutual("billing")) == Some(200) {
            wait = 6;
        } else {
            meanwhile(org);
            wait = waits(wait);
        }
        org.advance(hours(wait)).unwrap();
        hour += wait;
    }
}

#[test]
fn a_stale_crl_at_the_weekend_is_waited_out_by_a_client_that_trusts_its_own_dates() {
    let path = "scenarios/clock/crl-stale-at-the-weekend.toml";
    let good = org(path);
    through_the_weekend(&good, |wait| (wait * 2).min(12), |_| ());
    assert_eq!(unmet(&good), [""; 0]);
    let hammers = org(path);
    through_the_weekend(&hammers, |_| 1, |_| ());
    assert_eq!(unmet(&hammers), ["billing tries at most 8 times through the weekend"]);
    let bare = org(path);
    let without = |org: &Org| {
        work(org, &org.door(mockorg::org::Door::Mutual));
    };
    through_the_weekend(&bare, |wait| (wait * 2).min(12), without);
    assert_eq!(unmet(&bare), ["billing never comes without its certificate"]);
}

#[test]
fn a_revocation_in_mid_run_is_survived_by_a_client_that_closes_its_whole_pool() {
    let calls = |closes_its_pool: bool| {
        let org = org("scenarios/clock/revoked-in-mid-run.toml");
        let session = log_in(&org.mutual("billing")).unwrap();
        let mut pool = [(); 2].map(|()| KeepAlive::connect(&org.mutual("billing")));
        pool.iter_mut().for_each(|one| assert_eq!(one.get(&session).status, 200));
        org.advance(hours(3)).unwrap();
        pool[0] = KeepAlive::connect(&org.mutual("billing"));
        if closes_its_pool {
            pool[1] = KeepAlive::connect(&org.mutual("billing"));
        }
        let session = log_in(&org.mutual("billing")).unwrap();
        let statuses = pool.each_mut().map(|one| one.get(&session).status);
        (statuses, unmet(&org))
    };
    assert_eq!(calls(true), ([200, 200], vec![]));
    let unmet = vec!["no call comes over a connection of the revoked certificate".to_owned()];
    assert_eq!(calls(false).1, unmet, "the edge lets it live, so that nothing else tells");
}

#[test]
fn clock_skew_is_survived_by_a_client_that_lets_a_new_certificate_lie_for_a_day() {
    let path = "scenarios/clock/skew.toml";
    let names = ["billing", "billing-new"];
    let good = org(path);
    Present::new(&names).play(&good, 32, |org, next| {
        let leaf = org.client(next).unwrap().certificates[0].clone();
        org.clock().org_now() >= leaf.not_before() + days(1)
    });
    assert_eq!(unmet(&good), [""; 0]);
    let hasty = org(path);
    Present::new(&names).play(&hasty, 32, |org, next| is_uploaded(org, &org.client(next).unwrap()));
    assert_eq!(unmet(&hasty), ["billing never presents a certificate before its time"]);
    let lazy = org(path);
    Present::new(&names[..1]).play(&lazy, 32, |_, _| true);
    assert_eq!(
        unmet(&lazy),
        ["billing never presents a certificate after its time", "billing has changed over by the end"]
    );
}
