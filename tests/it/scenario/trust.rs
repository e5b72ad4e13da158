//! `[trust]`: roots and CRLs from every kind of file.

use super::{folder, org_with, read};

fn roots(lines: &str) -> Vec<String> {
    let trust = org_with(&format!("[trust]\n{lines}")).trust;
    trust.roots.iter().map(|(root, file)| format!("{} from {}", root.subject(), file.display())).collect()
}

#[test]
fn a_root_is_read_from_pem_and_der_once() {
    assert_eq!(roots("roots = [\"root.der\", \"root.pem\"]\n"), ["CN=Root from root.der"]);
}

#[test]
fn a_folder_gives_its_certificates_in_order_of_name() {
    assert_eq!(roots("roots = [\"roots\"]\n"), ["CN=Root from roots/a.pem", "CN=Other from roots/b.der"]);
}

#[test]
fn a_pkcs12_store_is_read_with_its_password_or_the_usual_one() {
    let password = format!("store-password = \"{}\"\n", folder::STORE_PASSWORD);
    assert_eq!(roots(&format!("roots = [\"store.p12\"]\n{password}")), ["CN=Root from store.p12"]);
    assert_eq!(roots("roots = [\"usual.p12\"]\n"), ["CN=Root from usual.p12"]);
}

#[test]
fn a_jks_store_is_read_and_its_digest_checked_with_a_password() {
    let password = format!("store-password = \"{}\"\n", folder::STORE_PASSWORD);
    let expected = ["CN=Root from store.jks", "CN=Other from store.jks"];
    assert_eq!(roots("roots = [\"store.jks\"]\nallow-intermediates = true\n"), expected);
    assert_eq!(roots(&format!("roots = [\"store.jks\"]\nallow-intermediates = true\n{password}")), expected);
}

#[test]
fn an_intermediate_is_never_an_anchor_even_where_it_is_allowed() {
    assert_eq!(roots("roots = [\"chain.pem\"]\nallow-intermediates = true\n"), ["CN=Root from chain.pem"]);
}

#[test]
fn mozillas_roots_can_be_left_out() {
    assert!(!org_with("[trust]\nbuiltin = false\n").trust.builtin);
}

#[test]
fn a_file_outside_the_folder_is_read_only_where_that_is_allowed() {
    use mockorg::Scenario;
    use mockorg::scenario::Outside;

    let text = "format = 1\n[org]\nname = \"Acme\"\n[trust]\nroots = [\"../root.pem\"]\n";
    assert!(read(text).is_err());
    let file = folder::path().join("outside.toml");
    std::fs::write(&file, text).unwrap();
    assert!(Scenario::from_path(&file, Outside::Refuse).is_err());
    assert_eq!(Scenario::from_path(&file, Outside::Allow).unwrap().trust.roots.len(), 1);
}
