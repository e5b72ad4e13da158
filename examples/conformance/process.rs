//! Entries judged by `pki::validate`, each with the settings that it names and with every CRL of the suite loaded.

use jiff::Timestamp;
use mockorg::pki::{ClientAuthEku, Crls, Policies, Policy, Revocation, TrustList, validate};

use super::suite::{Entry, Failure, Suite};

pub struct Judge {
    crls: Crls,
    now: Timestamp,
}

impl Judge {
    pub fn new(suite: &Suite) -> Result<Self, Failure> {
        let mut names: Vec<&String> = suite.entries.iter().flat_map(|entry| &entry.crls).collect();
        names.sort();
        names.dedup();
        let ders = names.into_iter().map(|name| suite.crl(name)).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { crls: Crls::from_der(ders)?, now: NOW.parse()? })
    }

    pub fn holds(&self, suite: &Suite, entry: &Entry) -> Result<bool, Failure> {
        let mut trust = TrustList::default();
        trust.push(None, suite.certificate(&entry.trust_anchor)?, "PKITS".into())?;
        let settings = &entry.settings;
        let oid = |name: &String| suite.policy_oids.get(name).cloned().ok_or_else(|| format!("no OID of {name}"));
        let policy = Policy {
            client_auth_eku: ClientAuthEku::IfPresent,
            revocation: Revocation::Require,
            security_level: 0,
            policies: Policies {
                initial: settings.initial_policy_set.iter().map(oid).collect::<Result<_, _>>()?,
                explicit: settings.initial_explicit_policy,
                no_mapping: settings.initial_policy_mapping_inhibit,
                no_any: settings.initial_inhibit_any_policy,
            },
        };
        Ok(validate(&suite.sent(entry)?, &trust, &self.crls, self.now, &policy).holds())
    }
}

/// Within the dates of every certificate and CRL of the suite that is meant to be current.
pub const NOW: &str = "2026-01-01T00:00:00Z";
