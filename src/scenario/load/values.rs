//! Single values: times, durations, serial numbers, distinguished names, DNS names, URLs, networks.

use std::net::IpAddr;
use std::str::FromStr;

use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};
use x509_cert::name::RdnSequence;

use super::Reading;
use crate::scenario::file::{Spot, ValidTable};
use crate::scenario::{ClockSpec, Pace, Validity, When, guess};

/// A thousand years, in days of 24 hours: further would leave the calendar.
const LONGEST: SignedDuration = SignedDuration::from_hours(365_000 * 24);

/// The longest common name (RFC 5280, ub-common-name), and the longest of any other part.
const LONGEST_PART: usize = 64;

/// The parts of a distinguished name that may be written.
const PARTS: [&str; 12] = ["C", "CN", "DC", "GIVENNAME", "L", "O", "OU", "SERIALNUMBER", "SN", "ST", "STREET", "UID"];

/// `"30d"`, `"-2d"`, `"1d12h"`: days of 24 hours, hours, minutes, seconds; at most a thousand years.
pub fn duration(text: &str) -> Option<SignedDuration> {
    let span: Span = text.parse().ok()?;
    let by = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    (by.abs() <= LONGEST).then_some(by)
}

/// A time, or a duration from the org's clock at start.
pub(super) fn when(text: &Spot<String>, reading: &mut Reading<'_>) -> Option<When> {
    let found = text.parse::<Timestamp>().map(When::At).ok().or_else(|| duration(text).map(When::FromStart));
    if found.is_none() {
        let meant = "is neither a time such as \"2027-03-01T00:00:00Z\" nor a duration such as \"-400d\"";
        reading.mistake(text.span(), format!("{} {meant}", guess::quoted(text)));
    }
    found
}

/// `clock` in `[org]`.
pub(super) fn clock(text: &Spot<String>, reading: &mut Reading<'_>) -> ClockSpec {
    let signed = text.starts_with(['+', '-']);
    let found = match text.as_str() {
        "system" => Some(ClockSpec::System(SignedDuration::ZERO)),
        shift if signed => duration(shift).map(ClockSpec::System),
        time => time.parse().map(ClockSpec::Standing).ok(),
    };
    found.unwrap_or_else(|| {
        let meant = match duration(text) {
            Some(_) if !signed => format!("has no sign; did you mean {:?}?", format!("+{}", text.as_str())),
            _ => "is no clock: \"system\", a time such as \"2027-03-01T00:00:00Z\" or a shift such as \"+30d\"".into(),
        };
        reading.mistake(text.span(), format!("{} {meant}", guess::quoted(text)));
        ClockSpec::System(SignedDuration::ZERO)
    })
}

/// `pace` in `[org]`: a duration on the org's clock for each second, minute or hour.
pub(super) fn pace(text: &Spot<String>, reading: &mut Reading<'_>) -> Option<Pace> {
    let parts = text.split_once('/');
    let found = parts.and_then(|(by, per)| {
        let per = SignedDuration::from_secs(match per.trim() {
            "s" => 1,
            "m" => 60,
            "h" => 3_600,
            _ => return None,
        });
        Pace::new(duration(by.trim())?, per)
    });
    if found.is_none() {
        let meant = "is no pace: a duration on the org's clock for each second, minute or hour, such as \"1d/s\"";
        reading.mistake(text.span(), format!("{} {meant}", guess::quoted(text)));
    }
    found
}

/// `valid`; whether it ends before it begins is known where both ends are of one kind or the clock stands.
pub(super) fn validity(table: &ValidTable, reading: &mut Reading<'_>) -> Option<Validity> {
    let (from, until) = (when(&table.from, reading), when(&table.until, reading));
    let (from, until) = (from?, until?);
    let reversed = match (from, until, reading.clock) {
        (When::At(from), When::At(until), _) => until <= from,
        (When::FromStart(from), When::FromStart(until), _) => until <= from,
        (from, until, ClockSpec::Standing(start)) => until.resolve(start) <= from.resolve(start),
        _ => false,
    };
    if reversed {
        let (from, until) = (guess::quoted(&table.from), guess::quoted(&table.until));
        reading.mistake(table.until.span(), format!("valid until {until} ends before it begins, at {from}"));
    }
    Some(Validity { from, until })
}

/// Hexadecimal digits of a positive number of at most 20 octets (RFC 5280 4.1.2.2).
pub(super) fn serial(text: &Spot<String>, reading: &mut Reading<'_>) -> String {
    let digits = text.trim_start_matches('0');
    if text.is_empty() || !text.chars().all(|c| c.is_ascii_hexdigit()) {
        let found = guess::quoted(text);
        reading.mistake(text.span(), format!("the serial number {found} is not hexadecimal, as \"0A1B\" is"));
    } else if digits.is_empty() {
        reading.mistake(text.span(), "the serial number is 0; it must be positive");
    } else if digits.len() > 40 || digits.len() == 40 && digits.as_bytes()[0] > b'7' {
        reading.mistake(text.span(), "the serial number does not fit into 20 octets");
    }
    text.to_uppercase()
}

/// A distinguished name, `CN=…,O=…`.
pub(super) fn subject(text: &Spot<String>, reading: &mut Reading<'_>) -> String {
    if let Err(message) = check_subject(text) {
        reading.mistake(text.span(), message);
    }
    text.to_string()
}

fn check_subject(text: &str) -> Result<(), String> {
    let shape = || format!("the subject {} is not of the form \"CN=billing,O=Acme\"", guess::quoted(text));
    for part in parts(text) {
        let (key, value) = part.split_once('=').ok_or_else(shape)?;
        if !PARTS.contains(&key.to_ascii_uppercase().as_str()) {
            return Err(guess::unknown("part of a subject", key, PARTS));
        }
        let length = value.chars().filter(|c| *c != '\\').count();
        if length == 0 || length > LONGEST_PART {
            return Err(format!("{key} in the subject has {length} characters; it may have 1 to {LONGEST_PART}"));
        }
        if key.eq_ignore_ascii_case("C") && !(length == 2 && value.chars().all(|c| c.is_ascii_alphabetic())) {
            return Err(format!("C in the subject is {}; a country is two letters", guess::quoted(value)));
        }
    }
    RdnSequence::from_str(text).map(|_| ()).map_err(|_| shape())
}

/// Split at commas and plus signs that no backslash escapes.
fn parts(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut escaped) = (Vec::new(), 0, false);
    for (at, c) in text.char_indices() {
        if !escaped && (c == ',' || c == '+') {
            parts.push(&text[start..at]);
            start = at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    parts.push(&text[start..]);
    parts
}

/// Whether this is one label of a DNS name, in lower case.
pub(super) fn is_dns_label(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// A DNS name of name constraints; a leading dot is allowed.
pub(super) fn dns_name(text: &Spot<String>, reading: &mut Reading<'_>) -> String {
    let name = text.strip_prefix('.').unwrap_or(text).to_ascii_lowercase();
    if name.len() > 253 || !name.split('.').all(is_dns_label) {
        let found = guess::quoted(text);
        reading
            .mistake(text.span(), format!("{found} is not a DNS name such as \"acme.example\" or \".acme.example\""));
    }
    text.to_string()
}

/// An absolute URL with one of these schemes, or with any.
pub(super) fn url(text: &Spot<String>, schemes: &[&str], reading: &mut Reading<'_>) -> String {
    let whole = text.split_once("://").filter(|(scheme, rest)| {
        let known = schemes.is_empty() || schemes.contains(scheme);
        known && !scheme.is_empty() && !rest.is_empty() && text.chars().all(|c| c.is_ascii_graphic())
    });
    if whole.is_none() {
        let example = schemes.first().unwrap_or(&"https");
        let found = guess::quoted(text);
        reading.mistake(text.span(), format!("{found} is not a URL such as \"{example}://acme.example/path\""));
    }
    text.to_string()
}

/// `10.0.0.0/8`, `2001:db8::/32`, one address, or both ends of a range.
pub(super) fn network(text: &Spot<String>, reading: &mut Reading<'_>) -> String {
    if !is_network(text) {
        let found = guess::quoted(text);
        let meant = "is not a network such as \"10.0.0.0/8\", an address, or a range such as \"10.0.0.1-10.0.0.9\"";
        reading.mistake(text.span(), format!("{found} {meant}"));
    }
    text.to_string()
}

fn is_network(text: &str) -> bool {
    let address = |text: &str| text.trim().parse::<IpAddr>().ok();
    if let Some((address_of, length)) = text.split_once('/') {
        let most = |address: IpAddr| if address.is_ipv4() { 32 } else { 128 };
        return address(address_of)
            .zip(length.parse::<u8>().ok())
            .is_some_and(|(address, length)| length <= most(address));
    }
    match text.split_once('-') {
        Some((first, last)) => address(first)
            .zip(address(last))
            .is_some_and(|(first, last)| first.is_ipv4() == last.is_ipv4() && first <= last),
        None => address(text).is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_24_hours() {
        assert_eq!(duration("30d"), Some(SignedDuration::from_hours(720)));
        assert_eq!(duration("-2d"), Some(SignedDuration::from_hours(-48)));
        assert_eq!(duration("+1d12h"), Some(SignedDuration::from_hours(36)));
        assert_eq!(duration("90m"), Some(SignedDuration::from_mins(90)));
    }

    #[test]
    fn a_duration_without_a_fixed_length_is_none() {
        for text in ["", "3", "d", "1mo", "1y", "30 parsecs", "400000d"] {
            assert_eq!(duration(text), None, "{text}");
        }
    }

    #[test]
    fn a_subject_is_read_with_its_escapes() {
        assert_eq!(check_subject(r"CN=Acme\, Inc.,O=Acme,C=DE"), Ok(()));
        assert!(check_subject("billing").is_err());
        assert!(check_subject("CN=billing,").is_err());
        assert!(check_subject("CN=billing,C=Germany").is_err());
    }
}
