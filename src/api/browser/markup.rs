//! How pages with forms look, and the headers that keep them to themselves. They work without a script.

use std::sync::LazyLock;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::Uri;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::api::reject::Reject;
use crate::api::reply::Reply;

/// A page whose forms may lead to `targets` besides this org.
pub(in crate::api) fn page(status: u16, title: &str, targets: &[String], body: &Markup) -> Reply {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body { main { h1 { (title) } (body) } }
        }
    };
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; form-action 'self'{}; base-uri 'none'; frame-ancestors 'none'",
        *STYLE_HASH,
        targets.iter().map(|target| format!(" {target}")).collect::<String>(),
    );
    Reply::html(status, page.into_string())
        .with("content-security-policy", &policy)
        .with("x-frame-options", "DENY")
        .with("x-content-type-options", "nosniff")
        .with("referrer-policy", "same-origin")
        .uncached()
}

/// A refusal that has nowhere to go but the page, in the forms that were seen.
pub(in crate::api) fn error_page(status: u16, reject: &Reject) -> Reply {
    let (code, text) = reject.words();
    page(
        status,
        "Authorization error",
        &[],
        &html! {
            p { "We can't authorize you because of an OAuth error. For more information, contact your Salesforce administrator." }
            p #error role="alert" { (code) " : " (text) }
        },
    )
}

/// Where a form may lead that ends at this URI, for `form-action`: Chromium holds redirects after a form to it.
///
/// Any port of the host and both schemes, because a callback often leads on to a front end beside it.
pub(in crate::api) fn form_target(uri: &str) -> Option<String> {
    let (scheme, _) = uri.split_once(':')?;
    let is_scheme = scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    if !is_scheme || scheme.is_empty() {
        return None;
    }
    let host = uri.parse::<Uri>().ok().and_then(|uri| uri.host().map(str::to_owned));
    let is_name = |host: &String| host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'));
    match (scheme.to_ascii_lowercase().as_str(), host.filter(is_name)) {
        ("http" | "https", Some(host)) => Some(format!("http://{host}:* https://{host}:*")),
        (scheme, _) => Some(format!("{scheme}:")),
    }
}

const STYLE: &str = "body{font-family:system-ui,sans-serif;background:#f4f6f9;color:#16325c;margin:0}\
main{max-width:24rem;margin:3rem auto;padding:1.5rem 2rem 2rem;background:#fff;border:1px solid #d8dde6;border-radius:4px}\
h1{font-size:1.25rem}label{display:block;margin-top:1rem}\
input{box-sizing:border-box;width:100%;padding:.5rem;font:inherit;border:1px solid #706e6b;border-radius:4px}\
button{margin:1.25rem .5rem 0 0;padding:.5rem 1.25rem;font:inherit;color:#fff;background:#0b5cab;border:1px solid #0b5cab;\
border-radius:4px}button.other{color:#0b5cab;background:#fff}#error{color:#8e030f;overflow-wrap:anywhere}";

static STYLE_HASH: LazyLock<String> = LazyLock::new(|| BASE64_STANDARD.encode(openssl::sha::sha256(STYLE.as_bytes())));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_may_lead_where_the_client_listens_and_nowhere_else() {
        for (uri, target) in [
            ("http://localhost:1717/OauthRedirect", Some("http://localhost:* https://localhost:*")),
            ("https://app.example/callback?x=1", Some("http://app.example:* https://app.example:*")),
            ("http://[::1]:1717/", Some("http:")),
            ("https://a;script-src/", Some("https:")),
            ("testsfdc:///mobilesdk/detect/oauth/done", Some("testsfdc:")),
            ("com.acme.app://done", Some("com.acme.app:")),
            ("a b://x", None),
            (";://x", None),
            ("://x", None),
        ] {
            assert_eq!(form_target(uri).as_deref(), target, "{uri}");
        }
    }
}
