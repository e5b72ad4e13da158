//! PKCS#12: a client's key with its chain, or what Java trusts.

use p12_keystore::Pkcs12Archive;

use super::{Entry, StoreError, read};
use crate::pki::Certificate;
use crate::pki::path::may_issue;

/// Every certificate of a PKCS#12 file, in its order.
pub fn pkcs12_certificates(bytes: &[u8], password: &str) -> Result<Vec<Certificate>, StoreError> {
    archive(bytes, password)?.certs.iter().map(|bag| read(bag.cert.as_der())).collect()
}

/// The entries of a PKCS#12 file: each key with the chain that leads up from its certificate, as Java builds it; then what
/// is trusted. With one key alone the other certificates follow its chain, since OpenSSL's clients send those too. Without
/// a key the certificates are one entry, in the order of the file.
pub fn pkcs12(bytes: &[u8], password: &str) -> Result<Vec<Entry>, StoreError> {
    let archive = archive(bytes, password)?;
    let (mut trusted, mut others) = (Vec::new(), Vec::new());
    for bag in &archive.certs {
        let certificate = read(bag.cert.as_der())?;
        if bag.trusted {
            let alias = bag.friendly_name.clone().unwrap_or_default();
            trusted.push(Entry { alias, has_key: false, certificates: vec![certificate] });
        } else {
            others.push((bag.local_key_id.as_deref(), certificate));
        }
    }
    if others.len() > MOST_UNTRUSTED {
        return Err(StoreError::Malformed(format!("a PKCS#12 store with {} certificates: no client's", others.len())));
    }
    let certificates: Vec<Certificate> = others.iter().map(|(_, certificate)| certificate.clone()).collect();
    let mut entries: Vec<Entry> = Vec::new();
    for key in &archive.keys {
        let id = key.local_key_id.as_ref().map(AsRef::as_ref);
        let mut leaf = others.iter().find(|(of, _)| of.is_some() && *of == id).map(|(_, certificate)| certificate);
        if leaf.is_none() && archive.keys.len() == 1 {
            leaf =
                certificates.iter().find(|it| !certificates.iter().any(|other| other != *it && may_issue(it, other)));
        }
        let mut chain = leaf.map_or_else(Vec::new, |leaf| climb(leaf, &certificates));
        if archive.keys.len() == 1 {
            let rest: Vec<_> = certificates.iter().filter(|rest| !chain.contains(rest)).cloned().collect();
            chain.extend(rest);
        }
        let alias = key.friendly_name.clone().unwrap_or_default();
        entries.push(Entry { alias, has_key: true, certificates: chain });
    }
    if entries.is_empty() && !certificates.is_empty() {
        entries.push(Entry { alias: String::new(), has_key: false, certificates });
    }
    entries.extend(trusted);
    Ok(entries)
}

/// So many certificates that are not marked as trusted are sorted into chains.
pub const MOST_UNTRUSTED: usize = 256;

/// From `leaf` upwards, each issuer once.
fn climb(leaf: &Certificate, among: &[Certificate]) -> Vec<Certificate> {
    let mut chain = vec![leaf.clone()];
    while let Some(issuer) =
        among.iter().find(|it| !chain.contains(it) && chain.last().is_some_and(|top| may_issue(it, top)))
    {
        chain.push(issuer.clone());
    }
    chain
}

fn archive(bytes: &[u8], password: &str) -> Result<Pkcs12Archive, StoreError> {
    use p12_keystore::error::Error;

    Pkcs12Archive::from_pkcs12(bytes, password).map_err(|error| match error {
        // without a digest over the whole a wrong password shows in what it deciphers
        Error::MacError(_) | Error::Pkcs5Error(_) | Error::UnpadError => StoreError::Password,
        error => StoreError::Malformed(format!("a PKCS#12 store that cannot be read: {error}")),
    })
}
