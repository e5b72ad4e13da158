//! One event of every kind, with every key: what `docs/journal.md` shows and the tests render.

use std::sync::Arc;

use jiff::Timestamp;
use mockorg::journal::event::{
    Admin, Delivery, Event, FailedExpectation, Fault, FaultEntry, Handshake, Kind, Login, Proxy, Request,
    SentCertificate, Step, VerdictEntry,
};
use mockorg::journal::{Explanation, canonical};
use mockorg::org::{CredentialRefusal, Door, UploadRefusal};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn event(seq: u64, kind: Kind) -> Arc<Event> {
    let (org_time, wall_time) = (at("2026-11-24T09:00:00Z"), at("2026-06-01T12:00:00.25Z"));
    Arc::new(Event { version: 1, seq, org_time, wall_time, kind })
}

/// Events 1, 2, 3 …
pub fn samples() -> Vec<Arc<Event>> {
    let (one, two) = connections();
    let kinds = one.into_iter().chain(two).chain(verbs()).chain(film()).chain([struck(), delivered()]);
    kinds.enumerate().map(|(at, kind)| event(at as u64 + 1, kind)).collect()
}

/// A chain refused, a client that does not trust us, and a client that is granted and refused by the org.
fn connections() -> (Vec<Kind>, Vec<Kind>) {
    let refused = Handshake {
        certificates: vec![certificate("CN=billing", Some("billing")), certificate("CN=Acme Issuing CA", None)],
        verdict: Some(expired()),
        alert_sent: Some("certificate_expired (45)".into()),
        ending: Some("refused"),
        explanation: Some(expired_explanation()),
        ..handshake(1)
    };
    let distrustful = Handshake {
        verdict: None,
        alert_received: Some("unknown_ca (48)".into()),
        ending: Some("alert-received"),
        server_flaw: Some("other-root"),
        tls_version: None,
        cipher: None,
        alpn: None,
        ..handshake(2)
    };
    let granted = Handshake {
        connect: Some("acme.my.salesforce.com:8443".into()),
        certificates: vec![certificate("CN=billing", Some("billing"))],
        ..handshake(3)
    };
    let (login, call) = (login(), call());
    let mistaken = Login {
        status: CredentialRefusal::InvalidPassword.status(),
        decision: "refused",
        explanation: Some(CredentialRefusal::InvalidPassword.into()),
        ..login.clone()
    };
    let unanswered = Request {
        status: 401,
        decision: Some("refused"),
        ground: None,
        error: Some("MUTUAL_AUTHENTICATION_FAILED".into()),
        explanation: Some(Explanation {
            headline: "refused: billing@acme.example sent no certificate".into(),
            rule: "\"Enforce SSL/TLS Mutual Authentication\"".into(),
            expected: "the mutual door, and a certificate equal to the first one of an upload".into(),
            found: "a call on the mutual door by a client that sent no certificate when asked for one".into(),
            client: Some("saw MUTUAL_AUTHENTICATION_FAILED".into()),
            cure: "give the client its certificate and key; see docs/refusals.md#no-certificate".into(),
        }),
        ..call.clone()
    };
    let one = vec![Kind::Handshake(Box::new(refused)), Kind::Handshake(Box::new(distrustful))];
    let two = vec![
        Kind::Handshake(Box::new(granted)),
        Kind::Login(Box::new(login)),
        Kind::Request(Box::new(call)),
        Kind::Login(Box::new(mistaken)),
        Kind::Request(Box::new(unanswered)),
    ];
    (one, two)
}

/// A login that went well.
fn login() -> Login {
    Login {
        handshake: 3,
        door: Door::Mutual,
        username: "billing@acme.example".into(),
        flow: "soap",
        status: "Success",
        decision: "granted",
        explanation: None,
    }
}

/// A call that was granted.
fn call() -> Request {
    Request {
        handshake: 3,
        door: Some(Door::Mutual),
        method: "GET".into(),
        path: "/services/data/v68.0/limits".into(),
        family: "rest",
        verdict_age_s: Some(3),
        user: Some("billing@acme.example".into()),
        session: Some("5f2c9a01".into()),
        action: Some("call"),
        decision: Some("granted"),
        ground: Some("by CN=billing (uploaded as 'Billing 2026')".into()),
        explanation: None,
        status: 200,
        error: None,
        injected_fault: None,
        chaos: Vec::new(),
        request_body: None,
        response_body: None,
        duration_us: 212,
    }
}

/// A session that is resumed, and one that is not.
pub fn resumptions() -> Vec<Arc<Event>> {
    let certificates = vec![certificate("CN=billing", Some("billing"))];
    let resumed = Handshake { resumed_from: Some(3), certificates: certificates.clone(), ..handshake(4) };
    let declined = Handshake {
        not_resumed: Some("the session of handshake 3: CN=Acme Issuing CA, expired".into()),
        certificates,
        verdict: Some(expired()),
        alert_sent: Some("certificate_expired (45)".into()),
        explanation: Some(expired_explanation()),
        ..handshake(5)
    };
    let kinds = [resumed, declined].map(|handshake| Kind::Handshake(Box::new(handshake)));
    (1..).zip(kinds).map(|(seq, kind)| event(seq, kind)).collect()
}

fn verbs() -> Vec<Kind> {
    let refusal = UploadRefusal::SelfSigned { subject: "CN=billing".into() };
    vec![
        Kind::Clock { change: "moved by 720h".into() },
        Kind::Crl { ca: "acme-issuing".into(), change: "withheld".into() },
        Kind::Permission { user: "billing@acme.example".into(), permission: "api-enabled".into(), granted: false },
        Kind::Sessions { user: "billing@acme.example".into(), ended: 2 },
        Kind::Switch { name: "edge.bad-chain".into(), value: "page".into() },
        Kind::Trust { alias: "acmeroot".into(), listed: true },
        Kind::Upload { label: "Billing 2027".into(), outcome: "uploaded", explanation: None },
        Kind::Upload { label: "Mine".into(), outcome: "refused", explanation: Some((&refusal).into()) },
        Kind::Issue { client: "billing".into(), serial: "1002".into(), kept_key: false },
        Kind::Advertise {
            host: Some("org.test".into()),
            standard_port: Some(32_768),
            mutual_port: Some(32_769),
            proxy_port: Some(32_770),
            admin_port: Some(32_771),
        },
        Kind::Proxy(Box::new(Proxy {
            remote: "127.0.0.1:50001".into(),
            method: Some("CONNECT".into()),
            connect: Some("other.my.salesforce.com:443".into()),
            status: Some(403),
            explanation: Explanation {
                headline: "refused: other.my.salesforce.com:443 is another org's My Domain".into(),
                rule: "the proxy door leads to this org's own doors only".into(),
                expected: "login.salesforce.com on port 443".into(),
                found: "CONNECT other.my.salesforce.com:443".into(),
                client: Some("saw 403 instead of a tunnel".into()),
                cure: "point the client at acme.my.salesforce.com; see docs/proxy.md#refusals".into(),
            },
        })),
        Kind::Mark { name: "before-renewal".into() },
        Kind::Reset,
        Kind::Admin(Box::new(intruder())),
        Kind::Expectation(Box::new(FailedExpectation {
            name: "billing never comes to the standard door".into(),
            expected: "no request with door standard, user billing@acme.example, action call".into(),
            found: "1 request".into(),
            events: vec![7],
        })),
    ]
}

/// Somebody without the token at the admin door.
fn intruder() -> Admin {
    Admin {
        method: "GET".into(),
        path: "/v1/org".into(),
        status: 401,
        error: "no-token".into(),
        explanation: Explanation {
            headline: "refused: the admin door wants a token".into(),
            rule: "everything but /health and /crl wants the token of this run".into(),
            expected: "Authorization: Bearer and the token, or the cookie that GET /?token=… sets".into(),
            found: "neither a token nor a cookie of this org".into(),
            client: None,
            cure: "take admin_token from kit.json, or open the URL that mockorg serve printed at start".into(),
        },
    }
}

/// A film: what steps leave behind, and verbs that came with them.
fn film() -> Vec<Kind> {
    vec![
        Kind::Server { shows: "expired".into() },
        Kind::Password { user: "billing@acme.example".into(), change: "set" },
        step("done", None),
        step(
            "failed",
            Some(Explanation {
                headline: "failed: the step 'renewal'".into(),
                rule: "a step finds what it works on when its moment comes".into(),
                expected: "issue billing, with a new key".into(),
                found: "client \"billing\": its file names no CA of this scenario that could renew it".into(),
                client: None,
                cure: "change the step, or what comes before it; see docs/scenarios.md#step".into(),
            }),
        ),
    ]
}

fn step(outcome: &'static str, explanation: Option<Explanation>) -> Kind {
    let (name, trigger) = ("renewal".into(), "at +30d".into());
    let what = "billing, with a new key".into();
    Kind::Step(Box::new(Step { name, trigger, verb: "issue", what, outcome, explanation }))
}

/// A fault that is about to strike.
fn struck() -> Kind {
    let (name, effect) = ("late".into(), "hold-server-hello, 3s".into());
    Kind::Fault(Box::new(Fault { name, change: "injected", effect, handshake: Some(3), door: Some(Door::Mutual) }))
}

/// Another chain for the certificate that a client has.
fn delivered() -> Kind {
    let sent = ["billing", "acme-issuing-2026"].map(String::from).to_vec();
    Kind::Deliver(Delivery { client: "billing".into(), serial: "1001".into(), sent })
}

/// A handshake without certificates that came to be.
pub fn handshake(id: u64) -> Handshake {
    Handshake {
        id,
        door: Door::Mutual,
        remote: "127.0.0.1:50000".into(),
        connect: None,
        sni: Some("localhost".into()),
        tls_version: Some("TLSv1.3".into()),
        cipher: Some("TLS_AES_256_GCM_SHA384".into()),
        alpn: Some("http/1.1".into()),
        resumed_from: None,
        not_resumed: None,
        certificates: Vec::new(),
        verdict: Some(VerdictEntry {
            holds: true,
            faults: Vec::new(),
            path: vec!["CN=billing".into(), "CN=Acme Root CA".into()],
            holds_until: at("2027-01-01T00:00:00Z"),
            remembered: true,
        }),
        alert_sent: None,
        alert_received: None,
        ending: None,
        explanation: None,
        server_flaw: None,
        injected_fault: None,
        duration_us: 1_204,
    }
}

fn certificate(subject: &str, name: Option<&str>) -> SentCertificate {
    SentCertificate {
        subject: subject.into(),
        issuer: "CN=Acme Issuing CA".into(),
        serial: "1001".into(),
        not_before: at("2026-01-01T00:00:00Z"),
        not_after: at("2027-01-01T00:00:00Z"),
        sha256: "9B:0D:7C:41".into(),
        name: name.map(str::to_owned),
    }
}

fn expired() -> VerdictEntry {
    VerdictEntry {
        holds: false,
        faults: vec![FaultEntry {
            rule: "expired",
            position: Some(2),
            subject: "CN=Acme Issuing CA".into(),
            expected: "a date between 2026-01-01T00:00:00Z and 2026-11-01T00:00:00Z".into(),
            found: "2026-11-24T09:00:00Z (the org's clock)".into(),
            cure: "renew the intermediate and send leaf + intermediate".into(),
        }],
        path: vec!["CN=billing".into(), "CN=Acme Issuing CA".into()],
        holds_until: at("9999-12-30T22:00:00.999999999Z"),
        remembered: false,
    }
}

fn expired_explanation() -> Explanation {
    Explanation {
        headline: "refused: certificate 2 of 2, CN=Acme Issuing CA, expired".into(),
        rule: "validity dates (RFC 5280 6.1.3 a.2)".into(),
        expected: "a date between 2026-01-01T00:00:00Z and 2026-11-01T00:00:00Z".into(),
        found: "2026-11-24T09:00:00Z (the org's clock)".into(),
        client: Some("saw TLS alert certificate_expired (45), on its first read because TLS 1.3".into()),
        cure: "renew the intermediate and send leaf + intermediate; see docs/refusals.md#expired".into(),
    }
}

/// The canonical form as text, a line each.
pub fn canonical_text(events: &[Arc<Event>]) -> String {
    canonical(events).iter().map(|event| format!("{event}\n")).collect()
}
