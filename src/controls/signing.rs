//! The key that the org signs id tokens with: RSA, made when it is first asked for, because that is slow.

use std::fmt::{self, Debug, Formatter};
use std::sync::LazyLock;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::sign::Signer;

use crate::pki::mint::{KeyKind, Unmintable};

/// The key of one org, which lives as long as the org runs.
pub struct SigningKey(LazyLock<Result<Made, Unmintable>>);

struct Made {
    key: PKey<Private>,
    public: PublicKey,
}

/// Its public half, as a JSON Web Key spells it (RFC 7517, RFC 7518 6.3.1).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublicKey {
    /// Names the key: its thumbprint (RFC 7638), so that a client's cache never takes the key of another run for this one.
    pub id: String,
    /// The modulus in base64url.
    pub n: String,
    /// The exponent in base64url.
    pub e: String,
}

impl SigningKey {
    pub(super) fn new() -> Self {
        Self(LazyLock::new(Made::mint))
    }

    /// The public half. The first to ask may wait some 100 ms: not on a thread that serves.
    pub fn public(&self) -> Result<&PublicKey, Unmintable> {
        LazyLock::force(&self.0).as_ref().map(|made| &made.public).map_err(Clone::clone)
    }

    /// Signs by RS256. The first to ask may wait, as for [`public`](Self::public).
    pub fn sign(&self, text: &str) -> Result<Vec<u8>, Unmintable> {
        let made = LazyLock::force(&self.0).as_ref().map_err(Clone::clone)?;
        Ok(Signer::new(MessageDigest::sha256(), &made.key)?.sign_oneshot_to_vec(text.as_bytes())?)
    }
}

impl Made {
    fn mint() -> Result<Self, Unmintable> {
        let key = KeyKind::Rsa2048.generate()?;
        let rsa = key.rsa()?;
        let n = BASE64_URL_SAFE_NO_PAD.encode(rsa.n().to_vec());
        let e = BASE64_URL_SAFE_NO_PAD.encode(rsa.e().to_vec());
        // the members in this order, without white space: RFC 7638 3
        let members = format!("{{\"e\":\"{e}\",\"kty\":\"RSA\",\"n\":\"{n}\"}}");
        let id = BASE64_URL_SAFE_NO_PAD.encode(openssl::sha::sha256(members.as_bytes()));
        Ok(Self { key, public: PublicKey { id, n, e } })
    }
}

impl Debug for SigningKey {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey")
    }
}
