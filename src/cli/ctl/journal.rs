//! `ctl journal`: what happened, and what happens.

use std::io::Write;

use serde_json::Value;

use super::Answer;
use super::door::{Door, segment};
use super::shown::{at, items};
use crate::cli::say;

/// Show the journal, or follow it
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Go on with what happens from now on (or after --since), until the org stops
    #[arg(long, short)]
    follow: bool,

    /// Only what came after this place: a number, or the name of a mark
    #[arg(long, value_name = "PLACE")]
    since: Option<String>,

    /// Only this kind: handshake, request, login, upload …
    #[arg(long)]
    kind: Option<String>,

    /// Only what came by this door
    #[arg(long, value_parser = ["mutual", "standard"])]
    door: Option<String>,

    /// Only connections of this client, and what came over them
    #[arg(long, value_name = "NAME")]
    client: Option<String>,

    /// Only what names this user
    #[arg(long, value_name = "USERNAME")]
    user: Option<String>,

    /// Only what came out so
    #[arg(long, value_parser = ["granted", "refused"])]
    outcome: Option<String>,

    /// Only the newest of them
    #[arg(long, value_name = "N", conflicts_with = "follow")]
    limit: Option<usize>,

    /// In the form in which two runs can be compared, one JSON object a line
    #[arg(long, conflicts_with = "follow")]
    canonical: bool,
}

const EXAMPLES: &str = "\
Examples:
  mockorg ctl journal --limit 20
  mockorg ctl journal --follow --client billing
  mockorg ctl journal --outcome refused --since before-renewal
  mockorg ctl journal --json | jq .explanation.headline";

pub(super) fn run(door: &Door, args: &Args, json: bool) -> Answer {
    let mut query = vec![("form", if json { "json" } else { "text" }.to_owned())];
    if args.canonical {
        query = vec![("form", "canonical".to_owned())];
    }
    let filters = [
        ("since", &args.since),
        ("kind", &args.kind),
        ("door", &args.door),
        ("client", &args.client),
        ("user", &args.user),
        ("outcome", &args.outcome),
    ];
    query.extend(filters.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))));
    query.extend(args.limit.map(|limit| ("limit", limit.to_string())));
    let query: Vec<_> = query.into_iter().map(|(name, value)| format!("{name}={}", segment(&value))).collect();
    let query = query.join("&");
    if args.follow {
        return follow(door, &format!("/v1/journal/stream?{query}"));
    }
    let path = format!("/v1/journal?{query}");
    if !json && !args.canonical {
        return Ok(String::from_utf8_lossy(&door.bytes(&path)?).into_owned());
    }
    let answer = door.read(&path)?;
    Ok(items(&answer, "events").map(|event| format!("{event}\n")).collect())
}

/// Until the org stops, or nobody reads any more.
fn follow(door: &Door, path: &str) -> Answer {
    let mut events = Events::default();
    let mut read = true;
    door.stream(path, |piece| {
        read = events.take(piece);
        read
    })?;
    if read {
        say("the org has stopped");
    }
    Ok(String::new())
}

/// Server-sent events, of which the data is printed.
#[derive(Default)]
struct Events {
    /// A line that has not come to its end.
    begun: Vec<u8>,
    /// Whether the event at hand says how many were missed.
    missed: bool,
}

impl Events {
    /// Whether somebody still reads.
    fn take(&mut self, piece: &[u8]) -> bool {
        let mut out = anstream::stdout().lock();
        self.begun.extend_from_slice(piece);
        while let Some(end) = self.begun.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.begun.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line);
            let line = line.trim_end_matches(['\r', '\n']);
            let said = match line.strip_prefix("data: ") {
                Some(data) if self.missed => {
                    let missed: Value = serde_json::from_str(data).unwrap_or_default();
                    say(format_args!("{} events went by unread", at(&missed, "missed")));
                    Ok(())
                }
                Some(data) => writeln!(out, "{data}"),
                None => {
                    // an event's name comes before its data; an empty line ends it
                    self.missed = line == "event: missed" || self.missed && !line.is_empty();
                    Ok(())
                }
            };
            if said.is_err() {
                return false;
            }
        }
        out.flush().is_ok()
    }
}
