//! `--continuous`: one command through all phases, which is to notice by itself that its certificate was replaced.

use super::Team;

#[test]
fn a_client_that_reads_its_file_for_every_call_goes_over_by_itself() {
    let team = Team::new();
    let (report, said) = team.report(["old.pem", "new.pem"], &["--continuous"], "while :; do call; done", 0);
    let phases = report["phases"].as_array().unwrap();
    assert_eq!(phases.len(), 4, "{said}");
    assert!(phases[0]["granted_by_old"].as_u64().unwrap() >= 3, "{said}");
    assert!(phases[3]["granted_by_new"].as_u64().unwrap() >= 3, "{said}");
    assert_eq!((&report["overlap"], &report["failed"]["wall_ms"]), (&"clean".into(), &0.into()), "{said}");
    assert!(said.ends_with("yes: the renewal goes through without a failed call\n"), "{said}");
}

#[test]
fn key_files_go_over_with_it() {
    let team = Team::new();
    let keys = [team.client("old.key"), team.client("new.key")];
    let [old, new] = keys.each_ref().map(|key| key.to_str().unwrap());
    let args = ["--continuous", "--calls", "1", "--old-key", old, "--new-key", new];
    // a call that falls between the two links fails before it reaches the org, and the next one does not
    let (report, said) = team.report(["old.crt", "new.crt"], &args, "while :; do call; done", 0);
    assert_eq!(report["holds"], true, "{said}");
}

#[test]
fn a_client_that_loaded_its_certificate_once_fails_when_the_old_one_is_deleted() {
    let team = Team::new();
    let copy = team.file("copy.pem");
    let script =
        format!("cat \"$MOCKORG_CLIENT_FILE\" > {0}; MOCKORG_CLIENT_FILE={0}; while :; do call; done", copy.display());
    let args = ["--continuous", "--patience", "1s", "--calls", "2"];
    let (report, said) = team.report(["old.pem", "new.pem"], &args, &script, 1);
    assert_eq!(report["culprit"]["step"], "cut-over", "{said}");
    let phases = report["phases"].as_array().unwrap();
    assert!(phases[2]["granted_by_old"].as_u64().unwrap() > 0 && phases[3]["refused"].as_u64().unwrap() > 0, "{said}");
    assert!(said.contains("the client still shows the old certificate"), "{said}");
    assert_eq!(report["failed"]["windows"][0]["from_phase"], "delete", "{said}");
}

/// Loads its certificate at the start, and again when it is told to.
fn daemon(team: &Team, signal: &str) -> String {
    let copy = team.file("loaded.pem");
    let load = format!("load() {{ cat \"$deployed\" > {0}.new; mv {0}.new {0}; }}", copy.display());
    let start = format!("deployed=$MOCKORG_CLIENT_FILE; MOCKORG_CLIENT_FILE={}", copy.display());
    format!("{load}; {start}; trap load {signal}; load; while :; do call; done")
}

#[test]
fn a_daemon_that_reloads_when_it_is_told_to_goes_over_at_the_signal() {
    let team = Team::new();
    for (signal, given) in [("HUP", "HUP"), ("USR1", "sigusr1")] {
        let args = ["--continuous", "--calls", "2", "--reload", given];
        let (report, said) = team.report(["old.pem", "new.pem"], &args, &daemon(&team, signal), 0);
        assert_eq!((&report["overlap"], &report["failed"]["wall_ms"]), (&"clean".into(), &0.into()), "{said}");
        assert!(report["phases"][3]["granted_by_new"].as_u64().unwrap() >= 2, "{said}");
    }
}

#[test]
fn a_daemon_that_is_told_by_another_signal_does_not_go_over() {
    let team = Team::new();
    let args = ["--continuous", "--calls", "2", "--patience", "1s", "--reload", "HUP"];
    // what the signal does by default is to end it
    let (report, said) = team.report(["old.pem", "new.pem"], &args, &daemon(&team, "USR1"), 1);
    assert_eq!(report["ended"]["signal"], 1, "{said}");
    assert_eq!(
        (&report["culprit"]["step"], &report["phases"][2]["granted_by_new"]),
        (&"client".into(), &0.into()),
        "{said}"
    );
}

#[test]
fn a_command_that_ends_by_itself_leaves_phases_unplayed() {
    let team = Team::new();
    let (report, said) = team.report(["old.pem", "new.pem"], &["--continuous", "--calls", "2"], "call; call", 1);
    assert!(report["not_played"].as_array().unwrap().contains(&"delete".into()), "{said}");
    assert!(said.contains("not played") && said.contains("culprit: client"), "{said}");
}
