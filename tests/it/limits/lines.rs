//! What a client sends can neither forge a line of the console nor leave a secret in the journal.

use std::fmt::Write;

use mockorg::api::LONGEST_KEPT;
use mockorg::journal::{LONGEST_TEXT, line};
use mockorg::org::Door;

use super::{LIMITS, unharmed};
use crate::wire::{FORM, Org};

const TOKEN: &str = "/services/oauth2/token";
const APP: &str = "client_id=quickstart-client-id&client_secret=quickstart-secret";

#[test]
fn a_username_with_ends_of_lines_and_escapes_stays_on_its_line() {
    let org = Org::quickstart();
    let forged =
        "x\r\n8443 billing@acme.example GET / 200 granted\u{1b}[2K\u{1b}]0;t\u{7}\u{8}\u{9b}31m\u{2028}\u{202e}y\u{85}";
    let encoded: String = forged.bytes().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "%{byte:02x}");
        text
    });
    let form = format!("grant_type=password&{APP}&username={encoded}&password=x");
    assert_eq!(org.door(Door::Standard).post(TOKEN, FORM, &form).unwrap().status, 400);
    let soap = format!(
        "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body><login xmlns=\"urn:partner.soap.sforce.com\"><username>{}</username><password>x</password></login></e:Body></e:Envelope>",
        "x&#13;&#10;8443 granted&#x9b;31m&#x202e;"
    );
    assert_eq!(org.door(Door::Standard).post("/services/Soap/u/60.0", "text/xml", &soap).unwrap().status, 500);
    org.door(Door::Standard).get(&format!("/{encoded}")).unwrap();
    org.door(Door::Standard).post(TOKEN, FORM, &format!("grant_type={encoded}")).unwrap();
    for event in org.journal().since(0) {
        for spans in line::lines(&event, |_| 8443) {
            let text = line::plain(&[spans]);
            let (text, end) = text.split_at(text.len() - 1);
            assert_eq!(end, "\n");
            let bad = |c: char| c.is_control() || ('\u{2028}'..='\u{202e}').contains(&c);
            assert!(!text.contains(bad), "{text:?}");
        }
        assert_eq!(serde_json::to_string(&*event).unwrap().lines().count(), 1, "one event, one line of the file");
    }
    unharmed(&org);
}

#[test]
fn no_secret_is_written_to_the_journal() {
    let org = Org::quickstart();
    let session = org.billing();
    let door = org.door(Door::Standard);
    let secret = session.split('!').nth(1).unwrap();
    for path in [
        format!("/secur/frontdoor.jsp?sid={session}"),
        format!("/{session}"),
        format!("/services/data/v68.0/{session}/x"),
        format!("/services/data/v68.0/limits?access_token={session}"),
        format!("/services/Soap/u/60.0/{}", session.replace('!', "%21")),
        format!("/services/oauth2/revoke?token={session}x"),
        format!("/services/oauth2/userinfo?oauth_token={session}"),
        format!("https://localhost/services/data?{session}"),
    ] {
        door.get(&path).unwrap();
    }
    org.mutual("billing").session(&session).get(LIMITS).unwrap();
    let form = format!("grant_type=password&{APP}&username=billing%40acme.example&password=a-wrong-password");
    door.post(TOKEN, FORM, &form).unwrap();
    let file: String = org.journal().since(0).iter().map(|event| serde_json::to_string(&**event).unwrap()).collect();
    for leaked in [secret, "billing-password", "quickstart-secret", "a-wrong-password", "BILLINGTOKEN"] {
        assert!(!file.contains(leaked), "{leaked}");
    }
    assert!(file.contains("/{token}"), "{file}");
    unharmed(&org);
}

#[test]
fn a_username_of_megabytes_leaves_its_beginning() {
    let org = Org::quickstart();
    let long = "u".repeat(3_000_000);
    for username in [format!("billing@acme.example{long}"), long] {
        let form = format!("grant_type=password&{APP}&username={username}&password=x");
        assert_eq!(org.door(Door::Standard).post(TOKEN, FORM, &form).unwrap().status, 400);
    }
    let event = org.event(|event| event.kind.user().is_some_and(|user| user.starts_with("uuu")));
    assert_eq!(event.kind.user().unwrap().chars().count(), LONGEST_TEXT + 1);
    let kept = org.store().logins();
    assert!(kept.iter().all(|row| row.username.len() <= LONGEST_KEPT), "the login history keeps less still");
    unharmed(&org);
}

#[test]
fn a_name_with_markup_is_text_on_the_pages() {
    let text = "format = 1\n[org]\nname = \"<script>alert(1)</script>\"\nmy-domain = \"acme\"\n\n[[ca]]\nname = \"evil\"\nsubject = \"CN=<img src=x onerror=alert(1)>\"\nlisted = true\n";
    let org = Org::from_toml(text);
    for path in ["/", "/cacerts.jsp"] {
        let page = org.door(Door::Standard).get(path).unwrap();
        assert_eq!(page.status, 200);
        assert!(!page.body.contains("<script>") && !page.body.contains("<img"), "{path}");
        assert!(page.body.contains("&lt;"), "{path}");
    }
}
