//! Pages, and what lies nowhere.

use super::Doors;

#[tokio::test]
async fn the_trust_list_is_on_both_doors_with_an_anchor_for_each_root() {
    let doors = Doors::quickstart();
    for answer in [
        doors.standard("GET", "/cacerts.jsp").send().await,
        doors.mutual("GET", "/CACERTS.jsp").send().await,
        doors.mutual("GET", "/cacerts.jsp").certificate("visitor").send().await,
    ] {
        assert_eq!(answer.status, 200);
        assert!(answer.header("content-type").starts_with("text/html"));
        let (edge, _) = doors.controls.edge();
        for anchor in edge.trust.anchors() {
            assert!(answer.text.contains(&format!("<a name=\"{}\">", anchor.alias)), "{}", anchor.alias);
            assert!(answer.text.contains(&anchor.certificate.fingerprint()), "{}", anchor.alias);
        }
        let root = doors.controls.identities().authorities()[0].certificate.clone();
        assert!(answer.text.contains(&root.fingerprint()), "the scenario's own root");
        assert!(answer.text.contains(root.serial()));
    }
}

#[tokio::test]
async fn a_ping_of_the_root_is_answered() {
    let doors = Doors::quickstart();
    assert_eq!(doors.standard("GET", "/").send().await.status, 200);
    assert_eq!(doors.standard("HEAD", "/").send().await.text, "");
    let answer = doors.standard("POST", "/").send().await;
    assert_eq!((answer.status, answer.header("allow")), (405, "GET,HEAD"));
}

#[tokio::test]
async fn unknown_paths_are_not_found_in_the_familys_shape() {
    let doors = Doors::quickstart();
    let answer = doors.standard("GET", "/nowhere").send().await;
    assert_eq!((answer.status, answer.header("content-type")), (404, "text/plain;charset=UTF-8"));
    for path in ["/services/apexrest/x", "/services", "/services/data/v1"] {
        let answer = doors.standard("GET", path).send().await;
        assert!(answer.json()[0]["errorCode"].is_string(), "{path}");
    }
    assert_eq!(doors.standard("GET", "/services/oauth2/nowhere").send().await.json()["error"], "invalid_request");
    let answer = doors.standard("POST", "/services/Soap/T/64.0").send().await;
    assert_eq!((answer.status, answer.between("<faultcode>", "<")), (404, "soapenv:Client"));
}

#[tokio::test]
async fn options_are_told() {
    let doors = Doors::quickstart();
    for (path, allow) in [
        ("/", "GET,HEAD"),
        ("/services/data", "GET,HEAD"),
        ("/services/oauth2/token", "POST"),
        ("/services/oauth2/revoke", "GET,HEAD,POST"),
        ("/services/Soap/u/64.0", "POST"),
    ] {
        let answer = doors.standard("OPTIONS", path).send().await;
        assert_eq!((answer.status, answer.header("allow"), answer.text.as_str()), (204, allow, ""), "{path}");
    }
}
