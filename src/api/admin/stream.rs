//! `/v1/journal/stream`: events as they happen, by SSE. A reader pulls from the journal's own memory, so that one who is slow
//! costs nothing: what has gone by then is counted, not kept.

use std::convert::Infallible;
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream;
use http::{HeaderValue, header};
use serde_json::json;
use tokio::sync::{Notify, OwnedSemaphorePermit};
use warp::Reply;
use warp::reply::Response;

use super::journal::{Form, asked, form, text};
use super::{AdminDoor, Request};
use crate::api::reject::Reject;
use crate::journal::{Event, Query, Subscription};

/// So often a reader hears that the line is alive, if nothing happens.
pub const HEARTBEAT: Duration = Duration::from_secs(15);

/// Readers of the stream at one time.
pub const MOST_READERS: usize = 100;

/// Events that are written out in one go.
pub const MOST_AT_ONCE: usize = 256;

pub(super) fn follow(door: &AdminDoor, request: &Request) -> Result<Response, Reject> {
    let mut query = asked(door, request)?;
    let form = match form(request)? {
        Form::Canonical => return Err(Reject::bad_value("form", "json or text", "canonical")),
        form => form,
    };
    let seen = request.header("last-event-id").and_then(|id| id.trim().parse().ok());
    match (seen, request.parameter("since")) {
        (Some(seen), _) => query.since = seen,
        (None, Some(_)) => {}
        (None, None) => query.since = door.controls.journal().last_seq(),
    }
    let place = door.readers.clone().try_acquire_owned().map_err(|_| Reject::too_many_readers(MOST_READERS))?;
    let news = Arc::new(Notify::new());
    let subscription = door.controls.journal().subscribe({
        let news = news.clone();
        move |_| news.notify_one()
    });
    let greeting = Some(format!(": events after {}\nretry: 1000\n\n", query.since));
    let reader = Reader { door: door.clone(), query, form, news, greeting, _kept: (subscription, place) };
    let chunks = stream::unfold(reader, |mut reader| async move {
        let chunk = reader.next().await?;
        Some((Ok::<_, Infallible>(chunk), reader))
    });
    let mut response = warp::reply::stream(chunks).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    Ok(response)
}

struct Reader {
    door: AdminDoor,
    /// `since` is the last place that was looked at.
    query: Query,
    form: Form,
    news: Arc<Notify>,
    greeting: Option<String>,
    _kept: (Subscription, OwnedSemaphorePermit),
}

impl Reader {
    /// What to write next; none when the org stops.
    async fn next(&mut self) -> Option<String> {
        if let Some(greeting) = self.greeting.take() {
            return Some(greeting);
        }
        let mut stop = self.door.stop.clone();
        loop {
            let chunk = self.pull();
            if !chunk.is_empty() {
                return Some(chunk);
            }
            tokio::select! {
                () = self.news.notified() => {}
                () = tokio::time::sleep(HEARTBEAT) => return Some(": still here\n\n".into()),
                () = stop.requested() => return None,
            }
        }
    }

    /// The next events of the journal, as many as are written at once; empty if there is none to show.
    fn pull(&mut self) -> String {
        let journal = self.door.controls.journal();
        let since = self.query.since;
        // the handshakes of a client may lie further back
        let kept = journal.since(if self.query.client.is_some() { 0 } else { since });
        let mut selected = self.query.select(&kept);
        let more = selected.len() > MOST_AT_ONCE;
        selected.truncate(MOST_AT_ONCE);
        let oldest = kept.iter().map(|event| event.seq).find(|seq| *seq > since);
        let newest = if more { selected.last() } else { kept.last() };
        self.query.since = newest.map_or(since, |event| event.seq.max(since));
        let mut chunk = String::new();
        let missed = oldest.map_or(0, |oldest| oldest - since - 1);
        if missed > 0 {
            _ = write!(chunk, "event: missed\ndata: {}\n\n", json!({"missed": missed}));
        }
        for event in &selected {
            self.write(&mut chunk, event);
        }
        chunk
    }

    fn write(&self, chunk: &mut String, event: &Arc<Event>) {
        _ = writeln!(chunk, "id: {}", event.seq);
        let data = match self.form {
            Form::Text => text(&self.door, std::slice::from_ref(event)),
            _ => serde_json::to_string(event).unwrap_or_default(),
        };
        for line in data.lines() {
            _ = writeln!(chunk, "data: {line}");
        }
        chunk.push('\n');
    }
}
