//! `[org]` and `[edge]`: switches that stand at their default are left out.

use super::{ca_names, word, words};
use crate::scenario::file::{EdgeTable, OrgTable, Spot};
use crate::scenario::{EdgeSwitches, OrgSpec, OrgSwitches};

/// All but the clock.
pub(super) fn org(spec: &OrgSpec) -> OrgTable {
    let switches = &spec.switches;
    OrgTable {
        name: spec.name.clone().into(),
        my_domain: Some(spec.my_domain.clone().into()),
        api_endpoint: word(switches.api_endpoint),
        soap_login: word(switches.soap_login),
        mutual_auth: word(switches.mutual_auth),
        refusal_status: number(switches.refusal_status.code(), OrgSwitches::default().refusal_status.code()),
        jwt_clock: word(switches.jwt_clock),
        enforced_login: word(switches.enforced_login),
        identity_match: word(switches.identity_match),
        session_binding: word(switches.session_binding),
        ..OrgTable::default()
    }
}

pub(super) fn edge(switches: &EdgeSwitches) -> EdgeTable {
    let default = EdgeSwitches::default();
    EdgeTable {
        no_certificate: word(switches.no_certificate),
        bad_chain: word(switches.bad_chain),
        client_auth_eku: word(switches.client_auth_eku),
        revocation: word(switches.revocation),
        ca_names: ca_names(&switches.ca_names),
        security_level: number(switches.security_level.into(), default.security_level.into()),
        sni_mismatch: word(switches.sni_mismatch),
        login_hosts: word(switches.login_hosts),
        page_status: number(switches.page_status, default.page_status),
        tls: (switches.tls != default.tls).then(|| words(&switches.tls).into()),
        live_connections: word(switches.live_connections),
        resumption: word(switches.resumption),
        alerts: word(switches.alerts),
    }
}

fn number(value: u16, default: u16) -> Option<Spot<i64>> {
    (value != default).then(|| i64::from(value).into())
}
