//! `/query` and `/queryAll` (nothing is ever deleted, so they are one), page by page.

use serde::Serialize;
use serde_json::{Value, json};

use super::Asking;
use super::record::Record;
use crate::api::chaos;
use crate::api::cursors::Page;
use crate::api::reject::Reject;
use crate::api::reply::Reply;
use crate::api::rows::Held;
use crate::data::{Field, FieldType, Found};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    total_size: usize,
    done: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_records_url: Option<String>,
    records: Vec<Record<'a>>,
    #[serde(flatten)]
    columns: Option<Columns>,
}

/// What `?columns=true` adds.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Columns {
    column_metadata: Vec<Value>,
    entity_name: &'static str,
    group_by: bool,
    id_selected: bool,
    key_prefix: &'static str,
}

pub(super) fn answer(asking: &Asking<'_>) -> Result<Reply, Reject> {
    let text = asking.call.parameter("q").ok_or_else(|| {
        let cure = "send the query as ?q=, percent-encoded";
        let reject = Reject::said(400, "MALFORMED_QUERY", "A query string has to be specified");
        reject.because("queries", "the parameter q", "none", cure)
    })?;
    let rows = Held { org: &asking.call.org, store: asking.site.controls.store() };
    let mut decisions = Vec::new();
    let found = chaos::query(asking.site, &rows, text, &mut decisions);
    let (found, size) = found.map_err(Reject::query)?;
    let page = asking.site.cursors.first(found, &asking.grant.user().id, size);
    Ok(reply(asking, &page).decided(decisions))
}

/// The next page of a result, by the `nextRecordsUrl` of the one before.
pub(super) fn more(asking: &Asking<'_>) -> Result<Reply, Reject> {
    let [locator] = asking.parts.as_slice() else { return Err(Reject::not_found()) };
    let page = asking.site.cursors.page(locator, &asking.grant.user().id);
    page.map(|page| reply(asking, &page)).ok_or_else(|| Reject::no_locator(400, locator))
}

fn reply(asking: &Asking<'_>, page: &Page) -> Reply {
    let (version, found) = (asking.version.number(), &page.found);
    let records = found.records[page.from..page.to]
        .iter()
        .map(|(id, row)| Record { object: found.object, id, version: &version, fields: &found.fields, row })
        .collect();
    let wants_columns = asking.call.parameter("columns").is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let columns = wants_columns.then(|| columns(found));
    let next_records_url = page.next.as_ref().map(|locator| format!("/services/data/v{version}/query/{locator}"));
    let done = next_records_url.is_none();
    Reply::json(asking.call, &Answer { total_size: found.total, done, next_records_url, records, columns })
}

fn columns(found: &Found) -> Columns {
    Columns {
        column_metadata: found.fields.iter().map(|field| column(field)).collect(),
        entity_name: found.object.name,
        group_by: false,
        id_selected: found.fields.iter().any(|field| field.name == "Id"),
        key_prefix: found.object.key_prefix,
    }
}

fn column(field: &Field) -> Value {
    json!({
        "aggregate": false,
        "apexType": field.kind.name(),
        "booleanType": field.kind == FieldType::Boolean,
        "columnName": field.name,
        "custom": false,
        "displayName": field.name,
        "foreignKeyName": null,
        "insertable": false,
        "joinColumns": [],
        "numberType": false,
        "textType": field.kind == FieldType::Text,
        "updatable": false,
    })
}
