//! The second layer: its whole table as a golden, the words of a near miss, permissions, and credentials.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::Arc;

use expect_test::{expect, expect_file};
use jiff::Timestamp;
use mockorg::data::Id;
use mockorg::journal::Explanation;
use mockorg::org::{Action, CredentialRefusal, Door, Edge, Leaves, Org, Unfounded, Upload, authorize};
use mockorg::pki::Certificate;
use mockorg::scenario::permission::Permission::{self, ApiEnabled, ApiOnlyUser, EnforceMutualAuthentication};
use mockorg::scenario::switches::Enabled;
use mockorg::scenario::{
    AppSpec, ClockSpec, EdgeSwitches, Flow, OrgSpec, OrgSwitches, PermissionBundle, Scenario, TrustSpec, UploadSpec,
    Uploaded, UserSpec,
};
use mockorg::seed::Seed;

use crate::uploads::paper::{Draft, Paper, ca, leaf};

mod credentials;
mod switches;

const USERS: [(&str, &[Permission]); 5] = [
    ("enforced", &[ApiEnabled, EnforceMutualAuthentication]),
    ("enforced, API only", &[ApiEnabled, ApiOnlyUser, EnforceMutualAuthentication]),
    ("enforced, no API", &[EnforceMutualAuthentication]),
    ("free", &[ApiEnabled]),
    ("free, no API", &[]),
];

fn start() -> Timestamp {
    "2026-06-01T00:00:00Z".parse().unwrap()
}

pub fn user_spec(username: &str, permissions: &[Permission]) -> UserSpec {
    UserSpec {
        username: username.into(),
        password: "secret".into(),
        security_token: Some("TOKEN".into()),
        first_name: None,
        last_name: username.into(),
        email: username.into(),
        profile: "Bare".into(),
        permission_sets: Vec::new(),
        permissions: permissions.to_vec(),
        active: true,
        locked: false,
        password_expired: false,
        trusted_ranges: vec!["127.0.0.0/8".into(), "::1/128".into()],
    }
}

pub fn scenario(users: Vec<UserSpec>) -> Scenario {
    let bundle = |name: &str, permissions: &[Permission]| PermissionBundle {
        name: name.into(),
        permissions: permissions.to_vec(),
    };
    Scenario {
        exchanges: Vec::new(),
        probes: Vec::new(),
        source: None,
        org: OrgSpec {
            name: "Acme".into(),
            my_domain: "acme".into(),
            clock: ClockSpec::Standing(start()),
            pace: None,
            switches: OrgSwitches::default(),
        },
        edge: EdgeSwitches::default(),
        trust: TrustSpec::default(),
        cas: Vec::new(),
        clients: Vec::new(),
        uploads: Vec::new(),
        profiles: vec![bundle("Bare", &[]), bundle("Standard User", &[ApiEnabled])],
        permission_sets: vec![bundle("Mutual", &[EnforceMutualAuthentication])],
        users,
        apps: Vec::new(),
        expectations: Vec::new(),
        faults: Vec::new(),
        chaos: Default::default(),
        steps: Vec::new(),
    }
}

pub fn found(scenario: &Scenario) -> Org {
    Org::from_scenario(scenario, &Leaves::new(), start(), Seed::new(7)).unwrap()
}

/// An org of these users, with `paper` uploaded as 'Billing 2026'.
fn org_with(users: &[(&str, &[Permission])], uploaded: &[&Paper]) -> Org {
    let org = found(&scenario(users.iter().map(|(name, permissions)| user_spec(name, permissions)).collect()));
    if uploaded.is_empty() { org } else { org.with_upload(upload("Billing 2026", uploaded)) }
}

fn upload(label: &str, papers: &[&Paper]) -> Arc<Upload> {
    let chain = papers.iter().map(|paper| paper.certificate.clone()).collect();
    Arc::new(Upload { id: Id::new("0P1", 1), label: label.into(), chain, at: start() })
}

/// A draft for the key of `paper`.
fn leaf_with_key<'a>(paper: &Paper, name: &'a str, serial: u32) -> Draft<'a> {
    Draft { key: Some(paper.key.clone()), ..leaf(name, serial) }
}

fn holds(paper: &Paper) -> Edge {
    Edge::Holds(paper.certificate.clone())
}

/// Every refusal is whole, ends with its entry in the docs, and has one.
fn check_explained(explanation: &Explanation, anchor: &str) {
    for text in [&explanation.headline, &explanation.rule, &explanation.expected, &explanation.found] {
        assert!(!text.is_empty(), "{explanation:?}");
    }
    assert!(explanation.cure.ends_with(&format!("; see docs/refusals.md#{anchor}")), "{explanation}");
    let heading = format!("\n### {anchor}\n");
    assert!(include_str!("../../docs/refusals.md").contains(&heading), "docs/refusals.md lacks {heading:?}");
}

#[test]
fn the_whole_table() {
    let issuing = ca("Acme Issuing CA", 2).self_signed();
    let billing = leaf("billing", 0x1001).signed_by(&issuing);
    let edges = [
        ("no certificate", Edge::NoCertificate),
        ("uploaded", holds(&billing)),
        ("renewed", holds(&leaf("billing", 0x1002).signed_by(&issuing))),
        ("other", holds(&leaf("visitor", 0x1003).signed_by(&issuing))),
    ];
    let mut org = org_with(&USERS, &[&billing]);
    let mut table = String::new();
    for mutual_auth in [Enabled::Enabled, Enabled::Disabled] {
        org.switches.mutual_auth = mutual_auth;
        for user in &org.users {
            writeln!(table, "org.mutual-auth {mutual_auth:?}, user {}", user.spec.username).unwrap();
            for action in Action::ALL {
                for door in [Door::Standard, Door::Mutual] {
                    for (name, edge) in &edges {
                        let answer = match authorize(&org, user, action, door, edge) {
                            Ok(grant) => format!("granted {}", grant.ground()),
                            Err(refusal) => {
                                check_explained(&Explanation::from(&refusal), refusal.anchor);
                                format!("{} #{}", refusal.code, refusal.anchor)
                            }
                        };
                        let (action, door) = (action.name(), door.name());
                        writeln!(table, "  {action:<8}  {door:<8}  {name:<14}  {answer}").unwrap();
                    }
                }
            }
        }
    }
    expect_file!["../golden/authorize.txt"].assert_eq(&table);
}

/// The explanation that an enforced user gets on the mutual door who presents `paper`.
fn explanation(org: &Org, presented: &Certificate) -> String {
    let edge = Edge::Holds(presented.clone());
    let refusal = authorize(org, &org.users[0], Action::Call, Door::Mutual, &edge).unwrap_err();
    Explanation::from(&refusal).to_string()
}

/// The line `found` of that explanation.
fn found_line(org: &Org, presented: &Certificate) -> String {
    let text = explanation(org, presented);
    text.lines().find_map(|line| line.strip_prefix("  found     ")).unwrap().to_owned()
}

#[test]
fn a_renewed_certificate_is_told_from_a_stranger() {
    let issuing = ca("Acme Issuing CA", 2).self_signed();
    let billing = leaf("billing", 0x1001).signed_by(&issuing);
    let org = org_with(&USERS[..1], &[&billing]);
    expect![[r#"
        refused: enforced presented CN=billing, which is not uploaded
          rule      "Enforce SSL/TLS Mutual Authentication": only by the mutual door, with an uploaded certificate
          expected  the mutual door, and a certificate equal to the first one of an upload
          found     CN=billing (serial 1002); CN=billing is uploaded as 'Billing 2026', with another serial (1001), another key: renewed but not uploaded?
          client    saw MUTUAL_AUTHENTICATION_FAILED
          cure      upload the certificate that the client presents now; the old upload may stay until every client has changed over; see docs/refusals.md#not-uploaded"#]]
    .assert_eq(&explanation(&org, &leaf("billing", 0x1002).signed_by(&issuing).certificate));
}

#[test]
fn a_near_miss_says_what_is_alike_and_what_differs() {
    let (issuing, elsewhere) = (ca("Acme Issuing CA", 2).self_signed(), ca("Elsewhere CA", 3).self_signed());
    let billing = leaf("billing", 0x1001).signed_by(&issuing);
    let same_key = |name, serial| leaf_with_key(&billing, name, serial);
    let org = org_with(&USERS[..1], &[&billing, &issuing]);
    let lines: Vec<_> = [
        same_key("billing", 0x1002).signed_by(&issuing),
        leaf("billing", 0x1002).signed_by(&elsewhere),
        Draft { valid: (0, i64::from(u32::MAX)), ..same_key("billing", 0x1001) }.signed_by(&issuing),
        same_key("invoices", 0x1002).signed_by(&issuing),
        leaf("invoices", 0x1001).signed_by(&elsewhere),
        leaf("invoices", 0x1002).signed_by(&issuing),
        leaf("invoices", 0x1002).signed_by(&elsewhere),
    ]
    .iter()
    .map(|paper| found_line(&org, &paper.certificate))
    .chain([found_line(&org, &issuing.certificate)])
    .collect();
    expect![[r#"
        CN=billing (serial 1002); CN=billing is uploaded as 'Billing 2026', with another serial (1001): renewed but not uploaded?
        CN=billing (serial 1002); CN=billing is uploaded as 'Billing 2026', with another serial (1001), another issuer (CN=Acme Issuing CA, here CN=Elsewhere CA), another key: moved to another CA?
        CN=billing (serial 1001); CN=billing is uploaded as 'Billing 2026', with other contents under the same serial: renewed but not uploaded?
        CN=invoices (serial 1002); its key is uploaded as 'Billing 2026' under the name CN=billing, with another serial (1001)
        CN=invoices (serial 1001); 'Billing 2026' (CN=billing) has this serial, with another issuer (CN=Acme Issuing CA, here CN=Elsewhere CA), another key
        CN=invoices (serial 1002); nearest is 'Billing 2026' (CN=billing) from the same issuer: the wrong identity?
        CN=invoices (serial 1002); uploaded are 'Billing 2026' (CN=billing)
        CN=Acme Issuing CA (serial 02); it is certificate 2 in 'Billing 2026', which starts with CN=billing: only the first one counts"#]]
    .assert_eq(&lines.join("\n"));
}

#[test]
fn the_nearest_of_several_uploads_is_named_and_the_newest_of_equals() {
    let issuing = ca("Acme Issuing CA", 2).self_signed();
    let org = org_with(&USERS[..1], &[&leaf("visitor", 0x1000).signed_by(&issuing)])
        .with_upload(upload("Billing 2024", &[&leaf("billing", 0x1001).signed_by(&issuing)]))
        .with_upload(upload("Billing 2025", &[&leaf("billing", 0x1002).signed_by(&issuing)]));
    let renewed = leaf("billing", 0x1003).signed_by(&issuing);
    let refusal = authorize(&org, &org.users[0], Action::Call, Door::Mutual, &holds(&renewed)).unwrap_err();
    assert_eq!(refusal.near_miss.unwrap().label, "Billing 2025");
}

#[test]
fn an_org_without_uploads_says_so() {
    let stranger = leaf("billing", 0x1001).signed_by(&ca("Acme Issuing CA", 2).self_signed());
    let org = org_with(&USERS[..1], &[]);
    let refusal = authorize(&org, &org.users[0], Action::Call, Door::Mutual, &holds(&stranger)).unwrap_err();
    check_explained(&Explanation::from(&refusal), "nothing-uploaded");
    expect!["CN=billing (serial 1001); nothing is uploaded to the org"]
        .assert_eq(&found_line(&org, &stranger.certificate));
}

#[test]
fn a_deleted_upload_no_longer_counts_and_another_still_does() {
    let issuing = ca("Acme Issuing CA", 2).self_signed();
    let (old, new) = (leaf("billing", 0x1001).signed_by(&issuing), leaf("billing", 0x1002).signed_by(&issuing));
    let org = org_with(&USERS[..1], &[&old]).with_upload(upload("Billing 2027", &[&new]));
    let grants = |org: &Org, paper| authorize(org, &org.users[0], Action::Call, Door::Mutual, &holds(paper)).is_ok();
    assert!(grants(&org, &old) && grants(&org, &new));
    let org = org.without_upload("Billing 2026").unwrap();
    assert!(!grants(&org, &old) && grants(&org, &new));
    assert!(org.without_upload("Billing 2026").is_none());
}

#[test]
fn profile_permission_sets_and_direct_permissions_add_up() {
    let mut spec = user_spec("billing@acme.example", &[ApiOnlyUser]);
    spec.profile = "Standard User".into();
    spec.permission_sets = vec!["Mutual".into()];
    let org = found(&scenario(vec![spec]));
    let expected = BTreeSet::from([ApiEnabled, ApiOnlyUser, EnforceMutualAuthentication]);
    assert_eq!(org.user_named("BILLING@acme.example").unwrap().permissions, expected);
}

#[test]
fn a_denied_permission_is_gone_wherever_it_came_from() {
    let mut spec = user_spec("billing@acme.example", &[]);
    spec.profile = "Standard User".into();
    let before = found(&scenario(vec![spec, user_spec("reports@acme.example", &[])]));
    let after = before.with_permission("Billing@Acme.Example", ApiEnabled, false).unwrap();
    assert!(before.users[0].may(ApiEnabled) && !after.users[0].may(ApiEnabled));
    assert!(Arc::ptr_eq(&before.users[1], &after.users[1]), "other users are shared");
    assert!(after.with_permission("billing@acme.example", ApiEnabled, true).unwrap().users[0].may(ApiEnabled));
    assert!(before.with_permission("nobody@acme.example", ApiEnabled, true).is_none());
}

#[test]
fn one_seed_gives_one_set_of_ids() {
    let scenario = scenario(vec![user_spec("one@acme.example", &[]), user_spec("two@acme.example", &[])]);
    let org = |seed| Org::from_scenario(&scenario, &Leaves::new(), start(), Seed::new(seed)).unwrap();
    let ids = |org: &Org| (org.id.clone(), org.users.iter().map(|user| user.id.clone()).collect::<Vec<_>>());
    assert_eq!(ids(&org(7)), ids(&org(7)));
    assert_ne!(ids(&org(7)), ids(&org(8)));
    let org = org(7);
    assert!(org.id.as_str().starts_with("00D") && org.users[0].id.as_str().starts_with("005"));
    assert_eq!(org.user(&org.users[1].id).unwrap().spec.username, "two@acme.example");
}

#[test]
fn a_connected_app_is_found_by_its_consumer_key() {
    let mut scenario = scenario(Vec::new());
    for client_id in ["first", "second"] {
        scenario.apps.push(AppSpec {
            name: format!("app {client_id}"),
            client_id: client_id.into(),
            client_secret: None,
            flows: vec![Flow::Password],
            redirect_uris: Vec::new(),
            run_as: None,
            jwt: None,
            require_pkce: false,
            refresh_token_rotation: false,
            refresh_tokens: Vec::new(),
            scopes: Vec::new(),
        });
    }
    let org = found(&scenario);
    assert_eq!(org.app("second").unwrap().spec.name, "app second");
    assert!(org.app("third").is_none());
}

#[test]
fn uploads_of_a_scenario_are_checked_at_their_own_time() {
    let billing = leaf("billing", 0x1001).signed_by(&ca("Acme Issuing CA", 2).self_signed());
    let leaves = Leaves::from([("billing".to_owned(), billing.certificate.clone())]);
    let mut scenario = scenario(Vec::new());
    scenario.uploads.push(UploadSpec {
        label: "Billing".into(),
        of: Uploaded::Client("billing".into()),
        uploaded_at: None,
    });
    let late: Timestamp = "2028-01-01T00:00:00Z".parse().unwrap();
    let make = |scenario: &Scenario, now| Org::from_scenario(scenario, &leaves, now, Seed::new(7));
    assert_eq!(make(&scenario, start()).unwrap().uploads[0].leaf(), &billing.certificate);
    assert!(matches!(make(&scenario, late), Err(Unfounded::Upload { label, .. }) if label == "Billing"));
    scenario.uploads[0].uploaded_at = Some(mockorg::scenario::When::At(start()));
    assert!(make(&scenario, late).is_ok(), "an expired upload can be pictured");
    scenario.uploads[0].of = Uploaded::Client("nobody".into());
    assert!(matches!(make(&scenario, start()), Err(Unfounded::Unknown { what: "client", .. })));
}

#[test]
fn names_that_a_scenario_lacks_are_refused() {
    let make = |spec| Org::from_scenario(&scenario(vec![spec]), &Leaves::new(), start(), Seed::new(7));
    let mut spec = user_spec("billing@acme.example", &[]);
    spec.profile = "Nobody".into();
    assert!(matches!(make(spec.clone()), Err(Unfounded::Unknown { what: "profile", .. })));
    spec.profile = "Bare".into();
    spec.permission_sets = vec!["Nothing".into()];
    assert!(matches!(make(spec), Err(Unfounded::Unknown { what: "permission set", .. })));
    let twice = scenario(vec![user_spec("a@acme.example", &[]), user_spec("A@acme.example", &[])]);
    let result = Org::from_scenario(&twice, &Leaves::new(), start(), Seed::new(7));
    assert_eq!(result.unwrap_err(), Unfounded::DuplicateUser("A@acme.example".into()));
}

#[test]
fn every_refusal_of_credentials_is_explained() {
    for refusal in CredentialRefusal::ALL {
        check_explained(&refusal.into(), refusal.anchor());
    }
}

#[test]
fn a_refused_login_has_a_status_for_the_login_history() {
    let org = org_with(&USERS, &[]);
    let status = |user: usize, action, door| {
        let refused = authorize(&org, &org.users[user], action, door, &Edge::NoCertificate).unwrap_err();
        refused.login_status(action)
    };
    assert_eq!(status(0, Action::Login, Door::Mutual), "Mutual authentication failed");
    assert_eq!(status(4, Action::Login, Door::Standard), "Failed: API access disabled");
    assert_eq!(status(4, Action::Token, Door::Standard), "Failed: OAuth API access disabled");
}
