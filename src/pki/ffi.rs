//! The OpenSSL calls that the `openssl` crate lacks, each behind a safe function; nothing else in the project is unsafe.

use std::ffi::{CString, c_int, c_ulong, c_void};

use foreign_types_shared::{ForeignType, ForeignTypeRef};
use openssl::error::ErrorStack;
use openssl::stack::{Stack, StackRef};
use openssl::x509::store::X509StoreRef;
use openssl::x509::{X509, X509Crl, X509NameRef, X509Ref};
use openssl_sys as sys;

#[cfg(feature = "server")]
pub(crate) mod hook;

unsafe extern "C" {
    fn X509_STORE_CTX_get0_current_crl(ctx: *mut sys::X509_STORE_CTX) -> *mut sys::X509_CRL;
    fn X509_STORE_CTX_get0_param(ctx: *mut sys::X509_STORE_CTX) -> *mut sys::X509_VERIFY_PARAM;
    fn X509_STORE_CTX_set0_crls(ctx: *mut sys::X509_STORE_CTX, crls: *mut sys::OPENSSL_STACK);
    fn X509_STORE_CTX_set_ex_data(ctx: *mut sys::X509_STORE_CTX, index: c_int, data: *mut c_void) -> c_int;
    fn X509_STORE_CTX_set_verify_cb(ctx: *mut sys::X509_STORE_CTX, callback: Option<Verify>);
    fn X509_VERIFY_PARAM_add0_policy(param: *mut sys::X509_VERIFY_PARAM, policy: *mut sys::ASN1_OBJECT) -> c_int;
}

type Verify = unsafe extern "C" fn(c_int, *mut sys::X509_STORE_CTX) -> c_int;

/// The first of a context's slots is the application's own.
const APPLICATION_DATA: c_int = 0;

/// CRLs as OpenSSL wants them for [`verify`]: they are borrowed by it, so they live here.
pub(crate) struct CrlStack(*mut sys::OPENSSL_STACK);

// SAFETY: the stack is never changed after `new`; OpenSSL locks a CRL's own lazily sorted list.
unsafe impl Send for CrlStack {}
// SAFETY: as above.
unsafe impl Sync for CrlStack {}

impl CrlStack {
    /// Takes a reference to each.
    pub(crate) fn new<'a>(crls: impl Iterator<Item = &'a X509Crl>) -> Self {
        // SAFETY: a fresh stack; each CRL gets a reference of its own before it is pushed, freed again in `drop`.
        unsafe {
            let stack = sys::OPENSSL_sk_new_null();
            for crl in crls {
                sys::X509_CRL_up_ref(crl.as_ptr());
                sys::OPENSSL_sk_push(stack, crl.as_ptr().cast());
            }
            Self(stack)
        }
    }
}

impl Drop for CrlStack {
    fn drop(&mut self) {
        // SAFETY: made in `new`, freed once.
        unsafe {
            for at in 0..sys::OPENSSL_sk_num(self.0) {
                sys::X509_CRL_free(sys::OPENSSL_sk_value(self.0, at).cast());
            }
            sys::OPENSSL_sk_free(self.0);
        }
    }
}

/// What [`verify`] is to check besides the signatures and dates that are always checked.
pub(crate) struct Checks<'a> {
    /// `X509_V_FLAG_…`
    pub flags: c_ulong,
    /// Seconds since 1970.
    pub time: i64,
    /// OpenSSL's security level.
    pub security_level: i32,
    /// CRLs to look in.
    pub crls: &'a CrlStack,
    /// The policies acceptable at first, as dotted OIDs.
    pub policies: &'a [String],
}

/// One thing that OpenSSL objected to.
pub(crate) struct Objection {
    /// `X509_V_ERR_…`
    pub code: i32,
    /// Place in the chain built, the leaf at 0.
    pub depth: usize,
    /// The certificate it was looking at.
    pub certificate: Option<X509>,
    /// The CRL it was looking at, if the objection is to its dates.
    pub crl: Option<X509Crl>,
}

/// Lets OpenSSL judge `leaf`, collecting every objection instead of stopping at the first.
///
/// Returns the objections in the order raised, and the chain that was built.
pub(crate) fn verify(
    leaf: &X509Ref,
    untrusted: &StackRef<X509>,
    store: &X509StoreRef,
    checks: &Checks<'_>,
) -> Result<(Vec<Objection>, Vec<X509>), ErrorStack> {
    let mut collected: Vec<Objection> = Vec::new();
    // SAFETY: every pointer handed over outlives `context`, which is freed before this function returns; the
    // callback gets `collected` through the context's own slot and runs only inside `X509_verify_cert`.
    unsafe {
        let context = Context::new()?;
        let ctx = context.0;
        positive(sys::X509_STORE_CTX_init(ctx, store.as_ptr(), leaf.as_ptr(), untrusted.as_ptr()))?;
        let param = X509_STORE_CTX_get0_param(ctx);
        sys::X509_VERIFY_PARAM_set_time(param, checks.time);
        positive(sys::X509_VERIFY_PARAM_set_flags(param, checks.flags))?;
        positive(sys::X509_VERIFY_PARAM_set_purpose(param, sys::X509_PURPOSE_SSL_CLIENT))?;
        sys::X509_VERIFY_PARAM_set_auth_level(param, checks.security_level);
        for policy in checks.policies {
            // a text with a NUL in it is no OID, and neither is an empty one
            let text = CString::new(policy.as_str()).unwrap_or_default();
            let oid = sys::OBJ_txt2obj(text.as_ptr(), 1);
            if oid.is_null() {
                return Err(ErrorStack::get());
            }
            positive(X509_VERIFY_PARAM_add0_policy(param, oid))?;
        }
        X509_STORE_CTX_set0_crls(ctx, checks.crls.0);
        X509_STORE_CTX_set_verify_cb(ctx, Some(collect));
        positive(X509_STORE_CTX_set_ex_data(ctx, APPLICATION_DATA, (&raw mut collected).cast()))?;
        // `collect` lets every check go on, so this is OpenSSL giving up (memory, a limit of its own): the rest is unchecked
        if sys::X509_verify_cert(ctx) <= 0 {
            collected.push(Objection {
                code: sys::X509_STORE_CTX_get_error(ctx),
                depth: 0,
                certificate: None,
                crl: None,
            });
        }
        let built = sys::X509_STORE_CTX_get0_chain(ctx);
        let built = if built.is_null() { Vec::new() } else { owned(StackRef::from_ptr(built)) };
        drain_errors();
        Ok((collected, built))
    }
}

/// Says yes to everything and writes it down. A nested context (a CRL signer's own path) has no slot of ours:
/// there OpenSSL's own answer stands, and the outer one then objects.
unsafe extern "C" fn collect(ok: c_int, ctx: *mut sys::X509_STORE_CTX) -> c_int {
    // SAFETY: OpenSSL hands over a live context; the slot holds null or the vector of `verify` above.
    unsafe {
        let collected: *mut Vec<Objection> = sys::X509_STORE_CTX_get_ex_data(ctx, APPLICATION_DATA).cast();
        if ok == 1 || collected.is_null() {
            return ok;
        }
        let current = sys::X509_STORE_CTX_get_current_cert(ctx);
        let crl = X509_STORE_CTX_get0_current_crl(ctx);
        (*collected).push(Objection {
            code: sys::X509_STORE_CTX_get_error(ctx),
            depth: usize::try_from(sys::X509_STORE_CTX_get_error_depth(ctx)).unwrap_or(0),
            certificate: (!current.is_null()).then(|| X509Ref::from_ptr(current).to_owned()),
            crl: (!crl.is_null()).then(|| {
                sys::X509_CRL_up_ref(crl);
                X509Crl::from_ptr(crl)
            }),
        });
        // an error that stays is repeated where the chain comes to its end, in place of what is wrong there
        sys::X509_STORE_CTX_set_error(ctx, sys::X509_V_OK);
        1
    }
}

/// The issuer of a CRL, which the crate does not read out.
pub(crate) fn crl_issuer(crl: &X509Crl) -> &X509NameRef {
    // SAFETY: a CRL always has an issuer, owned by it.
    unsafe { X509NameRef::from_ptr(sys::X509_CRL_get_issuer(crl.as_ptr())) }
}

/// Whether a certificate's extensions cannot be read, or come twice: OpenSSL then lets it issue nothing and be issued by
/// nobody.
pub(crate) fn is_garbled(certificate: &X509Ref) -> bool {
    // SAFETY: a live certificate; OpenSSL locks the cache of extensions that this fills.
    let flags = unsafe { sys::X509_get_extension_flags(certificate.as_ptr()) };
    flags & sys::EXFLAG_INVALID != 0
}

/// Owned handles to the certificates of a stack.
pub(crate) fn owned(stack: &StackRef<X509>) -> Vec<X509> {
    stack.iter().map(ToOwned::to_owned).collect()
}

/// A stack that holds references to these.
pub(crate) fn stack(certificates: impl IntoIterator<Item = X509>) -> Result<Stack<X509>, ErrorStack> {
    let mut stack = Stack::new()?;
    for certificate in certificates {
        stack.push(certificate)?;
    }
    Ok(stack)
}

/// What OpenSSL calls an `X509_V_ERR_…`.
pub(crate) fn words(code: i32) -> &'static str {
    // SAFETY: any number is an answer that it has words for.
    unsafe { openssl::x509::X509VerifyResult::from_raw(code) }.error_string()
}

/// A callback leaves entries in the thread's error queue, and a later read would take them for its own.
fn drain_errors() {
    let _ = ErrorStack::get();
}

fn positive(answer: c_int) -> Result<(), ErrorStack> {
    if answer > 0 { Ok(()) } else { Err(ErrorStack::get()) }
}

struct Context(*mut sys::X509_STORE_CTX);

impl Context {
    fn new() -> Result<Self, ErrorStack> {
        // SAFETY: no arguments; null means out of memory.
        let context = unsafe { sys::X509_STORE_CTX_new() };
        if context.is_null() { Err(ErrorStack::get()) } else { Ok(Self(context)) }
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: made in `new`, freed once.
        unsafe { sys::X509_STORE_CTX_free(self.0) }
    }
}
