//! Who may come in: strangers, other sites' pages, rebound names, forms, damaged requests; and what they leave behind.

use mockorg::journal::Kind;
use mockorg::{Scenario, Simulator};
use serde_json::json;

use super::{Ask, ask, get, state, write};
use crate::wire::Org;

/// Every path and method of the door that is not open.
fn closed() -> Vec<(&'static str, String)> {
    let open = |path: &str| path == "/health" || path.starts_with("/crl/");
    let routes = mockorg::api::admin::table().filter(|(_, path, _)| !open(path));
    let method = |method: http::Method| ["GET", "POST", "PUT", "PATCH", "DELETE"].into_iter().find(|it| method == *it);
    routes.map(|(of, path, _)| (method(of).unwrap(), path.replace(['{', '}'], ""))).collect()
}

#[test]
fn nothing_but_health_and_crls_is_answered_without_the_token() {
    let org = Org::quickstart();
    let before = state(&org);
    for (method, path) in closed() {
        for target in [path.clone(), format!("{path}?since=0")] {
            let answer = Ask::stranger(&org, method, &target).json(&json!({})).send();
            assert_eq!(answer.status, 401, "{method} {target}");
            if path != "/" {
                assert_eq!(answer.problem().1, "no-token");
                assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"mockorg\""));
            }
        }
    }
    for path in ["/health", "/crl/acme-issuing.crl"] {
        assert_eq!(Ask::stranger(&org, "GET", path).send().status, 200, "{path}");
    }
    for path in ["/v1/nothing", "/etc/passwd", "/v1", "/admin"] {
        assert_eq!(Ask::stranger(&org, "GET", path).send().status, 401, "{path}: a stranger learns nothing of paths");
        assert_eq!(ask(&org, "GET", path).send().problem(), (404, "not-found".into()), "{path}");
    }
    assert_eq!(state(&org), before);
}

#[test]
fn a_token_that_is_not_this_orgs_is_refused() {
    let org = Org::quickstart();
    let right = org.admin_token();
    let last = if right.ends_with('0') { "1" } else { "0" };
    let nearly = format!("{}{last}", &right[..right.len() - 1]);
    for wrong in ["", "x", &nearly, &right[1..], &format!("{right}0"), &right.to_uppercase(), &"x".repeat(20_000)] {
        let answer = Ask::stranger(&org, "GET", "/v1/org").header("Authorization", &format!("Bearer {wrong}")).send();
        assert_eq!(answer.problem(), (401, "bad-token".into()), "{wrong}");
    }
    for wrong in [format!("Basic {right}"), right.to_owned(), format!("Bearer{right}"), "Bearer".into()] {
        let answer = Ask::stranger(&org, "GET", "/v1/org").header("Authorization", &wrong).send();
        assert_eq!(answer.problem().0, 401, "{wrong}");
    }
    let twice = ask(&org, "GET", "/v1/org").header("Authorization", "Bearer x").send();
    assert_eq!(twice.problem().0, 401, "two of them are none");
    assert_ne!(Org::quickstart().admin_token(), right, "it does not follow from the seed");
}

#[test]
fn the_token_counts_in_the_header_alone() {
    let org = Org::quickstart();
    let token = org.admin_token();
    let query = Ask::stranger(&org, "GET", &format!("/v1/org?token={token}")).send();
    assert_eq!(query.problem(), (401, "no-token".into()));
    let body = Ask::stranger(&org, "POST", "/v1/mark").json(&json!({"name": "x", "token": token})).send();
    assert_eq!(body.problem().0, 401);
    let both = ask(&org, "GET", &format!("/v1/org?token={token}")).send();
    assert_eq!(both.problem(), (400, "unknown-parameter".into()));
}

#[test]
fn names_that_are_not_ours_are_refused_however_they_resolve() {
    let org = Org::with(Simulator::default().advertise(["org.test"]), Scenario::quickstart());
    let port = org.ports().admin;
    for foreign in [
        "rebind.attacker.example",
        "127.0.0.1.attacker.example",
        "localhost.attacker.example",
        "10.0.0.1",
        "org.test.attacker.example",
        "0.0.0.0",
    ] {
        for host in [foreign.to_owned(), format!("{foreign}:{port}")] {
            let answer = ask(&org, "GET", "/v1/org").host(&host).send();
            assert_eq!(answer.problem(), (403, "foreign-host".into()), "{host}");
            assert_eq!(Ask::stranger(&org, "GET", "/health").host(&host).send().status, 403, "{host}");
        }
    }
    for ours in
        ["localhost", "127.0.0.1", "127.0.0.5:1", "[::1]", "[::1]:8440", "LOCALHOST:9", "org.test", "Org.Test:80"]
    {
        assert_eq!(ask(&org, "GET", "/v1/org").host(ours).send().status, 200, "{ours}");
    }
    for none in ["", "a b", "a,b", "user@localhost", "localhost:port", "localhost/x"] {
        let answer = ask(&org, "GET", "/v1/org").host(none).send();
        assert!(matches!(answer.status, 400 | 403), "{none:?}: {}", answer.status);
    }
    let two = ask(&org, "GET", "/v1/org").header("Host", "attacker.example").send();
    assert_eq!(two.status, 400, "two Hosts");
    let absolute = ask(&org, "GET", "http://attacker.example/v1/org").send();
    assert_eq!(absolute.status, 400, "a target that contradicts Host");
}

#[test]
fn pages_of_other_origins_are_refused_even_with_the_token() {
    let org = Org::quickstart();
    let port = org.ports().admin;
    let foreign = [
        "null",
        "",
        "https://attacker.example",
        "http://127.0.0.1",
        "http://localhost:8440",
        "file://",
        "http://127.0.0.1:1",
    ];
    for origin in foreign {
        for (method, path) in [("GET", "/v1/org"), ("POST", "/v1/reset"), ("GET", "/health"), ("OPTIONS", "/v1/reset")]
        {
            let answer = ask(&org, method, path).header("Origin", origin).json(&json!({})).send();
            assert_eq!(answer.problem(), (403, "foreign-origin".into()), "{method} {path} from {origin}");
            assert!(!answer.head.to_lowercase().contains("access-control-allow"), "{}", answer.head);
        }
    }
    let own = ask(&org, "GET", "/v1/org").header("Origin", &format!("http://127.0.0.1:{port}")).send();
    assert_eq!(own.status, 200);
}

/// What a page can make a browser send without asking first: simple requests, cookie or not.
#[test]
fn a_form_of_another_site_changes_nothing() {
    let org = Org::quickstart();
    let cookie = cookie(&org);
    let before = state(&org);
    let bodies: [(&str, &[u8]); 4] = [
        ("application/x-www-form-urlencoded", b"advance=30d"),
        ("multipart/form-data; boundary=x", b"--x--"),
        ("text/plain", b"{\"name\": \"x\"}"),
        ("text/plain; application/json", b"{\"name\": \"x\"}"),
    ];
    for (kind, body) in bodies {
        for path in ["/v1/reset", "/v1/mark", "/v1/clients/billing/revoke"] {
            let form = Ask::stranger(&org, "POST", path).header("Cookie", &cookie).body(kind, body);
            assert_eq!(form.send().problem(), (403, "foreign-origin".into()), "no Origin: {kind}");
            let form =
                Ask::stranger(&org, "POST", path).header("Cookie", &cookie).header("Origin", "null").body(kind, body);
            assert_eq!(form.send().problem().0, 403, "{kind}");
            let program = ask(&org, "POST", path).body(kind, body).send();
            assert_eq!(program.problem(), (415, "not-json".into()), "{kind}");
        }
    }
    let none = ask(&org, "POST", "/v1/reset").send();
    assert_eq!(none.problem(), (415, "not-json".into()), "no content type at all");
    assert_eq!(state(&org), before);
}

#[test]
fn a_method_that_a_header_or_a_parameter_names_is_not_taken() {
    let org = Org::quickstart();
    for header in ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"] {
        let posted =
            ask(&org, "POST", "/v1/certificates/Billing%202026").header(header, "DELETE").json(&json!({})).send();
        assert_eq!(posted.problem(), (405, "method-not-allowed".into()));
        assert_eq!(posted.header("allow"), Some("DELETE"));
        assert_eq!(ask(&org, "GET", "/v1/trust").header(header, "DELETE").send().status, 200);
    }
    let parameter = ask(&org, "GET", "/v1/trust?_method=DELETE").send();
    assert_eq!(parameter.problem(), (400, "unknown-parameter".into()));
    assert_eq!(org.snapshot().org.uploads.len(), 2);
}

#[test]
fn bodies_that_are_too_large_or_not_as_described_are_refused() {
    let org = Org::quickstart();
    let huge = vec![b' '; mockorg::api::BODY_LIMIT + 1];
    let answer = ask(&org, "POST", "/v1/mark").body("application/json", &huge).send();
    assert_eq!(answer.problem().0, 413);
    let deep = format!("{{\"name\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(ask(&org, "POST", "/v1/mark").body("application/json", deep.as_bytes()).send().problem().0, 400);
    for body in [
        "",
        "null",
        "[]",
        "{",
        "{\"name\": 1}",
        "{\"name\": \"x\", \"nane\": \"y\"}",
        "{\"name\": \"a\", \"name\": \"b\"}",
        "\u{feff}{}",
    ] {
        let answer = ask(&org, "POST", "/v1/mark").body("application/json", body.as_bytes()).send();
        assert_eq!(answer.problem(), (400, "bad-json".into()), "{body}");
    }
    let invalid = ask(&org, "POST", "/v1/mark").body("application/json", b"{\"name\": \"\xff\"}").send();
    assert_eq!(invalid.problem().0, 400);
    let deletion = ask(&org, "DELETE", "/v1/trust/x").json(&json!({})).send();
    assert_eq!(deletion.problem(), (400, "body-not-taken".into()));
    assert_eq!(
        org.journal().query(&mockorg::journal::Query { kind: Some("mark".into()), ..Default::default() }).len(),
        0
    );
}

#[test]
fn names_lead_nowhere_but_to_names() {
    let org = Org::quickstart();
    let paths =
        ["..%2f..%2fetc%2fpasswd", "..", ".", "%2e%2e", "billing%00", "%ff", "%", "billing%2f..%2fvisitor", "bílling"];
    for name in paths {
        for (method, path, code) in [
            ("GET", format!("/v1/clients/{name}.pem"), "unknown-client"),
            ("GET", format!("/crl/{name}.crl"), "no-crl"),
            ("DELETE", format!("/v1/trust/{name}"), "unknown-alias"),
            ("DELETE", format!("/v1/certificates/{name}"), "unknown-label"),
        ] {
            assert_eq!(ask(&org, method, &path).send().problem(), (404, code.into()), "{path}");
        }
    }
    for path in ["/v1/clients/../org", "/v1//org", "/v1/org/", "//v1/org", "/v1/%6frg", "/V1/ORG", "/v1/clients/.pem"] {
        assert_eq!(ask(&org, "GET", path).send().problem(), (404, "not-found".into()), "{path}");
    }
}

#[test]
fn a_label_may_hold_a_slash_and_whatever_else_a_label_may() {
    let org = Org::quickstart();
    write(&org, "POST", "/v1/certificates", &json!({"label": "a/b ü?#%2f", "client": "visitor"}));
    let path = "/v1/certificates/a%2Fb%20%C3%BC%3F%23%252f";
    assert_eq!(ask(&org, "DELETE", path).send().status, 204);
    assert_eq!(org.snapshot().org.uploads.len(), 2);
}

/// The cookie that a browser gets.
fn cookie(org: &Org) -> String {
    let answer = Ask::stranger(org, "GET", &format!("/?token={}", org.admin_token())).send();
    assert_eq!((answer.status, answer.header("location")), (303, Some("/")));
    answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

#[test]
fn a_browser_changes_the_token_for_a_cookie_that_no_script_reads() {
    let org = Org::quickstart();
    let answer = Ask::stranger(&org, "GET", &format!("/?token={}", org.admin_token())).send();
    let set = answer.header("set-cookie").unwrap();
    assert!(set.ends_with("; Path=/; HttpOnly; SameSite=Strict"), "{set}");
    assert!(!set.contains(org.admin_token()), "a browser sends cookies to every port of a host");
    assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let page = Ask::stranger(&org, "GET", "/").header("Cookie", &cookie(&org)).send();
    assert_eq!(page.status, 200);
    assert!(page.text().contains("Acme") && !page.text().contains(org.admin_token()), "{}", page.text());
    assert!(page.header("content-security-policy").unwrap().contains("default-src 'none'"));
    for wrong in ["/?token=", "/?token=x", &format!("/?token={}&x=y", org.admin_token())] {
        let answer = Ask::stranger(&org, "GET", wrong).send();
        assert_eq!((answer.status, answer.header("set-cookie")), (401, None), "{wrong}");
    }
    let elsewhere = Ask::stranger(&org, "GET", &format!("/v1/org?token={}", org.admin_token())).send();
    assert_eq!((elsewhere.status, elsewhere.header("set-cookie")), (401, None));
}

#[test]
fn a_cookie_reads_and_writes_from_the_doors_own_pages_only() {
    let org = Org::quickstart();
    let (cookie, port) = (cookie(&org), org.ports().admin);
    let own = format!("http://127.0.0.1:{port}");
    let read = |site: Option<&str>| {
        let ask = Ask::stranger(&org, "GET", "/v1/org").header("Cookie", &format!("a=b; {cookie}"));
        site.into_iter().fold(ask, |ask, site| ask.header("Sec-Fetch-Site", site)).send().status
    };
    assert_eq!(
        [None, Some("none"), Some("same-origin"), Some("same-site"), Some("cross-site")].map(read),
        [200, 200, 200, 403, 403]
    );
    let mark = |origin: Option<&str>| {
        let ask = Ask::stranger(&org, "POST", "/v1/mark").header("Cookie", &cookie).json(&json!({"name": "x"}));
        origin.into_iter().fold(ask, |ask, origin| ask.header("Origin", origin)).send().status
    };
    assert_eq!([Some(own.as_str()), None, Some("null"), Some("http://127.0.0.1:1")].map(mark), [200, 403, 403, 403]);
    let other = Org::quickstart();
    let theirs = cookie.replace(&format!("mockorg-{port}"), &format!("mockorg-{}", other.ports().admin));
    assert_eq!(Ask::stranger(&other, "GET", "/v1/org").header("Cookie", &theirs).send().status, 401);
}

#[test]
fn a_refusal_is_journaled_before_it_is_sent_and_without_the_token() {
    let org = Org::quickstart();
    let token = org.admin_token().to_owned();
    let tries = [
        Ask::stranger(&org, "GET", &format!("/v1/{token}")),
        Ask::stranger(&org, "GET", &format!("/?token={token}x")),
        ask(&org, "GET", "/v1/org").host("rebind.example"),
        ask(&org, "GET", &format!("/v1/org?since={token}")),
        ask(&org, "GET", &format!("/v1/journal?door={}", "mutual-door")),
    ];
    for (at, ask) in tries.into_iter().enumerate() {
        let status = ask.send().status;
        let event = org.journal().since(0).pop().unwrap();
        let Kind::Admin(refused) = &event.kind else { panic!("{event:?}") };
        assert_eq!((refused.status, org.journal().last_seq()), (status, at as u64 + 1));
        assert!(!serde_json::to_string(&*event).unwrap().contains(&token[..32]), "{event:?}");
    }
    get(&org, "/v1/org");
    assert_eq!(org.journal().last_seq(), 5, "what is granted leaves nothing, unless it is a verb");
}
