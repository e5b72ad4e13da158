//! Mutual authentication certificates: every flaw of an upload is refused by its own name, and nothing else is.

use std::sync::Arc;

use jiff::Timestamp;
use mockorg::data::Id;
use mockorg::journal::Explanation;
use mockorg::org::upload::{self, MAX_BYTES, MAX_LABEL, Source, Upload, UploadRefusal};
use mockorg::pki::Certificate;

pub mod paper;

use paper::{Draft, ISSUED, Paper, YEAR, ca, leaf, pem};

fn june() -> Timestamp {
    "2026-06-01T00:00:00Z".parse().unwrap()
}

fn root() -> Paper {
    ca("Acme Root CA", 1).self_signed()
}

fn check(file: &[u8]) -> Result<Vec<Certificate>, UploadRefusal> {
    upload::check("Billing 2026", file, &[], june())
}

/// The code of the refusal; the explanation must be whole, and point into `docs/refusals.md`.
fn refused(result: Result<Vec<Certificate>, UploadRefusal>) -> &'static str {
    let refusal = result.expect_err("the upload is refused");
    let explanation = Explanation::from(&refusal);
    for text in [&explanation.headline, &explanation.rule, &explanation.expected, &explanation.found] {
        assert!(!text.is_empty(), "{explanation:?}");
    }
    let heading = format!("\n### {}\n", refusal.code());
    assert!(include_str!("../../docs/refusals.md").contains(&heading), "docs/refusals.md lacks {heading:?}");
    assert!(explanation.cure.ends_with(&format!("see docs/refusals.md#{}", refusal.code())), "{explanation}");
    refusal.code()
}

fn existing(label: &str, paper: &Paper) -> [Arc<Upload>; 1] {
    let chain = vec![paper.certificate.clone()];
    [Arc::new(Upload { id: Id::new(upload::KEY_PREFIX, 1), label: label.into(), chain, at: june() })]
}

#[test]
fn takes_a_certificate_alone_a_chain_and_a_chain_with_its_root() {
    let root = root();
    let issuing = ca("Acme Issuing CA", 2).signed_by(&root);
    let billing = leaf("billing", 3).signed_by(&issuing);
    for chain in [&[&billing][..], &[&billing, &issuing], &[&billing, &issuing, &root]] {
        let certificates: Vec<_> = chain.iter().map(|paper| paper.certificate.clone()).collect();
        assert_eq!(check(&pem(chain)), Ok(certificates));
    }
}

#[test]
fn takes_text_before_a_certificate_windows_line_ends_and_a_byte_order_mark() {
    let billing = leaf("billing", 3).signed_by(&root());
    let text = format!("\u{feff}subject=CN = billing\n\n{}\n \n", billing.certificate.pem()).replace('\n', "\r\n");
    assert_eq!(check(text.as_bytes()), Ok(vec![billing.certificate]));
}

#[test]
fn takes_a_certificate_that_is_not_yet_valid() {
    let next_year = Draft { valid: (ISSUED + YEAR, ISSUED + 2 * YEAR), ..leaf("billing", 3) }.signed_by(&root());
    assert!(check(&pem(&[&next_year])).is_ok());
}

#[test]
fn refuses_a_self_signed_certificate() {
    assert_eq!(refused(check(&pem(&[&leaf("billing", 3).self_signed()]))), "upload-self-signed");
}

#[test]
fn refuses_a_certificate_that_is_not_for_client_authentication() {
    let root = root();
    for purposes in [&[][..], &["serverAuth"], &["anyExtendedKeyUsage"], &["1.2.3.4"]] {
        let billing = Draft { purposes, ..leaf("billing", 3) }.signed_by(&root);
        assert_eq!(refused(check(&pem(&[&billing]))), "upload-no-client-auth", "{purposes:?}");
    }
    let both = Draft { purposes: &["serverAuth", "clientAuth"], ..leaf("billing", 3) }.signed_by(&root);
    assert!(check(&pem(&[&both])).is_ok());
}

#[test]
fn refuses_what_has_expired_at_the_time_of_upload_to_the_second() {
    let root = root();
    let billing = leaf("billing", 3).signed_by(&root);
    let last = billing.certificate.not_after();
    let at = |now| upload::check("Billing 2026", &pem(&[&billing]), &[], now);
    assert!(at(last).is_ok());
    assert_eq!(refused(at(last + jiff::SignedDuration::from_secs(1))), "upload-expired");
}

#[test]
fn refuses_a_chain_whose_intermediate_has_expired() {
    let issuing = Draft { valid: (ISSUED, ISSUED + 86_400), ..ca("Acme Issuing CA", 2) }.signed_by(&root());
    let billing = leaf("billing", 3).signed_by(&issuing);
    assert_eq!(refused(check(&pem(&[&billing, &issuing]))), "upload-expired");
}

#[test]
fn refuses_the_same_certificate_twice_and_the_same_label_twice() {
    let root = root();
    let (billing, renewed) = (leaf("billing", 3).signed_by(&root), leaf("billing", 4).signed_by(&root));
    let existing = existing("Billing 2025", &billing);
    let upload = |label, paper: &Paper| upload::check(label, &pem(&[paper]), &existing, june());
    assert_eq!(refused(upload("Billing 2026", &billing)), "upload-duplicate");
    assert_eq!(refused(upload("Billing 2025", &renewed)), "upload-label-taken");
    assert!(upload("Billing 2026", &renewed).is_ok());
}

#[test]
fn refuses_what_is_not_a_certificate_in_pem_and_says_what_it_is() {
    let billing = leaf("billing", 3).signed_by(&root());
    let text = billing.certificate.pem();
    let cut = text.len() - text.lines().last().unwrap().len() - 2;
    let mut longer = billing.certificate.der().to_vec();
    longer.extend(b"extra");
    let longer = openssl::base64::encode_block(&longer);
    for (file, found) in [
        (Vec::new(), "an empty file"),
        (b"  \n".to_vec(), "a blank file"),
        (b"hello".to_vec(), "no PEM block in it"),
        (vec![0xff, 0xfe, 0x00], "no PEM block in it"),
        (billing.certificate.der().to_vec(), "a certificate in DER"),
        (vec![0x30, 0x82, 0x01, 0x00, 0x02], "binary DER that is no certificate"),
        (text.as_bytes()[..cut].to_vec(), "a CERTIFICATE block that does not end"),
        (text.repeat(2).replacen("-----END CERTIFICATE-----", "", 1).into_bytes(), "block that does not end"),
        (format!("{text}trailing").into_bytes(), "text after the last certificate, in line"),
        (format!("-----END CERTIFICATE-----\n{text}").into_bytes(), "without its BEGIN, in line 1"),
        (text.replace("CERTIFICATE", "CERTIFICATE REQUEST").into_bytes(), "a CERTIFICATE REQUEST block"),
        (text.replacen("MII", "M I!", 1).into_bytes(), "not base64"),
        (text.replacen("MII", "AAA", 1).into_bytes(), "block 1: not a certificate"),
        (
            format!("-----BEGIN CERTIFICATE-----\n{longer}\n-----END CERTIFICATE-----\n").into_bytes(),
            "bytes after its certificate",
        ),
    ] {
        let result = check(&file);
        let text = result.clone().expect_err(found).found();
        assert!(text.contains(found), "{text:?} does not say {found:?}");
        assert_eq!(refused(result), "upload-not-a-certificate");
    }
}

#[test]
fn refuses_a_private_key_in_the_file_wherever_it_stands() {
    let billing = leaf("billing", 3).signed_by(&root());
    let (certificate, key) = (pem(&[&billing]), billing.key.private_key_to_pem_pkcs8().unwrap());
    assert_eq!(refused(check(&[certificate.clone(), key.clone()].concat())), "upload-private-key");
    assert_eq!(refused(check(&[key, certificate].concat())), "upload-private-key");
}

#[test]
fn refuses_a_chain_out_of_order_and_says_where_the_signer_stands() {
    let root = root();
    let issuing = ca("Acme Issuing CA", 2).signed_by(&root);
    let billing = leaf("billing", 3).signed_by(&issuing);
    for (chain, found) in [
        (&[&billing, &root, &issuing][..], "its signer is certificate 3"),
        (&[&issuing, &billing], "CN=billing belongs further up"),
        (&[&issuing, &root, &billing], "CN=billing belongs further up"),
    ] {
        let result = check(&pem(chain));
        let text = result.clone().expect_err(found).found();
        assert!(text.contains(found), "{text:?} does not say {found:?}");
        assert_eq!(refused(result), "upload-out-of-order");
    }
}

#[test]
fn refuses_a_chain_with_a_link_missing() {
    let root = root();
    let issuing = ca("Acme Issuing CA", 2).signed_by(&root);
    let billing = leaf("billing", 3).signed_by(&issuing);
    assert_eq!(refused(check(&pem(&[&billing, &root]))), "upload-broken");
    let stranger = leaf("visitor", 4).signed_by(&ca("Elsewhere CA", 5).self_signed());
    for chain in [&[&billing, &billing][..], &[&billing, &stranger], &[&billing, &issuing, &root, &stranger]] {
        assert_eq!(refused(check(&pem(chain))), "upload-broken");
    }
    let namesake = ca("Acme Issuing CA", 6).signed_by(&root);
    assert_eq!(refused(check(&pem(&[&billing, &namesake]))), "upload-broken", "the name alone does not sign");
}

#[test]
fn refuses_more_than_ten_certificates() {
    let mut papers = vec![ca("CA 0", 1).self_signed()];
    for number in 1..10 {
        papers.push(ca(&format!("CA {number}"), number).signed_by(&papers[papers.len() - 1]));
    }
    papers.push(leaf("billing", 100).signed_by(&papers[papers.len() - 1]));
    papers.reverse();
    let chain: Vec<_> = papers.iter().collect();
    assert_eq!(chain.len(), 11);
    assert_eq!(refused(check(&pem(&chain))), "upload-too-many");
    assert!(check(&pem(&chain[..10])).is_ok());
}

#[test]
fn refuses_a_file_above_a_megabyte() {
    let billing = leaf("billing", 3).signed_by(&root());
    let mut file = pem(&[&billing]);
    file.resize(MAX_BYTES, b'\n');
    assert!(check(&file).is_ok());
    file.push(b'\n');
    assert_eq!(refused(check(&file)), "upload-too-large");
}

#[test]
fn refuses_a_label_that_is_empty_too_long_or_does_not_print() {
    let file = pem(&[&leaf("billing", 3).signed_by(&root())]);
    let labelled = |label: &str| upload::check(label, &file, &[], june());
    assert!(labelled("B").is_ok());
    assert!(labelled(&"ü".repeat(MAX_LABEL)).is_ok());
    for label in ["", "  ", "Billing\n2026", &"ü".repeat(MAX_LABEL + 1)] {
        assert_eq!(refused(labelled(label)), "upload-bad-label", "{label:?}");
    }
}

#[test]
fn says_which_refusals_are_documented() {
    let documented = |refusal: UploadRefusal| refusal.source() == Source::Documented;
    assert!(documented(UploadRefusal::SelfSigned { subject: String::new() }));
    assert!(documented(UploadRefusal::BadLabel { label: String::new(), length: 65 }));
    assert!(!documented(UploadRefusal::BadLabel { label: String::new(), length: 0 }));
    assert!(!documented(UploadRefusal::TooMany { certificates: 11 }));
}
