//! What opens the admin door: a token for programs and, in its stead, a cookie for browsers. Neither follows from the seed.

use std::fmt::{self, Debug, Formatter};

use openssl::memcmp;

use crate::seed;

/// The secrets of one run.
pub struct Keys {
    token: String,
    /// Not the token itself: a browser sends it to every port of the host, whoever listens there.
    cookie: String,
}

impl Keys {
    /// New ones, from the system's source of chance.
    pub fn random() -> Self {
        Self { token: secret(), cookie: secret() }
    }

    /// What `Authorization: Bearer` carries.
    pub fn token(&self) -> &str {
        &self.token
    }

    pub(super) fn cookie(&self) -> &str {
        &self.cookie
    }

    pub(super) fn is_token(&self, given: &str) -> bool {
        same(given, &self.token)
    }

    pub(super) fn is_cookie(&self, given: &str) -> bool {
        same(given, &self.cookie)
    }

    /// A text without them, for the journal.
    pub(super) fn masked(&self, text: &str) -> String {
        text.replace(&self.token, "{token}").replace(&self.cookie, "{token}")
    }
}

impl Debug for Keys {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("Keys")
    }
}

/// In a time that tells nothing of where they differ; how long a secret is, is no secret.
fn same(given: &str, secret: &str) -> bool {
    given.len() == secret.len() && memcmp::eq(given.as_bytes(), secret.as_bytes())
}

/// 256 bits in hexadecimal.
fn secret() -> String {
    let mut bytes = [0; 32];
    seed::secret(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
