//! Passwords, security tokens, and users whom nothing lets in.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use mockorg::data::Id;
use mockorg::org::login::check_credentials;
use mockorg::org::{Action, CredentialRefusal, Door, Edge, User, authorize};
use mockorg::scenario::{Permission, UserSpec};

use super::{USERS, check_explained, org_with, user_spec};

/// What the org answers a login of this user with `given`, from inside and from outside the trusted ranges.
fn login(spec: &UserSpec, given: &str) -> [Result<(), CredentialRefusal>; 2] {
    let user =
        User { id: Id::new("005", 1), profile_id: Id::new("00e", 1), spec: spec.clone(), permissions: BTreeSet::new() };
    ["::1", "203.0.113.9"].map(|address| check_credentials(&user, given, address.parse::<IpAddr>().unwrap()))
}

#[test]
fn a_security_token_is_asked_for_outside_the_trusted_ranges_only() {
    use CredentialRefusal::{InvalidPassword, TokenRequired};
    let spec = user_spec("billing@acme.example", &[]);
    assert_eq!(login(&spec, "secret"), [Ok(()), Err(TokenRequired)]);
    assert_eq!(login(&spec, "secretTOKEN"), [Ok(()), Ok(())]);
    for wrong in ["", "secre", "secretTOKE", "secretTOKENTOKEN", "TOKEN", "Secret"] {
        assert_eq!(login(&spec, wrong), [Err(InvalidPassword); 2], "{wrong:?}");
    }
    let without_token = UserSpec { security_token: None, ..spec };
    assert_eq!(login(&without_token, "secret"), [Ok(()), Err(TokenRequired)]);
    assert_eq!(login(&without_token, "secretTOKEN"), [Err(InvalidPassword); 2]);
}

#[test]
fn inactive_and_locked_users_are_refused_whatever_they_give() {
    let spec = user_spec("billing@acme.example", &[]);
    for given in ["secret", "wrong"] {
        let inactive = UserSpec { active: false, ..spec.clone() };
        assert_eq!(login(&inactive, given), [Err(CredentialRefusal::Inactive); 2]);
        let locked = UserSpec { locked: true, ..spec.clone() };
        assert_eq!(login(&locked, given), [Err(CredentialRefusal::Locked); 2]);
    }
}

#[test]
fn an_expired_password_logs_in_and_stops_every_call() {
    let spec = UserSpec { password_expired: true, ..user_spec("billing@acme.example", &[Permission::ApiEnabled]) };
    assert_eq!(login(&spec, "secretTOKEN"), [Ok(()); 2]);
    assert_eq!(login(&spec, "wrong"), [Err(CredentialRefusal::InvalidPassword); 2]);
    let mut org = org_with(&USERS, &[]);
    org.users[0] = Arc::new(User { permissions: [Permission::ApiEnabled].into(), spec, ..User::clone(&org.users[0]) });
    for action in Action::ALL {
        let refused = authorize(&org, &org.users[0], action, Door::Standard, &Edge::NoCertificate).err();
        let stopped = matches!(action, Action::Call | Action::Page);
        let expected = stopped.then_some("INVALID_OPERATION_WITH_EXPIRED_PASSWORD");
        assert_eq!(refused.as_ref().map(|refused| refused.code), expected, "{action:?}");
        if let Some(refused) = refused {
            check_explained(&(&refused).into(), refused.anchor);
        }
    }
}

/// As reported: an expired password hid behind the refusal of a client without its certificate.
#[test]
fn mutual_authentication_is_asked_for_before_the_password_is_looked_at() {
    let mut org = org_with(&USERS, &[]);
    let spec = UserSpec { password_expired: true, ..org.users[0].spec.clone() };
    org.users[0] = Arc::new(User { spec, ..User::clone(&org.users[0]) });
    let refused = authorize(&org, &org.users[0], Action::Call, Door::Standard, &Edge::NoCertificate).unwrap_err();
    assert_eq!(refused.code, "MUTUAL_AUTHENTICATION_FAILED");
}
