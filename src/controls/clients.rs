//! Renewing and revoking the identities of clients while the org runs.

use super::Controls;
use super::identities::{Client, MintError};
use crate::journal::Kind;

impl Controls {
    /// Renews a client: a new serial number, with a new key unless it is kept. It is not uploaded: that is another verb.
    pub fn issue(&self, client: &str, keep_key: bool) -> Result<Client, MintError> {
        let now = self.clock().org_now();
        let renewed = self.identities().issue(client, keep_key, now)?.clone();
        self.renew_crls(now)?;
        let (client, serial) = (client.to_owned(), renewed.leaf.serial().to_owned());
        self.journal().append(Kind::Issue { client, serial, kept_key: keep_key });
        Ok(renewed)
    }

    /// Puts a client's present certificate on its issuer's CRL: the next handshake with it is refused.
    pub fn revoke(&self, client: &str) -> Result<(), MintError> {
        let now = self.clock().org_now();
        let ca = {
            let mut identities = self.identities();
            identities.revoke(client, now)?;
            let issuer = identities.client(client).and_then(|client| identities.issuer(client));
            issuer.map(|issuer| issuer.name.clone()).unwrap_or_default()
        };
        self.renew_crls(now)?;
        self.journal().append(Kind::Crl { ca, change: format!("revoked {client}") });
        Ok(())
    }
}
