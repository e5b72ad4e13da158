//! All there is to say about one chain: what was found, what is to come, what to send instead. How it is printed is others'.

use jiff::Timestamp;

use super::ground::Ground;
use super::input::Chain;
use super::traps;
use crate::journal::Explanation;
use crate::org::near_miss::NearMiss;
use crate::pki::outlook::Outlook;
use crate::pki::picture::Picture;
use crate::pki::proposal::{Proposal, WantedUsage};
use crate::pki::{Verdict, validate};

/// One chain, judged.
pub(super) struct Story<'a> {
    pub chain: Chain,
    pub ground: &'a Ground,
    pub now: Timestamp,
    pub verdict: Verdict,
    pub picture: Picture,
    pub outlook: Outlook,
    /// What to send instead; nothing if the chain is as it should be.
    pub proposal: Option<Proposal>,
    pub usages: Vec<WantedUsage>,
    pub warnings: Vec<String>,
    /// What a client that showed it saw.
    pub client: Option<String>,
}

impl<'a> Story<'a> {
    /// Judges `chain` at `now`.
    pub(super) fn of(chain: Chain, ground: &'a Ground, now: Timestamp) -> Self {
        let verdict = validate(&chain.certificates, &ground.trust, &ground.crls, now, &ground.policy);
        Self::told(chain, ground, now, verdict)
    }

    /// What to say of a verdict that was found already.
    pub(super) fn told(chain: Chain, ground: &'a Ground, now: Timestamp, verdict: Verdict) -> Self {
        let Ground { trust, crls, policy, .. } = ground;
        let sent = &chain.certificates;
        let outlook = Outlook::of(sent, trust, crls, now, policy, &verdict);
        let proposal = Proposal::of(sent, trust, crls, now, policy).filter(|proposal| !proposal.is_as_sent(sent));
        let usages = WantedUsage::of(&verdict.faults, &verdict.path, sent);
        let picture = Picture::of(sent, trust, &verdict);
        let warnings = traps::warnings(&chain, &verdict, ground, now);
        Self { chain, ground, now, verdict, picture, outlook, proposal, usages, warnings, client: None }
    }

    /// The six lines about the most telling fault.
    pub(super) fn explanation(&self) -> Option<Explanation> {
        self.verdict.fault().map(|fault| Explanation::of_fault(fault, self.client.clone()))
    }

    /// The label of the upload that the leaf stands for.
    pub(super) fn uploaded_as(&self) -> Option<&str> {
        self.ground.upload_of(&self.chain.certificates[0]).map(|upload| upload.label.as_str())
    }

    /// The second layer, as far as a certificate alone can tell.
    pub(super) fn org_says(&self) -> String {
        if let Some(label) = self.uploaded_as() {
            return format!("the org lets an enforced user in with it: uploaded as '{label}'");
        }
        let leaf = &self.chain.certificates[0];
        let found = match NearMiss::search(&self.ground.uploads, self.ground.identity_match, leaf) {
            Some(near) => near.to_string(),
            None if self.ground.uploads.is_empty() => "nothing is uploaded to the org".into(),
            None => "none of the uploads has anything in common with it".into(),
        };
        format!("the org refuses an enforced user with it: it is not uploaded; {found}")
    }
}
