//! Whatever order things come in, and whatever comes with them, a verdict is the same.

use mockorg::pki::mint::{self, Request};
use mockorg::pki::{Certificate, Revocation};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::draft::{Authority, Case, Draft, crl, key, name, numbered, years};
use super::summary_at;

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn twins_shuffles_duplicates_and_extras_change_no_verdict(
        flaw in select(FLAWS),
        extras in vec(any::<Index>(), 0..8),
        shuffle in any::<u64>(),
        twin_lives_longer in any::<bool>(),
    ) {
        let mut case = flaw.case();
        let said = first_fault(&case);
        let strays = strays(&case, twin_lives_longer);
        case.sent.extend(extras.iter().map(|index| index.get(&strays).clone()));
        shuffle_tail(&mut case.sent, shuffle);
        prop_assert_eq!(first_fault(&case), said, "{:?}", case.sent);
    }

    #[test]
    fn a_chain_of_any_length_holds_unless_one_of_it_is_flawed(
        length in 0..=5_usize,
        flawed in proptest::option::of((any::<Index>(), select(&["altered", "expired", "of another"][..]))),
        shuffle in any::<u64>(),
    ) {
        let mut case = Draft::new().sign();
        let flawed = flawed.map(|(index, how)| (index.index(length + 1), how));
        case.sent = chain(&case, length, flawed);
        shuffle_tail(&mut case.sent, shuffle);
        prop_assert_eq!(case.verdict().holds(), flawed.is_none(), "{}", summary_at(&case, case.now));
    }

    #[test]
    fn the_order_of_crls_changes_no_verdict(
        kept in vec(any::<bool>(), 8),
        shuffle in any::<u64>(),
        revocation in select(&[Revocation::IfPublished, Revocation::Require][..]),
    ) {
        let mut case = Draft::new().sign();
        case.policy.revocation = revocation;
        case.crls = crls(&case).into_iter().zip(kept).filter(|(_, kept)| *kept).map(|(crl, _)| crl).collect();
        let said = summary_at(&case, case.now);
        shuffle_all(&mut case.crls, shuffle);
        prop_assert_eq!(summary_at(&case, case.now), said);
    }
}

#[test]
fn copies_of_broken_twins_do_not_hide_the_path_that_holds() {
    let mut case = Draft::new().sign();
    let sound = chain(&case, 2, None);
    let mut copies: Vec<Certificate> = sound[1..].iter().flat_map(|twin| vec![altered(twin); 12]).collect();
    case.sent = vec![sound[0].clone()];
    case.sent.append(&mut copies);
    case.sent.extend(sound[1..].iter().cloned());
    assert!(case.verdict().holds(), "{}", summary_at(&case, case.now));
}

/// What is wrong with the chain, apart from its order.
#[derive(Clone, Copy, Debug)]
enum Flaw {
    Altered,
    Expired,
    ForServers,
    Nothing,
    Revoked,
}

const FLAWS: &[Flaw] = &[Flaw::Altered, Flaw::Expired, Flaw::ForServers, Flaw::Nothing, Flaw::Revoked];

impl Flaw {
    fn case(self) -> Case {
        let mut draft = Draft::new();
        match self {
            Self::Expired => draft.leaf.validity = years(2028, 2028),
            Self::ForServers => draft.leaf.extended_key_usage = vec![mint::ExtendedKeyUsage::ServerAuth],
            Self::Altered | Self::Nothing | Self::Revoked => {}
        }
        let mut case = draft.sign();
        let leaf = case.leaf.clone();
        match self {
            Self::Altered => case.sent[0] = altered(&leaf),
            Self::Revoked => case.publish(&[&leaf], &[]),
            Self::Expired | Self::ForServers | Self::Nothing => {}
        }
        case
    }
}

/// The rule, the subject and the alert; not the position, which is what is changed here.
fn first_fault(case: &Case) -> Option<(&'static str, String, i32)> {
    let verdict = case.verdict();
    verdict.fault().map(|fault| (fault.rejection.code(), fault.subject.clone(), fault.openssl))
}

/// What may come along: the chain again, roots, cross-signed twins of both CAs, twins that lead to the root but do not
/// hold, another leaf.
fn strays(case: &Case, twin_lives_longer: bool) -> Vec<Certificate> {
    let elsewhere = Authority::root(&numbered(Request::authority(name("CN=Elsewhere"), years(2025, 2039)), 21), 7);
    let life = if twin_lives_longer { years(2026, 2038) } else { years(2028, 2030) };
    let twin = |of: &Authority, serial, key| {
        elsewhere.certify(&numbered(Request::authority(of.issuer.name.clone(), life), serial), key).certificate
    };
    let for_servers = Request {
        extended_key_usage: vec![mint::ExtendedKeyUsage::ServerAuth],
        ..Request::authority(case.issuing.issuer.name.clone(), life)
    };
    let other_leaf = Request::client(name("CN=visitor,O=Acme"), years(2029, 2029));
    vec![
        twin(&case.issuing, 22, 1),
        twin(&case.root, 23, 0),
        twin(&case.issuing, 24, 5),
        elsewhere.certificate.clone(),
        case.root.certificate.clone(),
        case.sent[0].clone(),
        case.issuing.certificate.clone(),
        altered(&case.issuing.certificate),
        case.root.certify(&numbered(for_servers, 26), 1).certificate,
        mint::certificate(&numbered(other_leaf, 25), &key(3), &case.issuing.issuer).unwrap(),
    ]
}

/// A leaf below `length` intermediates; the certificate at the place `flawed`, leaf first, is so.
fn chain(case: &Case, length: usize, flawed: Option<(usize, &str)>) -> Vec<Certificate> {
    let mut issuer = case.root.clone();
    let mut chain = Vec::new();
    for place in (0..=length).rev() {
        let how = flawed.filter(|(at, _)| *at == place).map_or("", |(_, how)| how);
        let subject = name(&format!("CN=number {place}"));
        let life = if how == "expired" { years(2027, 2028) } else { years(2027, 2033) };
        let request = if place == 0 { Request::client(subject, life) } else { Request::authority(subject, life) };
        // of another: the name fits, the key that signed does not
        let signer = if how == "of another" {
            Authority::root(&Request::authority(issuer.issuer.name.clone(), life), 11)
        } else {
            issuer
        };
        let signed = signer.certify(&numbered(request, 40 + place as u8), place + 2);
        let certificate = if how == "altered" { altered(&signed.certificate) } else { signed.certificate.clone() };
        chain.insert(0, certificate);
        issuer = signed;
    }
    chain
}

/// Eight that have something to say about the chain, two of them of the very same time.
fn crls(case: &Case) -> Vec<Vec<u8>> {
    let (root, issuing) = (&case.root.issuer, &case.issuing.issuer);
    let mut broken = crl(issuing, 9, ("2029-05-20", "2029-07-01"), &[]);
    *broken.last_mut().unwrap() ^= 1;
    vec![
        crl(root, 1, ("2029-05-01", "2029-07-01"), &[]),
        crl(issuing, 1, ("2029-05-01", "2029-07-01"), &[]),
        crl(issuing, 2, ("2029-05-01", "2029-07-01"), &[&case.leaf]),
        crl(issuing, 3, ("2029-03-01", "2029-04-01"), &[&case.leaf]),
        crl(issuing, 4, ("2029-07-01", "2029-08-01"), &[]),
        crl(root, 2, ("2029-05-01", "2029-07-01"), &[&case.issuing.certificate]),
        broken,
        crl(&case.issuing.without_key_id(), 5, ("2029-05-01", "2029-07-01"), &[]),
    ]
}

/// With one bit of its signature flipped.
fn altered(certificate: &Certificate) -> Certificate {
    let mut der = certificate.der().to_vec();
    *der.last_mut().unwrap() ^= 1;
    Certificate::from_der(&der).unwrap()
}

/// The leaf stays first.
fn shuffle_tail(sent: &mut [Certificate], seed: u64) {
    shuffle_all(&mut sent[1..], seed);
}

fn shuffle_all<T>(items: &mut [T], seed: u64) {
    fastrand::Rng::with_seed(seed).shuffle(items);
}
