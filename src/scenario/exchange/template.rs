//! Texts with references to what earlier exchanges captured: `Bearer ${login.session}`.

use std::fmt::{self, Display, Formatter};

/// A text, in which some parts are not known before an exchange was played.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Template {
    /// In order.
    pub parts: Vec<Part>,
}

/// A part of a text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Part {
    /// What an earlier exchange captured.
    Captured(Reference),
    /// Itself.
    Text(String),
}

/// `${EXCHANGE.NAME}`
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Reference {
    /// The name of the exchange.
    pub exchange: String,
    /// What it captured.
    pub name: String,
}

impl Template {
    /// A text without references.
    pub fn plain(text: &str) -> Self {
        Self { parts: vec![Part::Text(text.to_owned())] }
    }

    /// Splits a text at its references; `$${` is a `${` that is none.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (mut parts, mut own, mut rest) = (Vec::new(), String::new(), text);
        while let Some(at) = rest.find("${") {
            let (before, after) = (&rest[..at], &rest[at + 2..]);
            if let Some(before) = before.strip_suffix('$') {
                own.push_str(before);
                own.push_str("${");
                rest = after;
                continue;
            }
            own.push_str(before);
            let (inside, next) = after.split_once('}').ok_or("\"${\" is not closed by \"}\"; \"$${\" means itself")?;
            let (exchange, name) = inside
                .split_once('.')
                .ok_or_else(|| format!("\"${{{inside}}}\" is not of the form \"${{login.session}}\""))?;
            if !own.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut own)));
            }
            parts.push(Part::Captured(Reference { exchange: exchange.to_owned(), name: name.to_owned() }));
            rest = next;
        }
        own.push_str(rest);
        if !own.is_empty() {
            parts.push(Part::Text(own));
        }
        Ok(Self { parts })
    }

    /// What it refers to.
    pub fn references(&self) -> impl Iterator<Item = &Reference> {
        self.parts.iter().filter_map(|part| match part {
            Part::Captured(reference) => Some(reference),
            Part::Text(_) => None,
        })
    }

    /// The whole text, if it refers to nothing.
    pub fn text(&self) -> Option<String> {
        self.references().next().is_none().then(|| self.parts.iter().filter_map(Part::text).collect())
    }
}

impl Part {
    fn text(&self) -> Option<&str> {
        match self {
            Self::Captured(_) => None,
            Self::Text(text) => Some(text),
        }
    }
}

impl Display for Template {
    /// As it is written, but for `$${`.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| match part {
            Part::Captured(reference) => write!(f, "{reference}"),
            Part::Text(text) => f.write_str(text),
        })
    }
}

impl Display for Reference {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "${{{}.{}}}", self.exchange, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_found_between_texts() {
        let template = Template::parse("a ${login.session} $${b} ${x.y}").unwrap();
        assert_eq!(template.references().count(), 2);
        assert_eq!(template.to_string(), "a ${login.session} ${b} ${x.y}");
        assert_eq!(template.text(), None);
        assert_eq!(Template::parse("$${a}").unwrap().text().as_deref(), Some("${a}"));
    }

    #[test]
    fn what_is_no_reference_is_refused() {
        assert!(Template::parse("${login.session").is_err());
        assert!(Template::parse("${login}").is_err());
    }
}
