//! How an org ends: at once when it is dropped, after the requests in hand when it is stopped; nothing stays behind.

use std::fs;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, TcpStream};
use std::process::Command;
use std::time::Duration;

use mockorg::clock::Stopwatch;
use mockorg::org::Door;
use mockorg::{Running, Scenario, Simulator};
use openssl::ssl::SslStream;
use tokio::runtime::Runtime;

use crate::wire::{Answer, Client, Org, PATIENCE};

#[test]
fn a_dropped_org_closes_its_doors_and_its_connections() {
    let runtime = runtime();
    let running = runtime.block_on(Simulator::start(Scenario::quickstart())).unwrap();
    let mut idle = client(&running).connect().unwrap();
    ask(&mut idle, "GET /services/data HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert!(read_head(&mut idle).starts_with("HTTP/1.1 200"));
    let ports = running.ports();
    {
        let _guard = runtime.enter();
        drop(running);
    }
    let mut rest = Vec::new();
    let _ = idle.read_to_end(&mut rest);
    until(|| runtime.metrics().num_alive_tasks() == 0);
    for port in [ports.standard, ports.mutual, ports.admin] {
        assert!(is_closed(port), "{port}");
    }
}

#[test]
fn a_stopped_org_answers_the_request_in_hand_and_takes_no_other() {
    let runtime = runtime();
    let running = runtime.block_on(Simulator::start(Scenario::quickstart())).unwrap();
    let journal = running.journal().clone();
    let mut stream = client(&running).connect().unwrap();
    let body = "grant_type=password&client_id=quickstart-client-id&client_secret=quickstart-secret&username=reports@acme.example&password=reports-password";
    let head = format!(
        "POST /services/oauth2/token HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    ask(&mut stream, &head);
    assert!(read_head(&mut stream).starts_with("HTTP/1.1 100"), "the request is in hand");
    let ports = running.ports();
    let stopping = runtime.spawn(running.stop());
    until(|| is_closed(ports.standard) && is_closed(ports.mutual) && is_closed(ports.admin));
    assert!(!stopping.is_finished());
    ask(&mut stream, body);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    assert_eq!(Answer::read(&answer).unwrap().status, 200);
    runtime.block_on(stopping).unwrap();
    until(|| runtime.metrics().num_alive_tasks() == 0);
    assert!(journal.since(0).iter().any(|event| event.kind.name() == "request"), "the journal outlives its org");
}

#[test]
fn a_stopped_org_does_not_wait_for_idle_connections() {
    let org = Org::quickstart();
    let mut idle = org.door(Door::Standard).connect().unwrap();
    ask(&mut idle, "GET /services/data HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert!(read_head(&mut idle).starts_with("HTTP/1.1 200"));
    let watch = Stopwatch::start();
    org.stop();
    assert!(watch.elapsed() < Duration::from_secs(8), "it waited for a client that asked for nothing");
}

/// In a process of its own, because other tests open files and threads as well.
#[cfg(target_os = "linux")]
#[test]
fn fifty_starts_and_stops_leave_nothing_behind() {
    const ALONE: &str = "MOCKORG_TEST_ALONE";
    if std::env::var_os(ALONE).is_some() {
        return start_and_stop_fifty_times();
    }
    let temporary = tempfile::tempdir().unwrap();
    let name = "library::ending::fifty_starts_and_stops_leave_nothing_behind";
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name])
        .env(ALONE, "1")
        .env("TMPDIR", temporary.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    assert_eq!(fs::read_dir(temporary.path()).unwrap().count(), 0, "temporary folders stay behind");
}

#[cfg(target_os = "linux")]
fn start_and_stop_fifty_times() {
    let runtime = runtime();
    let round = |stop: bool| {
        let running = runtime.block_on(Simulator::start(Scenario::quickstart())).unwrap();
        assert_eq!(client(&running).get("/services/data").unwrap().status, 200);
        let _guard = runtime.enter();
        if stop {
            runtime.block_on(running.stop())
        } else {
            drop(running)
        }
        until(|| runtime.metrics().num_alive_tasks() == 0);
    };
    let open = || fs::read_dir("/proc/self/fd").unwrap().count();
    round(true);
    let before = open();
    for number in 0..50 {
        round(number % 2 == 0);
    }
    until(|| open() <= before);
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

fn client(running: &Running) -> Client {
    Client {
        port: running.ports().standard,
        proxy: None,
        ca: running.server_ca().clone(),
        identity: None,
        version: None,
        sni: Some("localhost".into()),
        host: "localhost".into(),
        headers: Vec::new(),
    }
}

fn ask(stream: &mut SslStream<TcpStream>, text: &str) {
    stream.write_all(text.as_bytes()).unwrap();
}

/// Up to the empty line; what follows is left unread.
fn read_head(stream: &mut SslStream<TcpStream>) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() == 1 {
        head.push(byte[0]);
    }
    String::from_utf8(head).unwrap()
}

fn is_closed(port: u16) -> bool {
    let refused = |error: io::Error| error.kind() == io::ErrorKind::ConnectionRefused;
    TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err_and(refused)
        && TcpStream::connect((Ipv6Addr::LOCALHOST, port)).is_err()
}

/// Waits for what must come.
#[track_caller]
fn until(come: impl Fn() -> bool) {
    let watch = Stopwatch::start();
    while !come() {
        assert!(watch.elapsed() < PATIENCE, "it did not come about");
        std::thread::yield_now();
    }
}
