//! Record ids: 15 characters that differ in case, and the 18 that do not.

use std::fmt::{self, Display, Formatter};

use serde::de::{Deserialize, Deserializer, Error};

/// A record id, kept in its 18-character form.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, serde::Serialize)]
pub struct Id(String);

impl Id {
    /// An id of an object with this three-character key prefix; `number` tells records apart.
    pub fn new(prefix: &str, number: u64) -> Self {
        const DIGITS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        let mut left = number;
        let mut tail = [b'0'; 9];
        for slot in tail.iter_mut().rev() {
            *slot = DIGITS[(left % 62) as usize];
            left /= 62;
        }
        let tail = std::str::from_utf8(&tail).expect("digits are ASCII");
        Self::from_15(&format!("{prefix}5e0{tail}"))
    }

    /// Reads 15 or 18 characters; `None` if they are not an id. Of 18, case is taken from the check characters' promise.
    pub fn parse(text: &str) -> Option<Self> {
        let right_length = matches!(text.len(), 15 | 18);
        (right_length && text.bytes().all(|byte| byte.is_ascii_alphanumeric())).then(|| Self::from_15(&text[..15]))
    }

    /// 18 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// 15 characters.
    pub fn short(&self) -> &str {
        &self.0[..15]
    }

    fn from_15(short: &str) -> Self {
        const CHECK: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
        let mut text = short.to_owned();
        for chunk in short.as_bytes().chunks(5) {
            let bits =
                chunk.iter().enumerate().map(|(at, byte)| usize::from(byte.is_ascii_uppercase()) << at).sum::<usize>();
            text.push(char::from(CHECK[bits]));
        }
        Self(text)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom(format_args!("{text:?} is no record id")))
    }
}

impl Display for Id {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_characters_follow_the_case() {
        assert_eq!(Id::parse("00Dxx0000001gER").unwrap().as_str(), "00Dxx0000001gEREAY");
    }
}
