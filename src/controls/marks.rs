//! Giving a place in the journal a name, to ask later what came after it.

use super::Controls;
use crate::journal::{Event, Kind};

/// The characters of a mark's name.
pub const LONGEST_MARK: usize = 64;

/// A name that no mark can have.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a mark's name has 1 to {LONGEST_MARK} characters, none of them a control character, and is no number")]
pub struct BadMark;

impl Controls {
    /// Names the present place; its `seq`. The same name again is a later place.
    pub fn mark(&self, name: &str) -> Result<u64, BadMark> {
        let length = name.chars().count();
        // a number says a place by itself
        let is_number = name.bytes().all(|byte| byte.is_ascii_digit());
        if is_number || length > LONGEST_MARK || name.trim().is_empty() || name.chars().any(char::is_control) {
            return Err(BadMark);
        }
        Ok(self.journal().append(Kind::Mark { name: name.to_owned() }))
    }

    /// The newest place of that name, as far back as the journal goes.
    pub fn marked(&self, name: &str) -> Option<u64> {
        let is_it = |event: &Event| matches!(&event.kind, Kind::Mark { name: marked } if marked == name);
        self.journal().since(0).iter().rev().find(|event| is_it(event)).map(|event| event.seq)
    }
}
