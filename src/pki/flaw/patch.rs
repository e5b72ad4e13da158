//! DER taken apart into elements and put together again, for what no builder would write.

use der::{Reader, SliceReader};

use super::Made;

pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const OID: u8 = 0x06;
pub(super) const UTF8_STRING: u8 = 0x0c;
pub(super) const PRINTABLE_STRING: u8 = 0x13;
pub(super) const UTC_TIME: u8 = 0x17;
pub(super) const GENERALIZED_TIME: u8 = 0x18;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;
pub(super) const EXPLICIT_0: u8 = 0xa0;
pub(super) const EXPLICIT_3: u8 = 0xa3;

/// Tag, length, content.
pub(super) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let octets = content.len().to_be_bytes();
    let used = &octets[octets.iter().position(|&octet| octet > 0).unwrap_or(octets.len() - 1)..];
    let mut bytes = vec![tag];
    match used {
        [short @ 0..0x80] => bytes.push(*short),
        _ => {
            // a usize has eight octets at most
            bytes.push(0x80 | used.len() as u8);
            bytes.extend_from_slice(used);
        }
    }
    bytes.extend_from_slice(content);
    bytes
}

/// A sequence of these elements.
pub(super) fn sequence<E: AsRef<[u8]>>(elements: impl IntoIterator<Item = E>) -> Vec<u8> {
    let content: Vec<u8> = elements.into_iter().flat_map(|element| element.as_ref().to_vec()).collect();
    element(SEQUENCE, &content)
}

/// The elements inside an element.
pub(super) fn elements(outer: &[u8]) -> Made<Vec<Vec<u8>>> {
    let mut reader = SliceReader::new(content(outer)?)?;
    let mut found = Vec::new();
    while !reader.is_finished() {
        found.push(reader.tlv_bytes()?.to_vec());
    }
    Ok(found)
}

/// What an element holds.
pub(super) fn content(element: &[u8]) -> Made<&[u8]> {
    Ok(der::asn1::AnyRef::try_from(element)?.value())
}

/// The fields of a certificate that is about to be signed, each an element; an empty one is left out.
pub(super) struct Fields {
    pub version: Vec<u8>,
    pub serial: Vec<u8>,
    pub algorithm: Vec<u8>,
    pub issuer: Vec<u8>,
    pub validity: Vec<u8>,
    pub subject: Vec<u8>,
    pub key: Vec<u8>,
    /// Each an `Extension`; none: the field is left out.
    pub extensions: Vec<Vec<u8>>,
}

impl Fields {
    /// Reads a `TBSCertificate` that was minted here, and so has all of them.
    pub(super) fn read(tbs: &[u8]) -> Made<Self> {
        let fields: Result<[Vec<u8>; 8], _> = elements(tbs)?.try_into();
        let [version, serial, algorithm, issuer, validity, subject, key, extensions] =
            fields.map_err(|_| der::Error::from(der::ErrorKind::Failed))?;
        let extensions = elements(content(&extensions)?)?;
        Ok(Self { version, serial, algorithm, issuer, validity, subject, key, extensions })
    }

    /// The `TBSCertificate` of these.
    pub(super) fn write(&self) -> Vec<u8> {
        let extensions = match self.extensions.as_slice() {
            [] => Vec::new(),
            some => element(EXPLICIT_3, &sequence(some)),
        };
        let rest = [&self.issuer, &self.validity, &self.subject, &self.key, &extensions];
        sequence([&self.version, &self.serial, &self.algorithm].into_iter().chain(rest))
    }

    /// Takes the extension `id-ce NUMBER` out, and puts one with this value in its place.
    pub(super) fn replace(&mut self, number: u8, critical: bool, value: &[u8]) {
        let oid = element(OID, &[0x55, 0x1d, number]);
        self.extensions.retain(|extension| !extension.windows(oid.len()).any(|bytes| bytes == oid));
        let critical = if critical { element(1, &[0xff]) } else { Vec::new() };
        self.extensions.push(sequence([oid, critical, element(OCTET_STRING, value)]));
    }

    /// Dates as they are written.
    pub(super) fn dates(&mut self, (from_tag, from): (u8, &str), (until_tag, until): (u8, &str)) {
        self.validity = sequence([element(from_tag, from.as_bytes()), element(until_tag, until.as_bytes())]);
    }
}
