//! Which paths the certificates sent could form.
