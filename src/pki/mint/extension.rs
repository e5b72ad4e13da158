//! The extensions of a certificate, each with the criticality that RFC 5280 gives it.

use std::net::IpAddr;

use const_oid::AssociatedOid;
use const_oid::db::rfc5280::{
    ANY_EXTENDED_KEY_USAGE, ID_KP_CLIENT_AUTH, ID_KP_CODE_SIGNING, ID_KP_EMAIL_PROTECTION, ID_KP_SERVER_AUTH,
};
use der::Encode;
use der::asn1::{Ia5String, OctetString};
use der::flagset::FlagSet;
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::constraints::name::{GeneralSubtree, GeneralSubtrees};
use x509_cert::ext::pkix::crl::dp::DistributionPoint;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{self, BasicConstraints, CrlDistributionPoints, KeyUsages, SubjectAltName};

use super::certificate::{AlternativeName, Request, Role};
use super::{ExtendedKeyUsage, KeyUsage, NameConstraints, Unmintable};

/// Everything that `request` asks for, and both key identifiers where there are any.
pub(super) fn extensions(
    request: &Request,
    key_id: &[u8],
    issuer_key_id: Option<&[u8]>,
) -> Result<Vec<Extension>, Unmintable> {
    let mut extensions = vec![basic_constraints(request.role)?];
    if !request.key_usage.is_empty() {
        extensions.push(key_usage(&request.key_usage)?);
    }
    if !request.extended_key_usage.is_empty() {
        let purposes = request.extended_key_usage.iter().map(|&purpose| purpose_oid(purpose)).collect();
        extensions.push(extension(&pkix::ExtendedKeyUsage(purposes), false)?);
    }
    extensions.push(extension(&pkix::SubjectKeyIdentifier(OctetString::new(key_id)?), false)?);
    if let Some(id) = issuer_key_id {
        extensions.push(authority_key_id(id)?);
    }
    if !request.alternative_names.is_empty() {
        let names = request.alternative_names.iter().map(general_name).collect::<Result<_, _>>()?;
        // An empty subject leaves the alternative names as the only identity (RFC 5280 4.2.1.6).
        extensions.push(extension(&SubjectAltName(names), request.subject.is_empty())?);
    }
    if let Some(constraints) = &request.name_constraints {
        extensions.push(name_constraints(constraints)?);
    }
    if let Some(url) = &request.distribution_point {
        extensions.push(distribution_point(url)?);
    }
    extensions.extend(request.other.iter().cloned());
    Ok(extensions)
}

/// How a certificate or a CRL points at the key that signed it.
pub(in crate::pki) fn authority_key_id(id: &[u8]) -> Result<Extension, Unmintable> {
    let value = pkix::AuthorityKeyIdentifier { key_identifier: Some(OctetString::new(id)?), ..Default::default() };
    extension(&value, false)
}

pub(in crate::pki) fn extension<E: AssociatedOid + Encode>(value: &E, critical: bool) -> Result<Extension, Unmintable> {
    Ok(Extension { extn_id: E::OID, critical, extn_value: OctetString::new(value.to_der()?)? })
}

fn basic_constraints(role: Role) -> Result<Extension, Unmintable> {
    let value = match role {
        Role::Authority { path_length } => BasicConstraints { ca: true, path_len_constraint: path_length },
        Role::EndEntity => BasicConstraints { ca: false, path_len_constraint: None },
    };
    extension(&value, true)
}

fn key_usage(usages: &[KeyUsage]) -> Result<Extension, Unmintable> {
    let flags = usages.iter().fold(FlagSet::default(), |flags, usage| {
        flags
            | match usage {
                KeyUsage::CrlSign => KeyUsages::CRLSign,
                KeyUsage::DigitalSignature => KeyUsages::DigitalSignature,
                KeyUsage::KeyAgreement => KeyUsages::KeyAgreement,
                KeyUsage::KeyCertSign => KeyUsages::KeyCertSign,
                KeyUsage::KeyEncipherment => KeyUsages::KeyEncipherment,
                KeyUsage::NonRepudiation => KeyUsages::NonRepudiation,
            }
    });
    extension(&pkix::KeyUsage(flags), true)
}

fn purpose_oid(purpose: ExtendedKeyUsage) -> der::asn1::ObjectIdentifier {
    match purpose {
        ExtendedKeyUsage::Any => ANY_EXTENDED_KEY_USAGE,
        ExtendedKeyUsage::ClientAuth => ID_KP_CLIENT_AUTH,
        ExtendedKeyUsage::CodeSigning => ID_KP_CODE_SIGNING,
        ExtendedKeyUsage::EmailProtection => ID_KP_EMAIL_PROTECTION,
        ExtendedKeyUsage::ServerAuth => ID_KP_SERVER_AUTH,
    }
}

fn general_name(name: &AlternativeName) -> Result<GeneralName, Unmintable> {
    match name {
        AlternativeName::Dns(name) => dns(name),
        AlternativeName::Ip(address) => Ok(GeneralName::from(*address)),
    }
}

fn dns(name: &str) -> Result<GeneralName, Unmintable> {
    Ok(GeneralName::DnsName(Ia5String::new(name)?))
}

fn name_constraints(constraints: &NameConstraints) -> Result<Extension, Unmintable> {
    let subtree = |base| GeneralSubtree { base, minimum: 0, maximum: None };
    let mut permitted = GeneralSubtrees::new();
    for name in &constraints.permitted_dns {
        permitted.push(subtree(dns(name)?));
    }
    for &(address, prefix) in &constraints.permitted_networks {
        permitted.push(subtree(GeneralName::IpAddress(OctetString::new(network(address, prefix))?)));
    }
    let mut excluded = GeneralSubtrees::new();
    for name in &constraints.excluded_dns {
        excluded.push(subtree(dns(name)?));
    }
    let some = |subtrees: GeneralSubtrees| Some(subtrees).filter(|subtrees| !subtrees.is_empty());
    let value = pkix::NameConstraints { permitted_subtrees: some(permitted), excluded_subtrees: some(excluded) };
    extension(&value, true)
}

/// Address and mask, as name constraints write a network.
fn network(address: IpAddr, prefix: u8) -> Vec<u8> {
    let octets = match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    };
    let mask = (0..octets.len()).map(|at| {
        let bits = usize::from(prefix).saturating_sub(8 * at).min(8);
        !(0xff_u8.checked_shr(u32::try_from(bits).unwrap_or(8)).unwrap_or(0))
    });
    octets.iter().copied().chain(mask).collect()
}

fn distribution_point(url: &str) -> Result<Extension, Unmintable> {
    let names = vec![GeneralName::UniformResourceIdentifier(Ia5String::new(url)?)];
    let point = DistributionPoint {
        distribution_point: Some(DistributionPointName::FullName(names)),
        reasons: None,
        crl_issuer: None,
    };
    extension(&CrlDistributionPoints(vec![point]), false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_networks_as_address_and_mask() {
        let v4 = |text: &str, prefix| network(text.parse().unwrap(), prefix);
        assert_eq!(v4("127.0.0.0", 8), [127, 0, 0, 0, 255, 0, 0, 0]);
        assert_eq!(v4("10.1.16.0", 20), [10, 1, 16, 0, 255, 255, 240, 0]);
        assert_eq!(v4("10.1.2.3", 32), [10, 1, 2, 3, 255, 255, 255, 255]);
        assert_eq!(v4("0.0.0.0", 0), [0; 8]);
        assert_eq!(v4("::1", 128)[16..], [255; 16]);
    }
}
