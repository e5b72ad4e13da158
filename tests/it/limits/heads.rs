//! Heads of requests: too long, too many, twice, of another protocol, or nonsense.

use std::sync::Arc;

use mockorg::api::LONGEST_PATH;
use mockorg::journal::Kind;
use mockorg::journal::event::Request;
use mockorg::org::Door;
use mockorg::tls::{MAX_HEADER_BYTES, MAX_HEADERS};

use super::{LIMITS, unharmed};
use crate::wire::{Answer, Failure, Org};

#[test]
fn a_header_of_a_megabyte_is_answered_by_431() {
    let org = Org::quickstart();
    let long = "x".repeat(1_000_000);
    for door in [org.door(Door::Standard), org.mutual("billing")] {
        let answer = door.header("X-Long", &long).get(LIMITS);
        assert_eq!(answer.map(|answer| answer.status), Ok(431));
    }
    unharmed(&org);
}

#[test]
fn thousands_of_headers_are_answered_by_431_and_the_limit_itself_is_not() {
    let org = Org::quickstart();
    let with = |count: usize| {
        let headers = "X-Many: 1\r\n".repeat(count);
        raw(&org, format!("GET /services/data HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n"))
    };
    assert_eq!(with(MAX_HEADERS - 2).map(|answer| answer.status), Ok(200));
    assert_eq!(with(MAX_HEADERS - 1).map(|answer| answer.status), Ok(431));
    assert_eq!(with(5_000).map(|answer| answer.status), Ok(431));
    unharmed(&org);
}

#[test]
fn a_path_or_query_is_read_up_to_the_limit_of_the_head_and_kept_short_in_the_journal() {
    let org = Org::quickstart();
    let door = org.door(Door::Standard);
    let fits = "x".repeat(MAX_HEADER_BYTES - 1_000);
    assert_eq!(door.get(&format!("/services/data/{fits}")).map(|answer| answer.status), Ok(404));
    assert_eq!(door.get(&format!("/services/data?{fits}")).map(|answer| answer.status), Ok(200));
    let told = request(&org, |request| request.status == 404);
    assert_eq!(told.path.chars().count(), LONGEST_PATH + 1);
    let long = "x".repeat(1_000_000);
    for path in [format!("/{long}"), format!("/services/data/v68.0/query?q={long}"), "/a".repeat(100_000)] {
        let status = door.get(&path).map(|answer| answer.status);
        assert!(matches!(status, Ok(414 | 431)), "{status:?}");
    }
    unharmed(&org);
}

#[test]
fn a_soql_query_of_100_kb_is_too_long_for_a_url() {
    let org = Org::quickstart();
    let reports = org.door(Door::Standard).session(&org.reports());
    let query = |text: &str| reports.get(&format!("/services/data/v68.0/query?q={}", text.replace(' ', "+")));
    let condition = " AND Username!='x'";
    assert_eq!(query("SELECT Id FROM User").unwrap().status, 200);
    let long = format!("SELECT Id FROM User WHERE Id!=null{}", condition.repeat(100_000 / condition.len()));
    assert_eq!(query(&long).map(|answer| answer.status), Ok(431));
    let many = query(&format!("SELECT Id FROM User WHERE Id!=null{}", condition.repeat(3_000))).unwrap();
    assert_eq!((many.status, many.error_code().as_str()), (400, "MALFORMED_QUERY"));
    let many = query(&format!("SELECT {}Id FROM LoginHistory", "Id,".repeat(3_000))).unwrap();
    assert_eq!((many.status, many.error_code().as_str()), (400, "MALFORMED_QUERY"));
    let twice = query("SELECT Id,id FROM User").unwrap();
    assert_eq!((twice.status, twice.error_code().as_str()), (400, "INVALID_FIELD"));
    unharmed(&org);
}

#[test]
fn a_host_that_is_missing_its_form_or_given_twice_is_answered_by_400() {
    let org = Org::quickstart();
    let with = |hosts: &str| {
        raw(&org, format!("GET /services/data HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n")).map(|it| it.status)
    };
    assert_eq!(with("Host: localhost\r\n"), Ok(200));
    for hosts in [
        "Host: localhost\r\nHost: localhost\r\n",
        "Host: localhost\r\nHost: elsewhere.example\r\n",
        "Host: two words\r\n",
        "Host: a<b>\r\n",
        "Host: \"localhost\"\r\n",
        "Host: http://localhost/\r\n",
        "Host: local\u{e9}host\r\n",
        "Host: [::1\r\n",
        "Host:\r\n",
    ] {
        assert_eq!(with(hosts), Ok(400), "{hosts}");
        let told = request(&org, |request| request.status == 400);
        assert_eq!(told.error.as_deref(), Some("BAD_REQUEST"));
        assert!(told.explanation.unwrap().cure.contains("send Host once"));
    }
    unharmed(&org);
}

#[test]
fn a_host_that_is_not_ours_or_no_name_never_reaches_a_url() {
    let org = Org::quickstart();
    let body = "grant_type=client_credentials&client_id=quickstart-client-id&client_secret=quickstart-secret";
    for host in ["evil.example", "a&b.localhost", "x'onload='y.localhost", "user:pass@evil.example", "(a).localhost"] {
        let answer = raw(&org, format!(
            "POST /services/oauth2/token HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )).unwrap();
        assert_eq!(answer.status, 200, "{host}");
        let url = answer.json()["instance_url"].as_str().unwrap().to_owned();
        assert_eq!(url, format!("https://localhost:{}", org.port(Door::Standard)), "{host}");
        assert!(!answer.head.contains(host) && !answer.body.contains(host), "{host}");
    }
    unharmed(&org);
}

#[test]
fn an_absolute_target_is_served_by_its_path_and_must_name_the_same_host() {
    let org = Org::quickstart();
    let ask = |target: &str| {
        raw(&org, format!("GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")).map(|it| it.status)
    };
    assert_eq!(ask("https://localhost/services/data"), Ok(200));
    assert_eq!(ask("http://localhost/services/data/"), Ok(200));
    assert_eq!(ask("https://elsewhere.example/services/data"), Ok(400));
    assert_eq!(ask("*"), Ok(404));
    assert_eq!(ask("//"), Ok(200));
    unharmed(&org);
}

#[test]
fn methods_and_paths_that_nobody_serves_are_answered_in_their_familys_shape() {
    let org = Org::quickstart();
    let door = org.door(Door::Standard);
    for method in ["PUT", "DELETE", "PATCH", "TRACE", "BREW", &"X".repeat(2_000), "M-SEARCH", "get"] {
        let answer = door.request(method, "/services/data", None).unwrap();
        assert_eq!((answer.status, answer.error_code().as_str()), (405, "METHOD_NOT_ALLOWED"), "{method}");
        assert!(answer.body.len() < 400, "{}", answer.body);
    }
    let options = door.request("OPTIONS", "/services/data", None).unwrap();
    assert!(options.status == 204 && options.head.contains("allow: "), "{options:?}");
    for method in ["CONNECT", "GET", "POST"] {
        assert_eq!(door.request(method, "localhost:443", None).map(|answer| answer.status), Ok(404), "{method}");
        let head = format!("{method} localhost:443 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        let admin = Answer::read(&crate::wire::plain(org.ports().admin, head.as_bytes()));
        assert_eq!(admin.map(|answer| answer.status), Ok(401), "{method} at the admin door");
    }
    for path in ["/nothing", "/%00", "/%ff%fe", "/services", "/services/data/../data", "/..%2f..%2fetc/passwd", "/%"] {
        let status = door.get(path).map(|answer| answer.status);
        assert!(matches!(status, Ok(404 | 401)), "{path}: {status:?}");
    }
    for request in [
        "GET",
        "GET /",
        "GET / HTTP/9.9",
        "GET / HTTP/1.1 x",
        " GET / HTTP/1.1",
        "GET  / HTTP/1.1",
        "\u{e9} / HTTP/1.1",
    ] {
        assert_eq!(
            raw(&org, format!("{request}\r\nHost: localhost\r\n\r\n")).map(|it| it.status),
            Ok(400),
            "{request}"
        );
    }
    unharmed(&org);
}

#[test]
fn headers_that_are_not_text_are_as_good_as_none() {
    let org = Org::quickstart();
    for name in ["Authorization", "Content-Type", "X-PrettyPrint", "Accept", "Cookie", "SOAPAction"] {
        let mut head =
            format!("GET {LIMITS} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{name}: ").into_bytes();
        head.extend_from_slice(b"Bearer \xff\xfe\x80\xc3\r\n\r\n");
        let answer = org.door(Door::Standard).exchange(&head).unwrap();
        assert_eq!((answer.status, answer.error_code().as_str()), (401, "INVALID_SESSION_ID"), "{name}");
    }
    for forbidden in ["X-Null: a\0b", "X-Feed: a\r\n \r\n b", "X Space: a", ": a", "X-Bell\u{7}: a"] {
        let head = format!("GET {LIMITS} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{forbidden}\r\n\r\n");
        assert_eq!(raw(&org, head).map(|answer| answer.status), Ok(400), "{forbidden:?}");
    }
    unharmed(&org);
}

#[test]
fn a_head_over_h2_is_bounded_like_any_other() {
    let org = Org::quickstart();
    let ask = |name: &'static str, value: String| over_h2(&org, move |request| request.header(name, value));
    assert_eq!(ask("x-short", "x".into()), Ok(200));
    assert_eq!(ask("x-long", "x".repeat(MAX_HEADER_BYTES)), Ok(431));
    let megabyte = ask("x-long", "x".repeat(1_000_000));
    assert!(megabyte != Ok(200), "{megabyte:?}");
    let many = over_h2(&org, |request| (0..2_000).fold(request, |request, n| request.header("x-many", n.to_string())));
    assert_eq!(many, Ok(431));
    let two_hosts = over_h2(&org, |request| request.header("host", "localhost").header("host", "localhost"));
    assert_eq!(two_hosts, Ok(400));
    unharmed(&org);
}

/// The status of `GET /services/data` over h2 with these headers.
fn over_h2(org: &Org, headers: impl FnOnce(http::request::Builder) -> http::request::Builder) -> Result<u16, String> {
    let client = org.door(Door::Standard);
    let mut builder = client.builder();
    builder.set_alpn_protos(b"\x02h2").unwrap();
    let ssl = builder.build().configure().unwrap().into_ssl("localhost").unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let tcp = tokio::net::TcpStream::connect((std::net::Ipv4Addr::LOCALHOST, client.port)).await.unwrap();
        let mut tls = tokio_openssl::SslStream::new(ssl, tcp).unwrap();
        std::pin::Pin::new(&mut tls).connect().await.unwrap();
        let (sender, connection) = h2::client::handshake(tls).await.map_err(|error| error.to_string())?;
        tokio::spawn(connection);
        let mut sender = sender.ready().await.map_err(|error| error.to_string())?;
        let request = headers(http::Request::get("https://localhost/services/data")).body(()).unwrap();
        let (response, _) = sender.send_request(request, true).map_err(|error| error.to_string())?;
        response.await.map(|response| response.status().as_u16()).map_err(|error| error.to_string())
    })
}

fn raw(org: &Org, head: String) -> Result<Answer, Failure> {
    org.door(Door::Standard).exchange(head.as_bytes())
}

/// The newest request of that kind.
fn request(org: &Org, wanted: impl Fn(&Request) -> bool) -> Request {
    let fits = |event: &&Arc<mockorg::journal::Event>| matches!(&event.kind, Kind::Request(request) if wanted(request));
    let events = org.journal().since(0);
    let event = events.iter().rfind(fits).expect("a request that was expected");
    let Kind::Request(request) = &event.kind else { unreachable!("asked for a request") };
    (**request).clone()
}
