//! Answers a query: looks names up in the schema, asks [`Rows`] for records, filters, orders and projects them.

use std::cmp::Ordering;

use jiff::Timestamp;

use super::soql::{self, Condition, Literal, Name, Operator, Select, SoqlError};
use super::{Field, FieldType, Id, Object, Row, Value};

/// Where records come from.
pub trait Rows {
    /// Every record of an object, in its natural order; values in the order of the object's fields.
    fn rows(&self, object: &'static Object) -> Vec<Row>;
}

/// The answer to a query.
#[derive(Debug)]
pub struct Found {
    /// Of which object.
    pub object: &'static Object,
    /// The fields asked for; empty for `COUNT()`.
    pub fields: Vec<&'static Field>,
    /// Each record's id and the values asked for; empty for `COUNT()`.
    pub records: Vec<(String, Row)>,
    /// How many there are.
    pub total: usize,
    /// Whether the query asked for an order.
    pub ordered: bool,
}

/// Answers a query.
pub fn run(text: &str, rows: &dyn Rows) -> Result<Found, SoqlError> {
    let query = soql::parse(text)?;
    let object = Object::named(&query.from.text)
        .ok_or_else(|| SoqlError::no_such_object(text, query.from.at, &query.from.text))?;
    let place = |name: &Name| {
        object.field(&name.text).ok_or_else(|| SoqlError::no_such_field(text, name.at, &name.text, object))
    };
    let wanted = match &query.select {
        Select::Count => Vec::new(),
        Select::Fields(names) => {
            let wanted = names.iter().map(place).collect::<Result<Vec<_>, _>>()?;
            let twice = |(at, (field, _)): &(usize, &(usize, _))| wanted[..*at].iter().any(|(other, _)| other == field);
            if let Some((at, _)) = wanted.iter().enumerate().find(twice) {
                return Err(SoqlError::duplicate_field(text, names[at].at, &names[at].text));
            }
            wanted
        }
    };
    let filter = query
        .filter
        .iter()
        .map(|condition| test(text, condition, place(&condition.field)?))
        .collect::<Result<Vec<_>, _>>()?;
    let order = query
        .order
        .iter()
        .map(|key| Ok((place(&key.field)?.0, key.descending)))
        .collect::<Result<Vec<_>, SoqlError>>()?;

    let mut found = rows.rows(object);
    found.retain(|row| filter.iter().all(|test| test.holds(row)));
    found.sort_by(|left, right| compare(left, right, &order));
    found.truncate(query.limit.unwrap_or(usize::MAX));
    let (total, ordered) = (found.len(), !order.is_empty());
    if query.select == Select::Count {
        return Ok(Found { object, fields: Vec::new(), records: Vec::new(), total, ordered });
    }
    let records = found.iter().map(|row| (id_of(row), pick(row, &wanted))).collect();
    Ok(Found { object, fields: wanted.into_iter().map(|(_, field)| field).collect(), records, total, ordered })
}

/// A record's id: every object's first field.
pub fn id_of(row: &Row) -> String {
    match row.first() {
        Some(Value::Text(id)) => id.clone(),
        _ => String::new(),
    }
}

fn pick(row: &Row, wanted: &[(usize, &'static Field)]) -> Row {
    wanted.iter().map(|(at, _)| row[*at].clone()).collect()
}

fn compare(left: &Row, right: &Row, order: &[(usize, bool)]) -> Ordering {
    order.iter().fold(Ordering::Equal, |so_far, &(at, descending)| {
        so_far.then_with(|| {
            let here = left[at].compare(&right[at]);
            if descending { here.reverse() } else { here }
        })
    })
}

struct Test {
    at: usize,
    operator: Operator,
    value: Value,
}

impl Test {
    fn holds(&self, row: &Row) -> bool {
        let here = row[self.at].compare(&self.value);
        match self.operator {
            Operator::Equal => here == Ordering::Equal,
            Operator::NotEqual => here != Ordering::Equal,
            // Nothing is neither more nor less than something.
            _ if row[self.at] == Value::Null || self.value == Value::Null => false,
            Operator::Greater => here == Ordering::Greater,
            Operator::GreaterOrEqual => here != Ordering::Less,
            Operator::Less => here == Ordering::Less,
            Operator::LessOrEqual => here != Ordering::Greater,
        }
    }
}

fn test(text: &str, condition: &Condition, (at, field): (usize, &'static Field)) -> Result<Test, SoqlError> {
    let quoted = matches!(condition.literal, Literal::Quoted(_));
    let wrong = || SoqlError::wrong_type(text, condition.field.at, field.name, field.kind, quoted);
    let value = match (&condition.literal, field.kind) {
        (Literal::Null, _) => Value::Null,
        (Literal::Boolean(flag), FieldType::Boolean) => Value::Boolean(*flag),
        (Literal::Quoted(given), FieldType::Text) => Value::Text(given.clone()),
        (Literal::Quoted(given), FieldType::Id) => {
            Value::Text(Id::parse(given).map_or_else(|| given.clone(), |id| id.as_str().to_owned()))
        }
        (Literal::Unquoted(given), FieldType::DateTime) => Value::Time(time(given).ok_or_else(wrong)?),
        _ => return Err(wrong()),
    };
    Ok(Test { at, operator: condition.operator, value })
}

/// `2026-11-24T09:00:00Z`, `…+01:00`, `…+0100`
fn time(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", text).ok())
}
