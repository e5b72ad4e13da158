//! Orgs and clients compared with a decision made once more from their shapes; and how they shrink.

use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};
use proptest::{prop_assert, prop_assert_eq, proptest};

use super::*;
use crate::strategies::any_client;

proptest! {
    #![proptest_config(Config { cases: 300, failure_persistence: None, ..Config::default() })]

    #[test]
    fn a_client_is_granted_exactly_when_the_shapes_say_so(
        client in any_client(), shape in any_org(), action in select(&Action::ALL[..]), door in select(&[Door::Standard, Door::Mutual][..]),
    ) {
        let founded = shape.found(&client, now()).unwrap();
        for (place, user) in shape.users.iter().enumerate() {
            let wanted = expected(&client, &shape, user, &founded, action, door);
            let answer = founded.answer(place, action, door, true);
            prop_assert_eq!(answer.is_ok(), wanted, "{:?} by {:?}: {:?}", action, door, answer);
        }
    }

    #[test]
    fn every_org_is_founded_for_every_client(client in any_client(), shape in any_org()) {
        let founded = shape.found(&client, now()).unwrap();
        prop_assert_eq!(founded.org.users.len(), shape.users.len());
        prop_assert!(founded.org.uploads.len() <= shape.uploads.len());
    }
}

/// The same decision, made once more from nothing but the shapes.
fn expected(client: &Shape, shape: &OrgShape, user: &UserShape, founded: &Founded, action: Action, door: Door) -> bool {
    if door == Door::Mutual && !client.breaks().is_empty() {
        return false;
    }
    if action == Action::Logout {
        return true;
    }
    let held = user.enforced != Enforced::Nowhere && shape.switches.mutual_auth == Enabled::Enabled;
    let login = matches!(action, Action::Login | Action::Page | Action::Token);
    let comes_in = match door {
        _ if !held => true,
        Door::Standard => login && shape.switches.enforced_login == EnforcedLogin::AnyDoor,
        Door::Mutual => shape.uploads.iter().any(|&kin| counts(kin, shape.switches.identity_match, founded)),
    };
    let asked_for_the_api = matches!(action, Action::Call | Action::Login | Action::Token);
    let may = user.api_enabled || !asked_for_the_api;
    let fresh = !user.password_expired || !matches!(action, Action::Call | Action::Page);
    comes_in && may && fresh && !(user.api_only && action == Action::Page)
}

/// Whether an upload of that kinship counts as the client's certificate. Of a flawed leaf the org takes no upload, or has
/// another serial number: what was taken is looked at.
fn counts(kin: Kin, by: IdentityMatch, founded: &Founded) -> bool {
    let leaf = &founded.case.sent[0];
    let was_taken = |alike: fn(&Certificate, &Certificate) -> bool| {
        founded.org.uploads.iter().any(|upload| alike(upload.leaf(), leaf))
    };
    match by {
        IdentityMatch::Certificate => kin.is_the_same() && was_taken(|one, other| one.der() == other.der()),
        IdentityMatch::IssuerSerial => {
            was_taken(|one, other| one.issuer() == other.issuer() && one.serial() == other.serial())
        }
        IdentityMatch::PublicKey => {
            was_taken(|one, other| one.x509().public_key().unwrap().public_eq(&other.x509().public_key().unwrap()))
        }
    }
}

#[test]
fn each_kinship_counts_by_what_the_org_compares() {
    let by = |by, kin| {
        let switches = OrgSwitches { identity_match: by, ..OrgSwitches::default() };
        let user =
            UserShape { enforced: Enforced::Directly, api_enabled: true, api_only: false, password_expired: false };
        let shape = OrgShape { users: vec![user], uploads: vec![kin], switches };
        let founded = shape.found(&Shape { issuers: 1, ..Shape::default() }, now()).unwrap();
        assert_eq!(founded.org.uploads.len(), 1, "{kin:?}");
        founded.answer(0, Action::Call, Door::Mutual, true).is_ok()
    };
    let counting = |way| Kin::ALL.into_iter().filter(|&kin| by(way, kin)).collect::<Vec<_>>();
    assert_eq!(counting(IdentityMatch::Certificate), [Kin::Itself, Kin::Chain]);
    assert_eq!(counting(IdentityMatch::IssuerSerial), [Kin::Itself, Kin::Chain, Kin::SameSerial]);
    assert_eq!(counting(IdentityMatch::PublicKey), [Kin::Itself, Kin::Chain, Kin::Expired, Kin::SameKey]);
}

#[test]
fn an_org_shrinks_to_one_user_and_what_matters() {
    let mut runner = TestRunner::deterministic();
    let refused = |shape: OrgShape| {
        let founded = shape.found(&Shape { issuers: 1, ..Shape::default() }, now()).unwrap();
        let mut places = 0..shape.users.len();
        match places.all(|place| founded.answer(place, Action::Call, Door::Mutual, true).is_ok()) {
            true => Ok(()),
            false => Err(TestCaseError::fail("refused")),
        }
    };
    let Err(TestError::Fail(_, plainest)) = runner.run(&any_org(), refused) else { panic!("none is refused") };
    assert_eq!((plainest.users.len(), plainest.uploads.len()), (1, 0), "{plainest:?}");
    assert_eq!(plainest.switches, OrgSwitches::default());
    let user = &plainest.users[0];
    let oddities = [user.enforced != Enforced::Nowhere, !user.api_enabled, user.password_expired, user.api_only];
    assert_eq!(oddities.into_iter().filter(|odd| *odd).count(), 1, "{user:?}");
}

fn now() -> Timestamp {
    "2029-06-01T12:00:00Z".parse().unwrap()
}
