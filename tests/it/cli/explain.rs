//! `explain`: the six lines, the traps, the second layer.

use std::path::{Path, PathBuf};

use super::mockorg;

mod drawings;
mod folder;
mod key_stores;
mod listening;

/// A folder of certificates that outlives the test, and its scenario.
fn certs() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("certs");
    mockorg(&["certs", "scenarios/quickstart.toml", "--out", out.to_str().unwrap()]).assert().success();
    (folder, out)
}

fn explain(certs: &Path, chain: &str, code: i32) -> String {
    let (chain, scenario) = (certs.join(chain), certs.join("scenario.toml"));
    let args = ["explain", chain.to_str().unwrap(), "--scenario", scenario.to_str().unwrap()];
    let output = mockorg(&args).assert().code(code).get_output().clone();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_chain_that_holds_is_told_how_long_and_what_the_org_says() {
    let (_folder, certs) = certs();
    let told = explain(&certs, "clients/billing.crt", 0);
    for words in ["CN=billing", "the chain holds at", "lets an enforced user in", "'Billing 2026'", "root, listed in"] {
        assert!(told.contains(words), "{words:?} is missing in:\n{told}");
    }
    let told = explain(&certs, "clients/visitor.crt", 0);
    assert!(told.contains("refuses an enforced user") && told.contains("not uploaded"), "{told}");
}

#[test]
fn a_chain_that_does_not_hold_gets_the_six_lines() {
    let (_folder, certs) = certs();
    for (client, headline, cure) in [
        ("expired", "certificate 1 of 2, CN=expired,O=Acme, expired", "docs/refusals.md#expired"),
        ("leaf-only", "certificate 1 of 1, CN=leaf-only,O=Acme, has an issuer", "docs/refusals.md#"),
        ("server-only", "is not for client authentication", "clientAuth"),
        ("unlisted", "CN=unlisted,O=Acme", "list"),
        ("revoked", "revoked", "issue a new certificate"),
    ] {
        let told = explain(&certs, &format!("clients/{client}.crt"), 1);
        assert!(told.contains("refused: ") && told.contains(headline) && told.contains(cure), "{client}:\n{told}");
        let lines = ["  rule ", "  expected ", "  found ", "  cure "];
        assert!(lines.iter().all(|line| told.contains(line)), "{told}");
    }
}

#[test]
fn the_readme_shows_a_refusal_as_it_is_printed() {
    let (_folder, certs) = certs();
    let told = explain(&certs, "clients/leaf-only.crt", 1);
    let readme = std::fs::read_to_string("README.md").unwrap();
    // the drawing and the proposal have serial numbers, which are others each time
    let lines = told.lines().skip_while(|line| !line.starts_with("refused: ")).take(5);
    let missing: Vec<&str> = lines.filter(|line| !readme.contains(line)).collect();
    assert!(missing.is_empty(), "not in the README: {missing:#?}");
}

#[test]
fn traps_are_named() {
    let (_folder, certs) = certs();
    let read = |file: &str| std::fs::read_to_string(certs.join(file)).unwrap();
    let (billing, root) = (read("clients/billing.crt"), read("cas/acme-root.crt"));
    let issuing = read("cas/acme-issuing.crt");
    let leaf = billing.split_inclusive("-----END CERTIFICATE-----\n").next().unwrap();
    for (name, text, code, words) in [
        ("root.pem", format!("{billing}{root}"), 0, "need not be sent"),
        ("order.pem", format!("{leaf}{root}{issuing}"), 0, "does not mind the order, but an upload does"),
        ("issuer-first.pem", format!("{issuing}{leaf}"), 1, "the client's own certificate comes first"),
        ("twice.pem", format!("{billing}{issuing}"), 0, "once is enough"),
        ("key.pem", read("clients/billing.pem"), 0, "never upload it"),
        ("extra.pem", format!("{billing}{}", read("cas/elsewhere-root.crt")), 0, "can be left out"),
        (
            "unlisted.pem",
            format!("{}{}", read("clients/unlisted.crt"), read("cas/elsewhere-root.crt")),
            1,
            "on the outbound CA list it would hold",
        ),
    ] {
        std::fs::write(certs.join(name), text).unwrap();
        let told = explain(&certs, name, code);
        assert!(told.contains(words), "{name}: {words:?} is missing in:\n{told}");
    }
}

#[test]
fn a_time_can_be_asked_for_and_json_says_the_same() {
    let (_folder, certs) = certs();
    let (chain, scenario) = (certs.join("clients/billing.crt"), certs.join("scenario.toml"));
    let args = ["explain", chain.to_str().unwrap(), "--scenario", scenario.to_str().unwrap(), "--json"];
    let output = mockorg(&args).args(["--at", "2099-01-01T00:00:00Z"]).assert().code(1).get_output().clone();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["verdict"]["holds"], false);
    assert_eq!(report["verdict"]["faults"][0]["rule"], "expired");
    assert_eq!(report["certificates"].as_array().unwrap().len(), 2);
    let now = mockorg(&args).assert().code(0).get_output().clone();
    let report: serde_json::Value = serde_json::from_slice(&now.stdout).unwrap();
    assert_eq!((&report["verdict"]["holds"], &report["uploaded_as"]), (&true.into(), &"Billing 2026".into()));
}

#[test]
fn what_is_no_chain_could_not_be_judged() {
    let (_folder, certs) = certs();
    std::fs::write(certs.join("garbage"), [0x30, 0x82, 0xff, 0xff, 1, 2, 3]).unwrap();
    std::fs::write(certs.join("chain.p7b"), "-----BEGIN PKCS7-----\nMA==\n-----END PKCS7-----\n").unwrap();
    let pem = std::fs::read(certs.join("clients/billing.crt")).unwrap();
    let leaf = mockorg::Certificate::from_pem(&pem).unwrap().remove(0);
    let mut signed_data = vec![0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
    signed_data.extend([0xa0, 0]);
    for (file, bytes) in [
        ("noise", &b"\x30\x03abc"[..]),
        ("empty", b""),
        ("half.pem", &[&pem[..300], b"\n-----END CERTIFICATE-----\n"].concat()),
        ("half.der", &leaf.der()[..200]),
        ("stray.der", &[leaf.der(), b"stray"].concat()),
        ("chain.p7c", &signed_data),
        ("large", &vec![b'x'; 1024 * 1024 + 1]),
    ] {
        std::fs::write(certs.join(file), bytes).unwrap();
    }
    for (file, words) in [
        ("chain.p7b", "-print_certs"),
        ("clients/billing.key", "a private key without a certificate"),
        ("garbage", "DER that is cut short: 65539 bytes are announced, 7 are there"),
        ("noise", "neither PEM nor DER"),
        ("empty", "empty"),
        ("half.pem", "a certificate that cannot be read"),
        ("half.der", "cut short"),
        ("stray.der", "neither PEM nor DER"),
        ("chain.p7c", "-print_certs"),
        ("large", "larger than 1 MB"),
        ("cas/acme-root.crl", "a CRL"),
        ("missing", "No such file"),
        ("scenario.toml", "neither PEM nor DER"),
    ] {
        let output = mockorg(&["explain", certs.join(file).to_str().unwrap()]).assert().code(2).get_output().clone();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(words), "{file}: {said}");
    }
}
