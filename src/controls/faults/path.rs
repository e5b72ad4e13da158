//! Whether a path is one that a fault waits for: in any case, however many slashes, `*` for any characters.

/// Whether `path`, as it came, fits `pattern`.
pub(super) fn fits(pattern: &str, path: &str) -> bool {
    let path: String = path.split('/').filter(|segment| !segment.is_empty()).flat_map(|each| ["/", each]).collect();
    let bare = |text: &str| if text.len() > 1 { text.trim_end_matches('/').to_owned() } else { text.to_owned() };
    let (pattern, path) = (bare(pattern), if path.is_empty() { "/".to_owned() } else { path });
    is_like(pattern.as_bytes(), path.as_bytes())
}

/// Each `*` takes as little as it can, and more if the rest does not fit: at most length times length steps.
fn is_like(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut from) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while from < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(byte) if byte.eq_ignore_ascii_case(&text[from]) => {
                at += 1;
                from += 1;
            }
            _ => {
                let Some((starred, taken)) = star else { return false };
                star = Some((starred, taken + 1));
                at = starred + 1;
                from = taken + 1;
            }
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_characters() {
        for (pattern, path, expected) in [
            ("/services/data/*", "/services/data/v68.0/query", true),
            ("/services/data/*", "/services/data", false),
            ("/services/data*", "/services/data", true),
            ("/Services/Data/v*/query", "//services/data/v68.0/QUERY/", true),
            ("/services/data/v*/query", "/services/data/v68.0/queryAll", false),
            ("*", "/", true),
            ("/", "//", true),
            ("/", "/x", false),
            ("/a*b*c", "/aXbXbc", true),
            ("/a*b*c", "/aXbXb", false),
            ("/services/oauth2/token", "/services/oauth2/token", true),
        ] {
            assert_eq!(fits(pattern, path), expected, "{pattern} {path}");
        }
    }
}
