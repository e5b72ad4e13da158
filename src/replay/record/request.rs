//! Any other request: its sessions become references, and what else looks like a secret stops it from being recorded.

use serde_json::Value;

use super::Writer;
use super::client::Shown;
use crate::api::{Passed, is_secret};
use crate::scenario::file::{ExchangeTable, Spot};

/// Headers that the player writes itself, or that say nothing about what is asked for.
const UNRECORDED: [&str; 12] = [
    "accept",
    "accept-encoding",
    "accept-language",
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "host",
    "keep-alive",
    "te",
    "transfer-encoding",
    "user-agent",
];

impl Writer<'_> {
    pub(super) fn request(&self, passed: &Passed, shown: &Shown, table: &mut ExchangeTable) -> Result<(), String> {
        let target = self.text(&passed.target)?;
        check_pairs(target.split_once('?').map_or("", |(_, query)| query))?;
        table.request = Some(format!("{} {target}", passed.method).into());
        let mut headers = std::collections::BTreeMap::new();
        for (name, value) in &passed.headers {
            match name.as_str() {
                "authorization" => match self.bearer(value) {
                    Some(login) => table.session = Some(login.to_owned().into()),
                    // a session that is good no more, or that never was
                    None => {
                        _ = headers.insert("Authorization".to_owned(), Spot::from("Bearer not-a-session".to_owned()))
                    }
                },
                "cookie" => return Err("a cookie was sent".into()),
                "host" if !shown.is_own(value) => _ = headers.insert("Host".to_owned(), self.text(value)?.into()),
                name if UNRECORDED.contains(&name) => {}
                name => {
                    let value = self.text(value)?;
                    if is_secret(name) && !value.contains("${") {
                        return Err(format!("the header {name} looks like a secret"));
                    }
                    headers.insert(name.to_owned(), value.into());
                }
            }
        }
        let kind = headers.get("content-type").map(|kind| kind.to_ascii_lowercase()).unwrap_or_default();
        table.headers = Some(headers).filter(|headers| !headers.is_empty());
        if passed.body.is_empty() {
            return Ok(());
        }
        let body = std::str::from_utf8(&passed.body).map_err(|_| "its body is no text")?;
        if kind.starts_with("multipart/") {
            return Err("its body has several parts".into());
        }
        let body = self.text(body)?;
        check_body(&body, &kind)?;
        table.body = Some(body.into());
        Ok(())
    }

    /// The login that gave the session of this header.
    fn bearer(&self, value: &str) -> Option<&str> {
        let (scheme, token) = value.trim().split_once(' ')?;
        let known = ["bearer", "oauth"].contains(&scheme.to_ascii_lowercase().as_str());
        self.sessions.get(token.trim()).filter(|_| known).map(String::as_str)
    }

    /// A text with references for sessions; one that has any other secret of the scenario is refused.
    fn text(&self, text: &str) -> Result<String, String> {
        let mut text = text.replace("${", "$${");
        for (session, login) in &self.sessions {
            for session in [session.clone(), session.replace('!', "%21")] {
                text = text.replace(&session, &format!("${{{login}.session}}"));
            }
        }
        let users = self.scenario.users.iter().flat_map(|user| [Some(&user.password), user.security_token.as_ref()]);
        let apps = self.scenario.apps.iter().flat_map(|app| {
            let tokens = app.refresh_tokens.iter().map(|(_, token)| Some(token));
            tokens.chain([app.client_secret.as_ref()])
        });
        match users.chain(apps).flatten().any(|secret| text.contains(secret.as_str())) {
            true => Err("it has a secret of the scenario in it".into()),
            false => Ok(text),
        }
    }
}

fn check_body(body: &str, kind: &str) -> Result<(), String> {
    if let Ok(json) = serde_json::from_str::<Value>(body) {
        return check_json(&json);
    }
    if body.trim_start().starts_with('<') {
        return check_xml(body);
    }
    match kind.starts_with("application/x-www-form-urlencoded") || kind.is_empty() {
        true => check_pairs(body),
        false => Ok(()),
    }
}

fn check_pairs(form: &str) -> Result<(), String> {
    let secret = form_urlencoded::parse(form.as_bytes()).find(|(name, value)| looks_secret(name, value));
    secret.map_or(Ok(()), |(name, _)| Err(refusal(&name)))
}

/// serde_json refuses more than 128 levels, so this does not go deep.
fn check_json(value: &Value) -> Result<(), String> {
    match value {
        Value::Array(values) => values.iter().try_for_each(check_json),
        Value::Object(members) => members.iter().try_for_each(|(name, value)| match value {
            Value::String(text) if looks_secret(name, text) => Err(refusal(name)),
            Value::Number(_) if is_secret(name) => Err(refusal(name)),
            other => check_json(other),
        }),
        _ => Ok(()),
    }
}

fn check_xml(xml: &str) -> Result<(), String> {
    crate::data::xml_guard::check(xml.trim_start())?;
    let document =
        roxmltree::Document::parse(xml.trim_start()).map_err(|_| "its body is no XML, though it begins so")?;
    let text = |node: roxmltree::Node<'_, '_>| node.text().unwrap_or_default().to_owned();
    let mut nodes = document.descendants().filter(roxmltree::Node::is_element);
    let secret = nodes.find(|node| looks_secret(node.tag_name().name(), &text(*node)));
    let mut attributes = document.descendants().flat_map(|node| node.attributes().collect::<Vec<_>>());
    let attribute = attributes.find(|attribute| looks_secret(attribute.name(), attribute.value()));
    let name = secret.map(|node| node.tag_name().name().to_owned());
    match name.or_else(|| attribute.map(|attribute| attribute.name().to_owned())) {
        Some(name) => Err(refusal(&name)),
        None => Ok(()),
    }
}

fn looks_secret(name: &str, value: &str) -> bool {
    is_secret(name) && !value.is_empty() && !value.contains("${")
}

fn refusal(name: &str) -> String {
    format!("the field {name:?} looks like a secret")
}
