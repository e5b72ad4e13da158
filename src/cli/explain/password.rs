//! What opens a key store: from a file, the environment, or a question on the terminal; never from an argument's value.

use std::io::IsTerminal;
use std::path::Path;
use std::{env, fs};

use crate::pki::keystore::{Entry, StoreError};

/// The variable with the password of a key store.
const VARIABLE: &str = "MOCKORG_STORE_PASSWORD";

/// The passwords tried where none is given: Java's own, and none.
const USUAL: [&str; 2] = ["changeit", ""];

/// A file of more bytes holds no password.
const LONGEST: usize = 4_096;

/// A key store, tried.
type Opened = Result<Vec<Entry>, StoreError>;

/// A password that was given, or how to come by one.
pub(in crate::cli) struct Passwords {
    given: Option<(String, String)>,
    /// Whether a human can be asked.
    ask: bool,
}

impl Passwords {
    /// From `file` or the environment; else a human may be asked, if one sits at a terminal.
    pub(in crate::cli) fn new(file: Option<&Path>) -> Result<Self, String> {
        let given = match file {
            Some(path) => {
                let text = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
                let told = |why: &str| format!("{}: {why}", path.display());
                if text.len() > LONGEST {
                    return Err(told("larger than 4 kB: not a password"));
                }
                let text = String::from_utf8(text).map_err(|_| told("not UTF-8: not a password"))?;
                Some((first_line(&text).to_owned(), path.display().to_string()))
            }
            None => match env::var(VARIABLE) {
                Ok(password) => Some((password, VARIABLE.to_owned())),
                Err(env::VarError::NotPresent) => None,
                Err(env::VarError::NotUnicode(_)) => return Err(format!("{VARIABLE}: not UTF-8: not a password")),
            },
        };
        let ask = given.is_none() && std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        Ok(Self { given, ask })
    }

    /// The same, but nobody is asked: for many files at once.
    pub(super) fn unasked(self) -> Self {
        Self { ask: false, ..self }
    }

    /// Tries what there is on `store`: `open` is given nothing where the format needs no password for certificates.
    pub(super) fn open(&self, store: &str, open: &dyn Fn(Option<&str>) -> Opened) -> Opened {
        if let Some((password, _)) = &self.given {
            return open(Some(password));
        }
        let mut failed = StoreError::Password;
        for tried in std::iter::once(None).chain(USUAL.map(Some)) {
            match open(tried) {
                Ok(entries) => return Ok(entries),
                // without a password the format has nothing to hide: damage
                Err(error) if tried.is_none() && error != StoreError::Password => return Err(error),
                Err(error) => failed = error,
            }
        }
        if !self.ask || failed != StoreError::Password {
            return Err(failed);
        }
        match rpassword::prompt_password(format!("password of {store}: ")) {
            Ok(password) => open(Some(&password)),
            Err(_) => Err(failed),
        }
    }

    /// What to say where the password was another.
    pub(super) fn wrong(&self) -> String {
        match &self.given {
            Some((_, source)) => format!("a key store with another password than the one from {source}, or damaged"),
            None if self.ask => "a key store with another password, or damaged".into(),
            None => format!(
                "a key store with a password other than \"changeit\"; --password-file FILE or {VARIABLE} gives it"
            ),
        }
    }
}

/// An editor ends a file by a line end; a password may end by a space.
fn first_line(text: &str) -> &str {
    let line = text.strip_suffix('\n').unwrap_or(text);
    line.strip_suffix('\r').unwrap_or(line)
}
