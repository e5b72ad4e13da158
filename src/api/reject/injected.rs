//! Refusals that a fault or `[chaos]` injects: what the service says when it is too busy, or gone.

use super::{Cause, Reject, explain};
use crate::journal::Explanation;

/// What the org, or what stands before it, pretends to suffer from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::api) enum Injected {
    RequestLimit,
    ServerUnavailable,
    /// 503 from something that knows no API.
    Unavailable,
}

impl Injected {
    /// The code in the journal, and on the wire where it gets there.
    pub fn code(self) -> &'static str {
        match self {
            Self::RequestLimit => "REQUEST_LIMIT_EXCEEDED",
            Self::ServerUnavailable => "SERVER_UNAVAILABLE",
            Self::Unavailable => "UNAVAILABLE",
        }
    }

    /// As seen by users of jsforce (2022) and of restforce (2014).
    pub fn message(self) -> &'static str {
        match self {
            Self::RequestLimit => "TotalRequests Limit exceeded.",
            Self::ServerUnavailable => "Server too busy",
            Self::Unavailable => "Service Unavailable",
        }
    }

    /// REST's statuses, as documented.
    pub fn status(self) -> u16 {
        match self {
            Self::RequestLimit => 403,
            Self::ServerUnavailable | Self::Unavailable => 503,
        }
    }
}

/// No page of the real service's front was seen whole: this one claims no likeness.
pub(super) const PAGE: &str = "<html><head><title>503 Service Unavailable</title></head><body>\
    <h1>Service Unavailable</h1></body></html>";

impl Reject {
    /// The day's calls are used up.
    pub fn request_limit(retry_after: Option<String>) -> Self {
        injected(Injected::RequestLimit, "the org has used up its calls", retry_after)
    }

    /// The org is too busy.
    pub fn server_unavailable(retry_after: Option<String>) -> Self {
        injected(Injected::ServerUnavailable, "the org is too busy", retry_after)
    }

    /// Nobody is behind the door.
    pub fn unavailable(retry_after: Option<String>) -> Self {
        injected(Injected::Unavailable, "503, whatever the request", retry_after)
    }

    /// Says that it is the doing of this fault, and not the client's.
    pub fn injected(mut self, fault: &str) -> Self {
        let explanation = &mut self.explanation;
        let what = explanation.headline.trim_start_matches("refused: ").to_owned();
        explanation.headline = format!("injected by the fault {fault:?}: {what}");
        explanation.rule = Explanation::A_FAULT.into();
        explanation.expected = "the answer that there would have been without it".into();
        explanation.found = format!("the fault {fault:?}, whose turn it was");
        self
    }

    /// Says that it is the doing of `[chaos]`.
    pub fn by_chaos(mut self) -> Self {
        let explanation = &mut self.explanation;
        let what = explanation.headline.trim_start_matches("refused: ").to_owned();
        explanation.headline = format!("injected by [chaos]: {what}");
        explanation.rule = "[chaos] preset = \"honest\": what the service may do at any time".into();
        explanation.expected = "the answer that there would have been without it".into();
        explanation.found = "a decision of the seed".into();
        self
    }
}

fn injected(what: Injected, headline: &str, retry_after: Option<String>) -> Reject {
    let cure = match (&retry_after, what) {
        (Some(when), _) => format!("try again after what Retry-After says ({when}), which may be seconds or a date"),
        (None, Injected::RequestLimit) => {
            "stop calling, and say so: no call will do until the limit is over".to_owned()
        }
        (None, _) => "try again a few times, each time after a longer while, then say so and give up".to_owned(),
    };
    let mut reject = Reject::new(Cause::Injected(what), explain(headline, "", "", "", &cure));
    reject.explanation.client = Some(format!("saw {}", what.code()));
    reject.retry_after = retry_after;
    reject
}
