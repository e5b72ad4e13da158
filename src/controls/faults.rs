//! The faults of a running org: set and cleared by verbs, counted and drawn as connections and requests come in.
//!
//! What a fault does to a connection or a request is done where they are served; here it is only said which one is due.

use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;

use super::Controls;
use crate::journal::{Kind, event};
use crate::org::Door;
use crate::org::login::Network;
use crate::scenario::FaultSpec;
use crate::scenario::fault::{
    ConnectionEffect, Effect, LONGEST_HOLD, MOST_FAULTS, RequestEffect, RetryAfter, RetryAfterForm, Strike,
};
use crate::seed::{Chance, Seed};

mod path;

/// Why a fault is not set.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum FaultError {
    /// It could never strike, or holds for too long.
    #[error("fault {name:?}: {reason}")]
    Bad {
        /// The fault.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// There are as many as there can be.
    #[error("there are {MOST_FAULTS} faults already; clear some")]
    TooMany,
    /// None has that name.
    #[error("no fault {0:?}")]
    Unknown(String),
}

/// When something can go wrong; each fault has one such moment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Moment {
    /// A connection was accepted, and nothing read.
    Accepted,
    /// A request was answered, and nothing of the answer sent.
    Answered,
    /// The head of a request was read.
    Arrived,
    /// Somebody makes a call with a session that lives.
    Called,
    /// A handshake begins.
    Greeted,
    /// The user is known, by session or login.
    Known,
}

/// What is known of a connection or request at some moment.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    /// The connection.
    pub handshake: u64,
    /// By which door it came.
    pub door: Door,
    /// From where.
    pub remote: IpAddr,
    /// The client of the scenario whose certificate it showed.
    pub client: Option<&'a str>,
    /// The username.
    pub user: Option<&'a str>,
    /// The path asked for.
    pub path: &'a str,
}

/// The faults that are set, in order.
#[derive(Debug)]
pub(super) struct Faults {
    armed: ArcSwap<Vec<Arc<Armed>>>,
    /// Held by a verb while it builds the next list.
    turn: Mutex<()>,
    seed: Seed,
    /// Which form `Retry-After` takes, where either will do.
    forms: Chance,
}

/// A fault that is set, and what has come of it so far.
#[derive(Debug)]
struct Armed {
    spec: FaultSpec,
    remote: Option<Network>,
    /// How many fitted, but for `nth` and `probability`.
    fitted: AtomicU64,
    struck: AtomicU64,
    chance: Chance,
}

impl Faults {
    pub(super) fn new(specs: &[FaultSpec], seed: Seed) -> Self {
        let armed = specs.iter().map(|spec| Arc::new(Armed::new(spec.clone(), seed))).collect();
        Self { armed: ArcSwap::from_pointee(armed), turn: Mutex::default(), seed, forms: seed.stream("retry-after") }
    }

    /// As the scenario has them: counts and draws begin anew.
    pub(super) fn reset(&self, specs: &[FaultSpec]) {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let armed = specs.iter().map(|spec| Arc::new(Armed::new(spec.clone(), self.seed))).collect();
        self.armed.store(Arc::new(armed));
    }

    fn change<E>(&self, next: impl FnOnce(&mut Vec<Arc<Armed>>) -> Result<(), E>) -> Result<(), E> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let mut armed = Vec::clone(&self.armed.load());
        next(&mut armed)?;
        self.armed.store(Arc::new(armed));
        Ok(())
    }
}

impl Armed {
    fn new(spec: FaultSpec, seed: Seed) -> Self {
        let remote = spec.when.remote.as_deref().and_then(|remote| remote.parse().ok());
        // a stream of its own, so that one fault does not disturb another
        let chance = seed.stream(&format!("fault {}", spec.name));
        Self { spec, remote, fitted: AtomicU64::new(0), struck: AtomicU64::new(0), chance }
    }

    fn moment(&self) -> Moment {
        match self.spec.effect {
            Effect::Connection(ConnectionEffect::Reset) => Moment::Accepted,
            Effect::Connection(_) => Moment::Greeted,
            Effect::Request(RequestEffect::Drop { .. } | RequestEffect::SlowBody(_)) => Moment::Answered,
            Effect::Request(RequestEffect::EndSession | RequestEffect::RequestLimitExceeded(_)) => Moment::Called,
            Effect::Request(_) if self.spec.when.user.is_some() => Moment::Known,
            Effect::Request(_) => Moment::Arrived,
        }
    }

    fn fits(&self, situation: &Situation<'_>) -> bool {
        let when = &self.spec.when;
        when.door.is_none_or(|door| door == situation.door)
            && self.remote.is_none_or(|remote| remote.contains(situation.remote))
            && when.client.as_deref().is_none_or(|client| situation.client == Some(client))
            && when
                .user
                .as_ref()
                .is_none_or(|user| situation.user.is_some_and(|given| given.to_lowercase() == user.to_lowercase()))
            && when.path.as_ref().is_none_or(|pattern| path::fits(pattern, situation.path))
    }

    /// Counts one that fits; whether it is this one's turn.
    fn is_due(&self) -> bool {
        let when = &self.spec.when;
        let number = self.fitted.fetch_add(1, Ordering::Relaxed) + 1;
        let drawn = when.probability.is_none_or(|part| self.chance.part() < part);
        drawn && when.nth.is_none_or(|nth| nth == number)
    }

    /// Strikes, unless it has done so as often as it may.
    fn strikes(&self) -> bool {
        let most = self.spec.times.unwrap_or(u64::MAX);
        let counted = |struck| (struck < most).then(|| struck + 1);
        self.struck.fetch_update(Ordering::Relaxed, Ordering::Relaxed, counted).is_ok()
    }
}

impl Controls {
    /// The faults that are set, in the order in which they are looked at.
    pub fn faults(&self) -> Vec<FaultSpec> {
        self.0.faults.armed.load().iter().map(|armed| armed.spec.clone()).collect()
    }

    /// Sets a fault behind those that are there, or anew in the place of the one of its name; it counts from then on.
    pub fn set_fault(&self, spec: FaultSpec) -> Result<(), FaultError> {
        self.check(&spec).map_err(|reason| FaultError::Bad { name: spec.name.clone(), reason })?;
        let (name, effect) = (spec.name.clone(), spec.effect.to_string());
        let armed = Arc::new(Armed::new(spec, self.0.faults.seed));
        self.0.faults.change(|list| {
            match list.iter().position(|known| known.spec.name == name) {
                Some(at) => list[at] = armed,
                None if list.len() >= MOST_FAULTS => return Err(FaultError::TooMany),
                None => list.push(armed),
            }
            Ok(())
        })?;
        self.tell_fault(name, "set", effect, None);
        Ok(())
    }

    /// Clears the faults of these names, or all where no name is given; how many there were.
    pub fn clear_faults(&self, names: &[String]) -> Result<usize, FaultError> {
        let mut cleared = Vec::new();
        self.0.faults.change(|list| {
            if let Some(unknown) = names.iter().find(|&name| list.iter().all(|armed| armed.spec.name != *name)) {
                return Err(FaultError::Unknown(unknown.clone()));
            }
            cleared = list.extract_if(.., |armed| names.is_empty() || names.contains(&armed.spec.name)).collect();
            Ok(())
        })?;
        let count = cleared.len();
        for armed in cleared {
            self.tell_fault(armed.spec.name.clone(), "cleared", armed.spec.effect.to_string(), None);
        }
        Ok(count)
    }

    /// The fault that is due for a connection; the journal has it before this returns.
    pub fn connection_fault(&self, moment: Moment, of: &Situation<'_>) -> Option<Strike<String, ConnectionEffect>> {
        let armed = self.due(&[moment], of)?;
        match armed.spec.effect {
            Effect::Connection(effect) => Some(Strike { fault: armed.spec.name.clone(), effect }),
            Effect::Request(_) => None,
        }
    }

    /// The fault that is due for a request; the journal has it before this returns.
    pub fn request_fault(&self, moments: &[Moment], of: &Situation<'_>) -> Option<Strike<String, RequestEffect>> {
        let armed = self.due(moments, of)?;
        match armed.spec.effect {
            Effect::Request(effect) => Some(Strike { fault: armed.spec.name.clone(), effect }),
            Effect::Connection(_) => None,
        }
    }

    /// The form of a `Retry-After`, decided.
    pub fn retry_after_form(&self, retry: RetryAfter) -> RetryAfterForm {
        match retry.form {
            RetryAfterForm::Either if self.0.faults.forms.below(2) == 0 => RetryAfterForm::Date,
            RetryAfterForm::Either => RetryAfterForm::Seconds,
            form => form,
        }
    }

    /// Every fault that fits is counted, whichever of them strikes: the first, in their order, whose turn it is.
    fn due(&self, moments: &[Moment], of: &Situation<'_>) -> Option<Arc<Armed>> {
        let armed = self.0.faults.armed.load();
        let fitting = armed.iter().filter(|armed| moments.contains(&armed.moment()) && armed.fits(of));
        let mut due = None;
        for armed in fitting {
            if armed.is_due() && due.is_none() && armed.strikes() {
                due = Some(armed.clone());
            }
        }
        let due = due?;
        self.tell_fault(due.spec.name.clone(), "injected", due.spec.effect.to_string(), Some(of));
        Some(due)
    }

    fn tell_fault(&self, name: String, change: &'static str, effect: String, of: Option<&Situation<'_>>) {
        let (handshake, door) = of.map(|of| (of.handshake, of.door)).unzip();
        self.journal().append(Kind::Fault(Box::new(event::Fault { name, change, effect, handshake, door })));
    }

    /// What a scenario file would have been told.
    fn check(&self, spec: &FaultSpec) -> Result<(), String> {
        let when = &spec.when;
        let later = [&when.client, &when.user, &when.path].iter().any(|key| key.is_some());
        if matches!(spec.effect, Effect::Connection(_)) && later {
            return Err("client, user and path are not known before any certificate is seen".into());
        }
        if let Some(client) = when.client.as_ref().filter(|name| self.identities().client(name).is_none()) {
            return Err(format!("no client {client:?}"));
        }
        if let Some(user) = when.user.as_ref().filter(|name| self.snapshot().org.user_named(name).is_none()) {
            return Err(format!("no user {user:?}"));
        }
        if let Some(remote) = when.remote.as_ref().filter(|remote| remote.parse::<Network>().is_err()) {
            return Err(format!("{remote:?} is no network"));
        }
        if when.probability.is_some_and(|part| !(part > 0.0 && part <= 1.0)) {
            return Err("probability is more than 0 and at most 1".into());
        }
        if when.nth == Some(0) || spec.times == Some(0) {
            return Err("nth and times are counted from 1".into());
        }
        match spec.effect {
            Effect::Connection(ConnectionEffect::HoldServerHello(lasting))
            | Effect::Request(RequestEffect::SlowBody(lasting))
                if lasting > LONGEST_HOLD =>
            {
                Err(format!("nothing is held for longer than {} s", LONGEST_HOLD.as_secs()))
            }
            _ => Ok(()),
        }
    }
}
