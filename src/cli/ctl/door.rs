//! The way to an org's admin door: found from flags, environment or kit; plain HTTP, a connection for each request.

use std::env;
use std::fs;
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, Uri, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

use super::Which;
use super::shown::at;
use crate::cli::{Outcome, could_not_run, print, say};
use crate::journal::Explanation;
use crate::journal::line::harmless;
use crate::simulator::kit::{KIT_JSON, Kit};

/// Nobody who listens takes longer to say so.
const CONNECT: Duration = Duration::from_secs(5);

/// An RSA key in the making may take its time.
const ANSWER: Duration = Duration::from_secs(120);

/// An org's admin door.
#[derive(Debug)]
pub(in crate::cli) struct Door {
    url: String,
    host: String,
    port: u16,
    token: String,
    runtime: Runtime,
}

/// Why there is no answer.
#[derive(Debug)]
pub(in crate::cli) enum Failure {
    /// Something on this side.
    Here(String),
    /// The org said no, and why.
    Refused(Value),
    /// It cannot be asked.
    Unasked(String),
}

/// An answer that is no refusal.
pub(super) struct Answered {
    head: http::response::Parts,
    pub body: Bytes,
}

impl Door {
    pub(super) fn find(which: &Which) -> Result<Self, String> {
        let variable = |name| env::var(name).ok().filter(|value| !value.is_empty());
        let token = || which.token.clone().or_else(|| variable("MOCKORG_ADMIN_TOKEN"));
        if let Some(kit) = &which.kit {
            return Self::of_kit(kit);
        }
        if let Some(url) = which.admin.clone().or_else(|| variable("MOCKORG_ADMIN_URL")) {
            return Self::at(&url, token());
        }
        match variable("MOCKORG_KIT") {
            Some(kit) => Self::of_kit(Path::new(&kit)),
            None => {
                Err("which org? --kit DIR names the kit that mockorg serve --kit DIR writes; --admin URL and --token \
                         TOKEN, MOCKORG_KIT, or MOCKORG_ADMIN_URL and MOCKORG_ADMIN_TOKEN do as well"
                    .into())
            }
        }
    }

    /// The door at a URL; without a token, the one of the environment.
    pub(in crate::cli) fn at(url: &str, token: Option<String>) -> Result<Self, String> {
        let token = token.or_else(|| env::var("MOCKORG_ADMIN_TOKEN").ok()).filter(|token| !token.is_empty());
        let token = token
            .ok_or("the admin door wants a token: --token or MOCKORG_ADMIN_TOKEN; it is admin_token in kit.json")?;
        let uri: Uri = url.parse().map_err(|_| format!("{url:?} is no URL such as http://127.0.0.1:8440"))?;
        let (Some("http"), Some(host)) = (uri.scheme_str(), uri.host()) else {
            return Err(format!("{url:?} is no URL such as http://127.0.0.1:8440"));
        };
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
        let (host, port) = (host.trim_matches(['[', ']']).to_owned(), uri.port_u16().unwrap_or(80));
        Ok(Self { url: url.trim_end_matches('/').to_owned(), host, port, token, runtime })
    }

    fn of_kit(folder: &Path) -> Result<Self, String> {
        let path = folder.join(KIT_JSON);
        let text = fs::read(&path).map_err(|error| {
            format!("{}: {error}; an org writes it when it is ready, and takes it away when it stops", path.display())
        })?;
        let kit: Kit = serde_json::from_slice(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        let url = kit.admin_url.ok_or_else(|| format!("{}: it names no admin door", path.display()))?;
        Self::at(&url, Some(kit.admin_token.ok_or_else(|| format!("{}: it holds no admin token", path.display()))?))
    }

    /// JSON from a path.
    pub(super) fn read(&self, path: &str) -> Result<Value, Failure> {
        self.get(path)?.json()
    }

    /// Whatever lies at a path.
    pub(in crate::cli) fn bytes(&self, path: &str) -> Result<Bytes, Failure> {
        self.get(path).map(|answered| answered.body)
    }

    pub(super) fn get(&self, path: &str) -> Result<Answered, Failure> {
        self.runtime.block_on(self.send("GET", path, None))
    }

    /// A write with JSON; null if there is nothing to say in return.
    pub(super) fn write(&self, method: &str, path: &str, body: &Value) -> Result<Value, Failure> {
        self.runtime.block_on(self.send(method, path, Some(body)))?.json()
    }

    pub(super) fn delete(&self, path: &str) -> Result<Value, Failure> {
        self.runtime.block_on(self.send("DELETE", path, None))?.json()
    }

    /// Hands on a body that comes in pieces, until it ends or `take` has had enough.
    pub(super) fn stream(&self, path: &str, mut take: impl FnMut(&[u8]) -> bool) -> Result<(), Failure> {
        self.runtime.block_on(async {
            let response = self.ask("GET", path, None).await?;
            let (head, mut body) = self.accepted(response).await?.into_parts();
            drop(head);
            while let Some(frame) = body.frame().await {
                let frame = frame.map_err(|error| self.unreachable(&error.to_string()))?;
                if let Ok(data) = frame.into_data()
                    && !take(&data)
                {
                    break;
                }
            }
            Ok(())
        })
    }

    async fn send(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Answered, Failure> {
        let answered = timeout(ANSWER, async {
            let response = self.ask(method, path, body).await?;
            let (head, body) = self.accepted(response).await?.into_parts();
            let body = body.collect().await.map_err(|error| self.unreachable(&error.to_string()))?.to_bytes();
            Ok(Answered { head, body })
        });
        answered.await.unwrap_or_else(|_| Err(self.unreachable("no answer in two minutes")))
    }

    async fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Response<Incoming>, Failure> {
        let told = |error: &dyn std::fmt::Display| self.unreachable(&error.to_string());
        let connected = timeout(CONNECT, TcpStream::connect((self.host.as_str(), self.port))).await;
        let tcp = connected.map_err(|_| told(&"nobody answers"))?.map_err(|error| told(&error))?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(tcp)).await.map_err(|error| told(&error))?;
        tokio::spawn(connection);
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        let request = Request::builder()
            .method(Method::from_bytes(method.as_bytes()).unwrap_or_default())
            .uri(path)
            .header(header::HOST, format!("{host}:{}", self.port))
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        let request = match body {
            Some(body) => {
                request.header(header::CONTENT_TYPE, "application/json").body(Full::<Bytes>::from(body.to_string()))
            }
            None => request.body(Full::default()),
        };
        sender.send_request(request.map_err(|error| told(&error))?).await.map_err(|error| told(&error))
    }

    /// The answer, unless it is a refusal.
    async fn accepted(&self, response: Response<Incoming>) -> Result<Response<Incoming>, Failure> {
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let body = response.into_body().collect().await.map(|body| body.to_bytes()).unwrap_or_default();
        let problem: Option<Value> =
            serde_json::from_slice(&body).ok().filter(|problem: &Value| problem["code"].is_string());
        Err(match problem {
            Some(problem) if status == StatusCode::UNAUTHORIZED || status == StatusCode::FORBIDDEN => {
                let (detail, cure) = (at(&problem, "detail"), at(&problem, "cure"));
                Failure::Unasked(format!("{}: {detail}; {cure}", self.url))
            }
            Some(problem) => Failure::Refused(problem),
            None => Failure::Unasked(format!("{}: answered {status}, as no admin door does", self.url)),
        })
    }

    fn unreachable(&self, why: &str) -> Failure {
        Failure::Unasked(format!("{}: {why}; is the org running? mockorg serve starts one", self.url))
    }
}

impl Answered {
    /// A header's value.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.head.headers.get(name)?.to_str().ok()
    }

    fn json(&self) -> Result<Value, Failure> {
        if self.body.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&self.body)
            .map_err(|error| Failure::Unasked(format!("an answer that is no JSON: {error}")))
    }
}

impl Failure {
    /// In one line.
    pub(in crate::cli) fn words(&self) -> String {
        match self {
            Self::Here(why) | Self::Unasked(why) => harmless(why),
            Self::Refused(problem) => format!("refused: {}", at(problem, "detail")),
        }
    }

    /// Tells people, and scripts that asked for JSON.
    pub(super) fn tell(&self, json: bool) -> Outcome {
        let Self::Refused(problem) = self else { return could_not_run(self.words()) };
        if json {
            print(format_args!("{problem:#}\n"));
        } else {
            say(Explanation {
                headline: self.words(),
                rule: at(problem, "rule"),
                expected: at(problem, "expected"),
                found: at(problem, "found"),
                client: None,
                cure: at(problem, "cure"),
            });
        }
        Outcome::No
    }
}

/// A name as a segment of a path.
pub(super) fn segment(name: &str) -> String {
    name.bytes().fold(String::new(), |mut path, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => path.push(byte.into()),
            other => path.push_str(&format!("%{other:02X}")),
        }
        path
    })
}
