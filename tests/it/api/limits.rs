//! Bodies: how long, how packed, how odd; the answer keeps the shape of the family.

use std::io::Write;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use http_body_util::StreamBody;
use hyper::body::Frame;
use mockorg::api::BODY_LIMIT;

use super::Doors;

const FORM: &str = "grant_type=password&username=reports@acme.example&password=reports-password\
                    &client_id=quickstart-client-id&client_secret=quickstart-secret";

#[tokio::test]
async fn chunks_without_a_length_are_read() {
    let doors = Doors::quickstart();
    let ask = doors.standard("POST", "/services/oauth2/token").body(FORM);
    let chunked = |body: Bytes| {
        let parts: Vec<_> =
            body.chunks(7).map(|part| Ok::<_, std::io::Error>(Frame::data(Bytes::copy_from_slice(part)))).collect();
        StreamBody::new(futures_util::stream::iter(parts))
    };
    let answer = ask.send_as(chunked).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_a_bad_request() {
    let doors = Doors::quickstart();
    let broken = |_| {
        let gone = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
        StreamBody::new(futures_util::stream::iter([Ok(Frame::data(Bytes::from_static(b"gr"))), Err(gone)]))
    };
    let answer = doors.standard("POST", "/services/oauth2/token").send_as(broken).await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.json()["error"], "invalid_request");
}

#[tokio::test]
async fn packed_bodies_are_unpacked() {
    let doors = Doors::quickstart();
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(FORM.as_bytes()).expect("memory");
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
    zlib.write_all(FORM.as_bytes()).expect("memory");
    let mut bare = DeflateEncoder::new(Vec::new(), Compression::default());
    bare.write_all(FORM.as_bytes()).expect("memory");
    let packed = [
        ("gzip", gzip.finish().expect("memory")),
        ("deflate", zlib.finish().expect("memory")),
        ("deflate", bare.finish().expect("memory")),
        ("identity", FORM.as_bytes().to_vec()),
    ];
    for (coding, body) in packed {
        let ask = doors.standard("POST", "/services/oauth2/token").header("content-encoding", coding);
        let answer = ask.body(body).send().await;
        assert_eq!(answer.status, 200, "{coding}: {}", answer.text);
    }
}

#[tokio::test]
async fn too_long_is_413_in_the_familys_shape() {
    let doors = Doors::quickstart();
    let long = vec![b'a'; BODY_LIMIT + 1];
    let oauth = doors.standard("POST", "/services/oauth2/token").body(long.clone()).send().await;
    assert_eq!((oauth.status, oauth.json()["error"].as_str()), (413, Some("invalid_request")));
    let rest = doors.standard("POST", "/services/data").body(long.clone()).send().await;
    assert_eq!((rest.status, rest.json()[0]["errorCode"].as_str()), (413, Some("REQUEST_ENTITY_TOO_LARGE")));
    let soap = doors.standard("POST", "/services/Soap/u/64.0").body(long.clone()).send().await;
    assert_eq!((soap.status, soap.between("<faultcode>", "<")), (413, "soapenv:Client"));
    let just_fits = doors.standard("POST", "/services/oauth2/token").body(long[1..].to_vec()).send().await;
    assert_eq!(just_fits.status, 400);
}

#[tokio::test]
async fn a_bomb_is_413_too() {
    let doors = Doors::quickstart();
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&vec![0; 64 * 1024 * 1024]).expect("memory");
    let bomb = gzip.finish().expect("memory");
    assert!(bomb.len() < BODY_LIMIT);
    let ask = doors.standard("POST", "/services/oauth2/token").header("content-encoding", "gzip");
    assert_eq!(ask.body(bomb).send().await.status, 413);
}

#[tokio::test]
async fn an_unknown_coding_is_415_and_a_false_one_400() {
    let doors = Doors::quickstart();
    for (coding, status) in [("br", 415), ("gzip, gzip", 415), ("gzip", 400), ("deflate", 400)] {
        let ask = doors.standard("POST", "/services/oauth2/token").header("content-encoding", coding);
        let answer = ask.body(FORM).send().await;
        assert_eq!(answer.status, status, "{coding}: {}", answer.text);
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_never_ends_is_408() {
    let doors = Doors::quickstart();
    let silent = |_| StreamBody::new(futures_util::stream::pending::<Result<Frame<Bytes>, std::io::Error>>());
    let answer = doors.standard("POST", "/services/oauth2/token").send_as(silent).await;
    assert_eq!((answer.status, answer.json()["error"].as_str()), (408, Some("invalid_request")));
}

#[tokio::test]
async fn what_the_network_says_at_length_is_short_in_the_journal() {
    let doors = Doors::quickstart();
    let endless = "a\n".repeat(1_000_000);
    super::soap::login(&doors, "u/64.0", &endless, "x").await;
    let body = format!("<E xmlns=\"http://schemas.xmlsoap.org/soap/envelope/\"><{}/></E>", "b".repeat(100_000));
    doors.standard("POST", "/services/Soap/u/64.0").body(body).send().await;
    let form = [("grant_type", endless.as_str())];
    doors.standard("POST", "/services/oauth2/token").form(&form).send().await;
    for event in doors.controls.journal().since(0) {
        let line = serde_json::to_string(&*event).expect("JSON");
        assert!(line.len() < 4_000, "{} characters", line.len());
    }
}

#[test]
fn no_path_and_no_body_brings_a_door_down() {
    use proptest::prelude::*;
    let doors = Doors::quickstart();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let session = runtime.block_on(doors.reports());
    let segment =
        "(services|Soap|data|oauth2|id|token|u|v68\\.0|64\\.0|query|sobjects|User|%|%2F|%ff|\\.\\.|é|00D5e0000000001)";
    let path = format!("/({segment}/?){{0,6}}(\\?(q=|%|&|=|SELECT|\\+){{0,6}})?");
    let body =
        "(<|>|/|a|=|'|\"|xmlns|<!--|<!\\[CDATA\\[|\\]\\]>|&|grant_type=|password|assertion=|\\.|e30|%|\u{0}){0,30}";
    let methods = prop::sample::select(vec!["GET", "POST", "HEAD", "OPTIONS", "PATCH"]);
    proptest!(|(path in path.as_str(), body in body, method in methods)| {
        let uri: String = path.chars().map(|c| if c.is_ascii() { c.to_string() } else { super::encode(&c.to_string()) }).collect();
        let before = doors.requests().len();
        let answer = runtime.block_on(doors.standard(method, &uri).bearer(&session).body(body).send());
        prop_assert!((200..500).contains(&answer.status) || answer.text.contains("Fault"), "{} {}", answer.status, uri);
        prop_assert_eq!(doors.requests().len(), before + 1);
    });
}
