//! The edge's hook into a handshake; the rest of OpenSSL's missing calls is [`ffi`](super)'s.

use std::ffi::{c_int, c_long, c_void};

use foreign_types_shared::ForeignTypeRef;
use openssl::error::ErrorStack;
use openssl::ssl::{SslContextBuilder, SslRef, SslSession};
use openssl::stack::StackRef;
use openssl::x509::{X509, X509Ref};
use openssl_sys as sys;

use super::drain_errors;

unsafe extern "C" {
    fn SSL_get0_peer_CA_list(ssl: *const sys::SSL) -> *const sys::OPENSSL_STACK;
    fn SSL_CTX_set_cert_verify_callback(ctx: *mut sys::SSL_CTX, callback: Option<CertVerify>, argument: *mut c_void);
    fn X509_STORE_CTX_get0_untrusted(ctx: *mut sys::X509_STORE_CTX) -> *mut sys::stack_st_X509;
}

type CertVerify = unsafe extern "C" fn(*mut sys::X509_STORE_CTX, *mut c_void) -> c_int;

const SSL_CTRL_SET_MAX_CERT_LIST: c_int = 51;

/// What the hook answers to a client's certificates.
pub(crate) enum Answer {
    /// The handshake goes on.
    Proceed,
    /// It ends with the alert that OpenSSL has for this `X509_V_ERR_…`.
    Refuse(i32),
}

/// Asks `judge` about the certificates of every client, exactly as sent, instead of OpenSSL's own validation.
///
/// `judge` must not panic: it runs inside OpenSSL.
pub(crate) fn set_judge(context: &mut SslContextBuilder, judge: fn(&SslRef, &StackRef<X509>) -> Answer) {
    // SAFETY: `hook` matches the signature that OpenSSL calls; a function pointer lives for ever.
    unsafe { SSL_CTX_set_cert_verify_callback(context.as_ptr(), Some(hook), judge as *mut c_void) }
}

/// How many names of CAs came with the request for a certificate.
pub(crate) fn ca_names(ssl: &SslRef) -> usize {
    // SAFETY: the list belongs to the connection, and is only counted; of none the count is -1.
    let count = unsafe { sys::OPENSSL_sk_num(SSL_get0_peer_CA_list(ssl.as_ptr())) };
    usize::try_from(count).unwrap_or_default()
}

/// Asks `find` for the session of an id, in DER, that a client would resume.
///
/// `find` must not panic: it runs inside OpenSSL.
pub(crate) fn set_finder(context: &mut SslContextBuilder, find: fn(&SslRef, &[u8]) -> Option<Vec<u8>>) {
    let found = move |ssl: &mut SslRef, id: &[u8]| SslSession::from_der(&find(ssl, id)?).ok();
    // SAFETY: each session is read anew, so that none is associated with another context.
    unsafe { context.set_get_session_callback(found) }
}

/// Has a client offer a session, in DER, that it was given before: the `openssl` crate has no safe call for it.
///
/// For clients in Rust that are to be tried against `edge.resumption`.
pub fn offer_session(ssl: &mut SslRef, der: &[u8]) -> Result<(), ErrorStack> {
    let session = SslSession::from_der(der)?;
    // SAFETY: it was read just now, so it is associated with no context; OpenSSL takes a reference of its own.
    unsafe { ssl.set_session(&session) }
}

/// Has a connection show another certificate for the key that it has.
pub(crate) fn use_certificate(ssl: &mut SslRef, certificate: &X509Ref) {
    // SAFETY: both are live; OpenSSL takes a reference of its own. Without effect it leaves the old certificate.
    unsafe { sys::SSL_use_certificate(ssl.as_ptr(), certificate.as_ptr()) };
}

/// The most bytes that a peer's certificates may have together.
pub(crate) fn set_max_cert_list(context: &mut SslContextBuilder, bytes: i32) {
    // 32 bits on Windows
    let bytes = c_long::from(bytes);
    // SAFETY: stores a number in a live context; this control takes no pointer.
    unsafe { sys::SSL_CTX_ctrl(context.as_ptr(), SSL_CTRL_SET_MAX_CERT_LIST, bytes, std::ptr::null_mut()) };
}

unsafe extern "C" fn hook(ctx: *mut sys::X509_STORE_CTX, argument: *mut c_void) -> c_int {
    // SAFETY: `argument` is the function given to `set_judge`; the context belongs to a live SSL and holds the
    // certificates that it was sent.
    unsafe {
        let judge: fn(&SslRef, &StackRef<X509>) -> Answer = std::mem::transmute(argument);
        let ssl: *mut sys::SSL = sys::X509_STORE_CTX_get_ex_data(ctx, sys::SSL_get_ex_data_X509_STORE_CTX_idx()).cast();
        let sent = X509_STORE_CTX_get0_untrusted(ctx);
        if ssl.is_null() || sent.is_null() {
            sys::X509_STORE_CTX_set_error(ctx, sys::X509_V_ERR_UNSPECIFIED);
            return 0;
        }
        let answer = judge(SslRef::from_ptr(ssl), StackRef::from_ptr(sent));
        drain_errors();
        match answer {
            Answer::Proceed => {
                sys::X509_STORE_CTX_set_error(ctx, sys::X509_V_OK);
                1
            }
            Answer::Refuse(code) => {
                sys::X509_STORE_CTX_set_error(ctx, code);
                0
            }
        }
    }
}
