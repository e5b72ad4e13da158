//! The verbs on a running org: each changes what it says, journals it, and refuses what makes no sense.

use jiff::{SignedDuration, Timestamp};
use mockorg::controls::{Controls, SWITCHES, SwitchError, TrustError, UploadError};
use mockorg::data::Id;
use mockorg::journal::Kind;
use mockorg::org::session::{LIFETIME, end_of_life, token};
use mockorg::org::{Door, LoginRow, Session, UploadRefusal};
use mockorg::scenario::{CaSpec, CrlPublication, KeyKind, Permission, Source};
use mockorg::seed::Seed;
use mockorg::store::{LOGINS_KEPT, RefreshGrant};
use mockorg::{Clock, Journal};

use crate::authorize::{scenario, user_spec};
use crate::uploads::paper::{ca, leaf, pem};

const BILLING: &str = "billing@acme.example";

fn start() -> Timestamp {
    "2026-06-01T00:00:00Z".parse().unwrap()
}

fn controls() -> Controls {
    let mut scenario =
        scenario(vec![user_spec(BILLING, &[Permission::ApiEnabled]), user_spec("reports@x.example", &[])]);
    scenario.cas.push(CaSpec {
        name: "acme-root".into(),
        issuer: None,
        renews: None,
        listed: false,
        source: Source::Minted(KeyKind::P256),
        subject: None,
        valid: None,
        crl: CrlPublication::Published,
        distribution_point: None,
        path_length: None,
        name_constraints: None,
        extended_key_usage: Vec::new(),
    });
    let clock = Clock::standing_at(start());
    Controls::found(scenario, clock.clone(), Seed::new(7), Journal::new(clock)).unwrap()
}

/// What the newest event says, as JSON without times.
fn journaled(controls: &Controls) -> serde_json::Value {
    serde_json::to_value(&controls.journal().since(0).pop().expect("the verb is journaled").kind).unwrap()
}

#[test]
fn the_clock_is_moved_and_set() {
    let controls = controls();
    let later = controls.advance(SignedDuration::from_hours(48)).unwrap();
    assert_eq!((later.to_string().as_str(), controls.clock().org_now()), ("2026-06-03T00:00:00Z", later));
    assert_eq!(journaled(&controls)["change"], "moved by 48h");
    controls.set_clock(start()).unwrap();
    assert_eq!(controls.clock().org_now(), start());
    assert_eq!(journaled(&controls)["change"], "set to 2026-06-01T00:00:00Z");
    assert!(controls.advance(SignedDuration::MAX).is_err());
    assert_eq!(controls.journal().last_seq(), 2, "what did not happen is not journaled");
}

#[test]
fn a_certificate_is_uploaded_refused_and_deleted() {
    let controls = controls();
    let file = pem(&[&leaf("billing", 3).signed_by(&ca("Acme Root CA", 1).self_signed())]);
    let upload = controls.upload("Billing 2026", &file).unwrap();
    assert_eq!((upload.at, controls.snapshot().org.uploads[0].id.clone()), (start(), upload.id.clone()));
    assert_eq!(journaled(&controls)["outcome"], "uploaded");
    let again = controls.upload("Billing again", &file);
    assert!(matches!(again, Err(UploadError::Refused(UploadRefusal::Duplicate { .. }))));
    assert_eq!(
        journaled(&controls)["explanation"]["headline"],
        "refused: CN=billing is already uploaded as 'Billing 2026'"
    );
    controls.delete_certificate("Billing 2026").unwrap();
    assert_eq!(journaled(&controls)["outcome"], "deleted");
    assert!(controls.snapshot().org.uploads.is_empty());
    assert!(matches!(controls.delete_certificate("Billing 2026"), Err(UploadError::UnknownLabel(_))));
}

#[test]
fn an_upload_is_checked_at_the_orgs_clock() {
    let controls = controls();
    let file = pem(&[&leaf("billing", 3).signed_by(&ca("Acme Root CA", 1).self_signed())]);
    controls.advance(SignedDuration::from_hours(24 * 400)).unwrap();
    let late = controls.upload("Billing 2026", &file);
    assert!(matches!(late, Err(UploadError::Refused(UploadRefusal::Expired { .. }))), "{late:?}");
}

#[test]
fn nothing_is_uploaded_where_support_has_not_turned_the_feature_on() {
    let controls = controls();
    controls.set_switch("org.mutual-auth", "disabled").unwrap();
    let file = pem(&[&leaf("billing", 3).signed_by(&ca("Acme Root CA", 1).self_signed())]);
    assert_eq!(controls.upload("Billing 2026", &file).unwrap_err(), UploadRefusal::FeatureOff.into());
    assert_eq!(journaled(&controls)["outcome"], "refused");
    assert!(include_str!("../../docs/refusals.md").contains("\n### upload-feature-off\n"));
    controls.set_switch("org.mutual-auth", "enabled").unwrap();
    controls.upload("Billing 2026", &file).unwrap();
}

#[test]
fn a_permission_is_granted_and_taken_away() {
    let controls = controls();
    let may = |permission| controls.snapshot().org.user_named(BILLING).unwrap().may(permission);
    let enforce = Permission::EnforceMutualAuthentication;
    let before = controls.snapshot();
    controls.grant(&BILLING.to_uppercase(), enforce).unwrap();
    assert!(may(enforce) && !before.org.user_named(BILLING).unwrap().may(enforce), "a snapshot never changes");
    assert_eq!(journaled(&controls)["user"], BILLING);
    controls.deny(BILLING, Permission::ApiEnabled).unwrap();
    assert!(!may(Permission::ApiEnabled) && may(enforce));
    assert_eq!(controls.grant("nobody", enforce).unwrap_err().to_string(), "no user \"nobody\"");
}

#[test]
fn verbs_at_the_same_time_lose_nothing() {
    let controls = controls();
    std::thread::scope(|scope| {
        for permission in Permission::ALL {
            let controls = controls.clone();
            scope.spawn(move || controls.grant("reports@x.example", permission).unwrap());
        }
    });
    let snapshot = controls.snapshot();
    let permissions = &snapshot.org.user_named("reports@x.example").unwrap().permissions;
    assert_eq!(permissions.len(), Permission::ALL.len());
}

#[test]
fn a_root_is_listed_and_delisted() {
    let controls = controls();
    let root = ca("Acme Root CA", 1).self_signed();
    let issuing = ca("Acme Issuing CA", 2).signed_by(&root);
    let aliases = || controls.snapshot().edge.trust.anchors().map(|anchor| anchor.alias.clone()).collect::<Vec<_>>();
    controls.list("acmeroot", root.certificate.clone()).unwrap();
    assert_eq!(aliases(), ["acmeroot"]);
    assert_eq!(journaled(&controls)["listed"], true);
    let refused = |alias: &str, paper: &crate::uploads::paper::Paper| {
        controls.list(alias, paper.certificate.clone()).unwrap_err()
    };
    assert_eq!(refused("other", &root), TrustError::AlreadyListed("acmeroot".into()));
    assert_eq!(refused("acmeroot", &ca("Another", 1).self_signed()), TrustError::AliasTaken("acmeroot".into()));
    assert_eq!(refused("Acme Root", &root), TrustError::BadAlias("Acme Root".into()));
    assert!(matches!(refused("issuing", &issuing), TrustError::NotARoot { .. }));
    controls.delist("acmeroot").unwrap();
    assert!(aliases().is_empty());
    assert_eq!(controls.delist("acmeroot"), Err(TrustError::UnknownAlias("acmeroot".into())));
    assert_eq!(controls.journal().last_seq(), 2);
}

#[test]
fn every_switch_can_be_set_and_refuses_nonsense() {
    let controls = controls();
    let values = |name: &str| match name {
        "edge.alerts" => ["node", "iis"],
        "edge.bad-chain" | "edge.no-certificate" => ["page", "\"page\""],
        "edge.ca-names" => ["listed", "acme-root,nobody"],
        "edge.client-auth-eku" => ["if-present", "IfPresent"],
        "edge.live-connections" => ["recheck", "renew"],
        "edge.page-status" => ["403", "1000"],
        "edge.resumption" => ["rejudge", "on"],
        "edge.revocation" => ["require", "required"],
        "edge.security-level" => ["0", "3"],
        "edge.login-hosts" | "edge.sni-mismatch" => ["421", "404"],
        "edge.tls" => ["1.3", "1.1,1.2"],
        "org.api-endpoint" => ["as-arrived", ""],
        "org.enforced-login" => ["mutual", "standard"],
        "org.identity-match" => ["public-key", "key"],
        "org.jwt-clock" => ["org", "system"],
        "org.mutual-auth" | "org.soap-login" => ["disabled", "off"],
        "org.session-binding" => ["certificate", "user"],
        "org.refusal-status" => ["403", "500"],
        other => panic!("a new switch: {other}"),
    };
    let state = || format!("{:?} {:?}", controls.snapshot().edge.switches, controls.snapshot().org.switches);
    for name in SWITCHES {
        let [good, bad] = values(name);
        let before = state();
        let error = controls.set_switch(name, bad).unwrap_err();
        assert!(matches!(error, SwitchError::BadValue { name: of, .. } if of == name), "{error}");
        assert_eq!(state(), before);
        controls.set_switch(name, good).unwrap();
        assert_ne!(state(), before, "{name}");
        assert_eq!(journaled(&controls), serde_json::json!({"kind": "switch", "name": name, "value": good}));
    }
    assert_eq!(controls.snapshot().edge.ca_names.len(), 0);
    controls.set_switch("edge.ca-names", "acme-root").unwrap();
    let edge = &controls.snapshot().edge;
    assert_eq!(edge.ca_names[0].common_name(), "acme-root");
    assert_eq!(edge.policy, edge.switches.policy(), "validation takes the switches as they are now");
    let error = controls.set_switch("edge.bad-chains", "page").unwrap_err();
    assert_eq!(error.to_string(), "no switch \"edge.bad-chains\"; did you mean \"edge.bad-chain\"?");
}

fn session(controls: &Controls, user: usize) -> Session {
    let (org, now) = (&controls.snapshot().org, controls.clock().org_now());
    Session {
        token: token(&org.id, controls.tokens()),
        user_id: org.users[user].id.clone(),
        opened: now,
        expires: end_of_life(now),
        door: Door::Standard,
        certificate: None,
        client_id: None,
        scope: None,
    }
}

#[test]
fn a_session_token_looks_as_clients_expect() {
    let controls = controls();
    let session = session(&controls, 0);
    let (org, secret) = session.token.split_once('!').unwrap();
    assert_eq!((org, org.len()), (controls.snapshot().org.id.short(), 15));
    assert!(secret.len() > 80 && secret.bytes().all(|byte| byte.is_ascii_alphanumeric()));
}

#[test]
fn a_session_dies_unused_and_lives_on_when_used_in_its_second_half() {
    let (controls, second) = (controls(), SignedDuration::from_secs(1));
    let session = session(&controls, 0);
    let store = controls.store();
    store.open_session(session.clone()).unwrap();
    let half = session.opened + LIFETIME / 2;
    let expires = |now| store.session(&session.token, now).map(|session| session.expires);
    assert_eq!(expires(half - second), Some(session.expires), "the first half renews nothing");
    assert_eq!(expires(half), Some(half + LIFETIME));
    assert_eq!(expires(half + LIFETIME - second), Some(half + LIFETIME + LIFETIME - second));
    assert_eq!(expires(half + LIFETIME + LIFETIME - second), None);
    assert_eq!(expires(half), None, "a dead session does not come back when the clock is set back");
    assert_eq!(store.end_session(&session.token), Ok(false));
}

#[test]
fn a_session_from_the_future_of_a_clock_that_was_set_back_has_one_life_from_its_next_use() {
    let controls = controls();
    let session = session(&controls, 0);
    let store = controls.store();
    store.open_session(session.clone()).unwrap();
    let earlier = session.opened - SignedDuration::from_hours(24 * 365);
    assert_eq!(store.session(&session.token, earlier).unwrap().expires, earlier + LIFETIME);
    assert!(store.session(&session.token, earlier + LIFETIME).is_none());
}

#[test]
fn the_sessions_of_one_user_are_expired() {
    let controls = controls();
    let (one, two, other) = (session(&controls, 0), session(&controls, 0), session(&controls, 1));
    [&one, &two, &other].into_iter().for_each(|session| controls.store().open_session(session.clone()).unwrap());
    assert_eq!(controls.expire_sessions(BILLING), Ok(2));
    assert_eq!(journaled(&controls), serde_json::json!({"kind": "sessions", "user": BILLING, "ended": 2}));
    let now = controls.clock().org_now();
    assert!(controls.store().session(&one.token, now).is_none() && controls.store().session(&two.token, now).is_none());
    assert!(controls.store().session(&other.token, now).is_some());
    assert!(controls.expire_sessions("nobody").is_err());
}

#[test]
fn sessions_that_live_survive_a_sweep_of_the_dead() {
    let controls = controls();
    let old = session(&controls, 0);
    controls.store().open_session(old.clone()).unwrap();
    controls.advance(LIFETIME / 2 + LIFETIME / 4).unwrap();
    let young = session(&controls, 0);
    controls.store().open_session(young.clone()).unwrap();
    controls.advance(LIFETIME / 2).unwrap();
    (0..3_000).for_each(|_| controls.store().open_session(session(&controls, 1)).unwrap());
    assert_eq!(controls.store().end_session(&old.token), Ok(false), "swept");
    assert!(controls.store().session(&young.token, controls.clock().org_now()).is_some());
}

#[test]
fn a_refresh_token_stands_until_it_is_ended() {
    let controls = controls();
    let user_id = controls.snapshot().org.users[0].id.clone();
    let grant = RefreshGrant { user_id, client_id: "app".into(), scope: "api".into() };
    controls.store().give_refresh("token".into(), grant.clone()).unwrap();
    controls.expire_sessions(BILLING).unwrap();
    assert_eq!(controls.store().refresh("token"), Some(grant));
    assert_eq!(controls.store().end_refresh("token"), Ok(true));
    assert_eq!(controls.store().end_refresh("token"), Ok(false));
    assert_eq!(controls.store().refresh("token"), None);
}

#[test]
fn the_login_history_keeps_the_newest() {
    let controls = controls();
    for number in 0..LOGINS_KEPT as u64 + 2 {
        controls
            .store()
            .record_login(LoginRow {
                id: Id::new("0Ya", number),
                user_id: None,
                username: BILLING.into(),
                time: start(),
                login_type: "Other Apex API".into(),
                source_ip: "127.0.0.1".into(),
                login_url: "localhost".into(),
                application: "N/A".into(),
                api_type: None,
                api_version: None,
                status: "Success".into(),
                tls_protocol: "TLS 1.3".into(),
                cipher_suite: "TLS_AES_256_GCM_SHA384".into(),
            })
            .unwrap();
    }
    let rows = controls.store().logins();
    assert_eq!((rows.len(), rows[0].id.clone()), (LOGINS_KEPT, Id::new("0Ya", 2)));
}

#[test]
fn every_verb_is_journaled_in_the_order_of_the_calls() {
    let controls = controls();
    controls.grant(BILLING, Permission::ModifyAllData).unwrap();
    controls.set_switch("org.soap-login", "disabled").unwrap();
    controls.set_clock(start()).unwrap();
    let kinds: Vec<_> = controls.journal().since(0).iter().map(|event| event.kind.name()).collect();
    assert_eq!(kinds, ["permission", "switch", "clock"]);
    assert!(matches!(&controls.journal().since(2)[0].kind, Kind::Clock { .. }));
}
