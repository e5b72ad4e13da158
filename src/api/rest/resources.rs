//! The versions that there are, and what lies below each.

use serde::Serialize;
use serde_json::{Value, json};

use super::Asking;
use crate::api::identity::identity_url;
use crate::api::reject::Reject;
use crate::api::reply::Reply;
use crate::api::version::Version;

#[derive(Serialize)]
pub(super) struct Listed {
    label: String,
    url: String,
    version: String,
}

/// Every version, oldest first; nobody needs a session for it.
pub(super) fn versions() -> Vec<Listed> {
    let listed = |version: Version| Listed {
        label: version.label(),
        url: format!("/services/data/v{}", version.number()),
        version: version.number(),
    };
    Version::all().map(listed).collect()
}

pub(super) fn answer(asking: &Asking<'_>) -> Result<Reply, Reject> {
    let below = |name: &str| Value::from(format!("/services/data/v{}/{name}", asking.version.number()));
    let map = json!({
        "identity": identity_url(asking.site, asking.call, &asking.grant.user().id),
        "limits": below("limits"),
        "query": below("query"),
        "queryAll": below("queryAll"),
        "sobjects": below("sobjects"),
    });
    Ok(Reply::json(asking.call, &map))
}
