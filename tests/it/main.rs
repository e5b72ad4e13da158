//! The one integration binary: a module per topic.

mod admin; // the simulator's own API: every path, and who may come in
mod api; // what the doors speak, in process
mod authorize; // the two-layer table as a golden
mod cli; // every subcommand, by the built binary
mod controls; // the verbs on a running org, sessions
mod ctl; // the admin door for people, by the built binary
mod data; // ids, SOQL
mod edge; // certificates on the wire: alerts, pages, switches
mod journal; // events, canonical form, explanations
mod kit; // what a client team is handed
mod library; // Simulator and Running, as a Rust team uses them
mod limits; // bad input: a clear answer, nothing harmed
mod mint; // certificates and CRLs made here
mod scenario; // files: read, refused, written
mod tidy; // the repository's own rules
mod uploads; // mutual authentication certificates
mod verdicts; // pki::validate
mod wire; // an org under test, and a bare client
