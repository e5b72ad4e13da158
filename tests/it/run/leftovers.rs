//! Nothing is left running or on a disk: when all goes well, when a signal comes, when `run` is killed.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use mockorg::clock::Stopwatch;

use super::run;
use crate::wire::PATIENCE;

/// `mockorg run` with a folder of its own for what is temporary.
fn spawn(temporary: &Path, args: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_mockorg"))
        .arg("run")
        .args(args)
        .env("TMPDIR", temporary)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn kill(signal: &str, process: u32) {
    let sent = Command::new("sh").args(["-c", "kill -\"$0\" \"$1\"", signal, &process.to_string()]).status();
    assert!(sent.unwrap().success());
}

/// What is in a folder.
fn entries(folder: &Path) -> Vec<String> {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

/// The processes whose environment names this folder.
#[cfg(target_os = "linux")]
fn processes(folder: &Path) -> Vec<String> {
    let folder = folder.to_str().unwrap().as_bytes();
    let of = |process: std::fs::DirEntry| {
        let environment = std::fs::read(process.path().join("environ")).ok()?;
        let names = environment.windows(folder.len()).any(|part| part == folder);
        let command = std::fs::read_to_string(process.path().join("cmdline")).ok()?;
        names.then(|| command.replace('\0', " "))
    };
    std::fs::read_dir("/proc").unwrap().flatten().filter_map(of).collect()
}

#[cfg(not(target_os = "linux"))]
fn processes(_: &Path) -> Vec<String> {
    Vec::new()
}

/// Waits until it is so, which it soon is.
fn eventually(what: &str, is_so: impl Fn() -> bool) {
    let watch = Stopwatch::start();
    while !is_so() {
        assert!(watch.elapsed() < PATIENCE, "{what}");
        std::thread::park_timeout(Duration::from_millis(5));
    }
}

fn nothing_is_left(temporary: &Path) {
    eventually("processes are left", || processes(temporary).is_empty());
    eventually("files are left", || entries(temporary).is_empty());
}

/// A command that says where the org is, and then waits for ever with a child of its own.
const LASTING: &str = "echo \"$MOCKORG_MUTUAL_URL\"; sh -c 'exec sleep 600' & wait";

/// The port of the org, once the command has said it.
fn port(output: &mut impl BufRead) -> u16 {
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    line.trim().rsplit_once(':').unwrap().1.parse().unwrap()
}

#[test]
fn a_kill_9_leaves_no_child_no_listener_and_no_file() {
    let temporary = tempfile::tempdir().unwrap();
    let mut process = spawn(temporary.path(), &["--", "sh", "-c", LASTING]);
    let mut output = BufReader::new(process.stdout.take().unwrap());
    let port = port(&mut output);
    assert!(TcpStream::connect(("127.0.0.1", port)).is_ok());
    assert_eq!(entries(temporary.path()).len(), 1, "one folder for all");
    kill("KILL", process.id());
    process.wait().unwrap();
    // the last process that could write here has gone, the command's own child too
    output.read_to_string(&mut String::new()).unwrap();
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
    nothing_is_left(temporary.path());
}

/// `run` is killed before it could say what it started.
#[cfg(target_os = "linux")]
#[test]
fn a_command_that_nobody_told_of_is_ended_by_its_environment() {
    let temporary = tempfile::Builder::new().prefix("mockorg-run-").tempdir().unwrap();
    let folder = temporary.path();
    let mut command = Command::new("sleep").arg("600").env("MOCKORG_KIT", folder.join("kit")).spawn().unwrap();
    let mut other = Command::new("sleep").arg("600").spawn().unwrap();
    let mut guard = Command::new(env!("CARGO_BIN_EXE_mockorg"))
        .args(["guard", "--folder"])
        .arg(folder)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    drop(guard.stdin.take());
    assert!(guard.wait().unwrap().success());
    assert!(!command.wait().unwrap().success());
    assert!(!folder.exists());
    assert!(other.try_wait().unwrap().is_none(), "others are let live");
    other.kill().unwrap();
    other.wait().unwrap();
}

#[test]
fn a_signal_is_handed_on_and_the_verdict_follows() {
    for signal in ["TERM", "INT"] {
        let temporary = tempfile::tempdir().unwrap();
        let script = "trap 'echo told; exit 7' TERM INT; sh -c 'echo ready; exec sleep 600'; exit 9";
        let mut process = spawn(temporary.path(), &["--repeat", "5", "--", "sh", "-c", script]);
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n");
        kill(signal, process.id());
        let (mut rest, mut story) = (String::new(), String::new());
        output.read_to_string(&mut rest).unwrap();
        process.stderr.take().unwrap().read_to_string(&mut story).unwrap();
        assert_eq!(process.wait().unwrap().code(), Some(1), "{story}");
        assert!(story.contains("no: 1 of 1 not as expected"), "{story}");
        assert!(story.contains("ended by a signal after 1 of 5 rounds"), "no round follows: {story}");
        nothing_is_left(temporary.path());
    }
}

#[test]
fn what_the_command_leaves_in_the_background_is_ended() {
    let temporary = tempfile::tempdir().unwrap();
    let script = "sleep 600 & sh -c 'trap \"\" TERM; echo deaf; exec sleep 600' & exit 0";
    let process = spawn(temporary.path(), &["--", "sh", "-c", script]);
    let output = process.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    nothing_is_left(temporary.path());
}

#[test]
fn a_command_that_does_not_start_leaves_nothing_either() {
    let temporary = tempfile::tempdir().unwrap();
    let output = spawn(temporary.path(), &["--", "/no/such/command"]).wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    nothing_is_left(temporary.path());
}

/// As CI does it, job after job. Whoever waits for `run` finds nothing of it afterwards, and need not wait any longer.
#[test]
fn two_hundred_short_runs_in_a_row_leak_nothing() {
    let temporary = tempfile::tempdir().unwrap();
    let scenario = without_an_app();
    let scenario = scenario.path().to_str().unwrap();
    for number in 0..200 {
        // where nobody reaps what lost its parent, `run` waits a second for it: not each time
        let command: &[&str] = if number % 100 == 50 { &["sh", "-c", "sleep 600 & exit 0"] } else { &["true"] };
        let args: Vec<&str> = [scenario, "--"].into_iter().chain(command.iter().copied()).collect();
        let output = spawn(temporary.path(), &args).wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "run {number}: {}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(entries(temporary.path()), [""; 0], "files after run {number}");
        assert_eq!(processes(temporary.path()), [""; 0], "processes after run {number}");
    }
}

/// A scenario whose org needs no RSA key, which would take its time at each start.
fn without_an_app() -> tempfile::NamedTempFile {
    let scenario = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&scenario, "format = 1\n[org]\nname = \"Acme\"\n[trust]\nbuiltin = false\n").unwrap();
    scenario
}

/// Each round counts what its parent has open; the parent is the same process throughout.
#[cfg(target_os = "linux")]
#[test]
fn two_hundred_rounds_leak_nothing() {
    let temporary = tempfile::tempdir().unwrap();
    let counts = tempfile::NamedTempFile::new().unwrap();
    let script = "ls /proc/$PPID/fd | wc -l >> \"$0\"; ls \"$TMPDIR\" | wc -l >> \"$0\"";
    let scenario = without_an_app();
    let [scenario, counter] = [&scenario, &counts].map(|file| file.path().to_str().unwrap());
    let args = ["--repeat", "200", scenario, "--", "sh", "-c", script, counter];
    run(&args).env("TMPDIR", temporary.path()).timeout(Duration::from_secs(300)).assert().code(0);
    let counts = std::fs::read_to_string(counts.path()).unwrap();
    let counts: Vec<u64> = counts.lines().map(|line| line.trim().parse().unwrap()).collect();
    let (open, folders): (Vec<_>, Vec<_>) = counts.chunks(2).map(|pair| (pair[0], pair[1])).unzip();
    assert_eq!(open.len(), 200);
    // the first rounds open what the process keeps
    let (early, late) = (open[10..20].iter().max().unwrap(), open[190..].iter().max().unwrap());
    assert!(late <= early, "open files: {open:?}");
    assert!(folders.iter().all(|count| *count == 1), "folders: {folders:?}");
    nothing_is_left(temporary.path());
}

/// Somebody may type what is meant for us alone.
#[test]
fn a_guard_removes_no_folder_but_a_runs() {
    let folder = tempfile::tempdir().unwrap();
    let mut guard = assert_cmd::Command::cargo_bin("mockorg").unwrap();
    guard.args(["guard", "--folder", folder.path().to_str().unwrap()]).assert().code(2);
    assert!(folder.path().exists());
}
