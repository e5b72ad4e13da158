//! Reading the file of an upload: strict where the journal could otherwise not say what went wrong.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::UploadRefusal;
use crate::pki::Certificate;

/// The certificates of a PEM file, in order; at least one.
///
/// Text before a block is passed over (OpenSSL writes names there); after the last one only white space may follow.
pub(super) fn certificates(file: &[u8]) -> Result<Vec<Certificate>, UploadRefusal> {
    let text = String::from_utf8_lossy(file);
    let mut found = Vec::new();
    let mut block: Option<Block> = None;
    let mut stray = None;
    for (at, line) in text.trim_start_matches(BYTE_ORDER_MARK).lines().map(str::trim).enumerate() {
        if let Some(label) = boundary(line, "BEGIN") {
            if let Some(open) = block {
                return Err(not_a_certificate(format!("a {} block that does not end", open.label)));
            }
            block = Some(Block::begin(label)?);
        } else if let Some(label) = boundary(line, "END") {
            let Some(open) = block.take().filter(|open| open.label == label) else {
                return Err(not_a_certificate(format!("an END {label} without its BEGIN, in line {}", at + 1)));
            };
            found.push(open.read(found.len() + 1)?);
            stray = None;
        } else if let Some(open) = &mut block {
            open.body.push_str(line);
        } else if !line.is_empty() {
            stray.get_or_insert(at + 1);
        }
    }
    match (block, stray) {
        (Some(open), _) => Err(not_a_certificate(format!("a {} block that does not end", open.label))),
        (None, _) if found.is_empty() => Err(not_a_certificate(describe(file))),
        (None, Some(line)) => Err(not_a_certificate(format!("text after the last certificate, in line {line}"))),
        (None, None) => Ok(found),
    }
}

struct Block {
    label: String,
    body: String,
}

impl Block {
    fn begin(label: &str) -> Result<Self, UploadRefusal> {
        match label {
            "CERTIFICATE" | "X509 CERTIFICATE" => Ok(Self { label: label.to_owned(), body: String::new() }),
            key if key.ends_with("PRIVATE KEY") => Err(UploadRefusal::PrivateKey { block: key.to_owned() }),
            other => Err(not_a_certificate(format!("a {} block", printable(other)))),
        }
    }

    fn read(self, position: usize) -> Result<Certificate, UploadRefusal> {
        let der = STANDARD
            .decode(&self.body)
            .map_err(|_| not_a_certificate(format!("block {position}, whose contents are not base64")))?;
        let certificate = Certificate::from_der(&der)
            .map_err(|unreadable| not_a_certificate(format!("block {position}: {unreadable}")))?;
        if certificate.der() == der {
            Ok(certificate)
        } else {
            Err(not_a_certificate(format!("block {position}, which has bytes after its certificate")))
        }
    }
}

/// The label of a `-----BEGIN …-----` or `-----END …-----` line.
fn boundary<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    line.strip_prefix("-----")?.strip_suffix("-----")?.strip_prefix(word)?.strip_prefix(' ').map(str::trim)
}

/// What a file without any PEM block looks like.
fn describe(file: &[u8]) -> String {
    const SEQUENCE: u8 = 0x30;
    match file {
        [] => "an empty file".into(),
        blank if blank.iter().all(u8::is_ascii_whitespace) => "a blank file".into(),
        [SEQUENCE, 0x80..=0x84, ..] if Certificate::from_der(file).is_ok() => {
            "a certificate in DER (convert it: openssl x509 -inform der -in FILE -out FILE.pem)".into()
        }
        [SEQUENCE, 0x80..=0x84, ..] => "binary DER that is no certificate, perhaps a PKCS#12 key store".into(),
        _ => "no PEM block in it".into(),
    }
}

/// Windows editors put it in front of a text.
const BYTE_ORDER_MARK: char = '\u{feff}';

fn printable(label: &str) -> String {
    label.chars().filter(|c| !c.is_control()).take(40).collect()
}

fn not_a_certificate(found: String) -> UploadRefusal {
    UploadRefusal::NotACertificate { found }
}
