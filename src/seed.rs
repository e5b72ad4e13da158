//! The only source of chance: one seed for ids, session tokens and order; secrets come from the system instead.
//!
//! Key material and the admin token never come from the seed.

use std::sync::{Arc, Mutex};

/// The seed of a run; the same scenario with the same seed gives the same canonical journal.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Seed {
    number: u64,
    restarts: u64,
}

/// A stream of numbers for one purpose; clones share it.
#[derive(Clone, Debug)]
pub struct Chance(Arc<Mutex<fastrand::Rng>>);

impl Seed {
    /// A seed that was given.
    pub fn new(number: u64) -> Self {
        Self { number, restarts: 0 }
    }

    /// A seed drawn from the system, to be printed so that the run can be repeated.
    pub fn random() -> Self {
        let mut bytes = [0; 4];
        secret(&mut bytes);
        Self::new(u32::from_le_bytes(bytes).into())
    }

    /// The same seed for an org that keeps its state, once it was started again so many times: nothing is drawn twice.
    pub fn after(self, restarts: u64) -> Self {
        Self { restarts, ..self }
    }

    /// The number to print.
    pub fn number(self) -> u64 {
        self.number
    }

    /// A stream of its own for `purpose`, so that one use does not disturb another.
    pub fn stream(self, purpose: &str) -> Chance {
        let mut mixed = self.number ^ 0x9e37_79b9_7f4a_7c15;
        let again = if self.restarts > 0 { format!(" {}", self.restarts) } else { String::new() };
        for byte in purpose.bytes().chain(again.bytes()) {
            mixed = (mixed ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Chance(Arc::new(Mutex::new(fastrand::Rng::with_seed(mixed))))
    }
}

impl Chance {
    /// `length` letters and digits.
    pub fn alphanumeric(&self, length: usize) -> String {
        let mut rng = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        (0..length).map(|_| rng.alphanumeric()).collect()
    }

    /// Puts a list into any order.
    pub fn shuffle<T>(&self, list: &mut [T]) {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).shuffle(list);
    }

    /// A number from 0 up to, but not including, 1.
    pub fn part(&self) -> f64 {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).f64()
    }

    /// A number below `bound`, which is at least 1.
    pub fn below(&self, bound: u64) -> u64 {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).u64(..bound.max(1))
    }
}

/// Fills `bytes` from the system's source, for secrets that must not follow from the seed.
#[expect(clippy::disallowed_methods, reason = "seed is the one place that asks")]
pub fn secret(bytes: &mut [u8]) {
    openssl::rand::rand_bytes(bytes).expect("the system's source of randomness answers");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_gives_one_stream_per_purpose() {
        let draw = |seed: u64, purpose| Seed::new(seed).stream(purpose).alphanumeric(20);
        assert_eq!(draw(7, "session"), draw(7, "session"));
        assert_ne!(draw(7, "session"), draw(7, "id"));
        assert_ne!(draw(7, "session"), draw(8, "session"));
        let again = |restarts| Seed::new(7).after(restarts).stream("session").alphanumeric(20);
        assert_eq!(again(0), draw(7, "session"));
        assert!(again(1) != again(0) && again(1) != again(2) && again(1) == again(1));
    }
}
