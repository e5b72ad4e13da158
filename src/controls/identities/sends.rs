//! What each client sends, and how that comes to be another chain.

use std::sync::Arc;

use super::{Client, Identities, MintError};
use crate::pki::Certificate;
use crate::scenario::Sends;

impl Identities {
    /// The certificates that a client sends, in the order in which it sends them.
    pub fn sends(&self, client: &Client) -> Vec<Certificate> {
        self.sending(client, &client.sends)
    }

    /// The certificates that a client would send if it sent these.
    pub fn sending(&self, client: &Client, sends: &Sends) -> Vec<Certificate> {
        let above = client.issuer.map_or(&[][..], |at| self.authorities[at].path.as_slice());
        match sends {
            Sends::Chain => client.chain(above),
            Sends::ChainAndRoot => client.chain_and_root(above),
            Sends::Leaf => vec![client.leaf.clone()],
            Sends::List(names) => names.iter().filter_map(|name| self.named(name)).cloned().collect(),
        }
    }

    /// What a client is handed; with `sends` it sends that from now on.
    pub fn deliver(&mut self, client: &str, sends: Option<Sends>) -> Result<&Client, MintError> {
        let at = self.position(client)?;
        if let Some(Sends::List(names)) = &sends
            && let Some(unknown) = names.iter().find(|name| self.named(name).is_none())
        {
            return Err(MintError::UnknownName(unknown.clone()));
        }
        if let Some(sends) = sends {
            Arc::make_mut(&mut self.clients[at]).sends = sends;
        }
        Ok(&self.clients[at])
    }

    /// The present certificate of a client or a CA.
    fn named(&self, name: &str) -> Option<&Certificate> {
        let authority = || self.authorities.iter().find(|authority| authority.name == name);
        self.client(name).map(|client| &client.leaf).or_else(|| authority().map(|authority| &authority.certificate))
    }
}
