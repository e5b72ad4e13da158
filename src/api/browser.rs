//! A browser at the doors: its cookie, who has logged in to it, and the token that binds a form to it. Not for the API.
//!
//! The cookie names no session of the API, and the API reads no cookie: neither can stand in for the other.

use std::fmt;
use std::sync::Arc;

use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::sign::Signer;

use super::Site;
use super::call::Call;
use super::oauth::Parameters;
use super::reject::Reject;
use super::reply::Reply;
use crate::org::{Grant, User};
use crate::seed;

mod consent;
mod login;
mod markup;

pub(super) use consent::Consent;
pub(super) use login::{Login, attempt, enter, on_a_page};
pub(super) use markup::{error_page, form_target, page};

/// The parameter that carries a form's token.
pub(super) const CSRF: &str = "csrf_token";

/// What binds forms to browsers; another at each start.
#[derive(Clone)]
pub(super) struct Key(Arc<[u8; 32]>);

impl Key {
    pub fn new() -> Self {
        let mut key = [0; 32];
        seed::secret(&mut key);
        Self(Arc::new(key))
    }

    fn sign(&self, text: &str) -> Option<String> {
        let key = PKey::hmac(&*self.0).ok()?;
        let mac = Signer::new(MessageDigest::sha256(), &key).ok()?.sign_oneshot_to_vec(text.as_bytes()).ok()?;
        Some(hex(&mac))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// The browser that a request came from.
#[derive(Debug)]
pub(super) struct Browser {
    cookie: String,
    /// Whether it has to be told its cookie.
    is_new: bool,
}

impl Browser {
    /// By its cookie; one without, or with another's, gets one of its own.
    pub fn of(call: &Call) -> Self {
        match call.cookie(&cookie_name(call)) {
            Some(cookie) if cookie.len() == COOKIE_LENGTH && cookie.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                Self { cookie: cookie.to_owned(), is_new: false }
            }
            _ => Self { cookie: fresh(), is_new: true },
        }
    }

    /// Who has logged in to it.
    pub fn user(&self, site: &Site, call: &Call) -> Option<Arc<User>> {
        let now = site.controls.clock().org_now();
        let id = site.controls.store().browsers().user(&self.cookie, now)?;
        call.org.user(&id).cloned()
    }

    /// Remembers a login, under a cookie that nobody could know before.
    pub fn keep_login(&mut self, site: &Site, grant: &Grant) {
        let browsers = site.controls.store().browsers();
        browsers.end(&self.cookie);
        (self.cookie, self.is_new) = (fresh(), true);
        browsers.open(self.cookie.clone(), grant.user().id.clone(), site.controls.clock().org_now());
    }

    /// Logs it out, and has it forget its cookie.
    pub fn log_out(&self, site: &Site, call: &Call, reply: Reply) -> Reply {
        site.controls.store().browsers().end(&self.cookie);
        reply.with("set-cookie", &format!("{}=; Max-Age=0; {COOKIE_ATTRIBUTES}", cookie_name(call)))
    }

    /// What a form shown in this browser has to bring back.
    pub fn csrf_token(&self, site: &Site) -> String {
        // without a signature no form is accepted
        site.browser_key.sign(&self.cookie).unwrap_or_default()
    }

    /// Whether a form was shown in this browser; a page elsewhere may post one, but cannot know its token.
    pub fn check_form(&self, site: &Site, form: &Parameters) -> Result<(), Reject> {
        let (own, given) = (self.csrf_token(site), form.get(CSRF).unwrap_or_default());
        let right =
            !own.is_empty() && own.len() == given.len() && openssl::memcmp::eq(own.as_bytes(), given.as_bytes());
        if right {
            return Ok(());
        }
        let reject = Reject::said(403, "INVALID_CSRF_TOKEN", "This form is too old, or was not shown in this browser.");
        let found = match (self.is_new, given) {
            (true, _) => "no cookie: the browser blocks cookies, or the form was posted from elsewhere",
            (false, "") => "a form without one",
            (false, _) => "another one: the org was started anew, or somebody logged in meanwhile",
        };
        let cure = "open the page again and send the form from there";
        let reject = reject.because("forms count only from the browser they were shown in", CSRF, found, cure);
        let page = error_page(403, &reject);
        Err(reject.drawn(page))
    }

    /// The answer, with the cookie if the browser does not have it yet.
    pub fn tell(&self, call: &Call, reply: Reply) -> Reply {
        if !self.is_new {
            return reply;
        }
        reply.with("set-cookie", &format!("{}={}; {COOKIE_ATTRIBUTES}", cookie_name(call), self.cookie))
    }
}

/// One for each org, because all that listen on localhost share a cookie jar, whatever their ports.
fn cookie_name(call: &Call) -> String {
    format!("__Host-browser-{}", call.org.id.short())
}

fn fresh() -> String {
    let mut bytes = [0; COOKIE_LENGTH / 2];
    seed::secret(&mut bytes);
    hex(&bytes)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

const COOKIE_LENGTH: usize = 64;
const COOKIE_ATTRIBUTES: &str = "Path=/; Secure; HttpOnly; SameSite=Lax";
