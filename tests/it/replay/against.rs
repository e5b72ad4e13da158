//! `--against`: a second mockorg stands for a stranger's org.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use mockorg::journal::Kind;
use mockorg::org::Door;
use mockorg::{Scenario, Simulator};
use serde_json::Value;
use tempfile::TempDir;

use crate::wire::Org;

const QUICKSTART: &str = include_str!("../../../scenarios/quickstart.toml");

/// Another org, its kit, and a folder to play from.
struct Other {
    org: Org,
    folder: TempDir,
}

impl Other {
    fn quickstart() -> Self {
        Self::running(QUICKSTART)
    }

    fn running(scenario: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let scenario = Scenario::from_text(scenario, "x.toml", folder.path()).unwrap();
        let org = Org::with(Simulator::default().seed(9).kit(folder.path().join("kit")), scenario);
        Self { org, folder }
    }

    /// The quickstart with these exchanges instead of its own, in a file.
    fn write(&self, exchanges: &str) {
        let (org, _) = QUICKSTART.split_once("\n[[exchange]]").unwrap();
        fs::write(self.folder.path().join("a.toml"), format!("{org}\n{exchanges}")).unwrap();
    }

    fn command(&self) -> Command {
        let mut command = Command::cargo_bin("mockorg").unwrap();
        command.current_dir(self.folder.path()).env_clear();
        let (standard, mutual) = (self.org.standard_url(), self.org.mutual_url());
        command.args(["replay", "a.toml", "--against", "--standard", &standard, "--mutual", &mutual, "--rate", "100"]);
        command
    }

    /// With everything that its kit holds.
    fn with_kit(&self) -> Run {
        run(self.command().args(["--kit", "kit", "--json"]))
    }

    fn came(&self) -> usize {
        self.org.journal().since(0).iter().filter(|event| matches!(event.kind, Kind::Handshake(_))).count()
    }
}

struct Run {
    code: i32,
    out: String,
    err: String,
}

impl Run {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {} {}", self.out, self.err))
    }

    /// What differs in the first exchange that does.
    fn first(&self) -> Value {
        let report = self.json();
        let exchanges = report["files"][0]["exchanges"].as_array().unwrap().clone();
        exchanges.into_iter().find(|exchange| exchange["outcome"] != "as-expected").expect("a difference")
    }
}

fn run(command: &mut Command) -> Run {
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    Run { code: output.status.code().unwrap(), out: text(&output.stdout), err: text(&output.stderr) }
}

#[test]
fn the_quickstart_replays_clean_at_a_second_org() {
    let other = Other::quickstart();
    fs::write(other.folder.path().join("a.toml"), QUICKSTART).unwrap();
    let run = other.with_kit();
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{}", run.out);
    let exchanges = run.json()["files"][0]["exchanges"].as_array().unwrap().len();
    assert_eq!(other.came(), exchanges, "each of them came there");
}

#[test]
fn every_flow_logs_in_with_what_the_kit_holds() {
    let other = Other::quickstart();
    other.write(
        "[[exchange]]\nlogin = \"soap\"\nuser = \"reports@acme.example\"\n\
         [[exchange]]\nlogin = \"soap\"\nuser = \"billing@acme.example\"\nsecurity-token = true\n\
         [[exchange]]\nlogin = \"password\"\nuser = \"reports@acme.example\"\n\
         [[exchange]]\nlogin = \"client-credentials\"\n\
         [[exchange]]\nlogin = \"jwt-bearer\"\nuser = \"reports@acme.example\"\n",
    );
    let run = other.with_kit();
    assert_eq!(run.code, 0, "{}", run.out);
}

#[test]
fn a_switch_set_otherwise_is_seen_and_both_sides_are_shown() {
    let page = QUICKSTART.replacen("[[ca]]", "[edge]\nno-certificate = \"page\"\nbad-chain = \"page\"\n\n[[ca]]", 1);
    let other = Other::running(&page);
    other.write("[[exchange]]\nclient = \"expired\"\nrequest = \"GET /services/data\"\nexpect.alert = \"certificate_expired\"\n");
    let run = other.with_kit();
    let first = run.first();
    assert_eq!(run.code, 1);
    assert_eq!(first["differences"][0]["found"], "200 CERTIFICATE_ERROR_PAGE");
    assert_eq!(first["ours"], "TLS alert certificate_expired (45)");
    assert!(first["answer"].as_str().unwrap().contains("Certificate Error"));
    assert!(first["explanation"]["headline"].as_str().unwrap().contains("CN=expired"));
}

/// A switch of `[org]`, and what of the quickstart comes out otherwise.
#[test]
fn switches_of_the_org_set_otherwise_are_seen() {
    for (line, found) in [
        ("refusal-status = 403", "403 MUTUAL_AUTHENTICATION_FAILED"),
        ("soap-login = \"disabled\"", "500 INVALID_OPERATION"),
        ("mutual-auth = \"disabled\"", "200"),
    ] {
        let other =
            Other::running(&QUICKSTART.replacen("my-domain = \"acme\"", &format!("my-domain = \"acme\"\n{line}"), 1));
        fs::write(other.folder.path().join("a.toml"), QUICKSTART).unwrap();
        let run = other.with_kit();
        assert_eq!((run.code, &run.first()["found"]), (1, &Value::from(found)), "{line}");
    }
}

#[test]
fn identities_and_secrets_come_from_the_environment() {
    let other = Other::quickstart();
    other.write(
        "[[exchange]]\nname = \"login\"\nclient = \"billing\"\nlogin = \"password\"\nuser = \"billing@acme.example\"\n\
         [[exchange]]\nclient = \"billing\"\nsession = \"login\"\nrequest = \"GET /services/data/v68.0/limits\"\n",
    );
    let missing = run(other.command().args(["--server-ca", "kit/server-ca.pem"]));
    assert_eq!(missing.code, 2);
    for variable in
        ["MOCKORG_CLIENT_BILLING_PEM", "MOCKORG_USER_BILLING_ACME_EXAMPLE_PASSWORD", "MOCKORG_APP_QUICKSTART_CLIENT_ID"]
    {
        assert!(missing.out.contains(variable), "{variable} in {}", missing.out);
    }
    assert_eq!(other.came(), 0, "nothing is sent before all is there");
    let mut command = other.command();
    let given = run(command
        .args(["--server-ca", "kit/server-ca.pem"])
        .env("MOCKORG_CLIENT_BILLING_PEM", "kit/clients/billing.pem")
        .env("MOCKORG_USER_BILLING_ACME_EXAMPLE_PASSWORD", "billing-password")
        .env("MOCKORG_APP_QUICKSTART_CLIENT_ID", "quickstart-client-id")
        .env("MOCKORG_APP_QUICKSTART_CLIENT_SECRET", "quickstart-secret"));
    assert_eq!(given.code, 0, "{}{}", given.out, given.err);
}

#[test]
fn identities_and_secrets_come_from_a_file() {
    let other = Other::running(&QUICKSTART.replace("reports@acme.example", "other@acme.example"));
    other.write(
        "[[exchange]]\nname = \"login\"\nclient = \"visitor\"\nsends = [\"visitor\", \"acme-issuing\"]\n\
         login = \"soap\"\nuser = \"reports@acme.example\"\n",
    );
    let chain = fs::read_to_string(other.folder.path().join("kit/clients/visitor.crt")).unwrap();
    let issuing = chain.split_inclusive("-----END CERTIFICATE-----\n").nth(1).unwrap();
    fs::write(other.folder.path().join("issuing.pem"), issuing).unwrap();
    let file = "[client.visitor]\ncertificate = \"kit/clients/visitor.crt\"\nkey-file = \"kit/clients/visitor.key\"\n\
                [ca.acme-issuing]\ncertificate = \"issuing.pem\"\n\
                [user.\"reports@acme.example\"]\nusername = \"other@acme.example\"\npassword-env = \"SECRET\"\n";
    fs::write(other.folder.path().join("uat.toml"), file).unwrap();
    let mut command = other.command();
    let command = command.args(["--server-ca", "kit/server-ca.pem", "--credentials", "uat.toml"]);
    let given = run(command.env("SECRET", "reports-password"));
    assert_eq!(given.code, 0, "{}{}", given.out, given.err);
}

#[test]
fn a_file_of_credentials_that_is_wrong_is_named_without_its_line() {
    let other = Other::quickstart();
    other.write("");
    for (file, said) in [
        ("[user.\"a@b.c\"]\npasword = \"hidden\"\n", "uat.toml:2: unknown field `pasword`"),
        ("[client.billing]\npem = 1\n", "uat.toml:2: invalid type"),
        (
            "[client.billing]\ncertificate = \"a\"\n",
            "uat.toml: [client.billing] has neither pem nor certificate and key-file",
        ),
    ] {
        fs::write(other.folder.path().join("uat.toml"), file).unwrap();
        let run = run(other.command().args(["--credentials", "uat.toml"]));
        assert_eq!(run.code, 2);
        assert!(run.err.contains(said) && !run.err.contains("hidden"), "{}", run.err);
    }
}

#[test]
fn a_key_that_is_another_certificates_is_named() {
    let other = Other::quickstart();
    other.write("[[exchange]]\nclient = \"billing\"\nrequest = \"GET /services/data\"\n");
    let run = run(other
        .command()
        .env("MOCKORG_CLIENT_BILLING_CERT", "kit/clients/billing.crt")
        .env("MOCKORG_CLIENT_BILLING_KEY", "kit/clients/visitor.key"));
    assert_eq!(run.code, 2);
    assert!(run.out.contains("the key in kit/clients/visitor.key is not that of the first certificate"), "{}", run.out);
}

#[test]
fn nothing_is_written_without_a_word() {
    let other = Other::quickstart();
    other.write(
        "[[exchange]]\nrequest = \"GET /services/data\"\n\
         [[exchange]]\nname = \"revocation\"\nrequest = \"POST /services/oauth2/revoke\"\nform = { token = \"x\" }\nexpect.status = \"4xx\"\n",
    );
    let run_with = |more: &[&str]| run(other.command().args(["--server-ca", "kit/server-ca.pem"]).args(more));
    let refused = run_with(&[]);
    assert_eq!(refused.code, 2);
    assert!(refused.out.contains("revocation (line 80) may change something there"), "{}", refused.out);
    assert_eq!(other.came(), 0, "not even what comes before it is sent");
    assert_eq!(run_with(&["--allow-writes"]).json_free_code(), 0);
    assert_eq!(other.came(), 2);
}

impl Run {
    #[track_caller]
    fn json_free_code(&self) -> i32 {
        assert!(self.err.is_empty(), "{}", self.err);
        self.code
    }
}

#[test]
fn the_proxy_door_of_another_org_is_not_looked_for() {
    let other = Other::quickstart();
    other.write("[[exchange]]\nby-proxy = \"login.salesforce.com\"\nrequest = \"GET /services/data\"\n");
    let run = other.with_kit();
    assert_eq!(run.code, 2);
    let why = "goes by the proxy door, which only an org of ours has: leave `by-proxy` out";
    assert!(run.out.contains(why), "{}", run.out);
    assert_eq!(other.came(), 0);
}

#[test]
fn http_2_kept_connections_and_resumption_are_played_there_too() {
    let other = Other::running(&QUICKSTART.replacen("[[ca]]", "[edge]\nresumption = \"trust\"\n\n[[ca]]", 1));
    other.write(
        "[[exchange]]\nname = \"first\"\nconnection = \"a\"\nhttp = \"2\"\nclient = \"billing\"\nrequest = \"GET /services/data\"\n\
         [[exchange]]\nconnection = \"a\"\nrequest = \"GET /services/data/v68.0\"\nexpect.status = 401\n\
         [[exchange]]\nresume = \"first\"\nclient = \"billing\"\nrequest = \"GET /services/data\"\nexpect.resumed = true\n",
    );
    let run = other.with_kit();
    // ours does not resume: what is found here is as the file says, and nothing is said of ours
    assert_eq!(run.code, 0, "{}", run.out);
    assert_eq!(other.came(), 2);
}

#[test]
fn what_may_be_production_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.toml"), "format = 1\n[org]\nname = \"Acme\"\n").unwrap();
    let said = |standard: &str| {
        let mut command = Command::cargo_bin("mockorg").unwrap();
        let command = command.current_dir(folder.path());
        run(command.args(["replay", "a.toml", "--against", "--standard", standard, "--mutual", "https://localhost:1"]))
    };
    for (url, why) in [
        ("https://login.salesforce.com", "https://login.salesforce.com may be a production org: --production"),
        ("https://acme.my.salesforce.com", "may be a production org"),
        ("http://localhost:1", "does not begin with https"),
        ("https://user:secret@localhost", "has a user in it"),
        ("https://localhost/path", "has a path"),
    ] {
        let run = said(url);
        assert_eq!(run.code, 2);
        assert!(run.err.contains(why), "{}", run.err);
    }
}

#[test]
fn an_org_that_says_it_is_no_sandbox_is_asked_nothing_more() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = Scenario::from_text(QUICKSTART, "x.toml", Path::new(".")).unwrap();
    let kit = folder.path().join("kit");
    let org = Org::with(Simulator::default().seed(9).advertise(["org.test"]).kit(&kit), scenario);
    let against = |host: &str, production: bool| {
        let url = |door| format!("https://{host}:{}", org.port(door));
        let roots = vec![org.server_ca().x509().to_owned()];
        mockorg::replay::Against::new(&url(Door::Standard), &url(Door::Mutual), roots, production).unwrap()
    };
    let login = "[[exchange]]\nname = \"login\"\nlogin = \"soap\"\nuser = \"reports@acme.example\"\n\
                 [[exchange]]\nsession = \"login\"\nrequest = \"GET /services/data/v68.0/limits\"\n";
    let scenario = super::quickstart(login);
    let played = |host: &str, production: bool| {
        let kit = mockorg::replay::Sources::read_kit(&kit).unwrap();
        let sources = mockorg::replay::Sources { file: None, environment: Box::new(|_| None), kit: Some(kit) };
        let given = sources.gather(&scenario).unwrap_or_else(|missing| panic!("{missing:?}"));
        let party = mockorg::replay::Party::other(&against(host, production), given).reached_at("127.0.0.1");
        let played = super::runtime().block_on(mockorg::replay::Player::new(party).all(&scenario.exchanges));
        played.exchanges.into_iter().map(|exchange| exchange.found).collect::<Vec<_>>()
    };
    let stopped = "not played: the org says that it is no sandbox: --production says that it is meant";
    assert_eq!(played("org.test", false), ["200", stopped]);
    assert_eq!(played("org.test", true), ["200", "200"]);
    assert_eq!(played("localhost", false), ["200", "200"]);
}

#[test]
fn the_flags_of_against_need_it() {
    let folder = tempfile::tempdir().unwrap();
    let code = |args: &[&str]| {
        let mut command = Command::cargo_bin("mockorg").unwrap();
        run(command.current_dir(folder.path()).args(["replay", "a.toml"]).args(args)).code
    };
    assert_eq!(code(&["--against"]), 2);
    assert_eq!(code(&["--against", "--standard", "https://localhost:1"]), 2);
    assert_eq!(code(&["--standard", "https://localhost:1"]), 2);
    assert_eq!(code(&["--allow-writes"]), 2);
    assert_eq!(code(&["--password", "x"]), 2, "secrets are no arguments");
}
