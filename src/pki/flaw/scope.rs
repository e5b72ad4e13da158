//! CRLs for some certificates or some reasons, of other issuers, and lists of what has changed.

use der::asn1::Ia5String;
use x509_cert::ext::pkix::crl::dp::{DistributionPoint, Reasons};
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{CrlDistributionPoints, CrlReason, FreshestCrl, IssuingDistributionPoint};

use super::revocation::with;
use super::revocation_list::List;
use super::sketch::{Authority, Signed, Sketch};
use super::{Case, Made};
use crate::pki::mint::extension;

pub(super) fn only_of_cas(sketch: Sketch) -> Made<Case> {
    let scope = IssuingDistributionPoint { only_contains_ca_certs: true, ..everything() };
    with(sketch, |signed| List::of(&signed.issuing.issuer, signed.now).scoped(&scope))
}

pub(super) fn only_of_users(sketch: Sketch) -> Made<Case> {
    let scope = IssuingDistributionPoint { only_contains_user_certs: true, ..everything() };
    with(sketch, |signed| List::of(&signed.issuing.issuer, signed.now).scoped(&scope))
}

pub(super) fn only_of_another_place(sketch: Sketch) -> Made<Case> {
    let scope = IssuingDistributionPoint { distribution_point: Some(place("elsewhere")?), ..everything() };
    with(sketch, |signed| List::of(&signed.issuing.issuer, signed.now).scoped(&scope))
}

pub(super) fn only_some_reasons(sketch: Sketch) -> Made<Case> {
    let some = Reasons::KeyCompromise | Reasons::CaCompromise;
    let scope = IssuingDistributionPoint { only_some_reasons: Some(some), ..everything() };
    with(sketch, |signed| List::of(&signed.issuing.issuer, signed.now).scoped(&scope))
}

pub(super) fn indirect_and_revoked(sketch: Sketch) -> Made<Case> {
    indirect(sketch, |list, signed| list.revoking_of(&signed.issuing.issuer.name, &signed.leaf))
}

pub(super) fn indirect_and_sound(sketch: Sketch) -> Made<Case> {
    indirect(sketch, |list, _| Ok(list))
}

pub(super) fn revoked_since(sketch: Sketch) -> Made<Case> {
    changed(sketch, None, Some(CrlReason::Superseded))
}

pub(super) fn removed_since(sketch: Sketch) -> Made<Case> {
    changed(sketch, Some(CrlReason::CertificateHold), Some(CrlReason::RemoveFromCRL))
}

/// A change list alone tells nothing.
pub(super) fn changes_only(sketch: Sketch) -> Made<Case> {
    with(sketch, |signed| List::of(&signed.issuing.issuer, signed.now).number(2).since(1))
}

/// A whole list, then what has changed: the leaf on either of them for that reason.
fn changed(sketch: Sketch, on_base: Option<CrlReason>, on_changes: Option<CrlReason>) -> Made<Case> {
    let mut signed = sketch.sign()?;
    let list = || List::of(&signed.issuing.issuer, signed.now);
    let point = DistributionPoint { distribution_point: Some(place("changes")?), reasons: None, crl_issuer: None };
    let whole = list().valid(-2, 3_650).extended(extension(&FreshestCrl(vec![point]), false)?);
    let base = match on_base {
        Some(reason) => whole.revoking(&signed.leaf, Some(reason))?,
        None => whole,
    };
    let changes = list().number(2).since(1)?.revoking(&signed.leaf, on_changes)?;
    let lists = vec![base.sign()?, changes.sign()?];
    signed.case.crls = lists;
    Ok(signed.case)
}

/// The leaf names another CA, below the same root and sent along, as the one who publishes its CRL.
fn indirect(mut sketch: Sketch, fill: impl FnOnce(List, &Signed) -> Made<List>) -> Made<Case> {
    let publisher = sketch.other(" publisher")?;
    let names = vec![GeneralName::DirectoryName(publisher.request.subject.clone())];
    let point =
        DistributionPoint { distribution_point: Some(place("indirect")?), reasons: None, crl_issuer: Some(names) };
    sketch.leaf.extend(extension(&CrlDistributionPoints(vec![point]), false)?);
    let mut signed = sketch.sign()?;
    let publisher: Authority = signed.root.certify(&publisher)?;
    let scope =
        IssuingDistributionPoint { distribution_point: Some(place("indirect")?), indirect_crl: true, ..everything() };
    let list = fill(List::of(&publisher.issuer, signed.now).scoped(&scope)?, &signed)?;
    // the publisher's own certificate has to be covered too
    signed.case.crls = vec![list.sign()?, List::of(&signed.root.issuer, signed.now).sign()?];
    signed.case.sent.push(publisher.certificate);
    Ok(signed.case)
}

fn place(name: &str) -> Made<DistributionPointName> {
    let url = Ia5String::new(&format!("http://crl.acme.example/{name}.crl"))?;
    Ok(DistributionPointName::FullName(vec![GeneralName::UniformResourceIdentifier(url)]))
}

fn everything() -> IssuingDistributionPoint {
    IssuingDistributionPoint {
        distribution_point: None,
        only_contains_user_certs: false,
        only_contains_ca_certs: false,
        only_some_reasons: None,
        indirect_crl: false,
        only_contains_attribute_certs: false,
    }
}
