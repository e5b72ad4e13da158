//! Client certificates: reading, minting and judging them. Pure: time and trust are arguments, nothing is fetched.
//!
//! [`validate()`] is the one way in; the TLS callback, `explain` and the tests all come through it.

pub mod chain;
pub mod crl;
mod fault;
#[expect(
    unsafe_code,
    reason = "the few OpenSSL calls that the openssl crate lacks; nothing else in the project is unsafe"
)]
pub(crate) mod ffi;
pub mod flaw;
pub mod mint;
mod path;
pub mod policy;
pub mod rejection;
pub mod remembered;
pub mod text;
pub mod trust;
pub mod validate;
pub mod verdict;

pub use chain::{Certificate, Unreadable};
pub use crl::Crls;
pub use flaw::Flaw;
pub use path::{MAX_CANDIDATES, MAX_STEPS};
pub use policy::{ClientAuthEku, Policies, Policy, Revocation};
pub use rejection::Rejection;
pub use remembered::Remembered;
pub use trust::{Anchor, TrustList};
pub use validate::validate;
pub use verdict::{Fault, Verdict};
