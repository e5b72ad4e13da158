//! How each door shakes hands: rebuilt when a verb changes what the edge judges by, never in a handshake otherwise.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use openssl::error::ErrorStack;
use openssl::ssl::{
    AlpnError, NameType, SslContext, SslContextBuilder, SslMethod, SslMode, SslOptions, SslSessionCacheMode,
    SslVerifyMode, SslVersion, select_next_proto,
};
use openssl::stack::Stack;
use openssl::x509::X509;

use super::hearing;
use super::identity::{ServerIdentities, ServerIdentity};
use super::sessions::Sessions;
use crate::org::Door;
use crate::pki::{Certificate, ffi};
use crate::scenario::switches::{CaNames, Resumption, TlsVersion};
use crate::scenario::{ServerFlaw, ServerShown};
use crate::store::EdgeState;

/// The bytes of all certificates that a client may send together; more ends the handshake by an alert.
pub const MAX_CHAIN_BYTES: i32 = 100 * 1024;

/// The TLS set-up of both doors.
#[derive(Debug)]
pub struct Acceptors {
    identities: ServerIdentities,
    mutual: SetUp,
    standard: SetUp,
}

/// One door's.
#[derive(Debug, Default)]
struct SetUp {
    built: ArcSwapOption<Built>,
    sessions: Arc<Sessions>,
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
    /// Doors that prove themselves with one of `identities`, as the edge's state says.
    pub fn new(identities: ServerIdentities) -> Self {
        Self { identities, mutual: SetUp::default(), standard: SetUp::default() }
    }

    /// The set-up of a door for this state of the edge.
    pub(super) fn context(&self, door: Door, edge: &Arc<EdgeState>) -> Result<SslContext, ErrorStack> {
        let SetUp { built: slot, sessions } = self.set_up(door);
        if let Some(built) = slot.load().as_ref().filter(|built| Arc::ptr_eq(&built.edge, edge)) {
            return Ok(built.context.clone());
        }
        sessions.begin(&edge.switches);
        let context = self.build(door, edge, &self.identities.shown(edge.server)?)?;
        slot.store(Some(Arc::new(Built { edge: edge.clone(), context: context.clone() })));
        Ok(context)
    }

    /// The sessions that may be resumed at a door; none with `edge.resumption = "off"`.
    pub(super) fn sessions(&self, door: Door, edge: &EdgeState) -> Option<Arc<Sessions>> {
        (edge.switches.resumption != Resumption::Off).then(|| self.set_up(door).sessions.clone())
    }

    fn set_up(&self, door: Door) -> &SetUp {
        match door {
            Door::Mutual => &self.mutual,
            Door::Standard => &self.standard,
        }
    }

    /// The set-up of a door that shows another chain than the edge's state says: for one connection.
    pub fn context_showing(&self, flaw: ServerFlaw, door: Door, edge: &EdgeState) -> Result<SslContext, ErrorStack> {
        let shown = ServerShown { flaw: Some(flaw), ..edge.server };
        self.build(door, edge, &self.identities.shown(shown)?)
    }

    fn build(&self, door: Door, edge: &EdgeState, identity: &Arc<ServerIdentity>) -> Result<SslContext, ErrorStack> {
        let mut builder = SslContextBuilder::new(SslMethod::tls_server())?;
        builder.set_security_level(edge.policy.security_level.into());
        let leaf = identity.chain.first().map(Certificate::to_x509);
        builder.set_certificate(leaf.as_ref().ok_or_else(ErrorStack::get)?)?;
        builder.set_private_key(&identity.key)?;
        for issuer in identity.chain.iter().skip(1) {
            builder.add_extra_chain_cert(issuer.to_x509())?;
        }
        builder.set_min_proto_version(Some(lowest(&edge.switches.tls)))?;
        builder.set_max_proto_version(Some(highest(&edge.switches.tls)))?;
        builder.set_options(
            SslOptions::NO_RENEGOTIATION | SslOptions::NO_COMPRESSION | SslOptions::CIPHER_SERVER_PREFERENCE,
        );
        builder.set_mode(SslMode::RELEASE_BUFFERS);
        ffi::hook::set_max_cert_list(&mut builder, MAX_CHAIN_BYTES);
        resumption(&mut builder, door, edge.switches.resumption)?;
        show_by_name(&mut builder, identity.clone());
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

/// The server's name decides which certificate is shown; a client that sends none, or a foreign one, is shown the
/// default one (documented).
fn show_by_name(builder: &mut SslContextBuilder, identity: Arc<ServerIdentity>) {
    builder.set_servername_callback(move |ssl, _| {
        if !identity.answers_to(ssl.servername(NameType::HOST_NAME)) {
            ffi::hook::use_certificate(ssl, identity.fallback.x509());
        }
        Ok(())
    });
}

/// `edge.ca-names`: whose names the certificate request lists.
fn named_roots(edge: &EdgeState) -> Vec<X509> {
    match &edge.switches.ca_names {
        CaNames::Empty => Vec::new(),
        CaNames::Listed => edge.trust.anchors().map(|anchor| anchor.certificate.to_x509()).collect(),
        CaNames::These(_) => edge.ca_names.iter().map(Certificate::to_x509).collect(),
    }
}

/// Off: every connection shows its certificate anew. Else sessions are ours to keep and to find, under an id that in TLS
/// 1.3 is all that a ticket holds; TLS 1.2 then has session ids and no tickets. Those of one door are none of the other's.
fn resumption(builder: &mut SslContextBuilder, door: Door, switch: Resumption) -> Result<(), ErrorStack> {
    builder.set_options(SslOptions::NO_TICKET);
    builder.set_session_id_context(door.name().as_bytes())?;
    if switch == Resumption::Off {
        builder.set_session_cache_mode(SslSessionCacheMode::OFF);
        return builder.set_num_tickets(0);
    }
    builder.set_session_cache_mode(SslSessionCacheMode::SERVER | SslSessionCacheMode::NO_INTERNAL);
    builder.set_new_session_callback(|ssl, session| hearing::keep(ssl, &session));
    ffi::hook::set_finder(builder, hearing::recollect);
    builder.set_num_tickets(TICKETS)
}

/// What a client gets after a full handshake in TLS 1.3: OpenSSL's own number.
const TICKETS: usize = 2;

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
