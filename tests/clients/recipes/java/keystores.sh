#!/bin/bash
# A Java program that has no line about TLS, given its key store in JAVA_TOOL_OPTIONS: java/keystores.sh KIT
set -u
. "$(dirname "$0")/../../kit.sh"

program=$(dirname "$0")/Limits.java
trust=$(kit_value JAVA_TOOL_OPTIONS)
MOCKORG_STANDARD_URL=$(kit_value MOCKORG_STANDARD_URL)
MOCKORG_MUTUAL_URL=$(kit_value MOCKORG_MUTUAL_URL)
MOCKORG_CLIENT_BILLING_P12=$(kit_value MOCKORG_CLIENT_BILLING_P12)
MOCKORG_CLIENT_BILLING_P12_PASSWORD=$(kit_value MOCKORG_CLIENT_BILLING_P12_PASSWORD)
export MOCKORG_STANDARD_URL MOCKORG_MUTUAL_URL MOCKORG_CLIENT_BILLING_P12 MOCKORG_CLIENT_BILLING_P12_PASSWORD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# OPTION…: what the program is answered: a status and the beginning of the body
limits() {
    JAVA_TOOL_OPTIONS="$trust $*" java "$program" 2>"$work/err" | grep -o '^[0-9]* .*' | cut -c 1-80
    grep -v '^Picked up' "$work/err" >&2
}

# EXPECTED FOUND: yes, or what was found instead
has() {
    case $2 in *"$1"*) echo yes ;; *) echo "no: $2" ;; esac
}

store="-Djavax.net.ssl.keyStorePassword=$MOCKORG_CLIENT_BILLING_P12_PASSWORD"
check "no key store: the org refuses" yes "$(has "401 " "$(limits)")"
found=$(limits "-Djavax.net.ssl.keyStore=$MOCKORG_CLIENT_BILLING_P12" "$store")
check "the kit's PKCS#12: granted" yes "$(has "200 " "$found")"

keytool -importkeystore -noprompt \
    -srckeystore "$MOCKORG_CLIENT_BILLING_P12" -srcstoretype PKCS12 -srcstorepass:env MOCKORG_CLIENT_BILLING_P12_PASSWORD \
    -destkeystore "$work/billing.jks" -deststoretype JKS -deststorepass:env MOCKORG_CLIENT_BILLING_P12_PASSWORD 2>"$work/keytool"
check "keytool makes a JKS" yes "$([ "$(od -An -tx1 -N4 "$work/billing.jks" | tr -d ' ')" = feedfeed ] && echo yes || cat "$work/keytool")"
found=$(limits "-Djavax.net.ssl.keyStore=$work/billing.jks" -Djavax.net.ssl.keyStoreType=JKS "$store")
check "the JKS: granted" yes "$(has "200 " "$found")"
finish
