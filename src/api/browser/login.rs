//! The login page, and the login that it sends. Who may log in is the org's to say.

use maud::html;

use super::{Browser, CSRF, error_page, page};
use crate::api::call::Call;
use crate::api::login::{Attempt, LONGEST_KEPT, in_browser};
use crate::api::oauth::Parameters;
use crate::api::reject::Reject;
use crate::api::reply::Reply;
use crate::api::session::decide;
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

/// The user of a browser: who logs in by this form, or has logged in before. `None` if nobody has, or if that is not to
/// count (`anew`) and no form was sent: the login page is due then. What the user may do is asked at every step.
pub(in crate::api) fn enter(
    site: &Site,
    call: &Call,
    note: &mut Note,
    browser: &mut Browser,
    form: Option<&Parameters>,
    login: &Login,
    anew: bool,
) -> Result<Option<Grant>, Reject> {
    if let Some(form) = form {
        browser.check_form(site, form)?;
        if form.get("username").is_some() || form.get("password").is_some() {
            return log_in(site, call, note, browser, form, login).map(Some);
        }
    }
    match browser.user(site, call).filter(|_| form.is_some() || !anew) {
        Some(user) => decide(call, note, &user, Action::Page).map(Some).map_err(on_a_page),
        None => Ok(None),
    }
}

/// Logs in by the form of [`Login`]; a refusal shows the page again, without a word on what was wrong.
fn log_in(
    site: &Site,
    call: &Call,
    note: &mut Note,
    browser: &mut Browser,
    form: &Parameters,
    login: &Login,
) -> Result<Grant, Reject> {
    let (username, password) = (form.get("username").unwrap_or_default(), form.get("password").unwrap_or_default());
    let outcome = attempt(username).judge(site, call, note, || in_browser(call, username, password));
    let grant = outcome.map_err(|reject| match reject.words() {
        (Refusal::API_ONLY | Refusal::MUTUAL_AUTHENTICATION_FAILED, _) => on_a_page(reject),
        (_, text) => {
            let username = username.chars().take(LONGEST_KEPT).collect();
            let page = Login { username, ..login.clone() }.draw(site, call, browser, Some(text));
            reject.drawn(page)
        }
    })?;
    browser.keep_login(site, &grant);
    Ok(grant)
}

/// A login in a browser.
pub(in crate::api) fn attempt(username: &str) -> Attempt<'static> {
    Attempt {
        flow: "browser",
        action: Action::Page,
        username: username.to_owned(),
        application: "Browser".to_owned(),
        api: None,
        app: None,
    }
}

/// A refusal that nothing follows from but a page.
pub(in crate::api) fn on_a_page(reject: Reject) -> Reject {
    let page = error_page(403, &reject);
    reject.drawn(page)
}
