//! A sound chain that is about to be made: a root on the list, a CA below it, a client. A recipe changes what it wants to
//! be wrong, before or after it is signed.

use jiff::Timestamp;
use openssl::pkey::{PKey, Private};

use super::draft::{Draft, days};
use super::{Case, Made};
use crate::pki::Certificate;
use crate::pki::mint::{Issuer, KeyKind, Name, Request, Validity, named};

/// Whose names begin with the flaw's id, so that no two flaws meet.
pub(super) struct Sketch {
    pub id: &'static str,
    pub now: Timestamp,
    pub root: Draft,
    /// A CA between root and issuing CA, if there is to be one.
    pub upper: Option<Draft>,
    pub issuing: Draft,
    pub leaf: Draft,
}

/// A CA that can sign.
#[derive(Clone)]
pub(super) struct Authority {
    pub certificate: Certificate,
    pub issuer: Issuer,
}

/// A chain that was signed.
pub(super) struct Signed {
    pub now: Timestamp,
    pub root: Authority,
    pub issuing: Authority,
    pub leaf: Certificate,
    pub case: Case,
}

impl Sketch {
    pub(super) fn new(id: &'static str, now: Timestamp) -> Made<Self> {
        let valid = |from, until| Validity { from: days(now, from), until: days(now, until) };
        let (root, issuing, leaf) = (name(id, " root")?, name(id, " issuing")?, name(id, "")?);
        Ok(Self {
            id,
            now,
            root: Draft::new(Request::authority(root, valid(-2_000, 5_000)), key()?, now),
            upper: None,
            issuing: Draft::new(Request::authority(issuing, valid(-700, 2_000)), key()?, now),
            leaf: Draft::new(Request::client(leaf, valid(-30, 335)), key()?, now),
        })
    }

    /// Puts a CA between root and issuing CA.
    pub(super) fn add_upper(&mut self) -> Made<&mut Draft> {
        let mut upper = self.issuing.clone();
        (upper.request.subject, upper.key) = (name(self.id, " upper")?, key()?);
        Ok(self.upper.insert(upper))
    }

    /// Another CA, of the name that ends so, with nothing wrong with it.
    pub(super) fn other(&self, ending: &str) -> Made<Draft> {
        let request = Request::authority(name(self.id, ending)?, self.issuing.request.validity);
        Ok(Draft::new(request, key()?, self.now))
    }

    /// Signs all of them.
    pub(super) fn sign(self) -> Made<Signed> {
        let root = Authority::new(self.root.sign_itself()?, &self.root)?;
        let upper = match &self.upper {
            Some(draft) => Some(root.certify(draft)?),
            None => None,
        };
        let issuing = upper.as_ref().unwrap_or(&root).certify(&self.issuing)?;
        let leaf = self.leaf.issue(&issuing.issuer)?;
        let above = upper.iter().map(|upper| upper.certificate.clone());
        let case = Case {
            key: self.leaf.key,
            sent: [leaf.clone(), issuing.certificate.clone()].into_iter().chain(above).collect(),
            known: Vec::new(),
            roots: vec![root.certificate.clone()],
            passed_over: Vec::new(),
            crls: Vec::new(),
            uploaded: vec![leaf.clone()],
        };
        Ok(Signed { now: self.now, root, issuing, leaf, case })
    }

    /// Signs all of them, and nothing else is to be done.
    pub(super) fn case(self) -> Made<Case> {
        Ok(self.sign()?.case)
    }
}

impl Authority {
    pub(super) fn new(certificate: Certificate, draft: &Draft) -> Made<Self> {
        Ok(Self { issuer: Issuer::new(&certificate, draft.key.clone())?, certificate })
    }

    /// A root of its own.
    pub(super) fn root(draft: &Draft) -> Made<Self> {
        Self::new(draft.sign_itself()?, draft)
    }

    /// A CA below this one.
    pub(super) fn certify(&self, draft: &Draft) -> Made<Self> {
        Self::new(draft.issue(&self.issuer)?, draft)
    }

    /// Without a trace of the key: nothing but the name points at it.
    pub(super) fn without_key_id(&self) -> Issuer {
        Issuer { key_id: None, ..self.issuer.clone() }
    }
}

impl Signed {
    /// The same case, but this is sent.
    pub(super) fn sending(self, sent: Vec<Certificate>) -> Case {
        Case { sent, ..self.case }
    }
}

/// `CN=ID ENDING,O=Acme`
pub(super) fn name(id: &str, ending: &str) -> Made<Name> {
    named(&format!("{id}{ending}"), "Acme")
}

/// A new P-256 key: the kind that takes no time.
pub(super) fn key() -> Made<PKey<Private>> {
    Ok(KeyKind::P256.generate()?)
}
