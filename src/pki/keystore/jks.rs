//! Java's own key store format, as `keytool -storetype JKS` writes it; the keys in it stay encrypted.

use openssl::sha::Sha1;

use super::{Entry, StoreError, read};
use crate::pki::Certificate;

/// What a JKS file begins with.
const MAGIC: [u8; 4] = [0xfe, 0xed, 0xfe, 0xed];

/// Whether these are the first bytes of a JKS file.
pub fn is_jks(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC)
}

pub(super) fn entries(bytes: &[u8], password: Option<&str>) -> Result<Vec<Entry>, StoreError> {
    const DIGEST: usize = 20;
    let (body, digest) = bytes.split_last_chunk::<DIGEST>().ok_or_else(cut_short)?;
    if password.is_some_and(|password| self::digest(body, password) != *digest) {
        return Err(StoreError::Password);
    }
    let mut rest = Cursor(body);
    rest.take(MAGIC.len())?;
    let version = rest.number()?;
    if !(1..=2).contains(&version) {
        return Err(StoreError::Malformed(format!("a JKS store of version {version}")));
    }
    let count = rest.number()?;
    (0..count).map(|_| entry(&mut rest, version)).collect()
}

fn entry(rest: &mut Cursor<'_>, version: u32) -> Result<Entry, StoreError> {
    let kind = rest.number()?;
    let alias = String::from_utf8_lossy(rest.text()?).into_owned();
    rest.take(8)?; // when it was made
    let count = match kind {
        1 => {
            rest.block()?; // the encrypted key
            rest.number()?
        }
        2 => 1,
        other => return Err(StoreError::Malformed(format!("a JKS store with an entry of kind {other}"))),
    };
    let certificates: Result<Vec<_>, _> = (0..count).map(|_| certificate(rest, version)).collect();
    Ok(Entry { alias, has_key: kind == 1, certificates: certificates? })
}

fn certificate(rest: &mut Cursor<'_>, version: u32) -> Result<Certificate, StoreError> {
    if version == 2 {
        rest.text()?; // "X.509"
    }
    read(rest.block()?)
}

/// SHA-1 over the password in UTF-16, a phrase, and the contents: the format's own integrity check.
fn digest(body: &[u8], password: &str) -> [u8; 20] {
    let mut hash = Sha1::new();
    password.encode_utf16().for_each(|unit| hash.update(&unit.to_be_bytes()));
    hash.update(b"Mighty Aphrodite");
    hash.update(body);
    hash.finish()
}

fn cut_short() -> StoreError {
    StoreError::Malformed("a JKS store that is cut short".into())
}

struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], StoreError> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or_else(cut_short)?;
        self.0 = rest;
        Ok(taken)
    }

    fn number(&mut self) -> Result<u32, StoreError> {
        let bytes = self.take(4)?;
        Ok(bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
    }

    fn text(&mut self) -> Result<&'a [u8], StoreError> {
        let bytes = self.take(2)?;
        self.take(usize::from(bytes[0]) << 8 | usize::from(bytes[1]))
    }

    fn block(&mut self) -> Result<&'a [u8], StoreError> {
        let length = self.number()?;
        self.take(usize::try_from(length).map_err(|_| cut_short())?)
    }
}
