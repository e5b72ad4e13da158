//! The rules a chain can break: a code, a rank, a rule to read up, an alert. How a fault is worded is `fault`'s.

/// Why a chain does not hold; each has an entry in `docs/refusals.md`. In order of name.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Rejection {
    /// A signature does not verify.
    BadSignature,
    /// A CRL whose own signature, signer, scope or extensions are wrong.
    CrlInvalid,
    /// A CRL is needed and none covers the certificate.
    CrlMissing,
    /// A CRL from the future.
    CrlNotYetValid,
    /// A CRL whose next update is past.
    CrlStale,
    /// Past its notAfter.
    Expired,
    /// An issuer that has no right to issue.
    IssuerNotCa,
    /// An issuer whose own extended key usage shuts out clientAuth.
    IssuerWithoutClientAuth,
    /// A leaf whose key usage shuts out signing a handshake.
    KeyUsage,
    /// The chain as sent lacks a certificate that is known.
    MissingIntermediate,
    /// A name that an issuer's constraints do not allow.
    NameConstraint,
    /// A leaf whose extended key usage lacks clientAuth.
    NoClientAuth,
    /// The chain as sent ends at an issuer that nobody here knows.
    NoIssuer,
    /// Before its notBefore.
    NotYetValid,
    /// Anything else that OpenSSL objects to.
    Other,
    /// Longer than an issuer allows.
    PathTooLong,
    /// Certificate policies that do not meet.
    Policy,
    /// On its issuer's CRL.
    Revoked,
    /// A leaf that signs itself.
    SelfSigned,
    /// More certificates than [`MAX_SENT`](super::validate::MAX_SENT).
    TooMany,
    /// A critical extension that is not understood.
    UnknownCriticalExtension,
    /// A root that is not on the list.
    UnlistedRoot,
    /// A key or digest below the security level.
    Weak,
}

use Rejection::*;

impl Rejection {
    /// All of them, in order of name.
    pub const ALL: [Self; 23] = [
        BadSignature,
        CrlInvalid,
        CrlMissing,
        CrlNotYetValid,
        CrlStale,
        Expired,
        IssuerNotCa,
        IssuerWithoutClientAuth,
        KeyUsage,
        MissingIntermediate,
        NameConstraint,
        NoClientAuth,
        NoIssuer,
        NotYetValid,
        Other,
        PathTooLong,
        Policy,
        Revoked,
        SelfSigned,
        TooMany,
        UnknownCriticalExtension,
        UnlistedRoot,
        Weak,
    ];

    /// Its name in the journal, and its anchor in `docs/refusals.md`.
    pub fn code(self) -> &'static str {
        match self {
            BadSignature => "bad-signature",
            CrlInvalid => "crl-invalid",
            CrlMissing => "crl-missing",
            CrlNotYetValid => "crl-not-yet-valid",
            CrlStale => "crl-stale",
            Expired => "expired",
            IssuerNotCa => "issuer-not-ca",
            IssuerWithoutClientAuth => "issuer-without-client-auth",
            KeyUsage => "key-usage",
            MissingIntermediate => "missing-intermediate",
            NameConstraint => "name-constraint",
            NoClientAuth => "no-client-auth",
            NoIssuer => "no-issuer",
            NotYetValid => "not-yet-valid",
            Other => "other",
            PathTooLong => "path-too-long",
            Policy => "policy",
            Revoked => "revoked",
            SelfSigned => "self-signed",
            TooMany => "too-many",
            UnknownCriticalExtension => "unknown-critical-extension",
            UnlistedRoot => "unlisted-root",
            Weak => "weak",
        }
    }

    /// For the headline: `certificate 1 of 2, CN=Acme Issuing CA, expired`.
    pub fn headline(self) -> &'static str {
        match self {
            BadSignature => "has a signature that does not verify",
            CrlInvalid => "is covered by a CRL that cannot be used",
            CrlMissing => "is covered by no CRL",
            CrlNotYetValid => "is covered by a CRL that is not yet valid",
            CrlStale => "is covered by a CRL that is out of date",
            Expired => "expired",
            IssuerNotCa => "may not issue certificates",
            IssuerWithoutClientAuth => "may not issue client certificates",
            KeyUsage => "may not sign a handshake",
            MissingIntermediate => "has an issuer that was not sent",
            NameConstraint => "has a name that its issuer may not certify",
            NoClientAuth => "is not for client authentication",
            NoIssuer => "has an issuer that is neither sent nor listed",
            NotYetValid => "not yet valid",
            Other => "was refused by OpenSSL",
            PathTooLong => "allows fewer intermediates below it",
            Policy => "has policies that do not meet",
            Revoked => "revoked",
            SelfSigned => "is self-signed",
            TooMany => "comes with too many others",
            UnknownCriticalExtension => "has a critical extension that is not understood",
            UnlistedRoot => "leads to a root that is not on the outbound CA list",
            Weak => "is below the security level",
        }
    }

    /// The rule and where it stands.
    pub fn rule(self) -> &'static str {
        match self {
            BadSignature => "signatures (RFC 5280 6.1.3 a.1)",
            CrlInvalid => "a CRL must be signed by its issuer, and cover the certificate (RFC 5280 6.3.3)",
            CrlMissing => "revocation by CRL (edge.revocation)",
            CrlNotYetValid | CrlStale => "a CRL is used between thisUpdate and nextUpdate (RFC 5280 5.1.2.4, 5.1.2.5)",
            Expired | NotYetValid => "validity dates (RFC 5280 6.1.3 a.2)",
            IssuerNotCa => "issuers are CAs that may sign certificates (RFC 5280 6.1.4 k, n)",
            IssuerWithoutClientAuth => "every issuer with an extended key usage must allow clientAuth",
            KeyUsage => "a client certificate signs the handshake (RFC 5280 4.2.1.3)",
            MissingIntermediate | NoIssuer => "the client sends every intermediate; none is fetched",
            NameConstraint => "name constraints (RFC 5280 6.1.3 b, c)",
            NoClientAuth => "a client certificate names clientAuth (edge.client-auth-eku)",
            Other => "chain validation (RFC 5280 6.1)",
            PathTooLong => "path length (RFC 5280 6.1.4 l, m)",
            Policy => "certificate policies (RFC 5280 6.1.5 g)",
            Revoked => "revocation by CRL (RFC 5280 6.1.3 a.3)",
            SelfSigned | UnlistedRoot => "the chain ends in a root on the outbound CA list (/cacerts.jsp)",
            TooMany => "a chain has at most 32 certificates",
            UnknownCriticalExtension => "critical extensions must be understood (RFC 5280 6.1.4 o, 6.1.5 f)",
            Weak => "keys and digests (edge.security-level)",
        }
    }

    /// The most telling first: what makes the rest moot, then what a team must act on, then what the CA must.
    pub fn rank(self) -> u8 {
        match self {
            TooMany => 0,
            BadSignature => 1,
            SelfSigned => 2,
            UnlistedRoot | MissingIntermediate | NoIssuer => 3,
            Revoked => 4,
            Expired => 5,
            NotYetValid => 6,
            IssuerNotCa => 7,
            PathTooLong => 8,
            NoClientAuth => 10,
            IssuerWithoutClientAuth => 11,
            KeyUsage => 12,
            NameConstraint => 13,
            Weak => 14,
            UnknownCriticalExtension => 15,
            Policy => 16,
            CrlInvalid => 17,
            CrlStale => 18,
            CrlNotYetValid => 19,
            CrlMissing => 20,
            Other => 21,
        }
    }
}

/// The alert that OpenSSL sends for an `X509_V_ERR_…`: its name and number.
pub fn alert(openssl: i32) -> (&'static str, u8) {
    match openssl {
        4..=6 | 9 | 11 | 13..=16 | 27 | 28 | 62..=68 | 94 => ("bad_certificate", 42),
        10 | 12 => ("certificate_expired", 45),
        7 | 8 => ("decrypt_error", 51),
        23 => ("certificate_revoked", 44),
        26 => ("unsupported_certificate", 43),
        2 | 3 | 18..=22 | 25 | 33 | 79 => ("unknown_ca", 48),
        50 => ("handshake_failure", 40),
        1 | 17 | 69 | 70 => ("internal_error", 80),
        _ => ("certificate_unknown", 46),
    }
}
