//! Where the strangers judge otherwise than we do, and why. A class that never occurs is as wrong as a disagreement without
//! one.

use std::fmt::{self, Display, Formatter};

/// What the stranger does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum They {
    /// It accepts what we refuse.
    Accept,
    /// It refuses what we accept.
    Refuse,
}

/// Disagreements of one kind.
pub struct Class {
    /// `webpki` or `java`
    pub oracle: &'static str,
    pub they: They,
    /// Ids of flaws, and `issuer:…` for flaws of a CA in generated chains.
    pub odd: &'static [&'static str],
    pub why: &'static str,
}

impl Display for They {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Accept => "accepts",
            Self::Refuse => "refuses",
        })
    }
}

/// In the order of the table in docs/oracles.md.
pub const CLASSES: &[Class] = &[
    Class {
        oracle: "webpki",
        they: They::Accept,
        odd: &["expired-root", "not-yet-valid-root"],
        why: "an anchor is a name and a key (RFC 5280 6.1.1 d): the dates of a root are not looked at",
    },
    Class {
        oracle: "webpki",
        they: They::Accept,
        odd: &["path-length-of-root"],
        why: "nor is the path length of a root",
    },
    Class {
        oracle: "webpki",
        they: They::Accept,
        odd: &["unknown-critical-in-root"],
        why: "nor are the extensions of a root",
    },
    Class {
        oracle: "webpki",
        they: They::Accept,
        odd: &["rsa-1024", "explicit-curve"],
        why: "only keys that verify a signature on the path are looked at, and the client's own does not",
    },
    Class {
        oracle: "webpki",
        they: They::Accept,
        odd: &["no-extended-key-usage"],
        why: "a certificate without the extension is good for any purpose (RFC 5280 4.2.1.12); the org demands clientAuth",
    },
    Class {
        oracle: "webpki",
        they: They::Accept,
        odd: &["encipherment-only", "malformed-key-usage"],
        why: "the key usage of a client's certificate is not read",
    },
    Class {
        oracle: "webpki",
        they: They::Accept,
        odd: &["issuer-no-key-cert-sign", "issuer:NoKeyCertSign"],
        why: "nor is that of a CA: keyCertSign is not asked for (RFC 5280 6.1.4 n)",
    },
    Class {
        oracle: "webpki",
        they: They::Accept,
        odd: &["too-many"],
        why: "it has no limit on what is sent; ours is 32",
    },
    Class {
        oracle: "webpki",
        they: They::Accept,
        odd: &["crl-not-yet-valid"],
        why: "of a CRL's dates only nextUpdate is looked at",
    },
    Class {
        oracle: "webpki",
        they: They::Accept,
        odd: &["crl-of-another-place"],
        why: "a CRL for another distribution point says nothing of a certificate that names none: unknown, which its caller allowed; we ask for one that covers it",
    },
    Class {
        oracle: "webpki",
        they: They::Refuse,
        odd: &["ten-intermediates"],
        why: "it follows six intermediates at most",
    },
    Class {
        oracle: "webpki",
        they: They::Refuse,
        odd: &["ca-as-client"],
        why: "a CA is refused as a client; RFC 5280 does not forbid it",
    },
    Class {
        oracle: "webpki",
        they: They::Refuse,
        odd: &["other-encoding", "other-case"],
        why: "names are compared octet by octet, not as RFC 5280 7.1 has it",
    },
    Class {
        oracle: "webpki",
        they: They::Refuse,
        odd: &["email-kept", "uri-kept", "directory-kept"],
        why: "it knows constraints on DNS names and addresses alone, and refuses what it does not know",
    },
    Class {
        oracle: "webpki",
        they: They::Refuse,
        odd: &["version-9", "version-1-with-extensions"],
        why: "version 3 alone is read; to OpenSSL the number makes no difference to what is there",
    },
    Class {
        oracle: "webpki",
        they: They::Refuse,
        odd: &["policy-met", "policy-mapped"],
        why: "critical extensions about policies are unknown to it",
    },
    Class {
        oracle: "webpki",
        they: They::Refuse,
        odd: &["crl-of-users-only", "indirect-sound", "removed-since"],
        why: "CRLs with a scope, indirect ones and change lists are unknown to it",
    },
    Class {
        oracle: "java",
        they: They::Accept,
        odd: &["path-length-of-root"],
        why: "an anchor is a name and a key (RFC 5280 6.1.1 d): the path length of a root is not looked at",
    },
    Class {
        oracle: "java",
        they: They::Accept,
        odd: &["unknown-critical-in-root"],
        why: "nor are the extensions of a root",
    },
    Class {
        oracle: "java",
        they: They::Accept,
        odd: &["rsa-1024", "rsa-1024-of-intermediate", "sha-1", "sha-1-of-intermediate"],
        why: "`jdk.certpath.disabledAlgorithms` of Java 17 begins below RSA 1024, and minds SHA-1 in JDK roots and servers alone",
    },
    Class {
        oracle: "java",
        they: They::Accept,
        odd: &["no-extended-key-usage", "version-1"],
        why: "a certificate without the extension is good for any purpose (RFC 5280 4.2.1.12); the org demands clientAuth",
    },
    Class {
        oracle: "java",
        they: They::Accept,
        odd: &["any-purpose"],
        why: "anyExtendedKeyUsage stands in for clientAuth; at the org it does not",
    },
    Class {
        oracle: "java",
        they: They::Accept,
        odd: &["issuer-for-servers", "issuer:ServerAuthOnly"],
        why: "the extended key usage of a CA binds nobody: RFC 5280 does not say that it does, and OpenSSL does",
    },
    Class {
        oracle: "java",
        they: They::Accept,
        odd: &["malformed-alternative-names"],
        why: "an extension that is not critical and cannot be read is passed over",
    },
    Class {
        oracle: "java",
        they: They::Accept,
        odd: &["too-many"],
        why: "it has no limit on what is sent; ours is 32",
    },
    Class {
        oracle: "java",
        they: They::Refuse,
        odd: &["key-agreement-only"],
        why: "JSSE asks a client for digitalSignature; to OpenSSL keyAgreement is as good",
    },
    Class {
        oracle: "java",
        they: They::Refuse,
        odd: &["empty-subject"],
        why: "it does not read a certificate without any name",
    },
    Class {
        oracle: "java",
        they: They::Refuse,
        odd: &["version-9", "version-1-with-extensions"],
        why: "it does not read extensions in a version that has none",
    },
    Class {
        oracle: "java",
        they: They::Refuse,
        odd: &["another-revoked", "no-crl-below-the-root", "crl-of-users-only", "removed-since"],
        why: "where CRLs are looked at, every certificate below the root needs one; ours is \"if-published\", and here the root has none",
    },
];
