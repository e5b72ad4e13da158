//! `query`, `queryAll` and `queryMore`: records as the partner and the enterprise API write them, all in one page.

use std::fmt::Write;

use super::{Flavour, escape};
use crate::api::Site;
use crate::api::call::Call;
use crate::api::reject::Reject;
use crate::api::rows::Held;
use crate::data::{Found, Row, Value, run};
use crate::org::Grant;

/// The elements inside a `QueryResult`; nothing is ever deleted, so `queryAll` finds the same.
pub(super) fn xml(
    site: &Site,
    call: &Call,
    flavour: Flavour,
    text: Option<&str>,
    _grant: &Grant,
) -> Result<String, Reject> {
    let rows = Held { org: &call.org, store: site.controls.store() };
    let found = run(text.unwrap_or_default(), &rows).map_err(Reject::query)?;
    let mut xml = "<done>true</done><queryLocator xsi:nil=\"true\"/>".to_owned();
    for (id, row) in &found.records {
        record(&mut xml, flavour, &found, id, row);
    }
    // writing to text does not fail
    let _ = write!(xml, "<size>{}</size>", found.total);
    Ok(xml)
}

/// Every result is whole, so no locator was ever given out.
pub(super) fn more(locator: Option<&str>, _grant: &Grant) -> Reject {
    Reject::said(500, "INVALID_QUERY_LOCATOR", "invalid query locator").because(
        "a query locator comes from a QueryResult that is not done",
        "a locator that this org gave out; results come in one page here, so there is none",
        locator.unwrap_or_default(),
        "ask for more only while done is false",
    )
}

/// The partner API names the type, then the id (twice where it was asked for, as seen), then the fields.
fn record(xml: &mut String, flavour: Flavour, found: &Found, id: &str, row: &Row) {
    match flavour {
        Flavour::Enterprise => {
            let _ = write!(xml, "<records xsi:type=\"sf:{}\">", found.object.name);
        }
        Flavour::Partner => {
            let _ = write!(xml, "<records xsi:type=\"sf:sObject\"><sf:type>{}</sf:type>", found.object.name);
            let is_selected = found.fields.iter().any(|field| field.name == "Id");
            field(xml, "Id", &if is_selected { id.into() } else { Value::Null });
        }
    }
    for (asked, value) in found.fields.iter().zip(row) {
        field(xml, asked.name, value);
    }
    xml.push_str("</records>");
}

fn field(xml: &mut String, name: &str, value: &Value) {
    let text = match value {
        Value::Boolean(flag) => flag.to_string(),
        Value::Null => {
            let _ = write!(xml, "<sf:{name} xsi:nil=\"true\"/>");
            return;
        }
        Value::Text(text) => escape(text),
        Value::Time(time) => super::date_time(*time),
    };
    let _ = write!(xml, "<sf:{name}>{text}</sf:{name}>");
}
