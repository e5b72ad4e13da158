//! The edge's answers over HTTP: its page on every path, byte for byte, and 421.

use std::sync::Arc;

use mockorg::pki::{Fault, Rejection};
use mockorg::tls::Presented;

use super::{Answer, Doors, holds};

const PAGE: &str = concat!(
    r#"<html><head><title>Certificate Error</title></head><body bgcolor=#ffffff text=#3198d8><center>"#,
    r#"<img src="http://www.sfdcstatic.com/common/assets/img/logo-company.png"><p><h3>Client certificate error:"#,
    r#"<i>No client certificate provided.</i></h3></center></body></html>"#
);

fn broken() -> Presented {
    let fault = Fault {
        rejection: Rejection::Expired,
        position: Some(1),
        sent: 2,
        subject: "CN=expired,O=Acme".into(),
        expected: "a date before 2026-11-22".into(),
        found: "2026-11-24".into(),
        cure: "renew it".into(),
        openssl: 10,
    };
    Presented::Broken(Arc::new(mockorg::pki::Verdict { faults: vec![fault], ..holds() }))
}

fn is_page(answer: &Answer, status: u16) -> bool {
    answer.status == status && answer.header("content-type").starts_with("text/html")
}

#[tokio::test]
async fn without_a_certificate_the_page_answers_every_path_of_the_mutual_door() {
    let doors = Doors::quickstart().switch("edge.no-certificate", "page");
    for (method, path) in [("GET", "/"), ("POST", "/services/Soap/u/64.0"), ("GET", "/services/data"), ("PUT", "/x")] {
        let answer = doors.mutual(method, path).send().await;
        assert!(is_page(&answer, 200), "{path}");
        assert_eq!(answer.text, PAGE, "{path}");
    }
    assert_eq!(doors.last_request().error.as_deref(), Some("CERTIFICATE_ERROR_PAGE"));
    assert!(!doors.standard("GET", "/services/data").send().await.text.contains("Certificate Error"));
    let answer = doors.mutual("GET", "/services/data").certificate("visitor").send().await;
    assert!(answer.text.starts_with('['), "{}", answer.text);
}

#[tokio::test]
async fn the_page_has_the_switched_status() {
    let doors = Doors::quickstart().switch("edge.no-certificate", "page").switch("edge.page-status", "400");
    assert!(is_page(&doors.mutual("GET", "/").send().await, 400));
}

#[tokio::test]
async fn a_chain_that_does_not_hold_meets_the_page_with_its_reason() {
    let doors = Doors::quickstart();
    let mut ask = doors.mutual("GET", "/services/data");
    ask.presented = broken();
    let answer = ask.send().await;
    assert_eq!(answer.text, PAGE.replace("No client certificate provided.", "certificate has expired"));
    let why = doors.last_request().explanation.expect("why");
    assert!(why.headline.contains("certificate 1 of 2, CN=expired,O=Acme, expired"), "{}", why.headline);
}

#[tokio::test]
async fn a_host_other_than_the_server_name_is_misdirected_if_switched() {
    let serve = Doors::quickstart();
    assert_eq!(status_of(&serve, "localhost:4443").await, 200);
    let strict = Doors::quickstart().switch("edge.sni-mismatch", "421");
    assert_eq!(status_of(&strict, "localhost:4443").await, 421);
    assert_eq!(status_of(&strict, "acme.MY.salesforce.com.:8443").await, 200);
}

async fn status_of(doors: &Doors, host: &str) -> u16 {
    let mut ask = doors.standard("GET", "/services/data").header("host", host);
    ask.sni = Some("Acme.my.salesforce.com".to_owned());
    ask.send().await.status
}
