//! `edge.alerts`: how five kinds of server answer the same chain, as they were measured (docs/refusals.md#dialects).

use crate::pki::Fault;
use crate::pki::rejection::alert;
use crate::scenario::EdgeSwitches;
use crate::scenario::switches::{Alerts, BadChain, NoCertificate};

/// How a connection is refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Refusal {
    /// By this alert.
    Alert(Named),
    /// The handshake completes, and the connection closes without an alert.
    Close,
    /// The handshake completes, and a page answers every request.
    Page,
}

/// An alert's name and number.
pub(super) type Named = (&'static str, u8);

/// How a chain with this fault is refused.
pub(super) fn of_bad_chain(switches: &EdgeSwitches, fault: &Fault) -> Refusal {
    match (switches.bad_chain, switches.alerts) {
        (BadChain::Page, _) | (BadChain::Alert, Alerts::Nginx) => Refusal::Page,
        (BadChain::Alert, Alerts::Node) => Refusal::Close,
        (BadChain::Alert, dialect) => Refusal::Alert(alert(code(dialect, fault))),
    }
}

/// What OpenSSL is told to refuse a chain for, so that it sends the alert of that server.
pub(super) fn code(dialect: Alerts, fault: &Fault) -> i32 {
    match dialect {
        Alerts::Go => openssl_sys::X509_V_ERR_CERT_REJECTED,
        Alerts::Java => openssl_sys::X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION,
        Alerts::Nginx | Alerts::Node | Alerts::Openssl => fault.openssl,
    }
}

/// How a client without a certificate is refused in its handshake; none if it is not.
pub(super) fn of_no_certificate(switches: &EdgeSwitches, is_tls_1_3: bool) -> Option<Named> {
    match (switches.no_certificate, switches.alerts) {
        (NoCertificate::Page | NoCertificate::Pass, _) | (NoCertificate::Alert, Alerts::Nginx) => None,
        (NoCertificate::Alert, Alerts::Go | Alerts::Java) => Some(BAD_CERTIFICATE),
        // the alert is of TLS 1.3; before, OpenSSL sends its own choice in its place
        (NoCertificate::Alert, Alerts::Node | Alerts::Openssl) if is_tls_1_3 => Some(("certificate_required", 116)),
        (NoCertificate::Alert, Alerts::Node | Alerts::Openssl) => Some(("handshake_failure", 40)),
    }
}

/// The number to put in place of the alert that OpenSSL has for a client without a certificate, if another is due.
pub(super) fn substitute(switches: &EdgeSwitches) -> Option<u8> {
    let own = of_no_certificate(switches, true);
    own.filter(|named| *named == BAD_CERTIFICATE).map(|(_, number)| number)
}

const BAD_CERTIFICATE: Named = ("bad_certificate", 42);
