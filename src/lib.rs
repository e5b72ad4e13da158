//! A Salesforce-style org that judges client certificates as the real one does, and says why.
//!
//! The paved path is [`Simulator::start`] with a [`Scenario`]: it returns a [`Running`] org that stops on drop.
//! Below it the modules are the domain's nouns; each layer imports only from those under it (see ARCHITECTURE.md).
#![warn(missing_docs)]
#![deny(unsafe_code)]

pub mod clock;
pub mod data;
pub mod doctor;
pub mod journal;
pub mod org;
pub mod pki;
pub mod scenario;
pub mod seed;

#[cfg(feature = "server")]
pub mod api;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "server")]
pub mod controls;
#[cfg(feature = "server")]
pub mod exchange;
#[cfg(feature = "server")]
pub mod replay;
#[cfg(feature = "server")]
pub mod simulator;
#[cfg(feature = "server")]
pub mod store;
#[cfg(any(test, feature = "proptest1"))]
pub mod strategies;
#[cfg(feature = "server")]
pub mod tls;

pub use clock::Clock;
#[cfg(feature = "server")]
pub use controls::RenewalKey;
pub use journal::Journal;
pub use pki::Certificate;
pub use scenario::Scenario;
#[cfg(feature = "server")]
pub use simulator::{Running, Simulator};
