//! A file that is written out and read again is the same.

use std::collections::BTreeMap;
use std::fmt::Debug;

use mockorg::Scenario;
use mockorg::scenario::file::{
    AfterTable, AppTable, BundleTable, CaTable, ChaosTable, ClientTable, CrlChangeTable, DeliverTable, DoTable,
    EdgeTable, ExchangeTable, ExpectTable, FaultTable, File, IssueTable, JwtTable, ListTable, NameConstraintsTable,
    NameList, OrgSwitchTable, OrgTable, OutcomeTable, PasswordTable, PatternTable, PermissionChangeTable,
    RefreshTokenTable, Scalar, Spot, StatusValue, StepTable, SwitchTable, TrustTable, UploadTable, UploadVerbTable,
    UserTable, ValidTable, Word,
};
use mockorg::scenario::vocabulary::Vocabulary;
use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use super::scenarios;

mod probe;

#[test]
fn every_scenario_of_the_repository_survives_being_written_out() {
    for (path, text) in scenarios() {
        let file = File::from_toml(&text, "x.toml").unwrap();
        let written = file.to_toml().unwrap();
        assert_eq!(File::from_toml(&written, "y.toml").unwrap(), file, "{}", path.display());
        let folder = path.parent().unwrap();
        let (before, after) =
            (Scenario::from_text(&text, "x.toml", folder), Scenario::from_text(&written, "y.toml", folder));
        assert_eq!(format!("{:?}", after.unwrap()), format!("{:?}", before.unwrap()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_file_survives_being_written_out(file in file()) {
        let written = file.to_toml().unwrap();
        let read = File::from_toml(&written, "x.toml").unwrap_or_else(|mistakes| panic!("{mistakes}\n{written}"));
        prop_assert_eq!(&read, &file);
        prop_assert_eq!(read.to_toml().unwrap(), written);
    }

    #[test]
    fn reading_never_panics(text in "(format = 1\n\\[org\\]\n)?[\\[\\]{}\"'#=a-z0-9.,\n -]{0,200}") {
        let _ = Scenario::from_text(&text, "x.toml", super::folder::path());
    }

    #[test]
    fn a_generated_file_is_right_or_has_mistakes_that_can_be_shown(file in file()) {
        if let Err(mistakes) = Scenario::from_text(&file.to_toml().unwrap(), "x.toml", super::folder::path()) {
            prop_assert!(mistakes.render(false).starts_with("x.toml:"));
        }
    }
}

/// Any text that TOML can hold, with an eye to what must be escaped.
fn text() -> impl Strategy<Value = Spot<String>> {
    prop_oneof!["[a-z-]{1,12}", "[ -~]{0,20}", "\\PC{0,10}", "[\"'\\\\\n\t\u{7f}]{0,6}"].prop_map(Into::into)
}

fn plain() -> impl Strategy<Value = String> {
    text().prop_map(|text| text.to_string())
}

fn texts() -> impl Strategy<Value = Option<Vec<Spot<String>>>> {
    of(vec(text(), 0..3))
}

fn number() -> impl Strategy<Value = Option<Spot<i64>>> {
    of(any::<i64>().prop_map(Into::into))
}

fn flag() -> impl Strategy<Value = Option<Spot<bool>>> {
    of(any::<bool>().prop_map(Into::into))
}

fn word<V: Vocabulary + Debug>() -> impl Strategy<Value = Word<V>> {
    select(V::WORDS).prop_map(|(_, meaning)| Word::of(meaning))
}

fn words<V: Vocabulary + Debug>() -> impl Strategy<Value = Option<Spot<Vec<Word<V>>>>> {
    of(vec(word(), 0..3).prop_map(Into::into))
}

fn names<V: Vocabulary + Debug>() -> impl Strategy<Value = Option<NameList<V>>> {
    of(prop_oneof![word().prop_map(NameList::Word), vec(text(), 0..3).prop_map(NameList::Names)])
}

fn valid() -> impl Strategy<Value = Option<ValidTable>> {
    of((text(), text()).prop_map(|(from, until)| ValidTable { from, until }))
}

prop_compose! {
    fn org()(
        name in text(), my_domain in of(text()), clock in of(text()), pace in of(text()), api_endpoint in of(word()),
        soap_login in of(word()), mutual_auth in of(word()), refusal_status in number(), jwt_clock in of(word()),
        enforced_login in of(word()), identity_match in of(word()), session_binding in of(word()),
    ) -> OrgTable {
        OrgTable {
            name, my_domain, clock, pace, api_endpoint, soap_login, mutual_auth, refusal_status, jwt_clock, enforced_login,
            identity_match, session_binding,
        }
    }
}

prop_compose! {
    fn edge()(
        no_certificate in of(word()), bad_chain in of(word()), client_auth_eku in of(word()), revocation in of(word()),
        ca_names in names(), security_level in number(), sni_mismatch in of(word()), page_status in number(),
        tls in words(), live_connections in of(word()), resumption in of(word()), alerts in of(word()),
        login_hosts in of(word()),
    ) -> EdgeTable {
        EdgeTable {
            no_certificate, bad_chain, client_auth_eku, revocation, ca_names, security_level, sni_mismatch, page_status,
            tls, live_connections, resumption, alerts, login_hosts,
        }
    }
}

prop_compose! {
    fn trust()(
        builtin in of(any::<bool>()), roots in texts(), crls in texts(), allow_intermediates in of(any::<bool>()),
        store_password in of(text()),
    ) -> TrustTable {
        TrustTable { builtin, roots, crls, allow_intermediates, store_password }
    }
}

prop_compose! {
    fn name_constraints()(permitted_dns in texts(), excluded_dns in texts()) -> Spot<NameConstraintsTable> {
        NameConstraintsTable { permitted_dns, excluded_dns }.into()
    }
}

prop_compose! {
    fn ca()(
        (name, issuer, listed, key, subject, valid) in (text(), of(text()), flag(), of(word()), of(text()), valid()),
        certificate in of(text()), key_file in of(text()), crl in of(word()), distribution_point in of(text()),
        path_length in number(), name_constraints in of(name_constraints()), extended_key_usage in words(),
        renews in of(text()),
    ) -> CaTable {
        CaTable {
            name, issuer, renews, listed, key, subject, valid, certificate, key_file, crl, distribution_point, path_length,
            name_constraints, extended_key_usage,
        }
    }
}

prop_compose! {
    fn client()(
        name in text(), issuer in of(text()), key in of(word()), subject in of(text()), serial in of(text()),
        valid in valid(), revoked in flag(), key_usage in words(), extended_key_usage in words(), sends in names(),
        flaw in of(text()), certificate in of(text()), key_file in of(text()),
    ) -> ClientTable {
        ClientTable {
            name, issuer, key, subject, serial, valid, revoked, key_usage, extended_key_usage, flaw, sends, certificate,
            key_file,
        }
    }
}

prop_compose! {
    fn upload()(label in text(), client in of(text()), file in of(text()), uploaded_at in of(text())) -> UploadTable {
        UploadTable { label, client, file, uploaded_at }
    }
}

prop_compose! {
    fn bundle()(name in text(), permissions in of(vec(word(), 0..3))) -> BundleTable {
        BundleTable { name, permissions }
    }
}

prop_compose! {
    fn user()(
        (username, password) in (text(), text()), security_token in of(text()), first_name in of(plain()),
        last_name in of(plain()), email in of(plain()), profile in of(text()), permission_sets in texts(),
        permissions in of(vec(word(), 0..3)), active in of(any::<bool>()), locked in of(any::<bool>()),
        password_expired in of(any::<bool>()), trusted_ranges in texts(),
    ) -> UserTable {
        UserTable {
            username, password, security_token, first_name, last_name, email, profile, permission_sets, permissions,
            active, locked, password_expired, trusted_ranges,
        }
    }
}

prop_compose! {
    fn jwt()(issuer in of(text()), certificate in of(text())) -> JwtTable {
        JwtTable { issuer, certificate }
    }
}

prop_compose! {
    fn refresh_token()(user in text(), token in text()) -> RefreshTokenTable {
        RefreshTokenTable { user, token }
    }
}

prop_compose! {
    fn app()(
        name in text(), client_id in text(), client_secret in of(text()), flows in of(vec(word(), 0..3)),
        redirect_uris in texts(), run_as in of(text()), jwt in of(jwt()),
        require_pkce in of(any::<bool>()), refresh_token_rotation in of(any::<bool>()),
        refresh_tokens in of(vec(refresh_token(), 0..3)), scopes in texts(),
    ) -> AppTable {
        AppTable {
            name, client_id, client_secret, flows, redirect_uris, run_as, jwt, require_pkce, refresh_token_rotation,
            refresh_tokens, scopes,
        }
    }
}

fn map() -> impl Strategy<Value = Option<BTreeMap<String, Spot<String>>>> {
    of(btree_map(plain(), text(), 0..3))
}

fn scalar() -> impl Strategy<Value = Spot<Scalar>> {
    let number = (-1.0e6..1.0e6).prop_map(Scalar::Number);
    let value = prop_oneof![
        any::<bool>().prop_map(Scalar::Boolean),
        any::<i64>().prop_map(Scalar::Integer),
        number,
        plain().prop_map(Scalar::Text),
    ];
    value.prop_map(Into::into)
}

prop_compose! {
    fn outcome()(
        (alert, closed, proxy, http, resumed) in (of(word()), flag(), of(status()), of(word()), flag()),
        status in of(status()), error in of(text()), headers in map(), values in of(btree_map(plain(), scalar(), 0..3)),
        text in of(text()),
    ) -> OutcomeTable {
        OutcomeTable { alert, closed, proxy, http, resumed, status, error, headers, values, text }
    }
}

prop_compose! {
    fn exchange()(
        (name, step, door, client, sends) in (of(text()), of(text()), of(word()), of(text()), names()),
        (http, connection, resume, by_proxy) in (of(word()), of(text()), of(text()), of(text())),
        (tls, sni, login, user) in (of(word()), of(text()), of(word()), of(text())),
        (password, security_token, app, audience) in (of(text()), flag(), of(text()), of(text())),
        (version, request, soap, session) in (of(text()), of(text()), of(text()), of(text())),
        (headers, body, body_file, form) in (map(), of(text()), of(text()), map()),
        capture in map(), expect in of(outcome()),
    ) -> ExchangeTable {
        ExchangeTable {
            name, step, door, client, sends, tls, sni, http, connection, resume, by_proxy, login, user, password, security_token, app, audience, version, request,
            soap, session, headers, body, body_file, form, capture, expect,
        }
    }
}

prop_compose! {
    fn fault()(
        (name, effect, door, remote) in (of(text()), word(), of(word()), of(text())),
        (nth, probability, client) in (number(), of((-1.0..2.0).prop_map(Into::into)), of(text())),
        (user, path, times, lasting, alert) in (of(text()), of(text()), number(), of(text()), of(word())),
        after_bytes in number(), retry_after in of(text()), retry_after_form in of(word()),
    ) -> FaultTable {
        FaultTable {
            name, effect, door, remote, nth, probability, client, user, path, times, lasting, alert, after_bytes,
            retry_after, retry_after_form,
        }
    }
}

prop_compose! {
    fn pattern()(
        (kind, door, client, user, outcome) in (of(word()), of(word()), of(text()), of(text()), of(word())),
        (sent, serial, certificate, rule) in (names(), of(text()), of(word()), of(word())),
        (alert_sent, alert_received, ending) in (of(word()), of(word()), of(word())),
        (method, path, status) in (of(text()), of(text()), of(status())),
        (action, family, flow, error) in (of(word()), of(word()), of(word()), of(word())),
        (name, step, mark) in (of(text()), of(text()), of(text())),
    ) -> PatternTable {
        PatternTable {
            kind, door, client, user, outcome, sent, serial, certificate, rule, alert_sent, alert_received, ending,
            method, path, status, action, family, flow, error, name, step, mark,
        }
    }
}

fn status() -> impl Strategy<Value = Spot<StatusValue>> {
    prop_oneof![any::<i64>().prop_map(StatusValue::Number), plain().prop_map(StatusValue::Class)].prop_map(Spot::from)
}

prop_compose! {
    fn expectation()(
        name in text(), event in of(pattern().boxed()), never in of(pattern().boxed()), every in of(pattern().boxed()), has in of(pattern().boxed()),
        at_least in number(), at_most in number(), exactly in number(), apart in of(text()), after in of(pattern().boxed()),
        before in of(pattern().boxed()),
    ) -> ExpectTable {
        let spot = |pattern: Option<PatternTable>| pattern.map(Spot::from);
        let (event, never, every, has) = (spot(event), spot(never), spot(every), spot(has));
        let (after, before) = (spot(after), spot(before));
        ExpectTable { name, event, never, every, has, at_least, at_most, exactly, apart, after, before }
    }
}

prop_compose! {
    fn chaos()(preset in word()) -> ChaosTable {
        ChaosTable { preset }
    }
}

prop_compose! {
    fn switches()(
        edge in of(edge()), api_endpoint in of(word()), soap_login in of(word()), mutual_auth in of(word()),
        refusal_status in number(), jwt_clock in of(word()), enforced_login in of(word()),
        identity_match in of(word()), session_binding in of(word()),
    ) -> Spot<SwitchTable> {
        let org = OrgSwitchTable {
            api_endpoint, soap_login, mutual_auth, refusal_status, jwt_clock, enforced_login, identity_match,
            session_binding,
        };
        SwitchTable { edge, org: Some(org) }.into()
    }
}

fn permission_change() -> impl Strategy<Value = PermissionChangeTable> {
    (text(), word()).prop_map(|(user, permission)| PermissionChangeTable { user, permission })
}

fn verb() -> impl Strategy<Value = DoTable> {
    let none = DoTable::default;
    let some = |text: Spot<String>| Some(text);
    prop_oneof![
        text().prop_map(move |advance| DoTable { advance: some(advance), ..none() }),
        text().prop_map(move |label| DoTable { delete_certificate: some(label), ..none() }),
        text().prop_map(move |alias| DoTable { delist: some(alias), ..none() }),
        text().prop_map(move |user| DoTable { expire_sessions: some(user), ..none() }),
        text().prop_map(move |client| DoTable { revoke: some(client), ..none() }),
        word().prop_map(move |word| DoTable { server_certificate: Some(word), ..none() }),
        switches().boxed().prop_map(move |switch| DoTable { switch: Some(switch), ..none() }),
        permission_change().prop_map(move |grant| DoTable { grant: Some(grant), ..none() }),
        permission_change().prop_map(move |deny| DoTable { deny: Some(deny), ..none() }),
        (text(), word(), of(text()))
            .prop_map(move |(ca, change, file)| DoTable { crl: Some(CrlChangeTable { ca, change, file }), ..none() }),
        (text(), names())
            .prop_map(move |(client, sends)| DoTable { deliver: Some(DeliverTable { client, sends }), ..none() }),
        (text(), of(word()))
            .prop_map(move |(client, key)| DoTable { issue: Some(IssueTable { client, key }), ..none() }),
        (of(text()), of(text()), of(text()))
            .prop_map(move |(ca, file, alias)| DoTable { list: Some(ListTable { ca, file, alias }), ..none() }),
        (text(), of(text()), flag()).prop_map(move |(user, password, expired)| DoTable {
            password: Some(PasswordTable { user, password, expired }),
            ..none()
        }),
        (text(), of(text()), of(text())).prop_map(move |(label, client, file)| DoTable {
            upload: Some(UploadVerbTable { label, client, file }),
            ..none()
        }),
    ]
}

prop_compose! {
    fn step()(
        name in text(), at in of(text()), after in of((any::<i64>(), pattern().boxed())), when in of(pattern().boxed()),
        on in of(word()), verb in verb().boxed(),
    ) -> StepTable {
        let after = after.map(|(count, of)| AfterTable { count: count.into(), of: of.into() }.into());
        let when = when.map(Spot::from);
        StepTable { name, at, after, when, on, verb: verb.into() }
    }
}

prop_compose! {
    fn file()(
        org in org().boxed(), edge in of(edge().boxed()), trust in of(trust().boxed()), ca in vec(ca().boxed(), 0..3), client in vec(client().boxed(), 0..3),
        mutual_auth_certificate in vec(upload().boxed(), 0..3), profile in vec(bundle().boxed(), 0..2),
        permission_set in vec(bundle().boxed(), 0..2), user in vec(user().boxed(), 0..3), connected_app in vec(app().boxed(), 0..2),
        expect in vec(expectation().boxed(), 0..2), exchange in vec(exchange().prop_map(Spot::from).boxed(), 0..3), step in vec(step().boxed(), 0..3),
        (fault, chaos, probe) in (vec(fault().boxed(), 0..3), of(chaos()), vec(probe::probe().boxed(), 0..2)),
    ) -> File {
        File {
            format: 1.into(), org, edge, trust, ca, client, mutual_auth_certificate, profile, permission_set, user,
            connected_app, expect, exchange, probe, step, fault, chaos,
        }
    }
}
