//! An answer over HTTP, and the values at places in it.

use roxmltree::{Document, Node, ParsingOptions};
use serde_json::Value;

use crate::data::xml_guard;
use crate::scenario::exchange::{HttpVersion, Place, TlsFact, XmlPath};

/// An answer, whole.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// Of HTTP.
    pub status: u16,
    /// In order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// As it came.
    pub body: Vec<u8>,
    /// The version of HTTP that it came by, where that is known.
    pub http: Option<HttpVersion>,
    /// Whether its connection resumed the TLS session that was offered; `None` if there was none to offer.
    pub resumed: Option<bool>,
    /// The handshake before it.
    pub tls: Option<Tls>,
}

/// What a handshake showed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Tls {
    /// `1.3`
    pub version: &'static str,
    /// How many names of CAs the request for a certificate had.
    pub ca_names: usize,
}

impl Answer {
    /// The first header of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body as text; what is none is replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// The value at a place.
    ///
    /// # Errors
    /// Why there is none.
    pub fn value_at(&self, place: &Place) -> Result<Value, String> {
        match place {
            Place::Header(name) => {
                self.header(name).map(|value| value.into()).ok_or_else(|| "no such header".to_owned())
            }
            Place::Json(path) => {
                let body = self.json().ok_or_else(|| self.other_than("JSON"))?;
                let nodes = path.query(&body);
                nodes.first().cloned().ok_or_else(|| "nothing there".to_owned())
            }
            Place::Tls(fact) => {
                let tls = self.tls.ok_or("nothing is known of the handshake")?;
                Ok(match fact {
                    TlsFact::CaNames => tls.ca_names.into(),
                    TlsFact::Version => tls.version.into(),
                })
            }
            Place::Xml(path) => self.xml_at(path).map(Value::String),
        }
    }

    /// The value at a place, as text.
    ///
    /// # Errors
    /// Why there is none.
    pub fn text_at(&self, place: &Place) -> Result<String, String> {
        Ok(match self.value_at(place)? {
            Value::String(text) => text,
            other => other.to_string(),
        })
    }

    fn xml_at(&self, path: &XmlPath) -> Result<String, String> {
        let text = std::str::from_utf8(&self.body).map_err(|_| self.other_than("XML"))?;
        let text = text.trim_start_matches('\u{feff}').trim_start();
        xml_guard::check(text).map_err(|why| format!("XML that is not read: {why}"))?;
        let options =
            ParsingOptions { allow_dtd: false, nodes_limit: 4 * xml_guard::MAX_ELEMENTS, ..Default::default() };
        let document = Document::parse_with_options(text, options).map_err(|_| self.other_than("XML"))?;
        let mut nodes = vec![document.root()];
        for step in &path.steps {
            let fits =
                |node: &Node<'_, '_>| node.is_element() && (step.name == "*" || node.tag_name().name() == step.name);
            let mut next: Vec<Node<'_, '_>> = Vec::new();
            for node in &nodes {
                match step.anywhere {
                    true => next.extend(node.descendants().filter(fits)),
                    false => next.extend(node.children().filter(fits)),
                }
            }
            nodes = match step.number {
                None => next,
                Some(number) => next.into_iter().nth(number - 1).into_iter().collect(),
            };
        }
        let node = nodes.first().ok_or("nothing there")?;
        match &path.attribute {
            None => Ok(node.descendants().filter_map(|node| node.is_text().then(|| node.text()).flatten()).collect()),
            Some(name) => {
                let mut attributes = node.attributes();
                let found = attributes.find(|attribute| attribute.name() == name);
                found.map(|found| found.value().to_owned()).ok_or_else(|| "no such attribute".to_owned())
            }
        }
    }

    fn other_than(&self, wanted: &str) -> String {
        let kind = self.header("content-type").unwrap_or("a body of no type");
        format!("{kind}, not {wanted}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(body: &str, place: &str) -> Result<String, String> {
        let answer = Answer { body: body.as_bytes().to_vec(), ..Answer::default() };
        answer.text_at(&Place::parse(place).unwrap())
    }

    #[test]
    fn elements_are_found_by_local_name() {
        let xml = "<e:E xmlns:e='urn:e'><b><r i='7'><id>1</id></r><r><id>2</id><nil/></r></b></e:E>";
        assert_eq!(at(xml, "/E/b/r[2]/id").as_deref(), Ok("2"));
        assert_eq!(at(xml, "//id").as_deref(), Ok("1"));
        assert_eq!(at(xml, "//r/@i").as_deref(), Ok("7"));
        assert_eq!(at(xml, "//nil").as_deref(), Ok(""));
        assert_eq!(at(xml, "/b"), Err("nothing there".into()));
        assert!(at("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "/a").is_err());
    }

    #[test]
    fn values_of_json_are_found() {
        assert_eq!(at(r#"{"a":[{"b":1},{"b":"two"}]}"#, "$.a[1].b").as_deref(), Ok("two"));
        assert_eq!(at(r#"{"a":[{"b":1}]}"#, "$.a[0].b").as_deref(), Ok("1"));
        assert_eq!(at("<html>", "$.a"), Err("a body of no type, not JSON".into()));
    }
}
