//! What was acknowledged survives SIGKILL, in the middle of verbs and logins.
//!
//! The process to kill is this test binary itself, over again: it tells before each step what the step will change, and
//! after it that it was done. How many steps it is let live for is drawn; there is no waiting.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;

use jiff::SignedDuration;
use mockorg::org::Door;
use mockorg::scenario::Permission;
use mockorg::seed::{Chance, Seed};
use mockorg::store::RefreshGrant;
use mockorg::{Certificate, RenewalKey};

use super::process::Served;
use super::{BILLING, REPORTS, elsewhere, open};
use crate::wire::{Answer, Client, FORM, Org};

const ROUNDS: u64 = 20;
const FOLDER: &str = "MOCKORG_TEST_DATA";
const ROUND: &str = "MOCKORG_TEST_ROUND";

/// What is known of one thing, and what it may have become if the last step was on its way.
type Known = BTreeMap<String, String>;

#[test]
fn what_was_acknowledged_survives_twenty_kills() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).stop();
    let lives = Seed::new(20).stream("lives");
    let (mut known, mut steps, mut on_their_way) = (Known::new(), 0, 0);
    for round in 0..ROUNDS {
        let (done, begun) = one_life(folder.path(), round, 1 + lives.below(60) as usize);
        (steps, on_their_way) = (steps + done.len(), on_their_way + begun.len());
        known.extend(done);
        let org = open(folder.path());
        for (thing, value) in &mut known {
            let found = observe(&org, thing);
            let may_be = begun.get(thing).is_some_and(|begun| begun == "?" || *begun == found);
            assert!(found == *value || may_be, "round {round}: {thing} is {found}, but {value} was acknowledged");
            // whichever it is, from now on it is that
            *value = found;
        }
        org.stop();
    }
    assert!(steps > 200 && on_their_way > 0, "{steps} steps, {on_their_way} cut short");
}

/// Lets a process live for so many steps; what it had done, and what it was about.
fn one_life(folder: &Path, round: u64, steps: usize) -> (Known, Known) {
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "state::killed::the_process_that_is_killed", "--ignored", "--nocapture", "--quiet"])
        .env(FOLDER, folder)
        .env(ROUND, round.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let mut told: Vec<String> = Vec::new();
    while told.iter().filter(|line| line.starts_with("done")).count() < steps {
        told.push(lines.next().expect("it steps until it is killed").unwrap());
    }
    process.kill().unwrap();
    told.extend(lines.map(Result::unwrap));
    process.wait().unwrap();
    let (mut done, mut begun) = (Known::new(), Known::new());
    for line in told {
        // a line is `begin verbs|thing|value`; the last one may lack its end
        let Some((what, rest)) = line.split_once(' ') else { continue };
        let [who, thing, value] = rest.split('|').collect::<Vec<_>>()[..] else { continue };
        match what {
            "begin" => drop(begun.insert(format!("{who}|{thing}"), value.to_owned())),
            "done" => {
                begun.retain(|key, _| !key.starts_with(who));
                done.insert(thing.to_owned(), value.to_owned());
            }
            _ => {}
        }
    }
    let begun = begun.into_iter().map(|(key, value)| (key.split('|').nth(1).unwrap().to_owned(), value));
    (done, begun.collect())
}

#[test]
#[ignore = "the process that another test starts and kills"]
fn the_process_that_is_killed() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    let round = std::env::var(ROUND).unwrap().parse().unwrap();
    let org = open(&folder);
    thread::scope(|scope| {
        for who in ["verbs", "logins", "tokens"] {
            let org = &org;
            scope.spawn(move || {
                let chance = Seed::new(round).stream(who);
                for step in 0.. {
                    one_step(org, who, &chance, &format!("{round}-{step}"));
                }
            });
        }
    });
}

fn one_step(org: &Org, who: &str, chance: &Chance, name: &str) {
    match who {
        "verbs" => verb(org, chance),
        "logins" => {
            let login = Step::begin(who, "", "?");
            let session = org.reports();
            login.done(&format!("session {session}"), "alive");
            if chance.below(3) == 0 {
                let logout = Step::begin(who, &format!("session {session}"), "ended");
                let body = format!("token={session}");
                let answer = org.door(Door::Standard).post("/services/oauth2/revoke", FORM, &body).unwrap();
                assert_eq!(answer.status, 200);
                logout.done(&format!("session {session}"), "ended");
            }
        }
        _ => {
            let thing = format!("refresh {name}");
            let kept = Step::begin(who, &thing, "alive");
            let user_id = org.snapshot().org.users[0].id.clone();
            // an app each, since a user holds but five tokens of one
            let grant = RefreshGrant { user_id, client_id: name.to_owned(), scope: "api".into() };
            org.store().give_refresh(name.to_owned(), grant).unwrap();
            kept.done(&thing, "alive");
            if chance.below(2) == 0 {
                let ended = Step::begin(who, &thing, "ended");
                org.store().end_refresh(name).unwrap();
                ended.done(&thing, "ended");
            }
        }
    }
}

/// One verb, drawn, that changes something.
fn verb(org: &Org, chance: &Chance) {
    let toggled = |thing: &str, one: &str, other: &str| {
        let next = if observe(org, thing) == one { other } else { one };
        (Step::begin("verbs", thing, next), next.to_owned())
    };
    let thing = ["permission", "upload", "refusal-status", "listed", "clock", "serial", "revoked", "ca-names"]
        [chance.below(8) as usize];
    match thing {
        "permission" => {
            let (step, next) = toggled(thing, "true", "false");
            match next.as_str() {
                "true" => org.grant(BILLING, Permission::ModifyAllData).unwrap(),
                _ => org.deny(BILLING, Permission::ModifyAllData).unwrap(),
            }
            step.done(thing, &next);
        }
        "upload" => {
            let visitor = Certificate::from_pem(org.client("visitor").unwrap().certificates_pem.as_bytes()).unwrap();
            let fingerprint = visitor[0].fingerprint().replace(':', "");
            let (step, next) = toggled(thing, "none", &fingerprint);
            match next.as_str() {
                "none" => org.delete_certificate("Visitor").unwrap(),
                _ => drop(org.upload("Visitor", visitor[0].pem().as_bytes()).unwrap()),
            }
            step.done(thing, &next);
        }
        "refusal-status" => {
            let (step, next) = toggled(thing, "401", "403");
            org.set_switch("org.refusal-status", &next).unwrap();
            step.done(thing, &next);
        }
        "ca-names" => {
            let (step, next) = toggled(thing, "Listed", "Empty");
            org.set_switch("edge.ca-names", &next.to_lowercase()).unwrap();
            step.done(thing, &next);
        }
        "listed" => {
            let (step, next) = toggled(thing, "true", "false");
            match next.as_str() {
                "true" => org.list("elsewhere", elsewhere(org)).unwrap(),
                _ => org.delist("elsewhere").unwrap(),
            }
            step.done(thing, &next);
        }
        "clock" => {
            let next = org.clock().org_now() + SignedDuration::from_secs(1);
            let step = Step::begin("verbs", thing, &next.to_string());
            org.set_clock(next).unwrap();
            step.done(thing, &next.to_string());
        }
        "serial" => {
            let step = Step::begin("verbs", thing, "?");
            let renewed = org.issue("billing", RenewalKey::Replace).unwrap();
            step.done(thing, &serial_and_key(&renewed.leaf, &renewed.key.public_key_to_der().unwrap()));
        }
        _ => {
            let thing = format!("revoked {}", org.identities().client("billing").unwrap().leaf.serial());
            let step = Step::begin("verbs", &thing, "true");
            org.revoke("billing").unwrap();
            step.done(&thing, "true");
        }
    }
}

/// What a thing is now.
fn observe(org: &Org, thing: &str) -> String {
    let (snapshot, identities) = (org.snapshot(), org.identities());
    let user = |name| snapshot.org.user_named(name).unwrap().clone();
    let alive = |alive: bool| if alive { "alive" } else { "ended" }.to_owned();
    match thing.split_once(' ').unwrap_or((thing, "")) {
        ("permission", _) => user(BILLING).may(Permission::ModifyAllData).to_string(),
        ("upload", _) => match snapshot.org.upload_labelled("Visitor") {
            Some(upload) => upload.leaf().fingerprint().replace(':', ""),
            None => "none".into(),
        },
        ("refusal-status", _) => snapshot.org.switches.refusal_status.code().to_string(),
        ("ca-names", _) => format!("{:?}", snapshot.edge.switches.ca_names),
        ("listed", _) => snapshot.edge.trust.anchor("elsewhere").is_some().to_string(),
        ("clock", _) => org.clock().org_now().to_string(),
        ("serial", _) => {
            let billing = identities.client("billing").unwrap();
            serial_and_key(&billing.leaf, &billing.key.public_key_to_der().unwrap())
        }
        ("revoked", serial) => {
            let (_, der, _) = snapshot.edge.minted_crls.crls.iter().find(|(ca, _, _)| ca == "acme-issuing").unwrap();
            let crl = openssl::x509::X509Crl::from_der(der).unwrap();
            let number = openssl::bn::BigNum::from_hex_str(serial).unwrap();
            let revoked = crl.get_revoked().into_iter().flatten();
            revoked.map(|entry| entry.serial_number().to_bn().unwrap()).any(|entry| entry == number).to_string()
        }
        ("session", token) => {
            let session = org.store().session(token, org.clock().org_now());
            alive(session.is_some_and(|session| session.user_id == user(REPORTS).id))
        }
        ("refresh", token) => alive(org.store().refresh(token).is_some()),
        other => panic!("{other:?}"),
    }
}

fn serial_and_key(leaf: &Certificate, public_key: &[u8]) -> String {
    let own = leaf.x509().public_key().unwrap().public_key_to_der().unwrap();
    assert_eq!(own, public_key, "the certificate and the key belong together");
    leaf.serial().to_owned()
}

/// A step that was announced.
struct Step<'a>(&'a str);

impl<'a> Step<'a> {
    fn begin(who: &'a str, thing: &str, value: &str) -> Self {
        tell(&format!("begin {who}|{thing}|{value}"));
        Self(who)
    }

    fn done(self, thing: &str, value: &str) {
        tell(&format!("done {}|{thing}|{value}", self.0));
    }
}

/// With one call to the system, past the test harness: what was written survives the process.
fn tell(line: &str) {
    std::io::stdout().lock().write_all(format!("{line}\n").as_bytes()).unwrap();
    std::io::stdout().flush().unwrap();
}

/// The built program, with logins on several connections at once, so that they share flushes.
#[test]
fn sessions_of_the_built_program_survive_a_kill_among_logins() {
    let folder = tempfile::tempdir().unwrap();
    let lives = Seed::new(20).stream("logins");
    let (mut sessions, mut org) = (Vec::<String>::new(), None);
    for _ in 0..5 {
        let served = Served::start(folder.path(), "");
        let identity =
            (served.kit()["org"].clone(), served.file("clients/billing.crt"), served.file("apps/quickstart.key"));
        assert_eq!(org.get_or_insert(identity.clone()), &identity, "org, identities and keys stay");
        let client = served.door(Door::Standard);
        for session in &sessions {
            let answer = client.clone().session(session).get("/services/data/v68.0/limits").unwrap();
            assert_eq!(answer.status, 200, "{}", answer.body);
        }
        let (opened, answers) = mpsc::channel();
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let (client, opened) = (client.clone(), opened.clone());
                thread::spawn(move || {
                    // until there is nobody left to answer
                    while let Some(session) = session(&client) {
                        opened.send(session).unwrap();
                    }
                })
            })
            .collect();
        drop(opened);
        sessions.extend(answers.iter().take(1 + lives.below(20) as usize));
        served.kill();
        sessions.extend(answers.iter());
        threads.into_iter().for_each(|thread| thread.join().unwrap());
    }
    assert!(sessions.len() > 20, "{}", sessions.len());
}

fn session(client: &Client) -> Option<String> {
    let body = "grant_type=password&client_id=quickstart-client-id&client_secret=quickstart-secret\
                &username=reports@acme.example&password=reports-password";
    let tcp = TcpStream::connect((Ipv4Addr::LOCALHOST, client.port)).ok()?;
    let mut stream = client.shake_hands(tcp, client.builder()).ok()?;
    let head = "POST /services/oauth2/token HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: ";
    write!(stream, "{head}{FORM}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).ok()?;
    let mut read = Vec::new();
    stream.read_to_end(&mut read).ok()?;
    let answer = Answer::read(&read).ok()?;
    assert_eq!(answer.status, 200, "{}", answer.body);
    Some(answer.json()["access_token"].as_str().unwrap().to_owned())
}
