//! The journal as the door gives it out: filtered, streamed, marked; and the kit as a tar.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpStream;

use mockorg::journal::Kind;
use mockorg::org::Door;
use mockorg::simulator::kit::Kit;
use serde_json::{Value, json};

use super::{Ask, ask, get, refused, write};
use crate::wire::Org;

/// The files of a tar.
pub fn files_of_tar(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = tar::Archive::new(bytes);
    let files = archive.entries().unwrap().map(|entry| {
        let mut entry = entry.unwrap();
        assert_eq!(entry.header().mode().unwrap(), 0o600);
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        (entry.path().unwrap().to_str().unwrap().to_owned(), content)
    });
    files.collect()
}

fn kinds(answer: &Value) -> Vec<&str> {
    answer["events"].as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap()).collect()
}

#[test]
fn the_journal_is_asked_by_every_filter() {
    let org = Org::quickstart();
    let session = org.billing();
    org.mutual("billing").session(&session).get("/services/data/v60.0/limits").unwrap();
    let _ = org.mutual("expired").get("/services/data");
    let all = get(&org, "/v1/journal");
    assert_eq!(all["last_seq"], org.journal().last_seq());
    assert_eq!(all["missed"], 0);
    let ask = |query: &str| get(&org, &format!("/v1/journal?{query}"));
    assert_eq!(kinds(&ask("client=billing")), ["handshake", "request"]);
    assert_eq!(kinds(&ask("client=expired&outcome=refused")), ["handshake"]);
    assert_eq!(kinds(&ask("kind=login&user=Billing%40ACME.example")), ["login"]);
    assert!(kinds(&ask("door=standard")).len() >= 3);
    assert_eq!(ask("limit=1")["events"][0]["seq"], all["last_seq"], "the newest");
    assert_eq!(kinds(&ask("limit=0")), Vec::<&str>::new());
    let marked = write(&org, "POST", "/v1/mark", &json!({"name": "here"})).json();
    assert_eq!(marked["seq"], org.journal().last_seq());
    write(&org, "POST", "/v1/clients/billing/issue", &json!({}));
    assert_eq!(kinds(&ask("since=here")), ["issue"]);
    assert_eq!(kinds(&ask(&format!("since={}", marked["seq"]))), ["issue"]);
    let canonical = ask("form=canonical&kind=mark");
    assert_eq!(canonical["events"], json!([{"kind": "mark", "name": "here", "connection": 0, "n": 1}]));
    let text = super::ask(&org, "GET", "/v1/journal?form=text&since=here").send();
    assert!(text.text().starts_with("issue billing renewed: serial "), "{}", text.text());
}

#[test]
fn a_question_that_makes_no_sense_is_told_so() {
    let org = Org::quickstart();
    for (query, expected) in [
        ("since=nowhere", (404, "unknown-mark")),
        ("since=-1", (404, "unknown-mark")),
        ("door=back", (400, "bad-value")),
        ("outcome=maybe", (400, "bad-value")),
        ("form=xml", (400, "bad-value")),
        ("limit=many", (400, "bad-value")),
        ("limit=-1", (400, "bad-value")),
        ("users=x", (400, "unknown-parameter")),
        ("user=x&user=y", (400, "unknown-parameter")),
    ] {
        let problem = ask(&org, "GET", &format!("/v1/journal?{query}")).send().problem();
        assert_eq!(problem, (expected.0, expected.1.into()), "{query}");
    }
    let canonical = ask(&org, "GET", "/v1/journal/stream?form=canonical").send();
    assert_eq!(canonical.problem(), (400, "bad-value".into()));
    for name in ["", " ", "12", "a\nb", &"x".repeat(65)] {
        assert_eq!(refused(&org, "POST", "/v1/mark", &json!({"name": name})), (400, "bad-mark".into()), "{name:?}");
    }
}

#[test]
fn a_poller_hears_what_it_has_missed() {
    let org = Org::quickstart();
    for number in 0..mockorg::journal::KEPT + 5 {
        org.journal().append(Kind::Clock { change: number.to_string() });
    }
    let answer = get(&org, "/v1/journal?since=2&limit=1");
    assert_eq!((&answer["missed"], &answer["last_seq"]), (&json!(3), &json!(mockorg::journal::KEPT + 5)));
}

/// A stream of events, read line by line.
struct Stream(BufReader<TcpStream>);

impl Stream {
    fn open(ask: Ask) -> Self {
        let mut stream = Self(BufReader::new(ask.open()));
        let status = stream.line();
        assert!(status.starts_with("HTTP/1.1 200"), "{status}");
        stream.until(|line| line.is_empty());
        stream
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        assert_ne!(self.0.read_line(&mut line).unwrap(), 0, "the stream ended");
        line.trim_end().to_owned()
    }

    fn until(&mut self, wanted: impl Fn(&str) -> bool) -> String {
        loop {
            let line = self.line();
            if wanted(&line) {
                return line;
            }
        }
    }

    /// The next event that is no heartbeat.
    fn event(&mut self) -> Value {
        let line = self.until(|line| line.starts_with("data: "));
        serde_json::from_str(&line["data: ".len()..]).unwrap()
    }
}

#[test]
fn the_stream_gives_what_happens_from_now_on_in_order() {
    let org = Org::quickstart();
    write(&org, "POST", "/v1/mark", &json!({"name": "before"}));
    let mut stream = Stream::open(ask(&org, "GET", "/v1/journal/stream"));
    for name in ["one", "two", "three"] {
        write(&org, "POST", "/v1/mark", &json!({"name": name}));
        let event = stream.event();
        assert_eq!(event["name"], name);
    }
}

#[test]
fn a_reader_that_comes_back_goes_on_where_it_was() {
    let org = Org::quickstart();
    (1..=5).for_each(|number| _ = org.mark(&format!("mark {number}")).unwrap());
    let mut stream = Stream::open(ask(&org, "GET", "/v1/journal/stream?since=1").header("Last-Event-ID", "3"));
    assert_eq!(stream.until(|line| line.starts_with("id: ")), "id: 4", "the header comes from the last event seen");
    assert_eq!(stream.event()["name"], "mark 4");
    let mut all = Stream::open(ask(&org, "GET", "/v1/journal/stream?since=0"));
    assert_eq!(all.event()["name"], "mark 1");
}

#[test]
fn the_stream_takes_the_filters_of_the_journal() {
    let org = Org::quickstart();
    let mut stream = Stream::open(ask(&org, "GET", "/v1/journal/stream?client=billing&door=mutual"));
    let mut text = Stream::open(ask(&org, "GET", "/v1/journal/stream?form=text&outcome=refused"));
    let _ = org.mutual("expired").get("/services/data");
    org.door(Door::Standard).get("/services/data").unwrap();
    org.mutual("billing").get("/services/data").unwrap();
    let event = stream.event();
    assert_eq!((&event["kind"], &event["certificates"][0]["name"]), (&json!("handshake"), &json!("billing")));
    assert_eq!(stream.event()["kind"], "request");
    let first = text.until(|line| line.starts_with("data: "));
    assert!(first.contains("CN=expired") && first.contains("refused"), "{first}");
    assert!(text.line().starts_with("data:   rule"));
}

#[test]
fn a_reader_who_was_away_too_long_hears_how_much_is_gone() {
    let org = Org::quickstart();
    for number in 0..mockorg::journal::KEPT + 7 {
        org.journal().append(Kind::Clock { change: number.to_string() });
    }
    let mut stream = Stream::open(ask(&org, "GET", "/v1/journal/stream?since=2"));
    assert_eq!(stream.until(|line| line.starts_with("event: ")), "event: missed");
    assert_eq!(stream.event(), json!({"missed": 5}));
    for seq in 8..8 + 2 * mockorg::api::admin::MOST_AT_ONCE as u64 {
        assert_eq!(stream.event()["seq"], seq);
    }
}

/// A reader that never reads holds a place and a socket's buffer, and nobody up.
#[test]
fn a_slow_reader_holds_nobody_up() {
    let org = Org::quickstart();
    let idle = ask(&org, "GET", "/v1/journal/stream?since=0").open();
    for number in 0..30_000 {
        org.journal().append(Kind::Clock { change: format!("{number} {}", "x".repeat(500)) });
    }
    write(&org, "POST", "/v1/mark", &json!({"name": "still served"}));
    let mut late = Stream(BufReader::new(idle));
    late.until(|line| line == "event: missed");
    assert!(late.event()["missed"].as_u64().unwrap() > 0);
}

#[test]
fn there_is_an_end_to_the_readers() {
    let org = Org::quickstart();
    let open = || Stream::open(ask(&org, "GET", "/v1/journal/stream"));
    let mut readers: Vec<_> = (0..mockorg::api::admin::MOST_READERS).map(|_| open()).collect();
    let refused = ask(&org, "GET", "/v1/journal/stream").send();
    assert_eq!(refused.problem(), (503, "too-many-readers".into()));
    assert_eq!(get(&org, "/v1/org")["name"], "Acme");
    write(&org, "POST", "/v1/mark", &json!({"name": "all hear"}));
    assert!(readers.iter_mut().all(|reader| reader.until(|line| line.contains("all hear")).starts_with("data: ")));
}

#[test]
fn an_org_that_stops_ends_its_streams() {
    let org = Org::quickstart();
    let mut stream = Stream::open(ask(&org, "GET", "/v1/journal/stream"));
    org.stop();
    let mut rest = String::new();
    stream.0.read_to_string(&mut rest).unwrap();
    assert!(rest.ends_with("0\r\n\r\n"), "the end of the last chunk: {rest:?}");
}

#[test]
fn the_kit_comes_as_a_tar_without_a_path_of_ours() {
    let org = Org::quickstart();
    let answer = ask(&org, "GET", "/v1/kit.tar").send();
    assert_eq!(answer.header("content-type"), Some("application/x-tar"));
    let files = files_of_tar(&answer.body);
    let kit: Kit = serde_json::from_slice(&files["kit.json"]).unwrap();
    assert_eq!(kit.admin_token.as_deref(), Some(org.admin_token()));
    assert_eq!(kit.env["MOCKORG_ADMIN_TOKEN"], org.admin_token());
    assert_eq!(kit.env["MOCKORG_CLIENT_BILLING_PEM"], "./clients/billing.pem");
    for file in [&kit.server_ca, &kit.ca_bundle, &kit.server_truststore, &kit.clients[0].p12] {
        assert!(files.contains_key(file), "{file} of {:?}", files.keys());
    }
    let ours = std::env::temp_dir().display().to_string();
    assert!(!String::from_utf8_lossy(&files["kit.json"]).contains(&ours));
    let keys: Vec<_> = org.identities().authorities().iter().map(|ca| ca.certificate.pem()).collect();
    assert!(files.iter().filter(|(name, _)| name.ends_with(".key")).count() >= 7);
    assert!(keys.iter().all(|ca| !String::from_utf8_lossy(&files[&kit.ca_bundle]).contains(ca)));
}
