//! Bad input gets a clear answer and harms nothing: after each abuse a good client is served, and nothing has panicked.

use mockorg::{Scenario, Simulator};

use crate::wire::Org;

mod bodies; // too large, too slow, packed, malformed
mod certificates; // chains that no CA should have signed, and a Certificate message torn on its way
mod connections; // what is not TLS, or half of it, or silence
mod credentials; // tokens, assertions and passwords that are none
mod forgery; // certificates with one thing wrong, signed all the same
mod heads; // heads of requests: too much, twice, or nonsense
mod lines; // what a client sends cannot forge a line or leak a secret
mod numbers; // docs/limits.md and the constants
mod random; // anything at all

const LIMITS: &str = "/services/data/v68.0/limits";

/// The quickstart with time-outs that a test can wait for.
fn hurried(change: impl FnOnce(Simulator) -> Simulator) -> Org {
    Org::with(change(Simulator::default().seed(7)), Scenario::quickstart())
}

/// A good client is still served.
#[track_caller]
fn unharmed(org: &Org) {
    let answer = org.mutual("billing").session(&org.billing()).get(LIMITS);
    assert_eq!(answer.map(|answer| answer.status), Ok(200), "a good client after the abuse");
    assert_eq!(org.panics(), Vec::<String>::new());
}
