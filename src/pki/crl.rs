//! The CRLs that the edge has loaded.

/// Every loaded CRL, ready for validation.
#[derive(Clone, Debug, Default)]
pub struct Crls {}
