//! Bodies: too large, too slow, packed, torn, and XML that is made to hurt.

use std::io::Write;
use std::time::Duration;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use mockorg::api::{BODY_LIMIT, MAX_ATTRIBUTES, MAX_ATTRIBUTES_IN_ALL, MAX_DEPTH, MAX_ELEMENTS, MAX_PARAMETERS};
use mockorg::org::Door;

use super::{hurried, unharmed};
use crate::wire::{Answer, FORM, Failure, Org};

const SOAP: &str = "/services/Soap/u/60.0";
const TOKEN: &str = "/services/oauth2/token";

#[test]
fn a_body_over_the_limit_is_answered_by_413_however_it_is_sent() {
    let org = Org::quickstart();
    let door = org.door(Door::Standard);
    let fits = door.post(TOKEN, FORM, &"x".repeat(BODY_LIMIT)).unwrap();
    assert_eq!(fits.json()["error"], "unsupported_grant_type");
    for length in [BODY_LIMIT + 1, BODY_LIMIT + 2_000_000, 2 * BODY_LIMIT] {
        let told = door.post(TOKEN, FORM, &"x".repeat(length)).unwrap();
        assert_eq!((told.status, told.json()["error"].as_str().unwrap()), (413, "invalid_request"), "{length}");
        assert_eq!(chunked(&org, TOKEN, "", &vec![b'x'; length]).map(|told| told.status), Ok(413), "{length} chunked");
        assert_eq!(door.post(SOAP, "text/xml", &"x".repeat(length)).map(|told| told.status), Ok(413), "{length} SOAP");
    }
    unharmed(&org);
}

#[test]
fn a_content_length_that_lies_or_is_none_is_answered_by_400_or_not_waited_for() {
    let org = hurried(|simulator| simulator.body_timeout(Duration::from_millis(200)));
    let with = |head: &str, body: &str| {
        let head = format!("POST {TOKEN} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{head}\r\n\r\n{body}");
        org.door(Door::Standard).exchange(head.as_bytes()).map(|answer| answer.status)
    };
    assert_eq!(with("Content-Length: 9000000000000000000", "x"), Ok(413), "at once, not after our patience");
    assert_eq!(with("Content-Length: 18446744073709551615", "x"), Ok(431), "more than HTTP can count");
    assert_eq!(with("Content-Length: 100", "x"), Ok(408));
    for head in [
        "Content-Length: -1",
        "Content-Length: 99999999999999999999999",
        "Content-Length: one",
        "Content-Length: 1\r\nContent-Length: 2",
        "Transfer-Encoding: gzip",
        "Transfer-Encoding: identity",
    ] {
        assert_eq!(with(head, "x"), Ok(400), "{head}");
    }
    for chunks in ["zz\r\n", "-1\r\nx\r\n", "ffffffffffffffffff\r\nx", "1\r\nxx\r\n0\r\n\r\n", "1;a=b\nx"] {
        assert_eq!(with("Transfer-Encoding: chunked", chunks), Ok(400), "{chunks:?}");
    }
}

#[test]
fn a_body_slower_than_our_patience_is_answered_by_408() {
    let org = hurried(|simulator| simulator.body_timeout(Duration::from_millis(100)));
    let head = format!("POST {TOKEN} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {FORM}\r\n");
    for sent in [
        "Content-Length: 10\r\n\r\ngrant",
        "Transfer-Encoding: chunked\r\n\r\n5\r\ngrant\r\n",
        "Content-Length: 1\r\n\r\n",
    ] {
        let answer = org.door(Door::Standard).exchange(format!("{head}{sent}").as_bytes()).unwrap();
        assert_eq!(answer.status, 408, "{sent:?}");
        let told = org.event(|event| event.kind.explanation().is_some_and(|why| why.headline.contains("in time")));
        assert_eq!(told.kind.explanation().unwrap().expected, "all of the body within 100ms");
    }
}

#[test]
fn a_bomb_stops_at_the_limit_and_a_small_packed_body_is_read() {
    let org = Org::quickstart();
    let zeros = vec![0; 20 * BODY_LIMIT];
    let form = b"grant_type=client_credentials&client_id=quickstart-client-id&client_secret=quickstart-secret";
    for (coding, pack) in PACKERS {
        assert_eq!(packed(&org, coding, &pack(&zeros)).map(|told| told.status), Ok(413), "{coding}");
        assert_eq!(packed(&org, coding, &pack(form)).map(|told| told.status), Ok(200), "{coding}");
        let torn = pack(form);
        assert_eq!(packed(&org, coding, &torn[..torn.len() / 2]).map(|told| told.status), Ok(400), "torn {coding}");
    }
    let many_members: Vec<u8> = gzip(b"").repeat(100_000);
    assert_eq!(packed(&org, "gzip", &many_members).map(|told| told.status), Ok(400), "nothing in 100,000 members");
    assert_eq!(packed(&org, "gzip", b"not gzip at all").map(|told| told.status), Ok(400));
    unharmed(&org);
}

#[test]
fn a_content_encoding_that_is_not_known_or_piled_up_is_answered_by_415() {
    let org = Org::quickstart();
    for coding in ["br", "zstd", "gzip, gzip", "gzip\r\nContent-Encoding: gzip", "?", &"x".repeat(5_000), "\u{e9}"] {
        let told = packed(&org, coding, b"x").unwrap();
        assert_eq!(told.status, 415, "{coding}");
        assert!(told.body.len() < 300, "{}", told.body);
    }
    unharmed(&org);
}

#[test]
fn xml_that_is_made_to_hurt_is_refused_before_it_does() {
    let org = Org::quickstart();
    let (elements, attributes) = (MAX_ELEMENTS as usize, MAX_ATTRIBUTES);
    let attributed = format!("<a {}/>", "b=\"\" ".repeat(attributes));
    let billion = "<!DOCTYPE a [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;\">]><a>&c;</a>";
    for (sent, said) in [
        ("<!DOCTYPE a><a/>".to_owned(), "DTD"),
        (billion.to_owned(), "DTD"),
        ("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>".to_owned(), "DTD"),
        ("<!DOCTYPE a SYSTEM \"http://localhost/a.dtd\"><a/>".to_owned(), "DTD"),
        (envelope("<login>&undefined;</login>"), "undefined"),
        (envelope("<login>&#0;</login>"), "could not be read"),
        (envelope(&"<a>".repeat(10_000)), &format!("more than {MAX_DEPTH} levels")),
        (envelope(&"<a/>".repeat(1_000_000)), &format!("more than {elements} elements")),
        (
            envelope(&format!("<a {}/>", "b=\"\" ".repeat(attributes + 1))),
            &format!("more than {attributes} attributes"),
        ),
        (envelope(&attributed.repeat(MAX_ATTRIBUTES_IN_ALL / attributes + 1)), "attributes"),
        (envelope(&"<!-- -->".repeat(700_000)), "could not be read"),
        (envelope("<login>\0</login>"), "could not be read"),
        (envelope("<login"), "could not be read"),
        (envelope("</login>"), "could not be read"),
        (format!("<{0}></x>", "n".repeat(5_000_000)), "could not be read"),
        (format!("<?xml version=\"1.0\"?><a b=\"{}", "n".repeat(5_000_000)), "could not be read"),
        (String::new(), "could not be read"),
        ("<<<>>>".into(), "could not be read"),
        ("{\"json\": true}".into(), "could not be read"),
    ] {
        let told = org.door(Door::Standard).post(SOAP, "text/xml", &sent).unwrap();
        let start: String = sent.chars().take(60).collect();
        assert_eq!(told.status, 500, "{start}");
        assert!(
            told.body.contains("<faultcode>soapenv:Client</faultcode>") && told.body.contains(said),
            "{start}: {}",
            told.body
        );
        assert!(told.body.len() < 10_000, "{start}: an answer of {} bytes", told.body.len());
        assert!(!told.body.contains("root:"), "no file was read");
    }
    unharmed(&org);
}

#[test]
fn xml_of_another_encoding_is_refused_and_says_so() {
    let org = Org::quickstart();
    let text = envelope("<login><username>\u{e9}</username></login>");
    let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let utf16_with_mark = [&[0xff, 0xfe], &utf16[..]].concat();
    for body in [&latin[..], &utf16, &utf16_with_mark, b"\xff\xff\xff\xff", b"\0\0\0\0"] {
        let told = chunked(&org, SOAP, "", body).unwrap();
        assert_eq!(told.status, 500);
        assert!(told.body.contains("XML document could not be read"), "{}", told.body);
    }
    unharmed(&org);
}

#[test]
fn an_operation_or_namespace_of_megabytes_is_not_said_back() {
    let org = Org::quickstart();
    let long = "n".repeat(2_000_000);
    for body in [
        envelope(&format!("<{long}/>")),
        envelope(&format!("<a xmlns=\"{long}\"/>")),
        envelope("<a/>").replace("envelope/", &long),
    ] {
        let told = org.door(Door::Standard).post(SOAP, "text/xml", &body).unwrap();
        assert_eq!(told.status, 500);
        assert!(told.body.len() < 10_000, "an answer of {} bytes", told.body.len());
    }
    let told = org.event(|event| event.kind.explanation().is_some_and(|why| why.found.contains("nnnn")));
    assert!(serde_json::to_string(&*told).unwrap().len() < 10_000);
    unharmed(&org);
}

#[test]
fn forms_are_read_as_far_as_they_are_forms() {
    let org = Org::quickstart();
    let door = org.door(Door::Standard);
    let long_pair = format!("{}=x", "k".repeat(1_000_000));
    for form in [
        "",
        "&&&&",
        "====",
        "%",
        "%zz=%",
        "grant_type",
        "grant_type=%00",
        "grant_type=%ff%fe",
        "\0\0",
        "+",
        &long_pair,
        "{}",
    ] {
        let told = door.post(TOKEN, FORM, form).unwrap();
        let start: String = form.chars().take(30).collect();
        assert_eq!((told.status, told.json()["error"].as_str().unwrap()), (400, "unsupported_grant_type"), "{start:?}");
    }
    for form in ["&".repeat(BODY_LIMIT), "a=b&".repeat(MAX_PARAMETERS + 1)] {
        let told = door.post(TOKEN, FORM, &form).unwrap();
        assert_eq!((told.status, told.json()["error_description"].as_str().unwrap()), (400, "too many parameters"));
    }
    let fits = "a=b&".repeat(MAX_PARAMETERS - 1) + "grant_type=x";
    assert_eq!(door.post(TOKEN, FORM, &fits).unwrap().json()["error"], "unsupported_grant_type");
    unharmed(&org);
}

type Packer = fn(&[u8]) -> Vec<u8>;

const PACKERS: [(&str, Packer); 3] = [("gzip", gzip), ("deflate", zlib), ("deflate", deflate)];

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(plain).and_then(|()| packer.finish()).unwrap()
}

fn zlib(plain: &[u8]) -> Vec<u8> {
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(plain).and_then(|()| packer.finish()).unwrap()
}

fn deflate(plain: &[u8]) -> Vec<u8> {
    let mut packer = DeflateEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(plain).and_then(|()| packer.finish()).unwrap()
}

fn packed(org: &Org, coding: &str, body: &[u8]) -> Result<Answer, Failure> {
    chunked(org, TOKEN, &format!("Content-Encoding: {coding}\r\n"), body)
}

/// POSTs a body in one chunk.
fn chunked(org: &Org, path: &str, headers: &str, body: &[u8]) -> Result<Answer, Failure> {
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n{headers}\r\n{:x}\r\n",
        body.len()
    );
    let end: &[u8] = if body.is_empty() { b"\r\n" } else { b"\r\n0\r\n\r\n" };
    org.door(Door::Standard).exchange(&[head.as_bytes(), body, end].concat())
}

fn envelope(body: &str) -> String {
    format!("<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body>{body}</e:Body></e:Envelope>")
}
