//! What the verb of a step does: the same verbs that the admin door and `Running` call.

use crate::controls::{Controls, CrlChange, RenewalKey};
use crate::scenario::step::{CrlVerb, ListedRoot, StepKey, Verb};
use crate::scenario::{FaultSpec, Uploaded};

impl Controls {
    /// Does what the step at this place does, now; an error says why not. Moving the clock is not done here.
    pub(super) fn perform(&self, step: usize, verb: &Verb) -> Result<(), String> {
        match verb {
            Verb::Advance(_) => Ok(()),
            Verb::Clear(name) => said(self.clear_faults(name.as_slice())),
            Verb::Crl { ca, change, file } => {
                let change = match change {
                    CrlVerb::Drop => CrlChange::Drop,
                    CrlVerb::Publish => CrlChange::Publish,
                    CrlVerb::Replace => CrlChange::Replace(file.clone()),
                    CrlVerb::Stale => CrlChange::Stale,
                    CrlVerb::Withhold => CrlChange::Withhold,
                };
                said(self.set_crl(ca, change))
            }
            Verb::DeleteCertificate(label) => said(self.delete_certificate(label)),
            Verb::Delist(alias) => said(self.delist(alias)),
            Verb::Deliver { client, sends } => said(self.deliver(client, sends.clone())),
            Verb::Deny { user, permission } => said(self.deny(user, *permission)),
            Verb::ExpireSessions(user) => said(self.expire_sessions(user)),
            Verb::Fault(spec) => said(self.set_fault(FaultSpec::clone(spec))),
            Verb::Grant { user, permission } => said(self.grant(user, *permission)),
            Verb::Issue { client, key: StepKey::Same } => said(self.issue(client, RenewalKey::Keep)),
            Verb::Issue { client, key: StepKey::New } => match self.0.film.spares.take(step) {
                Some(made) => said(self.issue_for(client, made)),
                None => said(self.issue(client, RenewalKey::Replace)),
            },
            Verb::List { alias, root } => {
                let root = match root {
                    ListedRoot::Ca(name) => {
                        let identities = self.identities();
                        let authority = identities.authorities().iter().find(|authority| authority.name == *name);
                        authority.ok_or_else(|| format!("no CA {name:?}"))?.certificate.clone()
                    }
                    ListedRoot::Given(certificate) => certificate.clone(),
                };
                said(self.list(alias, root))
            }
            Verb::Password { user, password: Some(password) } => said(self.set_password(user, password)),
            Verb::Password { user, password: None } => said(self.expire_password(user)),
            Verb::Revoke(name) if self.identities().client(name).is_some() => said(self.revoke(name)),
            Verb::Revoke(ca) => said(self.revoke_ca(ca)),
            Verb::ServerCertificate(None) => said(self.renew_server_certificate()),
            Verb::ServerCertificate(Some(flaw)) => said(self.spoil_server_certificate(*flaw)),
            Verb::Switch(settings) => settings.iter().try_for_each(|(name, value)| said(self.set_switch(name, value))),
            Verb::Upload { label, of: Uploaded::Client(client) } => said(self.upload_of_client(label, client)),
            Verb::Upload { label, of: Uploaded::Pem(pem) } => said(self.upload(label, pem)),
        }
    }
}

fn said<T, E: std::fmt::Display>(done: Result<T, E>) -> Result<(), String> {
    done.map(drop).map_err(|error| error.to_string())
}
