//! RSA keys for the renewals to come, made ahead on a thread of their own: a step is played on the thread of whoever set it
//! off, and a request would wait for its answer as long as such a key takes. Other keys take less than a signature.

use std::collections::HashMap;
use std::fmt::{self, Debug, Formatter};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use openssl::pkey::{PKey, Private};

use crate::controls::Controls;
use crate::pki::mint::{KeyKind, Unmintable};
use crate::scenario::step::{StepKey, Verb};

type Make = Box<dyn FnOnce() -> Result<PKey<Private>, Unmintable> + Send>;
type Spare = Arc<LazyLock<Result<PKey<Private>, Unmintable>, Make>>;

/// The key of each step that will need one, by the step's place.
#[derive(Default)]
pub(super) struct Spares(Mutex<HashMap<usize, Spare>>);

impl Spares {
    fn held(&self) -> MutexGuard<'_, HashMap<usize, Spare>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The key for this step, which is waited for if it is in the making; `None` if nobody makes one.
    pub(super) fn take(&self, step: usize) -> Option<Result<PKey<Private>, Unmintable>> {
        // not while the lock is held: it may take seconds
        let spare = self.held().remove(&step)?;
        Some(LazyLock::force(&spare).clone())
    }
}

impl Controls {
    /// Begins to make the keys that steps will need and that take long.
    pub(super) fn begin_spares(&self) {
        let film = &self.0.film;
        let identities = self.identities();
        let mut begun = Vec::new();
        {
            let (state, mut held) = (film.state(), film.spares.held());
            for (at, step) in film.steps.iter().enumerate().filter(|(at, _)| !state.taken[*at]) {
                let Verb::Issue { client, key: StepKey::New } = &step.verb else { continue };
                let Some(kind) = identities.client(client).map(|client| KeyKind::like(&client.key)) else { continue };
                if kind.is_slow() && !held.contains_key(&at) {
                    let make: Make = Box::new(move || kind.generate().map_err(Unmintable::from));
                    let spare = Arc::new(LazyLock::new(make));
                    held.insert(at, spare.clone());
                    begun.push(spare);
                }
            }
        }
        if !begun.is_empty() {
            let make = move || {
                for spare in begun {
                    // an error is for the step to tell
                    let _ = LazyLock::force(&spare);
                }
            };
            // if there is no thread to be had, the step makes its key
            let _ = std::thread::Builder::new().name("film-keys".into()).spawn(make);
        }
    }
}

impl Debug for Spares {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.held().keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::Scenario;
    use crate::journal::Journal;
    use crate::seed::Seed;

    const FILM: &str = r#"
        format = 1
        [org]
        name = "Acme"
        clock = "2029-03-01T00:00:00Z"
        [[ca]]
        name = "acme-root"
        [[client]]
        name = "slow"
        issuer = "acme-root"
        key = "rsa-2048"
        [[client]]
        name = "quick"
        issuer = "acme-root"
        [[step]]
        name = "a quick key"
        on = "call"
        do.issue = { client = "quick" }
        [[step]]
        name = "the same key"
        on = "call"
        do.issue = { client = "slow", key = "same" }
        [[step]]
        name = "a slow key"
        on = "call"
        do.issue = { client = "slow" }
    "#;

    #[test]
    fn a_key_that_takes_long_is_there_when_its_step_comes() {
        let scenario = Scenario::from_text(FILM, "film.toml", Path::new(".")).unwrap();
        let clock = scenario.org.clock.clock();
        let org = Controls::found(scenario, clock.clone(), Seed::new(7), Journal::new(clock)).unwrap();
        let expected = || org.0.film.spares.held().keys().copied().collect::<Vec<_>>();
        org.begin();
        assert_eq!(expected(), [2], "the others take no time");
        let spare = org.0.film.spares.held()[&2].clone();
        let made = LazyLock::force(&spare).clone().unwrap();
        org.step("the same key").unwrap();
        assert!(!org.identities().client("slow").unwrap().key.public_eq(&made), "it is that step's alone");
        org.step("a slow key").unwrap();
        assert!(org.identities().client("slow").unwrap().key.public_eq(&made));
        assert_eq!(expected(), [0; 0]);
        org.reset().unwrap();
        assert_eq!(expected(), [2], "once more after a reset");
    }
}
