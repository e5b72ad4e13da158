//! Uploading and deleting mutual authentication certificates. What an upload must be is the org's to say.

use std::sync::Arc;

use super::{Controls, unkept_explanation};
use crate::data::Id;
use crate::journal::{Explanation, Kind};
use crate::org::upload::{self, Upload, UploadRefusal};
use crate::scenario::switches::Enabled;
use crate::store::{Snapshot, Unkept};

/// Why the uploads stay as they are.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum UploadError {
    /// The org refuses it.
    #[error(transparent)]
    Refused(#[from] UploadRefusal),
    /// No client of the scenario has that name.
    #[error("no client is named {0:?}")]
    UnknownClient(String),
    /// The data folder refuses it.
    #[error(transparent)]
    Unkept(#[from] Unkept),
    /// No upload has that label.
    #[error("no mutual authentication certificate {0:?}")]
    UnknownLabel(String),
}

impl UploadError {
    fn explanation(&self) -> Explanation {
        match self {
            Self::Refused(refusal) => Explanation::from(refusal),
            Self::UnknownClient(_) | Self::UnknownLabel(_) => {
                Explanation { headline: format!("refused: {self}"), ..Explanation::default() }
            }
            Self::Unkept(unkept) => unkept_explanation(unkept),
        }
    }
}

impl Controls {
    /// Uploads a mutual authentication certificate: PEM, the client's certificate first. A refusal is journaled too.
    ///
    /// Uploads of the scenario are not asked whether the feature is on: they stem from a time when it was.
    pub fn upload(&self, label: &str, pem: &[u8]) -> Result<Arc<Upload>, UploadError> {
        let at = self.clock().org_now();
        let uploaded = self.store().try_update(|now| {
            if now.org.switches.mutual_auth == Enabled::Disabled {
                return Err(UploadRefusal::FeatureOff.into());
            }
            let chain = upload::check(label, pem, &now.org.uploads, at)?;
            let id = self.unused_id(&now.org.uploads);
            let upload = Arc::new(Upload { id, label: label.to_owned(), chain, at });
            let org = Arc::new(now.org.with_upload(upload.clone()));
            Ok((Snapshot { org, edge: now.edge.clone() }, upload))
        });
        let explanation = uploaded.as_ref().err().map(UploadError::explanation);
        let outcome = if explanation.is_some() { "refused" } else { "uploaded" };
        // A label can be as long as its sender likes, the journal's lines should not be.
        let label = label.chars().take(upload::MAX_LABEL).collect();
        self.journal().append(Kind::Upload { label, outcome, explanation });
        uploaded
    }

    /// Uploads the present certificate of a client of the scenario.
    pub fn upload_of_client(&self, label: &str, client: &str) -> Result<Arc<Upload>, UploadError> {
        let leaf = self.identities().client(client).map(|client| client.leaf.clone());
        let leaf = leaf.ok_or_else(|| UploadError::UnknownClient(client.to_owned()))?;
        self.upload(label, leaf.pem().as_bytes())
    }

    /// Deletes an upload; clients that present it are refused from their next request on.
    pub fn delete_certificate(&self, label: &str) -> Result<(), UploadError> {
        self.store().try_update(|now| {
            let org = now.org.without_upload(label).ok_or_else(|| UploadError::UnknownLabel(label.to_owned()))?;
            Ok::<_, UploadError>((Snapshot { org: Arc::new(org), edge: now.edge.clone() }, ()))
        })?;
        self.journal().append(Kind::Upload { label: label.to_owned(), outcome: "deleted", explanation: None });
        Ok(())
    }

    fn unused_id(&self, uploads: &[Arc<Upload>]) -> Id {
        loop {
            let id = Id::new(upload::KEY_PREFIX, self.ids().below(u64::from(u32::MAX)));
            if uploads.iter().all(|upload| upload.id != id) {
                return id;
            }
        }
    }
}
