//! Puts another number into the one alert that OpenSSL lets nobody choose: the one for a client without a certificate.
//!
//! Before TLS 1.3 that alert goes in the clear. In TLS 1.3 it is the first record under the server's application key,
//! which OpenSSL tells in its key log: the record is opened, changed and sealed again (RFC 8446 5.2, 7.1, 7.3).

use std::sync::{Arc, LazyLock, OnceLock};

use openssl::error::ErrorStack;
use openssl::ex_data::Index;
use openssl::md::{Md, MdRef};
use openssl::pkey::Id;
use openssl::pkey_ctx::{HkdfMode, PkeyCtx};
use openssl::ssl::{Ssl, SslContextBuilder, SslRef};
use openssl::symm::{Cipher, decrypt_aead, encrypt_aead};

/// One connection's; clones share it.
#[derive(Clone, Debug)]
pub(super) struct Substitute {
    number: u8,
    secret: Arc<OnceLock<Vec<u8>>>,
    /// Whether our ServerHello has gone out: an alert before it is not about the client's certificate.
    greeted: bool,
}

/// Where an `Ssl` keeps its own.
static SLOT: LazyLock<Index<Ssl, Substitute>> =
    LazyLock::new(|| Ssl::new_ex_index().expect("OpenSSL has a slot for the substitute"));

/// Lets the connections of a context learn their key.
pub(super) fn listen(builder: &mut SslContextBuilder) {
    builder.set_keylog_callback(|ssl: &SslRef, line| {
        let Some(substitute) = ssl.ex_data(*SLOT) else { return };
        let mut words = line.split(' ');
        if let (Some("SERVER_TRAFFIC_SECRET_0"), Some(_), Some(secret)) = (words.next(), words.next(), words.next()) {
            // told once a connection
            let _ = substitute.secret.set(octets(secret));
        }
    });
}

impl Substitute {
    /// Sends alerts of `number` instead; installed in `ssl`.
    pub(super) fn install(ssl: &mut Ssl, number: u8) -> Self {
        let substitute = Self { number, secret: Arc::default(), greeted: false };
        ssl.set_ex_data(*SLOT, substitute.clone());
        substitute
    }

    /// What goes out in place of these bytes, if they are that alert.
    pub(super) fn instead(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        self.greeted |= is_server_hello(bytes);
        match bytes {
            [ALERT, 3, minor, 0, 2, FATAL, HANDSHAKE_FAILURE] if self.greeted => {
                Some(vec![ALERT, 3, *minor, 0, 2, FATAL, self.number])
            }
            sealed if sealed.len() == SEALED && sealed.starts_with(&SEALED_HEADER) => {
                let secret = self.secret.get()?;
                SUITES.iter().find_map(|suite| suite.sealed_anew(secret, bytes, self.number).ok().flatten())
            }
            _ => None,
        }
    }
}

/// A cipher suite of TLS 1.3.
struct Suite {
    cipher: fn() -> Cipher,
    digest: fn() -> &'static MdRef,
    secret: usize,
}

const SUITES: [Suite; 3] = [
    Suite { cipher: Cipher::aes_256_gcm, digest: Md::sha384, secret: 48 },
    Suite { cipher: Cipher::aes_128_gcm, digest: Md::sha256, secret: 32 },
    Suite { cipher: Cipher::chacha20_poly1305, digest: Md::sha256, secret: 32 },
];

impl Suite {
    /// The record with another alert in it; `None` if it is not of this suite, or not that alert.
    fn sealed_anew(&self, secret: &[u8], record: &[u8], number: u8) -> Result<Option<Vec<u8>>, ErrorStack> {
        if secret.len() != self.secret {
            return Ok(None);
        }
        let cipher = (self.cipher)();
        let key = self.expand(secret, "key", cipher.key_len())?;
        // the nonce of record 0 is the IV itself
        let nonce = self.expand(secret, "iv", cipher.iv_len().unwrap_or(12))?;
        let (header, rest) = record.split_at(SEALED_HEADER.len());
        let (sealed, tag) = rest.split_at(rest.len() - TAG);
        let Ok(inner) = decrypt_aead(cipher, &key, Some(&nonce), header, sealed, tag) else {
            // of another suite: its complaint must not be found by whoever asks OpenSSL next
            drop(ErrorStack::get());
            return Ok(None);
        };
        if inner != [FATAL, CERTIFICATE_REQUIRED, ALERT] {
            return Ok(None);
        }
        let mut tag = [0; TAG];
        let sealed = encrypt_aead(cipher, &key, Some(&nonce), header, &[FATAL, number, ALERT], &mut tag)?;
        Ok(Some([header, &sealed, &tag].concat()))
    }

    /// HKDF-Expand-Label (RFC 8446 7.1), without a context.
    fn expand(&self, secret: &[u8], label: &str, length: usize) -> Result<Vec<u8>, ErrorStack> {
        let label = format!("tls13 {label}");
        let lengths = (u16::try_from(length).unwrap_or(0), u8::try_from(label.len()).unwrap_or(0));
        let mut info = lengths.0.to_be_bytes().to_vec();
        info.push(lengths.1);
        info.extend_from_slice(label.as_bytes());
        info.push(0);
        let mut context = PkeyCtx::new_id(Id::HKDF)?;
        context.derive_init()?;
        context.set_hkdf_mode(HkdfMode::EXPAND_ONLY)?;
        context.set_hkdf_md((self.digest)())?;
        context.set_hkdf_key(secret)?;
        context.add_hkdf_info(&info)?;
        let mut expanded = vec![0; length];
        context.derive(Some(&mut expanded))?;
        Ok(expanded)
    }
}

/// Whether a flight begins with a ServerHello; one that asks for another ClientHello (RFC 8446 4.1.3) is none.
fn is_server_hello(flight: &[u8]) -> bool {
    matches!(flight, [HANDSHAKE, _, _, _, _, SERVER_HELLO, _, _, _, _, _, random @ ..] if !random.starts_with(&ASKS_AGAIN))
}

fn octets(hexadecimal: &str) -> Vec<u8> {
    let pairs = hexadecimal.as_bytes().chunks_exact(2);
    pairs.filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
const SERVER_HELLO: u8 = 2;
/// How the random of a HelloRetryRequest begins.
const ASKS_AGAIN: [u8; 4] = [0xcf, 0x21, 0xad, 0x74];
const FATAL: u8 = 2;
const HANDSHAKE_FAILURE: u8 = 40;
const CERTIFICATE_REQUIRED: u8 = 116;
/// Of a record with two bytes of an alert, one of its type, and the tag.
const SEALED_HEADER: [u8; 5] = [23, 3, 3, 0, 19];
const SEALED: usize = SEALED_HEADER.len() + 3 + TAG;
const TAG: usize = 16;
