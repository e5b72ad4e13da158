//! What happened, each time with its explanation: append, query, subscribe. Serving it over HTTP is not done here.
//!
//! Appending is on the path of every request, so only stamping and a push happen under the lock. Writing the file and
//! calling subscribers is done afterwards by one thread at a time, in order of `seq`, with no lock held.

use std::collections::VecDeque;
use std::fmt::{self, Debug, Formatter};
use std::io;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, Weak};
use std::thread::{self, ThreadId};
use std::time::Duration;

use crate::clock::{Clock, Stopwatch};

pub mod canonical;
mod clip;
mod connections;
pub mod event;
pub mod expectation;
mod expectations;
pub mod explanation;
mod file;
pub mod line;
pub mod pattern;
pub mod query;
mod verdict;

pub use canonical::canonical;
pub use clip::LONGEST_TEXT;
pub use connections::{CONNECTIONS_KEPT, Connections};
pub use event::{Event, Kind};
pub use expectations::{Expectations, Verdict};
pub use explanation::Explanation;
use file::File;
pub use pattern::Pattern;
pub use query::{Outcome, Query};

/// So many events are kept in memory, and can be asked for.
pub const KEPT: usize = 10_000;

/// The journal of a running org; clones share it.
#[derive(Clone)]
pub struct Journal(Arc<Inner>);

struct Inner {
    clock: Clock,
    state: Mutex<State>,
    arrived: Condvar,
    file: Option<Mutex<File>>,
    /// Why there is no file, where there should have been one.
    missing: Option<String>,
}

struct State {
    /// The last events, without a gap.
    ring: VecDeque<Arc<Event>>,
    last_seq: u64,
    /// Threads in `wait_for`; without any, nobody needs to be woken.
    waiting: usize,
    subscribers: Vec<(u64, Callback)>,
    next_subscriber: u64,
    /// Events that the file and the subscribers have not seen.
    undelivered: VecDeque<Arc<Event>>,
    /// The thread that is delivering, if one is: it takes along whatever arrives meanwhile.
    delivering: Option<ThreadId>,
    /// How often nothing was left to deliver.
    quiet: u64,
}

type Callback = Arc<dyn Fn(&Arc<Event>) + Send + Sync>;

/// A subscription; it ends when this is dropped.
#[must_use = "a subscription ends when it is dropped"]
pub struct Subscription {
    journal: Weak<Inner>,
    number: u64,
}

impl Journal {
    /// A journal in memory.
    pub fn new(clock: Clock) -> Self {
        Self::over(clock, None, 0, None)
    }

    /// A journal in memory because no file can be had; [`file_error`](Self::file_error) tells why.
    pub fn without_file(clock: Clock, why: String) -> Self {
        Self::over(clock, None, 0, Some(why))
    }

    /// A journal that is also written to a new file, one JSON object a line. The file is for its owner only.
    pub fn with_file(clock: Clock, path: &Path) -> io::Result<Self> {
        Ok(Self::over(clock, Some(File::open(path)?), 0, None))
    }

    /// A journal that goes on where the file of an earlier process ends: its events are counted on, but not read back. A
    /// line that was cut short is taken off.
    pub fn continued(clock: Clock, path: &Path) -> io::Result<Self> {
        let (file, last_seq) = File::continued(path)?;
        Ok(Self::over(clock, Some(file), last_seq, None))
    }

    /// Appends an event, stamped with both clocks; its place in the journal.
    ///
    /// When this returns, [`since`](Self::since) finds it. The file and the subscribers get it in order, from this
    /// thread or from one that is delivering already.
    pub fn append(&self, kind: Kind) -> u64 {
        let kind = kind.clipped();
        let mut state = self.0.state();
        let seq = state.last_seq + 1;
        let (org_time, wall_time) = (self.0.clock.org_now(), self.0.clock.wall_now());
        let event = Arc::new(Event { version: VERSION, seq, org_time, wall_time, kind });
        state.last_seq = seq;
        if state.ring.len() == KEPT {
            state.ring.pop_front();
        }
        state.ring.push_back(event.clone());
        if state.waiting > 0 {
            self.0.arrived.notify_all();
        }
        if self.0.file.is_some() || !state.subscribers.is_empty() {
            state.undelivered.push_back(event);
            if state.delivering.is_none() {
                state.delivering = Some(thread::current().id());
                drop(state);
                self.0.deliver();
            }
        }
        seq
    }

    /// Calls back for every event from now on, in order, on a thread that appends; it must not block.
    ///
    /// The callback may append. It may be called once more while the subscription is being dropped.
    pub fn subscribe(&self, callback: impl Fn(&Arc<Event>) + Send + Sync + 'static) -> Subscription {
        let mut state = self.0.state();
        let number = state.next_subscriber;
        state.next_subscriber += 1;
        state.subscribers.push((number, Arc::new(callback)));
        Subscription { journal: Arc::downgrade(&self.0), number }
    }

    /// The place of the newest event; 0 if there is none.
    pub fn last_seq(&self) -> u64 {
        self.0.state().last_seq
    }

    /// The events after that place which are still kept, oldest first.
    pub fn since(&self, seq: u64) -> Vec<Arc<Event>> {
        self.0.state().after(seq).cloned().collect()
    }

    /// The kept events that answer a query, oldest first.
    pub fn query(&self, query: &Query) -> Vec<Arc<Event>> {
        let kept = self.since(0);
        query.select(&kept)
    }

    /// Waits until an event after `seq` is as wanted, and gives it; `None` once `timeout` has passed.
    ///
    /// The subscribers have seen it then, and what they appended for it, unless they take longer than `timeout`. `wanted`
    /// is asked under the journal's lock: it must not come back to the journal.
    pub fn wait_for(&self, seq: u64, timeout: Duration, wanted: impl Fn(&Event) -> bool) -> Option<Arc<Event>> {
        let (mut seen, mut found) = (seq, None);
        let watch = Stopwatch::start();
        let mut state = self.0.state();
        state.waiting += 1;
        let still_missing = |state: &mut State| {
            found = state.after(seen).find(|event| wanted(event)).cloned();
            seen = seen.max(state.last_seq);
            found.is_none()
        };
        let waited = self.0.arrived.wait_timeout_while(state, timeout, still_missing);
        let (mut state, _) = waited.unwrap_or_else(|poisoned| poisoned.into_inner());
        if found.is_some() {
            let (quiet, left) = (state.quiet, timeout.saturating_sub(watch.elapsed()));
            let busy = |state: &mut State| state.quiet == quiet && state.is_delivered_by_another();
            let waited = self.0.arrived.wait_timeout_while(state, left, busy);
            (state, _) = waited.unwrap_or_else(|poisoned| poisoned.into_inner());
        }
        state.waiting -= 1;
        drop(state);
        found
    }

    /// Why no file is written, or no longer: a full disk, say. Events go on being kept in memory.
    pub fn file_error(&self) -> Option<String> {
        let Some(file) = &self.0.file else { return self.0.missing.clone() };
        file.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).error()
    }

    fn over(clock: Clock, file: Option<File>, last_seq: u64, missing: Option<String>) -> Self {
        let file = file.map(Mutex::new);
        let state = State {
            ring: VecDeque::new(),
            last_seq,
            waiting: 0,
            subscribers: Vec::new(),
            next_subscriber: 0,
            undelivered: VecDeque::new(),
            delivering: None,
            quiet: 0,
        };
        Self(Arc::new(Inner { clock, state: Mutex::new(state), arrived: Condvar::new(), file, missing }))
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Nothing is left to deliver, or nobody to deliver it.
    fn rest(&self, mut state: MutexGuard<'_, State>) {
        state.delivering = None;
        state.quiet += 1;
        if state.waiting > 0 {
            self.arrived.notify_all();
        }
    }

    /// Hands on what has not been, until nothing is left. Only the thread that set `delivering` comes here.
    fn deliver(&self) {
        let unwinding = StopDelivering(self);
        loop {
            let mut state = self.state();
            if state.undelivered.is_empty() {
                self.rest(state);
                break;
            }
            let batch = std::mem::take(&mut state.undelivered);
            let callbacks: Vec<_> = state.subscribers.iter().map(|(_, callback)| callback.clone()).collect();
            drop(state);
            if let Some(file) = &self.file {
                file.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).write(&batch);
            }
            for event in &batch {
                callbacks.iter().for_each(|callback| callback(event));
            }
        }
        std::mem::forget(unwinding);
    }
}

/// If a callback panics, the next event must find a thread to deliver it.
struct StopDelivering<'a>(&'a Inner);

impl Drop for StopDelivering<'_> {
    fn drop(&mut self) {
        self.0.rest(self.0.state());
    }
}

impl State {
    /// A subscriber that waits would wait for itself.
    fn is_delivered_by_another(&self) -> bool {
        self.delivering.is_some_and(|thread| thread != thread::current().id())
    }

    fn after(&self, seq: u64) -> impl Iterator<Item = &Arc<Event>> {
        let gone = self.last_seq - self.ring.len() as u64;
        let skip = seq.saturating_sub(gone).min(self.ring.len() as u64);
        self.ring.range(skip as usize..)
    }
}

impl Default for Journal {
    /// In memory, on the system's clock.
    fn default() -> Self {
        Self::new(Clock::system())
    }
}

impl Debug for Journal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "Journal({} events)", self.last_seq())
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(journal) = self.journal.upgrade() {
            let mut state = journal.state();
            let at = state.subscribers.iter().position(|(number, _)| *number == self.number);
            // Dropped after the lock: what the callback holds may come back to the journal.
            let callback = at.map(|at| state.subscribers.swap_remove(at));
            drop(state);
            drop(callback);
        }
    }
}

impl Debug for Subscription {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "Subscription({})", self.number)
    }
}

const VERSION: u32 = 1;
