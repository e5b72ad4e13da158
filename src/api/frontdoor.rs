//! From a session of the API to a browser's login: a pass that opens one page, and the page that takes it.

use serde_json::json;

use super::browser::{Browser, attempt, on_a_page};
use super::call::{Call, encoded};
use super::login::by_name;
use super::oauth::Parameters;
use super::reject::Reject;
use super::reply::Reply;
use super::session::admit;
use super::{Note, Site};
use crate::org::Action;

/// `/services/oauth2/singleaccess`: a link that logs a browser in, once.
pub(super) fn single_access(
    site: &Site,
    call: &Call,
    note: &mut Note,
    parameters: &Parameters,
) -> Result<Reply, Reject> {
    if call.method != http::Method::POST && !call.reads() {
        return Err(Reject::method(&call.method, "GET,HEAD,POST"));
    }
    let token = call.token().or_else(|| parameters.get("access_token"));
    let caller = admit(site, call, note, token, Action::Page)?;
    let pass = site.controls.tokens().alphanumeric(PASS_LENGTH);
    let now = site.controls.clock().wall_now();
    site.controls.store().browsers().give_pass(pass.clone(), caller.grant.user().id.clone(), now);
    let base = site.addresses.endpoint(&call.org, call.host.as_ref(), call.peer.door);
    let start = parameters.get("redirect_uri").map(|uri| format!("&startURL={}", encoded(uri))).unwrap_or_default();
    let frontdoor_uri = format!("{base}/secur/frontdoor.jsp?otp={pass}{start}");
    Ok(Reply::json(call, &json!({ "frontdoor_uri": frontdoor_uri })).uncached())
}

/// `/secur/frontdoor.jsp`: with a pass (`otp`), or with a session itself (`sid`).
pub(super) fn answer(site: &Site, call: &Call, note: &mut Note) -> Result<Reply, Reject> {
    if call.segments.len() != 2 {
        return Err(Reject::not_found());
    }
    if call.method != http::Method::POST && !call.reads() {
        return Err(Reject::method(&call.method, "GET,HEAD,POST"));
    }
    let parameters = Parameters::of(call)?;
    let id = match (parameters.get("otp"), parameters.get("sid")) {
        (Some(pass), _) => site.controls.store().browsers().take_pass(pass, site.controls.clock().wall_now()),
        (None, session) => {
            let caller = admit(site, call, note, session, Action::Page).map_err(on_a_page)?;
            Some(caller.session.user_id)
        }
    };
    let user = id.and_then(|id| call.org.user(&id));
    let username = user.map(|user| user.spec.username.clone()).unwrap_or_default();
    let identify = || if user.is_some() { by_name(call, &username) } else { Err(no_pass()) };
    let grant = attempt(&username).judge(site, call, note, identify).map_err(on_a_page)?;
    let mut browser = Browser::of(call);
    browser.keep_login(site, &grant);
    let wanted = parameters.get("startURL").or_else(|| parameters.get("retURL")).unwrap_or("/");
    let status = if call.method == http::Method::POST { 303 } else { 302 };
    Ok(browser.tell(call, Reply::redirect(status, local(wanted))))
}

/// The place asked for if it is one of this org's pages: no other host, however it is written.
fn local(wanted: &str) -> &str {
    let inside = wanted.starts_with('/') && !wanted.starts_with("//");
    let plain = wanted.chars().all(|c| c.is_ascii_graphic() && c != '\\');
    if inside && plain { wanted } else { "/" }
}

fn no_pass() -> Reject {
    Reject::said(403, "INVALID_SESSION_ID", "The link has been used, or its session has ended.").because(
        "a browser comes in with a pass, good once and for a minute, or with a session that lives",
        "otp from /services/oauth2/singleaccess, or sid",
        "none that is good",
        "ask for another link, or log in",
    )
}

const PASS_LENGTH: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_sent_to_pages_of_this_org_alone() {
        for (wanted, place) in [
            ("/setup/connect?user_code=A", "/setup/connect?user_code=A"),
            ("https://evil.example/", "/"),
            ("//evil.example/", "/"),
            ("/\\evil.example/", "/"),
            ("/\t/evil.example", "/"),
            ("/x\r\nSet-Cookie: a=b", "/"),
            ("javascript:alert(1)", "/"),
            ("", "/"),
        ] {
            assert_eq!(local(wanted), place, "{wanted}");
        }
    }
}
