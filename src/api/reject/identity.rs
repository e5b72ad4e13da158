//! The identity URL's errors: one word of plain text, but for mutual authentication, which answers as REST does.

use super::{Cause, RefusalStatus, Reply, rest};

pub(super) fn reply(cause: &Cause, refusal_status: RefusalStatus) -> Reply {
    match cause {
        Cause::Session => Reply::text(403, "Bad_OAuth_Token"),
        Cause::Said { status, code, .. } => Reply::text(*status, *code),
        // Not seen on a real org: REST's shape is the nearest that is known.
        cause => rest::reply(cause, refusal_status),
    }
}
