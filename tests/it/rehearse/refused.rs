//! What cannot be rehearsed: exit code 2, what is wrong with which file, and nothing left behind.

use super::Team;

fn could_not(team: &Team, files: [&str; 2], args: &[&str], words: &str) {
    let output = team.rehearse(files, args, "call").assert().code(2).stdout("").get_output().clone();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(words), "{words:?} is missing in {said}");
}

#[test]
fn files_that_hold_no_two_certificates() {
    let team = Team::new();
    could_not(&team, ["old.pem", "old.crt"], &[], "hold the same certificate, CN=old,O=Team; a renewal has two");
    could_not(&team, ["old.pem", "old.key"], &[], "old.key: a private key without a certificate");
    could_not(&team, ["old.pem", "no-such.pem"], &[], "no-such.pem: No such file");
    could_not(&team, ["old.pem", "new.pem"], &["--new-alias", "x"], "new.pem: not a key store");
    could_not(&team, ["old.pem", "new.pem"], &["--new-key", "no-such.key"], "no-such.key: No such file");
}

#[test]
fn a_root_that_is_none() {
    let team = Team::new();
    let issuing = team.file("certs/cas/team-issuing.crt");
    let words = "CN=team-issuing,O=Team is no root: it is issued by CN=team-root,O=Team";
    could_not(&team, ["old.pem", "new.pem"], &["--root", issuing.to_str().unwrap()], words);
}

#[test]
fn steps_that_make_no_sense() {
    let team = Team::new();
    could_not(&team, ["old.pem", "new.pem"], &["--order", "upload,upload"], "--order: upload comes twice");
    could_not(&team, ["old.pem", "new.pem"], &["--order", "revoke"], "invalid value 'revoke'");
    could_not(&team, ["old.pem", "new.pem"], &["--calls", "3"], "--continuous");
    could_not(&team, ["old.pem", "new.pem"], &["--reload", "HUP"], "--continuous");
}

#[test]
fn a_command_that_does_not_start_or_a_report_that_cannot_be_written() {
    let team = Team::new();
    for flag in ["--report", "--junit"] {
        let output =
            team.rehearse(["old.pem", "new.pem"], &[flag, "/no/such/folder/file"], "echo run").assert().code(2);
        let words = "mockorg: /no/such/folder/file: No such file or directory (os error 2)\n";
        output.stdout("").stderr(words.to_owned());
    }
    let temporary = tempfile::tempdir().unwrap();
    for continuous in [&[][..], &["--continuous"]] {
        let mut command = crate::cli::mockorg(&["rehearse"]);
        command.arg("--old").arg(team.client("old.pem")).arg("--new").arg(team.client("new.pem"));
        command.env("TMPDIR", temporary.path()).args(continuous).args(["--", "/no/such/command"]);
        command.assert().code(2).stdout("").stderr("mockorg: /no/such/command: no such command\n");
        assert_eq!(std::fs::read_dir(temporary.path()).unwrap().count(), 0);
    }
}

#[test]
fn a_signal_ends_the_command_and_no_further_phase_begins() {
    let team = Team::new();
    let (report, said) = team.report(["old.pem", "new.pem"], &[], "kill -TERM $PPID; exec sleep 60", 1);
    assert_eq!(report["phases"][0]["ended"]["signal"], 15, "{said}");
    assert_eq!(report["not_played"], serde_json::json!(["upload", "cut-over", "delete"]), "{said}");
}
