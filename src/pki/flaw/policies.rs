//! Certificate policies (RFC 5280 6.1): demanded and missing, met, mapped, and forbidden to be met that way.

use der::asn1::ObjectIdentifier;
use x509_cert::ext::pkix::certpolicy::PolicyInformation;
use x509_cert::ext::pkix::{CertificatePolicies, InhibitAnyPolicy, PolicyConstraints, PolicyMapping, PolicyMappings};

use super::draft::Draft;
use super::sketch::Sketch;
use super::{Case, Made};
use crate::pki::mint::extension;

pub(super) fn required_and_missing(mut sketch: Sketch) -> Made<Case> {
    require(&mut sketch.issuing)?;
    sketch.case()
}

pub(super) fn required_and_there(mut sketch: Sketch) -> Made<Case> {
    require(&mut sketch.issuing)?;
    under(&mut sketch.issuing, ONE)?;
    under(&mut sketch.leaf, ONE)?;
    sketch.case()
}

pub(super) fn required_and_another(mut sketch: Sketch) -> Made<Case> {
    require(&mut sketch.issuing)?;
    under(&mut sketch.issuing, ONE)?;
    under(&mut sketch.leaf, OTHER)?;
    sketch.case()
}

pub(super) fn not_required(mut sketch: Sketch) -> Made<Case> {
    under(&mut sketch.issuing, ONE)?;
    under(&mut sketch.leaf, OTHER)?;
    sketch.case()
}

pub(super) fn mapped(mut sketch: Sketch) -> Made<Case> {
    require(&mut sketch.issuing)?;
    map(&mut sketch)?;
    sketch.case()
}

pub(super) fn mapping_forbidden(mut sketch: Sketch) -> Made<Case> {
    let upper = sketch.add_upper()?;
    under(upper, ONE)?;
    upper.extend(extension(&constraints(Some(0), Some(0)), true)?);
    map(&mut sketch)?;
    sketch.case()
}

pub(super) fn any_policy_forbidden(mut sketch: Sketch) -> Made<Case> {
    let upper = sketch.add_upper()?;
    under(upper, ONE)?;
    require(upper)?;
    upper.extend(extension(&InhibitAnyPolicy(0), true)?);
    under(&mut sketch.issuing, ANY)?;
    under(&mut sketch.leaf, ONE)?;
    sketch.case()
}

/// The issuing CA holds its own policy to be the leaf's.
fn map(sketch: &mut Sketch) -> Made<()> {
    under(&mut sketch.issuing, ONE)?;
    under(&mut sketch.leaf, OTHER)?;
    let mapping = PolicyMapping { issuer_domain_policy: ONE, subject_domain_policy: OTHER };
    sketch.issuing.extend(extension(&PolicyMappings(vec![mapping]), true)?);
    Ok(())
}

/// Issued under that policy.
fn under(draft: &mut Draft, policy_identifier: ObjectIdentifier) -> Made<()> {
    let policy = PolicyInformation { policy_identifier, policy_qualifiers: None };
    draft.extend(extension(&CertificatePolicies(vec![policy]), false)?);
    Ok(())
}

/// From here on a policy is required.
fn require(draft: &mut Draft) -> Made<()> {
    draft.extend(extension(&constraints(Some(0), None), true)?);
    Ok(())
}

fn constraints(require: Option<u32>, no_mapping: Option<u32>) -> PolicyConstraints {
    PolicyConstraints { require_explicit_policy: require, inhibit_policy_mapping: no_mapping }
}

/// In the arc for documentation (RFC 5612's enterprise number).
const ONE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.32473.2.1");
const OTHER: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.32473.2.2");
const ANY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.32.0");
