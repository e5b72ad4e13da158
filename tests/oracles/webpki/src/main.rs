//! Judges the chains of a file by rustls-webpki: one line for each, `ID accept` or `ID refuse WHY`. What they are, and
//! whether it is right, the one who wrote the file knows (examples/oracles).

use std::time::Duration;
use std::{env, fs};

use rustls_pki_types::{CertificateDer, UnixTime};
use webpki::{
    ALL_VERIFICATION_ALGS, BorrowedCertRevocationList, CertRevocationList, EndEntityCert, ExpirationPolicy, KeyUsage,
    RevocationCheckDepth, RevocationOptionsBuilder, UnknownStatusPolicy, anchor_from_trusted_cert,
};

#[derive(Default)]
struct Case {
    id: String,
    sent: Vec<CertificateDer<'static>>,
    roots: Vec<CertificateDer<'static>>,
    crls: Vec<Vec<u8>>,
}

fn main() {
    let path = env::args().nth(1).expect("the file of the chains");
    let text = fs::read_to_string(path).expect("the file of the chains");
    let (mut now, mut case) = (0, Case::default());
    for line in text.lines() {
        let (key, value) = line.split_once(' ').unwrap_or((line, ""));
        match key {
            "now" => now = value.parse().expect("seconds"),
            "case" => case = Case { id: value.to_owned(), ..Case::default() },
            "sent" => case.sent.push(octets(value).into()),
            "root" => case.roots.push(octets(value).into()),
            "crl" => case.crls.push(octets(value)),
            "end" => match judge(&case, now) {
                Ok(()) => println!("{} accept", case.id),
                Err(why) => println!("{} refuse {why}", case.id),
            },
            _ => panic!("no line of such a file: {line}"),
        }
    }
}

fn judge(case: &Case, now: u64) -> Result<(), String> {
    let why = |error: webpki::Error| format!("{error:?}").split(['(', ' ', '{']).next().unwrap_or_default().to_owned();
    let leaf = EndEntityCert::try_from(&case.sent[0]).map_err(why)?;
    // what is no root cannot be an anchor
    let anchors: Vec<_> = case.roots.iter().filter_map(|root| anchor_from_trusted_cert(root).ok()).collect();
    let crls = case.crls.iter().map(|crl| Ok(BorrowedCertRevocationList::from_der(crl)?.into()));
    let crls: Vec<CertRevocationList<'_>> = crls.collect::<Result<_, _>>().map_err(why)?;
    let crls: Vec<&CertRevocationList<'_>> = crls.iter().collect();
    let revocation = RevocationOptionsBuilder::new(&crls).ok().map(|options| {
        options
            .with_depth(RevocationCheckDepth::Chain)
            .with_status_policy(UnknownStatusPolicy::Allow)
            .with_expiration_policy(ExpirationPolicy::Enforce)
            .build()
    });
    let now = UnixTime::since_unix_epoch(Duration::from_secs(now));
    let usage = KeyUsage::client_auth();
    leaf.verify_for_usage(ALL_VERIFICATION_ALGS, &anchors, &case.sent[1..], now, usage, revocation, None)
        .map(|_| ())
        .map_err(why)
}

fn octets(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal")).collect()
}
