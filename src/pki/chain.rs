//! One certificate as it came, with what people ask of it read out once.

use std::fmt::{self, Debug, Formatter};
use std::sync::{Arc, LazyLock, OnceLock};

use jiff::Timestamp;
use openssl::asn1::{Asn1Time, Asn1TimeRef};
use openssl::nid::Nid;
use openssl::x509::{X509, X509NameRef, X509Ref};

use super::ffi;

/// A certificate; clones share it, and two are equal if their DER is.
#[derive(Clone)]
pub struct Certificate(Arc<Parts>);

struct Parts {
    x509: X509,
    der: Vec<u8>,
    subject: String,
    issuer: String,
    serial: String,
    not_before: Timestamp,
    not_after: Timestamp,
    sha256: [u8; 32],
    key_sha256: OnceLock<Option<[u8; 32]>>,
}

/// Why some bytes are not a certificate.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Unreadable {
    /// Neither DER nor PEM of a certificate.
    #[error("not a certificate: {0}")]
    Malformed(String),
    /// A PEM file without any certificate in it.
    #[error("no certificate in it")]
    None,
}

impl Certificate {
    /// Reads one certificate from DER.
    pub fn from_der(der: &[u8]) -> Result<Self, Unreadable> {
        X509::from_der(der).map(Self::new).map_err(|stack| malformed(&stack))
    }

    /// Reads every certificate of a PEM text, in order; other blocks are passed over.
    pub fn from_pem(pem: &[u8]) -> Result<Vec<Self>, Unreadable> {
        let found = X509::stack_from_pem(pem).map_err(|stack| malformed(&stack))?;
        if found.is_empty() {
            return Err(Unreadable::None);
        }
        Ok(found.into_iter().map(Self::new).collect())
    }

    /// Takes a certificate that OpenSSL has read. A date that is none counts as the calendar's end; OpenSSL will object.
    pub fn new(x509: X509) -> Self {
        let der = x509.to_der().unwrap_or_default();
        Self(Arc::new(Parts {
            subject: name(x509.subject_name()),
            issuer: name(x509.issuer_name()),
            serial: serial(&x509),
            not_before: timestamp(x509.not_before()).unwrap_or(Timestamp::MIN),
            not_after: timestamp(x509.not_after()).unwrap_or(Timestamp::MAX),
            sha256: openssl::sha::sha256(&der),
            key_sha256: OnceLock::new(),
            der,
            x509,
        }))
    }

    /// The DER as it came.
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    /// The PEM block, with its line end.
    pub fn pem(&self) -> String {
        let pem = self.0.x509.to_pem().expect("a certificate that was read can be written");
        String::from_utf8(pem).expect("PEM is ASCII")
    }

    /// The subject, most specific part first: `CN=billing,O=Acme`; `(empty)` if there is none.
    pub fn subject(&self) -> &str {
        &self.0.subject
    }

    /// The issuer's name, written like the subject.
    pub fn issuer(&self) -> &str {
        &self.0.issuer
    }

    /// The common name, or the whole subject where there is none.
    pub fn common_name(&self) -> &str {
        self.subject().split(',').find_map(|part| part.strip_prefix("CN=")).unwrap_or(self.subject())
    }

    /// The serial number in hexadecimal, upper case, with a sign if negative.
    pub fn serial(&self) -> &str {
        &self.0.serial
    }

    /// The first second at which it is valid.
    pub fn not_before(&self) -> Timestamp {
        self.0.not_before
    }

    /// The last second at which it is valid.
    pub fn not_after(&self) -> Timestamp {
        self.0.not_after
    }

    /// SHA-256 of the DER.
    pub fn sha256(&self) -> &[u8; 32] {
        &self.0.sha256
    }

    /// SHA-256 of the public key (its SubjectPublicKeyInfo); `None` if OpenSSL cannot read it.
    pub fn key_sha256(&self) -> Option<&[u8; 32]> {
        let hashed = self.0.key_sha256.get_or_init(|| {
            let der = self.0.x509.public_key().and_then(|key| key.public_key_to_der());
            der.ok().map(|der| openssl::sha::sha256(&der))
        });
        hashed.as_ref()
    }

    /// SHA-256 of the DER in hexadecimal with colons, as key stores print it.
    pub fn fingerprint(&self) -> String {
        hexadecimal(&self.0.sha256)
    }

    /// The identifier of its key (RFC 5280 4.2.1.2), `AB:CD:…`, if it says.
    pub fn key_identifier(&self) -> Option<String> {
        self.x509().subject_key_id().map(|id| shortened(id.as_slice()))
    }

    /// The identifier of the key that signed it (RFC 5280 4.2.1.1), `AB:CD:…`, if it says.
    pub fn authority_key_identifier(&self) -> Option<String> {
        self.x509().authority_key_id().map(|id| shortened(id.as_slice()))
    }

    /// Whether subject and issuer are the same name.
    pub fn is_self_issued(&self) -> bool {
        self.x509().issued(self.x509()) == openssl::x509::X509VerifyResult::OK
            || self.names(X509Ref::subject_name) == self.names(X509Ref::issuer_name)
    }

    /// Whether it says of itself that it is a CA's (RFC 5280 4.2.1.9); whether it may issue is another question.
    pub fn is_authority(&self) -> bool {
        use x509_cert::ext::pkix::BasicConstraints;

        super::fault::extension::<BasicConstraints>(self).is_some_and(|constraints| constraints.ca)
    }

    /// Whether OpenSSL can read every extension that it knows.
    pub(crate) fn is_readable(&self) -> bool {
        !ffi::is_garbled(self.x509())
    }

    /// OpenSSL's view of it.
    pub fn x509(&self) -> &X509Ref {
        &self.0.x509
    }

    /// An owned handle for OpenSSL.
    pub(crate) fn to_x509(&self) -> X509 {
        self.0.x509.clone()
    }

    fn names(&self, which: fn(&X509Ref) -> &X509NameRef) -> Vec<u8> {
        which(&self.0.x509).to_der().unwrap_or_default()
    }
}

impl Debug for Certificate {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({}, serial {})", self.subject(), self.serial())
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.der() == other.der()
    }
}

impl Eq for Certificate {}

/// With colons, as key stores print it.
fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut text = String::with_capacity(3 * bytes.len());
    for (at, byte) in bytes.iter().enumerate() {
        if at > 0 {
            text.push(':');
        }
        text.extend([byte >> 4, byte & 15].map(|digit| char::from(DIGITS[usize::from(digit)])));
    }
    text
}

/// A key identifier is a hash; one that goes on and on is nobody's.
fn shortened(id: &[u8]) -> String {
    const LONGEST: usize = 64;
    hexadecimal(&id[..id.len().min(LONGEST)])
}

pub(crate) fn malformed(stack: &openssl::error::ErrorStack) -> Unreadable {
    let reason = stack.errors().last().and_then(|error| error.reason()).unwrap_or("unreadable");
    Unreadable::Malformed(reason.to_owned())
}

/// RFC 4514 order; short names where OpenSSL knows one.
pub(crate) fn name(name: &X509NameRef) -> String {
    let mut parts: Vec<String> = name
        .entries()
        .map(|entry| {
            let nid = entry.object().nid();
            let mut part = match nid {
                Nid::UNDEF => entry.object().to_string(),
                known => known.short_name().map_or_else(|_| entry.object().to_string(), str::to_owned),
            };
            part.push('=');
            let value = entry.data().to_string();
            value.as_deref().unwrap_or("?").chars().for_each(|c| push_escaped(&mut part, c));
            part
        })
        .collect();
    if parts.is_empty() {
        return "(empty)".into();
    }
    parts.reverse();
    let mut text = parts.join(",");
    if let Some((end, _)) = text.char_indices().nth(LONGEST_NAME) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// The characters of a name; a certificate may hold a hundred thousand, and people read none beyond these.
pub const LONGEST_NAME: usize = 500;

/// A comma would read as the next part; control characters would break a log line.
fn push_escaped(part: &mut String, c: char) {
    match c {
        ',' | '\\' => part.extend(['\\', c]),
        c if c.is_control() => part.push('\u{fffd}'),
        c => part.push(c),
    }
}

fn serial(x509: &X509Ref) -> String {
    let number = x509.serial_number().to_bn().and_then(|number| number.to_hex_str().map(|text| text.to_string()));
    number.unwrap_or_else(|_| "?".into())
}

pub(crate) fn timestamp(time: &Asn1TimeRef) -> Result<Timestamp, Unreadable> {
    static EPOCH: LazyLock<Asn1Time> = LazyLock::new(|| Asn1Time::from_unix(0).expect("1970 is a year"));
    let since = EPOCH.diff(time).map_err(|_| Unreadable::Malformed("a date that is none".into()))?;
    Timestamp::from_second(i64::from(since.days) * 86_400 + i64::from(since.secs))
        .map_err(|_| Unreadable::Malformed("a date outside the calendar".into()))
}
