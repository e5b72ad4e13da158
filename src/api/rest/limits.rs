//! `/limits`: API calls as counted here; of the many limits of an org only those that clients ask for.

use serde_json::json;

use super::Asking;
use crate::api::DAILY_API_REQUESTS;
use crate::api::reject::Reject;
use crate::api::reply::Reply;

pub(super) fn answer(asking: &Asking<'_>) -> Result<Reply, Reject> {
    let used = asking.site.usage.used(asking.site.controls.clock().org_now());
    let limits = json!({
        "DailyApiRequests": {"Max": DAILY_API_REQUESTS, "Remaining": DAILY_API_REQUESTS.saturating_sub(used)},
        // The Bulk API is not served: nothing uses these up.
        "DailyBulkApiBatches": {"Max": DAILY_BULK_BATCHES, "Remaining": DAILY_BULK_BATCHES},
    });
    Ok(Reply::json(asking.call, &limits))
}

const DAILY_BULK_BATCHES: u64 = 15_000;
