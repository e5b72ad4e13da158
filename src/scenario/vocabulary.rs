//! The words that a scenario file may use for each thing, and what they mean. Wrong words are [`load`](super::load)'s.

use super::exchange::{HttpVersion, LoginFlow};
use super::fault::{EffectName, PlainAlert, Preset, RetryAfterForm};
use super::permission::Permission;
use super::step::{CrlVerb, OnCall, ServerVerb, StepKey};
use super::switches::{
    Alerts, ApiEndpoint, BadChain, Enabled, EnforcedLogin, IdentityMatch, JwtClock, LiveConnections, NoCertificate,
    Resumption, SessionBinding, SniMismatch, TlsVersion,
};
use super::{CrlPublication, ExtendedKeyUsage, Flow, KeyKind, KeyUsage};
use crate::pki::{ClientAuthEku, Revocation};

/// A closed set of words.
pub trait Vocabulary: Copy + PartialEq + 'static {
    /// What one of them is called in a message.
    const WHAT: &'static str;
    /// The words and their meanings.
    const WORDS: &'static [(&'static str, Self)];
}

macro_rules! vocabulary {
    ($type:ident, $what:literal, { $($word:literal => $variant:ident),+ $(,)? }) => {
        impl Vocabulary for $type {
            const WHAT: &'static str = $what;
            const WORDS: &'static [(&'static str, Self)] = &[$(($word, Self::$variant)),+];
        }
    };
}

/// `sends`, where it is a word.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ChainOrLeaf {
    /// Leaf and intermediates.
    Chain,
    /// Leaf, intermediates and root.
    ChainAndRoot,
    /// The leaf alone.
    Leaf,
}

/// `sends` of an exchange, where it is a word.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Shown {
    /// Leaf and intermediates.
    Chain,
    /// Leaf, intermediates and root.
    ChainAndRoot,
    /// The leaf alone.
    Leaf,
    /// Nothing: the request for a certificate is answered by an empty list.
    None,
    /// The leaf, then the rest in the wrong order.
    Shuffled,
}

/// `edge.ca-names`, where it is a word.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum EmptyOrListed {
    /// No names.
    Empty,
    /// Every root of the trust list.
    Listed,
}

vocabulary!(Alerts, "value of alerts", {
    "go" => Go,
    "java" => Java,
    "nginx" => Nginx,
    "node" => Node,
    "openssl" => Openssl,
});
vocabulary!(ApiEndpoint, "value of api-endpoint", { "as-arrived" => AsArrived, "standard" => Standard });
vocabulary!(BadChain, "value of bad-chain", { "alert" => Alert, "page" => Page });
vocabulary!(ChainOrLeaf, "value of sends", { "chain" => Chain, "chain+root" => ChainAndRoot, "leaf" => Leaf });
vocabulary!(ClientAuthEku, "value of client-auth-eku", { "if-present" => IfPresent, "require" => Require });
vocabulary!(CrlPublication, "value of crl", { "none" => None, "published" => Published, "withheld" => Withheld });
vocabulary!(CrlVerb, "change of a CRL", {
    "drop" => Drop,
    "publish" => Publish,
    "replace" => Replace,
    "stale" => Stale,
    "withhold" => Withhold,
});
vocabulary!(EffectName, "effect", {
    "alert" => Alert,
    "drop" => Drop,
    "end-session" => EndSession,
    "hold-server-hello" => HoldServerHello,
    "request-limit-exceeded" => RequestLimitExceeded,
    "reset" => Reset,
    "reset-in-handshake" => ResetInHandshake,
    "server-expired" => ServerExpired,
    "server-incomplete" => ServerIncomplete,
    "server-other-root" => ServerOtherRoot,
    "server-unavailable" => ServerUnavailable,
    "server-wrong-name" => ServerWrongName,
    "slow-body" => SlowBody,
    "unavailable" => Unavailable,
});
vocabulary!(EmptyOrListed, "value of ca-names", { "empty" => Empty, "listed" => Listed });
vocabulary!(Enabled, "value", { "disabled" => Disabled, "enabled" => Enabled });
vocabulary!(EnforcedLogin, "value of enforced-login", { "any-door" => AnyDoor, "mutual" => Mutual });
vocabulary!(ExtendedKeyUsage, "extended key usage", {
    "anyExtendedKeyUsage" => Any,
    "clientAuth" => ClientAuth,
    "codeSigning" => CodeSigning,
    "emailProtection" => EmailProtection,
    "serverAuth" => ServerAuth,
});
vocabulary!(Flow, "flow", {
    "client-credentials" => ClientCredentials,
    "device" => Device,
    "jwt-bearer" => JwtBearer,
    "password" => Password,
    "refresh-token" => RefreshToken,
    "web-server" => WebServer,
});
vocabulary!(HttpVersion, "version of HTTP", { "1.1" => Http1, "2" => Http2 });
vocabulary!(IdentityMatch, "value of identity-match", {
    "certificate" => Certificate,
    "issuer-serial" => IssuerSerial,
    "public-key" => PublicKey,
});
vocabulary!(JwtClock, "value of jwt-clock", { "org" => Org, "wall" => Wall });
vocabulary!(KeyKind, "kind of key", {
    "ed25519" => Ed25519,
    "p-256" => P256,
    "p-384" => P384,
    "rsa-2048" => Rsa2048,
    "rsa-3072" => Rsa3072,
    "rsa-4096" => Rsa4096,
});
vocabulary!(KeyUsage, "key usage", {
    "cRLSign" => CrlSign,
    "digitalSignature" => DigitalSignature,
    "keyAgreement" => KeyAgreement,
    "keyCertSign" => KeyCertSign,
    "keyEncipherment" => KeyEncipherment,
    "nonRepudiation" => NonRepudiation,
});
vocabulary!(LiveConnections, "value of live-connections", { "keep" => Keep, "recheck" => Recheck });
vocabulary!(LoginFlow, "login", {
    "client-credentials" => ClientCredentials,
    "jwt-bearer" => JwtBearer,
    "password" => Password,
    "refresh-token" => RefreshToken,
    "soap" => Soap,
});
vocabulary!(NoCertificate, "value of no-certificate", { "alert" => Alert, "page" => Page, "pass" => Pass });
vocabulary!(OnCall, "value of on", { "call" => Call });
vocabulary!(Permission, "permission", {
    "api-enabled" => ApiEnabled,
    "api-only-user" => ApiOnlyUser,
    "customize-application" => CustomizeApplication,
    "enforce-mutual-authentication" => EnforceMutualAuthentication,
    "modify-all-data" => ModifyAllData,
    "use-any-api-auth" => UseAnyApiAuth,
    "view-all-data" => ViewAllData,
});
vocabulary!(PlainAlert, "alert", {
    "access_denied" => AccessDenied,
    "decode_error" => DecodeError,
    "handshake_failure" => HandshakeFailure,
    "illegal_parameter" => IllegalParameter,
    "insufficient_security" => InsufficientSecurity,
    "internal_error" => InternalError,
    "protocol_version" => ProtocolVersion,
    "unrecognized_name" => UnrecognizedName,
});
vocabulary!(Preset, "preset", { "faithful" => Faithful, "honest" => Honest });
vocabulary!(Resumption, "value of resumption", { "off" => Off, "rejudge" => Rejudge, "trust" => Trust });
vocabulary!(RetryAfterForm, "value of retry-after-form", {
    "date" => Date,
    "either" => Either,
    "seconds" => Seconds,
});
vocabulary!(Revocation, "value of revocation", {
    "if-published" => IfPublished,
    "ignore" => Ignore,
    "require" => Require,
});
vocabulary!(ServerVerb, "server certificate", {
    "expired" => Expired,
    "incomplete" => Incomplete,
    "other-root" => OtherRoot,
    "renew" => Renew,
    "wrong-name" => WrongName,
});
vocabulary!(SessionBinding, "value of session-binding", {
    "certificate" => Certificate,
    "door" => Door,
    "none" => None,
});
vocabulary!(Shown, "value of sends", {
    "chain" => Chain,
    "chain+root" => ChainAndRoot,
    "leaf" => Leaf,
    "none" => None,
    "shuffled" => Shuffled,
});
vocabulary!(SniMismatch, "value of sni-mismatch", { "421" => Misdirected, "serve" => Serve });
vocabulary!(StepKey, "value of key", { "new" => New, "same" => Same });
vocabulary!(TlsVersion, "version of TLS", { "1.2" => Tls12, "1.3" => Tls13 });
