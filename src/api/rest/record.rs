//! One record by its id: `/sobjects/{object}/{id}`.

use super::Asking;
use crate::api::reject::Reject;
use crate::api::reply::Reply;
use crate::data::{Field, Id, Object, Row, Rows, Value};

pub(super) fn answer(asking: &Asking<'_>) -> Result<Reply, Reject> {
    let [name, id] = asking.parts.as_slice() else { return Err(Reject::not_found()) };
    let object = Object::named(name).ok_or_else(Reject::not_found)?;
    let wanted = match asking.call.parameter("fields") {
        Some(fields) => chosen(object, fields)?,
        None => object.fields.iter().enumerate().collect(),
    };
    let id = Id::parse(id).ok_or_else(Reject::not_found)?;
    let rows = crate::api::rows::Held { org: &asking.call.org, store: asking.site.controls.store() };
    let row = rows
        .rows(object)
        .into_iter()
        .find(|row| row.first() == Some(&Value::from(id.as_str())))
        .ok_or_else(Reject::not_found)?;
    let picked: Row = wanted.iter().map(|(at, _)| row[*at].clone()).collect();
    let fields: Vec<_> = wanted.iter().map(|(_, field)| *field).collect();
    Ok(Reply::json(
        asking.call,
        &Record { object, id: id.as_str(), version: &asking.version.number(), fields: &fields, row: &picked },
    ))
}

/// The fields of `?fields=`, and the id, which always comes along.
fn chosen(object: &'static Object, fields: &str) -> Result<Vec<(usize, &'static Field)>, Reject> {
    let mut chosen: Vec<(usize, &'static Field)> = Vec::new();
    for name in fields.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let field = object.field(name).ok_or_else(|| {
            let message = format!("No such column '{name}' on sobject of type {}", object.name);
            let known: Vec<_> = object.fields.iter().map(|field| field.name).collect();
            let cure = "ask for a field that the object has here";
            Reject::said(400, "INVALID_FIELD", message).because("fields of the object", &known.join(", "), name, cure)
        })?;
        if !chosen.iter().any(|(at, _)| *at == field.0) {
            chosen.push(field);
        }
    }
    if !chosen.iter().any(|(at, _)| *at == 0) {
        chosen.push((0, &object.fields[0]));
    }
    Ok(chosen)
}

/// A record as REST writes it: attributes first, then the fields as asked for.
pub(super) struct Record<'a> {
    pub object: &'static Object,
    pub id: &'a str,
    pub version: &'a str,
    pub fields: &'a [&'static Field],
    pub row: &'a [Value],
}

#[derive(serde::Serialize)]
struct Attributes<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    url: String,
}

impl serde::Serialize for Record<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut map = serializer.serialize_map(Some(1 + self.fields.len()))?;
        let url = format!("/services/data/v{}/sobjects/{}/{}", self.version, self.object.name, self.id);
        map.serialize_entry("attributes", &Attributes { kind: self.object.name, url })?;
        for (field, value) in self.fields.iter().zip(self.row) {
            map.serialize_entry(field.name, value)?;
        }
        map.end()
    }
}
