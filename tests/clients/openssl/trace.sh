#!/bin/bash
# The list of CA names in the certificate request is empty, as openssl s_client sees it: openssl/trace.sh KIT
set -u
. "$(dirname "$0")/../kit.sh"

standard=$(kit_value standard_url)
mutual=$(kit_value mutual_url)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# trace URL VERSION: one handshake, every message spelled out
trace() {
    openssl s_client -connect "${1#https://}" -servername localhost -CAfile "$kit/server-ca.pem" -trace "-tls1_$2" \
        </dev/null >"$work/trace" 2>&1
    # the certificate request alone: from its line to that of the next message
    sed -n '/^ *CertificateRequest, Length=/,/^ *[A-Za-z]*, Length=[0-9]*$/p' "$work/trace" >"$work/request"
}

says() {
    if grep -qE -- "$1" "$2"; then echo yes; else echo no; fi
}

for version in 2 3; do
    trace "$mutual" "$version"
    check "TLS 1.$version, mutual door: the server certificate verifies" yes "$(says 'Verify return code: 0 \(ok\)' "$work/trace")"
    check "TLS 1.$version, mutual door: a certificate is asked for" yes "$(says 'CertificateRequest, Length=' "$work/request")"
    check "TLS 1.$version, mutual door: s_client says that no names were sent" yes "$(says '^No client certificate CA names sent' "$work/trace")"
    if [ "$version" = 2 ]; then
        check "TLS 1.2, mutual door: the list has length 0" yes "$(says 'certificate_authorities \(len=0\)' "$work/request")"
    else
        # RFC 8446 4.2.4: the extension may not be empty, so an empty list means that it is absent
        check "TLS 1.3, mutual door: there is a certificate_authorities extension" no "$(says 'certificate_authorities' "$work/request")"
        check "TLS 1.3, mutual door: there is a signature_algorithms extension" yes "$(says 'signature_algorithms' "$work/request")"
    fi
    trace "$standard" "$version"
    check "TLS 1.$version, standard door: the server certificate verifies" yes "$(says 'Verify return code: 0 \(ok\)' "$work/trace")"
    check "TLS 1.$version, standard door: a certificate is asked for" no "$(says 'CertificateRequest' "$work/trace")"
done
finish
