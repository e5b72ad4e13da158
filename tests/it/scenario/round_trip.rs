//! A file that is written out and read again is the same.

use std::collections::BTreeMap;
use std::fmt::Debug;

use mockorg::Scenario;
use mockorg::scenario::file::{
    AppTable, BundleTable, CaTable, ClientTable, EdgeTable, ExchangeTable, File, JwtTable, NameConstraintsTable,
    NameList, OrgTable, OutcomeTable, RefreshTokenTable, Scalar, Spot, StatusValue, TrustTable, UploadTable, UserTable,
    ValidTable, Word,
};
use mockorg::scenario::vocabulary::Vocabulary;
use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use super::scenarios;

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
        name in text(), my_domain in of(text()), clock in of(text()), api_endpoint in of(word()), soap_login in of(word()),
        mutual_auth in of(word()), refusal_status in number(), jwt_clock in of(word()), enforced_login in of(word()),
        identity_match in of(word()), session_binding in of(word()),
    ) -> OrgTable {
        OrgTable {
            name, my_domain, clock, api_endpoint, soap_login, mutual_auth, refusal_status, jwt_clock, enforced_login,
            identity_match, session_binding,
        }
    }
}

prop_compose! {
    fn edge()(
        no_certificate in of(word()), bad_chain in of(word()), client_auth_eku in of(word()), revocation in of(word()),
        ca_names in names(), security_level in number(), sni_mismatch in of(word()), page_status in number(),
        tls in words(), live_connections in of(word()), resumption in of(word()), alerts in of(word()),
    ) -> EdgeTable {
        EdgeTable {
            no_certificate, bad_chain, client_auth_eku, revocation, ca_names, security_level, sni_mismatch, page_status,
            tls, live_connections, resumption, alerts,
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
    ) -> CaTable {
        CaTable {
            name, issuer, listed, key, subject, valid, certificate, key_file, crl, distribution_point, path_length,
            name_constraints, extended_key_usage,
        }
    }
}

prop_compose! {
    fn client()(
        name in text(), issuer in of(text()), key in of(word()), subject in of(text()), serial in of(text()),
        valid in valid(), revoked in flag(), key_usage in words(), extended_key_usage in words(), sends in names(),
        certificate in of(text()), key_file in of(text()),
    ) -> ClientTable {
        ClientTable {
            name, issuer, key, subject, serial, valid, revoked, key_usage, extended_key_usage, sends, certificate,
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

fn status() -> impl Strategy<Value = Option<Spot<StatusValue>>> {
    of(prop_oneof![any::<i64>().prop_map(StatusValue::Number), plain().prop_map(StatusValue::Class)]
        .prop_map(Into::into))
}

prop_compose! {
    fn outcome()(
        alert in of(word()), status in status(), error in of(text()), headers in map(), values in of(btree_map(plain(), scalar(), 0..3)),
        text in of(text()),
    ) -> OutcomeTable {
        OutcomeTable { alert, status, error, headers, values, text }
    }
}

prop_compose! {
    fn exchange()(
        (name, door, client, sends) in (of(text()), of(word()), of(text()), names()),
        (tls, sni, login, user) in (of(word()), of(text()), of(word()), of(text())),
        (password, security_token, app, audience) in (of(text()), flag(), of(text()), of(text())),
        (version, request, soap, session) in (of(text()), of(text()), of(text()), of(text())),
        (headers, body, body_file, form) in (map(), of(text()), of(text()), map()),
        capture in map(), expect in of(outcome()),
    ) -> ExchangeTable {
        ExchangeTable {
            name, door, client, sends, tls, sni, login, user, password, security_token, app, audience, version, request,
            soap, session, headers, body, body_file, form, capture, expect,
        }
    }
}

prop_compose! {
    fn file()(
        org in org(), edge in of(edge()), trust in of(trust()), ca in vec(ca(), 0..3), client in vec(client(), 0..3),
        mutual_auth_certificate in vec(upload(), 0..3), profile in vec(bundle(), 0..2),
        permission_set in vec(bundle(), 0..2), user in vec(user(), 0..3), connected_app in vec(app(), 0..2),
        exchange in vec(exchange().prop_map(Into::into), 0..3),
    ) -> File {
        File {
            format: 1.into(), org, edge, trust, ca, client, mutual_auth_certificate, profile, permission_set, user,
            connected_app, exchange,
        }
    }
}
