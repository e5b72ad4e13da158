//! A sound chain at a fixed time, from which a test takes what it wants to be wrong before or after it is signed.

use std::sync::LazyLock;

use jiff::Timestamp;
use mockorg::pki::mint::{self, Issuer, KeyKind, Request, Revoked, Validity};
use mockorg::pki::{Certificate, Crls, Policy, TrustList, Verdict, validate};
use openssl::pkey::{PKey, Private};

pub const NOW: &str = "2029-06-01T12:00:00Z";
pub const LEAF: &str = "CN=billing,O=Acme";
pub const ISSUING: &str = "CN=Acme Issuing CA,O=Acme";
pub const ROOT: &str = "CN=Acme Root CA,O=Acme";

/// What is about to be signed.
pub struct Draft {
    pub root: Request,
    pub issuing: Request,
    pub leaf: Request,
    pub leaf_key: PKey<Private>,
    /// Who signs the leaf instead of the issuing CA.
    pub leaf_issuer: Option<Issuer>,
}

/// What the edge is to judge: the chain, and everything that it judges by.
pub struct Case {
    pub root: Authority,
    pub issuing: Authority,
    pub leaf: Certificate,
    pub sent: Vec<Certificate>,
    /// The roots on the list.
    pub listed: Vec<Certificate>,
    /// The CAs that an explanation may name.
    pub known: Vec<Certificate>,
    pub crls: Vec<Vec<u8>>,
    pub now: Timestamp,
    pub policy: Policy,
}

/// A CA that can sign.
#[derive(Clone)]
pub struct Authority {
    pub certificate: Certificate,
    pub issuer: Issuer,
}

impl Draft {
    pub fn new() -> Self {
        Self {
            root: numbered(Request::authority(name(ROOT), years(2025, 2039)), 1),
            issuing: numbered(Request::authority(name(ISSUING), years(2027, 2033)), 2),
            leaf: numbered(Request::client(name(LEAF), years(2029, 2029)), 3),
            leaf_key: key(2),
            leaf_issuer: None,
        }
    }

    /// Signs: the root, below it the issuing CA, below that the leaf. The root is listed, leaf and issuing CA are sent.
    pub fn sign(self) -> Case {
        let root = Authority::root(&self.root, 0);
        let issuing = root.certify(&self.issuing, 1);
        let issuer = self.leaf_issuer.as_ref().unwrap_or(&issuing.issuer);
        let leaf = mint::certificate(&self.leaf, &self.leaf_key, issuer).unwrap();
        Case {
            sent: vec![leaf.clone(), issuing.certificate.clone()],
            listed: vec![root.certificate.clone()],
            known: vec![root.certificate.clone(), issuing.certificate.clone()],
            crls: Vec::new(),
            now: at(NOW),
            policy: Policy::default(),
            root,
            issuing,
            leaf,
        }
    }
}

impl Case {
    pub fn verdict(&self) -> Verdict {
        self.verdict_at(self.now)
    }

    pub fn verdict_at(&self, now: Timestamp) -> Verdict {
        let crls = Crls::from_der(&self.crls).unwrap();
        validate(&self.sent, &trust(&self.listed, &self.known), &crls, now, &self.policy)
    }

    /// Both CAs publish a CRL of May and June 2029; the issuing CA's has these certificates on it, the root's those.
    pub fn publish(&mut self, by_issuing: &[&Certificate], by_root: &[&Certificate]) {
        self.crls = vec![
            crl(&self.root.issuer, 7, ("2029-05-01", "2029-07-01"), by_root),
            crl(&self.issuing.issuer, 7, ("2029-05-01", "2029-07-01"), by_issuing),
        ];
    }
}

impl Authority {
    /// A root with the key of that number.
    pub fn root(request: &Request, number: usize) -> Self {
        let certificate = mint::self_signed(request, &key(number)).unwrap();
        Self { issuer: Issuer::new(&certificate, key(number)).unwrap(), certificate }
    }

    /// A CA below this one with the key of that number.
    pub fn certify(&self, request: &Request, number: usize) -> Self {
        let certificate = mint::certificate(request, &key(number), &self.issuer).unwrap();
        Self { issuer: Issuer::new(&certificate, key(number)).unwrap(), certificate }
    }

    /// Without a trace of the key: nothing but the name points at it.
    pub fn without_key_id(&self) -> Issuer {
        Issuer { key_id: None, ..self.issuer.clone() }
    }
}

pub fn trust(listed: &[Certificate], known: &[Certificate]) -> TrustList {
    let mut trust = TrustList::default();
    for root in listed {
        trust.push(None, root.clone(), "the test".into()).unwrap();
    }
    trust.set_known(known.to_vec());
    trust
}

/// A CRL between two midnights with these certificates on it.
pub fn crl(issuer: &Issuer, number: u64, (from, until): (&str, &str), revoked: &[&Certificate]) -> Vec<u8> {
    let midnight = |date: &str| at(&format!("{date}T00:00:00Z"));
    let validity = Validity { from: midnight(from), until: midnight(until) };
    let entries: Vec<Revoked> = revoked
        .iter()
        .map(|certificate| Revoked::new(certificate, at("2029-05-02T00:00:00Z"), None).unwrap())
        .collect();
    mint::crl(issuer, number, validity, &entries).unwrap()
}

/// From the first second of one year to the last of another.
pub fn years(first: i16, last: i16) -> Validity {
    Validity { from: at(&format!("{first}-01-01T00:00:00Z")), until: at(&format!("{last}-12-31T23:59:59Z")) }
}

pub fn numbered(request: Request, serial: u8) -> Request {
    Request { serial: Some(vec![0x0a, serial]), ..request }
}

pub fn name(text: &str) -> mint::Name {
    mint::name_from_text(text).unwrap()
}

pub fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

/// P-256 keys by number, made once.
pub fn key(number: usize) -> PKey<Private> {
    static KEYS: LazyLock<Vec<PKey<Private>>> =
        LazyLock::new(|| (0..12).map(|_| KeyKind::P256.generate().unwrap()).collect());
    KEYS[number].clone()
}
