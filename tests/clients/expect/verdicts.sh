#!/bin/bash
# `mockorg run` tells good clients from bad ones, none of which fails by itself: expect/verdicts.sh MOCKORG TOOLS
#
# Every client has an org of its own, which `run` starts.
set -u
here=$(cd "$(dirname "$0")" && pwd)
mockorg=$(realpath "$1")
tools=$(realpath "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

cat "$here/../../../scenarios/quickstart.toml" "$here/expect.toml" >"$work/org.toml"

# NAME CODE FAILURES COMMAND…: the exit code of run, and the expectations that failed, separated by commas
judge() {
    local name=$1 code=$2 expected=$3 found
    shift 3
    "$mockorg" run "$work/org.toml" --timeout 120s --junit "$work/junit.xml" -- "$@" >"$work/output" 2>&1
    found="$? $(tr -d '\n' <"$work/junit.xml" | grep -o '<testcase name="[^"]*"[^>]*> *<failure' | cut -d '"' -f 2 | paste -sd ,)"
    if [ "$found" = "$code $expected" ]; then
        echo "ok      $name: $found"
    else
        echo "FAILED  $name: expected $code $expected, found $found"
        sed 's/^/        /' "$work/output"
        failed=1
    fi
    rm -f "$work/junit.xml"
}

door="billing makes no call on the standard door"
certificate="every call of billing carries the certificate"
chain="leaf and intermediate are sent"

pytest=("$tools/recipe-pytest/venv/bin/python" -m pytest -p no:cacheprovider -q "$here/test_billing.py")
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH
PYTHONPATH=$(echo "$tools"/simple-salesforce/lib/python3*/site-packages)
judge "pytest and simple-salesforce" 0 "" "${pytest[@]}"
PORT=unchanged judge "pytest and simple-salesforce, port not changed" 1 "$door,$certificate" "${pytest[@]}"
unset PYTHONPATH

export NODE_PATH=$tools/jsforce/node_modules
node=("$tools/node22/node" "$here/billing.cjs")
judge "jsforce" 0 "" "${node[@]}"
CERTIFICATE=forgotten judge "jsforce, a call without its certificate" 1 "$certificate" "${node[@]}"

# Java takes its identity from a key store: the kit's, or one with the leaf alone
java=(sh -c 'JAVA_TOOL_OPTIONS="$JAVA_TOOL_OPTIONS -Djavax.net.ssl.keyStore=${STORE:-$MOCKORG_CLIENT_BILLING_P12} \
    -Djavax.net.ssl.keyStorePassword=$MOCKORG_CLIENT_BILLING_P12_PASSWORD" exec java "$0"' "$here/../recipes/java/Limits.java")
leaf=(sh -c 'STORE=$MOCKORG_KIT/leaf.p12 && export STORE &&
    openssl x509 -in "$MOCKORG_CLIENT_BILLING_CERT" -out "$MOCKORG_KIT/leaf.crt" &&
    openssl pkcs12 -export -in "$MOCKORG_KIT/leaf.crt" -inkey "$MOCKORG_CLIENT_BILLING_KEY" -out "$STORE" \
        -passout "pass:$MOCKORG_CLIENT_BILLING_P12_PASSWORD" && { "$@" || true; }' sh "${java[@]}")
judge "Java" 0 "" "${java[@]}"
judge "Java, a key store with the leaf alone" 1 "billing is granted on the mutual door,$certificate,$chain" "${leaf[@]}"

judge "a command that fails by itself" 1 "false,billing is granted on the mutual door,$certificate,$chain" false
exit "$failed"
