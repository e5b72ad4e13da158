//! `mockorg rehearse` as people type it: renewals of a team's own certificates, good and bad, with curl as the client.
#![cfg(unix)]

use std::path::{Path, PathBuf};
use std::time::Duration;

use assert_cmd::Command;
use expect_test::expect_file;
use serde_json::Value;

mod going_on; // a command that runs through all phases
mod refused; // what cannot be rehearsed

/// What a team has from a CA of its own.
const TEAM: &str = "
format = 1
[org]
name = \"Team\"
[[ca]]
name = \"team-root\"
listed = true
[[ca]]
name = \"team-issuing\"
issuer = \"team-root\"
[[client]]
name = \"old\"
issuer = \"team-issuing\"
[[client]]
name = \"new\"
issuer = \"team-issuing\"
[[client]]
name = \"third\"
issuer = \"team-issuing\"
[[client]]
name = \"server-only\"
issuer = \"team-issuing\"
extended-key-usage = [\"serverAuth\"]
[[client]]
name = \"leaf-only\"
issuer = \"team-issuing\"
sends = \"leaf\"
[[client]]
name = \"short\"
issuer = \"team-issuing\"
valid = { from = \"-1d\", until = \"3d\" }
";

/// Logs in as a user who is held to the certificate, and makes one call.
const CALL: &str = r#"
curl() { command curl -q --silent --output /dev/null --cacert "$MOCKORG_SERVER_CA" "$@"; }
body='grant_type=password&client_id=quickstart-client-id&client_secret=quickstart-secret'
login() { # USERNAME PASSWORD
    command curl -q --silent --cacert "$MOCKORG_SERVER_CA" -d "$body&username=$1&password=$2" \
        "$MOCKORG_STANDARD_URL/services/oauth2/token" | sed 's/.*"access_token":"\([^"]*\)".*/\1/'
}
limits() { # TOKEN
    curl --fail --cert "$MOCKORG_CLIENT_FILE" ${MOCKORG_CLIENT_KEY:+--key "$MOCKORG_CLIENT_KEY"} \
        -H "Authorization: Bearer $1" "$MOCKORG_MUTUAL_URL/services/data/v64.0/limits"
}
call() { limits "$(login billing@acme.example billing-password)"; }
"#;

/// A folder of the team's certificates, and how its renewal is rehearsed there.
struct Team {
    folder: tempfile::TempDir,
    root: bool,
}

impl Team {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let scenario = folder.path().join("team.toml");
        std::fs::write(&scenario, TEAM).unwrap();
        let out = folder.path().join("certs");
        let args = ["certs", scenario.to_str().unwrap(), "--out", out.to_str().unwrap()];
        crate::cli::mockorg(&args).assert().success();
        Self { folder, root: true }
    }

    fn without_root() -> Self {
        Self { root: false, ..Self::new() }
    }

    fn client(&self, file: &str) -> PathBuf {
        self.folder.path().join("certs/clients").join(file)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A rehearsal from one file to another, with `script` after [`CALL`] as the client.
    fn rehearse(&self, files: [&str; 2], args: &[&str], script: &str) -> Command {
        let mut command = Command::cargo_bin("mockorg").unwrap();
        for inherited in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "CLICOLOR_FORCE"] {
            command.env_remove(inherited);
        }
        command.timeout(Duration::from_secs(60)).args(["rehearse", "--seed", "7"]);
        let [old, new] = files.map(|file| self.client(file));
        command.arg("--old").arg(old).arg("--new").arg(new).args(args);
        if self.root {
            command.arg("--root").arg(self.folder.path().join("certs/cas/team-root.crt"));
        }
        command.args(["--", "sh", "-c", &format!("{CALL}\n{script}")]);
        command
    }

    /// The report of a rehearsal that ends with this exit code, and what it says.
    fn report(&self, files: [&str; 2], args: &[&str], script: &str, code: i32) -> (Value, String) {
        let args: Vec<&str> = args.iter().copied().chain(["--json"]).collect();
        let output = self.rehearse(files, &args, script).assert().code(code).get_output().clone();
        let said = String::from_utf8(output.stderr).unwrap();
        let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {said}"));
        (report, masked(&said, self.folder.path()))
    }
}

/// Without what differs from run to run.
fn masked(text: &str, folder: &Path) -> String {
    let mut text = text.replace(folder.to_str().unwrap(), "FOLDER");
    for (before, after) in [
        ("serial ", &[',', ')'][..]),
        ("until 2", &['\n']),
        ("calls failed for ", &[':']),
        ("both were uploaded for ", &['\n']),
        ("it lasted ", &['\n']),
        ("seen      event ", &[' ']),
        // curl's, which differs from version to version
        ("exit code ", &['\n', '"']),
        ("time=\"", &['"']),
        ("name=\"seed\" value=\"", &['"']),
    ] {
        let mut from = 0;
        while let Some(start) = text[from..].find(before).map(|at| from + at + before.len()) {
            let Some(end) = text[start..].find(after).map(|at| start + at) else { break };
            text.replace_range(start..end, "*");
            from = start;
        }
    }
    text
}

/// `granted by old, by new, refused` of each phase.
fn calls(report: &Value) -> Vec<(String, u64, u64, u64)> {
    let phases = report["phases"].as_array().unwrap();
    let count = |phase: &Value, key: &str| phase[key].as_u64().unwrap();
    let of = |phase: &Value| {
        let name = phase["phase"].as_str().unwrap().to_owned();
        (name, count(phase, "granted_by_old"), count(phase, "granted_by_new"), count(phase, "refused"))
    };
    phases.iter().map(of).collect()
}

fn expected<const N: usize>(phases: [(&str, u64, u64, u64); N]) -> Vec<(String, u64, u64, u64)> {
    phases.map(|(name, old, new, refused)| (name.to_owned(), old, new, refused)).to_vec()
}

#[test]
fn a_renewal_with_an_overlap_goes_through_without_a_failed_call() {
    let team = Team::new();
    let (report, said) = team.report(["old.pem", "new.pem"], &[], "call", 0);
    let phases = [("before", 1, 0, 0), ("upload", 1, 0, 0), ("cut-over", 0, 1, 0), ("delete", 0, 1, 0)];
    assert_eq!(calls(&report), expected(phases));
    assert_eq!((&report["holds"], &report["overlap"]), (&true.into(), &"clean".into()));
    assert_eq!((&report["failed"]["wall_ms"], &report["culprit"]), (&0.into(), &Value::Null));
    expect_file!["../golden/rehearse-clean.txt"].assert_eq(&said);
}

#[test]
fn a_chain_that_lacks_its_intermediate_is_the_cut_overs_fault() {
    let team = Team::new();
    let junit = team.file("junit.xml");
    let files = ["old.pem", "leaf-only.pem"];
    let (report, said) = team.report(files, &["--junit", junit.to_str().unwrap()], "call", 1);
    let phases = [("before", 1, 0, 0), ("upload", 1, 0, 0), ("cut-over", 0, 0, 1), ("delete", 0, 0, 1)];
    assert_eq!(calls(&report), expected(phases));
    let culprit = &report["culprit"];
    assert_eq!((&culprit["step"], &culprit["event"]["kind"]), (&"cut-over".into(), &"handshake".into()));
    let cure = culprit["cure"].as_str().unwrap();
    assert!(cure.contains("old.pem has what") && cure.contains("CN=team-issuing,O=Team: put it into"), "{cure}");
    let windows = report["failed"]["windows"].as_array().unwrap();
    assert_eq!((windows.len(), &windows[0]["recovered"]), (1, &false.into()));
    expect_file!["../golden/rehearse-leaf-only.txt"].assert_eq(&said);
    let junit = std::fs::read_to_string(junit).unwrap();
    expect_file!["../golden/rehearse-junit.xml"].assert_eq(&masked(&junit, team.folder.path()));
}

#[test]
fn a_private_root_that_is_not_listed_is_named_with_its_cure() {
    let team = Team::without_root();
    let (report, said) = team.report(["old.pem", "new.pem"], &[], "call", 1);
    assert_eq!(report["culprit"]["step"], "before", "{said}");
    let cure = report["culprit"]["cure"].as_str().unwrap();
    assert!(cure.contains("CN=team-root,O=Team") && cure.contains("--root FILE"), "{cure}");
}

#[test]
fn a_certificate_that_is_for_servers_only_fails_at_its_upload() {
    let (report, said) = Team::new().report(["old.pem", "server-only.pem"], &[], "call", 1);
    assert_eq!(report["culprit"]["step"], "upload", "{said}");
    let headline = report["culprit"]["explanation"]["headline"].as_str().unwrap();
    assert!(headline.contains("CN=server-only,O=Team is not for client authentication"), "{headline}");
    assert_eq!(report["culprit"]["event"]["kind"], "handshake", "the first call that was refused, two phases later");
}

#[test]
fn an_upload_that_never_comes_is_the_culprit() {
    let team = Team::new();
    let (report, said) = team.report(["old.pem", "new.pem"], &["--order", "cut-over,delete"], "call", 1);
    assert_eq!(calls(&report), expected([("before", 1, 0, 0), ("cut-over", 0, 0, 1), ("delete", 0, 0, 1)]));
    assert_eq!((&report["culprit"]["step"], &report["overlap"]), (&"upload".into(), &"none".into()), "{said}");
    assert!(said.contains("its upload never comes"), "{said}");
}

#[test]
fn a_gap_is_as_long_as_the_orgs_clock_says() {
    let team = Team::new();
    let args = ["--order", "delete,upload,cut-over", "--between", "1d"];
    let (report, said) = team.report(["old.pem", "new.pem"], &args, "call", 1);
    let phases = [("before", 1, 0, 0), ("delete", 0, 0, 1), ("upload", 0, 0, 1), ("cut-over", 0, 1, 0)];
    assert_eq!(calls(&report), expected(phases));
    assert_eq!(report["culprit"]["step"], "delete", "{said}");
    let failed = &report["failed"];
    let days = failed["org_ms"].as_f64().unwrap() / 86_400_000.0;
    assert!((1.9..2.1).contains(&days), "{failed}");
    let window = &failed["windows"][0];
    assert_eq!((&window["from_phase"], &window["until_phase"]), (&"delete".into(), &"cut-over".into()));
    assert_eq!(window["recovered"], true);
}

#[test]
fn an_old_certificate_that_expires_before_the_cut_over_is_found_by_moving_the_clock() {
    let team = Team::new();
    let (report, said) = team.report(["short.pem", "new.pem"], &["--between", "7d"], "call", 1);
    assert_eq!(calls(&report)[1], ("upload".into(), 0, 0, 1), "{said}");
    assert!(report["culprit"]["explanation"]["headline"].as_str().unwrap().ends_with("expired"), "{said}");
}

#[test]
fn a_client_that_never_goes_over_is_told_of_though_it_fails_only_at_the_end() {
    let team = Team::new();
    let script = "MOCKORG_CLIENT_FILE=$MOCKORG_OLD_FILE; call";
    let (report, said) = team.report(["old.pem", "new.pem"], &[], script, 1);
    let phases = [("before", 1, 0, 0), ("upload", 1, 0, 0), ("cut-over", 1, 0, 0), ("delete", 0, 0, 1)];
    assert_eq!(calls(&report), expected(phases));
    assert_eq!(report["culprit"]["step"], "cut-over", "{said}");
    assert!(said.contains("the client still shows the old certificate"), "{said}");
    assert!(said.contains("which is not uploaded"), "the first refused call explains itself: {said}");
}

#[test]
fn a_third_certificate_is_neither_of_the_two() {
    let team = Team::new();
    let third = team.client("third.pem");
    let script = format!("MOCKORG_CLIENT_FILE={}; call", third.display());
    let (report, said) = team.report(["old.pem", "new.pem"], &[], &script, 1);
    assert_eq!(report["culprit"]["step"], "client", "{said}");
    assert!(said.contains("CN=third,O=Team, which is neither of the two"), "{said}");
}

#[test]
fn a_rehearsal_without_a_call_that_needs_the_certificate_proves_nothing() {
    let team = Team::new();
    let (report, said) = team.report(["old.pem", "new.pem"], &[], "true", 1);
    assert_eq!(report["culprit"]["step"], "client");
    assert!(said.contains("no call came to the mutual door: nothing is proven"), "{said}");
    let free = "limits \"$(login reports@acme.example reports-password)\"";
    let (report, said) = team.report(["old.pem", "new.pem"], &[], free, 1);
    assert_eq!(report["phases"][0]["granted_without_need"], 1, "{said}");
    assert!(said.contains("only to users who need no certificate"), "{said}");
}

#[test]
fn a_command_that_fails_in_a_phase_is_no_though_its_calls_were_granted() {
    let team = Team::new();
    let script = "call && test \"$MOCKORG_PHASE\" != cut-over";
    let (report, said) = team.report(["old.pem", "new.pem"], &[], script, 1);
    assert_eq!(report["culprit"]["step"], "client");
    let why = "no call failed, but the command ended with exit code 1 in the phase cut-over";
    assert_eq!(report["culprit"]["why"], why, "{said}");
}

#[test]
fn key_files_are_handed_on_by_name_and_key_stores_are_read() {
    let team = Team::new();
    let keys = [team.client("old.key"), team.client("new.key")];
    let [old, new] = keys.each_ref().map(|key| key.to_str().unwrap());
    let args = ["--old-key", old, "--new-key", new];
    let (report, said) = team.report(["old.crt", "new.crt"], &args, "call", 0);
    assert_eq!(report["holds"], true, "{said}");
    let store = |name: &str| {
        let [pem, out] = [format!("{name}.pem"), format!("{name}.p12")].map(|file| team.client(&file));
        let mut openssl = Command::new("openssl");
        let args = ["pkcs12", "-export", "-passout", "pass:changeit", "-in"];
        openssl.args(args).arg(pem).arg("-out").arg(out).assert().success();
    };
    store("old");
    store("new");
    let script = "curl() { command curl -q --silent --output /dev/null --cacert \"$MOCKORG_SERVER_CA\" --cert-type P12 \
                  --pass changeit \"$@\"; }; call";
    let (report, said) = team.report(["old.p12", "new.p12"], &[], script, 0);
    assert_eq!(report["new"]["certificates"], 2, "{said}");
}

#[test]
fn the_scenarios_own_upload_of_the_old_certificate_is_used() {
    let team = Team::new();
    let text = include_str!("../../scenarios/quickstart.toml");
    let upload = |label: &str, client: &str| {
        format!("\n[[mutual-auth-certificate]]\nlabel = \"{label}\"\nfile = \"certs/clients/{client}.crt\"\n")
    };
    let scenario = team.file("org.toml");
    let path = scenario.to_str().unwrap();
    std::fs::write(&scenario, format!("{text}{}", upload("Last year", "old"))).unwrap();
    let (report, said) = team.report(["old.pem", "new.pem"], &[path], "call", 0);
    assert_eq!(calls(&report)[3], ("delete".into(), 0, 1, 0), "{said}");
    std::fs::write(&scenario, format!("{text}{}", upload("This year", "new"))).unwrap();
    let output = team.rehearse(["old.pem", "new.pem"], &[path], "call").assert().code(2).get_output().clone();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("the scenario has it uploaded already, as 'This year'"), "{said}");
}
