//! OAuth: the four flows with every client's oddities, their errors, revocation.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD};
use expect_test::expect;
use mockorg::store::RefreshGrant;
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::sign::Signer;
use serde_json::{Value, json};

use super::{Answer, Ask, Doors};

const APP: (&str, &str) = ("client_id", "quickstart-client-id");
const SECRET: (&str, &str) = ("client_secret", "quickstart-secret");
const REPORTS: [(&str, &str); 3] =
    [("grant_type", "password"), ("username", "reports@acme.example"), ("password", "reports-password")];

fn token(doors: &Doors) -> Ask<'_> {
    doors.standard("POST", "/services/oauth2/token")
}

async fn password(doors: &Doors, more: &[(&str, &str)]) -> Answer {
    let pairs: Vec<_> = REPORTS.iter().chain(more).copied().collect();
    token(doors).form(&pairs).send().await
}

fn error(answer: &Answer) -> (u16, String) {
    let body = answer.json();
    let text = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
    (answer.status, format!("{}: {}", text("error"), text("error_description")))
}

#[tokio::test]
async fn password_flow_answers_what_clients_need() {
    let doors = Doors::quickstart();
    let answer = password(&doors, &[APP, SECRET]).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "application/json;charset=UTF-8");
    assert_eq!(answer.header("cache-control"), "no-cache,no-store");
    let body = answer.json();
    assert_eq!(body["instance_url"], "https://localhost:4443");
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body.get("refresh_token"), None);
    let issued_at = body["issued_at"].as_str().expect("text");
    assert_eq!(issued_at, "1795510800000");
    let id = body["id"].as_str().expect("text");
    let org = doors.controls.snapshot().org.id.clone();
    assert!(id.starts_with(&format!("https://localhost:4443/id/{org}/005")), "{id}");
    let key = PKey::hmac(b"quickstart-secret").expect("a key");
    let mut signer = Signer::new(MessageDigest::sha256(), &key).expect("a signer");
    let mac = signer.sign_oneshot_to_vec(format!("{id}{issued_at}").as_bytes()).expect("a signature");
    assert_eq!(body["signature"], BASE64_STANDARD.encode(mac));
    let access_token = body["access_token"].as_str().expect("text");
    let answer = doors.standard("GET", "/services/data/v68.0/limits").bearer(access_token).send().await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn parameters_may_stand_in_the_query_of_a_post() {
    let doors = Doors::quickstart();
    let query = "grant_type=password&username=reports@acme.example&password=reports-password";
    let uri = format!("/services/oauth2/token?{query}&client_id=quickstart-client-id&client_secret=quickstart-secret");
    assert_eq!(doors.standard("POST", &uri).send().await.status, 200);
    assert_eq!(doors.standard("GET", &uri).send().await.status, 405);
}

#[tokio::test]
async fn client_credentials_come_by_basic_or_in_the_body() {
    let doors = Doors::quickstart();
    let basic = BASE64_STANDARD.encode("quickstart-client-id:quickstart-secret");
    let by_header = token(&doors)
        .header("authorization", &format!("Basic {basic}"))
        .form(&[("grant_type", "client_credentials")])
        .send()
        .await;
    let by_body = token(&doors).form(&[("grant_type", "client_credentials"), APP, SECRET]).send().await;
    assert_eq!((by_header.status, by_body.status), (200, 200), "{} {}", by_header.text, by_body.text);
    assert_eq!(doors.last_login().username, "billing@acme.example");
    assert_eq!(doors.last_login().flow, "client-credentials");
}

#[tokio::test]
async fn every_wrong_thing_has_the_orgs_own_error() {
    let doors = Doors::quickstart();
    let wrong_app = password(&doors, &[("client_id", "nobody"), SECRET]).await;
    let wrong_secret = password(&doors, &[APP, ("client_secret", "wrong")]).await;
    let no_secret = password(&doors, &[APP]).await;
    let no_app = password(&doors, &[]).await;
    let wrong_password = token(&doors).form(&[REPORTS[0], REPORTS[1], ("password", "wrong"), APP, SECRET]).send().await;
    let unknown = token(&doors).form(&[("grant_type", "telepathy"), APP, SECRET]).send().await;
    let not_a_form = token(&doors).header("content-type", "application/json").body("{}").send().await;
    let refresh = token(&doors).form(&[("grant_type", "refresh_token"), ("refresh_token", "x"), APP]).send().await;
    let all = [wrong_app, wrong_secret, no_secret, no_app, wrong_password, unknown, not_a_form, refresh];
    let shown: Vec<_> = all.iter().map(|answer| format!("{:?}", error(answer))).collect();
    expect![[r#"
        (400, "invalid_client_id: client identifier invalid")
        (400, "invalid_client: invalid client credentials")
        (400, "invalid_client: invalid client credentials")
        (400, "invalid_request: missing required parameter: client_id")
        (400, "invalid_grant: authentication failure")
        (400, "unsupported_grant_type: grant type not supported")
        (400, "unsupported_grant_type: grant type not supported")
        (400, "invalid_grant: expired access/refresh token")"#]]
    .assert_eq(&shown.join("\n"));
    assert!(doors.requests().iter().all(|request| request.explanation.is_some() && request.error.is_some()));
}

#[tokio::test]
async fn an_enforced_user_on_the_mutual_door_needs_the_certificate_already_here() {
    let doors = Doors::quickstart();
    let form = [("grant_type", "client_credentials"), APP, SECRET];
    let refused = doors.mutual("POST", "/services/oauth2/token").form(&form).send().await;
    expect![[r#"(400, "invalid_grant: authentication failure - Mutual authentication failed")"#]]
        .assert_eq(&format!("{:?}", error(&refused)));
    assert_eq!(doors.controls.store().logins()[0].status, "Mutual authentication failed");
    let granted = doors.mutual("POST", "/services/oauth2/token").certificate("billing").form(&form).send().await;
    assert_eq!(granted.status, 200, "{}", granted.text);
}

#[tokio::test]
async fn a_refresh_token_opens_a_new_session_until_it_is_revoked() {
    let doors = Doors::quickstart();
    let user_id = doors.controls.snapshot().org.user_named("reports@acme.example").expect("the user").id.clone();
    let kept = RefreshGrant { user_id, client_id: APP.1.to_owned(), scope: "api refresh_token".to_owned() };
    doors.controls.store().give_refresh("5Aep861".to_owned(), kept).unwrap();
    let form = [("grant_type", "refresh_token"), ("refresh_token", "5Aep861"), APP];
    let answer = token(&doors).form(&form).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!((&answer.json()["scope"], answer.json().get("refresh_token")), (&json!("api refresh_token"), None));
    let revoked = doors.standard("POST", "/services/oauth2/revoke").form(&[("token", "5Aep861")]).send().await;
    assert_eq!(revoked.status, 200);
    assert_eq!(token(&doors).form(&form).send().await.status, 400);
}

#[tokio::test]
async fn revocation_takes_form_query_and_get() {
    let doors = Doors::quickstart();
    for way in ["form", "query", "get"] {
        let session = doors.reports().await;
        let encoded = super::encode(&session);
        let ask = match way {
            "form" => doors.standard("POST", "/services/oauth2/revoke").form(&[("token", &session)]),
            "query" => doors.standard("POST", &format!("/services/oauth2/revoke?token={encoded}")),
            _ => doors.standard("GET", &format!("/services/oauth2/revoke?token={encoded}")),
        };
        assert_eq!(ask.send().await.status, 200, "{way}");
        let answer = doors.standard("GET", "/services/data/v68.0/limits").bearer(&session).send().await;
        assert_eq!(answer.status, 401, "{way}");
    }
    let answer = doors.standard("POST", "/services/oauth2/revoke").form(&[("token", "nothing")]).send().await;
    assert_eq!(error(&answer), (400, "invalid_token: invalid token".to_owned()));
}

/// A client's way to write an assertion.
struct Writer {
    header: Value,
    claims: Value,
    padded: bool,
}

impl Writer {
    fn new(exp: Value, aud: Value) -> Self {
        let claims = json!({"iss": APP.1, "sub": "billing@acme.example", "aud": aud, "exp": exp});
        Self { header: json!({"alg": "RS256", "typ": "JWT"}), claims, padded: false }
    }

    fn plain() -> Self {
        Self::new(json!(NOW + 120), json!("https://login.salesforce.com"))
    }

    fn sign(&self, key: &PKey<openssl::pkey::Private>) -> String {
        let engine = if self.padded { &BASE64_URL_SAFE } else { &BASE64_URL_SAFE_NO_PAD };
        let signed = format!("{}.{}", engine.encode(self.header.to_string()), engine.encode(self.claims.to_string()));
        let mut signer = Signer::new(MessageDigest::sha256(), key).expect("a signer");
        let signature = signer.sign_oneshot_to_vec(signed.as_bytes()).expect("a signature");
        format!("{signed}.{}", engine.encode(signature))
    }

    async fn send(&self, doors: &Doors) -> Answer {
        let apps = doors.controls.identities().app("quickstart").expect("a key").clone();
        let key = apps.key().expect("made").expect("ours").key.clone();
        send(doors, &self.sign(&key)).await
    }
}

async fn send(doors: &Doors, assertion: &str) -> Answer {
    let grant_type = ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
    token(doors).form(&[grant_type, ("assertion", assertion), ("format", "json")]).send().await
}

/// The org's time in seconds.
const NOW: i64 = 1_795_510_800;

/// Judged by the org's clock, which stands: nothing here can expire on the calendar.
fn quickstart() -> Doors {
    Doors::quickstart().switch("org.jwt-clock", "org")
}

#[tokio::test]
async fn assertions_are_taken_with_every_clients_oddities() {
    let doors = quickstart();
    let login = || json!("https://login.salesforce.com");
    let exp = || json!(NOW + 180);
    let with = |change: fn(&mut Writer)| {
        let mut writer = Writer::plain();
        change(&mut writer);
        writer
    };
    let writers = [
        ("exp in milliseconds", Writer::new(json!(NOW * 1000 + 300), json!("https://localhost:4443/"))),
        ("exp as text", Writer::new(json!((NOW + 180).to_string()), json!("https://test.salesforce.com"))),
        ("exp is now", Writer::new(json!(NOW), login())),
        ("exp a fraction", Writer::new(json!(NOW as f64 + 0.5), login())),
        ("exp three minutes ago", Writer::new(json!(NOW - 180), login())),
        ("aud a bare host", Writer::new(exp(), json!("login.salesforce.com"))),
        ("aud the My Domain", Writer::new(exp(), json!("https://acme.my.salesforce.com"))),
        ("aud a sandbox's", Writer::new(exp(), json!("https://acme--dev.sandbox.my.salesforce.com/"))),
        ("aud a list", Writer::new(exp(), json!(["https://elsewhere.example", "https://login.salesforce.com"]))),
        ("aud advertised", Writer::new(exp(), json!("https://ORG.test:9443"))),
        ("padding", with(|writer| writer.padded = true)),
        ("no typ", with(|writer| writer.header = json!({"alg": "RS256"}))),
        ("alg among the claims", with(|writer| writer.claims["alg"] = json!("RS256"))),
    ];
    for (oddity, writer) in writers {
        let answer = writer.send(&doors).await;
        assert_eq!(answer.status, 200, "{oddity}: {}", answer.text);
    }
    assert_eq!(doors.last_login().flow, "jwt-bearer");
}

#[tokio::test]
async fn assertions_that_do_not_hold_are_refused_in_the_orgs_words() {
    let doors = quickstart();
    let login = || json!("https://login.salesforce.com");
    let with = |claim: &'static str, value: Value| {
        let mut writer = Writer::plain();
        writer.claims[claim] = value;
        writer
    };
    let mut answers = vec![
        ("expired", Writer::new(json!(NOW - 181), login()).send(&doors).await),
        ("no exp", Writer::new(json!(null), login()).send(&doors).await),
        ("elsewhere", with("aud", json!("https://other.my.salesforce.com")).send(&doors).await),
        ("no audience", with("aud", json!(null)).send(&doors).await),
        ("unknown app", with("iss", json!("nobody")).send(&doors).await),
        ("unknown user", with("sub", json!("nobody@acme.example")).send(&doors).await),
    ];
    let other = PKey::from_rsa(openssl::rsa::Rsa::generate(2048).expect("a key")).expect("a key");
    answers.push(("another key", send(&doors, &Writer::plain().sign(&other)).await));
    let none = format!("{}.e30.", BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#));
    for (what, text) in
        [("alg none", none.as_str()), ("two parts", "a.b"), ("no base64", "!.!.!"), ("no JSON", "YQ.YQ.YQ")]
    {
        answers.push((what, send(&doors, text).await));
    }
    let shown: Vec<_> = answers.iter().map(|(what, answer)| format!("{what}: {}", error(answer).1)).collect();
    expect![[r#"
        expired: invalid_grant: expired authorization code
        no exp: invalid_grant: invalid assertion
        elsewhere: invalid_grant: audience is invalid
        no audience: invalid_grant: audience is invalid
        unknown app: invalid_client_id: client identifier invalid
        unknown user: invalid_grant: user hasn't approved this consumer
        another key: invalid_grant: invalid assertion
        alg none: invalid_grant: invalid assertion
        two parts: invalid_grant: invalid assertion
        no base64: invalid_grant: invalid assertion
        no JSON: invalid_grant: invalid assertion"#]]
    .assert_eq(&shown.join("\n"));
    assert!(answers.iter().all(|(_, answer)| answer.status == 400));
}

#[tokio::test]
async fn assertions_live_by_the_wall_clock_unless_switched() {
    let doors = Doors::quickstart().switch("org.jwt-clock", "wall");
    let wall = doors.controls.clock().wall_now().as_second();
    let login = || json!("https://login.salesforce.com");
    assert_eq!(Writer::new(json!(wall + 120), login()).send(&doors).await.status, 200);
    assert_eq!(Writer::new(json!(wall - 3_600), login()).send(&doors).await.status, 400);
}
