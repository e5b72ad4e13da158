//! The OpenSSL calls that the `openssl` crate lacks.
