//! How a connection ended, in OpenSSL's words or the system's. What HTTP makes of it is not known here.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use crate::exchange::Outcome;
use crate::tls::alert_name;

/// What ended a connection, once it has ended; clones share it.
#[derive(Clone, Default)]
pub(super) struct Ending(Arc<Mutex<Option<Outcome>>>);

impl Ending {
    /// The alert, or why not.
    pub fn outcome(&self) -> Option<Outcome> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The first that is noted counts.
    pub fn note(&self, outcome: Outcome) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(outcome);
    }
}

/// OpenSSL's reasons for alerts that were received begin here.
const ALERTS: i32 = 1_000;

/// Said of a connection that ends in the middle of TLS.
const WITHOUT_ALERT: &str = "the connection was closed without an alert";

/// What an error in reading means.
pub(super) fn of_read(error: &io::Error) -> Outcome {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<openssl::ssl::Error>()) {
        Some(error) => of_tls(error),
        None => broke(error),
    }
}

/// The alert in an error of OpenSSL, or its words.
pub(super) fn of_tls(error: &openssl::ssl::Error) -> Outcome {
    let Some(stack) = error.ssl_error() else {
        return error.io_error().map_or_else(|| Outcome::Closed(WITHOUT_ALERT.into()), broke);
    };
    let alert = stack.errors().iter().find_map(|error| u8::try_from(error.reason_code().checked_sub(ALERTS)?).ok());
    if let Some(number) = alert {
        return Outcome::Alert { name: alert_name(number), number };
    }
    match stack.errors().iter().find_map(|error| error.reason()) {
        Some("unexpected eof while reading") => Outcome::Closed(WITHOUT_ALERT.into()),
        Some(reason) => Outcome::Failed(format!("no TLS: {reason}")),
        None => Outcome::Failed(format!("no TLS: {stack}")),
    }
}

/// What an error of the system means, once a connection had begun.
pub(super) fn broke(error: &io::Error) -> Outcome {
    let words = format!("the connection broke: {error}");
    match error.kind() {
        io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset => {
            Outcome::Closed(words)
        }
        _ => Outcome::Failed(words),
    }
}
