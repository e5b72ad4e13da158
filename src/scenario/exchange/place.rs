//! Places in an answer: JSON paths (RFC 9535), a small part of XPath, headers. Looking there is `exchange`'s.

use std::fmt::{self, Display, Formatter};

use serde_json_path::JsonPath;

/// Where a value is.
#[derive(Clone, Debug)]
pub enum Place {
    /// `header:location`
    Header(String),
    /// `tls:version`
    Tls(TlsFact),
    /// `$.records[0].Id`
    Json(Box<JsonPath>),
    /// `//sessionId`
    Xml(XmlPath),
}

/// What a handshake showed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TlsFact {
    /// `tls:ca-names`: how many names of CAs the request for a certificate had.
    CaNames,
    /// `tls:version`: `1.2` or `1.3`
    Version,
}

/// A path through elements by their local names, whatever their prefixes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct XmlPath {
    text: String,
    /// From the root on.
    pub steps: Vec<Step>,
    /// The attribute of the last element, if that is meant.
    pub attribute: Option<String>,
}

/// One step of an XML path.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Step {
    /// After `//`: any depth.
    pub anywhere: bool,
    /// The local name, or `*`.
    pub name: String,
    /// `[2]`: which of those, counted from 1.
    pub number: Option<usize>,
}

impl Place {
    /// Reads one; what is wrong with it otherwise.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some(name) = text.strip_prefix("header:") {
            let name = name.trim();
            let token = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
            return if token { Ok(Self::Header(name.to_ascii_lowercase())) } else { Err("no name of a header".into()) };
        }
        match text {
            "tls:ca-names" => return Ok(Self::Tls(TlsFact::CaNames)),
            "tls:version" => return Ok(Self::Tls(TlsFact::Version)),
            _ => {}
        }
        match text.chars().next() {
            Some('$') => super::json_path(text).map(|path| Self::Json(Box::new(path))),
            Some('/') => XmlPath::parse(text).map(Self::Xml),
            _ => Err("it begins with $ (JSON path), / (XPath), header: or tls:".into()),
        }
    }
}

impl XmlPath {
    fn parse(text: &str) -> Result<Self, String> {
        let (mut steps, mut attribute, mut rest) = (Vec::new(), None, text);
        while !rest.is_empty() {
            let anywhere = rest.starts_with("//");
            rest = rest.strip_prefix("//").or_else(|| rest.strip_prefix('/')).ok_or("a step begins with /")?;
            let (step, next) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            rest = next;
            if let Some(name) = step.strip_prefix('@') {
                check_name(name)?;
                if !rest.is_empty() || anywhere {
                    return Err("an attribute comes last, after one /".into());
                }
                attribute = Some(name.to_owned());
                continue;
            }
            let (name, number) = match step.strip_suffix(']').and_then(|step| step.split_once('[')) {
                Some((name, number)) => {
                    let number: usize = number.parse().map_err(|_| format!("[{number}] is no number"))?;
                    (name, Some(number).filter(|number| *number > 0))
                }
                None => (step, None),
            };
            // prefixes differ from client to client and mean nothing
            let name = name.rsplit(':').next().unwrap_or_default();
            if name != "*" {
                check_name(name)?;
            }
            steps.push(Step { anywhere, name: name.to_owned(), number });
        }
        if steps.is_empty() {
            return Err("it names no element".into());
        }
        Ok(Self { text: text.to_owned(), steps, attribute })
    }
}

fn check_name(name: &str) -> Result<(), String> {
    let fits = name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    if fits { Ok(()) } else { Err(format!("{name:?} is no name of an element; steps are names, *, name[2], @name")) }
}

impl Display for Place {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(name) => write!(f, "header:{name}"),
            Self::Json(path) => write!(f, "{path}"),
            Self::Tls(TlsFact::CaNames) => f.write_str("tls:ca-names"),
            Self::Tls(TlsFact::Version) => f.write_str("tls:version"),
            Self::Xml(path) => f.write_str(&path.text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_by_local_names() {
        let Ok(Place::Xml(path)) = Place::parse("/soapenv:Envelope/Body//field[2]/@nil") else { panic!("an XPath") };
        let steps: Vec<_> = path.steps.iter().map(|s| (s.anywhere, s.name.as_str(), s.number)).collect();
        assert_eq!(steps, [(false, "Envelope", None), (false, "Body", None), (true, "field", Some(2))]);
        assert_eq!(path.attribute.as_deref(), Some("nil"));
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for text in ["", "id", "/", "//", "/a/@b/c", "/a[x]", "/a b", "$[", "$.a b", "header:", "header:a b"] {
            assert!(Place::parse(text).is_err(), "{text}");
        }
    }
}
