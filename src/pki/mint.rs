//! Minting: `x509-cert` builds, OpenSSL signs.

/// `name-constraints` on a `[[ca]]`.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct NameConstraints {
    /// DNS names permitted.
    pub permitted_dns: Vec<String>,
    /// DNS names excluded.
    pub excluded_dns: Vec<String>,
}

/// Purposes by their field names.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum ExtendedKeyUsage {
    /// `anyExtendedKeyUsage`
    Any,
    /// `clientAuth`
    ClientAuth,
    /// `codeSigning`
    CodeSigning,
    /// `emailProtection`
    EmailProtection,
    /// `serverAuth`
    ServerAuth,
}

/// Key usage bits by their field names.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum KeyUsage {
    /// `cRLSign`
    CrlSign,
    /// `digitalSignature`
    DigitalSignature,
    /// `keyAgreement`
    KeyAgreement,
    /// `keyCertSign`
    KeyCertSign,
    /// `keyEncipherment`
    KeyEncipherment,
    /// `nonRepudiation`
    NonRepudiation,
}

/// `key` on `[[ca]]` and `[[client]]`.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum KeyKind {
    /// `ed25519`
    Ed25519,
    /// `p-256`
    #[default]
    P256,
    /// `p-384`
    P384,
    /// `rsa-2048`
    Rsa2048,
    /// `rsa-3072`
    Rsa3072,
    /// `rsa-4096`
    Rsa4096,
}
