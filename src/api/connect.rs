//! `/setup/connect`: where the user of a waiting device types its code, and lets it in or not.

use maud::html;

use super::browser::{Browser, CSRF, Consent, Login, enter, page};
use super::call::Call;
use super::oauth::Parameters;
use super::reject::Reject;
use super::reply::Reply;
use super::{Note, Site};
use crate::org::Grant;
use crate::store::{Answer, Device};

pub(super) fn answer(site: &Site, call: &Call, note: &mut Note) -> Result<Reply, Reject> {
    if call.segments.len() != 2 {
        return Err(Reject::not_found());
    }
    let posts = call.method == http::Method::POST;
    if !posts && !call.reads() {
        return Err(Reject::method(&call.method, "GET,HEAD,POST"));
    }
    let mut browser = Browser::of(call);
    let form = if posts { Some(Parameters::of_form(call)?) } else { None };
    let login = Login::default();
    let Some(grant) = enter(site, call, note, &mut browser, form.as_ref(), &login, false)? else {
        return Ok(login.show(site, call, &browser));
    };
    match form.as_ref().filter(|form| form.get("user_code").is_some()) {
        Some(form) => typed(site, call, &browser, form, &grant),
        None => Ok(browser.tell(call, ask(site, &browser, call.parameter("user_code").unwrap_or_default(), None))),
    }
}

fn typed(site: &Site, call: &Call, browser: &Browser, form: &Parameters, grant: &Grant) -> Result<Reply, Reject> {
    let (code, now) = (form.get("user_code").unwrap_or_default(), site.controls.clock().wall_now());
    let devices = site.controls.store().devices();
    let found = devices.waiting(code, now).and_then(|device| Some((call.org.app(&device.client_id)?, device)));
    let Some((app, device)) = found else { return Err(unknown(site, browser, code)) };
    let answer = match form.get("decision") {
        Some("allow") => Answer::Allowed(grant.user().id.clone()),
        Some(_) => Answer::Denied,
        None => {
            let Device { scope, user_code, .. } = &device;
            let consent = Consent { app, scope, hidden: Some(("user_code", user_code)), targets: Vec::new() };
            return Ok(consent.show(site, call, browser, grant));
        }
    };
    let allowed = answer != Answer::Denied;
    if !devices.answer(code, now, answer) {
        return Err(unknown(site, browser, code));
    }
    let (title, text) = match allowed {
        true => ("You're connected", "may come in now. You can close this page."),
        false => ("Access denied", "was not let in. You can close this page."),
    };
    Ok(page(200, title, &[], &html! { p { strong { (app.spec.name) } " " (text) } }))
}

fn ask(site: &Site, browser: &Browser, code: &str, error: Option<&str>) -> Reply {
    let body = html! {
        @if let Some(error) = error { p #error role="alert" { (error) } }
        form method="post" {
            input type="hidden" name=(CSRF) value=(browser.csrf_token(site));
            label for="user_code" { "The code that your device shows" }
            input #user_code name="user_code" type="text" value=(code) autocomplete="one-time-code"
                autocapitalize="characters" spellcheck="false" required;
            button type="submit" { "Connect" }
        }
    };
    page(200, "Connect a device", &[], &body)
}

fn unknown(site: &Site, browser: &Browser, code: &str) -> Reject {
    let text = "That code is not valid, or it has expired.";
    let page = ask(site, browser, &code.chars().take(SHOWN).collect::<String>(), Some(text));
    let reject = Reject::said(400, "INVALID_USER_CODE", text).because(
        "a device waits 10 minutes for the code that it shows",
        "the user_code of a device that waits",
        "another one, or one that was answered or is older",
        "type the code that the device shows now, or have it begin again",
    );
    reject.drawn(page)
}

/// So much of a wrong code is shown again.
const SHOWN: usize = 20;
