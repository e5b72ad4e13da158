//! The outbound CA list: roots only, each with where it came from.

use std::collections::HashMap;
use std::fmt::{self, Debug, Formatter};
use std::sync::{Arc, LazyLock};

use openssl::error::ErrorStack;
use openssl::x509::X509Ref;
use openssl::x509::store::{X509Store, X509StoreBuilder};

use super::Certificate;

/// The outbound CA list; clones share its roots.
#[derive(Clone, Debug, Default)]
pub struct TrustList {
    anchors: Vec<Arc<Anchor>>,
    /// Hash of a subject to places in `anchors`.
    by_subject: HashMap<u32, Vec<usize>>,
    known: Arc<Vec<Certificate>>,
}

/// A root on the list.
pub struct Anchor {
    /// Lower-case letters and digits, unique on the list: the anchor on `/cacerts.jsp`.
    pub alias: String,
    /// The root.
    pub certificate: Certificate,
    /// Mozilla's roots with their date, the scenario, or a file.
    pub source: Arc<str>,
    store: X509Store,
}

/// Why a certificate cannot be put on the list.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NotARoot {
    /// Only roots are trusted: an intermediate must come from the client.
    #[error("{0} is issued by {1}; only self-issued roots can be on the list")]
    Issued(String, String),
    /// OpenSSL could not take it.
    #[error("{0} cannot be used: {1}")]
    Unusable(String, String),
}

impl TrustList {
    /// Mozilla's roots, as [`SOURCE`] packages them.
    pub fn builtin() -> &'static Self {
        static BUILTIN: LazyLock<TrustList> = LazyLock::new(|| {
            let source: Arc<str> = SOURCE.into();
            let mut list = TrustList::default();
            for der in webpki_root_certs::TLS_SERVER_ROOT_CERTS {
                let root = Certificate::from_der(der).expect("a packaged root is a certificate");
                list.push(None, root, source.clone()).expect("a packaged root is self-issued");
            }
            list
        });
        &BUILTIN
    }

    /// Puts a root on the list under `alias` (default: made from its common name) and returns the alias;
    /// a root that is on it already keeps its place.
    pub fn push(&mut self, alias: Option<&str>, root: Certificate, source: Arc<str>) -> Result<String, NotARoot> {
        must_be_root(&root)?;
        if let Some(there) = self.anchors.iter().find(|anchor| anchor.certificate == root) {
            return Ok(there.alias.clone());
        }
        let alias = self.free_alias(alias.unwrap_or(root.common_name()));
        let anchor = Anchor::new(alias.clone(), root, source)?;
        self.by_subject.entry(anchor.certificate.x509().subject_name_hash()).or_default().push(self.anchors.len());
        self.anchors.push(Arc::new(anchor));
        Ok(alias)
    }

    /// Takes a root off the list; whether it was on it.
    pub fn remove(&mut self, alias: &str) -> bool {
        let Some(at) = self.anchors.iter().position(|anchor| anchor.alias == alias) else { return false };
        self.anchors.remove(at);
        self.index();
        true
    }

    /// A list of these roots, whose aliases and certificates must be unique.
    pub fn of(anchors: Vec<Arc<Anchor>>) -> Self {
        let mut list = Self { anchors, ..Self::default() };
        list.index();
        list
    }

    /// The roots, to be shared with another list.
    pub fn shared(&self) -> &[Arc<Anchor>] {
        &self.anchors
    }

    /// Tells it of certificates that may be named in an explanation; they are never used to build a path.
    pub fn set_known(&mut self, known: Vec<Certificate>) {
        self.known = Arc::new(known);
    }

    /// The certificates that may be named in an explanation.
    pub fn known(&self) -> &[Certificate] {
        &self.known
    }

    /// The roots, in the order they came.
    pub fn anchors(&self) -> impl Iterator<Item = &Anchor> {
        self.anchors.iter().map(AsRef::as_ref)
    }

    /// The root of that alias.
    pub fn anchor(&self, alias: &str) -> Option<&Anchor> {
        self.anchors().find(|anchor| anchor.alias == alias)
    }

    /// Whether that very certificate is on the list.
    pub fn lists(&self, certificate: &X509Ref) -> bool {
        self.named_like(certificate.subject_name_hash()).any(|anchor| anchor.certificate.x509() == certificate)
    }

    /// The roots whose subject may be the issuer with this hash.
    pub(crate) fn named_like(&self, hash: u32) -> impl Iterator<Item = &Anchor> {
        self.by_subject.get(&hash).into_iter().flatten().map(|&at| self.anchors[at].as_ref())
    }

    fn index(&mut self) {
        self.by_subject.clear();
        for (at, anchor) in self.anchors.iter().enumerate() {
            self.by_subject.entry(anchor.certificate.x509().subject_name_hash()).or_default().push(at);
        }
    }

    /// The way JDK key stores name roots, and so the anchors of the real page.
    fn free_alias(&self, wanted: &str) -> String {
        let mut alias: String = wanted.chars().filter(char::is_ascii_alphanumeric).collect();
        alias.make_ascii_lowercase();
        if alias.is_empty() {
            alias.push_str("root");
        }
        if self.anchor(&alias).is_none() {
            return alias;
        }
        (2..).map(|n| format!("{alias}{n}")).find(|alias| self.anchor(alias).is_none()).unwrap_or(alias)
    }
}

impl Anchor {
    /// A root under an alias that is its list's to choose.
    pub fn new(alias: String, root: Certificate, source: Arc<str>) -> Result<Self, NotARoot> {
        must_be_root(&root)?;
        let store = store_of(&root).map_err(|stack| NotARoot::Unusable(root.subject().into(), stack.to_string()))?;
        Ok(Self { alias, certificate: root, source, store })
    }

    /// A store that trusts this root alone.
    pub(crate) fn store(&self) -> &X509Store {
        &self.store
    }
}

impl Debug for Anchor {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "Anchor({}, {})", self.alias, self.certificate.subject())
    }
}

fn must_be_root(root: &Certificate) -> Result<(), NotARoot> {
    if root.is_self_issued() { Ok(()) } else { Err(NotARoot::Issued(root.subject().into(), root.issuer().into())) }
}

fn store_of(root: &Certificate) -> Result<X509Store, ErrorStack> {
    let mut store = X509StoreBuilder::new()?;
    store.add_cert(root.to_x509())?;
    Ok(store.build())
}

/// What the built-in roots are, and when they were taken in: the package itself carries no date.
pub const SOURCE: &str = "Mozilla's included roots (webpki-root-certs 1.0.11, taken in on 2026-11-24)";
