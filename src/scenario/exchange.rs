//! Exchanges: what a client does and what is to come of it. Doing it is `replay`'s, comparing it `exchange`'s.

use std::fmt::{self, Debug, Display, Formatter};

use serde_json_path::JsonPath;

use super::pattern::{Alert, Door, Status};
use super::switches::TlsVersion;

mod place;
mod template;

pub use place::{Place, Step, TlsFact, XmlPath};
pub use template::{Part, Reference, Template};

/// `[[exchange]]`: found right, every name in it exists.
#[derive(Clone, Debug)]
pub struct ExchangeSpec {
    /// Its name, if it has one.
    pub name: Option<String>,
    /// Where it stands in its file.
    pub line: Line,
    /// The step that is played first.
    pub step: Option<String>,
    /// The door it goes to.
    pub door: Door,
    /// Who comes, and what is shown; `None` without a certificate.
    pub client: Option<Showing>,
    /// This version of TLS alone.
    pub tls: Option<TlsVersion>,
    /// The server name asked for: `None` is the door's own, an empty one sends none.
    pub sni: Option<String>,
    /// The versions of HTTP that are offered; `None` offers nothing, and HTTP/1.1 is spoken.
    pub http: Option<HttpVersion>,
    /// The name of a connection that is kept for several exchanges: the first of them makes it.
    pub connection: Option<String>,
    /// The exchange whose TLS session is offered.
    pub resume: Option<String>,
    /// What the proxy door is asked for; `None` goes to the door itself.
    pub by_proxy: Option<Proxied>,
    /// What is done on the connection.
    pub action: Act,
    /// What is to come of it.
    pub expect: Expected,
    /// What is taken from the answer, by name.
    pub captures: Vec<(String, Place)>,
}

/// The line of a file; it plays no part in what an exchange means, and is not shown with it.
#[derive(Clone, Copy)]
pub struct Line(pub usize);

impl Debug for Line {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("Line")
    }
}

/// `http` of an exchange.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum HttpVersion {
    /// HTTP/1.1
    Http1,
    /// HTTP/2, or HTTP/1.1 if the other side does not know it.
    Http2,
}

/// `by-proxy` of an exchange: the target of a CONNECT.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Proxied {
    /// With brackets, if it is an IPv6 address.
    pub host: String,
    /// `None` follows the door.
    pub port: Option<u16>,
}

/// A client and what it shows.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Showing {
    /// Its name: its key signs.
    pub client: String,
    /// What is sent.
    pub sends: Sending,
}

/// `sends` of an exchange.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Sending {
    /// What the client sends.
    AsClient,
    /// Leaf and intermediates.
    Chain,
    /// Leaf, intermediates and root.
    ChainAndRoot,
    /// The leaf alone.
    Leaf,
    /// The leaf, then these clients and CAs, by name.
    List(Vec<String>),
    /// An empty list.
    Nothing,
    /// The leaf, then the rest of the chain and the root in the wrong order: last first.
    Shuffled,
}

/// What is done on a connection.
#[derive(Clone, Debug)]
pub enum Act {
    /// Somebody logs in.
    Login(LoginSpec),
    /// Anything else.
    Request(RequestSpec),
    /// A call of the SOAP API.
    Soap(SoapSpec),
}

/// A login.
#[derive(Clone, Debug)]
pub struct LoginSpec {
    /// How.
    pub flow: LoginFlow,
    /// Who, but for client credentials: the username in the scenario.
    pub user: Option<String>,
    /// Another password than the user's.
    pub password: Option<Template>,
    /// Whether the security token follows the password.
    pub with_token: bool,
    /// The connected app's name, but for SOAP.
    pub app: Option<String>,
    /// Of an assertion; `None` is the door's URL.
    pub audience: Option<String>,
    /// Of the SOAP API.
    pub version: String,
}

/// `login` of an exchange.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum LoginFlow {
    /// `client-credentials`
    ClientCredentials,
    /// `jwt-bearer`
    JwtBearer,
    /// `password`
    Password,
    /// `refresh-token`
    RefreshToken,
    /// `soap`
    Soap,
}

impl LoginFlow {
    /// What a login of this flow gives without being asked: the names of its captures, and where they are in the answer.
    pub fn gives(self) -> Vec<(&'static str, Place)> {
        let places: &[(&str, &str)] = match self {
            Self::Soap => &[("session", "//sessionId"), ("server-url", "//serverUrl"), ("user-id", "//userId")],
            _ => &[
                ("session", "$.access_token"),
                ("instance-url", "$.instance_url"),
                ("identity-url", "$.id"),
                ("refresh-token", "$.refresh_token"),
                ("id-token", "$.id_token"),
            ],
        };
        places.iter().filter_map(|(name, place)| Some((*name, Place::parse(place).ok()?))).collect()
    }

    /// The word in a file.
    pub fn word(self) -> &'static str {
        match self {
            Self::ClientCredentials => "client-credentials",
            Self::JwtBearer => "jwt-bearer",
            Self::Password => "password",
            Self::RefreshToken => "refresh-token",
            Self::Soap => "soap",
        }
    }
}

/// A request of any kind.
#[derive(Clone, Debug)]
pub struct RequestSpec {
    /// `GET`
    pub method: String,
    /// `/services/data`, with its query.
    pub path: Template,
    /// The login whose session is sent as a bearer token.
    pub session: Option<Reference>,
    /// By name as written.
    pub headers: Vec<(String, Template)>,
    /// What follows the head.
    pub body: Body,
}

/// A call of the SOAP API.
#[derive(Clone, Debug)]
pub struct SoapSpec {
    /// `64.0`
    pub version: String,
    /// What stands in the body of the envelope.
    pub xml: Template,
    /// The login whose session stands in the header of the envelope.
    pub session: Option<Reference>,
    /// By name as written.
    pub headers: Vec<(String, Template)>,
}

/// A request's body.
#[derive(Clone, Debug)]
pub enum Body {
    /// A file that is no text.
    Bytes(Vec<u8>),
    /// `application/x-www-form-urlencoded`
    Form(Vec<(String, Template)>),
    /// Nothing.
    None,
    /// A text.
    Text(Template),
}

/// What is to come of an exchange. What is left out is not looked at.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    /// The connection is ended by this alert.
    pub alert: Option<Alert>,
    /// It ends without an alert and without an answer.
    pub closed: bool,
    /// The proxy door gives no tunnel, with this status.
    pub proxy: Option<Status>,
    /// This version of HTTP is spoken.
    pub http: Option<HttpVersion>,
    /// Whether the TLS session that was offered is resumed.
    pub resumed: Option<bool>,
    /// It is answered with this status.
    pub status: Option<Status>,
    /// The answer has this error code.
    pub error: Option<Template>,
    /// It has these headers.
    pub headers: Vec<(String, Template)>,
    /// It has these values.
    pub values: Vec<(Place, Wanted)>,
    /// Its whole body is like this.
    pub text: Option<Template>,
}

/// A single value that an answer is to have.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// Exactly.
    Boolean(bool),
    /// Exactly.
    Integer(i64),
    /// Exactly.
    Number(f64),
    /// A text; `*` stands for any characters.
    Text(Template),
}

impl Display for HttpVersion {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Http1 => "HTTP/1.1",
            Self::Http2 => "HTTP/2",
        })
    }
}

impl Display for Wanted {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean(value) => write!(f, "{value}"),
            Self::Integer(value) => write!(f, "{value}"),
            Self::Number(value) => write!(f, "{value}"),
            Self::Text(text) => write!(f, "{:?}", text.to_string()),
        }
    }
}

impl ExchangeSpec {
    /// `"login" (line 12)`, or the line alone.
    pub fn title(&self) -> String {
        match &self.name {
            Some(name) => format!("{name} (line {})", self.line.0),
            None => format!("line {}", self.line.0),
        }
    }

    /// What is done, in a few words.
    pub fn summary(&self) -> String {
        match &self.action {
            Act::Login(login) => {
                let who = login.user.as_ref().or(login.app.as_ref()).map_or("", String::as_str);
                format!("login {} {who}", login.flow.word())
            }
            Act::Request(request) => format!("{} {}", request.method, request.path),
            Act::Soap(soap) => format!("soap {}", soap.xml),
        }
    }

    /// Whether it may change something: neither a login nor a request that by its method or its name only reads.
    pub fn writes(&self) -> bool {
        const READS: [&str; 5] = ["describe", "get", "logout", "query", "search"];
        match &self.action {
            Act::Login(_) => false,
            Act::Request(request) => !matches!(request.method.as_str(), "GET" | "HEAD" | "OPTIONS"),
            Act::Soap(soap) => {
                let xml = soap.xml.to_string();
                let operation = xml.trim_start_matches('<').rsplit(':').next().unwrap_or_default();
                !READS.iter().any(|read| operation.starts_with(read))
            }
        }
    }
}

/// A JSON path that was parsed.
pub(super) fn json_path(text: &str) -> Result<JsonPath, String> {
    JsonPath::parse(text).map_err(|error| {
        format!("no JSON path such as \"$.records[0].Id\", from character {} on", error.position() + 1)
    })
}
