//! The composition root: from a scenario to a running org.

pub mod kit;
pub mod server_certificate;

/// Starts orgs.
#[derive(Debug)]
pub struct Simulator;

/// A running org; stops on drop.
#[derive(Debug)]
pub struct Running;
