//! Words about handshakes that failed: what OpenSSL's reasons and a client's alerts mean, and what to do about them.

use crate::scenario::ServerFlaw;
use crate::tls::acceptor::MAX_CHAIN_BYTES;

/// What a handshake that OpenSSL gave up should have brought.
pub(super) fn expected_instead_of(reason: &str) -> String {
    match reason {
        TOO_MUCH => format!("certificates of {MAX_CHAIN_BYTES} bytes at most together"),
        _ => "a TLS handshake".into(),
    }
}

/// What to do about a handshake that OpenSSL gave up, by its words.
pub(super) fn failure_cure(reason: &str) -> &'static str {
    match reason {
        TOO_MUCH => "send the leaf and the intermediates that lead to the root, nothing else",
        "wrong version number"
        | "packet length too long"
        | "record layer failure"
        | "unexpected message"
        | "bad record type"
        | "invalid record type"
        | "not on record boundary" => {
            "what came is not TLS, or was damaged on its way: look at what the client really sends to this port"
        }
        "length mismatch" | "bad length" | "decode error" | "bad packet" | "cert length mismatch" | "asn1 lib" => {
            "the message is malformed: look at the client's TLS library, and at what stands between"
        }
        "bad signature" | "modulus too large" => {
            "the client could not prove that it holds the certificate's key: do certificate and key belong together?"
        }
        _ => "compare the client's TLS versions and ciphers with edge.tls and edge.security-level",
    }
}

/// What to do about an alert that a client sends us.
pub(super) fn trust_cure(number: u8) -> &'static str {
    match number {
        42 | 43 | 45 | 46 | 48 => {
            "the client does not trust the server: curl --cacert server-ca.pem, NODE_EXTRA_CA_CERTS, REQUESTS_CA_BUNDLE, SSL_CERT_FILE, or Java's trust store (kit.json has each)"
        }
        40 | 70 | 71 => "the client and the doors share no TLS version or cipher: see edge.tls and edge.security-level",
        _ => "ask the client's log; the alert came from its side",
    }
}

/// What to do about a client that leaves without a word.
pub(super) const LEFT: &str =
    "a client that does not trust the server may leave like this: give it the kit's server-ca.pem";

/// What to do about a client that does not trust a chain that nobody should.
pub(super) fn right_to_refuse(flaw: ServerFlaw) -> String {
    format!("none: it was shown a server chain that is bad on purpose ({}), and it is right to refuse", flaw.name())
}

/// What else may be wrong where a client that sent no server name does not like our certificate.
pub(super) const NO_SNI: &str = "have it send a server name (SNI): without one it is shown the default certificate, which \
    names *.my.salesforce.com, *.sandbox.my.salesforce.com, localhost and addresses";

/// The names of RFC 8446 6.2 and, for old clients, RFC 5246 7.2.
pub(crate) fn alert_name(number: u8) -> &'static str {
    match number {
        0 => "close_notify",
        10 => "unexpected_message",
        20 => "bad_record_mac",
        22 => "record_overflow",
        40 => "handshake_failure",
        42 => "bad_certificate",
        43 => "unsupported_certificate",
        44 => "certificate_revoked",
        45 => "certificate_expired",
        46 => "certificate_unknown",
        47 => "illegal_parameter",
        48 => "unknown_ca",
        49 => "access_denied",
        50 => "decode_error",
        51 => "decrypt_error",
        70 => "protocol_version",
        71 => "insufficient_security",
        80 => "internal_error",
        86 => "inappropriate_fallback",
        90 => "user_canceled",
        109 => "missing_extension",
        110 => "unsupported_extension",
        112 => "unrecognized_name",
        116 => "certificate_required",
        120 => "no_application_protocol",
        _ => "unnamed",
    }
}

/// OpenSSL's words for certificates that are too many bytes together.
const TOO_MUCH: &str = "excessive message size";
