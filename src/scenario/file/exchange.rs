//! `[[exchange]]` as on disk: what a client does, and what comes of it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::{self, Formatter};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::pattern::StatusValue;
use super::{NameList, Spot, Word};
use crate::scenario::exchange::{HttpVersion, LoginFlow};
use crate::scenario::pattern::{Alert, Door};
use crate::scenario::switches::TlsVersion;
use crate::scenario::vocabulary::Shown;

/// `[[exchange]]`: a connection of a client, a login or a request on it, and the outcome.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "exchange")]
pub struct ExchangeTable {
    /// Its name here, for what it captures and for reports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Spot<String>>,
    /// The step that is played first: one that is called or has its moment; up to that moment time is moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<Spot<String>>,
    /// The door (default: "mutual" if there is a client, else "standard").
    #[serde(skip_serializing_if = "Option::is_none")]
    pub door: Option<Word<Door>>,
    /// The client whose certificate and key are used (default: no certificate).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<Spot<String>>,
    /// What it sends, instead of what the client does: "chain", "leaf", "chain+root", "shuffled", "none", or a list of clients and CAs that begins with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sends: Option<NameList<Shown>>,
    /// The version of TLS (default: the best of both sides).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<Word<TlsVersion>>,
    /// The server name asked for (default: the door's host); an empty text sends none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sni: Option<Spot<String>>,
    /// The version of HTTP that is offered (default: none is, and HTTP/1.1 is spoken); with "2" HTTP/1.1 is offered too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http: Option<Word<HttpVersion>>,
    /// The name of a connection that is kept: the first exchange with it makes it, the others use it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connection: Option<Spot<String>>,
    /// The earlier exchange whose TLS session is offered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resume: Option<Spot<String>>,
    /// Through the proxy door, to this host, or host and port: "login.salesforce.com".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_proxy: Option<Spot<String>>,
    /// Log in by this flow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login: Option<Word<LoginFlow>>,
    /// Who logs in: a username.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<Spot<String>>,
    /// The password to log in with (default: the user's).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<Spot<String>>,
    /// Whether the user's security token follows the password (default false).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_token: Option<Spot<bool>>,
    /// The connected app to log in with (default: the only one).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app: Option<Spot<String>>,
    /// The audience of a JWT assertion (default: the door's URL).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<Spot<String>>,
    /// The API version of a SOAP login or call (default "64.0").
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<Spot<String>>,
    /// Method and path: "GET /services/data/v68.0/limits".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<Spot<String>>,
    /// A call of the SOAP API, as XML for the body of its envelope: `<getUserInfo/>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub soap: Option<Spot<String>>,
    /// The login whose session is used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<Spot<String>>,
    /// Headers by name; `Host` replaces the door's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headers: Option<BTreeMap<String, Spot<String>>>,
    /// The request's body; its type follows from its beginning unless a header says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Spot<String>>,
    /// The file of the request's body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_file: Option<Spot<String>>,
    /// The request's body as a form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<BTreeMap<String, Spot<String>>>,
    /// Values of the answer by name, each a JSON path ("$.id"), an XPath ("//sessionId") or a header ("header:location").
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capture: Option<BTreeMap<String, Spot<String>>>,
    /// What comes of it (default: a status of 2xx).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expect: Option<OutcomeTable>,
}

/// `expect` of an `[[exchange]]`; what is left out is not looked at. In texts `*` stands for any characters.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "outcome")]
pub struct OutcomeTable {
    /// The TLS alert that ends the connection, or "any".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alert: Option<Word<Alert>>,
    /// Whether the connection ends without an alert and without an answer (default false).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed: Option<Spot<bool>>,
    /// The status by which the proxy door refuses a tunnel: 403, or "4xx".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy: Option<Spot<StatusValue>>,
    /// The version of HTTP that is spoken (default: the one that is offered, if one is).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http: Option<Word<HttpVersion>>,
    /// Whether the TLS session that was offered is resumed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resumed: Option<Spot<bool>>,
    /// The status of HTTP: 401, or "4xx".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Spot<StatusValue>>,
    /// The error code of the answer: "MUTUAL_AUTHENTICATION_FAILED".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Spot<String>>,
    /// Headers of the answer by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headers: Option<BTreeMap<String, Spot<String>>>,
    /// Values of the answer by JSON path ("$.id") or XPath ("//userName").
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<BTreeMap<String, Spot<Scalar>>>,
    /// The whole body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<Spot<String>>,
}

/// A single value as TOML writes it.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar {
    /// `true`
    Boolean(bool),
    /// `1`
    Integer(i64),
    /// `1.5`
    Number(f64),
    /// `"text"`
    Text(String),
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl Visitor<'_> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a number, true or false")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Scalar, E> {
        Ok(Scalar::Boolean(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Scalar, E> {
        Ok(Scalar::Integer(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Scalar, E> {
        Ok(Scalar::Number(value))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Scalar, E> {
        Ok(Scalar::Text(text.to_owned()))
    }
}

impl Serialize for Scalar {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Boolean(value) => value.serialize(serializer),
            Self::Integer(value) => value.serialize(serializer),
            Self::Number(value) => value.serialize(serializer),
            Self::Text(value) => value.serialize(serializer),
        }
    }
}

impl JsonSchema for Scalar {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "scalar".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number", "boolean"] })
    }
}
