//! The file that `explain` is given, whatever its format, as the certificates that a client would send from it.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::password::Passwords;
use crate::journal::line::harmless;
use crate::pki::crl::Crl;
use crate::pki::keystore::{self, Entry, StoreError};
use crate::pki::{Certificate, Unreadable};

/// A larger file is no chain.
const MAX_BYTES: u64 = 1024 * 1024;

/// What a client would send.
#[derive(Clone, Debug)]
pub(in crate::cli) struct Chain {
    /// The file, or the client's address.
    pub source: String,
    /// In the order of the file; at least one.
    pub certificates: Vec<Certificate>,
    /// What else stands in the file.
    pub key: Key,
    /// The entry of a key store that it was taken from.
    pub alias: Option<String>,
}

/// Whether a private key comes with a chain. It is never read, and never printed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::cli) enum Key {
    /// In a PEM file, beside the certificates.
    Beside,
    /// In a key store, where it belongs.
    InStore,
    /// None.
    None,
    /// A key store without one: nothing that a client could prove itself with.
    StoreWithout,
}

/// How a file is to be read.
pub(in crate::cli) struct Reading<'a> {
    /// The entry of a key store that is meant.
    pub alias: Option<&'a str>,
    /// What opens key stores.
    pub passwords: &'a Passwords,
}

impl Reading<'_> {
    /// Reads a file; the error says what it is instead of a chain.
    pub(in crate::cli) fn file(&self, path: &Path) -> Result<Chain, String> {
        let mut bytes = Vec::new();
        let file = File::open(path).map_err(|error| error.to_string())?;
        file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err("larger than 1 MB: not a certificate chain".into());
        }
        self.chain(&bytes, &path.display().to_string())
    }

    fn chain(&self, bytes: &[u8], source: &str) -> Result<Chain, String> {
        if let Some(entries) = self.store(bytes, source)? {
            return self.of_store(&entries, source);
        }
        if self.alias.is_some() {
            return Err("not a key store, so there is no alias in it".into());
        }
        let key = if is_key(bytes) { Key::Beside } else { Key::None };
        let certificates = if bytes.first() == Some(&SEQUENCE) { der(bytes) } else { pem(bytes) };
        Ok(Chain { source: source.to_owned(), certificates: certificates?, key, alias: None })
    }

    /// The entries of a key store; nothing if it is none.
    fn store(&self, bytes: &[u8], source: &str) -> Result<Option<Vec<Entry>>, String> {
        if bytes.starts_with(&JCEKS) {
            return Err("a JCEKS key store; make it PKCS#12: keytool -importkeystore -srckeystore FILE \
                        -srcstoretype JCEKS -destkeystore NEW.p12"
                .into());
        }
        let read = if keystore::is_jks(bytes) {
            self.passwords.open(source, &|password| keystore::jks(bytes, password))
        } else if openssl::pkcs12::Pkcs12::from_der(bytes).is_ok() {
            // even where it is the empty one, PKCS#12 has a password
            let open = |password: Option<&str>| keystore::pkcs12(bytes, password.ok_or(StoreError::Password)?);
            self.passwords.open(source, &open)
        } else {
            return Ok(None);
        };
        read.map(Some).map_err(|error| match error {
            StoreError::Malformed(why) => why,
            StoreError::Password => self.passwords.wrong(),
        })
    }

    fn of_store(&self, entries: &[Entry], source: &str) -> Result<Chain, String> {
        let entry = self.entry(entries)?;
        if entry.certificates.is_empty() {
            let alias = shown(entry);
            return Err(format!("{alias} is a private key without a certificate; import what the CA issued for it"));
        }
        let key = if entry.has_key { Key::InStore } else { Key::StoreWithout };
        let alias = Some(harmless(&entry.alias)).filter(|alias| !alias.is_empty());
        Ok(Chain { source: source.to_owned(), certificates: entry.certificates.clone(), key, alias })
    }

    /// The entry that is meant: the one named, or else the only one that a client could use.
    fn entry<'e>(&self, entries: &'e [Entry]) -> Result<&'e Entry, String> {
        if entries.iter().all(|entry| entry.certificates.is_empty() && !entry.has_key) {
            return Err("a key store without certificates".into());
        }
        if let Some(alias) = self.alias {
            // keytool writes aliases in lower case, whatever was asked for
            let named = entries.iter().find(|entry| entry.alias.eq_ignore_ascii_case(alias));
            return named.ok_or_else(|| format!("no entry {alias:?} in it; it has {}", listed(entries.iter())));
        }
        let with_key = || entries.iter().filter(|entry| entry.has_key);
        match (with_key().count(), entries) {
            (1, _) => with_key().next().ok_or_else(String::new),
            (0, [only]) => Ok(only),
            (0, _) => {
                let all = listed(entries.iter());
                Err(format!("a key store without a private key: no client's; --alias NAME picks one of {all}"))
            }
            _ => Err(format!("several entries with a private key; --alias NAME picks one of {}", listed(with_key()))),
        }
    }
}

fn listed<'e>(entries: impl Iterator<Item = &'e Entry>) -> String {
    let mut names: Vec<String> = entries.map(shown).take(MOST_LISTED + 1).collect();
    if names.len() > MOST_LISTED {
        names[MOST_LISTED] = "…".into();
    }
    names.join(", ")
}

/// So many aliases are listed in an error.
const MOST_LISTED: usize = 20;

fn shown(entry: &Entry) -> String {
    let alias: String = entry.alias.chars().take(80).collect();
    format!("{:?}", harmless(&alias))
}

fn is_key(bytes: &[u8]) -> bool {
    bytes.windows(KEY.len()).any(|window| window == KEY)
}

fn pem(bytes: &[u8]) -> Result<Vec<Certificate>, String> {
    let text = String::from_utf8_lossy(bytes);
    if ["CERTIFICATE", "TRUSTED CERTIFICATE", "X509 CERTIFICATE"]
        .iter()
        .any(|kind| text.contains(&format!("-----BEGIN {kind}-----")))
    {
        return Certificate::from_pem(bytes).map_err(|error| match error {
            Unreadable::Malformed(why) => format!("a PEM file with a certificate that cannot be read: {why}"),
            Unreadable::None => error.to_string(),
        });
    }
    Err(if is_key(bytes) {
        "a private key without a certificate; the client needs both, and sends the certificate".into()
    } else if text.contains("-----BEGIN CERTIFICATE REQUEST-----") {
        "a certificate request: what a CA makes of it is the certificate".into()
    } else if text.contains("-----BEGIN PKCS7-----") {
        PKCS7.into()
    } else if text.contains("-----BEGIN X509 CRL-----") {
        CRL.into()
    } else if bytes.is_empty() {
        "empty".into()
    } else {
        UNKNOWN.into()
    })
}

/// One certificate after the other.
fn der(bytes: &[u8]) -> Result<Vec<Certificate>, String> {
    let mut certificates = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let whole = length(rest).ok_or(UNKNOWN)?;
        let Some((one, after)) = rest.split_at_checked(whole) else {
            let left = rest.len();
            return Err(format!("DER that is cut short: {whole} bytes are announced, {left} are there"));
        };
        let certificate = Certificate::from_der(one).map_err(|_| {
            // id-signedData
            let signed = one.windows(SIGNED_DATA.len()).take(32).any(|window| window == SIGNED_DATA);
            match () {
                () if signed => PKCS7,
                () if Crl::from_der(one).is_ok() => CRL,
                () => UNKNOWN,
            }
        })?;
        certificates.push(certificate);
        rest = after;
    }
    Ok(certificates)
}

/// The bytes of the structure that begins here, as its header announces them; nothing if that is no header.
fn length(bytes: &[u8]) -> Option<usize> {
    let (&first, rest) = bytes.get(1..)?.split_first()?;
    if bytes[0] != SEQUENCE {
        return None;
    }
    if first < 0x80 {
        return Some(2 + usize::from(first));
    }
    let count = usize::from(first & 0x7f);
    let digits = rest.get(..count).filter(|digits| matches!(digits.len(), 1..=4))?;
    let length = digits.iter().fold(0usize, |length, digit| length << 8 | usize::from(*digit));
    Some(2 + count + length)
}

const SEQUENCE: u8 = 0x30;
const JCEKS: [u8; 4] = [0xce, 0xce, 0xce, 0xce];
const KEY: &[u8] = b"PRIVATE KEY-----";
const SIGNED_DATA: &[u8] = &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
const CRL: &str = "a CRL: it goes to whoever judges (trust.crls), not to a client";
const UNKNOWN: &str = "neither PEM nor DER of a certificate, nor a PKCS#12 or JKS key store";
const PKCS7: &str = "PKCS#7; take the certificates out: openssl pkcs7 -in FILE -print_certs -out chain.pem (with \
                     -inform DER for a binary file)";
