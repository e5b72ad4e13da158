#!/bin/bash
# One key store with two identities, the wrong one under the first alias, given to Alias.java: (mockorg doctor -- alias.sh)
set -euo pipefail
here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PASSWORD=of-both-keys

# NAME ALIAS: an identity of the kit into the store
add() {
    local p12=MOCKORG_CLIENT_$1_P12 password=MOCKORG_CLIENT_$1_P12_PASSWORD alias
    alias=$(keytool -list -keystore "${!p12}" -storepass "${!password}" 2>/dev/null | sed -n 's/^\([^,]*\), .*PrivateKeyEntry.*/\1/p')
    keytool -importkeystore -srckeystore "${!p12}" -srcstorepass "${!password}" -srcalias "$alias" -destalias "$2" \
        -destkeystore "$work/both.p12" -deststoretype PKCS12 -deststorepass:env PASSWORD >/dev/null 2>&1
}

add VISITOR 1
add BILLING 2
java -Djavax.net.ssl.keyStore="$work/both.p12" -Djavax.net.ssl.keyStorePassword="$PASSWORD" "$here/Alias.java"
