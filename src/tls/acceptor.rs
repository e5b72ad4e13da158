//! How each door shakes hands: rebuilt when a verb changes what the edge judges by, never in a handshake otherwise.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use openssl::error::ErrorStack;
use openssl::pkey::{PKey, Private};
use openssl::ssl::{
    AlpnError, SslContext, SslContextBuilder, SslMethod, SslMode, SslOptions, SslSessionCacheMode, SslVerifyMode,
    SslVersion, select_next_proto,
};
use openssl::stack::Stack;
use openssl::x509::X509;

use super::hearing;
use crate::org::Door;
use crate::pki::{Certificate, ffi};
use crate::scenario::switches::{CaNames, TlsVersion};
use crate::store::EdgeState;

/// The bytes of all certificates that a client may send together; more ends the handshake by an alert.
pub const MAX_CHAIN_BYTES: i32 = 100 * 1024;

/// What the doors prove themselves with.
#[derive(Clone, Debug)]
pub struct ServerIdentity {
    /// Leaf first.
    pub chain: Vec<Certificate>,
    /// The leaf's key.
    pub key: PKey<Private>,
}

/// The TLS set-up of both doors.
#[derive(Debug)]
pub struct Acceptors {
    identity: ServerIdentity,
    mutual: ArcSwapOption<Built>,
    standard: ArcSwapOption<Built>,
}

struct Built {
    edge: Arc<EdgeState>,
    context: SslContext,
}

impl std::fmt::Debug for Built {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Built")
    }
}

impl Acceptors {
    /// Doors that prove themselves with `identity`.
    pub fn new(identity: ServerIdentity) -> Self {
        Self { identity, mutual: ArcSwapOption::empty(), standard: ArcSwapOption::empty() }
    }

    /// The set-up of a door for this state of the edge.
    pub(super) fn context(&self, door: Door, edge: &Arc<EdgeState>) -> Result<SslContext, ErrorStack> {
        let slot = match door {
            Door::Mutual => &self.mutual,
            Door::Standard => &self.standard,
        };
        if let Some(built) = slot.load().as_ref().filter(|built| Arc::ptr_eq(&built.edge, edge)) {
            return Ok(built.context.clone());
        }
        let context = self.build(door, edge)?;
        slot.store(Some(Arc::new(Built { edge: edge.clone(), context: context.clone() })));
        Ok(context)
    }

    fn build(&self, door: Door, edge: &EdgeState) -> Result<SslContext, ErrorStack> {
        let mut builder = SslContextBuilder::new(SslMethod::tls_server())?;
        builder.set_security_level(edge.policy.security_level.into());
        let leaf = self.identity.chain.first().map(Certificate::to_x509);
        builder.set_certificate(leaf.as_ref().ok_or_else(ErrorStack::get)?)?;
        builder.set_private_key(&self.identity.key)?;
        for issuer in self.identity.chain.iter().skip(1) {
            builder.add_extra_chain_cert(issuer.to_x509())?;
        }
        builder.set_min_proto_version(Some(lowest(&edge.switches.tls)))?;
        builder.set_max_proto_version(Some(highest(&edge.switches.tls)))?;
        builder.set_options(
            SslOptions::NO_RENEGOTIATION | SslOptions::NO_COMPRESSION | SslOptions::CIPHER_SERVER_PREFERENCE,
        );
        builder.set_mode(SslMode::RELEASE_BUFFERS);
        ffi::hook::set_max_cert_list(&mut builder, MAX_CHAIN_BYTES);
        without_resumption(&mut builder)?;
        builder.set_alpn_select_callback(|_, offered| select_next_proto(PROTOCOLS, offered).ok_or(AlpnError::NOACK));
        if door == Door::Mutual {
            // ask, do not insist: no FAIL_IF_NO_PEER_CERT
            builder.set_verify(SslVerifyMode::PEER);
            ffi::hook::set_judge(&mut builder, hearing::judge);
            let mut names = Stack::new()?;
            for root in named_roots(edge) {
                names.push(root.subject_name().to_owned()?)?;
            }
            builder.set_client_ca_list(names);
        }
        Ok(builder.build())
    }
}

/// `edge.ca-names`: whose names the certificate request lists.
fn named_roots(edge: &EdgeState) -> Vec<X509> {
    match &edge.switches.ca_names {
        CaNames::Empty => Vec::new(),
        CaNames::Listed => edge.trust.anchors().map(|anchor| anchor.certificate.to_x509()).collect(),
        CaNames::These(_) => edge.ca_names.iter().map(Certificate::to_x509).collect(),
    }
}

/// Every connection shows its certificate anew.
fn without_resumption(builder: &mut SslContextBuilder) -> Result<(), ErrorStack> {
    builder.set_options(SslOptions::NO_TICKET);
    builder.set_num_tickets(0)?;
    builder.set_session_cache_mode(SslSessionCacheMode::OFF);
    builder.set_session_id_context(b"mockorg")
}

fn lowest(versions: &[TlsVersion]) -> SslVersion {
    versions.iter().min().copied().map_or(SslVersion::TLS1_2, version)
}

fn highest(versions: &[TlsVersion]) -> SslVersion {
    versions.iter().max().copied().map_or(SslVersion::TLS1_3, version)
}

fn version(version: TlsVersion) -> SslVersion {
    match version {
        TlsVersion::Tls12 => SslVersion::TLS1_2,
        TlsVersion::Tls13 => SslVersion::TLS1_3,
    }
}

/// As ALPN writes them: a length, then a name.
const PROTOCOLS: &[u8] = b"\x02h2\x08http/1.1";
