//! A pattern as on disk: an inline table wherever a file says which events it means.

use std::borrow::Cow;
use std::fmt::{self, Formatter};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{NameList, Spot, Word};
use crate::scenario::pattern::{
    ActionName, Age, Alert, Door, Ending, ErrorCode, EventKind, Family, FlowName, Outcome, Rule, SentWord,
};

/// Which events are meant; what is left out is not looked at.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "pattern")]
pub struct PatternTable {
    /// The kind of event (default: request, or else the kind that has the other keys).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Word<EventKind>>,
    /// By which door it came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub door: Option<Word<Door>>,
    /// The client whose certificate the connection showed first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<Spot<String>>,
    /// The username.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<Spot<String>>,
    /// How it came out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Word<Outcome>>,
    /// What the connection's client sent: "none", "any", "leaf" (one certificate), "chain" (more), or names in order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent: Option<NameList<SentWord>>,
    /// The serial number of the connection's first certificate, in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial: Option<Spot<String>>,
    /// Whether the connection's first certificate is the one of the last renewal, or one that a renewal replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Word<Age>>,
    /// The rule that was broken: a heading of docs/refusals.md.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<Word<Rule>>,
    /// The TLS alert that the door sent, or "any".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alert_sent: Option<Word<Alert>>,
    /// The TLS alert that the client sent, or "any": it does not trust the door, say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alert_received: Option<Word<Alert>>,
    /// How the handshake ended, if HTTP never began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ending: Option<Word<Ending>>,
    /// The method of HTTP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<Spot<String>>,
    /// The path without its query, in any case; `*` stands for any characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<Spot<String>>,
    /// The status of HTTP: 503, or "5xx".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Spot<StatusValue>>,
    /// What was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<Word<ActionName>>,
    /// The family of routes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<Word<Family>>,
    /// By which flow somebody logged in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flow: Option<Word<FlowName>>,
    /// The error code of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Word<ErrorCode>>,
    /// The name of a mark, step, fault, switch, CA, root or expectation, or the label of an upload.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Spot<String>>,
    /// Short for the kind `step` and its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<Spot<String>>,
    /// Short for the kind `mark` and its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark: Option<Spot<String>>,
}

/// `status` as written: whether it is one, [`load`](crate::scenario::load) finds out.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum StatusValue {
    /// `"5xx"`
    Class(String),
    /// `503`
    Number(i64),
}

impl<'de> Deserialize<'de> for StatusValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StatusVisitor)
    }
}

struct StatusVisitor;

impl Visitor<'_> for StatusVisitor {
    type Value = StatusValue;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("a number such as 503 or a text such as \"5xx\"")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<StatusValue, E> {
        Ok(StatusValue::Number(number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<StatusValue, E> {
        Ok(StatusValue::Class(text.to_owned()))
    }
}

impl Serialize for StatusValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Class(text) => text.serialize(serializer),
            Self::Number(number) => number.serialize(serializer),
        }
    }
}

impl JsonSchema for StatusValue {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "status".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [
            { "type": "integer", "minimum": 100, "maximum": 599 },
            { "type": "string", "enum": ["1xx", "2xx", "3xx", "4xx", "5xx"] },
        ] })
    }
}
