//! Certificates for tests of the org, at fixed times. Whole hierarchies with every flaw are `pki::mint`'s.

use mockorg::pki::Certificate;
use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::x509::extension::{BasicConstraints, ExtendedKeyUsage};
use openssl::x509::{X509, X509Name};

/// Everything here was issued at the start of that year.
pub const ISSUED: i64 = 1_767_225_600; // 2026-01-01T00:00:00Z
/// … and lives for a year unless said otherwise.
pub const YEAR: i64 = 365 * 86_400;

/// A certificate with its key.
pub struct Paper {
    pub certificate: Certificate,
    pub key: PKey<Private>,
}

/// What a certificate shall say; see [`leaf`] and [`ca`] for the usual.
pub struct Draft<'a> {
    pub name: &'a str,
    pub serial: u32,
    pub purposes: &'a [&'a str],
    pub is_ca: bool,
    pub valid: (i64, i64),
    pub key: Option<PKey<Private>>,
}

/// A client's certificate as a CA would issue it.
pub fn leaf(name: &str, serial: u32) -> Draft<'_> {
    Draft { name, serial, purposes: &["clientAuth"], is_ca: false, valid: (ISSUED, ISSUED + YEAR), key: None }
}

/// A CA's certificate.
pub fn ca(name: &str, serial: u32) -> Draft<'_> {
    Draft { purposes: &[], is_ca: true, valid: (ISSUED, ISSUED + 10 * YEAR), ..leaf(name, serial) }
}

impl Draft<'_> {
    /// Signed by its own key.
    pub fn self_signed(self) -> Paper {
        self.sign(None)
    }

    /// Signed by a CA.
    pub fn signed_by(self, issuer: &Paper) -> Paper {
        self.sign(Some(issuer))
    }

    fn sign(self, issuer: Option<&Paper>) -> Paper {
        let key = self.key.unwrap_or_else(new_key);
        let mut builder = X509::builder().unwrap();
        let name = common_name(self.name);
        let issuer_name = match issuer {
            Some(issuer) => issuer.certificate.x509().subject_name(),
            None => &name,
        };
        builder.set_version(2).unwrap();
        builder.set_serial_number(&BigNum::from_u32(self.serial).unwrap().to_asn1_integer().unwrap()).unwrap();
        builder.set_subject_name(&name).unwrap();
        builder.set_issuer_name(issuer_name).unwrap();
        builder.set_not_before(&Asn1Time::from_unix(self.valid.0).unwrap()).unwrap();
        builder.set_not_after(&Asn1Time::from_unix(self.valid.1).unwrap()).unwrap();
        builder.set_pubkey(&key).unwrap();
        if self.is_ca {
            builder.append_extension(BasicConstraints::new().critical().ca().build().unwrap()).unwrap();
        }
        if !self.purposes.is_empty() {
            let mut purposes = ExtendedKeyUsage::new();
            self.purposes.iter().for_each(|purpose| {
                purposes.other(purpose);
            });
            builder.append_extension(purposes.build().unwrap()).unwrap();
        }
        builder.sign(issuer.map_or(&key, |issuer| &issuer.key), MessageDigest::sha256()).unwrap();
        Paper { certificate: Certificate::new(builder.build()), key }
    }
}

/// The certificates as one PEM text.
pub fn pem(papers: &[&Paper]) -> Vec<u8> {
    papers.iter().map(|paper| paper.certificate.pem()).collect::<String>().into_bytes()
}

fn common_name(name: &str) -> X509Name {
    let mut builder = X509Name::builder().unwrap();
    builder.append_entry_by_nid(Nid::COMMONNAME, name).unwrap();
    builder.build()
}

fn new_key() -> PKey<Private> {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap()
}
