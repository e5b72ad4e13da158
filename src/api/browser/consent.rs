//! The page on which a user lets an app in, or does not. What follows from the answer is the caller's.

use maud::html;

use super::{Browser, CSRF, page};
use crate::api::Site;
use crate::api::call::Call;
use crate::api::reply::Reply;
use crate::org::{App, Grant};

/// What is asked.
pub(in crate::api) struct Consent<'a> {
    pub app: &'a App,
    /// Space-separated.
    pub scope: &'a str,
    /// What the form brings back besides the answer.
    pub hidden: Option<(&'static str, &'a str)>,
    /// Where the form may lead in the end.
    pub targets: Vec<String>,
}

impl Consent<'_> {
    /// The page; its form brings back `decision`: `allow` or `deny`.
    pub fn show(&self, site: &Site, call: &Call, browser: &Browser, grant: &Grant) -> Reply {
        let username = &grant.user().spec.username;
        let body = html! {
            p { strong { (self.app.spec.name) } " is asking to:" }
            ul { @for scope in self.scope.split(' ') { li { (meaning(scope)) } } }
            p { "Logged in as " (username) ". " a href="/secur/logout.jsp" { "Not you?" } }
            form method="post" {
                input type="hidden" name=(CSRF) value=(browser.csrf_token(site));
                @if let Some((name, value)) = self.hidden { input type="hidden" name=(name) value=(value); }
                button #oaapprove type="submit" name="decision" value="allow" { "Allow" }
                button #oadeny.other type="submit" name="decision" value="deny" { "Deny" }
            }
        };
        browser.tell(call, page(200, "Allow access?", &self.targets, &body))
    }
}

/// A scope for people; one that is not known here is shown as it is.
fn meaning(scope: &str) -> &str {
    match scope {
        "api" => "Use the APIs with your data (api)",
        "full" => "Do all that you can do (full)",
        "id" => "See who you are (id)",
        "offline_access" | "refresh_token" => "Stay connected while you are away (refresh_token)",
        "openid" => "Get a signed statement of who you are (openid)",
        "web" => "Use the web pages with your data (web)",
        other => other,
    }
}
