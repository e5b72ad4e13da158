//! Every subcommand, by the built binary.

use assert_cmd::Command;
use expect_test::{expect, expect_file};

mod explain;
mod foreign;
mod new;
mod serve;

/// The built program, whatever the terminal of whoever runs the tests.
pub fn mockorg(args: &[&str]) -> Command {
    let mut command = Command::cargo_bin("mockorg").unwrap();
    command.env_remove("COLUMNS").env_remove("CLICOLOR_FORCE").args(args);
    command
}

fn stdout(args: &[&str]) -> String {
    String::from_utf8(mockorg(args).assert().success().get_output().stdout.clone()).unwrap()
}

#[test]
fn help_teaches() {
    let mut help = String::new();
    for command in [
        "",
        "certs",
        "check",
        "completions",
        "doctor",
        "explain",
        "fidelity",
        "healthcheck",
        "new",
        "rehearse",
        "run",
        "schema",
        "serve",
        "ctl",
        "ctl advertise",
        "ctl certificates",
        "ctl certificates upload",
        "ctl clients",
        "ctl clock",
        "ctl crl",
        "ctl expectations",
        "ctl faults",
        "ctl faults set",
        "ctl journal",
        "ctl kit",
        "ctl switches",
        "ctl trust",
        "ctl users",
        "ctl users permissions",
    ] {
        let command: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
        help.push_str(&format!("$ mockorg {}\n{}\n", command.join(" "), stdout(&command)));
    }
    expect_file![concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/help.txt")].assert_eq(&help);
}

#[test]
fn a_command_that_does_not_exist_could_not_run() {
    mockorg(&["chek"]).assert().code(2).stdout("");
    mockorg(&[]).assert().code(2).stdout("");
}

#[test]
fn check_is_content_with_a_file_that_is_right() {
    let right = "scenarios/quickstart.toml: right\n";
    mockorg(&["check", "scenarios/quickstart.toml"]).assert().code(0).stdout(right).stderr("");
}

#[test]
fn check_says_no_to_a_file_that_is_wrong() {
    let output =
        mockorg(&["check", "tests/bad/user-permission-unknown.toml"]).assert().code(1).stdout("").get_output().clone();
    expect![[r#"
        tests/bad/user-permission-unknown.toml:9:33: unknown permission "enforce-ssl"; did you mean "enforce-mutual-authentication"?
          |
        9 | permissions = ["api-only-user", "enforce-ssl"]
          |                                 ^^^^^^^^^^^^^

    "#]]
    .assert_eq(&String::from_utf8(output.stderr).unwrap());
}

/// What only the org can find has its place in the file all the same, in `check` and in `serve`.
#[test]
fn an_upload_that_the_org_would_refuse_is_a_mistake_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("selfie.toml");
    let text = "format = 1\n\n[org]\nname = \"Acme\"\n\n[[client]]\nname = \"selfie\"\n\n\
                [[mutual-auth-certificate]]\nlabel = \"Selfie\"\nclient = \"selfie\"\n";
    std::fs::write(&file, text).unwrap();
    for (command, code) in [("check", 1), ("serve", 2)] {
        let output = mockorg(&[command, file.to_str().unwrap()]).assert().code(code).get_output().clone();
        let said = String::from_utf8(output.stderr).unwrap();
        for words in ["selfie.toml:10:9: the org refuses this upload", "is self-signed", "signed by a CA", "^^^^^^^^"] {
            assert!(said.contains(words), "{command}: {words:?} is missing in:\n{said}");
        }
    }
}

#[test]
fn check_could_not_run_on_a_file_that_is_not_there() {
    let files = ["check", "scenarios/quickstart.toml", "tests/bad/missing.toml", "tests/bad/format-zero.toml"];
    mockorg(&files).assert().code(2).stdout("scenarios/quickstart.toml: right\n");
}

#[test]
fn check_in_json_has_every_file_and_its_mistakes() {
    let files =
        ["check", "--json", "scenarios/quickstart.toml", "tests/bad/ca-issuer-itself.toml", "tests/bad/missing.toml"];
    let output = mockorg(&files).assert().code(2).stderr("").get_output().clone();
    expect![[r#"
        [
          {
            "file": "scenarios/quickstart.toml",
            "outcome": "right",
            "mistakes": []
          },
          {
            "file": "tests/bad/ca-issuer-itself.toml",
            "outcome": "wrong",
            "mistakes": [
              {
                "line": 8,
                "column": 10,
                "message": "\"acme-root\" names itself as its issuer; leave issuer out for a root"
              }
            ]
          },
          {
            "file": "tests/bad/missing.toml",
            "outcome": "unreadable",
            "mistakes": [
              {
                "message": "no such file"
              }
            ]
          }
        ]
    "#]]
    .assert_eq(&String::from_utf8(output.stdout).unwrap());
}

#[test]
fn check_reads_outside_the_folder_only_when_told() {
    let folder = tempfile::tempdir().unwrap();
    stdout(&["certs", "--out", folder.path().join("certs").to_str().unwrap()]);
    std::fs::create_dir(folder.path().join("inside")).unwrap();
    let file = folder.path().join("inside/x.toml");
    let upload = "[[mutual-auth-certificate]]\nlabel = \"Billing\"\nfile = \"../certs/clients/billing.crt\"\n";
    std::fs::write(&file, format!("format = 1\n[org]\nname = \"Acme\"\n{upload}")).unwrap();
    let file = file.to_str().unwrap();
    mockorg(&["check", file]).assert().code(1);
    mockorg(&["check", "--allow-outside", file]).assert().code(0);
}

#[test]
fn check_upgrade_leaves_the_only_format_as_it_is() {
    let before = std::fs::read("scenarios/quickstart.toml").unwrap();
    let said = "scenarios/quickstart.toml: already of format 1, the only one there has been; left as it is\n";
    mockorg(&["check", "--upgrade", "scenarios/quickstart.toml"]).assert().code(0).stdout(said);
    assert_eq!(std::fs::read("scenarios/quickstart.toml").unwrap(), before);
}

#[test]
fn schema_prints_the_schema() {
    let printed: serde_json::Value = serde_json::from_str(&stdout(&["schema"])).unwrap();
    assert_eq!(printed, mockorg::scenario::schema());
}

#[test]
fn completions_name_every_subcommand_for_every_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = stdout(&["completions", shell]);
        for command in ["check", "completions", "ctl", "schema"] {
            assert!(script.contains(command), "{command} for {shell}");
        }
        assert!(!script.contains("guard"), "it is not for people, in {shell}");
    }
    mockorg(&["completions", "dos"]).assert().code(2);
}

#[test]
fn output_that_nobody_reads_is_no_failure() {
    // a pipe that is closed before anything is written
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin("mockorg"));
    let status = command.arg("schema").stdout(writer).status().unwrap();
    assert!(status.success(), "{status}");
}
