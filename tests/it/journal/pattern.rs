//! Patterns: read with diagnostics, matched with events, and words that are the journal's own.

use mockorg::journal::{Connections, Pattern};
use mockorg::scenario::pattern::{ErrorCode, EventKind, Rule};
use mockorg::scenario::vocabulary::Vocabulary;

use super::samples::{resumptions, samples};

/// The places in the samples of the events that a pattern means.
fn meant(pattern: &str) -> Vec<u64> {
    let pattern = Pattern::from_toml(pattern).unwrap_or_else(|wrong| panic!("{wrong}"));
    let mut connections = Connections::new();
    let mut found = Vec::new();
    for event in samples() {
        connections.observe(&event);
        if pattern.matches(&event, &connections) {
            found.push(event.seq);
        }
    }
    found
}

fn wrong(pattern: &str) -> String {
    Pattern::from_toml(pattern).expect_err(pattern).to_string().lines().next().unwrap_or_default().to_owned()
}

#[test]
fn a_pattern_means_the_events_that_have_every_key_so() {
    for (pattern, expected) in [
        ("{ door = 'mutual' }", vec![5, 7]),
        ("{ door = 'standard' }", vec![]),
        ("{ client = 'billing', outcome = 'granted' }", vec![5]),
        ("{ client = 'billing', outcome = 'refused' }", vec![7]),
        ("{ kind = 'handshake', client = 'billing' }", vec![1, 3]),
        ("{ kind = 'handshake', sent = 'none' }", vec![2]),
        ("{ kind = 'handshake', sent = 'any' }", vec![1, 3]),
        ("{ kind = 'handshake', sent = 'leaf' }", vec![3]),
        ("{ kind = 'handshake', sent = 'chain' }", vec![1]),
        ("{ kind = 'handshake', sent = ['billing'] }", vec![3]),
        ("{ kind = 'handshake', sent = ['billing', 'acme-issuing'] }", vec![]),
        ("{ sent = 'leaf' }", vec![5, 7]),
        ("{ kind = 'handshake', serial = '001001' }", vec![1, 3]),
        ("{ kind = 'issue', serial = '1002' }", vec![16]),
        ("{ kind = 'issue', client = 'billing' }", vec![16]),
        ("{ user = 'Billing@ACME.example' }", vec![5, 7]),
        ("{ kind = 'login', user = 'billing@acme.example', flow = 'soap' }", vec![4, 6]),
        ("{ flow = 'soap', rule = 'invalid-password' }", vec![6]),
        ("{ kind = 'handshake', rule = 'expired' }", vec![1]),
        ("{ rule = 'no-certificate' }", vec![7]),
        ("{ kind = 'upload', rule = 'upload-self-signed' }", vec![15]),
        ("{ alert-sent = 'certificate_expired' }", vec![1]),
        ("{ alert-received = 'any' }", vec![2]),
        ("{ alert-received = 'bad_certificate' }", vec![]),
        ("{ ending = 'refused' }", vec![1]),
        ("{ path = '/services/data/*', method = 'get' }", vec![5, 7]),
        ("{ status = 200 }", vec![5]),
        ("{ status = '4xx' }", vec![7]),
        ("{ kind = 'proxy', status = 403 }", vec![18]),
        ("{ error = 'MUTUAL_AUTHENTICATION_FAILED', action = 'call', family = 'rest' }", vec![7]),
        ("{ kind = 'upload', name = 'Billing 2027' }", vec![14]),
        ("{ kind = 'crl', name = 'acme-issuing' }", vec![9]),
        ("{ kind = 'clock' }", vec![8]),
    ] {
        assert_eq!(meant(pattern), expected, "{pattern}");
    }
}

#[test]
fn a_certificate_is_replaced_once_its_client_is_renewed() {
    let issue = samples().into_iter().find(|event| event.kind.name() == "issue").unwrap();
    let handshake = resumptions().remove(0);
    let ages = |connections: &Connections| {
        ["renewed", "replaced"].map(|age| {
            let pattern = format!("{{ kind = 'handshake', certificate = '{age}' }}");
            Pattern::from_toml(&pattern).unwrap().matches(&handshake, connections)
        })
    };
    let mut connections = Connections::new();
    connections.observe(&handshake);
    assert_eq!(ages(&connections), [false, false], "no renewal, no age");
    connections.observe(&issue);
    assert_eq!(ages(&connections), [false, true]);
}

#[test]
fn a_pattern_that_is_wrong_says_what_was_meant() {
    for (pattern, expected) in [
        ("{ dor = 'mutual' }", r#"pattern:1:3: unknown key "dor"; known are"#),
        ("{ client-name = 'x' }", r#"pattern:1:3: unknown key "client-name"; did you mean "client"?"#),
        ("{ door = 'mutal' }", r#"pattern:1:10: unknown door "mutal"; did you mean "mutual"?"#),
        ("{ kind = 'requests' }", r#"pattern:1:10: unknown kind of event "requests"; did you mean "request"?"#),
        ("{ rule = 'missing-issuer' }", r#"unknown rule "missing-issuer"; did you mean "missing-intermediate"?"#),
        ("{ alert-sent = 'unknown-ca' }", r#"unknown alert "unknown-ca"; did you mean "unknown_ca"?"#),
        ("{ error = 'MUTUAL_AUTHENTICATION' }", r#"did you mean "MUTUAL_AUTHENTICATION_FAILED"?"#),
        ("{ method = 'FETCH' }", r#"unknown method "FETCH"; known are"#),
        ("{ status = 1000 }", r#"the status is 1000; it is a number such as 503, or "5xx""#),
        ("{ status = '50x' }", r#"the status is "50x"; it is a number such as 503, or "5xx""#),
        ("{ status = true }", r#"expected a number such as 503 or a text such as "5xx", found true"#),
        ("{ path = 'services/data' }", r#""services/data" is not a path such as "/services/data/*""#),
        ("{ path = '/query?q=x' }", r#""/query?q=x" is not a path"#),
        ("{ serial = 'xyz' }", r#"the serial number "xyz" is not hexadecimal"#),
        ("{}", "an empty pattern means every event; say at least its kind"),
        ("{ kind = 'handshake', path = '/' }", "`path` is of request events; this pattern is of kind handshake"),
        ("{ path = '/', flow = 'soap' }", "no event has both `path` and `flow`"),
        (
            "{ name = 'x' }",
            "say the kind: events of kind crl, expectation, fault, mark, step, switch, trust and upload",
        ),
        ("{ step = 'a', mark = 'b' }", "one name at a time: `name`, `step` or `mark`"),
        ("{ step = '' }", "the text is empty"),
        ("[ 'mutual' ]", "expected a table, found a list"),
    ] {
        let found = wrong(pattern);
        assert!(found.contains(expected), "{pattern}\n{found}");
    }
}

#[test]
fn a_pattern_says_what_it_means() {
    for (pattern, expected) in [
        ("{ client = 'billing', outcome = 'granted' }", "request with client billing, outcome granted"),
        ("{ step = 'cut-over' }", "step with name cut-over"),
        ("{ kind = 'clock' }", "clock event"),
        ("{ kind = 'handshake', sent = ['a', 'b'] }", "handshake with sent a + b"),
    ] {
        assert_eq!(Pattern::from_toml(pattern).unwrap().to_string(), expected);
    }
}

#[test]
fn the_kinds_of_a_pattern_are_the_journals() {
    for event in samples() {
        let name = event.kind.name();
        assert!(EventKind::WORDS.iter().any(|(word, _)| *word == name), "{name}");
    }
}

#[test]
fn the_rules_of_a_pattern_are_the_headings_of_the_refusals() {
    let headings = include_str!("../../../docs/refusals.md").lines().filter_map(|line| line.strip_prefix("### "));
    // no event carries these: headings for people, and handshakes that fail without a verdict
    let for_people = ["edge-page", "handshake", "not-enforced"];
    let mut headings: Vec<&str> = headings.filter(|name| !name.contains(' ') && !for_people.contains(name)).collect();
    headings.sort_unstable();
    let rules: Vec<&str> = Rule::WORDS.iter().map(|(word, _)| *word).collect();
    assert_eq!(rules, headings);
}

#[test]
fn every_error_code_of_the_source_can_be_asked_for() {
    let known: Vec<&str> = ErrorCode::WORDS.iter().map(|(word, _)| *word).collect();
    let mut unknown = Vec::new();
    for path in sources("src/api".as_ref()) {
        let text = std::fs::read_to_string(&path).unwrap();
        for call in text.split("said(").skip(1) {
            let Some(code) = call.split('"').nth(1).filter(|_| call.split('"').next().is_some_and(is_status)) else {
                continue;
            };
            if !known.contains(&code) {
                unknown.push(format!("{}: {code}", path.display()));
            }
        }
    }
    assert_eq!(unknown, Vec::<String>::new(), "to be added to src/scenario/pattern_words.rs");
}

/// `400, `
fn is_status(text: &str) -> bool {
    text.trim().trim_end_matches(',').parse::<u16>().is_ok()
}

fn sources(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}
