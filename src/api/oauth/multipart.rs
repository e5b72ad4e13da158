//! Forms as `multipart/form-data`: their text fields, as the device flow of some clients sends them. No files.

/// The boundary, if the content type is that of such a form.
pub(super) fn boundary(content_type: &str) -> Option<&str> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let boundary = parameters.split(';').find_map(|parameter| attribute(parameter, "boundary"))?;
    (1..=MAX_BOUNDARY).contains(&boundary.len()).then_some(boundary)
}

/// The fields, as far as they can be read; `most` of them.
pub(super) fn fields(body: &[u8], boundary: &str, most: usize) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(body);
    let delimiter = format!("--{boundary}");
    // what comes before the first delimiter is a preamble, and a part begins with the end of the delimiter's line
    let parts = text.split(delimiter.as_str()).skip(1).take_while(|part| !part.starts_with("--"));
    parts.filter_map(field).take(most).collect()
}

fn field(part: &str) -> Option<(String, String)> {
    let (head, value) = part.strip_prefix("\r\n")?.split_once("\r\n\r\n")?;
    let value = value.strip_suffix("\r\n").unwrap_or(value);
    let disposition = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case("content-disposition").then_some(value)
    })?;
    let name = disposition.split(';').find_map(|parameter| attribute(parameter, "name"))?;
    Some((name.to_owned(), value.to_owned()))
}

/// `name="value"` or `name=value`.
fn attribute<'a>(parameter: &'a str, name: &str) -> Option<&'a str> {
    let (given, value) = parameter.split_once('=')?;
    given.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"'))
}

/// The characters of a boundary (RFC 2046 5.1.1).
const MAX_BOUNDARY: usize = 70;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_fields_are_read() {
        let boundary = boundary("multipart/form-data; charset=utf-8; boundary=\"----x\"").expect("a boundary");
        let body = "preamble\r\n------x\r\nContent-Disposition: form-data; name=\"response_type\"\r\n\r\ndevice_code\r\n\
                    ------x\r\ncontent-type: text/plain\r\ncontent-disposition: form-data; name=scope\r\n\r\napi\r\nid\r\n\
                    ------x\r\nno head\r\n------x--\r\nepilogue";
        let fields = fields(body.as_bytes(), boundary, 10);
        let expected = [("response_type", "device_code"), ("scope", "api\r\nid")];
        assert_eq!(fields, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn what_is_no_such_form_has_no_boundary() {
        for content_type in ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain; boundary=x"] {
            assert_eq!(boundary(content_type), None, "{content_type}");
        }
        assert_eq!(boundary(&format!("multipart/form-data; boundary={}", "x".repeat(71))), None);
        assert!(fields(b"--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--", "x", 10).is_empty());
    }

    #[test]
    fn no_more_fields_are_read_than_asked_for() {
        let part = "--x\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n";
        assert_eq!(fields(part.repeat(5).as_bytes(), "x", 3).len(), 3);
    }
}
