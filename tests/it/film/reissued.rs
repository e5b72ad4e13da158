//! A CA with two certificates for one name and key: which one a client sends decides, and one CRL speaks for both.

use mockorg::pki::Certificate;
use mockorg::pki::crl::Crl;

use super::days;
use crate::wire::{Client, Failure, Org, plain};

/// Billing below an intermediate that has 30 days left, and another certificate of that intermediate, by another root.
fn org(more: &str) -> Org {
    let scenario = r#"
        format = 1
        [org]
        name = "Acme"
        clock = "2029-03-01T00:00:00Z"
        [[ca]]
        name = "root"
        listed = true
        [[ca]]
        name = "other-root"
        listed = true
        key = "p-384"
        [[ca]]
        name = "issuing"
        issuer = "root"
        valid = { from = "-1800d", until = "30d" }
        distribution-point = "http://crl.acme.example/issuing.crl"
        [[ca]]
        name = "issuing-2029"
        renews = "issuing"
        issuer = "other-root"
        path-length = 0
        [[client]]
        name = "billing"
        issuer = "issuing"
        [[client]]
        name = "later"
        issuer = "issuing-2029"
        [[mutual-auth-certificate]]
        label = "Billing"
        client = "billing"
    "#;
    Org::from_toml(&format!("{scenario}{more}"))
}

fn named(org: &Org, ca: &str) -> Certificate {
    org.identities().authority(ca).unwrap().certificate.clone()
}

/// Billing, sending this CA's certificate after its own.
fn below(org: &Org, ca: &str) -> Client {
    org.mutual("billing").sending(vec![named(org, ca)])
}

fn meets(client: &Client) -> Result<u16, Failure> {
    client.get("/services/data").map(|answer| answer.status)
}

fn refused(alert: u8) -> Result<u16, Failure> {
    Err(Failure::Alert(alert))
}

#[test]
fn has_the_same_name_key_and_key_identifier_and_nothing_else_of_the_other() {
    let org = org("");
    let (old, new) = (named(&org, "issuing"), named(&org, "issuing-2029"));
    assert_eq!((new.subject(), new.key_sha256()), (old.subject(), old.key_sha256()));
    assert_eq!(new.key_identifier(), old.key_identifier());
    assert_ne!(new.serial(), old.serial());
    assert_ne!((new.issuer(), new.not_after()), (old.issuer(), old.not_after()));
    assert!(new.authority_key_identifier().is_some_and(|id| Some(id) == named(&org, "other-root").key_identifier()));
    let names = org.identities();
    assert_eq!([&old, &new].map(|one| names.name_of(one)), [Some("issuing"), Some("issuing-2029")]);
}

#[test]
fn the_same_leaf_outlives_its_intermediate_under_the_other_one() {
    let org = org("");
    assert_eq!((meets(&below(&org, "issuing")), meets(&below(&org, "issuing-2029"))), (Ok(200), Ok(200)));
    org.advance(days(31)).unwrap();
    assert_eq!(meets(&org.mutual("billing")), refused(45), "its chain is the one of its first day");
    let told = org.event(|event| event.kind.name() == "handshake" && event.kind.explanation().is_some());
    let explained = told.kind.explanation().unwrap();
    let other = named(&org, "issuing-2029");
    assert!(explained.cure.starts_with("send its CA's other certificate in its place: serial "), "{explained:?}");
    assert!(explained.cure.contains(other.serial()), "{explained:?}");
    assert_eq!(meets(&below(&org, "issuing-2029")), Ok(200));
    let both = org.mutual("billing").sending(vec![named(&org, "issuing"), named(&org, "issuing-2029")]);
    assert_eq!(meets(&both), Ok(200), "of two ways up, one holds");
    let sent = org.mutual("later").get("/services/data").map(|answer| answer.status);
    assert_eq!(sent, Ok(200), "what it issues is sent with it");
    let handshake = org.handshake_of("CN=later,O=Acme");
    let names: Vec<_> = handshake.certificates.iter().filter_map(|one| one.name.as_deref()).collect();
    assert_eq!(names, ["later", "issuing-2029"]);
}

#[test]
fn one_crl_revokes_under_either_certificate() {
    let org = org("");
    org.revoke("later").unwrap();
    assert_eq!(meets(&org.mutual("later")), refused(44));
    let later = org.mutual("later").sending(vec![named(&org, "issuing")]);
    assert_eq!(meets(&later), refused(44));
    assert_eq!(meets(&org.mutual("billing")), Ok(200));
    let told =
        serde_json::to_value(&org.journal().since(0).iter().rfind(|event| event.kind.name() == "crl").unwrap().kind);
    assert_eq!(told.unwrap()["ca"], "issuing");
    let crl = |name: &str| {
        let answer = plain(
            org.ports().admin,
            format!("GET /crl/{name}.crl HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n").as_bytes(),
        );
        let at = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
        answer[at..].to_vec()
    };
    assert_eq!(crl("issuing"), crl("issuing-2029"));
    assert!(Crl::from_der(&crl("issuing")).unwrap().may_cover(&named(&org, "issuing-2029")));
}

#[test]
fn whatever_becomes_of_the_crl_is_asked_for_by_either_name() {
    let step = "[[step]]\nname = \"stale\"\non = \"call\"\ndo.crl = { ca = \"issuing-2029\", change = \"stale\" }\n";
    let org = org(step);
    org.step("stale").unwrap();
    assert!(meets(&below(&org, "issuing")).is_err());
    assert!(meets(&below(&org, "issuing-2029")).is_err());
}

#[test]
fn a_root_that_is_signed_by_another_is_a_way_to_that_one() {
    let org = Org::from_toml(
        r#"
        format = 1
        [org]
        name = "Acme"
        [[ca]]
        name = "cross"
        renews = "new-root"
        issuer = "old-root"
        [[ca]]
        name = "new-root"
        [[ca]]
        name = "old-root"
        listed = true
        [[client]]
        name = "billing"
        issuer = "new-root"
        [[client]]
        name = "crossed"
        issuer = "new-root"
        sends = ["crossed", "cross"]
        [[ca]]
        name = "new-root-again"
        renews = "new-root"
        "#,
    );
    assert_eq!(meets(&org.mutual("billing")), refused(48));
    assert_eq!(meets(&org.mutual("crossed")), Ok(200));
    assert!(named(&org, "new-root-again").is_self_issued());
    org.list("newroot", named(&org, "new-root-again")).unwrap();
    assert_eq!(meets(&org.mutual("billing")), Ok(200), "below the root's other certificate");
}

#[test]
fn a_certificate_of_a_ca_is_revoked_without_the_other() {
    let step = "[[step]]\nname = \"on Tuesday\"\nat = \"+5d\"\ndo.revoke = \"issuing\"\n";
    let org = org(step);
    assert_eq!(meets(&org.mutual("billing")), Ok(200));
    org.advance(days(6)).unwrap();
    assert_eq!(meets(&org.mutual("billing")), refused(44));
    assert_eq!(meets(&below(&org, "issuing-2029")), Ok(200), "the leaf lives on under the other one");
    let identities = org.identities();
    let revoked = identities.authorities().iter().filter(|ca| identities.is_revoked_ca(ca));
    assert_eq!(revoked.map(|ca| ca.name.as_str()).collect::<Vec<_>>(), ["issuing"]);
    assert!(org.revoke_ca("root").is_err(), "nobody revokes a root");
}
