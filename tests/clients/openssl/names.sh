#!/bin/bash
# The list of CA names that edge.ca-names asks for, as openssl s_client sees it: openssl/names.sh KIT
set -u
. "$(dirname "$0")/../kit.sh"

mutual=$(kit_value mutual_url)

for version in 2 3; do
    names=$(openssl s_client -connect "${mutual#https://}" -servername localhost -CAfile "$kit/server-ca.pem" \
        "-tls1_$version" </dev/null 2>/dev/null | sed -n '/^Acceptable client certificate CA names/,/^Requested Signature/p')
    for ca in acme-root acme-issuing; do
        found=no
        case $names in *"CN = $ca"*) found=yes ;; esac
        check "TLS 1.$version: the list names $ca" yes "$found"
    done
done
finish
