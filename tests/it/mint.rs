//! Certificates and CRLs made here, judged by OpenSSL alone.

use jiff::Timestamp;
use mockorg::pki::Certificate;
use mockorg::pki::mint::{
    self, AlternativeName, CrlReason, Issuer, KeyKind, NameConstraints, Request, Revoked, Validity,
};
use openssl::stack::Stack;
use openssl::x509::store::X509StoreBuilder;
use openssl::x509::verify::X509VerifyParam;
use openssl::x509::{CrlStatus, X509Crl, X509StoreContext, X509VerifyResult};

mod identities;

pub use identities::{START, scenario};

#[test]
fn every_kind_of_key_signs_what_openssl_accepts() {
    use KeyKind::{Ed25519, P256, P384, Rsa2048, Rsa3072, Rsa4096};

    for kind in [Ed25519, P256, P384, Rsa2048, Rsa3072, Rsa4096] {
        let key = kind.generate().unwrap();
        assert_eq!(KeyKind::like(&key), kind);
        let root = mint::self_signed(&Request::authority(name("CN=Root,O=Acme"), year(2029)), &key).unwrap();
        let issuer = Issuer::new(&root, key.clone()).unwrap();
        let leaf = mint::certificate(&Request::client(name("CN=billing"), year(2029)), &key, &issuer).unwrap();
        assert_eq!(
            verify(std::slice::from_ref(&leaf), &root, "2029-06-01T00:00:00Z"),
            X509VerifyResult::OK,
            "{kind:?}"
        );
        assert_eq!(error(&[leaf], &root, "2030-06-01T00:00:00Z"), "certificate has expired", "{kind:?}");
        let crl = X509Crl::from_der(&mint::crl(&issuer, 1, year(2029), &[]).unwrap()).unwrap();
        assert!(crl.verify(&key).unwrap(), "{kind:?}");
    }
}

#[test]
fn writes_the_extensions_of_rfc_5280_with_their_criticality() {
    let root = authority("CN=Root", Request::authority);
    let leaf = Request {
        alternative_names: vec![AlternativeName::Dns("a.example".into()), AlternativeName::Ip([10, 0, 0, 1].into())],
        distribution_point: Some("http://localhost/root.crl".into()),
        serial: Some(vec![0x8f, 1]),
        ..Request::client(name("CN=billing,O=Acme"), year(2029))
    };
    let leaf = mint::certificate(&leaf, &KeyKind::P256.generate().unwrap(), &root).unwrap();
    assert_eq!((leaf.subject(), leaf.issuer(), leaf.serial()), ("CN=billing,O=Acme", "CN=Root", "8F01"));
    expect_test::expect![[r#"
        id-ce-basicConstraints critical 3000
        id-ce-keyUsage critical 03020780
        id-ce-extKeyUsage 300a06082b06010505070302
        id-ce-subjectKeyIdentifier (its own)
        id-ce-authorityKeyIdentifier (its own)
        id-ce-subjectAltName 30118209612e6578616d706c6587040a000001
        id-ce-cRLDistributionPoints 3021301fa01da01b8619687474703a2f2f6c6f63616c686f73742f726f6f742e63726c"#]]
    .assert_eq(&extensions(&leaf));

    let constrained = |subject, validity| {
        let constraints = NameConstraints {
            permitted_dns: vec!["a.example".into()],
            excluded_dns: vec!["b.a.example".into()],
            permitted_networks: vec![([127, 0, 0, 0].into(), 8)],
        };
        Request { name_constraints: Some(constraints), ..Request::authority(subject, validity) }
    };
    let (_, root) = authority_with_certificate("CN=Root", constrained);
    expect_test::expect![[r#"
        id-ce-basicConstraints critical 30030101ff
        id-ce-keyUsage critical 03020106
        id-ce-subjectKeyIdentifier (its own)
        id-ce-authorityKeyIdentifier (its own)
        id-ce-nameConstraints critical 302ca019300b8209612e6578616d706c65300a87087f000000ff000000a10f300d820b622e612e6578616d706c65"#]]
    .assert_eq(&extensions(&root));
}

#[test]
fn a_serial_number_is_random_positive_and_16_octets_long() {
    let root = authority("CN=Root", Request::authority);
    let key = KeyKind::P256.generate().unwrap();
    let request = Request::client(name("CN=billing"), year(2029));
    let mut serials: Vec<String> =
        (0..50).map(|_| mint::certificate(&request, &key, &root).unwrap().serial().to_owned()).collect();
    assert!(serials.iter().all(|serial| serial.len() == 32 && serial < &"8".to_owned()), "{serials:?}");
    serials.sort();
    serials.dedup();
    assert_eq!(serials.len(), 50);
}

#[test]
fn dates_are_cut_to_seconds_and_reach_beyond_2049() {
    let root = authority("CN=Root", Request::authority);
    let validity = Validity { from: at("2048-12-31T23:59:59.999Z"), until: at("2051-01-01T00:00:00.5Z") };
    let request = Request::client(name("CN=billing"), validity);
    let leaf = mint::certificate(&request, &KeyKind::P256.generate().unwrap(), &root).unwrap();
    assert_eq!(leaf.not_before(), at("2048-12-31T23:59:59Z"));
    assert_eq!(leaf.not_after(), at("2051-01-01T00:00:00Z"));
}

#[test]
fn name_constraints_refuse_another_name() {
    let constrained = |subject, validity| {
        let constraints = NameConstraints { permitted_dns: vec!["salesforce.com".into()], ..Default::default() };
        Request { name_constraints: Some(constraints), ..Request::authority(subject, validity) }
    };
    let (issuer, root) = authority_with_certificate("CN=Root", constrained);
    let server = |host: &str| {
        let request = Request::server(name("CN=s"), year(2029), vec![AlternativeName::Dns(host.into())]);
        mint::certificate(&request, &KeyKind::P256.generate().unwrap(), &issuer).unwrap()
    };
    assert_eq!(verify(&[server("*.my.salesforce.com")], &root, "2029-06-01T00:00:00Z"), X509VerifyResult::OK);
    assert_eq!(error(&[server("bank.example")], &root, "2029-06-01T00:00:00Z"), "permitted subtree violation");
}

#[test]
fn a_crl_carries_serials_dates_and_reasons() {
    let (issuer, root) = authority_with_certificate("CN=Root", Request::authority);
    let mut request = Request::client(name("CN=billing"), year(2029));
    request.serial = Some(vec![0xff; 19]);
    let revoked = mint::certificate(&request, &KeyKind::P256.generate().unwrap(), &issuer).unwrap();
    let entry = Revoked::new(&revoked, at("2029-02-03T04:05:06Z"), Some(CrlReason::KeyCompromise)).unwrap();
    let der = mint::crl(&issuer, 7, year(2029), &[entry]).unwrap();

    let crl = X509Crl::from_der(&der).unwrap();
    assert!(crl.verify(&root.x509().public_key().unwrap()).unwrap());
    assert_eq!(crl.issuer_name().to_der().unwrap(), root.x509().subject_name().to_der().unwrap());
    assert_eq!(crl.last_update().to_string(), "Jan  1 00:00:00 2029 GMT");
    assert_eq!(crl.next_update().unwrap().to_string(), "Dec 31 00:00:00 2029 GMT");
    match crl.get_by_cert(&revoked.x509().to_owned()) {
        CrlStatus::Revoked(entry) => assert_eq!(entry.revocation_date().to_string(), "Feb  3 04:05:06 2029 GMT"),
        _ => panic!("not on it"),
    }
    assert!(matches!(crl.get_by_cert(&root.x509().to_owned()), CrlStatus::NotRevoked));
}

#[test]
fn an_encrypted_key_is_refused_without_asking_the_terminal() {
    let key = KeyKind::P256.generate().unwrap();
    let pem = key.private_key_to_pem_pkcs8_passphrase(openssl::symm::Cipher::aes_256_cbc(), b"secret").unwrap();
    assert!(mint::private_key_from_pem(&pem).is_err());
}

pub fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

fn name(text: &str) -> mint::Name {
    mint::name_from_text(text).unwrap()
}

fn year(year: i16) -> Validity {
    Validity { from: at(&format!("{year}-01-01T00:00:00Z")), until: at(&format!("{year}-12-31T00:00:00Z")) }
}

fn authority(subject: &str, request: impl Fn(mint::Name, Validity) -> Request) -> Issuer {
    authority_with_certificate(subject, request).0
}

fn authority_with_certificate(
    subject: &str,
    request: impl Fn(mint::Name, Validity) -> Request,
) -> (Issuer, Certificate) {
    let key = KeyKind::P256.generate().unwrap();
    let root = mint::self_signed(&request(name(subject), year(2029)), &key).unwrap();
    (Issuer::new(&root, key).unwrap(), root)
}

fn verify(sent: &[Certificate], root: &Certificate, time: &str) -> X509VerifyResult {
    let mut param = X509VerifyParam::new().unwrap();
    param.set_time(at(time).as_second());
    let mut store = X509StoreBuilder::new().unwrap();
    store.set_param(&param).unwrap();
    store.add_cert(root.x509().to_owned()).unwrap();
    let mut others = Stack::new().unwrap();
    for certificate in &sent[1..] {
        others.push(certificate.x509().to_owned()).unwrap();
    }
    let mut context = X509StoreContext::new().unwrap();
    let judge = |context: &mut openssl::x509::X509StoreContextRef| context.verify_cert().map(|_| context.error());
    context.init(&store.build(), sent[0].x509(), &others, judge).unwrap()
}

fn error(sent: &[Certificate], root: &Certificate, time: &str) -> &'static str {
    verify(sent, root, time).error_string()
}

/// One line an extension: name, criticality, DER.
fn extensions(certificate: &Certificate) -> String {
    use der::Decode;

    let certificate = x509_cert::Certificate::from_der(certificate.der()).unwrap();
    let line = |extension: &x509_cert::ext::Extension| {
        let name = const_oid::db::DB.by_oid(&extension.extn_id).unwrap();
        let critical = if extension.critical { " critical" } else { "" };
        let value: String = extension.extn_value.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        let value = if name.ends_with("KeyIdentifier") { "(its own)" } else { &value };
        format!("{name}{critical} {value}")
    };
    certificate.tbs_certificate().extensions().unwrap().iter().map(line).collect::<Vec<_>>().join("\n")
}

fn mockorg_time(time: &openssl::asn1::Asn1TimeRef) -> Timestamp {
    let since = openssl::asn1::Asn1Time::from_unix(0).unwrap().diff(time).unwrap();
    Timestamp::from_second(i64::from(since.days) * 86_400 + i64::from(since.secs)).unwrap()
}
