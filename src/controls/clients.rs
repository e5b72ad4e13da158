//! Renewing and revoking the identities of clients while the org runs.

use openssl::pkey::{PKey, Private};

use super::Controls;
use super::identities::{Client, MintError};
use crate::journal::Kind;
use crate::pki::mint::{KeyKind, Unmintable};

/// What happens to a client's key when its certificate is renewed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RenewalKey {
    /// The new certificate is for the old key.
    Keep,
    /// A new key is made.
    Replace,
}

impl Controls {
    /// Renews a client: a new serial number, and a new key of the same kind unless the old one is kept. It is not uploaded:
    /// that is another verb.
    pub fn issue(&self, client: &str, key: RenewalKey) -> Result<Client, MintError> {
        let fresh = match key {
            RenewalKey::Keep => None,
            // an RSA key may take seconds, and a handshake may be waiting for the identities
            RenewalKey::Replace => {
                Some(self.kind_of_key(client)?.generate().map_err(|stack| unmintable(client, stack.into()))?)
            }
        };
        self.renew(client, fresh)
    }

    /// Renews a client for a key that was made before.
    pub(super) fn issue_for(&self, client: &str, made: Result<PKey<Private>, Unmintable>) -> Result<Client, MintError> {
        self.renew(client, Some(made.map_err(|cause| unmintable(client, cause))?))
    }

    fn renew(&self, client: &str, fresh: Option<PKey<Private>>) -> Result<Client, MintError> {
        let (now, kept_key) = (self.clock().org_now(), fresh.is_none());
        let renewed = self.change_identities(now, |identities| identities.issue(client, fresh, now).cloned())?;
        let (client, serial) = (client.to_owned(), renewed.leaf.serial().to_owned());
        self.journal().append(Kind::Issue { client, serial, kept_key });
        Ok(renewed)
    }

    /// Puts a client's present certificate on its issuer's CRL: the next handshake with it is refused.
    pub fn revoke(&self, client: &str) -> Result<(), MintError> {
        let now = self.clock().org_now();
        let ca = self.change_identities(now, |identities| {
            identities.revoke(client, now)?;
            let issuer = identities.client(client).and_then(|client| identities.issuer(client));
            Ok::<_, MintError>(issuer.map(|issuer| identities.keeper(issuer).name.clone()).unwrap_or_default())
        })?;
        self.journal().append(Kind::Crl { ca, change: format!("revoked {client}") });
        Ok(())
    }

    /// Puts a CA's certificate on its issuer's CRL: nothing holds below it from the next handshake on, unless it is sent with
    /// another certificate of the same CA.
    pub fn revoke_ca(&self, name: &str) -> Result<(), MintError> {
        let now = self.clock().org_now();
        let ca = self
            .change_identities(now, |identities| identities.revoke_ca(name, now).map(|issuer| issuer.name.clone()))?;
        self.journal().append(Kind::Crl { ca, change: format!("revoked {name}") });
        Ok(())
    }

    fn kind_of_key(&self, client: &str) -> Result<KeyKind, MintError> {
        let identities = self.identities();
        let client = identities.client(client).ok_or_else(|| MintError::UnknownClient(client.to_owned()))?;
        Ok(KeyKind::like(&client.key))
    }
}

fn unmintable(client: &str, cause: Unmintable) -> MintError {
    MintError::Unmintable { what: "client", name: client.to_owned(), cause }
}
