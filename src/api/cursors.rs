//! Results of queries that come in several pages, kept until they are fetched or make way. What is in them is not looked at.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use crate::data::{Found, Id};
use crate::seed::Chance;

/// The records of a page, as documented for REST and SOAP.
pub const RECORDS_OF_A_PAGE: usize = 2_000;

/// Results that are kept at a time; the oldest go.
pub const MAX_CURSORS: usize = 100;

/// The results that have a next page.
#[derive(Debug)]
pub(super) struct Cursors {
    ids: Chance,
    kept: Mutex<VecDeque<Cursor>>,
}

/// One result.
#[derive(Clone, Debug)]
struct Cursor {
    id: Id,
    user: Id,
    found: Arc<Found>,
    size: usize,
}

/// A page of a result.
#[derive(Debug)]
pub(super) struct Page {
    pub found: Arc<Found>,
    /// The place of its first record, and the one after its last.
    pub from: usize,
    pub to: usize,
    /// `01g…-2000`, if there are more.
    pub next: Option<String>,
}

impl Cursors {
    pub fn new(ids: Chance) -> Self {
        Self { ids, kept: Mutex::default() }
    }

    /// The first page of a result, in pages of `size` records; the result is kept for its user if there are more.
    pub fn first(&self, found: Found, user: &Id, size: usize) -> Page {
        let found = Arc::new(found);
        if found.records.len() <= size {
            let to = found.records.len();
            return Page { found, from: 0, to, next: None };
        }
        let cursor = Cursor { id: Id::new("01g", self.ids.below(1 << 48)), user: user.clone(), found, size };
        let page = cursor.page(0);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MAX_CURSORS {
            kept.pop_front();
        }
        kept.push_back(cursor);
        page
    }

    /// The page that a locator names, if it is this user's: its number may be any, for clients that count for themselves.
    pub fn page(&self, locator: &str, user: &Id) -> Option<Page> {
        let (id, from) = locator.rsplit_once('-')?;
        let (id, from) = (Id::parse(id)?, from.parse::<usize>().ok()?);
        let cursor = {
            let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.iter().find(|cursor| cursor.id == id && cursor.user == *user).cloned()
        };
        cursor.filter(|cursor| from <= cursor.found.records.len()).map(|cursor| cursor.page(from))
    }
}

impl Cursor {
    fn page(&self, from: usize) -> Page {
        let all = self.found.records.len();
        let to = from.saturating_add(self.size).min(all);
        let next = (to < all).then(|| format!("{}-{to}", self.id.as_str()));
        Page { found: self.found.clone(), from, to, next }
    }
}
