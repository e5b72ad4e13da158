//! The file of a journal: one JSON object a line, appended. It is never read back here.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::Arc;

use super::Event;

/// A file that is being appended to, until the first error.
pub(super) struct File {
    file: std::fs::File,
    failed: Option<io::Error>,
}

impl File {
    pub(super) fn new(file: std::fs::File) -> Self {
        Self { file, failed: None }
    }

    /// Writes the events with one call to the system, so that a reader sees whole lines.
    pub(super) fn write(&mut self, events: &VecDeque<Arc<Event>>) {
        if self.failed.is_some() {
            return;
        }
        let mut lines = Vec::new();
        let written = events.iter().try_for_each(|event| {
            serde_json::to_writer(&mut lines, event)?;
            lines.push(b'\n');
            Ok::<_, serde_json::Error>(())
        });
        if let Err(error) = written.map_err(io::Error::from).and_then(|()| self.file.write_all(&lines)) {
            self.failed = Some(error);
        }
    }

    pub(super) fn error(&self) -> Option<String> {
        self.failed.as_ref().map(ToString::to_string)
    }
}
