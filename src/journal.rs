//! What happened, each time with its explanation: append, query, subscribe. Serving it over HTTP is not done here.

pub mod event;
pub mod explanation;
mod verdict;

pub use event::{Event, Kind};
pub use explanation::Explanation;

/// The journal of a running org; clones share it.
#[derive(Clone, Debug, Default)]
pub struct Journal {}

impl Journal {
    /// stub
    pub fn append(&self, _kind: Kind) -> u64 {
        0
    }
}
