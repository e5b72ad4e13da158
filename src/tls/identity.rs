//! What the doors prove themselves with: sound, or with one flaw. How such chains are made is `simulator`'s to say.

use std::collections::HashMap;
use std::fmt::{self, Debug, Formatter};
use std::sync::{Arc, Mutex, PoisonError};

use openssl::error::ErrorStack;
use openssl::pkey::{PKey, Private};

use crate::pki::Certificate;
use crate::pki::mint::Unmintable;
use crate::scenario::{ServerFlaw, ServerShown};

/// One chain of ours, and its key.
#[derive(Clone, Debug)]
pub struct ServerIdentity {
    /// For clients that ask for one of `names`; leaf first.
    pub chain: Vec<Certificate>,
    /// For clients that ask for another name, or for none; for the same key, under the same issuers.
    pub fallback: Certificate,
    /// DNS names in lower case; `*` stands for one label.
    pub names: Vec<String>,
    /// The leaf's key.
    pub key: PKey<Private>,
}

impl ServerIdentity {
    /// Whether the first certificate is the one to show to a client that asks for this name.
    pub(super) fn answers_to(&self, sni: Option<&str>) -> bool {
        let Some(sni) = sni.map(|sni| sni.trim_end_matches('.').to_ascii_lowercase()) else { return false };
        let rest = sni.split_once('.').map(|(_, rest)| rest);
        self.names.iter().any(|name| match name.strip_prefix("*.") {
            Some(suffix) => rest == Some(suffix),
            None => *name == sni,
        })
    }
}

/// The chains that the doors may show: the first sound one, and others as they are asked for.
pub struct ServerIdentities {
    mint: Box<Mint>,
    made: Mutex<HashMap<ServerShown, Arc<ServerIdentity>>>,
}

type Mint = dyn Fn(Option<ServerFlaw>) -> Result<ServerIdentity, Unmintable> + Send + Sync;

impl ServerIdentities {
    /// Begins with `first`, which is sound; `mint` makes another, with this flaw or none.
    pub fn new(
        first: ServerIdentity,
        mint: impl Fn(Option<ServerFlaw>) -> Result<ServerIdentity, Unmintable> + Send + Sync + 'static,
    ) -> Self {
        let made = HashMap::from([(ServerShown::default(), Arc::new(first))]);
        Self { mint: Box::new(mint), made: Mutex::new(made) }
    }

    /// The one to show: each is made once, and a former sound one is forgotten.
    pub(super) fn shown(&self, shown: ServerShown) -> Result<Arc<ServerIdentity>, ErrorStack> {
        // a flawed one is the same before and after a renewal
        let shown = if shown.flaw.is_some() { ServerShown { renewals: 0, ..shown } } else { shown };
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(identity) = made.get(&shown) {
            return Ok(identity.clone());
        }
        let identity = Arc::new((self.mint)(shown.flaw).map_err(|cause| match cause {
            Unmintable::OpenSsl(stack) => stack,
            _ => ErrorStack::get(),
        })?);
        if shown.flaw.is_none() {
            made.retain(|former, _| former.flaw.is_some());
        }
        made.insert(shown, identity.clone());
        Ok(identity)
    }
}

impl Debug for ServerIdentities {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("ServerIdentities")
    }
}
