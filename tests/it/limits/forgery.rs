//! Certificates with one thing wrong and a signature over it all the same, keys that nobody should have, and a torn stream.

use std::io::{Read, Result, Write};
use std::net::TcpStream;

use jiff::{SignedDuration, Timestamp};
use mockorg::pki::Certificate;
use mockorg::pki::mint::{self, Issuer, KeyKind, Request, Validity};
use mockorg::simulator::Identity;
use openssl::bn::{BigNum, BigNumContext};
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::sign::Signer;

/// A CA that signs anything.
pub struct Forger {
    pub certificate: Certificate,
    pub issuer: Issuer,
    now: Timestamp,
}

impl Forger {
    /// A root of that name, valid around `now`.
    pub fn root(name: &str, now: Timestamp) -> Self {
        let key = KeyKind::P256.generate().unwrap();
        let subject = mint::named(name, "Forgers").unwrap();
        let certificate = mint::self_signed(&Request::authority(subject, validity(now)), &key).unwrap();
        Self { issuer: Issuer::new(&certificate, key).unwrap(), certificate, now }
    }

    /// An intermediate below it that has this key.
    pub fn intermediate(&self, name: &str, key: PKey<Private>) -> Self {
        let request = Request::authority(mint::named(name, "Forgers").unwrap(), validity(self.now));
        let certificate = mint::certificate(&request, &key, &self.issuer).unwrap();
        Self { issuer: Issuer::new(&certificate, key).unwrap(), certificate, now: self.now }
    }

    /// A client's certificate without a flaw.
    pub fn client(&self, name: &str, key: &PKey<Private>) -> Certificate {
        let request = Request::client(mint::named(name, "Forgers").unwrap(), validity(self.now));
        mint::certificate(&request, key, &self.issuer).unwrap()
    }

    /// `certificate` with its fields changed, signed anew.
    pub fn forge(&self, certificate: &Certificate, change: impl FnOnce(&mut Vec<Vec<u8>>)) -> Vec<u8> {
        let parts = elements(contents(certificate.der()));
        let mut fields = elements(contents(&parts[0]));
        change(&mut fields);
        let content = element(SEQUENCE, &fields.concat());
        let mut signer = Signer::new(MessageDigest::sha256(), &self.issuer.key).unwrap();
        let signature = signer.sign_oneshot_to_vec(&content).unwrap();
        let signature = element(BIT_STRING, &[&[0], &signature[..]].concat());
        element(SEQUENCE, &[content, parts[1].clone(), signature].concat())
    }
}

/// Who presents these.
pub fn identity(certificates: Vec<Certificate>, key: &PKey<Private>) -> Identity {
    let key_pem = String::from_utf8(key.private_key_to_pem_pkcs8().unwrap()).unwrap();
    let certificates_pem = certificates.iter().map(Certificate::pem).collect();
    Identity { certificates, certificates_pem, key_pem }
}

/// Places of a certificate's fields.
pub const VERSION: usize = 0;
pub const SERIAL: usize = 1;
pub const ISSUER: usize = 3;
pub const VALIDITY: usize = 4;
pub const SUBJECT: usize = 5;
pub const EXTENSIONS: usize = 7;

pub const INTEGER: u8 = 0x02;
pub const BIT_STRING: u8 = 0x03;
pub const OCTET_STRING: u8 = 0x04;
pub const OID: u8 = 0x06;
pub const UTF8_STRING: u8 = 0x0c;
pub const T61_STRING: u8 = 0x14;
pub const UTC_TIME: u8 = 0x17;
pub const GENERALIZED_TIME: u8 = 0x18;
pub const BMP_STRING: u8 = 0x1e;
pub const SEQUENCE: u8 = 0x30;
pub const SET: u8 = 0x31;
pub const EXPLICIT_0: u8 = 0xa0;
pub const EXPLICIT_3: u8 = 0xa3;

/// Tag, length, contents.
pub fn element(tag: u8, contents: &[u8]) -> Vec<u8> {
    let length = contents.len();
    let mut bytes = vec![tag];
    match u8::try_from(length) {
        Ok(short) if short < 0x80 => bytes.push(short),
        _ => {
            let octets = length.to_be_bytes();
            let used = &octets[octets.iter().position(|&octet| octet > 0).unwrap()..];
            bytes.push(0x80 | used.len() as u8);
            bytes.extend_from_slice(used);
        }
    }
    [&bytes, contents].concat()
}

/// A name of one part, `CN=` this string.
pub fn common_name(tag: u8, text: &[u8]) -> Vec<u8> {
    let attribute = [element(OID, &[0x55, 4, 3]), element(tag, text)].concat();
    element(SEQUENCE, &element(SET, &element(SEQUENCE, &attribute)))
}

/// The elements inside.
pub fn elements(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    while !bytes.is_empty() {
        let (header, length) = header(bytes);
        let (first, rest) = bytes.split_at(header + length);
        found.push(first.to_vec());
        bytes = rest;
    }
    found
}

pub fn contents(element: &[u8]) -> &[u8] {
    let (header, length) = header(element);
    &element[header..header + length]
}

fn header(element: &[u8]) -> (usize, usize) {
    match element[1] {
        short @ 0..0x80 => (2, short.into()),
        long => {
            let octets = usize::from(long & 0x7f);
            (2 + octets, element[2..2 + octets].iter().fold(0, |length, &octet| length << 8 | usize::from(octet)))
        }
    }
}

fn validity(now: Timestamp) -> Validity {
    Validity { from: now - SignedDuration::from_hours(24), until: now + SignedDuration::from_hours(24 * 30) }
}

/// An RSA key of 16,384 bits in no time: its primes are the published ones of RFC 3526 (group 18) and RFC 7919 (ffdhe8192).
pub fn rsa_16384() -> PKey<Private> {
    let mut context = BigNumContext::new().unwrap();
    let one = BigNum::from_u32(1).unwrap();
    let e = BigNum::from_u32(65_537).unwrap();
    let (p, q) = (BigNum::get_rfc3526_prime_8192().unwrap(), ffdhe8192());
    let (p_1, q_1) = (&p - &one, &q - &one);
    let number = || BigNum::new().unwrap();
    let (mut d, mut inverse, mut dp, mut dq) = (number(), number(), number(), number());
    d.mod_inverse(&e, &(&p_1 * &q_1), &mut context).unwrap();
    inverse.mod_inverse(&q, &p, &mut context).unwrap();
    dp.nnmod(&d, &p_1, &mut context).unwrap();
    dq.nnmod(&d, &q_1, &mut context).unwrap();
    let key = Rsa::from_private_components(&p * &q, e, d, p, q, dp, dq, inverse).unwrap();
    assert_eq!(key.size(), 2_048);
    PKey::from_rsa(key).unwrap()
}

/// 2^8192 - 2^8128 + ([2^8062 e] + 10965728) 2^64 - 1 (RFC 7919 A.5).
fn ffdhe8192() -> BigNum {
    let power = |exponent: i32| {
        let mut number = BigNum::new().unwrap();
        number.set_bit(exponent).unwrap();
        number
    };
    let (mut e, mut term, mut k) = (BigNum::new().unwrap(), power(8_062 + 64), 0);
    while term.num_bits() > 0 {
        e = &e + &term;
        k += 1;
        term = &term / &BigNum::from_u32(k).unwrap();
    }
    let mut whole = BigNum::new().unwrap();
    whole.rshift(&e, 64).unwrap();
    let middle = &(&whole + &BigNum::from_u32(10_965_728).unwrap()) * &power(64);
    &(&(&power(8_192) - &power(8_128)) + &middle) - &BigNum::from_u32(1).unwrap()
}

/// A connection on which the first `find` that is written arrives as `put`.
#[derive(Debug)]
pub struct Torn {
    pub tcp: TcpStream,
    pub find: Vec<u8>,
    pub put: Vec<u8>,
    pub done: bool,
}

impl Read for Torn {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        self.tcp.read(buffer)
    }
}

impl Write for Torn {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        let mut bytes = bytes.to_vec();
        let at = bytes.windows(self.find.len()).position(|window| window == self.find);
        if let Some(at) = at.filter(|_| !self.done) {
            bytes[at..at + self.put.len()].copy_from_slice(&self.put);
            self.done = true;
        }
        self.tcp.write_all(&bytes).map(|()| bytes.len())
    }

    fn flush(&mut self) -> Result<()> {
        self.tcp.flush()
    }
}
