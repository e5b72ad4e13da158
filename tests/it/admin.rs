//! The admin door: every path of its API, and who may come in.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};

use serde_json::{Value, json};

use crate::wire::{Org, PATIENCE};

mod documented;
mod guard;
mod journal;
mod verbs;

/// A request to the admin door, made byte by byte.
pub struct Ask {
    port: u16,
    method: &'static str,
    target: String,
    host: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// What it answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Ask {
    /// Without a token.
    pub fn stranger(org: &Org, method: &'static str, target: &str) -> Self {
        let port = org.ports().admin;
        let host = format!("127.0.0.1:{port}");
        Self { port, method, target: target.into(), host, headers: Vec::new(), body: Vec::new() }
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub fn host(mut self, host: &str) -> Self {
        self.host = host.into();
        self
    }

    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string().as_bytes())
    }

    pub fn body(mut self, content_type: &str, body: &[u8]) -> Self {
        self.body = body.to_vec();
        self.header("Content-Type", content_type)
    }

    pub fn send(self) -> Answer {
        let (head, body) = (self.head("close"), self.body);
        let mut tcp = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap();
        tcp.set_read_timeout(Some(PATIENCE)).unwrap();
        // a body that is refused unread may not be taken to its end
        let _ = tcp.write_all(head.as_bytes()).and_then(|()| tcp.write_all(&body));
        let mut read = Vec::new();
        let _ = tcp.read_to_end(&mut read);
        Answer::read(&read)
    }

    /// Sends the head, and leaves the connection open for what comes.
    pub fn open(self) -> TcpStream {
        let mut tcp = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap();
        tcp.set_read_timeout(Some(PATIENCE)).unwrap();
        tcp.write_all(self.head("keep-alive").as_bytes()).unwrap();
        tcp
    }

    fn head(&self, connection: &str) -> String {
        let (method, target, host) = (self.method, &self.target, &self.host);
        let mut head = format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: {connection}\r\n");
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        if !self.body.is_empty() {
            head += &format!("Content-Length: {}\r\n", self.body.len());
        }
        head + "\r\n"
    }
}

impl Answer {
    fn read(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        Self { status, head, body: bytes[end + 4..].to_vec() }
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("JSON was expected: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Status and code of a refusal.
    pub fn problem(&self) -> (u16, String) {
        let problem = self.json();
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        assert_eq!(problem["status"], self.status);
        for key in ["title", "detail", "rule", "expected", "found", "cure"] {
            assert!(problem[key].as_str().is_some_and(|text| !text.is_empty()), "{key} in {problem}");
        }
        (self.status, problem["code"].as_str().unwrap().to_owned())
    }
}

/// With the token.
pub fn ask(org: &Org, method: &'static str, target: &str) -> Ask {
    let token = format!("Bearer {}", org.admin_token());
    Ask::stranger(org, method, target).header("Authorization", &token)
}

pub fn get(org: &Org, target: &str) -> Value {
    let answer = ask(org, "GET", target).send();
    assert_eq!(answer.status, 200, "{target}: {}", answer.text());
    answer.json()
}

/// A write that succeeds.
pub fn write(org: &Org, method: &'static str, target: &str, body: &Value) -> Answer {
    let answer = ask(org, method, target).json(body).send();
    assert!((200..300).contains(&answer.status), "{method} {target}: {}", answer.text());
    answer
}

/// A write that is refused.
pub fn refused(org: &Org, method: &'static str, target: &str, body: &Value) -> (u16, String) {
    let before = state(org);
    let answer = ask(org, method, target).json(body).send();
    assert_eq!(state(org), before, "what is refused changes nothing: {method} {target}");
    answer.problem()
}

/// What verbs change, without times and the count of events.
pub fn state(org: &Org) -> Value {
    let mut glance = get(org, "/v1/org");
    for key in ["org_time", "wall_time", "events"] {
        glance.as_object_mut().unwrap().remove(key);
    }
    json!([glance, get(org, "/v1/certificates"), get(org, "/v1/trust"), get(org, "/v1/advertise")])
}
