//! Name constraints of the issuing CA: kept, overstepped, or forbidding, for each kind of name.

use std::net::IpAddr;

use der::asn1::{Ia5String, OctetString};
use x509_cert::ext::pkix::constraints::name::GeneralSubtree;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{NameConstraints, SubjectAltName};

use super::sketch::Sketch;
use super::{Case, Made};
use crate::pki::mint::{Extension, extension, name_from_text};

pub(super) fn dns_kept(sketch: Sketch) -> Made<Case> {
    permitted(sketch, dns("acme.example")?, dns("billing.acme.example")?)
}

pub(super) fn dns_violated(sketch: Sketch) -> Made<Case> {
    permitted(sketch, dns("acme.example")?, dns("billing.elsewhere.example")?)
}

pub(super) fn dns_excluded(sketch: Sketch) -> Made<Case> {
    excluded(sketch, dns("acme.example")?, dns("billing.acme.example")?)
}

pub(super) fn email_kept(sketch: Sketch) -> Made<Case> {
    permitted(sketch, email("acme.example")?, email("billing@acme.example")?)
}

pub(super) fn email_violated(sketch: Sketch) -> Made<Case> {
    permitted(sketch, email("acme.example")?, email("billing@elsewhere.example")?)
}

pub(super) fn ip_kept(sketch: Sketch) -> Made<Case> {
    permitted(sketch, network([192, 0, 2, 0, 255, 255, 255, 0])?, address([192, 0, 2, 7]))
}

pub(super) fn ip_violated(sketch: Sketch) -> Made<Case> {
    permitted(sketch, network([192, 0, 2, 0, 255, 255, 255, 0])?, address([198, 51, 100, 7]))
}

pub(super) fn uri_kept(sketch: Sketch) -> Made<Case> {
    permitted(sketch, uri(".acme.example")?, uri("https://billing.acme.example/client")?)
}

pub(super) fn uri_violated(sketch: Sketch) -> Made<Case> {
    permitted(sketch, uri(".acme.example")?, uri("https://billing.elsewhere.example/client")?)
}

pub(super) fn directory_kept(sketch: Sketch) -> Made<Case> {
    let only = directory("O=Acme")?;
    constrained(sketch, (Some(only), None), None)
}

pub(super) fn directory_violated(sketch: Sketch) -> Made<Case> {
    let only = directory("O=Elsewhere")?;
    constrained(sketch, (Some(only), None), None)
}

/// A constraint on names of a kind that the certificate does not have binds nobody.
pub(super) fn of_another_kind(sketch: Sketch) -> Made<Case> {
    permitted(sketch, email("acme.example")?, dns("billing.elsewhere.example")?)
}

/// `subjectAltName`.
pub(super) fn alternative(names: Vec<GeneralName>, critical: bool) -> Made<Extension> {
    extension(&SubjectAltName(names), critical)
}

pub(super) fn dns(name: &str) -> Made<GeneralName> {
    Ok(GeneralName::DnsName(Ia5String::new(name)?))
}

fn email(name: &str) -> Made<GeneralName> {
    Ok(GeneralName::Rfc822Name(Ia5String::new(name)?))
}

fn uri(name: &str) -> Made<GeneralName> {
    Ok(GeneralName::UniformResourceIdentifier(Ia5String::new(name)?))
}

fn address(octets: [u8; 4]) -> GeneralName {
    GeneralName::from(IpAddr::from(octets))
}

/// Address and mask.
fn network(octets: [u8; 8]) -> Made<GeneralName> {
    Ok(GeneralName::IpAddress(OctetString::new(octets)?))
}

fn directory(name: &str) -> Made<GeneralName> {
    Ok(GeneralName::DirectoryName(name_from_text(name)?))
}

fn permitted(sketch: Sketch, subtree: GeneralName, name: GeneralName) -> Made<Case> {
    constrained(sketch, (Some(subtree), None), Some(name))
}

fn excluded(sketch: Sketch, subtree: GeneralName, name: GeneralName) -> Made<Case> {
    constrained(sketch, (None, Some(subtree)), Some(name))
}

fn constrained(
    mut sketch: Sketch,
    (permitted, excluded): (Option<GeneralName>, Option<GeneralName>),
    name: Option<GeneralName>,
) -> Made<Case> {
    let subtrees = |base: Option<GeneralName>| Some(vec![GeneralSubtree { base: base?, minimum: 0, maximum: None }]);
    let value = NameConstraints { permitted_subtrees: subtrees(permitted), excluded_subtrees: subtrees(excluded) };
    sketch.issuing.extend(extension(&value, true)?);
    if let Some(name) = name {
        sketch.leaf.extend(alternative(vec![name], false)?);
    }
    sketch.case()
}
