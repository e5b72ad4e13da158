//! Certificates out of Java's key stores: PKCS#12 and JKS. Private keys in them are passed over.

use openssl::sha::Sha1;
use p12_keystore::Pkcs12Archive;

use crate::pki::Certificate;

/// What a JKS file begins with.
const JKS: [u8; 4] = [0xfe, 0xed, 0xfe, 0xed];

/// The passwords tried where none is given: Java's own, and none.
const USUAL: [&str; 2] = ["changeit", ""];

/// Whether these are the first bytes of a JKS file.
pub(super) fn is_jks(bytes: &[u8]) -> bool {
    bytes.starts_with(&JKS)
}

/// Every certificate of a PKCS#12 file.
pub(super) fn pkcs12(bytes: &[u8], password: Option<&str>) -> Result<Vec<Certificate>, String> {
    let given = password.as_slice();
    let tried = if given.is_empty() { &USUAL[..] } else { given };
    let archive = tried.iter().find_map(|password| Pkcs12Archive::from_pkcs12(bytes, password).ok());
    let archive = archive.ok_or_else(|| match password {
        Some(_) => "neither a certificate nor a PKCS#12 store with this `store-password`".to_owned(),
        None => "neither a certificate nor a PKCS#12 store with the password \"changeit\"; set `store-password`".into(),
    })?;
    archive.certs.iter().map(|bag| read(bag.cert.as_der())).collect()
}

/// Every certificate of a JKS file; its digest is checked where a password is given, as `keytool` does.
pub(super) fn jks(bytes: &[u8], password: Option<&str>) -> Result<Vec<Certificate>, String> {
    const DIGEST: usize = 20;
    let (body, digest) = bytes.split_last_chunk::<DIGEST>().ok_or_else(cut_short)?;
    if password.is_some_and(|password| jks_digest(body, password) != *digest) {
        return Err("a JKS store with another `store-password`, or damaged".into());
    }
    let mut rest = Cursor(body);
    rest.take(JKS.len())?;
    let version = rest.number()?;
    if !(1..=2).contains(&version) {
        return Err(format!("a JKS store of version {version}"));
    }
    let mut found = Vec::new();
    for _ in 0..rest.number()? {
        let entry = rest.number()?;
        rest.text()?;
        rest.take(8)?; // when it was made
        let count = match entry {
            1 => {
                rest.block()?; // the encrypted key
                rest.number()?
            }
            2 => 1,
            other => return Err(format!("a JKS store with an entry of kind {other}")),
        };
        for _ in 0..count {
            if version == 2 {
                rest.text()?; // "X.509"
            }
            found.push(read(rest.block()?)?);
        }
    }
    Ok(found)
}

/// SHA-1 over the password in UTF-16, a phrase, and the contents: the format's own integrity check.
fn jks_digest(body: &[u8], password: &str) -> [u8; 20] {
    let mut hash = Sha1::new();
    password.encode_utf16().for_each(|unit| hash.update(&unit.to_be_bytes()));
    hash.update(b"Mighty Aphrodite");
    hash.update(body);
    hash.finish()
}

fn read(der: &[u8]) -> Result<Certificate, String> {
    Certificate::from_der(der).map_err(|error| format!("a store with something else in it, {error}"))
}

fn cut_short() -> String {
    "a JKS store that is cut short".into()
}

struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], String> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or_else(cut_short)?;
        self.0 = rest;
        Ok(taken)
    }

    fn number(&mut self) -> Result<u32, String> {
        let bytes = self.take(4)?;
        Ok(bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
    }

    fn text(&mut self) -> Result<&'a [u8], String> {
        let bytes = self.take(2)?;
        self.take(usize::from(bytes[0]) << 8 | usize::from(bytes[1]))
    }

    fn block(&mut self) -> Result<&'a [u8], String> {
        let length = self.number()?;
        self.take(usize::try_from(length).map_err(|_| cut_short())?)
    }
}
