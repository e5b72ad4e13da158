//! What an exchange sends and how its outcome is compared, without a socket: playing it is `replay`'s.

use std::collections::HashMap;

use crate::scenario::exchange::{ExchangeSpec, Part, Place, Reference, Template};

mod answer;
mod compare;
mod error_code;
mod jwt;
mod masked;
mod reading;
mod request;

pub use answer::{Answer, Tls};
pub use compare::{Difference, differences, excerpt};
pub use error_code::error_code;
pub use masked::masked;
pub use reading::{Outcomes, Read, read};
pub use request::{Account, App, Keyring, Prepared, Unprepared, prepare};

/// What came of an exchange.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The other side ended the connection with an alert.
    Alert {
        /// `certificate_expired`
        name: &'static str,
        /// 45
        number: u8,
    },
    /// It answered.
    Answered(Answer),
    /// It ended the connection without either: how.
    Closed(String),
    /// None of these: why.
    Failed(String),
    /// The proxy gave no tunnel.
    NoTunnel {
        /// Of its answer.
        status: u16,
        /// What its status line says.
        reason: String,
    },
}

impl Outcome {
    /// In a few words.
    pub fn summary(&self) -> String {
        match self {
            Self::Alert { name, number } => format!("TLS alert {name} ({number})"),
            Self::Answered(answer) => match error_code(answer) {
                Some(code) => format!("{} {}", answer.status, masked(&code)),
                None => answer.status.to_string(),
            },
            Self::Closed(why) | Self::Failed(why) => why.clone(),
            Self::NoTunnel { status, reason } => format!("no tunnel: {status} {reason}"),
        }
    }
}

/// What the exchanges so far have captured.
#[derive(Clone, Debug, Default)]
pub struct Captures(HashMap<Reference, String>);

impl Captures {
    /// A text with its references filled in.
    ///
    /// # Errors
    /// The first of them that was not captured.
    pub fn fill(&self, template: &Template) -> Result<String, Reference> {
        let mut filled = String::new();
        for part in &template.parts {
            filled += match part {
                Part::Captured(reference) => self.value(reference)?,
                Part::Text(text) => text,
            };
        }
        Ok(filled)
    }

    /// What was captured.
    ///
    /// # Errors
    /// The reference, if nothing was.
    pub fn value(&self, reference: &Reference) -> Result<&str, Reference> {
        self.0.get(reference).map(String::as_str).ok_or_else(|| reference.clone())
    }

    /// Every value that was captured.
    pub fn values(&self) -> impl Iterator<Item = &str> {
        self.0.values().map(String::as_str)
    }

    /// Takes from an answer what the exchange captures; what it was told to capture and is not there is a difference.
    pub fn take(&mut self, exchange: &ExchangeSpec, answer: &Answer) -> Vec<Difference> {
        let name = exchange.name.clone().unwrap_or_default();
        let mut take = |capture: &str, place: &Place| {
            let value = answer.text_at(place)?;
            self.0.insert(Reference { exchange: name.clone(), name: capture.to_owned() }, value);
            Ok::<(), String>(())
        };
        if let crate::scenario::exchange::Act::Login(login) = &exchange.action {
            for (capture, place) in login.flow.gives() {
                // an answer need not have all of them; what is missing is missed by whoever uses it
                let _ = take(capture, &place);
            }
        }
        let mut missing = Vec::new();
        for (capture, place) in &exchange.captures {
            if let Err(found) = take(capture, place) {
                let expected = format!("a value at {place}");
                missing.push(Difference { what: format!("capture {capture}"), expected, found });
            }
        }
        missing
    }
}
