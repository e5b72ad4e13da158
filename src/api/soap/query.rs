//! `query`, `queryAll` and `queryMore`: records as the partner and the enterprise API write them, page by page.

use std::fmt::Write;

use super::{Flavour, escape};
use crate::api::call::Call;
use crate::api::cursors::Page;
use crate::api::reject::Reject;
use crate::api::rows::Held;
use crate::api::{Note, Site, chaos};
use crate::data::{Found, Row, Value};
use crate::org::Grant;

/// The elements inside a `QueryResult`; nothing is ever deleted, so `queryAll` finds the same.
pub(super) fn xml(
    site: &Site,
    call: &Call,
    note: &mut Note,
    flavour: Flavour,
    text: Option<&str>,
    grant: &Grant,
) -> Result<String, Reject> {
    let rows = Held { org: &call.org, store: site.controls.store() };
    let found = chaos::query(site, &rows, text.unwrap_or_default(), &mut note.chaos);
    let (found, size) = found.map_err(Reject::query)?;
    Ok(page(flavour, &site.cursors.first(found, &grant.user().id, size)))
}

/// The next page of a result, by the locator of the one before.
pub(super) fn more(site: &Site, flavour: Flavour, locator: Option<&str>, grant: &Grant) -> Result<String, Reject> {
    let locator = locator.unwrap_or_default();
    let found = site.cursors.page(locator, &grant.user().id);
    found.map(|found| page(flavour, &found)).ok_or_else(|| Reject::no_locator(500, locator))
}

fn page(flavour: Flavour, page: &Page) -> String {
    let found = &page.found;
    let mut xml = match &page.next {
        None => "<done>true</done><queryLocator xsi:nil=\"true\"/>".to_owned(),
        Some(locator) => format!("<done>false</done><queryLocator>{locator}</queryLocator>"),
    };
    for (id, row) in &found.records[page.from..page.to] {
        record(&mut xml, flavour, found, id, row);
    }
    // writing to text does not fail
    let _ = write!(xml, "<size>{}</size>", found.total);
    xml
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
