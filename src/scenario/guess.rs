//! "did you mean …?": the nearest of the names that exist.

/// How like two words must be (Jaro-Winkler, 0 to 1) before one is offered for the other.
const LIKE: f64 = 0.75;

/// How many names are listed where none is near.
const LISTED: usize = 12;

/// Words up to this length are like too many others.
const SHORT: usize = 3;

/// The known word that was probably meant.
pub(super) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = plain(word);
    if word.chars().count() <= SHORT {
        return None;
    }
    let like = known.into_iter().map(|name| (strsim::jaro_winkler(&word, &plain(name)), name));
    let (best, name) = like.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best >= LIKE).then_some(name)
}

/// `unknown WHAT "WORD"`, with the nearest known one or, where none is near, all of them.
pub(crate) fn unknown<'a>(what: &str, word: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    let found = format!("unknown {what} {}", quoted(word));
    if let Some(name) = nearest(word, known.clone()) {
        return format!("{found}; did you mean {}?", quoted(name));
    }
    let names: Vec<String> = known.into_iter().map(quoted).collect();
    match names.len() {
        0 => format!("{found}: this file has none"),
        1 => format!("{found}; the only one is {}", names[0]),
        n if n <= LISTED => format!("{found}; known are {}", names.join(", ")),
        n => format!("{found}; known are {} and {} more", names[..LISTED].join(", "), n - LISTED),
    }
}

/// In quotes, without control characters, and cut where it is long.
pub(super) fn quoted(word: &str) -> String {
    const LONGEST: usize = 80;
    match word.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{:?}", format!("{}…", &word[..at])),
        None => format!("{word:?}"),
    }
}

fn plain(word: &str) -> String {
    word.trim().to_lowercase().replace(['_', ' '], "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_with_the_same_beginning_is_offered() {
        let known = ["api-enabled", "api-only-user", "enforce-mutual-authentication"];
        assert_eq!(nearest("enforce-ssl", known), Some("enforce-mutual-authentication"));
        assert_eq!(nearest("API_Only_User", known), Some("api-only-user"));
    }

    #[test]
    fn a_word_that_is_like_none_is_met_with_the_list() {
        assert_eq!(unknown("colour", "zzz", ["red", "blue"]), r#"unknown colour "zzz"; known are "red", "blue""#);
    }
}
