//! `[chaos]`: what the seed does to clients, that the journal tells it, and that the same seed does the same.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

use mockorg::controls::chaos::{EARLY_DEATHS, UNAVAILABLE};
use mockorg::journal::{Kind, canonical};
use mockorg::org::Door;
use mockorg::{Scenario, Simulator};
use serde_json::Value;

use crate::wire::{Client, FORM, Org};

const LIMITS: &str = "/services/data/v68.0/limits";
const USERS: &str = "/services/data/v68.0/query?q=SELECT+Username+FROM+User";

/// The quickstart with seven users more, and honest.
fn honest(seed: u64) -> Org {
    org(seed, "[chaos]\npreset = \"honest\"\n")
}

fn org(seed: u64, more: &str) -> Org {
    let mut text = include_str!("../../scenarios/quickstart.toml").to_owned();
    for n in 1..=7 {
        write!(text, "\n[[user]]\nusername = \"user{n}@acme.example\"\npassword = \"p\"\n").unwrap();
    }
    let scenario = Scenario::from_text(&format!("{text}\n{more}"), "test.toml", Path::new(".")).unwrap();
    Org::with(Simulator::default().seed(seed), scenario)
}

/// A GET as that session, again while the org is too busy.
fn get(client: &Client, session: &str, path: &str) -> crate::wire::Answer {
    let client = client.clone().session(session);
    let mut answers = std::iter::repeat_with(|| client.get(path).unwrap());
    answers.find(|answer| answer.status != 503).unwrap()
}

/// Every decision so far, in words.
fn decisions(org: &Org) -> Vec<String> {
    let events = org.journal().since(0);
    let requests = events.iter().filter_map(|event| match &event.kind {
        Kind::Request(request) => Some(request.chaos.clone()),
        _ => None,
    });
    requests.flatten().collect()
}

fn names(answer: &Value) -> Vec<String> {
    let records = answer["records"].as_array().unwrap();
    records.iter().map(|record| record["Username"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn faithful_is_the_default_and_does_nothing() {
    let org = org(7, "");
    let (client, session) = (org.door(Door::Standard), org.reports());
    for _ in 0..5 {
        let answer = get(&client, &session, USERS).json();
        assert_eq!((answer["done"].as_bool(), names(&answer).len()), (Some(true), 9));
        assert_eq!(names(&answer)[0], "billing@acme.example", "in the order of the scenario");
    }
    assert_eq!(decisions(&org), [""; 0]);
    assert!(!org.is_honest());
}

#[test]
fn pages_are_tiny_and_each_leads_to_the_next() {
    let org = honest(7);
    let (client, session) = (org.door(Door::Standard), long_lived(&org));
    let mut page = get(&client, &session, USERS).json();
    let (mut seen, mut pages) = (names(&page), 1);
    while page["done"] == false {
        assert_eq!(page["totalSize"], 9);
        assert_eq!(names(&page).len(), 2);
        let next = page["nextRecordsUrl"].as_str().unwrap().to_owned();
        assert!(next.starts_with("/services/data/v68.0/query/01g"), "{next}");
        page = get(&client, &session, &next).json();
        seen.extend(names(&page));
        pages += 1;
    }
    assert_eq!((pages, page.get("nextRecordsUrl")), (5, None));
    assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 9, "each of them once: {seen:?}");
    assert!(decisions(&org).contains(&"pages of 2 records".to_owned()));
}

#[test]
fn a_locator_is_good_for_its_own_user_and_for_no_other_text() {
    let org = honest(7);
    let (client, session) = (org.door(Door::Standard), long_lived(&org));
    let next = get(&client, &session, USERS).json()["nextRecordsUrl"].as_str().unwrap().to_owned();
    let seek = next.replace("-2", "-8");
    assert_eq!(names(&get(&client, &session, &seek).json()).len(), 1, "clients may count for themselves");
    let other = (1..=7).map(|n| org.session(&format!("user{n}@acme.example"), "p")).find(|token| lives(&org, token));
    for (session, path) in [
        (other.unwrap(), next.clone()),
        (session.clone(), next.replace("-2", "-10")),
        (session.clone(), next.replace("-2", "-x")),
        (session.clone(), "/services/data/v68.0/query/none".to_owned()),
    ] {
        let refused = get(&client, &session, &path);
        assert_eq!((refused.status, refused.error_code().as_str()), (400, "INVALID_QUERY_LOCATOR"), "{path}");
    }
}

#[test]
fn soap_has_the_same_pages_by_query_more() {
    let org = honest(7);
    let session = long_lived(&org);
    let ask = |operation: &str| {
        let envelope = format!(
            "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns=\"urn:partner.soap.sforce.com\"><e:Header>\
             <SessionHeader><sessionId>{session}</sessionId></SessionHeader></e:Header><e:Body>{operation}</e:Body></e:Envelope>"
        );
        let client = org.door(Door::Standard);
        let mut answers =
            std::iter::repeat_with(|| client.post("/services/Soap/u/64.0", "text/xml", &envelope).unwrap());
        answers.find(|answer| !answer.body.contains("SERVER_UNAVAILABLE")).unwrap().body
    };
    let mut page = ask("<query><queryString>SELECT Username FROM User</queryString></query>");
    let mut seen = page.matches("<records").count();
    while page.contains("<done>false</done>") {
        assert!(page.contains("<size>9</size>"));
        let locator = page.split("<queryLocator>").nth(1).unwrap().split('<').next().unwrap();
        page = ask(&format!("<queryMore><queryLocator>{locator}</queryLocator></queryMore>"));
        seen += page.matches("<records").count();
    }
    assert!(page.contains("<done>true</done>") && page.contains("<queryMoreResponse>"), "{page}");
    assert_eq!(seen, 9);
}

#[test]
fn rows_come_in_any_order_unless_one_is_asked_for() {
    let org = honest(7);
    let (client, session) = (org.door(Door::Standard), long_lived(&org));
    let first = |query: &str| names(&get(&client, &session, query).json())[0].clone();
    let any: BTreeSet<_> = (0..3).map(|_| first(USERS)).collect();
    assert!(any.len() > 1, "{any:?}");
    let sorted = format!("{USERS}+ORDER+BY+Username");
    for _ in 0..2 {
        assert_eq!(first(&sorted), "billing@acme.example");
    }
    let told = decisions(&org);
    assert_eq!(told.iter().filter(|one| one.starts_with("no order was asked for")).count(), 3);
}

#[test]
fn returned_urls_name_several_hosts_that_all_lead_here() {
    let org = honest(7);
    let named = |client: &Client, n: usize| {
        let body = format!(
            "grant_type=password&client_id=quickstart-client-id&client_secret=quickstart-secret\
             &username=user{n}@acme.example&password=p"
        );
        client.post("/services/oauth2/token", FORM, &body).unwrap().json()["instance_url"].as_str().unwrap().to_owned()
    };
    let direct: BTreeSet<_> = (1..=7).map(|n| named(&org.door(Door::Standard), n)).collect();
    let port = org.port(Door::Standard);
    assert_eq!(direct, [format!("https://127.0.0.1:{port}"), format!("https://localhost:{port}")].into());
    let here = Client { host: "127.0.0.1".into(), sni: None, ..org.door(Door::Standard) };
    assert_eq!(here.get("/services/data").unwrap().status, 200);
    let proxied: BTreeSet<_> = (1..=7).map(|n| named(&org.by_proxy("acme.my.salesforce.com", 443), n)).collect();
    let both = ["https://acme.my.salesforce.com", "https://na1.salesforce.com"].map(str::to_owned);
    assert_eq!(proxied, both.into());
    assert_eq!(org.by_proxy("na1.salesforce.com", 443).get("/services/data").unwrap().status, 200);
    assert!(decisions(&org).contains(&"returned URLs name 127.0.0.1".to_owned()));
}

/// By the decisions themselves: a hundred logins over TLS would show less, and take longer.
#[test]
fn some_sessions_die_early_and_some_calls_meet_nobody() {
    let org = honest(7);
    let controls = org.controls();
    let doomed = (0..2_000).filter(|n| controls.doom(&format!("session {n}")).is_some()).count();
    assert!(doomed.abs_diff(20 * EARLY_DEATHS as usize) < 40, "{doomed} of 2000");
    let busy = (0..2_000).filter(|_| controls.is_busy().is_some()).count();
    assert!(busy.abs_diff(20 * UNAVAILABLE as usize) < 25, "{busy} of 2000");
}

#[test]
fn a_session_that_dies_early_is_told_of_at_its_birth_and_at_its_death() {
    let org = honest(7);
    let doomed = (0..200).find_map(|_| {
        let token = org.reports();
        let told = decisions(&org).pop().filter(|one| one.contains("will die after"));
        told.map(|told| (token, told))
    });
    let (token, told) = doomed.expect("one in twenty");
    let calls: u32 = told.split(' ').find_map(|word| word.parse().ok()).unwrap();
    let client = org.door(Door::Standard);
    for _ in 0..calls {
        assert_eq!(get(&client, &token, LIMITS).status, 200);
    }
    let dead = get(&client, &token, LIMITS);
    assert_eq!((dead.status, dead.error_code().as_str()), (401, "INVALID_SESSION_ID"));
    assert_eq!(decisions(&org).pop().as_deref(), Some("the session dies early"));
    let event = org.journal().since(0).pop().unwrap();
    let Kind::Request(request) = &event.kind else { panic!("a request was answered") };
    assert!(request.explanation.as_ref().unwrap().headline.starts_with("injected by [chaos]"));
}

#[test]
fn a_busy_org_says_when_to_come_back_in_either_form() {
    let org = honest(7);
    let (client, session) = (org.door(Door::Standard), long_lived(&org));
    let client = client.session(&session);
    let mut forms = BTreeSet::new();
    for _ in 0..1_000 {
        let answer = client.get(LIMITS).unwrap();
        if answer.status == 503 {
            assert_eq!(answer.error_code(), "SERVER_UNAVAILABLE");
            forms.insert(answer.header("retry-after").unwrap().parse::<u32>().is_ok());
            if forms.len() == 2 {
                return;
            }
        }
    }
    panic!("{forms:?}");
}

/// Logins, calls, queries and pages.
fn run(seed: u64) -> Vec<Value> {
    let org = honest(seed);
    let client = org.door(Door::Standard);
    for n in 1..=4 {
        let session = org.session(&format!("user{n}@acme.example"), "p");
        let client = client.clone().session(&session);
        let _ = client.get(LIMITS);
        if let Some(next) = client.get(USERS).unwrap().json()["nextRecordsUrl"].as_str() {
            let _ = client.get(next);
        }
    }
    let journal = org.journal().clone();
    org.stop();
    canonical(&journal.since(0))
}

#[test]
fn the_same_seed_and_the_same_calls_give_the_same_canonical_journal() {
    let first = run(7);
    assert_eq!(run(7), first);
    let chaos = |events: &[Value]| events.iter().filter_map(|event| event.get("chaos").cloned()).collect::<Vec<_>>();
    assert!(chaos(&first).len() > 4, "{first:#?}");
    assert_ne!(chaos(&run(8)), chaos(&first));
}

/// A session that the seed does not let die.
fn long_lived(org: &Org) -> String {
    let mut tokens = std::iter::repeat_with(|| org.reports());
    tokens.find(|token| lives(org, token)).unwrap()
}

fn lives(org: &Org, token: &str) -> bool {
    // asking dooms again those that are doomed already, and changes nothing else
    org.doom(token).is_none()
}
