//! `mockorg ctl` and `explain --admin`, by the built binary against an org of this process.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use mockorg::Certificate;
use mockorg::scenario::Permission;
use serde_json::Value;

use crate::wire::Org;

/// The program with an environment that names no org.
fn program() -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("mockorg"));
    for name in ["MOCKORG_KIT", "MOCKORG_ADMIN_URL", "MOCKORG_ADMIN_TOKEN", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    command
}

fn ctl(org: &Org, args: &[&str]) -> Output {
    let (url, token) = (org.admin_url(), org.admin_token());
    program().arg("ctl").args(args).args(["--admin", &url, "--token", token]).output().unwrap()
}

/// What it says when all is well.
fn said(org: &Org, args: &[&str]) -> String {
    let output = ctl(org, args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn json(org: &Org, args: &[&str]) -> Value {
    let args: Vec<_> = args.iter().copied().chain(["--json"]).collect();
    serde_json::from_str(&said(org, &args)).unwrap()
}

/// What it says when it exits with that code.
fn failed(output: &Output, code: i32) -> String {
    assert_eq!(output.status.code(), Some(code), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn a_step_is_called_by_its_name() {
    let step = "[[step]]\nname = \"cut over\"\non = \"call\"\ndo.revoke = \"billing\"\n";
    let org = Org::from_toml(&format!("{}\n{step}", include_str!("../../scenarios/quickstart.toml")));
    assert_eq!(said(&org, &["step", "cut over"]), "played\n");
    let again = failed(&ctl(&org, &["step", "cut over"]), 1);
    assert!(again.contains("the step \"cut over\" was played already"), "{again}");
}

#[test]
fn the_org_is_shown_moved_and_reset() {
    let org = Org::quickstart_with("clock = \"2026-03-01T00:00:00Z\"", "");
    let glance = said(&org, &["org"]);
    for line in ["org", "user         billing@acme.example", "enforced", "client", "revoked", "crl published"] {
        assert!(glance.contains(line), "{line:?} in\n{glance}");
    }
    assert!(!glance.contains("billing-password"), "{glance}");
    assert_eq!(json(&org, &["org"])["id"], org.snapshot().org.id.as_str());
    assert_eq!(said(&org, &["clock"]), "2026-03-01T00:00:00Z (stands until it is moved)\n");
    assert_eq!(said(&org, &["clock", "advance", "30d"]), "2026-03-31T00:00:00Z (stands until it is moved)\n");
    assert_eq!(json(&org, &["clock", "advance", "-1d"])["org_time"], "2026-03-30T00:00:00Z");
    assert_eq!(json(&org, &["clock", "set", "2027-01-01T00:00:00Z"])["org_time"], "2027-01-01T00:00:00Z");
    assert_eq!(said(&org, &["reset"]), "back to the scenario as it was loaded\n");
    assert_eq!(org.clock().org_now().to_string(), "2026-03-01T00:00:00Z");
}

#[test]
fn certificates_are_listed_uploaded_and_deleted() {
    let org = Org::quickstart();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("visitor.crt");
    std::fs::write(&file, org.client("visitor").unwrap().certificates[0].pem()).unwrap();
    let uploaded = said(&org, &["certificates", "upload", "From a file/ü", file.to_str().unwrap()]);
    assert!(uploaded.starts_with("uploaded CN=visitor"), "{uploaded}");
    said(&org, &["clients", "issue", "billing"]);
    said(&org, &["certificates", "upload", "Billing 2027", "--client", "billing"]);
    let listed = said(&org, &["certificates", "list"]);
    assert_eq!(
        listed.lines().map(|line| line.split("  ").next().unwrap()).collect::<Vec<_>>(),
        ["Billing 2026", "Leaf only", "From a file/ü", "Billing 2027"]
    );
    assert_eq!(said(&org, &["certificates", "delete", "From a file/ü"]), "deleted\n");
    let again = failed(&ctl(&org, &["certificates", "upload", "Again", "--client", "billing"]), 1);
    assert!(again.starts_with("refused: ") && again.contains("\n  cure "), "{again}");
    let missing = failed(&ctl(&org, &["certificates", "upload", "x", "nowhere.pem"]), 2);
    assert!(missing.contains("nowhere.pem"), "{missing}");
    failed(&ctl(&org, &["certificates", "upload", "x"]), 2);
}

#[test]
fn users_gain_and_lose_permissions_and_sessions() {
    let org = Org::quickstart();
    let may = || org.snapshot().org.user_named("reports@acme.example").unwrap().may(Permission::ModifyAllData);
    let shown = said(&org, &["users", "permissions", "add", "reports@acme.example", "modify-all-data"]);
    assert!(may() && shown.contains("modify-all-data"), "{shown}");
    said(&org, &["users", "permissions", "remove", "reports@acme.example", "modify-all-data"]);
    assert!(!may());
    org.reports();
    assert_eq!(said(&org, &["users", "expire-sessions", "reports@acme.example"]), "1 sessions ended\n");
    assert_eq!(json(&org, &["users", "list"]).as_array().unwrap().len(), 2);
    let unknown = failed(&ctl(&org, &["users", "permissions", "add", "reports@acme.example", "fly"]), 1);
    assert!(
        unknown.contains("no permission \"fly\"") && unknown.contains("enforce-mutual-authentication"),
        "{unknown}"
    );
    let problem = ctl(&org, &["users", "expire-sessions", "nobody", "--json"]);
    let problem: Value = serde_json::from_slice(&problem.stdout).unwrap();
    assert_eq!(problem["code"], "unknown-user");
}

#[test]
fn roots_crls_and_switches_change() {
    let org = Org::quickstart();
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let root = org.identities().authority("elsewhere-root").unwrap().certificate.clone();
    std::fs::write(path("root.pem"), root.pem()).unwrap();
    assert_eq!(said(&org, &["trust", "add", &path("root.pem"), "--alias", "theirs"]), "listed as theirs\n");
    assert!(Certificate::from_pem(said(&org, &["trust", "export"]).as_bytes()).unwrap().contains(&root));
    assert!(said(&org, &["trust", "list"]).lines().any(|line| line.starts_with("theirs  ")));
    assert_eq!(said(&org, &["trust", "remove", "theirs"]), "no longer listed\n");

    let crl = |org: &Org| {
        org.snapshot()
            .edge
            .minted_crls
            .crls
            .iter()
            .find(|(ca, _, _)| ca == "acme-issuing")
            .map(|(_, der, _)| der.clone())
    };
    said(&org, &["crl", "withhold", "acme-issuing"]);
    let old = crl(&org).unwrap();
    said(&org, &["crl", "publish", "acme-issuing"]);
    assert_ne!(crl(&org).unwrap(), old);
    std::fs::write(path("old.crl"), &old).unwrap();
    said(&org, &["crl", "replace", "acme-issuing", &path("old.crl")]);
    assert_eq!(crl(&org).unwrap(), old);
    std::fs::write(path("old.pem"), openssl::x509::X509Crl::from_der(&old).unwrap().to_pem().unwrap()).unwrap();
    said(&org, &["crl", "drop", "acme-issuing"]);
    assert_eq!(crl(&org), None);
    said(&org, &["crl", "replace", "acme-issuing", &path("old.pem")]);
    assert_eq!(crl(&org).unwrap(), old);

    assert_eq!(said(&org, &["switches", "set", "edge.tls", "1.2"]), "edge.tls = 1.2\n");
    assert_eq!(said(&org, &["switches", "set", "org.refusal-status", "403"]), "org.refusal-status = 403\n");
    assert!(
        said(&org, &["switches", "list"])
            .lines()
            .any(|line| line == "edge.tls             1.2" || line.starts_with("edge.tls "))
    );
    let near = failed(&ctl(&org, &["switches", "set", "edge.bad-chains", "page"]), 1);
    assert!(near.contains("did you mean \"edge.bad-chain\"?"), "{near}");
}

#[test]
fn an_identity_is_renewed_downloaded_and_revoked() {
    let org = Org::quickstart();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("deep/renewed");
    let issued = json(&org, &["clients", "issue", "billing", "--keep-key"]);
    assert_eq!(issued["certificate"]["serial"], org.client("billing").unwrap().certificates[0].serial());
    let sent = said(&org, &["clients", "deliver", "billing", "--sends", "billing,acme-issuing,acme-root"]);
    assert_eq!(sent.lines().map(|line| &line[..7]).collect::<Vec<_>>(), ["CN=bill", "CN=acme", "CN=acme"], "{sent}");
    assert_eq!(
        json(&org, &["clients", "deliver", "billing", "--sends", "chain"])["certificates"].as_array().unwrap().len(),
        2
    );
    assert_eq!(said(&org, &["crl", "revoke", "acme-issuing"]), "revoked\n");
    assert!(org.identities().is_revoked_ca(org.identities().authority("acme-issuing").unwrap()));
    assert!(failed(&ctl(&org, &["clients", "deliver", "billing", "--sends", "nobody"]), 1).contains("no client or ca"));
    let written = json(&org, &["clients", "download", "billing", "--out", out.to_str().unwrap()]);
    let pem = std::fs::read_to_string(written["pem"].as_str().unwrap()).unwrap();
    assert!(pem.ends_with(&org.client("billing").unwrap().certificates_pem));
    let p12 = std::fs::read(out.join("billing.p12")).unwrap();
    let store = openssl::pkcs12::Pkcs12::from_der(&p12).unwrap().parse2(written["p12_password"].as_str().unwrap());
    assert!(store.is_ok());
    #[cfg(unix)]
    for file in ["billing.pem", "billing.p12"] {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(out.join(file)).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(said(&org, &["clients", "revoke", "billing"]), "revoked\n");
    let line = said(&org, &["clients", "list"]);
    assert!(line.lines().any(|line| line.starts_with("billing ") && line.ends_with("revoked")), "{line}");
    failed(&ctl(&org, &["clients", "download", "../billing", "--out", out.to_str().unwrap()]), 1);
}

#[test]
fn the_journal_is_shown_marked_and_filtered() {
    let org = Org::quickstart();
    let _ = org.mutual("expired").get("/services/data");
    assert!(said(&org, &["journal"]).contains("refused: certificate 1 of "));
    assert!(said(&org, &["mark", "after the refusal"]).starts_with("after the refusal at "));
    said(&org, &["clock", "advance", "1d"]);
    assert_eq!(said(&org, &["journal", "--since", "after the refusal"]), "clock moved by 24h\n");
    let events = said(&org, &["journal", "--json", "--outcome", "refused"]);
    let events: Vec<Value> = events.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((events.len(), &events[0]["kind"]), (1, &Value::from("handshake")));
    assert_eq!(said(&org, &["journal", "--canonical", "--kind", "mark"]).lines().count(), 1);
    assert_eq!(said(&org, &["journal", "--limit", "1"]), "clock moved by 24h\n");
    failed(&ctl(&org, &["journal", "--since", "never marked"]), 1);
    failed(&ctl(&org, &["journal", "--door", "back"]), 2);
}

#[test]
fn the_journal_is_followed_until_the_org_stops() {
    let org = Org::quickstart();
    let mut following = program()
        .args(["ctl", "journal", "--follow", "--since", "0"])
        .env("MOCKORG_ADMIN_URL", org.admin_url())
        .env("MOCKORG_ADMIN_TOKEN", org.admin_token())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(following.stdout.take().unwrap()).lines();
    for name in ["one", "two"] {
        org.mark(name).unwrap();
        assert_eq!(lines.next().unwrap().unwrap(), format!("mark {name}"));
    }
    org.stop();
    assert!(lines.next().is_none());
    assert!(following.wait().unwrap().success());
}

#[test]
fn a_kit_is_fetched_to_where_it_is_wanted() {
    let org = Org::quickstart();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("kit");
    said(&org, &["kit", "--out", out.to_str().unwrap()]);
    let kit: Value = serde_json::from_slice(&std::fs::read(out.join("kit.json")).unwrap()).unwrap();
    let pem = kit["env"]["MOCKORG_CLIENT_BILLING_PEM"].as_str().unwrap();
    assert_eq!(Path::new(pem), out.canonicalize().unwrap().join("clients/billing.pem"));
    assert!(Path::new(pem).is_file());
    let by_kit = program().args(["ctl", "org", "--kit", out.to_str().unwrap()]).output().unwrap();
    assert!(by_kit.status.success(), "{}", String::from_utf8_lossy(&by_kit.stderr));
    let by_env = program().args(["ctl", "clock"]).env("MOCKORG_KIT", &out).output().unwrap();
    assert!(by_env.status.success());
}

#[test]
fn what_is_advertised_is_set_and_taken_back() {
    let org = Org::quickstart();
    said(&org, &["advertise", "--standard-port", "32768", "--host", "localhost"]);
    assert_eq!(org.addresses().outside().standard_port, Some(32768));
    assert_eq!(said(&org, &["advertise"]), "answers follow each request\n");
    failed(&ctl(&org, &["advertise", "--host", "elsewhere.example"]), 1);
}

#[test]
fn an_org_that_cannot_be_asked_is_told_from_one_that_refuses() {
    let run = |args: &[&str]| failed(&program().arg("ctl").args(args).output().unwrap(), 2);
    assert!(run(&["org"]).contains("which org? --kit DIR"));
    assert!(run(&["org", "--kit", "/nowhere"]).contains("/nowhere/kit.json: "));
    assert!(run(&["org", "--admin", "http://127.0.0.1:1"]).contains("wants a token"));
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let gone = run(&["org", "--admin", &format!("http://{closed}"), "--token", "x"]);
    assert!(gone.contains("is the org running? mockorg serve starts one"), "{gone}");
    for url in ["8440", "https://127.0.0.1:8440", "127.0.0.1"] {
        assert!(run(&["org", "--admin", url, "--token", "x"]).contains("is no URL such as"), "{url}");
    }
    let org = Org::quickstart();
    let wrong = run(&["org", "--admin", &org.admin_url(), "--token", "x"]);
    assert!(wrong.contains("the token is not this org's") && wrong.contains("kit.json"), "{wrong}");
    let tls = run(&["org", "--admin", &format!("http://127.0.0.1:{}", org.ports().mutual), "--token", "x"]);
    assert!(tls.contains("as no admin door does"), "{tls}");
}

#[test]
fn explain_judges_by_a_running_org() {
    let org = Org::quickstart();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("billing.crt");
    std::fs::write(&file, &org.client("billing").unwrap().certificates_pem).unwrap();
    let explain = || {
        program()
            .arg("explain")
            .arg(&file)
            .args(["--admin", &org.admin_url(), "--token", org.admin_token()])
            .output()
            .unwrap()
    };
    let holds = explain();
    assert!(holds.status.success(), "{}", String::from_utf8_lossy(&holds.stderr));
    assert!(String::from_utf8_lossy(&holds.stdout).contains("uploaded as 'Billing 2026'"));
    org.revoke("billing").unwrap();
    assert_eq!(explain().status.code(), Some(1), "as it stands now");
    let nobody = program().arg("explain").arg(&file).args(["--admin", &org.admin_url()]).output().unwrap();
    failed(&nobody, 2);
}

#[test]
fn faults_are_set_listed_and_cleared() {
    let org = Org::quickstart();
    let keys = ["path=/services/data", "nth=2", "retry-after=2s"];
    let args: Vec<_> = ["faults", "set", "unavailable"].into_iter().chain(keys).collect();
    assert_eq!(said(&org, &args), "unavailable set\n");
    said(&org, &["faults", "set", "reset", "name=now and then", "door=mutual", "probability=0.25"]);
    assert_eq!(
        said(&org, &["faults", "list"]),
        "unavailable   unavailable  nth=2 path=/services/data retry-after=2s\n\
         now and then  reset        door=mutual probability=0.25\n"
    );
    let wrong = failed(&ctl(&org, &["faults", "set", "reset", "client=billing"]), 1);
    assert!(wrong.contains("client is not known yet when \"reset\" strikes"), "{wrong}");
    assert_eq!(said(&org, &["faults", "clear", "now and then"]), "1 cleared\n");
    assert_eq!(json(&org, &["faults", "clear"])["cleared"], 1);
    said(&org, &["faults", "set", "reset"]);
    assert_eq!(said(&org, &["faults", "clear", "*"]), "1 cleared\n", "as in do.clear");
}
