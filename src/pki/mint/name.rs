//! Names from text (RFC 4514, most specific part first) or from their parts.

use der::asn1::{Any, SetOfVec};
use der::{Decode, Encode, Tag};
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::name::Name;

use super::Unmintable;

/// Reads `CN=billing,O=Acme`; spaces after a comma are passed over, and the empty text is the empty name.
pub fn name_from_text(text: &str) -> Result<Name, Unmintable> {
    let wrong = || Unmintable::Name(text.to_owned());
    if text.trim().is_empty() {
        return Ok(Name::default());
    }
    let mut parts = Vec::new();
    for part in split(text, ',') {
        let attributes: Result<Vec<AttributeTypeAndValue>, _> =
            split(part, '+').into_iter().map(|attribute| attribute.trim_start().parse()).collect();
        parts.push(attributes.map_err(|_| wrong())?);
    }
    parts.reverse();
    from_parts(parts).map_err(|_| wrong())
}

/// `CN=common_name,O=organization`, whatever characters they hold.
pub fn named(common_name: &str, organization: &str) -> Result<Name, Unmintable> {
    use const_oid::db::rfc4519::{COMMON_NAME, ORGANIZATION_NAME};

    let parts = [(ORGANIZATION_NAME, organization), (COMMON_NAME, common_name)].map(|(oid, text)| {
        Any::new(Tag::Utf8String, text.as_bytes()).map(|value| vec![AttributeTypeAndValue { oid, value }])
    });
    Ok(from_parts(parts.into_iter().collect::<Result<_, _>>()?)?)
}

/// By way of DER, because `Name` can be built neither from its parts nor by `FromStr` with every escape in it.
fn from_parts(parts: Vec<Vec<AttributeTypeAndValue>>) -> Result<Name, der::Error> {
    let sets: Vec<SetOfVec<AttributeTypeAndValue>> =
        parts.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?;
    Name::from_der(&sets.to_der()?)
}

fn split(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut escaped) = (0, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == separator => {
                parts.push(&text[start..at]);
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_names_with_every_escape() {
        let name = name_from_text(r"CN=Smith\, J\\\, III\2B, O=Acme+OU=Sales,C=DE").unwrap();
        let parts: Vec<String> = name.iter_rdn().map(|rdn| rdn.iter().map(|a| a.to_string()).collect()).collect();
        assert_eq!(parts, ["C=DE", "O=AcmeOU=Sales", r"CN=Smith\, J\\\, III\+"]);
    }

    #[test]
    fn takes_any_character_in_a_common_name() {
        assert_eq!(named(r"a,b\+", "Ä").unwrap().to_string(), r"CN=a\,b\\\+,O=Ä");
    }

    #[test]
    fn refuses_what_is_no_name() {
        for text in ["billing", "CN=a,", "XYZ=a", r"CN=\q"] {
            assert!(matches!(name_from_text(text), Err(Unmintable::Name(_))), "{text}");
        }
    }
}
