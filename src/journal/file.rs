//! The file of a journal: one JSON object a line, appended. Its events are never read back here.

use std::collections::VecDeque;
use std::fs::OpenOptions;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;

use super::Event;

/// A file that is being appended to, until the first error.
pub(super) struct File {
    file: std::fs::File,
    failed: Option<io::Error>,
}

impl File {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        Ok(Self { file: options().append(true).open(path)?, failed: None })
    }

    /// Opens it where an earlier process left off, with the `seq` of its last event; 0 if there is none.
    pub(super) fn continued(path: &Path) -> io::Result<(Self, u64)> {
        let mut file = options().append(true).read(true).open(path)?;
        let mut end = file.metadata()?.len();
        let (mut tail, mut whole) = (Vec::new(), None);
        // from the end, a piece at a time, until there is a line with its end
        while end > 0 && whole.is_none() {
            let start = end.saturating_sub(PIECE);
            let mut piece = vec![0; (end - start) as usize];
            file.seek(SeekFrom::Start(start))?;
            file.read_exact(&mut piece)?;
            piece.append(&mut tail);
            (tail, end) = (piece, start);
            whole = last_line(&tail, start == 0);
        }
        let Some((line, length)) = whole else {
            file.set_len(0)?;
            return Ok((Self { file, failed: None }, 0));
        };
        let last = serde_json::from_slice::<Numbered>(&tail[line]);
        let last = last.map_err(|error| io::Error::other(format!("its last line is no event: {error}")))?;
        file.set_len(end + length as u64)?;
        Ok((Self { file, failed: None }, last.seq))
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

#[derive(Deserialize)]
struct Numbered {
    seq: u64,
}

/// Of a file's tail the last line that has its end, and the length up to there; `whole` if it is all of the file.
fn last_line(tail: &[u8], whole: bool) -> Option<(Range<usize>, usize)> {
    let end = tail.iter().rposition(|byte| *byte == b'\n')?;
    match tail[..end].iter().rposition(|byte| *byte == b'\n') {
        Some(before) => Some((before + 1..end, end + 1)),
        None => whole.then_some((0..end, end + 1)),
    }
}

/// For its owner only.
fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

const PIECE: u64 = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_continued_after_its_last_whole_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        let long = format!("{{\"seq\":8,\"x\":\"{}\"}}\n", "x".repeat(3 * PIECE as usize));
        for (text, seq, kept) in [
            ("", 0, 0),
            ("{\"seq\":7}\n", 7, 10),
            ("{\"seq\":7}\n{\"seq\":8}\n", 8, 20),
            ("{\"seq\":7}\n{\"seq\":8,\"ki", 7, 10),
            ("{\"se", 0, 0),
            (&long, 8, long.len()),
        ] {
            std::fs::write(&path, text).unwrap();
            let (_, last) = File::continued(&path).unwrap();
            assert_eq!((last, std::fs::metadata(&path).unwrap().len()), (seq, kept as u64), "{:.40}", text);
        }
        std::fs::write(&path, "no journal\n").unwrap();
        assert!(File::continued(&path).is_err(), "somebody else's file is left as it is");
    }
}
