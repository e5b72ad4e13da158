//! Sessions in texts that people are shown: an org's id stays, what opens the org does not.

/// The text with every session (`00D…!…`) cut off behind its exclamation mark.
pub fn masked(text: &str) -> String {
    let (mut shown, mut rest) = (String::new(), text);
    while let Some(at) = rest.find('!') {
        let (before, after) = rest.split_at(at + 1);
        shown += before;
        let id = before.trim_end_matches('!');
        let id = &id[id.rfind(|c: char| !c.is_ascii_alphanumeric()).map_or(0, |at| at + 1)..];
        rest = after;
        if id.starts_with("00D") && matches!(id.len(), 15 | 18) {
            let token = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
            rest = after.trim_start_matches(token);
            shown += "…";
        }
    }
    shown + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_not_shown() {
        let text = r#"{"a":"00D000000000001!AQ.x_1","b":"00D000000000001AAA!z"} hey! 00D!x"#;
        assert_eq!(masked(text), r#"{"a":"00D000000000001!…","b":"00D000000000001AAA!…"} hey! 00D!x"#);
    }
}
