//! The values of a record and how they compare; how they are written on the wire is the API's business, but for dates.

use std::cmp::Ordering;

use jiff::Timestamp;

/// One field of one record.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Value {
    /// Checkbox.
    Boolean(bool),
    /// Nothing.
    Null,
    /// Text, picklist, e-mail, reference or id.
    Text(String),
    /// Date and time.
    Time(Timestamp),
}

/// A record: its values in the order of its object's fields.
pub type Row = Vec<Value>;

impl Value {
    /// Text that may be missing.
    pub fn maybe(text: Option<impl Into<String>>) -> Self {
        text.map_or(Self::Null, |text| Self::Text(text.into()))
    }

    /// The order of `ORDER BY`: nothing first, text without regard to case.
    pub fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Boolean(left), Self::Boolean(right)) => left.cmp(right),
            (Self::Time(left), Self::Time(right)) => left.cmp(right),
            (Self::Text(left), Self::Text(right)) => {
                let folded = |text: &str| text.chars().flat_map(char::to_lowercase).collect::<String>();
                folded(left).cmp(&folded(right))
            }
            (left, right) => left.rank().cmp(&right.rank()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Null => 0,
            Self::Boolean(_) => 1,
            Self::Time(_) => 2,
            Self::Text(_) => 3,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Boolean(flag)
    }
}

impl From<Timestamp> for Value {
    fn from(time: Timestamp) -> Self {
        Self::Time(time)
    }
}

impl serde::Serialize for Value {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Boolean(flag) => serializer.serialize_bool(*flag),
            Self::Null => serializer.serialize_unit(),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Time(time) => serializer.serialize_str(&date_time(*time)),
        }
    }
}

/// A date as REST writes it: `2011-07-07T00:37:00.000+0000`.
pub fn date_time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S.%3f+0000").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_carry_milliseconds_and_an_offset_without_a_colon() {
        assert_eq!(date_time("2011-07-07T00:37:00Z".parse().unwrap()), "2011-07-07T00:37:00.000+0000");
        assert_eq!(date_time("2011-07-07T00:37:00.1234Z".parse().unwrap()), "2011-07-07T00:37:00.123+0000");
    }

    #[test]
    fn text_compares_without_regard_to_case_and_nothing_comes_first() {
        assert_eq!(Value::from("ACME").compare(&Value::from("acme")), Ordering::Equal);
        assert_eq!(Value::Null.compare(&Value::from("a")), Ordering::Less);
    }
}
