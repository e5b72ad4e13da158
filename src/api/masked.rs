//! Bodies for the journal, where `--log-bodies` asks for them: secrets are masked, and what cannot be read is not shown.

use serde_json::Value;

use super::call;

/// Stands for a secret.
const MASK: &str = "{masked}";

/// So much of a body is looked at: a form, JSON or XML that is longer is not shown at all.
pub const LONGEST_BODY: usize = 16 * 1024;

/// The text of a body with its secrets masked; nothing for no body.
pub(super) fn masked(body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body).ok().filter(|text| text.len() <= LONGEST_BODY).map(str::trim);
    match text {
        Some("") => None,
        Some(xml) if xml.starts_with('<') => Some(mask_xml(xml)),
        Some(json) if json.starts_with(['{', '[']) => Some(mask_json(json).unwrap_or_else(|| unshown(body))),
        Some(form) if form.contains('=') && !form.contains(char::is_whitespace) => Some(mask_form(form)),
        _ => Some(unshown(body)),
    }
}

fn unshown(body: &[u8]) -> String {
    format!("{{{} bytes}}", body.len())
}

fn mask_form(form: &str) -> String {
    let pairs = call::pairs(form.as_bytes()).into_iter();
    let masked = pairs.map(|(name, value)| {
        let shown = if is_secret(&name) { MASK } else { value.as_str() };
        format!("{name}={shown}")
    });
    masked.collect::<Vec<_>>().join("&")
}

fn mask_json(text: &str) -> Option<String> {
    let mut value: Value = serde_json::from_str(text).ok()?;
    mask_value(&mut value);
    Some(value.to_string())
}

/// serde_json refuses more than 128 levels, so this does not go deep.
fn mask_value(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(mask_value),
        Value::Object(members) => {
            for (name, value) in members {
                if is_secret(name) { *value = MASK.into() } else { mask_value(value) }
            }
        }
        _ => {}
    }
}

/// Whatever stands between a secret's tags, also where the rest is no XML.
fn mask_xml(xml: &str) -> String {
    let mut masked = String::with_capacity(xml.len());
    let mut rest = xml;
    while let Some(open) = rest.find('<') {
        let Some(length) = rest[open..].find('>') else { break };
        let (tag, after) = (&rest[open + 1..open + length], &rest[open + length + 1..]);
        masked.push_str(&rest[..open + length + 1]);
        let name = tag.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default();
        let local = name.rsplit(':').next().unwrap_or_default();
        rest = after;
        if !tag.ends_with('/') && is_secret(local) {
            masked.push_str(MASK);
            rest = after.find("</").map_or("", |close| &after[close..]);
        }
    }
    // an unfinished tag may hold anything
    if rest.contains('<') {
        masked.push('…')
    } else {
        masked.push_str(rest)
    }
    masked
}

/// Codes and passes, without hyphens and underlines.
const CODES: [&str; 6] = ["code", "codeverifier", "devicecode", "otp", "sid", "usercode"];

/// Whether a field of this name holds a secret.
pub fn is_secret(name: &str) -> bool {
    let name: String = name.chars().filter(|c| !matches!(c, '_' | '-')).collect::<String>().to_ascii_lowercase();
    CODES.contains(&name.as_str())
        || ["assertion", "password", "secret", "sessionid", "token"].iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked_in_every_form_of_body() {
        for (body, expected) in [
            (
                "grant_type=password&username=a%40b&password=p%26w&client_secret=s",
                "grant_type=password&username=a@b&password={masked}&client_secret={masked}",
            ),
            ("code_verifier=v&sid=s&user_code=u&a=b", "code_verifier={masked}&sid={masked}&user_code={masked}&a=b"),
            ("assertion=eyJ.a.b&code=c&refresh_token=r", "assertion={masked}&code={masked}&refresh_token={masked}"),
            (
                r#"{"access_token":"t","scope":"api","in":[{"sessionId":{"x":1}}]}"#,
                r#"{"access_token":"{masked}","in":[{"sessionId":"{masked}"}],"scope":"api"}"#,
            ),
            (
                "<e:Envelope><n1:password>a<![CDATA[b]]>c</n1:password><u>d</u></e:Envelope>",
                "<e:Envelope><n1:password>{masked}</n1:password><u>d</u></e:Envelope>",
            ),
            (
                "<sessionId >00D!x</sessionId><password/><a b='c'/>",
                "<sessionId >{masked}</sessionId><password/><a b='c'/>",
            ),
            ("<password>never closed", "<password>{masked}"),
            ("<a><password", "<a>…"),
            ("{\"password\":", "{12 bytes}"),
            ("just a secret", "{13 bytes}"),
        ] {
            assert_eq!(masked(body.as_bytes()).as_deref(), Some(expected), "{body}");
        }
        assert_eq!(masked(b""), None);
        assert_eq!(masked(&[0xff, 0xfe]).as_deref(), Some("{2 bytes}"));
        assert_eq!(masked(&vec![b'a'; LONGEST_BODY + 1]).as_deref(), Some("{16385 bytes}"));
    }
}
