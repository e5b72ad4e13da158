//! What a client has was put into its kit's files.

use serde::Serialize;

/// A delivery, before any file is written.
#[derive(Clone, Debug, Serialize)]
pub struct Delivery {
    /// Its name in the scenario.
    pub client: String,
    /// Of its own certificate, hexadecimal.
    pub serial: String,
    /// What it sends from then on: names in the scenario, or subjects.
    pub sent: Vec<String>,
}
