//! What came back over HTTP/1.1, read whole.

use serde_json::Value;

use super::Failure;

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    /// As it came: cookies and codes have capitals.
    pub raw_head: String,
    pub body: String,
}

impl Answer {
    pub fn read(bytes: &[u8]) -> Result<Self, Failure> {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { return Err(Failure::Closed) };
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.ok_or_else(|| Failure::Other(head.to_owned()))?;
        Ok(Self { status, head: head.to_lowercase(), raw_head: head.to_owned(), body: body.to_owned() })
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.raw_head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("JSON was expected: {}", self.body))
    }

    /// The `errorCode` of a REST error.
    pub fn error_code(&self) -> String {
        self.json()[0]["errorCode"].as_str().unwrap_or_default().to_owned()
    }
}
