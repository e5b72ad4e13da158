//! REST below `/services/data`: one table of paths, whatever their case; records come from [`data`](crate::data).

use super::call::Call;
use super::reject::Reject;
use super::reply::Reply;
use super::session::admit;
use super::version::{Asked, Version};
use super::{Note, Site};
use crate::org::{Action, Grant};

mod limits;
mod query;
mod record;
mod resources;

/// A request below a version, by somebody who was let in.
struct Asking<'a> {
    site: &'a Site,
    call: &'a Call,
    grant: &'a Grant,
    version: Version,
    /// What stood at the `*` of the path.
    parts: Vec<&'a str>,
}

type Handler = fn(&Asking<'_>) -> Result<Reply, Reject>;

/// Path below the version, with `*` for anything; all of them are read only.
const TABLE: &[(&[&str], Handler)] = &[
    (&[], resources::answer),
    (&["limits"], limits::answer),
    (&["query"], query::answer),
    (&["query", "*"], query::more),
    (&["queryAll"], query::answer),
    (&["queryAll", "*"], query::more),
    (&["sobjects", "*", "*"], record::answer),
];

/// `/services/data…`
pub(super) fn answer(site: &Site, call: &Call, note: &mut Note) -> Result<Reply, Reject> {
    let Some((version, path)) = call.segments[2..].split_first() else {
        reading(call)?;
        return Ok(Reply::json(call, &resources::versions()));
    };
    let version = served(version)?;
    let caller = admit(site, call, note, call.token(), Action::Call)?;
    for (pattern, handler) in TABLE {
        if let Some(parts) = matched(pattern, path) {
            reading(call)?;
            return handler(&Asking { site, call, grant: &caller.grant, version, parts });
        }
    }
    Err(Reject::not_found())
}

/// `v68.0`, or `latest`.
fn served(text: &str) -> Result<Version, Reject> {
    if text.eq_ignore_ascii_case("latest") {
        return Ok(Version::NEWEST);
    }
    match Version::asked(text.strip_prefix(['v', 'V']).unwrap_or_default()) {
        Asked::Current(version) => Ok(version),
        Asked::Retired => {
            let retired = Reject::said(410, "UNSUPPORTED_API_VERSION", "Invalid Api version specified on URL");
            Err(Version::explain(retired, text))
        }
        Asked::Unknown => Err(Version::explain(Reject::not_found(), text)),
    }
}

fn reading(call: &Call) -> Result<(), Reject> {
    if call.reads() { Ok(()) } else { Err(Reject::method(&call.method, "GET,HEAD")) }
}

fn matched<'a>(pattern: &[&str], path: &'a [String]) -> Option<Vec<&'a str>> {
    let fits = |(wanted, given): (&&str, &String)| *wanted == "*" || wanted.eq_ignore_ascii_case(given);
    (pattern.len() == path.len() && pattern.iter().zip(path).all(fits)).then(|| {
        pattern.iter().zip(path).filter(|(wanted, _)| **wanted == "*").map(|(_, given)| given.as_str()).collect()
    })
}
