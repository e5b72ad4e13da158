//! The file that `explain` is given: certificates in PEM or DER, and whatever else stands beside them.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::pki::Certificate;

/// A larger file is no chain.
const MAX_BYTES: u64 = 1024 * 1024;

/// What was in it.
pub(super) struct ChainFile {
    /// In the order of the file; at least one.
    pub certificates: Vec<Certificate>,
    /// Whether a private key stands in it too.
    pub has_key: bool,
}

impl ChainFile {
    /// Reads it; the error says what it is instead.
    pub(super) fn read(path: &Path) -> Result<Self, String> {
        let mut bytes = Vec::new();
        let file = File::open(path).map_err(|error| error.to_string())?;
        file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err("larger than 1 MB: not a certificate chain".into());
        }
        Self::parse(&bytes)
    }

    fn parse(bytes: &[u8]) -> Result<Self, String> {
        let text = String::from_utf8_lossy(bytes);
        let has_key = text.contains("PRIVATE KEY-----");
        if text.contains("-----BEGIN CERTIFICATE-----") {
            let certificates = Certificate::from_pem(bytes).map_err(|error| error.to_string())?;
            return Ok(Self { certificates, has_key });
        }
        if has_key {
            return Err("a private key without a certificate; the client needs both, and sends the certificate".into());
        }
        if text.contains("-----BEGIN CERTIFICATE REQUEST-----") {
            return Err("a certificate request: what a CA makes of it is the certificate".into());
        }
        if text.contains("-----BEGIN PKCS7-----") {
            return Err("PKCS#7; take the certificates out: openssl pkcs7 -in FILE -print_certs -out chain.pem".into());
        }
        if openssl::pkcs12::Pkcs12::from_der(bytes).is_ok() {
            return Err("PKCS#12; take the certificates out: openssl pkcs12 -in FILE -nokeys -out chain.pem".into());
        }
        let certificate =
            Certificate::from_der(bytes).map_err(|_| "neither PEM nor DER of a certificate".to_owned())?;
        Ok(Self { certificates: vec![certificate], has_key })
    }
}
