//! Other chains for the doors to show: renewed, or with one flaw, everything else about them sound.

use jiff::{SignedDuration, Timestamp};
use openssl::pkey::{PKey, Private};

use super::{ServerCertificate, lifetime, moved, needs_no_sni};
use crate::pki::Certificate;
use crate::pki::mint::{self, AlternativeName, Issuer, KeyKind, Request, Role, Unmintable, Validity};
use crate::scenario::ServerFlaw;
use crate::tls::ServerIdentity;

/// The certificates of one key: for clients that ask for one of its names, and for all others.
pub(super) struct Leaves {
    pub(super) leaf: Certificate,
    pub(super) fallback: Certificate,
    /// The DNS names in `leaf`, in lower case.
    pub(super) names: Vec<String>,
    pub(super) key: PKey<Private>,
}

impl ServerCertificate {
    /// What the doors show from the start on.
    pub fn identity(&self) -> ServerIdentity {
        let (chain, fallback) = (vec![self.leaf.clone()], self.fallback.clone());
        ServerIdentity { chain, fallback, names: self.names.clone(), key: self.key.clone() }
    }

    /// A chain with a key of its own, made at `wall_now`: sound, or with this flaw.
    pub fn variant(&self, flaw: Option<ServerFlaw>, wall_now: Timestamp) -> Result<ServerIdentity, Unmintable> {
        let (validity, names) = (lifetime(wall_now), &self.alternative_names);
        let (leaves, above) = match flaw {
            None => (Leaves::mint(&self.issuer, validity, names, COMMON_NAMES)?, Vec::new()),
            Some(ServerFlaw::Expired) => {
                let validity = Validity { from: moved(validity.from, -AGO), until: moved(wall_now, -YESTERDAY) };
                (Leaves::mint(&self.issuer, validity, names, COMMON_NAMES)?, Vec::new())
            }
            Some(ServerFlaw::Incomplete) => {
                let (issuer, _) = intermediate(&self.issuer, validity)?;
                (Leaves::mint(&issuer, validity, names, COMMON_NAMES)?, Vec::new())
            }
            Some(ServerFlaw::OtherRoot) => {
                let key = KeyKind::P256.generate()?;
                let root = Request::authority(mint::named("mockorg other server CA", "mockorg")?, validity);
                let root = Issuer::new(&mint::self_signed(&root, &key)?, key)?;
                // with its intermediate, so that the root alone is what is missing
                let (issuer, certificate) = intermediate(&root, validity)?;
                (Leaves::mint(&issuer, validity, names, COMMON_NAMES)?, vec![certificate])
            }
            Some(ServerFlaw::WrongName) => {
                // a name that the root may issue for: nothing but the name is wrong
                let names = [AlternativeName::Dns(WRONG_NAME.to_owned())];
                let mut leaves = Leaves::mint(&self.issuer, validity, &names, [WRONG_NAME; 2])?;
                leaves.fallback = leaves.leaf.clone();
                (leaves, Vec::new())
            }
        };
        let Leaves { leaf, fallback, names, key } = leaves;
        let chain = std::iter::once(leaf).chain(above).collect();
        Ok(ServerIdentity { chain, fallback, names, key })
    }
}

impl Leaves {
    pub(super) fn mint(
        issuer: &Issuer,
        validity: Validity,
        names: &[AlternativeName],
        [common, of_fallback]: [&str; 2],
    ) -> Result<Self, Unmintable> {
        let key = KeyKind::P256.generate()?;
        let certificate = |common: &str, names: Vec<AlternativeName>| {
            mint::certificate(&Request::server(mint::named(common, "mockorg")?, validity, names), &key, issuer)
        };
        let unannounced = names.iter().filter(|name| needs_no_sni(name)).cloned().collect();
        let fallback = certificate(of_fallback, unannounced)?;
        let leaf = certificate(common, names.to_vec())?;
        let dns = names.iter().filter_map(|name| match name {
            AlternativeName::Dns(name) => Some(name.clone()),
            AlternativeName::Ip(_) => None,
        });
        Ok(Self { leaf, fallback, names: dns.collect(), key })
    }
}

/// A CA below `above`.
fn intermediate(above: &Issuer, validity: Validity) -> Result<(Issuer, Certificate), Unmintable> {
    let key = KeyKind::P256.generate()?;
    let mut request = Request::authority(mint::named("mockorg server issuing CA", "mockorg")?, validity);
    request.role = Role::Authority { path_length: Some(0) };
    let certificate = mint::certificate(&request, &key, above)?;
    Ok((Issuer::new(&certificate, key)?, certificate))
}

/// Of the leaf, and of the one for clients that ask for no name of ours.
pub(super) const COMMON_NAMES: [&str; 2] = ["localhost", "*.my.salesforce.com"];
/// No client asks for it.
const WRONG_NAME: &str = "wrong-name.salesforce.com";
/// How long ago an expired certificate began, and ended.
const AGO: SignedDuration = SignedDuration::from_hours(31 * 24);
const YESTERDAY: SignedDuration = SignedDuration::from_hours(24);
