//! Limits on XML, checked in one pass before the parser runs: its work grows with the square of some of these.

/// The most elements in a document.
pub const MAX_ELEMENTS: u32 = 10_000;
/// The most levels of elements.
pub const MAX_DEPTH: usize = 100;
/// The most attributes of an element, namespaces included.
pub const MAX_ATTRIBUTES: usize = 100;
/// The most attributes in a document: the parser copies the namespaces in scope for every element that declares one.
pub const MAX_ATTRIBUTES_IN_ALL: usize = 5_000;

/// Whether a document keeps the limits and has no DTD. Whether it is well-formed is left to the parser.
pub fn check(text: &str) -> Result<(), String> {
    let (mut depth, mut elements, mut attributes) = (0_usize, 0_u32, 0_usize);
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        rest = if rest.starts_with("<!--") {
            after(rest, "-->")
        } else if rest.starts_with("<![CDATA[") {
            after(rest, "]]>")
        } else if rest.starts_with("<?") {
            after(rest, "?>")
        } else if rest.starts_with("<!") {
            return Err("a document type declaration (DTD) is not accepted".to_owned());
        } else if rest.starts_with("</") {
            depth = depth.saturating_sub(1);
            after(rest, ">")
        } else {
            let tag = Tag::read(rest);
            elements += 1;
            if elements > MAX_ELEMENTS {
                return Err(format!("more than {MAX_ELEMENTS} elements"));
            }
            if tag.attributes > MAX_ATTRIBUTES {
                return Err(format!("more than {MAX_ATTRIBUTES} attributes in one element"));
            }
            attributes += tag.attributes;
            if attributes > MAX_ATTRIBUTES_IN_ALL {
                return Err(format!("more than {MAX_ATTRIBUTES_IN_ALL} attributes"));
            }
            if !tag.is_empty {
                depth += 1;
            }
            if depth > MAX_DEPTH {
                return Err(format!("more than {MAX_DEPTH} levels of elements"));
            }
            &rest[tag.length..]
        };
    }
    Ok(())
}

fn after<'a>(text: &'a str, end: &str) -> &'a str {
    text.find(end).map_or("", |at| &text[at + end.len()..])
}

/// A start tag, as far as the limits go.
struct Tag {
    attributes: usize,
    is_empty: bool,
    length: usize,
}

impl Tag {
    fn read(text: &str) -> Self {
        let (mut quote, mut attributes) = (None, 0);
        let bytes = text.as_bytes();
        for (at, &byte) in bytes.iter().enumerate() {
            match (quote, byte) {
                (Some(open), byte) if open == byte => quote = None,
                (Some(_), _) => {}
                (None, b'"' | b'\'') => quote = Some(byte),
                (None, b'=') => attributes += 1,
                (None, b'>') => return Self { attributes, is_empty: bytes[at - 1] == b'/', length: at + 1 },
                (None, _) => {}
            }
        }
        Self { attributes, is_empty: true, length: text.len() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ordinary_document_passes() {
        let text = "<?xml version='1.0'?><!-- <a> --><e a='>' b=\"/>\"><![CDATA[<x>]]><f/></e>";
        assert_eq!(check(text), Ok(()));
    }

    #[test]
    fn depth_elements_attributes_and_a_dtd_are_refused() {
        let refused = |text: &str| check(text).unwrap_err();
        assert_eq!(refused(&"<a>".repeat(10_000)), "more than 100 levels of elements");
        assert_eq!(refused(&"<a/>".repeat(10_001)), "more than 10000 elements");
        assert_eq!(refused(&format!("<a {}/>", "b='' ".repeat(101))), "more than 100 attributes in one element");
        let many = format!("<a {}/>", "b='' ".repeat(100)).repeat(51);
        assert_eq!(refused(&many), "more than 5000 attributes");
        assert_eq!(refused("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), DTD);
    }

    const DTD: &str = "a document type declaration (DTD) is not accepted";
}
