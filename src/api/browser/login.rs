//! The login page, and the login that it sends. Who may log in is the org's to say.

use maud::html;

use super::{Browser, CSRF, error_page, page};
use crate::api::call::Call;
use crate::api::login::{Attempt, in_browser};
use crate::api::oauth::Parameters;
use crate::api::reject::Reject;
use crate::api::reply::Reply;
use crate::api::{Note, Site};
use crate::org::{Action, Grant, Refusal};

/// The login page in the making.
#[derive(Clone, Debug, Default)]
pub(in crate::api) struct Login {
    /// Filled in already.
    pub username: String,
    /// Where the form may lead in the end.
    pub targets: Vec<String>,
}

impl Login {
    /// The page; it sends its form to where it was asked for.
    pub fn show(&self, site: &Site, call: &Call, browser: &Browser) -> Reply {
        self.draw(site, call, browser, None)
    }

    fn draw(&self, site: &Site, call: &Call, browser: &Browser, error: Option<&str>) -> Reply {
        let body = html! {
            p { (call.org.name) }
            @if let Some(error) = error { p #error role="alert" { (error) } }
            form method="post" {
                input type="hidden" name=(CSRF) value=(browser.csrf_token(site));
                label for="username" { "Username" }
                input #username name="username" type="text" value=(self.username) autocomplete="username"
                    autocapitalize="none" spellcheck="false" required;
                label for="password" { "Password" }
                input #password name="password" type="password" autocomplete="current-password" required;
                button #Login type="submit" { "Log In" }
            }
        };
        browser.tell(call, page(200, "Log in", &self.targets, &body))
    }
}

/// Logs in by the form of [`Login`]; a refusal shows the page again, without a word on what was wrong.
pub(in crate::api) fn log_in(
    site: &Site,
    call: &Call,
    note: &mut Note,
    browser: &mut Browser,
    form: &Parameters,
    login: Login,
) -> Result<Grant, Reject> {
    let (username, password) = (form.get("username").unwrap_or_default(), form.get("password").unwrap_or_default());
    let attempt = Attempt {
        flow: "browser",
        action: Action::Page,
        username: username.to_owned(),
        application: "Browser".to_owned(),
        api: None,
        app: None,
    };
    let outcome = attempt.judge(site, call, note, || in_browser(call, username, password));
    let grant = outcome.map_err(|reject| {
        let page = match reject.words() {
            (Refusal::API_ONLY | Refusal::MUTUAL_AUTHENTICATION_FAILED, _) => error_page(403, &reject),
            (_, text) => Login { username: username.to_owned(), ..login }.draw(site, call, browser, Some(text)),
        };
        reject.drawn(page)
    })?;
    browser.keep_login(site, &grant);
    Ok(grant)
}
